package fakediscord

import "time"

// Types of callback.
const (
	callbackMessage        = 4
	callbackDeferred       = 5
	callbackDeferredUpdate = 6
	callbackUpdate         = 7
	callbackChoices        = 8
	callbackDialog         = 9
)

// callback serves the first answer to an interaction, which must come in time and
// may come only once.
func (d *Discord) callback(c *call) answer {
	i := d.interactions[c.path("interaction")]
	switch {
	case i == nil || i.Token != c.path("token"):
		d.violate("%s: no such interaction", c.name)
		return unknownInteraction
	case !i.answered.IsZero():
		return refuse(400, 40060, "Interaction has already been acknowledged.")
	case i.expired || time.Since(i.sent) > callbackDeadline:
		i.expired = true
		d.violate("a callback came %v after its interaction, %v are allowed", time.Since(i.sent).Round(time.Millisecond), callbackDeadline)
		d.notify()
		return unknownInteraction
	}
	var r response
	var files payload
	if refusal, good := d.form(c, &r, &files); !good {
		return refusal
	}
	if r.Data == nil {
		r.Data = &payload{}
	}
	r.Data.files, r.Data.order = files.files, files.order
	if refusal, good := d.accept(c, i, r); !good {
		return refusal
	}
	i.answered, i.callback = time.Now(), r.Type
	i.deadline.Stop()
	d.latencies = append(d.latencies, i.answered.Sub(i.sent))
	d.notify()
	if c.query.Get("with_response") == "true" && i.original != nil {
		return ok(object{
			"interaction": object{"id": i.ID, "type": i.Use.Kind.number(), "response_message_id": i.original.id},
			"resource":    object{"type": r.Type, "message": d.messageJSON(i.original, viewer{content: true})},
		})
	}
	return noContent
}

// accept carries out a callback.
func (d *Discord) accept(c *call, i *Interaction, r response) (answer, bool) {
	// A dialog that was opened from a message may change that message, when it is sent.
	if (r.Type == callbackChoices) != (i.Use.Kind == Autocomplete) ||
		(r.Type == callbackUpdate || r.Type == callbackDeferredUpdate) && i.pressed == nil {
		d.violate("%s: a callback of type %d does not fit the interaction", c.name, r.Type)
		return invalid("type"), false
	}
	ephemeral := 0
	if r.Data.Flags != nil {
		ephemeral = *r.Data.Flags & FlagEphemeral
	}
	switch r.Type {
	case callbackMessage, callbackUpdate:
		if refusal, good := d.check(c, r.Data, r.Type == callbackMessage); !good {
			return refusal, false
		}
	case callbackChoices:
		v := &checker{}
		v.choices(r.Data.Choices)
		if len(v.found) > 0 {
			d.violate("%s: %s", c.name, v.found[0])
			return invalid(v.found[0]), false
		}
		i.choices = r.Data.Choices
	case callbackDialog:
		dialog, refusal, good := d.dialogOf(c, i, r)
		if !good {
			return refusal, false
		}
		i.dialog = dialog
	case callbackDeferred, callbackDeferredUpdate:
	default:
		d.violate("%s: the fake knows no callback of type %d", c.name, r.Type)
		return invalid("type"), false
	}
	switch r.Type {
	case callbackMessage:
		i.follow(d.newAnswer(i, ephemeral))
		d.fill(i.original, r.Data)
		i.original.noteState()
		d.place(i.original)
	case callbackDeferred:
		i.follow(d.newAnswer(i, ephemeral|FlagLoading))
		d.place(i.original)
	case callbackUpdate:
		i.follow(i.pressed)
		d.fill(i.original, r.Data)
		d.changedMessage(i.original)
	case callbackDeferredUpdate:
		i.follow(i.pressed)
	}
	i.hidden = ephemeral != 0
	return answer{}, true
}

func (i *Interaction) follow(m *message) {
	i.original = m
	m.followed = append(m.followed, i)
}

// newAnswer makes a message that answers an interaction, without any content yet.
func (d *Discord) newAnswer(i *Interaction, flags int) *message {
	kind := messageCommandReply
	if i.Use.Kind == Press || i.Use.Kind == Submit {
		kind = messageReply
	}
	m := &message{id: d.mint(time.Time{}), channel: i.channel, author: d.Bot, kind: kind, flags: flags, interaction: i}
	m.at = timeOf(m.id)
	return m
}

// hook finds the interaction whose token a webhook route carries.
func (d *Discord) hook(c *call) (*Interaction, answer) {
	i := d.byToken[c.path("token")]
	switch {
	case i == nil || c.path("app") != d.App || i.answered.IsZero():
		return nil, unknownWebhook
	case i.tokenDead():
		return nil, refuse(401, 50027, "Invalid Webhook Token")
	}
	return i, answer{}
}

// hookMessage finds the message that a webhook route names, if it still stands.
func (d *Discord) hookMessage(c *call) (*Interaction, *message, answer) {
	i, refusal := d.hook(c)
	if i == nil {
		return nil, nil, refusal
	}
	candidates := append([]*message{i.original}, i.followups...)
	for n, m := range candidates {
		if m == nil || !d.stands(m) {
			continue
		}
		if id := c.path("message"); id == m.id || id == "@original" && n == 0 {
			return i, m, answer{}
		}
	}
	return nil, nil, unknownMessage
}

func (d *Discord) stands(m *message) bool {
	return d.ephemeral[m.id] == m || d.channels[m.channel.id] == m.channel && m.channel.message(m.id) == m
}

func (d *Discord) getWebhookMessage(c *call) answer {
	_, m, refusal := d.hookMessage(c)
	if m == nil {
		return refusal
	}
	return ok(d.messageJSON(m, viewer{content: true}))
}

func (d *Discord) editWebhookMessage(c *call) answer {
	_, m, refusal := d.hookMessage(c)
	if m == nil {
		return refusal
	}
	p, refusal, good := d.payload(c)
	if !good {
		return refusal
	}
	return d.editAnswer(c, m, p)
}

func (d *Discord) editAnswer(c *call, m *message, p *payload) answer {
	if refusal, good := d.check(c, p, m.flags&FlagLoading != 0); !good {
		return refusal
	}
	d.fill(m, p)
	d.changedMessage(m)
	return ok(d.messageJSON(m, viewer{content: true}))
}

func (d *Discord) deleteWebhookMessage(c *call) answer {
	_, m, refusal := d.hookMessage(c)
	if m == nil {
		return refusal
	}
	d.remove(m)
	return noContent
}

// createFollowup adds a message. After a deferral the first one takes the place of
// the loading message, whatever its flags.
func (d *Discord) createFollowup(c *call) answer {
	i, refusal := d.hook(c)
	if i == nil {
		return refusal
	}
	p, refusal, good := d.payload(c)
	if !good {
		return refusal
	}
	if o := i.original; o != nil && o.flags&FlagLoading != 0 && d.stands(o) {
		return d.editAnswer(c, o, p)
	}
	if refusal, good := d.check(c, p, true); !good {
		return refusal
	}
	flags := 0
	if p.Flags != nil {
		flags = *p.Flags & FlagEphemeral
	}
	m := d.newAnswer(i, flags)
	d.fill(m, p)
	i.followups = append(i.followups, m)
	d.place(m)
	return ok(d.messageJSON(m, viewer{content: true}))
}
