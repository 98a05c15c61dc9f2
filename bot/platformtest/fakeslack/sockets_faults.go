package fakeslack

import "fmt"

// WaitConnected waits until n connections in all have been opened.
func (s *Slack) WaitConnected(n int) {
	s.t.Helper()
	s.wait(fmt.Sprintf("%d connections to be opened", n), func() bool { return s.gate.opened >= n })
}

// WaitDisconnected waits until no connection is left.
func (s *Slack) WaitDisconnected() {
	s.t.Helper()
	s.wait("the client to leave its sockets", func() bool { return len(s.gate.conns) == 0 })
}

// Connections says how many connections are open.
func (s *Slack) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.gate.conns)
}

// RefreshSockets tells every connection to be opened anew, as Slack does every few
// hours, and closes it. What was not acknowledged comes again.
func (s *Slack) RefreshSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.gate.conns {
		if !c.leaving {
			c.say(object{"type": "disconnect", "reason": "refresh_requested", "debug_info": object{"host": "applink-fake"}})
			c.goodbye()
		}
	}
}

// CutSockets ends every connection abruptly. What was not acknowledged comes again.
func (s *Slack) CutSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.gate.conns {
		c.cut()
	}
}

// HoldSockets makes new connections wait until the function that it returns is
// called. Events meanwhile wait too, as on Slack, which tries them again for some
// minutes; see ForgetEvents.
func (s *Slack) HoldSockets() (release func()) { return s.gate.holds.Add("*") }

// ForgetEvents drops the events that wait for a connection, as a long outage does,
// and says how many there were.
func (s *Slack) ForgetEvents() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.gate.waiting)
	s.gate.waiting = nil
	s.notify()
	return n
}
