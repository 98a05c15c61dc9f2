package wire

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type request struct{ name string }

func (r *request) matches(pattern string) bool { return pattern == "*" || pattern == r.name }

// world is a world in which nothing happens but requests.
func world(t *testing.T) (*Guard, *Traffic[request], func()) {
	t.Helper()
	ended := make(chan struct{})
	g := NewGuard(ended)
	return g, NewTraffic(g, (*request).matches), func() { close(ended) }
}

func arrive(g *Guard, traffic *Traffic[request], name string) *request {
	g.Lock()
	defer g.Unlock()
	r := &request{name}
	traffic.Arrived(r)
	return r
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, traffic, end := world(t)
		said := &Complaints{TB: t}
		go func() {
			arrive(g, traffic, "a")
			time.Sleep(time.Second)
			arrive(g, traffic, "b")
			arrive(g, traffic, "a")
		}()
		if got := traffic.Wait(said, time.Minute, "a", 2); len(got) != 2 || got[0].name != "a" || got[1].name != "a" {
			t.Errorf("waiting brought %+v", got)
		}
		if got := traffic.Requests("*"); len(got) != 3 || got[1].name != "b" {
			t.Errorf("all requests are %+v", got)
		}
		if len(said.Said()) > 0 {
			t.Errorf("complaints: %q", said.Said())
		}
		begun := time.Now()
		if got := traffic.Wait(said, time.Minute, "b", 2); len(got) != 1 || time.Since(begun) != time.Minute {
			t.Errorf("waiting in vain brought %+v after %v", got, time.Since(begun))
		}
		if all := said.Said(); len(all) != 1 || !strings.Contains(all[0], "2 requests b") {
			t.Errorf("complaints: %q", all)
		}
		end()
		if g.Wait(said, time.Hour, "nothing", func() bool { return false }) || len(said.Said()) != 1 {
			t.Errorf("after the end: %q", said.Said())
		}
	})
}

func TestViolations(t *testing.T) {
	g, _, _ := world(t)
	g.Lock()
	g.Violate("%d too many", 3)
	g.Violate("late")
	g.Unlock()
	WantViolations(t, g.Violations(), "3 too", "late")
	WantViolations(t, g.Violations())
	said := &Complaints{TB: t}
	WantViolations(said, []string{"late"})
	WantViolations(said, []string{"late"}, "early")
	if len(said.Said()) != 2 {
		t.Errorf("complaints: %q", said.Said())
	}
}

// What a test sets up for a request happens in order: it is held, delayed, told of.
func TestInterfere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, traffic, _ := world(t)
		begun := time.Now()
		var seen []string
		traffic.Before("a", func(r request) { seen = append(seen, r.name+" after "+time.Since(begun).String()) })
		traffic.Delay("a", time.Second)
		traffic.Delay("*", time.Millisecond)
		release, other := traffic.Hold("a"), traffic.Hold("b")
		defer other()
		passed := make(chan bool)
		go func() { passed <- traffic.Interfere(arrive(g, traffic, "a"), nil) }()
		synctest.Wait()
		if len(traffic.Requests("a")) != 1 || len(seen) != 0 {
			t.Errorf("while held: %q", seen)
		}
		time.Sleep(time.Minute)
		release()
		release()
		if !<-passed || !slices.Equal(seen, []string{"a after 1m1s"}) {
			t.Errorf("after release: %q", seen)
		}
		g.Lock()
		traffic.Hasten()
		g.Unlock()
		if !traffic.Interfere(&request{"a"}, nil) || time.Since(begun) != 61*time.Second {
			t.Errorf("a request without delay came through after %v", time.Since(begun))
		}
	})
}

