package fakeslack

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// A method, in the methods of this file, is one of the Web API ("chat.postMessage"),
// "response_url", "upload" for the contents of files, or * for all.

// Request is a request that the client made.
type Request struct {
	Method string
	// Args are the arguments, of a form or of JSON; what is no text in JSON stands as
	// JSON. The token is not among them.
	Args url.Values
	Body []byte // as it came, the token included
	At   time.Time
	// Status is the answer's; 0 while unanswered. Error is Slack's, "" for none.
	Status int
	Error  string
}

func (r *Request) matches(method string) bool { return method == "*" || method == r.Method }

type faults struct {
	log        []*Request
	answers    []*cannedAnswer
	delays     map[string]time.Duration
	holds      []*hold
	hooks      []hook
	limited    map[string]limit // by method
	duplicates int
	throttled  bool
	lastRead   map[string]time.Time // of methods that Throttle slows
}

// cannedAnswer stands in for what would have been carried out.
type cannedAnswer struct {
	method string
	status int    // 0 breaks the connection off
	code   string // Slack's error, with status 200
	after  int    // requests that it lets pass
	left   int    // times it still applies; negative for ever
	retry  time.Duration
	done   bool // whether the request is carried out before the connection breaks off
}

type hold struct {
	method   string
	released chan struct{}
}

type hook struct {
	method string
	f      func(Request)
}

// limit says when a client that was told to slow down may come again.
type limit struct{ since, until time.Time }

// Fail answers the next times requests of a method, with times <= 0 all that follow,
// and does not carry them out. With a status (an int) it answers so, with a body
// that is no JSON as Slack's own proxies do, or breaks the connection off if it is 0;
// with an error (a string) it answers with status 200 and that error.
func (s *Slack) Fail(method string, what any, times int) {
	a := &cannedAnswer{method: method, left: times, status: http.StatusOK}
	switch what := what.(type) {
	case int:
		a.status = what
	case string:
		a.code = what
	default:
		panic(fmt.Sprintf("fakeslack: Fail takes a status or an error, not a %T", what))
	}
	s.can(a)
}

// Lose carries the next times requests of a method out, and breaks the connection off
// instead of answering.
func (s *Slack) Lose(method string, times int) {
	s.can(&cannedAnswer{method: method, left: times, done: true})
}

// Limit lets a number of requests of a method pass and answers the next times with
// 429; with times <= 0 all that follow. A request before retryAfter has passed, which is
// told in whole seconds, is a violation, unless it may have been on its way already.
func (s *Slack) Limit(method string, after int, retryAfter time.Duration, times int) {
	s.can(&cannedAnswer{method: method, status: http.StatusTooManyRequests, after: after, left: times, retry: retryAfter})
}

func (s *Slack) can(a *cannedAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.left <= 0 {
		a.left = -1
	}
	s.faults.answers = append(s.faults.answers, a)
}

// Heal ends all that Fail, Lose, Limit, Delay, Throttle and Duplicate have set up.
func (s *Slack) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.answers, s.faults.delays, s.faults.duplicates, s.faults.throttled = nil, nil, 0, false
}

// Duplicate delivers each event n times, under the same event id.
func (s *Slack) Duplicate(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.duplicates = n
}

// Throttle holds reading to what apps outside Slack's marketplace are held to that many
// workspaces use: of conversations.history and .replies one call a minute each, and
// 15 messages a call.
func (s *Slack) Throttle(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.throttled, s.faults.lastRead = on, map[string]time.Time{}
}

// MalformBlock makes a message's blocks something that no client can decode, in the
// history and in the event message_changed, which it sends.
func (s *Slack) MalformBlock(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mustChannel(channel).message(ts)
	if m == nil {
		s.t.Errorf("MalformBlock: no such message")
		return
	}
	previous := s.messageJSON(m)
	m.malformed = true
	s.changedMessage(m, previous)
}

// Delay delays every request of a method before it is carried out; 0 ends that.
func (s *Slack) Delay(method string, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.delays == nil {
		s.faults.delays = map[string]time.Duration{}
	}
	s.faults.delays[method] = delay
}

// Hold stops every request of a method before it is carried out, until the function
// that it returns is called.
func (s *Slack) Hold(method string) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &hold{method, make(chan struct{})}
	s.faults.holds = append(s.faults.holds, h)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if at := slices.Index(s.faults.holds, h); at >= 0 {
			close(h.released)
			s.faults.holds = slices.Delete(s.faults.holds, at, at+1)
		}
	}
}

// Before runs f before each request of a method is carried out, in the goroutine that
// serves the request. f may change the world by Slack's methods.
func (s *Slack) Before(method string, f func(Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.hooks = append(s.faults.hooks, hook{method, f})
}

// Requests returns the requests of a method so far, in the order of their arrival.
func (s *Slack) Requests(method string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests(method)
}

func (s *Slack) requests(method string) []Request {
	var out []Request
	for _, r := range s.faults.log {
		if r.matches(method) {
			out = append(out, *r)
		}
	}
	return out
}

// WaitRequests waits until n requests of a method have arrived, and returns all that have.
func (s *Slack) WaitRequests(method string, n int) []Request {
	s.t.Helper()
	var out []Request
	s.wait(fmt.Sprintf("%d requests of %s", n, method), func() bool {
		out = s.requests(method)
		return len(out) >= n
	})
	return out
}
