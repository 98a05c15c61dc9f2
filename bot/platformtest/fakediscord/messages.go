package fakediscord

import (
	"encoding/json"
	"slices"
	"sort"
	"time"
)

type message struct {
	id          string
	channel     *channel
	author      string // a user's id, or a webhook's name
	webhook     bool
	bot         bool // shown as a bot, whoever the author is
	kind        int
	content     string
	embeds      []Embed
	components  []Component
	files       []attachment
	flags       int
	replyTo     string
	snapshot    *message
	at, edited  time.Time
	raw         map[string]any
	allowed     json.RawMessage
	nonce       string
	interaction *Interaction   // which it answers
	followed    []*Interaction // whose original answer it is
}

type attachment struct {
	id string
	File
}

// Post writes a message and returns its id.
func (d *Discord) Post(channel string, m Message) string {
	return d.PostMany(channel, m)[0]
}

// PostMany writes messages in order and returns their ids.
func (d *Discord) PostMany(channel string, ms ...Message) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.mustChannel(channel)
	ids := make([]string, len(ms))
	for i, m := range ms {
		ids[i] = d.post(c, m).id
	}
	return ids
}

func (d *Discord) post(c *channel, w Message) *message {
	m := d.compose(c, w)
	if w.Starter {
		m.id = c.id
	}
	if m.kind == 0 && w.ReplyTo != "" {
		m.kind = messageReply
	}
	d.place(m)
	return m
}

func (d *Discord) compose(c *channel, w Message) *message {
	m := &message{
		id: d.mint(w.At), channel: c, author: w.Author, webhook: w.Webhook, bot: w.Bot, kind: w.Type,
		content: w.Text, replyTo: w.ReplyTo, raw: w.Raw,
	}
	if m.author == "" && c.guild != nil {
		m.author = c.guild.owner
	}
	m.at = timeOf(m.id)
	m.files = d.keepFiles(w.Attachments)
	if w.Snapshot != nil {
		m.snapshot = d.compose(c, *w.Snapshot)
	}
	return m
}

func (d *Discord) keepFiles(files []File) []attachment {
	var out []attachment
	for _, f := range files {
		out = append(out, attachment{id: d.mint(time.Time{}), File: f})
	}
	return out
}

// place puts a message into its channel, where its id belongs, and tells the
// sessions. Ephemeral ones stand in no channel and no session hears of them.
func (d *Discord) place(m *message) {
	if m.flags&FlagEphemeral != 0 {
		d.ephemeral[m.id] = m
		d.notify()
		return
	}
	c := m.channel
	at := len(c.messages)
	if at > 0 && number(c.messages[at-1].id) > number(m.id) {
		at, _ = c.find(m.id)
	}
	c.messages = slices.Insert(c.messages, at, m)
	d.emitMessage(m, "MESSAGE_CREATE")
	d.notify()
}

// find returns where an id stands or would stand among the channel's messages.
func (c *channel) find(id string) (int, bool) {
	n := number(id)
	at := sort.Search(len(c.messages), func(i int) bool { return number(c.messages[i].id) >= n })
	return at, at < len(c.messages) && c.messages[at].id == id
}

func (c *channel) message(id string) *message {
	if at, ok := c.find(id); ok {
		return c.messages[at]
	}
	return nil
}

// Edit changes a message's text.
func (d *Discord) Edit(channel, id, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.mustChannel(channel).message(id)
	if m == nil {
		d.t.Errorf("Edit: no such message")
		return
	}
	m.content = text
	d.changedMessage(m)
}

// changedMessage marks a message as edited and tells everybody.
func (d *Discord) changedMessage(m *message) {
	m.edited = time.Now().UTC()
	m.noteState()
	if m.flags&FlagEphemeral == 0 {
		d.emitMessage(m, "MESSAGE_UPDATE")
	}
	d.notify()
}

// noteState keeps how a message stands for those who wait for an answer.
func (m *message) noteState() {
	for _, i := range m.followed {
		i.states = append(i.states, m.posted())
	}
}

