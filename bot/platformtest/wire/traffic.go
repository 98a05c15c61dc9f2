package wire

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"
)

// Traffic is the requests, R, that a client has made, and what a test does to those that
// match a pattern before they are carried out and before they are answered. The zero value is of no use.
type Traffic[R any] struct {
	guard   *Guard
	matches func(r *R, pattern string) bool
	log     []*R
	holds   *Holds
	delays  map[string]time.Duration
	hooks   []hook[R]
	// kept holds answers back, and after runs before they go out.
	kept  *Holds
	after []hook[R]
}

type hook[R any] struct {
	pattern string
	do      func(R)
}

// NewTraffic returns the Traffic of a world. matches says whether a pattern means a request.
func NewTraffic[R any](g *Guard, matches func(r *R, pattern string) bool) *Traffic[R] {
	return &Traffic[R]{guard: g, matches: matches, holds: NewHolds(g), kept: NewHolds(g), delays: map[string]time.Duration{}}
}

// Hold stops requests until the function that it returns is called.
func (t *Traffic[R]) Hold(pattern string) (release func()) { return t.holds.Add(pattern) }

// HoldAnswers carries requests out and keeps their answers back until the function that
// it returns is called.
func (t *Traffic[R]) HoldAnswers(pattern string) (release func()) { return t.kept.Add(pattern) }

// Delay delays requests; 0 ends that.
func (t *Traffic[R]) Delay(pattern string, delay time.Duration) {
	t.guard.Lock()
	defer t.guard.Unlock()
	t.delays[pattern] = delay
}

// Hasten ends all delays. The lock is held.
func (t *Traffic[R]) Hasten() { clear(t.delays) }

// Before runs do before each request, in the goroutine that serves it.
func (t *Traffic[R]) Before(pattern string, do func(R)) {
	t.guard.Lock()
	defer t.guard.Unlock()
	t.hooks = append(t.hooks, hook[R]{pattern, do})
}

// After runs do after each request was carried out and before it is answered, in the
// goroutine that serves it.
func (t *Traffic[R]) After(pattern string, do func(R)) {
	t.guard.Lock()
	defer t.guard.Unlock()
	t.after = append(t.after, hook[R]{pattern, do})
}

// Requests returns the requests so far, in the order of their arrival.
func (t *Traffic[R]) Requests(pattern string) []R {
	t.guard.Lock()
	defer t.guard.Unlock()
	return t.requests(pattern)
}

func (t *Traffic[R]) requests(pattern string) []R {
	var out []R
	for _, r := range t.log {
		if t.matches(r, pattern) {
			out = append(out, *r)
		}
	}
	return out
}

// Wait waits as Guard.Wait does until n requests have arrived, and returns all that have.
func (t *Traffic[R]) Wait(tb testing.TB, patience time.Duration, pattern string, n int) []R {
	tb.Helper()
	var out []R
	t.guard.Wait(tb, patience, fmt.Sprintf("%d requests %s", n, pattern), func() bool {
		out = t.requests(pattern)
		return len(out) >= n
	})
	return out
}

// Arrived records a request, which may be changed under the lock. The lock is held.
func (t *Traffic[R]) Arrived(r *R) {
	t.log = append(t.log, r)
	t.guard.Notify()
}

// Interfere does to a request what the test has set up. It returns false where gone, which
// is closed when the client goes, or the end of the test came before it could be carried out.
func (t *Traffic[R]) Interfere(r *R, gone <-chan struct{}) bool {
	delay, hooks := t.planned(r), t.matching(&t.hooks, r)
	if !t.holds.Pass(func(pattern string) bool { return t.matches(r, pattern) }, gone) {
		return false
	}
	if delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-gone:
			return false
		case <-t.guard.ended:
			return false
		}
	}
	for _, h := range hooks {
		h.do(*r)
	}
	return true
}

// Finish does to a request that was carried out what the test has set up. It returns
// false where gone, which is closed when the client goes, or the end of the test came
// before it could be answered.
func (t *Traffic[R]) Finish(r *R, gone <-chan struct{}) bool {
	for _, h := range t.matching(&t.after, r) {
		h.do(*r)
	}
	return t.kept.Pass(func(pattern string) bool { return t.matches(r, pattern) }, gone)
}

// planned returns the longest delay that a request is to have.
func (t *Traffic[R]) planned(r *R) (delay time.Duration) {
	t.guard.Lock()
	defer t.guard.Unlock()
	for pattern, d := range t.delays {
		if t.matches(r, pattern) {
			delay = max(delay, d)
		}
	}
	return delay
}

// matching are those of the hooks that a request is to have.
func (t *Traffic[R]) matching(hooks *[]hook[R], r *R) (found []hook[R]) {
	t.guard.Lock()
	defer t.guard.Unlock()
	for _, h := range *hooks {
		if t.matches(r, h.pattern) {
			found = append(found, h)
		}
	}
	return found
}

// Recorder notes with which status it is answered.
type Recorder struct {
	http.ResponseWriter
	Status int // 0 while unanswered
}

// WriteHeader writes the status and notes it.
func (w *Recorder) WriteHeader(status int) {
	w.Status = status
	w.ResponseWriter.WriteHeader(status)
}

// Reply is an answer that is not sent yet.
type Reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// NewReply returns an empty one.
func NewReply() *Reply { return &Reply{header: http.Header{}} }

// Header is what goes before the body.
func (r *Reply) Header() http.Header { return r.header }

// WriteHeader sets the status, the first time it is called.
func (r *Reply) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write adds to the body.
func (r *Reply) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// Send sends it.
func (r *Reply) Send(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	r.WriteHeader(http.StatusOK)
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes()) // where the client has gone, nobody misses it
}
