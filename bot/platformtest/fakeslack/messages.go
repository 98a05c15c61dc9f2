package fakeslack

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

type message struct {
	ts        string   // or a view's id
	channel   *channel // nil of a view
	thread    string   // ts of what it replies to
	broadcast bool
	author    string // a user's id
	botID     string
	username  string // of a bot_message
	subtype   string
	text      string
	blocks    []json.RawMessage
	files     []*file
	metadata  json.RawMessage
	edited    string // ts of the last edit
	edits     int
	viewer    string // who alone sees it
	deleted   bool
	malformed bool // whether its blocks are shown as something that no client can decode
	revision  int  // grows with every change of any message
	view      json.RawMessage
	followed  []*Exchange // whose answer it is
}

// topLevel says whether a message stands in the channel itself.
func (m *message) topLevel() bool { return m.thread == "" || m.broadcast }

// Post writes a message and returns its timestamp. The events that Slack sends go
// out: message, and app_mention where the text mentions the bot.
func (s *Slack) Post(channel string, m Message) string {
	return s.PostMany(channel, m)[0]
}

// PostMany writes messages in order and returns their timestamps.
func (s *Slack) PostMany(channel string, ms ...Message) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(channel)
	ids := make([]string, len(ms))
	for i, m := range ms {
		ids[i] = s.post(c, m).ts
	}
	return ids
}

func (s *Slack) post(c *channel, w Message) *message {
	m := &message{
		ts: s.mintTS(w.At), channel: c, thread: w.Thread, broadcast: w.Broadcast, author: w.Author, subtype: w.Subtype, text: w.Text,
		metadata: w.Metadata,
	}
	if m.author == "" {
		m.author = cmp.Or(c.dm, s.Owner)
	}
	u := s.users[m.author]
	switch {
	case w.Subtype == "bot_message":
		m.botID, m.username, m.author = otherBot, cmp.Or(w.Author, "another app"), ""
	case w.Bot || u != nil && u.Bot && u.id != s.Bot:
		m.botID = otherBot
	case u != nil && u.id == s.Bot:
		m.botID = s.BotID
	}
	if w.Broadcast && w.Thread != "" {
		m.subtype = cmp.Or(m.subtype, "thread_broadcast")
	}
	for _, name := range w.Files {
		f := s.newFile(m.author, name)
		f.Channels = []string{c.id}
		m.files = append(m.files, f)
		m.subtype = cmp.Or(m.subtype, "file_share")
	}
	if w.Blocks != nil {
		m.blocks = mustBlocks(w.Blocks)
	}
	s.place(m)
	return m
}

// otherBot is the id, as a bot, of whatever app is not the one under test.
const otherBot = "B0OTHERBOT"

func mustBlocks(raw json.RawMessage) []json.RawMessage {
	var blocks []json.RawMessage
	if err := json.Unmarshal(raw, &blocks); err != nil {
		panic("fakeslack: Blocks is no JSON list: " + err.Error())
	}
	return blocks
}

// place puts a message where its timestamp belongs, and tells the app.
func (s *Slack) place(m *message) {
	s.touch(m)
	c := m.channel
	c.messages = insert(c.messages, m)
	if m.thread != "" {
		c.threads[m.thread] = insert(c.threads[m.thread], m)
	}
	s.emitMessage(m, s.eventJSON(m))
	if strings.Contains(m.text, "<@"+s.Bot+">") && c.has(s.Bot) && c.dm == "" && m.author != s.Bot {
		o := merge(s.eventJSON(m), object{"type": "app_mention"})
		delete(o, "subtype")
		delete(o, "channel_type")
		s.emit("app_mentions:read", "", o)
	}
	s.notify()
}

func insert(ms []*message, m *message) []*message {
	at := len(ms)
	if at > 0 && before(m.ts, ms[at-1].ts) {
		at, _ = find(ms, m.ts)
	}
	return slices.Insert(ms, at, m)
}

// find returns where a timestamp stands or would stand.
func find(ms []*message, ts string) (int, bool) {
	return slices.BinarySearchFunc(ms, ts, func(m *message, ts string) int { return compareTS(m.ts, ts) })
}

func (c *channel) message(ts string) *message {
	if at, found := find(c.messages, ts); found {
		return c.messages[at]
	}
	return nil
}

// emitMessage sends an event of the kind message.
func (s *Slack) emitMessage(m *message, event object) {
	c := m.channel
	if c.has(s.Bot) {
		s.emit(historyScope(c), "message."+plural(c.kind()), event)
	}
}

// plural is how subscriptions name a type of channel.
func plural(kind string) string {
	if kind == "im" {
		return kind
	}
	return kind + "s"
}

