package discord

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"sync"

	"crux/bot"
)

// eventsKept is how many events may wait. Beyond that the bot reads them in from
// the channels, as after a gap.
const eventsKept = 50_000

// events carries what happens in channels to the bot, in the order in which it happened,
// without ever making the gateway wait.
type events struct {
	a *Adapter
	b answerer

	mu      sync.Mutex
	waiting []event
	lost    bool               // some did not fit in waiting
	hangUp  context.CancelFunc // ends the bot's reading in after the last connection
	wake    chan struct{}
	// connected carries connections to the goroutine that reads in what was missed; the last one counts.
	connected chan connection

	// parents are the channels of which threads are part, and "" for channels that
	// are no threads and for private threads, in which nothing is said to their channel. Only run uses it.
	parents map[string]string
}

// event is something that happened: an event of Discord's, or a connection.
type event struct {
	kind       string
	raw        json.RawMessage
	connection *connection
}

// connection is a time in which events arrive.
type connection struct {
	line    context.Context // ends with it
	servers []string        // in which crux is, nil where that was not told
}

func newEvents(a *Adapter, b answerer) *events {
	return &events{
		a: a, b: b,
		wake:      make(chan struct{}, 1),
		connected: make(chan connection, 1),
		hangUp:    func() {},
		parents:   map[string]string{},
	}
}

// add puts an event in the queue.
func (e *events) add(kind string, raw json.RawMessage) {
	if handler(kind) == nil {
		return
	}
	e.mu.Lock()
	overflown := len(e.waiting) >= eventsKept && !e.lost
	if len(e.waiting) < eventsKept && !e.lost {
		e.waiting = append(e.waiting, event{kind: kind, raw: raw})
	} else {
		e.lost = true
	}
	e.mu.Unlock()
	if overflown {
		e.a.o.Log.Warn("discord: more happens than can be followed; it will be read in later")
		e.interrupted()
	}
	e.rouse()
}

func (e *events) rouse() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// interrupted tells the bot that events are missing from now on.
func (e *events) interrupted() {
	e.mu.Lock()
	e.hangUp()
	e.mu.Unlock()
	e.b.Interrupted()
}

// reconnected tells the bot, after what came before, that events arrive again.
func (e *events) reconnected(servers []string) {
	e.mu.Lock()
	e.hangUp()
	line, hangUp := context.WithCancel(context.Background())
	e.hangUp = hangUp
	e.waiting = append(e.waiting, event{connection: &connection{line, servers}})
	e.mu.Unlock()
	e.rouse()
}

// run hands over events until ctx ends.
func (e *events) run(ctx context.Context) {
	caughtUp := make(chan struct{})
	go func() {
		defer close(caughtUp)
		e.catchUp(ctx)
	}()
	defer func() {
		e.mu.Lock()
		e.hangUp()
		e.mu.Unlock()
		<-caughtUp
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		}
		for ctx.Err() == nil {
			batch, reconnect := e.take()
			for _, ev := range batch {
				e.handle(ctx, ev)
			}
			if reconnect && e.a.connected.Load() {
				e.reconnected(nil)
			}
			if len(batch) == 0 {
				break
			}
		}
	}
}

// take empties the queue, and says whether some events did not fit in it.
func (e *events) take() (batch []event, reconnect bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	batch, e.waiting = e.waiting, nil
	reconnect, e.lost = e.lost, false
	return batch, reconnect
}

// catchUp has the bot read in what was missed, one connection after the other.
func (e *events) catchUp(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-e.connected:
			if c.line.Err() == nil {
				e.readIn(ctx, c)
			}
			// The bot took this connection for a live one, perhaps after it was told otherwise.
			if c.line.Err() != nil {
				e.b.Interrupted()
			}
		}
	}
}

func (e *events) readIn(ctx context.Context, c connection) {
	defer e.a.contain("reading in")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.line, cancel)()
	e.b.Connected(ctx, c.servers)
}

// handle hands one event over. A fault in it harms no other.
func (e *events) handle(ctx context.Context, ev event) {
	defer e.a.contain("event " + ev.kind)
	if ev.connection != nil {
		select { // of the connections that wait, only the last one counts
		case <-e.connected:
		default:
		}
		e.connected <- *ev.connection
		return
	}
	if err := handler(ev.kind)(e, ctx, ev.raw); err != nil {
		e.a.o.Log.Error("discord: event not understood", "event", ev.kind, "error", err)
	}
}

// contain is deferred where a panic must stop nothing else.
func (a *Adapter) contain(what string) {
	if r := recover(); r != nil {
		a.o.Log.Error("discord: panic", "in", what, "panic", r, "stack", string(debug.Stack()))
	}
}

// handler is what is done about events of a kind, nil where they do not concern crux.
func handler(kind string) func(*events, context.Context, json.RawMessage) error {
	switch kind {
	case "MESSAGE_CREATE":
		return (*events).posted
	case "MESSAGE_UPDATE":
		return (*events).edited
	case "MESSAGE_DELETE", "MESSAGE_DELETE_BULK":
		return (*events).deleted
	case "GUILD_CREATE", "THREAD_LIST_SYNC":
		return (*events).server
	case "GUILD_DELETE":
		return (*events).left
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE":
		return (*events).channel
	case "CHANNEL_DELETE", "THREAD_DELETE":
		return (*events).closed
	}
	return nil
}

