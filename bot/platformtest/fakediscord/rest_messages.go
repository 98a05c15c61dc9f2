package fakediscord

import (
	"slices"
	"strconv"
	"time"
)

// restViewer is what the bot sees of messages over REST.
func (d *Discord) restViewer() viewer {
	return viewer{content: d.refused&IntentMessageContent == 0}
}

func (d *Discord) getMessages(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	limit := 50
	if l := c.query.Get("limit"); l != "" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 1 || n > 100 {
			d.violate("%s asked for %s messages at once; 1 to 100 can be had", c.name, l)
			return invalid("limit must be 1 to 100")
		}
		limit = n
	}
	if d.permissions(d.Bot, ch)&ReadMessageHistory == 0 {
		return ok([]object{}) // Discord says so, and not that something is missing
	}
	from, to, good := window(ch.messages, c, limit)
	if !good {
		d.violate("%s carried a bound that is no id, or more than one bound", c.name)
		return invalid("bad before, after or around")
	}
	out := []object{}
	for _, m := range slices.Backward(ch.messages[from:to]) {
		out = append(out, d.messageJSON(m, d.restViewer()))
	}
	return ok(out)
}

// window returns which of a channel's messages were asked for.
func window(all []*message, c *call, limit int) (from, to int, good bool) {
	bounds := 0
	for _, b := range []string{"before", "after", "around"} {
		if c.query.Has(b) && c.query.Get(b) != "" {
			bounds++
			if _, err := strconv.ParseUint(c.query.Get(b), 10, 64); err != nil {
				return 0, 0, false
			}
		}
	}
	if bounds > 1 {
		return 0, 0, false
	}
	at := func(id uint64) int {
		n, _ := slices.BinarySearchFunc(all, id, func(m *message, id uint64) int {
			switch n := number(m.id); {
			case n < id:
				return -1
			case n > id:
				return 1
			}
			return 0
		})
		return n
	}
	switch {
	case c.query.Get("before") != "":
		to = at(number(c.query.Get("before")))
		from = to - limit
	case c.query.Get("after") != "":
		from = at(number(c.query.Get("after")) + 1)
		to = from + limit
	case c.query.Get("around") != "":
		from = at(number(c.query.Get("around"))) - limit/2
		to = from + limit
	default:
		to = len(all)
		from = to - limit
	}
	return max(from, 0), min(to, len(all)), true
}

// readable returns a message that the bot may read one by one.
func (d *Discord) readable(c *call) (*message, answer) {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return nil, refusal
	}
	if d.permissions(d.Bot, ch)&ReadMessageHistory == 0 {
		return nil, missingAccess
	}
	m := ch.message(c.path("message"))
	if m == nil {
		return nil, unknownMessage
	}
	return m, answer{}
}

func (d *Discord) getMessage(c *call) answer {
	m, refusal := d.readable(c)
	if m == nil {
		return refusal
	}
	return ok(d.messageJSON(m, d.restViewer()))
}

func (d *Discord) createMessage(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		d.violate("%s: the bot cannot see the channel", c.name)
		return refusal
	}
	p, refusal, good := d.payload(c)
	if !good {
		return refusal
	}
	if refusal, good := d.check(c, p, true); !good {
		return refusal
	}
	if refusal, good := d.mayPost(c, ch, p); !good {
		return refusal
	}
	nonce := text(p.Nonce)
	if nonce != "" && p.EnforceNonce {
		if m := d.recentNonce(nonce); m != nil {
			return ok(m.withNonce(d.messageJSON(m, d.restViewer())))
		}
	}
	m := &message{id: d.mint(time.Time{}), channel: ch, author: d.Bot, nonce: nonce}
	if r := p.Reference; r != nil {
		if ch.message(r.MessageID) == nil && (r.FailIfNotExists == nil || *r.FailIfNotExists) {
			return invalid("message_reference: Unknown message")
		}
		m.replyTo, m.kind = r.MessageID, messageReply
	}
	m.at = timeOf(m.id)
	d.fill(m, p)
	if ch.archived {
		d.setArchived(ch, false)
	}
	d.place(m)
	if nonce != "" {
		d.nonces[nonce] = m
	}
	return ok(m.withNonce(d.messageJSON(m, d.restViewer())))
}

// mayPost checks the permissions to post; to try without them is a violation.
func (d *Discord) mayPost(c *call, ch *channel, p *payload) (answer, bool) {
	has := d.permissions(d.Bot, ch)
	forbid := func(what string, a answer) (answer, bool) {
		d.violate("%s: posted where the bot may not: %s", c.name, what)
		return a, false
	}
	switch {
	case ch.kind == DirectMessage:
		return d.mayTell(ch.recipient)
	case ch.kind == ForumChannel || ch.kind == Category:
		return forbid("no messages can stand there", refuse(400, 50008, "Cannot send messages in a non-text channel"))
	case !maySend(has, ch):
		return forbid("sending", missingPermissions)
	case p.Embeds != nil && len(*p.Embeds) > 0 && has&EmbedLinks == 0:
		return forbid("embeds", missingPermissions)
	case len(p.files) > 0 && has&AttachFiles == 0:
		return forbid("files", missingPermissions)
	case p.Reference != nil && has&ReadMessageHistory == 0:
		return forbid("replies", refuse(403, 160002, "Cannot reply without permission to read message history"))
	}
	return answer{}, true
}

// mayTell says whether the bot reaches somebody by a direct message. That it does not is no
// fault of the client's, which can't know.
func (d *Discord) mayTell(user string) (answer, bool) {
	switch u := d.users[user]; {
	case u == nil || u.closed:
		return refuse(403, 50007, "Cannot send messages to this user"), false
	case !slices.ContainsFunc(d.botGuilds(), func(g *guild) bool { return g.members[user] != nil }):
		return refuse(403, 50278, "Cannot send messages to this user due to having no mutual guilds"), false
	}
	return answer{}, true
}

// nonceLife is for how long Discord knows a nonce again; its documentation says "a few minutes".
const nonceLife = 5 * time.Minute

// recentNonce finds the bot's message of the last minutes with the same nonce, wherever it stands.
func (d *Discord) recentNonce(nonce string) *message {
	m := d.nonces[nonce]
	if m == nil || time.Since(m.at) > nonceLife || !d.stands(m) {
		return nil
	}
	return m
}

// ExpireNonces makes the minutes pass in which Discord knows the nonces of what has been posted again.
func (d *Discord) ExpireNonces() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.nonces)
}

func (d *Discord) editMessage(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	m := ch.message(c.path("message"))
	switch {
	case m == nil:
		return unknownMessage
	case m.author != d.Bot:
		d.violate("%s: edited somebody else's message", c.name)
		return refuse(403, 50005, "Cannot edit a message authored by another user")
	}
	p, refusal, good := d.payload(c)
	if !good {
		return refusal
	}
	if refusal, good := d.check(c, p, false); !good {
		return refusal
	}
	d.fill(m, p)
	d.changedMessage(m)
	return ok(d.messageJSON(m, d.restViewer()))
}

func (d *Discord) deleteMessage(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	m := ch.message(c.path("message"))
	switch {
	case m == nil:
		return unknownMessage
	case m.author != d.Bot && d.permissions(d.Bot, ch)&ManageMessages == 0:
		d.violate("%s: deleted somebody else's message", c.name)
		return missingPermissions
	}
	d.remove(m)
	return noContent
}