// Edit changes a message's text.
func (s *Slack) Edit(channel, ts, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mustChannel(channel).message(ts)
	if m == nil {
		s.t.Errorf("Edit: no such message")
		return
	}
	previous := s.messageJSON(m)
	m.text, m.blocks = text, nil
	s.changedMessage(m, previous)
}

// changedMessage marks a message as edited and tells everybody.
func (s *Slack) changedMessage(m *message, previous object) {
	s.touch(m)
	m.edited, m.edits = s.mintTS(time.Time{}), m.edits+1
	m.noteState(s)
	if m.viewer == "" {
		s.emitMessage(m, s.hidden(m, "message_changed", object{"message": s.messageJSON(m), "previous_message": previous}))
	}
	s.notify()
}

// hidden is an event about a message that stands already.
func (s *Slack) hidden(m *message, subtype string, more object) object {
	ts := s.mintTS(time.Time{})
	return merge(object{
		"type": "message", "subtype": subtype, "hidden": true, "channel": m.channel.id, "channel_type": m.channel.kind(), "ts": ts, "event_ts": ts,
	}, more)
}

// touch notes that a message is new or has changed.
func (s *Slack) touch(m *message) {
	s.revision++
	m.revision = s.revision
}

// noteState keeps how a message stands for those who wait for an answer.
func (m *message) noteState(s *Slack) {
	for _, e := range m.followed {
		e.states = append(e.states, s.posted(m))
	}
}

// Delete deletes a message. One that has replies leaves a tombstone, which goes
// with the last of them.
func (s *Slack) Delete(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mustChannel(channel).message(ts)
	if m == nil {
		s.t.Errorf("Delete: no such message")
		return
	}
	s.remove(m)
}

// remove deletes a message wherever it stands.
func (s *Slack) remove(m *message) {
	s.touch(m)
	m.deleted = true
	defer s.notify()
	switch {
	case m.viewer != "":
		s.ephemerals = slices.DeleteFunc(s.ephemerals, func(other *message) bool { return other == m })
		m.noteState(s)
		return
	case len(m.channel.threads[m.ts]) > 0:
		previous := s.messageJSON(m)
		m.subtype, m.text, m.author, m.botID = "tombstone", "This message was deleted.", "USLACKBOT", ""
		m.blocks, m.files, m.metadata = nil, nil, nil
		s.emitMessage(m, s.hidden(m, "message_changed", object{"message": s.messageJSON(m), "previous_message": previous}))
		m.noteState(s)
		return
	}
	previous := s.messageJSON(m)
	c := m.channel
	c.messages = without(c.messages, m)
	if m.thread != "" {
		c.threads[m.thread] = without(c.threads[m.thread], m)
	}
	s.emitMessage(m, s.hidden(m, "message_deleted", object{"deleted_ts": m.ts, "previous_message": previous}))
	m.noteState(s)
	if parent := c.message(m.thread); parent != nil && parent.deleted && len(c.threads[m.thread]) == 0 {
		s.remove(parent)
	}
}

func without(ms []*message, m *message) []*message {
	return slices.DeleteFunc(ms, func(other *message) bool { return other == m })
}

// Messages returns what stands in a channel, replies too, oldest first; no
// ephemeral messages.
func (s *Slack) Messages(channel string) []Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allPosted(s.mustChannel(channel).messages)
}

// Thread returns a message and the replies to it, oldest first.
func (s *Slack) Thread(channel, ts string) []Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(channel)
	var ms []*message
	if parent := c.message(ts); parent != nil {
		ms = append(ms, parent)
	}
	return s.allPosted(append(ms, c.threads[ts]...))
}

// Ephemerals returns what stands for a user's eyes alone, oldest first.
func (s *Slack) Ephemerals(user string) []Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allPosted(s.ephemeralsOf(user))
}

func (s *Slack) ephemeralsOf(user string) []*message {
	var ms []*message
	for _, m := range s.ephemerals {
		if m.viewer == user {
			ms = append(ms, m)
		}
	}
	return ms
}

// Home returns a user's App Home; the zero Posted if none was published.
func (s *Slack) Home(user string) Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.homes[user]; m != nil {
		return s.posted(m)
	}
	return Posted{}
}

func (s *Slack) allPosted(ms []*message) []Posted {
	out := make([]Posted, len(ms))
	for i, m := range ms {
		out[i] = s.posted(m)
	}
	return out
}

func (s *Slack) posted(m *message) Posted {
	p := Posted{
		ID: m.ts, Thread: m.thread, Author: m.author, User: m.viewer, Text: m.text, Blocks: slices.Clone(m.blocks),
		Metadata: m.metadata, Subtype: m.subtype, Edits: m.edits, Deleted: m.deleted, names: &s.names,
	}
	if m.channel != nil {
		p.Channel = m.channel.id
	}
	for _, f := range m.files {
		p.Files = append(p.Files, f.File)
	}
	return p
}