// eventMessage is what an event says of a message beside the message itself.
type eventMessage struct {
	ID      string   `json:"id"`
	IDs     []string `json:"ids"`
	Server  string   `json:"guild_id"`
	Channel string   `json:"channel_id"`
	Content *string  `json:"content"`
	Edited  *string  `json:"edited_timestamp"`
	Author  *struct {
		ID string `json:"id"`
	} `json:"author"`
}

// readMessage reads an event about a message; ok is false where it is none of crux's business.
func (e *events) readMessage(raw json.RawMessage) (m eventMessage, ok bool, err error) {
	err = json.Unmarshal(raw, &m)
	return m, err == nil && m.Server != "", err
}

func (m eventMessage) place() bot.Place { return bot.Place{Server: m.Server, Channel: m.Channel} }

func (e *events) posted(ctx context.Context, raw json.RawMessage) error {
	m, ok, err := e.readMessage(raw)
	if !ok || m.Author == nil {
		return err
	}
	if message, name, keep := messageFrom(raw, m.Server); keep {
		e.b.Posted(ctx, m.place(), e.parent(ctx, m.place()), message, name)
	}
	return nil
}

// edited ignores updates without a text or an author, and those of messages that nobody
// ever edited: with these Discord adds the preview of a link.
func (e *events) edited(ctx context.Context, raw json.RawMessage) error {
	m, ok, err := e.readMessage(raw)
	if !ok || m.Author == nil || m.Content == nil || m.Edited == nil {
		return err
	}
	if message, name, keep := messageFrom(raw, m.Server); keep {
		e.b.Edited(ctx, m.place(), e.parent(ctx, m.place()), message, name)
	}
	return nil
}

func (e *events) deleted(ctx context.Context, raw json.RawMessage) error {
	m, ok, err := e.readMessage(raw)
	if !ok {
		return err
	}
	ids := m.IDs
	if m.ID != "" {
		ids = append(ids, m.ID)
	}
	if len(ids) == 0 {
		return nil
	}
	e.b.Removed(ctx, m.place(), ids...)
	for _, id := range ids {
		// A thread that grew from the message has its id, and reads it as its own first one.
		e.b.Removed(ctx, bot.Place{Server: m.Server, Channel: id}, id)
	}
	return nil
}

// eventChannel is what an event says of a channel or thread.
type eventChannel struct {
	ID     string `json:"id"`
	Type   int    `json:"type"`
	Server string `json:"guild_id"`
	Parent string `json:"parent_id"` // of a thread its channel, of a channel its category
}

// Types of channel that are threads.
const (
	newsThread    = 10
	privateThread = 12
)

func (e *events) learn(c eventChannel) {
	if c.Type < newsThread || c.Type >= privateThread {
		c.Parent = ""
	}
	e.parents[c.ID] = c.Parent
}

func (e *events) channel(_ context.Context, raw json.RawMessage) error {
	var c eventChannel
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	e.learn(c)
	return nil
}

func (e *events) closed(ctx context.Context, raw json.RawMessage) error {
	var c eventChannel
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	gone := []string{c.ID}
	for thread, parent := range e.parents { // Discord names the channel alone
		if parent == c.ID {
			gone = append(gone, thread)
		}
	}
	for _, id := range gone {
		delete(e.parents, id)
		if c.Server != "" {
			e.b.Closed(ctx, bot.Place{Server: c.Server, Channel: id})
		}
	}
	return nil
}

// server learns of the channels and threads of a server that crux sees.
func (e *events) server(_ context.Context, raw json.RawMessage) error {
	var s struct {
		Channels json.RawMessage `json:"channels"` // ids alone in THREAD_LIST_SYNC, where they say nothing new
		Threads  []eventChannel  `json:"threads"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	for _, t := range s.Threads {
		e.learn(t)
	}
	var channels []eventChannel
	if json.Unmarshal(s.Channels, &channels) == nil {
		for _, c := range channels {
			e.learn(c)
		}
	}
	return nil
}

// left hears that crux was removed from a server. One that is unavailable comes back.
func (e *events) left(ctx context.Context, raw json.RawMessage) error {
	var s struct {
		ID          string `json:"id"`
		Unavailable bool   `json:"unavailable"`
	}
	if err := json.Unmarshal(raw, &s); err != nil || s.Unavailable {
		return err
	}
	e.b.Left(ctx, s.ID)
	return nil
}

// parent is the channel of which a place is a thread, or "".
func (e *events) parent(ctx context.Context, p bot.Place) string {
	parent, known := e.parents[p.Channel]
	if known {
		return parent
	}
	about, err := e.a.Describe(ctx, p)
	if err != nil { // asked again with the next message
		e.a.o.Log.Debug("discord: channel of a message not known", "error", err)
		return ""
	}
	if about.Private {
		about.Parent = ""
	}
	e.parents[p.Channel] = about.Parent
	return about.Parent
}
