package fakeslack

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// app is what stands behind the address that the fake delivers to.
type app struct {
	mu     sync.Mutex
	got    []*http.Request
	bodies []string
	answer func(n int, w http.ResponseWriter)
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	a.got, a.bodies = append(a.got, r), append(a.bodies, string(body))
	n := len(a.got)
	a.mu.Unlock()
	if a.answer != nil {
		a.answer(n, w)
	}
}

func listen(t *testing.T, s *Slack, a *app) {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	s.UseHTTP(server.URL)
}

func TestHTTPDeliveries(t *testing.T) {
	t.Parallel()
	s := New(t)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	a := &app{}
	listen(t, s, a)
	s.Post(agora, Message{Author: ann, Text: "hello"})
	s.WaitDelivered()
	a.answer = func(_ int, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"text":"Reading…"}`)
	}
	e := s.Command(Use{User: ann, Channel: agora, Text: "3d"})
	if got := string(e.Acked()); !strings.Contains(got, "Reading") {
		t.Errorf("acknowledged with %s", got)
	}
	if got := e.Answers(); len(got) != 1 || got[0].User != ann || got[0].Text != "Reading…" {
		t.Errorf("answered at once: %+v", got)
	}
	a.answer = nil
	s.Shortcut(Use{User: ann, Channel: agora, Message: s.Messages(agora)[0].ID, Callback: "from_here"}).Acked()

	want := []struct{ path, kind, part string }{
		{eventsPath, "application/json", `"text":"hello"`},
		{commandsPath, "application/x-www-form-urlencoded", "text=3d"},
		{interactivityPath, "application/x-www-form-urlencoded", url.QueryEscape(`"callback_id":"from_here"`)},
	}
	for i, w := range want {
		r := a.got[i]
		if r.URL.Path != w.path || r.Header.Get("Content-Type") != w.kind || !strings.Contains(a.bodies[i], w.part) {
			t.Errorf("request %d: %s, %s", i, r.URL.Path, a.bodies[i])
		}
		sec, err := strconv.ParseInt(r.Header.Get("X-Slack-Request-Timestamp"), 10, 64)
		if err != nil {
			t.Errorf("request %d: %v", i, err)
		}
		again := s.Signed(w.path, w.kind, []byte(a.bodies[i]), time.Unix(sec, 0), "")
		if got := r.Header.Get("X-Slack-Signature"); got != again.Header.Get("X-Slack-Signature") || !strings.HasPrefix(got, "v0=") {
			t.Errorf("request %d is signed %q", i, got)
		}
		forged := s.Signed(w.path, w.kind, []byte(a.bodies[i]), time.Unix(sec, 0), "other")
		if r.Header.Get("X-Slack-Signature") == forged.Header.Get("X-Slack-Signature") {
			t.Errorf("request %d is signed alike with another secret", i)
		}
	}
}

func TestHTTPRetries(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.RetryAfter = time.Millisecond
	agora := s.AddChannel(Channel{Name: "agora"})
	a := &app{answer: func(n int, w http.ResponseWriter) {
		if n < 4 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}}
	listen(t, s, a)
	s.Post(agora, Message{Text: "hello"})
	s.WaitDelivered()
	if len(a.got) != 4 {
		t.Fatalf("%d requests", len(a.got))
	}
	if h := a.got[3].Header; h.Get("X-Slack-Retry-Num") != "3" || h.Get("X-Slack-Retry-Reason") != "http_error" || a.bodies[0] != a.bodies[3] {
		t.Errorf("the last retry: %v", h)
	}
	if a.got[0].Header.Get("X-Slack-Retry-Num") != "" {
		t.Error("the first try says that it is a retry")
	}
	wantViolations(t, s)
}

func TestHTTPDeadline(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Deadline = 50 * time.Millisecond
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	hang := make(chan struct{})
	defer close(hang)
	listen(t, s, &app{answer: func(int, http.ResponseWriter) { <-hang }})
	e := s.Command(Use{User: ann, Channel: agora})
	if why := e.Failed(); why != "http_timeout" {
		t.Errorf("a command that hangs: %q", why)
	}
	wantViolations(t, s, "the command /debate was not acknowledged")
	s.Deadline = time.Minute
	s.UseHTTP("http://127.0.0.1:1") // where nobody listens
	if why := s.Command(Use{User: ann, Channel: agora}).Failed(); why != "connection_failed" {
		t.Errorf("a command that nobody takes: %q", why)
	}
	wantViolations(t, s)
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	s := New(t)
	a := &app{}
	listen(t, s, a)
	if err := s.Challenge(); err == nil {
		t.Error("an empty answer passes")
	}
	a.answer = func(_ int, w http.ResponseWriter) {
		_, body, _ := strings.Cut(a.bodies[len(a.bodies)-1], `"challenge":"`)
		challenge, _, _ := strings.Cut(body, `"`)
		_, _ = io.WriteString(w, challenge)
	}
	if err := s.Challenge(); err != nil {
		t.Error(err)
	}
}
