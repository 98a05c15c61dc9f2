package fakediscord

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
)

// A pattern, in the methods of this file, is a method (or *) and a path without
// /api/v9, in which * stands for one segment or a part of it:
// "GET /channels/*/messages", "* /webhooks/*/*/messages/@original". The path * alone
// stands for all.

// Request is a request that a client made.
type Request struct {
	Method, Path, Query string // Path without /api/v9
	Body                []byte
	At                  time.Time
	Status              int // 0 while unanswered
}

func (r *Request) matches(pattern string) bool {
	method, glob, ok := strings.Cut(pattern, " ")
	if !ok {
		panic("fakediscord: a pattern is a method, a space and a path, not " + pattern)
	}
	if method != "*" && method != r.Method {
		return false
	}
	if glob == "*" {
		return true
	}
	matched, err := path.Match(glob, r.Path)
	if err != nil {
		panic("fakediscord: bad pattern " + pattern)
	}
	return matched
}

type faults struct {
	log       []*Request
	answers   []*cannedAnswer
	delays    map[string]time.Duration
	holds     []*hold
	hooks     []hook
	throttles map[string]throttle // by route; "" is global
}

// cannedAnswer stands in for what would have been carried out.
type cannedAnswer struct {
	pattern string
	status  int
	body    string
	left    int // times it still applies; negative for ever
	retry   time.Duration
	global  bool
}

type hold struct {
	pattern  string
	released chan struct{}
}

type hook struct {
	pattern string
	f       func(Request)
}

// throttle says when a client that was told to slow down may come again.
type throttle struct{ since, until time.Time }

// Fail answers the next times requests that match with a status and a body, and
// does not carry them out; with times <= 0 all that follow. Status 0 breaks the
// connection off without an answer.
func (d *Discord) Fail(pattern string, status int, body string, times int) {
	d.can(&cannedAnswer{pattern: pattern, status: status, body: body, left: times})
}

// RateLimit answers the next times requests that match with 429; with times <= 0 all that
// follow. A request to the same route (if global, to any) before retryAfter has
// passed is a violation, unless it may have been on its way already.
func (d *Discord) RateLimit(pattern string, times int, retryAfter time.Duration, global bool) {
	d.can(&cannedAnswer{pattern: pattern, status: http.StatusTooManyRequests, left: times, retry: retryAfter, global: global})
}

func (d *Discord) can(a *cannedAnswer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a.left <= 0 {
		a.left = -1
	}
	d.faults.answers = append(d.faults.answers, a)
}

// Heal ends all that Fail, RateLimit and Slow have set up.
func (d *Discord) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.answers, d.faults.delays = nil, nil
}

// Slow delays every request that matches before it is carried out; 0 ends that.
func (d *Discord) Slow(pattern string, delay time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.faults.delays == nil {
		d.faults.delays = map[string]time.Duration{}
	}
	d.faults.delays[pattern] = delay
}

// Hold stops every request that matches before it is carried out, until the
// function that it returns is called.
func (d *Discord) Hold(pattern string) (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h := &hold{pattern, make(chan struct{})}
	d.faults.holds = append(d.faults.holds, h)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		for i, other := range d.faults.holds {
			if other == h {
				close(h.released)
				d.faults.holds = append(d.faults.holds[:i:i], d.faults.holds[i+1:]...)
				return
			}
		}
	}
}

// Before runs f before each request that matches is carried out, in the goroutine
// that serves the request. f may change the world by Discord's methods.
func (d *Discord) Before(pattern string, f func(Request)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.hooks = append(d.faults.hooks, hook{pattern, f})
}

// Requests returns the requests so far that match, in the order of their arrival.
func (d *Discord) Requests(pattern string) []Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests(pattern)
}

func (d *Discord) requests(pattern string) []Request {
	var out []Request
	for _, r := range d.faults.log {
		if r.matches(pattern) {
			out = append(out, *r)
		}
	}
	return out
}

// WaitRequests waits until n requests that match have arrived, and returns all
// that have.
func (d *Discord) WaitRequests(pattern string, n int) []Request {
	d.t.Helper()
	var out []Request
	d.wait(fmt.Sprintf("%d requests %s", n, pattern), func() bool {
		out = d.requests(pattern)
		return len(out) >= n
	})
	return out
}

