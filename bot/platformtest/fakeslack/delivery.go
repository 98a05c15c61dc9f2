package fakeslack

import (
	"encoding/json"
	"net/url"
	"slices"
	"time"
)

// delivery is something that the app is told, over a socket or by HTTP.
type delivery struct {
	kind     string // events_api, slash_commands or interactive
	name     string // what it tells, for violations
	payload  json.RawMessage
	form     url.Values // what a command carries over HTTP
	exchange *Exchange  // nil of events
	attempt  int        // 0 the first time
	reason   string     // why it comes again
}

// Kinds of delivery.
const (
	eventsAPI     = "events_api"
	slashCommands = "slash_commands"
	interactive   = "interactive"
)

const (
	maxAttempt = 3
	// maxWaiting bounds the events that wait for a connection. Slack gives up after some minutes.
	maxWaiting = 2000
)

// Subscribe names the events that the app gets from now on, as its manifest does:
// app_mention, message.channels, message.groups, message.im, member_joined_channel….
// At first it gets all for which it has the scopes.
func (s *Slack) Subscribe(events ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subscribed = append([]string{}, events...)
}

// emitIn sends an event about a channel, if the bot is in it.
func (s *Slack) emitIn(c *channel, event object) {
	if c.has(s.Bot) {
		s.emit(readScope(c), "", event)
	}
	s.notify()
}

// emit sends an event to an app that has the scope and subscribes to it, by default
// under the name of its type; s.mu is held.
func (s *Slack) emit(scope, subscription string, event object) {
	if subscription == "" {
		subscription = event["type"].(string)
	}
	wanted := s.subscribed == nil || slices.Contains(s.subscribed, subscription)
	if s.revoked || !wanted || !s.granted(scope) || s.web.base == "" && s.gate.opened == 0 {
		return
	}
	if event["event_ts"] == nil {
		event["event_ts"] = s.mintTS(time.Time{})
	}
	shared := false
	if id, is := event["channel"].(string); is && s.channels[id] != nil {
		shared = s.channels[id].ExtShared
	}
	payload := mustJSON(object{
		"token": "fake verification token", "team_id": s.Team, "context_team_id": s.Team, "api_app_id": s.App, "type": "event_callback",
		"event": event, "event_id": s.mintID("Ev"), "event_time": time.Now().Unix(), "is_ext_shared_channel": shared, "event_context": "4-fake",
		"authorizations": []object{{"enterprise_id": nil, "team_id": s.Team, "user_id": s.Bot, "is_bot": true, "is_enterprise_install": false}},
	})
	for range max(1, s.faults.duplicates) {
		s.send(&delivery{kind: eventsAPI, name: "the event " + subscription, payload: payload})
	}
}

// send takes a delivery on its way.
func (s *Slack) send(d *delivery) {
	if s.testOver {
		return
	}
	if s.web.base != "" {
		s.web.queue = append(s.web.queue, d)
		s.pump()
		return
	}
	if c := s.gate.pick(); c != nil {
		c.deliver(d)
		return
	}
	if d.exchange != nil {
		d.exchange.fail("the app has no connection")
		return
	}
	s.gate.waiting = append(s.gate.waiting, d)
	if len(s.gate.waiting) > maxWaiting {
		s.gate.waiting = s.gate.waiting[1:]
	}
}

// again sends a delivery that was not acknowledged once more, as Slack does with events.
func (s *Slack) again(d *delivery, reason string) {
	switch {
	case d.exchange != nil:
		d.exchange.fail(reason)
	case d.attempt < maxAttempt:
		d.attempt, d.reason = d.attempt+1, reason
		s.send(d)
	}
	s.notify()
}

// lost sends a delivery again whose connection ended under it; that counts as no failure of the client's.
func (s *Slack) lost(d *delivery) {
	if d.exchange != nil {
		d.exchange.fail("the connection was lost")
		return
	}
	d.attempt, d.reason = max(1, d.attempt), "timeout"
	s.send(d)
}

// acknowledged notes that a delivery arrived.
func (s *Slack) acknowledged(d *delivery, after time.Duration, payload json.RawMessage) {
	s.latencies = append(s.latencies, after)
	if d.exchange != nil {
		d.exchange.acknowledge(after, payload)
	}
	s.notify()
}
