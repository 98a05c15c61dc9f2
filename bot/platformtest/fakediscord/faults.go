package fakediscord

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"crux/bot/platformtest/wire"
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
	answers wire.Rules[cannedAnswer]
	losses  wire.Rules[struct{}] // of answers to what is carried out
	pauses  wire.Pauses          // by route; "" is all
}

// cannedAnswer stands in for what would have been carried out.
type cannedAnswer struct {
	status int
	body   string
	retry  time.Duration
	global bool
}

// Fail answers the next times requests that match with a status and a body, and
// does not carry them out; with times <= 0 all that follow. Status 0 breaks the
// connection off without an answer.
func (d *Discord) Fail(pattern string, status int, body string, times int) {
	d.can(pattern, times, cannedAnswer{status: status, body: body})
}

// RateLimit answers the next times requests that match with 429; with times <= 0 all that
// follow. A request to the same route (if global, to any) before retryAfter has
// passed is a violation, unless it may have been on its way already.
func (d *Discord) RateLimit(pattern string, times int, retryAfter time.Duration, global bool) {
	d.can(pattern, times, cannedAnswer{status: http.StatusTooManyRequests, retry: retryAfter, global: global})
}

func (d *Discord) can(pattern string, times int, a cannedAnswer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.answers.Add(pattern, 0, times, a)
}

// Lose carries the next times requests that match out, and breaks the connection off
// instead of answering; with times <= 0 all that follow.
func (d *Discord) Lose(pattern string, times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.losses.Add(pattern, 0, times, struct{}{})
}

// Heal ends all that Fail, Lose, RateLimit and Slow have set up.
func (d *Discord) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.answers.Clear()
	d.faults.losses.Clear()
	d.traffic.Hasten()
}

// Slow delays every request that matches before it is carried out; 0 ends that.
func (d *Discord) Slow(pattern string, delay time.Duration) { d.traffic.Delay(pattern, delay) }

// Hold stops every request that matches before it is carried out, until the
// function that it returns is called.
func (d *Discord) Hold(pattern string) (release func()) { return d.traffic.Hold(pattern) }

// HoldAnswers carries every request that matches out, and keeps the answer back until the
// function that it returns is called, or the client has gone.
func (d *Discord) HoldAnswers(pattern string) (release func()) { return d.traffic.HoldAnswers(pattern) }

// After runs f after each request that matches has been carried out and before it is
// answered, in the goroutine that serves the request. f may change the world by Discord's methods.
func (d *Discord) After(pattern string, f func(Request)) { d.traffic.After(pattern, f) }

// Before runs f before each request that matches is carried out, in the goroutine
// that serves the request. f may change the world by Discord's methods.
func (d *Discord) Before(pattern string, f func(Request)) { d.traffic.Before(pattern, f) }

// Requests returns the requests so far that match, in the order of their arrival.
func (d *Discord) Requests(pattern string) []Request { return d.traffic.Requests(pattern) }

// WaitRequests waits until n requests that match have arrived, and returns all
// that have.
func (d *Discord) WaitRequests(pattern string, n int) []Request {
	d.t.Helper()
	return d.traffic.Wait(d.t, d.Patience, pattern, n)
}

// arrived logs a request and checks that a client that was told to wait has waited.
func (d *Discord) arrived(r *Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, key := range []string{"", routeOf(r)} {
		if early := d.faults.pauses.Early(key, r.At); early > 0 {
			d.violate("%s %s came %v before the client was allowed to try again", r.Method, r.Path, early)
		}
	}
	d.traffic.Arrived(r)
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
	return !d.traffic.Interfere(r, cancelled) || d.answerCanned(w, r)
}

func (d *Discord) answerCanned(w http.ResponseWriter, r *Request) bool {
	a, found := d.takeCanned(r)
	if !found {
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

func (d *Discord) takeCanned(r *Request) (cannedAnswer, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, found := d.faults.answers.Take(r.matches)
	if a.status == http.StatusTooManyRequests {
		key := routeOf(r)
		if a.global {
			key = ""
		}
		d.faults.pauses.Told(key, time.Now(), a.retry)
	}
	return a, found
}

// takeLoss says whether the answer to a request that was carried out is to be lost.
func (d *Discord) takeLoss(r *Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, lost := d.faults.losses.Take(r.matches)
	return lost
}

func limitHeaders(h http.Header) {
	h.Set("X-RateLimit-Limit", "1000")
	h.Set("X-RateLimit-Remaining", "999")
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(time.Now().Add(time.Second).UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", "1.000")
	h.Set("X-RateLimit-Bucket", "fake")
}

// globalLimit is how many requests a bot may make in a second, answers to interactions apart.
const globalLimit = 50

// overGlobalLimit is how long a client that asks too often must wait, 0 for one that doesn't.
func (d *Discord) overGlobalLimit(path string, now time.Time) time.Duration {
	if needsNoToken(path) {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.lately) > 0 && now.Sub(d.lately[0]) >= time.Second {
		d.lately = d.lately[1:]
	}
	if len(d.lately) >= globalLimit {
		d.limited++
		return time.Second - now.Sub(d.lately[0])
	}
	d.lately = append(d.lately, now)
	return 0
}

// Limited is how many requests were refused because the bot made too many in a second.
func (d *Discord) Limited() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.limited
}
