package fakeslack

import (
	"encoding/json"
	"slices"
	"time"
)

// Acked waits until it is acknowledged and returns what came with that, nil for
// nothing. If it is not acknowledged in time, the test gets an error.
func (e *Exchange) Acked() json.RawMessage {
	e.s.t.Helper()
	e.acknowledged()
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.payload
}

func (e *Exchange) acknowledged() bool {
	e.s.t.Helper()
	why := ""
	good := e.s.wait("the acknowledgement of "+e.name, func() bool {
		why = e.failed
		return e.acked || e.failed != ""
	})
	if why != "" {
		e.s.t.Errorf("%s was not acknowledged: %s", e.name, why)
		return false
	}
	return good
}

// Failed waits until it is acknowledged or will not be any more, and says why it
// will not; "" if it was.
func (e *Exchange) Failed() string {
	e.s.t.Helper()
	why := ""
	e.s.wait("the acknowledgement of "+e.name, func() bool {
		why = e.failed
		return e.acked || e.failed != ""
	})
	return why
}

// Latency waits for the acknowledgement and returns the time from sending to it.
func (e *Exchange) Latency() time.Duration {
	e.s.t.Helper()
	e.acknowledged()
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.latency
}

// Answers returns, oldest first and as they stand, the messages with which the app
// has answered so far: with the acknowledgement of a command, and by the response
// URL. A message whose button was pressed is among them once it was replaced or
// deleted that way.
func (e *Exchange) Answers() []Posted {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.s.allPosted(e.answers)
}

// States returns all states in which answers have stood so far, in order.
func (e *Exchange) States() []Posted {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return slices.Clone(e.states)
}

// Answer waits until there is an answer, be it progress, and returns its newest state.
func (e *Exchange) Answer() Posted {
	e.s.t.Helper()
	return e.Until(func(Posted) bool { return true })
}

// Final waits for an answer that is not only Slack.Progress.
func (e *Exchange) Final() Posted {
	e.s.t.Helper()
	return e.Until(func(p Posted) bool { return !p.Deleted && !e.s.Progress(p) })
}

// Until waits until an answer has been in a state that ok accepts, and returns the
// newest such. ok must not call methods of Slack.
func (e *Exchange) Until(ok func(Posted) bool) Posted {
	e.s.t.Helper()
	if !e.acknowledged() {
		return Posted{}
	}
	var found Posted
	e.s.wait("the answer to "+e.name, func() bool {
		for _, p := range slices.Backward(e.states) {
			if ok(p) {
				found = p
				return true
			}
		}
		return false
	})
	return found
}

// Press waits for Final and presses one of its buttons as the same user.
func (e *Exchange) Press(label string) *Exchange {
	e.s.t.Helper()
	return e.s.Press(e.User, e.Final(), label)
}

// Expire ends the 30 minutes of the response URL now.
func (e *Exchange) Expire() {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	if e.hook != nil {
		e.hook.expired = true
	}
}
