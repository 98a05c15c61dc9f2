package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// line runs requests in a queue and notes the order in which they begin.
type line struct {
	t *testing.T
	q *Queue

	mu     sync.Mutex
	begun  []string
	errs   map[string]error
	ahead  map[string][]int
	cancel map[string]context.CancelFunc
}

func newLine(t *testing.T, workers int) *line {
	return &line{
		t: t, q: NewQueue(workers),
		errs: map[string]error{}, ahead: map[string][]int{}, cancel: map[string]context.CancelFunc{},
	}
}

// ask puts requests of a second each in the queue, one after the other. A request
// such as "a2" is for the place "a".
func (l *line) ask(names ...string) {
	for _, name := range names {
		ctx, cancel := context.WithCancel(l.t.Context())
		l.cancel[name] = cancel
		go func() {
			defer cancel()
			waiting := func(ahead int) { l.note(func() { l.ahead[name] = append(l.ahead[name], ahead) }) }
			err := l.q.Do(ctx, name[:1], waiting, func(context.Context) error {
				l.note(func() { l.begun = append(l.begun, name) })
				time.Sleep(time.Second)
				return nil
			})
			l.note(func() { l.errs[name] = err })
		}()
		synctest.Wait()
	}
}

func (l *line) note(what func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what()
}

// started are the requests that have begun, in order.
func (l *line) started() (names []string) {
	l.note(func() { names = slices.Clone(l.begun) })
	return names
}

// told is what a request was told of how many are ahead.
func (l *line) told(name string) (ahead []int) {
	l.note(func() { ahead = slices.Clone(l.ahead[name]) })
	return ahead
}

// err is what a request's Do returned, nil where it has not.
func (l *line) err(name string) (err error) {
	l.note(func() { err = l.errs[name] })
	return err
}

// empty checks that the queue keeps nothing of what is over.
func (l *line) empty() {
	l.t.Helper()
	q := l.q
	if q.Waiting() != 0 || q.Running() != 0 || len(q.busy)+len(q.lines)+len(q.turn) != 0 {
		l.t.Errorf("left in the queue: %d wait, %d run, busy %v, lines %v, turn %v", q.Waiting(), q.Running(), q.busy, q.lines, q.turn)
	}
}

func TestQueueTakesPlacesInTurn(t *testing.T) {
	tests := []struct {
		workers int
		asked   string
		want    string // what begins in each second
	}{
		{1, "a1 a2 a3 a4 b1", "a1|b1|a2|a3|a4"},
		{1, "a1 a2 a3 b1 b2 c1", "a1|b1|c1|a2|b2|a3"},
		{1, "a1 b1 c1 a2 b2 c2", "a1|b1|c1|a2|b2|c2"},
		{2, "a1 a2 a3 b1", "a1 b1|a2|a3"},
		{3, "a1 a2 b1 b2 c1 d1", "a1 b1 c1|a2 b2 d1"},
		{2, "a1 a2 a3 b1 b2 c1 d1", "a1 b1|c1 d1|a2 b2|a3"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, test.workers)
			l.ask(strings.Fields(test.asked)...)
			var seconds []string
			for done := 0; done < len(l.started()); {
				now := l.started()[done:]
				done += len(now)
				slices.Sort(now)
				seconds = append(seconds, strings.Join(now, " "))
				time.Sleep(time.Second)
				synctest.Wait()
			}
			if got := strings.Join(seconds, "|"); got != test.want {
				t.Errorf("%s with %d workers: %s, want %s", test.asked, test.workers, got, test.want)
			}
			l.empty()
		})
	}
}

func TestQueueBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers = 3
		q := NewQueue(workers)
		var mu sync.Mutex
		running, most := map[string]int{}, 0
		var all sync.WaitGroup
		for i := range 120 {
			place := fmt.Sprint(i % 7)
			all.Go(func() {
				err := q.Do(t.Context(), place, nil, func(context.Context) error {
					mu.Lock()
					running[place]++
					if running[place] > 1 {
						t.Errorf("%d run for %s", running[place], place)
					}
					sum := 0
					for _, n := range running {
						sum += n
					}
					most = max(most, sum)
					mu.Unlock()
					time.Sleep(time.Duration(1+i%5) * time.Second)
					mu.Lock()
					defer mu.Unlock()
					running[place]--
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most != workers {
			t.Errorf("at most %d ran, want %d", most, workers)
		}
		(&line{t: t, q: q}).empty()
	})
}

func TestQueueSaysHowManyAreAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1)
		l.ask("a1", "a2", "a3", "b1")
		time.Sleep(time.Minute)
		synctest.Wait()
		for name, want := range map[string][]int{
			"a1": nil,          // begins at once
			"a2": {1, 2, 1},    // b1 goes before it
			"a3": {2, 3, 2, 1}, // likewise
			"b1": {1},
		} {
			if !slices.Equal(l.told(name), want) {
				t.Errorf("%s was told %v, want %v", name, l.told(name), want)
			}
		}
	})
}

// While a worker is free, other places do not matter.
func TestQueueAheadInOwnPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 9)
		l.ask("b1", "c1", "a1", "a2", "a3")
		if got := l.told("a3"); !slices.Equal(got, []int{2}) {
			t.Errorf("a3 was told %v, want 2", got)
		}
		if l.q.Running() != 3 || l.q.Waiting() != 2 {
			t.Errorf("%d run and %d wait, want 3 and 2", l.q.Running(), l.q.Waiting())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		l.empty()
	})
}

func TestQueueForgetsWhoGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1)
		l.ask("a1", "a2", "a3", "b1")
		l.cancel["a2"]()
		l.cancel["b1"]()
		synctest.Wait()
		for _, name := range []string{"a2", "b1"} {
			if err := l.err(name); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := []string{"a1", "a3"}; !slices.Equal(l.started(), want) {
			t.Errorf("%v ran, want %v", l.started(), want)
		}
		l.empty()

		l.cancel["a1"]()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		err := l.q.Do(ended, "a", nil, func(context.Context) error { t.Error("it ran"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that had ended: %v", err)
		}
		l.empty()
	})
}

func TestQueueRefusesTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1)
		l.ask("a0")
		for i := range MaxWaiting {
			l.ask(fmt.Sprintf("a-%d", i))
		}
		l.ask("a-late", "b1")
		if refused := refusal(l.err("a-late")); refused == nil {
			t.Errorf("one too many: %v", l.err("a-late"))
		}
		if l.q.Waiting() != MaxWaiting+1 {
			t.Errorf("%d wait; the other place's one should too", l.q.Waiting())
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if ran := l.started(); ran[1] != "b1" || len(ran) != MaxWaiting+2 {
			t.Errorf("%d ran: %v", len(ran), ran)
		}
		l.empty()
	})
}

func TestQueueAfterAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1)
		fails := func(waiting func(int), work func(context.Context) error) (r any) {
			defer func() { r = recover() }()
			err := l.q.Do(t.Context(), "a", waiting, work)
			return fmt.Sprint("no panic but ", err)
		}
		if r := fails(nil, func(context.Context) error { panic("in work") }); r != "in work" {
			t.Error(r)
		}
		l.empty()

		l.ask("b1")
		if r := fails(func(int) { panic("in waiting") }, nil); r != "in waiting" {
			t.Error(r)
		}
		l.ask("a1")
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := []string{"b1", "a1"}; !slices.Equal(l.started(), want) {
			t.Errorf("%v ran, want %v", l.started(), want)
		}
		l.empty()
	})
}

func TestQueueReturnsTheErrorOfWork(t *testing.T) {
	want := errors.New("work")
	if err := NewQueue(0).Do(t.Context(), "a", nil, func(context.Context) error { return want }); err != want {
		t.Error(err)
	}
}