// arrived logs a request and checks that a client that was told to wait has waited.
func (d *Discord) arrived(r *Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.log = append(d.faults.log, r)
	for _, key := range []string{"", routeOf(r)} {
		t, ok := d.faults.throttles[key]
		if !ok {
			continue
		}
		// A request may have set out before the 429 reached the client, and clocks
		// and timers are not exact.
		if r.At.Sub(t.since) > 250*time.Millisecond && t.until.Sub(r.At) > 20*time.Millisecond {
			d.violate("%s %s came %v before the client was allowed to try again", r.Method, r.Path, t.until.Sub(r.At))
		}
	}
	d.notify()
}

// routeOf names the bucket that limits a request: the method and the path with the
// minor ids blurred, as Discord does.
func routeOf(r *Request) string {
	parts := strings.Split(r.Path, "/")
	for i := range parts {
		if i > 2 && number(parts[i]) > 0 {
			parts[i] = "*"
		}
	}
	return r.Method + " " + strings.Join(parts, "/")
}

// interfere does to a request what the test has set up, and says whether the
// request has been answered by that.
func (d *Discord) interfere(w http.ResponseWriter, r *Request, cancelled <-chan struct{}) (answered bool) {
	d.mu.Lock()
	var hooks []hook
	for _, h := range d.faults.hooks {
		if r.matches(h.pattern) {
			hooks = append(hooks, h)
		}
	}
	var holds []*hold
	for _, h := range d.faults.holds {
		if r.matches(h.pattern) {
			holds = append(holds, h)
		}
	}
	var delay time.Duration
	for pattern, d := range d.faults.delays {
		if r.matches(pattern) {
			delay = max(delay, d)
		}
	}
	d.mu.Unlock()

	for _, h := range holds {
		select {
		case <-h.released:
		case <-cancelled:
			return true
		case <-d.done:
			return true
		}
	}
	if delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-cancelled:
			return true
		case <-d.done:
			return true
		}
	}
	for _, h := range hooks {
		h.f(*r)
	}
	return d.answerCanned(w, r)
}

func (d *Discord) answerCanned(w http.ResponseWriter, r *Request) bool {
	a := d.takeCanned(r)
	if a == nil {
		return false
	}
	if a.status == 0 {
		return true
	}
	if a.status != http.StatusTooManyRequests {
		limitHeaders(w.Header())
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		_, _ = w.Write([]byte(a.body))
		return true
	}
	seconds := fmt.Sprintf("%.3f", a.retry.Seconds())
	h := w.Header()
	h.Set("Retry-After", fmt.Sprint(int(a.retry.Seconds()+0.999)))
	h.Set("X-RateLimit-Reset-After", seconds)
	if a.global {
		h.Set("X-RateLimit-Global", "true")
		h.Set("X-RateLimit-Scope", "global")
	} else {
		h.Set("X-RateLimit-Scope", "user")
		h.Set("X-RateLimit-Limit", "5")
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(time.Now().Add(a.retry).UnixMilli())/1000))
		h.Set("X-RateLimit-Bucket", "fake")
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = fmt.Fprintf(w, `{"message": "You are being rate limited.", "retry_after": %s, "global": %v}`, seconds, a.global)
	return true
}

func (d *Discord) takeCanned(r *Request) *cannedAnswer {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.faults.answers {
		if a.left == 0 || !r.matches(a.pattern) {
			continue
		}
		if a.left > 0 {
			a.left--
		}
		if a.status == http.StatusTooManyRequests {
			key := routeOf(r)
			if a.global {
				key = ""
			}
			if d.faults.throttles == nil {
				d.faults.throttles = map[string]throttle{}
			}
			now := time.Now()
			d.faults.throttles[key] = throttle{now, now.Add(a.retry)}
		}
		return a
	}
	return nil
}

func limitHeaders(h http.Header) {
	h.Set("X-RateLimit-Limit", "1000")
	h.Set("X-RateLimit-Remaining", "999")
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(time.Now().Add(time.Second).UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", "1.000")
	h.Set("X-RateLimit-Bucket", "fake")
}