// Whatever a request waits for, it ends with the client and with the test.
func TestInterfereGivesUp(t *testing.T) {
	for name, prepare := range map[string]func(*Traffic[request]){
		"held":    func(traffic *Traffic[request]) { traffic.Hold("*") },
		"delayed": func(traffic *Traffic[request]) { traffic.Delay("*", time.Hour) },
	} {
		for _, end := range []string{"client", "test"} {
			synctest.Test(t, func(t *testing.T) {
				_, traffic, endTest := world(t)
				prepare(traffic)
				traffic.Before("*", func(request) { t.Errorf("%s, %s: carried out", name, end) })
				gone, passed := make(chan struct{}), make(chan bool)
				go func() { passed <- traffic.Interfere(&request{"a"}, gone) }()
				synctest.Wait()
				if end == "client" {
					close(gone)
				} else {
					endTest()
				}
				if <-passed {
					t.Errorf("%s: passed when the %s ended", name, end)
				}
			})
		}
	}
}

// An answer is kept back until it is released, or until nobody waits for it any more.
func TestFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, traffic, end := world(t)
		var seen []string
		traffic.After("a", func(r request) { seen = append(seen, r.name) })
		release := traffic.HoldAnswers("a")
		gone, answered := make(chan struct{}), make(chan bool)
		finish := func() { answered <- traffic.Finish(&request{"a"}, gone) }
		go finish()
		synctest.Wait()
		if len(seen) != 1 || !traffic.Finish(&request{"b"}, nil) {
			t.Errorf("while held: %q", seen)
		}
		release()
		if !<-answered || !traffic.Finish(&request{"a"}, gone) {
			t.Error("released and not answered")
		}
		traffic.HoldAnswers("a")
		go finish()
		synctest.Wait()
		close(gone)
		if <-answered {
			t.Error("answered though the client has gone")
		}
		gone = nil
		go finish()
		synctest.Wait()
		end()
		if <-answered {
			t.Error("answered though the test is over")
		}
	})
}

func TestReply(t *testing.T) {
	r := NewReply()
	r.Header().Set("Retry-After", "3")
	r.WriteHeader(429)
	_, _ = r.Write([]byte("slower"))
	w := httptest.NewRecorder()
	if r.Send(w); w.Code != 429 || w.Body.String() != "slower" || w.Header().Get("Retry-After") != "3" {
		t.Errorf("sent %d, %q", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	if NewReply().Send(w); w.Code != 200 {
		t.Errorf("an empty reply has the status %d", w.Code)
	}
}

func TestRules(t *testing.T) {
	var rules Rules[string]
	rules.Add("a", 1, 2, "first")
	rules.Add("*", 0, 1, "second")
	rules.Add("a", 0, 0, "for ever")
	var got []string
	for _, name := range []string{"a", "b", "a", "a", "b", "a", "a"} {
		what, found := rules.Take((&request{name}).matches)
		if !found {
			what = "-"
		}
		got = append(got, what)
	}
	if want := []string{"second", "-", "first", "first", "-", "for ever", "for ever"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	rules.Clear()
	if what, found := rules.Take((&request{"a"}).matches); found {
		t.Errorf("after clearing: %q", what)
	}
}

func TestPauses(t *testing.T) {
	var pauses Pauses
	told := time.Unix(1700000000, 0)
	pauses.Told("a", told, time.Second)
	for after, want := range map[time.Duration]time.Duration{
		200 * time.Millisecond: 0, // it may have been on its way
		300 * time.Millisecond: 700 * time.Millisecond,
		970 * time.Millisecond: 30 * time.Millisecond,
		990 * time.Millisecond: 0,
		2 * time.Second:        0,
	} {
		if got := pauses.Early("a", told.Add(after)); got != want {
			t.Errorf("%v after being told: %v too early, want %v", after, got, want)
		}
	}
	if got := pauses.Early("b", told.Add(time.Second/2)); got != 0 {
		t.Errorf("what nobody was told of: %v too early", got)
	}
}

func TestRecorder(t *testing.T) {
	answer := httptest.NewRecorder()
	w := &Recorder{ResponseWriter: answer}
	if w.Status != 0 {
		t.Errorf("status %d before any answer", w.Status)
	}
	w.WriteHeader(418)
	if w.Status != 418 || answer.Code != 418 {
		t.Errorf("noted %d, answered %d", w.Status, answer.Code)
	}
}
