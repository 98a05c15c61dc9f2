package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"crux/bot"
	"crux/summarize"
)

// following tells the bot what happens in channels.
type following struct {
	a *Adapter
	b answerer

	mu     sync.Mutex
	hangUp context.CancelFunc // ends the bot's reading in after the last connection
	// connected carries connections to the goroutine that reads in what was missed; the last one counts.
	connected chan context.Context

	// strangers are looked up in the background: those who wrote and whose name is not known.
	strangers chan stranger
}

// stranger is somebody who wrote a message that is kept without a name so far.
type stranger struct {
	user string
	tell func(ctx context.Context, name string)
}

// strangersKept is how many names may wait to be looked up. Beyond that, messages
// have no name until their author writes again.
const strangersKept = 1000

func newFollowing(a *Adapter, b answerer) *following {
	return &following{
		a: a, b: b,
		hangUp:    func() {},
		connected: make(chan context.Context, 1),
		strangers: make(chan stranger, strangersKept),
	}
}

// interrupted tells the bot that events are missing from now on.
func (f *following) interrupted() {
	f.a.connected.Store(false)
	f.mu.Lock()
	f.hangUp()
	f.mu.Unlock()
	f.b.Interrupted()
}

// reconnected tells the bot that events arrive again.
func (f *following) reconnected() {
	f.a.connected.Store(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hangUp()
	line, hangUp := context.WithCancel(context.Background())
	f.hangUp = hangUp
	select { // of the connections that wait, only the last one counts
	case <-f.connected:
	default:
	}
	f.connected <- line
}

// run has the bot read in what was missed, one connection after the other, and looks names up, until ctx ends.
func (f *following) run(ctx context.Context) error {
	named := make(chan struct{})
	go func() {
		defer close(named)
		f.lookUp(ctx)
	}()
	defer func() {
		f.mu.Lock()
		f.hangUp()
		f.mu.Unlock()
		<-named
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line := <-f.connected:
			if line.Err() == nil {
				f.readIn(ctx, line)
			}
			// The bot took this connection for a live one, perhaps after it was told otherwise.
			if line.Err() != nil {
				f.b.Interrupted()
			}
		}
	}
}

func (f *following) readIn(ctx, line context.Context) {
	defer f.a.contain("reading in")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(line, cancel)()
	me, err := f.a.self(ctx)
	if err != nil {
		f.a.o.Log.Error("slack: not read in what was missed", "error", err)
		return
	}
	f.b.Connected(ctx, []string{me.Team})
}

func (f *following) lookUp(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-f.strangers:
			func() {
				defer f.a.contain("name")
				if name := f.a.names(ctx, []string{s.user})[s.user]; name != "" {
					s.tell(ctx, name)
				}
			}()
		}
	}
}

// callback is what Slack sends around an event.
type callback struct {
	Type string `json:"type"`
	Team string `json:"team_id"`
	// Authorizations says for whom the event is: in a channel shared with another organisation, Team may be that one.
	Authorizations []struct {
		Team string `json:"team_id"`
	} `json:"authorizations"`
	EventID string          `json:"event_id"`
	Event   json.RawMessage `json:"event"`
	// Challenge is what Slack wants to be answered when the address is set up.
	Challenge string `json:"challenge"`
}