// Delete deletes messages, in bulk when there are several.
func (d *Discord) Delete(channel string, ids ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.mustChannel(channel)
	var gone []string
	for _, id := range ids {
		if at, ok := c.find(id); ok {
			c.messages = slices.Delete(c.messages, at, at+1)
			gone = append(gone, id)
		}
	}
	if len(gone) < len(ids) {
		d.t.Errorf("Delete: %d of %d messages do not stand in the channel", len(ids)-len(gone), len(ids))
	}
	switch len(gone) {
	case 0:
	case 1:
		d.emitDeleted(c, gone[0])
	default:
		d.emit(messageIntent(c), c.guild, c, "MESSAGE_DELETE_BULK", func(viewer) any {
			return withGuild(object{"ids": gone, "channel_id": c.id}, c)
		})
	}
	d.notify()
}

// remove deletes one message wherever it stands.
func (d *Discord) remove(m *message) {
	if m.flags&FlagEphemeral != 0 {
		delete(d.ephemeral, m.id)
	} else if at, ok := m.channel.find(m.id); ok {
		m.channel.messages = slices.Delete(m.channel.messages, at, at+1)
		d.emitDeleted(m.channel, m.id)
	}
	d.notify()
}

func (d *Discord) emitDeleted(c *channel, id string) {
	d.emit(messageIntent(c), c.guild, c, "MESSAGE_DELETE", func(viewer) any {
		return withGuild(object{"id": id, "channel_id": c.id}, c)
	})
}

func (d *Discord) emitMessage(m *message, event string) {
	c := m.channel
	d.emit(messageIntent(c), c.guild, c, event, func(v viewer) any {
		j := withGuild(d.messageJSON(m, v), c)
		if event == "MESSAGE_CREATE" {
			j = m.withNonce(j)
		}
		if c.guild != nil && !m.webhook {
			if member := c.guild.members[m.author]; member != nil {
				j["member"] = object{"roles": member.roles, "joined_at": stamp(member.joined), "deaf": false, "mute": false}
			}
		}
		return j
	})
}

// withNonce adds the nonce, which only the answer to posting and the event that tells of it
// have: whoever reads the message later does not get it.
func (m *message) withNonce(o object) object {
	if m.nonce != "" {
		o["nonce"] = m.nonce
	}
	return o
}

func messageIntent(c *channel) int {
	if c.guild == nil {
		return IntentDirectMessages
	}
	return IntentGuildMessages
}

func withGuild(o object, c *channel) object {
	if c.guild != nil {
		o["guild_id"] = c.guild.id
	}
	return o
}

// Messages returns what stands in a channel, oldest first: the client's messages
// too, but not the ephemeral ones.
func (d *Discord) Messages(channel string) []Posted {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.mustChannel(channel)
	out := make([]Posted, len(c.messages))
	for i, m := range c.messages {
		out[i] = m.posted()
	}
	return out
}

// Message finds a message by its id, an ephemeral one too.
func (d *Discord) Message(channel, id string) (Posted, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.mustChannel(channel).message(id)
	if m == nil {
		m = d.ephemeral[id]
	}
	if m == nil {
		return Posted{}, false
	}
	return m.posted(), true
}

// WaitMessage waits until a message stands in the channel that ok accepts, and
// returns the newest such. It does not look at ephemeral ones. ok must not call
// methods of Discord.
func (d *Discord) WaitMessage(channel string, ok func(Posted) bool) Posted {
	d.t.Helper()
	var found Posted
	d.wait("a message in the channel", func() bool {
		c := d.mustChannel(channel)
		for _, m := range slices.Backward(c.messages) {
			if p := m.posted(); ok(p) {
				found = p
				return true
			}
		}
		return false
	})
	return found
}

// WaitGone waits until a message, which may be ephemeral, has been deleted.
func (d *Discord) WaitGone(channel, id string) {
	d.t.Helper()
	d.wait("a message's deletion", func() bool {
		c := d.channels[channel]
		return (c == nil || c.message(id) == nil) && d.ephemeral[id] == nil
	})
}

func (m *message) posted() Posted {
	p := Posted{
		ID: m.id, Channel: m.channel.id, Author: m.author, Content: m.content, Embeds: slices.Clone(m.embeds),
		Components: slices.Clone(m.components), AllowedMentions: m.allowed, Flags: m.flags, At: m.at, Edited: m.edited,
		ReplyTo: m.replyTo, Nonce: m.nonce,
	}
	for _, f := range m.files {
		p.Files = append(p.Files, f.File)
	}
	if m.interaction != nil {
		p.Interaction = m.interaction.ID
	}
	return p
}
