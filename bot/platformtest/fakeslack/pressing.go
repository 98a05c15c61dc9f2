package fakeslack

import "encoding/json"

// Press presses a button of a message or of a view of the App Home, found by its
// label or its action id, and says yes where it asks. Of what only one person sees, that
// person must be the user.
func (s *Slack) Press(user string, p Posted, label string) *Exchange {
	s.t.Helper()
	return s.act(user, p, "the button "+label, func(p Posted) (object, bool) {
		b, found := p.Button(label)
		action := object{
			"type": "button", "action_id": b.ActionID, "block_id": b.block, "text": object{"type": "plain_text", "text": b.Label, "emoji": true},
		}
		for key, v := range map[string]string{"value": b.Value, "style": b.Style, "url": b.URL} {
			if v != "" {
				action[key] = v
			}
		}
		return action, found
	})
}

// Choose chooses an option of a menu of any kind, found by its label.
func (s *Slack) Choose(user string, p Posted, label string) *Exchange {
	s.t.Helper()
	return s.act(user, p, "the option "+label, func(p Posted) (object, bool) {
		for _, m := range p.Menus() {
			for _, o := range m.Options {
				if o.Label == label {
					chosen := object{"text": object{"type": "plain_text", "text": o.Label, "emoji": true}, "value": o.Value}
					return object{"type": m.Kind, "action_id": m.ActionID, "block_id": m.block, "selected_option": chosen}, true
				}
			}
		}
		return nil, false
	})
}

// act does what a user does with an element of a message or of a view.
func (s *Slack) act(user string, p Posted, what string, with func(Posted) (action object, found bool)) *Exchange {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.pressable(p)
	var c *channel
	if m != nil {
		c = m.channel
	}
	e := s.newExchange(Use{User: user}, c, what)
	s.mustUser(user)
	var action object
	found := false
	if m != nil {
		action, found = with(s.posted(m))
	}
	switch {
	case m == nil:
		e.failed = "no such message to use " + what + " of"
	case m.viewer != "" && m.viewer != user, m.viewer == "" && !c.has(user):
		e.failed = "the user does not see that message"
	case !found:
		e.failed = "the message has not " + what
	case c != nil && !c.has(user):
		e.failed = "the user is not in the channel"
	}
	if e.failed != "" {
		s.t.Errorf("acting: %s", e.failed)
		return e
	}
	s.send(&delivery{kind: interactive, name: e.name, payload: s.pressJSON(e, m, action), exchange: e})
	return e
}

// pressable finds what p shows, as it stands now.
func (s *Slack) pressable(p Posted) *message {
	if p.Channel == "" {
		if m := s.homes[p.User]; m != nil && m.ts == p.ID {
			return m
		}
		return nil
	}
	for _, m := range s.ephemerals {
		if m.ts == p.ID && m.channel.id == p.Channel {
			return m
		}
	}
	if c := s.channels[p.Channel]; c != nil {
		return c.message(p.ID)
	}
	return nil
}

func (s *Slack) pressJSON(e *Exchange, m *message, action object) json.RawMessage {
	o := s.interaction(e, "block_actions")
	action["action_ts"] = o["action_ts"]
	delete(o, "action_ts")
	merge(o, object{"actions": []object{action}, "state": object{"values": object{}}})
	if m.channel == nil {
		return mustJSON(merge(o, object{"container": object{"type": "view", "view_id": m.ts}, "view": s.viewJSON(m)}))
	}
	e.hook.pressed = m
	container := object{"type": "message", "message_ts": m.ts, "channel_id": m.channel.id, "is_ephemeral": m.viewer != ""}
	switch {
	case m.thread != "":
		container["thread_ts"] = m.thread
	case m.viewer == "" && len(m.channel.threads[m.ts]) > 0:
		container["thread_ts"] = m.ts
	}
	if m.viewer == "" {
		o["message"] = s.messageJSON(m) // of ephemeral messages it is not sent along
	}
	return mustJSON(merge(o, object{
		"container": container, "response_url": e.ResponseURL, "channel": object{"id": m.channel.id, "name": m.channel.placeName()},
	}))
}
