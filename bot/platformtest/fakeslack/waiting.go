package fakeslack

import (
	"slices"
)

// WaitMessage waits until a message stands in the channel, as a reply or not, that ok
// accepts, and returns the newest such. It looks neither at ephemeral messages nor at
// what is only Slack.Progress of the bot. ok must not call methods of Slack.
func (s *Slack) WaitMessage(channel string, ok func(Posted) bool) Posted {
	s.t.Helper()
	return s.WaitShown(channel, func(p Posted) bool { return !s.interim(p) && ok(p) })
}

// WaitShown is WaitMessage that looks at progress too.
func (s *Slack) WaitShown(channel string, ok func(Posted) bool) Posted {
	s.t.Helper()
	return s.waitAmong("a message in the channel", func() []*message { return s.mustChannel(channel).messages }, ok)
}

// WaitEphemeral waits until a message stands for a user's eyes alone that ok accepts
// and that is not only Slack.Progress, and returns the newest such.
func (s *Slack) WaitEphemeral(user string, ok func(Posted) bool) Posted {
	s.t.Helper()
	return s.waitAmong("an ephemeral message", func() []*message { return s.ephemeralsOf(user) },
		func(p Posted) bool { return !s.interim(p) && ok(p) })
}

// WaitHome waits until a user's App Home is one that ok accepts.
func (s *Slack) WaitHome(user string, ok func(Posted) bool) Posted {
	s.t.Helper()
	return s.waitAmong("an App Home", func() []*message {
		if m := s.homes[user]; m != nil {
			return []*message{m}
		}
		return nil
	}, ok)
}

// interim says whether a message is only progress; what people write never is.
func (s *Slack) interim(p Posted) bool { return p.Author == s.Bot && s.Progress(p) }

func (s *Slack) waitAmong(what string, among func() []*message, ok func(Posted) bool) Posted {
	s.t.Helper()
	var found Posted
	seen := 0
	s.wait(what, func() bool {
		if seen > 0 && seen == s.revision {
			return false
		}
		for _, m := range slices.Backward(among()) {
			if m.revision <= seen {
				continue // was looked at before, and is as it was
			}
			if p := s.posted(m); ok(p) {
				found = p
				return true
			}
		}
		seen = s.revision
		return false
	})
	return found
}

// WaitGone waits until a message, which may be ephemeral, has been deleted.
func (s *Slack) WaitGone(channel, ts string) {
	s.t.Helper()
	s.wait("a message's deletion", func() bool {
		c := s.channels[channel]
		ephemeral := slices.ContainsFunc(s.ephemerals, func(m *message) bool { return m.ts == ts })
		return !ephemeral && (c == nil || c.message(ts) == nil || c.message(ts).deleted)
	})
}

// WaitDelivered waits until nothing that was sent is still without an
// acknowledgement or waits to be tried again.
func (s *Slack) WaitDelivered() {
	s.t.Helper()
	s.wait("all deliveries to be acknowledged", func() bool {
		if s.web.outstanding() > 0 || len(s.gate.waiting) > 0 {
			return false
		}
		for _, c := range s.gate.conns {
			if len(c.unacked) > 0 {
				return false
			}
		}
		return true
	})
}