// event is what happened. Its fields are those of the kinds of which crux takes notice.
type event struct {
	Type    string `json:"type"`
	Subtype string `json:"subtype"`
	// Channel is an id in all events that crux knows.
	Channel     string          `json:"channel"`
	ChannelType string          `json:"channel_type"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	Text        string          `json:"text"`
	TS          string          `json:"ts"`
	Thread      string          `json:"thread_ts"`
	Deleted     string          `json:"deleted_ts"`
	Message     json.RawMessage `json:"message"`
	Previous    struct {
		Files []struct{} `json:"files"`
	} `json:"previous_message"`
	Tab string `json:"tab"`
}

// happened tells the bot of an event. An event that asks something of crux it returns as a request.
func (f *following) happened(ctx context.Context, d delivery) (request *delivery, err error) {
	var c callback
	var e event
	if err := json.Unmarshal(d.Raw, &c); err != nil {
		f.a.o.Log.Error("slack: event not understood", "error", err)
		return nil, nil // nor will it be the next time
	}
	me, err := f.a.self(ctx)
	if err != nil || !c.isFor(me.Team) {
		return nil, err
	}
	if c.Type == "app_rate_limited" { // so many events that Slack left some out
		f.interrupted()
		f.reconnected()
		return nil, nil
	}
	var head struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(c.Event, &head) != nil || !concerns(head.Type) {
		return nil, nil
	}
	if err := json.Unmarshal(c.Event, &e); err != nil {
		f.a.o.Log.Error("slack: event not understood", "event", head.Type, "error", err)
		return nil, nil
	}
	p := bot.Place{Server: me.Team, Channel: e.Channel}
	switch e.Type {
	case "message":
		if !isDM(e.Channel) {
			return nil, f.message(ctx, me, p, e, c.Event)
		}
		if e.User == "" || e.User == me.User || e.BotID != "" || !isSaid(e.Subtype) {
			return nil, nil
		}
		return asRequest(d, c.EventID, e)
	case "app_mention":
		if isDM(e.Channel) || e.User == "" || e.BotID != "" { // in direct messages it comes as a message too
			return nil, nil
		}
		return asRequest(d, c.EventID, e)
	case "app_home_opened":
		if e.Tab == "" || e.Tab == "home" {
			return asRequest(d, c.EventID, e)
		}
	case "channel_deleted", "group_deleted", "channel_left", "group_left":
		f.a.rest.channels.forget(e.Channel)
		f.b.Closed(ctx, p)
	case "channel_shared":
		f.a.rest.channels.forget(e.Channel)
		if !f.a.o.Shared { // from now on another organisation speaks there
			f.b.Closed(ctx, p)
		}
	case "app_uninstalled", "tokens_revoked":
		f.b.Left(ctx, me.Team)
	}
	return nil, nil
}

// isFor reports whether an event is for crux in this workspace.
func (c *callback) isFor(team string) bool {
	for _, a := range c.Authorizations {
		if a.Team == team {
			return true
		}
	}
	return c.Team == team
}

func concerns(kind string) bool {
	switch kind {
	case "message", "app_mention", "app_home_opened", "channel_deleted", "group_deleted", "channel_left", "group_left", "channel_shared",
		"app_uninstalled", "tokens_revoked":
		return true
	}
	return false
}

// isSaid reports whether messages of a subtype are what people say.
func isSaid(subtype string) bool {
	switch subtype {
	case "", "file_share", "thread_broadcast", "me_message":
		return true
	}
	return false
}

// asRequest keeps of an event what answering it needs.
func asRequest(d delivery, id string, e event) (*delivery, error) {
	e.Message, e.Previous.Files = nil, nil
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	d.ID, d.Raw = id, raw
	return &d, nil
}

// message tells the bot of what happened to a message. raw is the event.
func (f *following) message(ctx context.Context, me *identity, p bot.Place, e event, raw json.RawMessage) error {
	switch e.Subtype {
	case "message_deleted":
		if e.Deleted != "" {
			f.b.Removed(ctx, p, e.Deleted)
		}
	case "message_changed":
		return f.changed(ctx, me, p, e)
	default:
		m, err := decodeMessage(raw)
		if err != nil {
			f.a.o.Log.Warn("slack: message not understood", "channel", p.Channel, "error", err)
			return nil
		}
		if post, name, keep := m.post(me, p.Channel); keep && f.b.Follows(p) {
			f.tell(ctx, post, name, true, func(ctx context.Context, name string) { f.b.Posted(ctx, p, "", post, name) })
		}
	}
	return nil
}

// changed ignores what Slack changes by itself, such as a link's preview or the number of replies.
func (f *following) changed(ctx context.Context, me *identity, p bot.Place, e event) error {
	m, err := decodeMessage(e.Message)
	if err != nil {
		f.a.o.Log.Warn("slack: message not understood", "channel", p.Channel, "error", err)
		return nil
	}
	post, name, keep := m.post(me, p.Channel)
	switch {
	case m.isTombstone():
		f.b.Removed(ctx, p, m.TS)
	case keep && (!post.Edited.IsZero() || len(e.Previous.Files) != len(m.Files)):
		f.tell(ctx, post, name, f.b.Follows(p), func(ctx context.Context, name string) { f.b.Edited(ctx, p, "", post, name) })
	}
	return nil
}

// tell tells the bot of a message at once and, where it is kept, again as soon as its author's
// name is known: an acknowledgement must not wait for another request to Slack.
func (f *following) tell(ctx context.Context, m summarize.Message, name string, isKept bool, tell func(ctx context.Context, name string)) {
	if name == "" && !m.Bot {
		name = f.a.people.name(m.Author)
	}
	tell(ctx, name)
	if name != "" || m.Bot || m.Author == "" || !isKept {
		return
	}
	select {
	case f.strangers <- stranger{m.Author, tell}:
	default:
	}
}
