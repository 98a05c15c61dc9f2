package fakeslack

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"crux/bot/platformtest/wire"
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
	answers    wire.Rules[cannedAnswer]
	losses     wire.Rules[struct{}] // of answers to what is carried out
	pauses     wire.Pauses          // by method
	duplicates int
	throttled  bool
	lastRead   map[string]time.Time // of methods that Throttle slows
}

// cannedAnswer stands in for what would have been carried out.
type cannedAnswer struct {
	status int    // 0 breaks the connection off
	code   string // Slack's error, with status 200
	retry  time.Duration
}

// Fail answers the next times requests of a method, with times <= 0 all that follow,
// and does not carry them out. With a status (an int) it answers so, with a body
// that is no JSON as Slack's own proxies do, or breaks the connection off if it is 0;
// with an error (a string) it answers with status 200 and that error.
func (s *Slack) Fail(method string, what any, times int) {
	a := cannedAnswer{status: http.StatusOK}
	switch what := what.(type) {
	case int:
		a.status = what
	case string:
		a.code = what
	default:
		panic(fmt.Sprintf("fakeslack: Fail takes a status or an error, not a %T", what))
	}
	s.can(method, 0, times, a)
}

// Lose carries the next times requests of a method out, and breaks the connection off
// instead of answering.
func (s *Slack) Lose(method string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.losses.Add(method, 0, times, struct{}{})
}

// Limit lets a number of requests of a method pass and answers the next times with
// 429; with times <= 0 all that follow. A request before retryAfter has passed, which is
// told in whole seconds, is a violation, unless it may have been on its way already.
func (s *Slack) Limit(method string, after int, retryAfter time.Duration, times int) {
	s.can(method, after, times, cannedAnswer{status: http.StatusTooManyRequests, retry: retryAfter})
}

func (s *Slack) can(method string, after, times int, a cannedAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.answers.Add(method, after, times, a)
}

// Heal ends all that Fail, Lose, Limit, Delay, Throttle and Duplicate have set up.
func (s *Slack) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.answers.Clear()
	s.faults.losses.Clear()
	s.traffic.Hasten()
	s.faults.duplicates, s.faults.throttled = 0, false
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
func (s *Slack) Delay(method string, delay time.Duration) { s.traffic.Delay(method, delay) }

// Hold stops every request of a method before it is carried out, until the function
// that it returns is called.
func (s *Slack) Hold(method string) (release func()) { return s.traffic.Hold(method) }

// HoldAnswers carries every request of a method out, and keeps the answer back until the
// function that it returns is called, or the client has gone.
func (s *Slack) HoldAnswers(method string) (release func()) { return s.traffic.HoldAnswers(method) }

// After runs f after each request of a method has been carried out and before it is
// answered, in the goroutine that serves the request. f may change the world by Slack's methods.
func (s *Slack) After(method string, f func(Request)) { s.traffic.After(method, f) }

// Before runs f before each request of a method is carried out, in the goroutine that
// serves the request. f may change the world by Slack's methods.
func (s *Slack) Before(method string, f func(Request)) { s.traffic.Before(method, f) }

// Requests returns the requests of a method so far, in the order of their arrival.
func (s *Slack) Requests(method string) []Request { return s.traffic.Requests(method) }

// WaitRequests waits until n requests of a method have arrived, and returns all that have.
func (s *Slack) WaitRequests(method string, n int) []Request {
	s.t.Helper()
	return s.traffic.Wait(s.t, s.Patience, method, n)
}
