package slack

import (
	"context"
	"slices"
	"strings"

	"crux/bot"
)

// asked is what is asked for.
type asked struct {
	request bot.Request
	page    int
	full    bool // as files
	help    bool
	// form asks back what the asker meant, nil where nothing is asked back.
	form *form
	// beside is true where the answer leaves the message standing whose button was pressed.
	beside bool
}

// understand finds out what is asked for. It waits for nothing but the store, and that only for a button.
func (t *talk) understand(ctx context.Context) (asked, error) {
	switch {
	case t.event != nil:
		return t.typed(withoutMention(t.event.Text, t.me.User))
	case t.command != nil:
		return t.typed(t.command.Text)
	case t.interaction.Type == messageAction:
		return t.chosen()
	case t.interaction.Type == blockActions && len(t.interaction.Actions) > 0:
		return t.pressed(ctx)
	case t.interaction.Type == viewSubmitted:
		return t.submitted(ctx)
	}
	return asked{}, bot.Refusef("I don't know this any more. Ask again with %s.", slashCommand)
}

// withoutMention is what was said to crux, without its name.
func withoutMention(text, user string) string {
	for {
		at := strings.Index(text, "<@"+user)
		if at < 0 {
			return strings.TrimSpace(text)
		}
		end := strings.IndexByte(text[at:], '>')
		if end < 0 {
			return strings.TrimSpace(text[:at])
		}
		text = text[:at] + " " + text[at+end+1:]
	}
}

// typed reads words. They mean the place in which they were typed unless they name another.
func (t *talk) typed(words string) (asked, error) {
	said, err := bot.ParseWords(words, t.a.o.Now(), t.a.o.Zone)
	if err != nil || said.Help {
		return asked{help: said.Help}, err
	}
	r := bot.Request{
		Command: said.Command, Asker: t.asker, Here: t.here, Place: t.here,
		Window: said.Window, Topic: said.Topic, Message: said.Message, Share: said.Share,
		Item: said.Item, Correction: said.Correction,
	}
	if said.Place.Channel != "" {
		r.Place = t.ours(said.Place)
	}
	if said.Digest != nil {
		r.Digest = t.ordered(*said.Digest)
	}
	if said.Privacy != nil {
		r.Privacy = *said.Privacy
	}
	switch r.Command {
	case bot.Watch, bot.Unwatch:
		r.Place.Thread = "" // a thread is followed with its channel
	case bot.Answered:
		if r.Message == "" {
			r.Message = r.Place.Thread // in a thread the one with which it began is meant
		}
		if r.Message == "" {
			return asked{}, bot.Refusef("Say which message you mean: ask in its thread, or paste its link, or choose “Is this answered?” in its menu.")
		}
	case bot.Digests:
		if isDM(t.here.Channel) && r.Digest.Action == bot.DigestAdd && (r.Digest.To.Channel == "" || len(r.Digest.From) == 0 && !r.Digest.All) {
			return asked{}, bot.Refusef("Say which channels the digest is about and where it is to be posted, such as “digest add #general to #news daily 9:00” " +
				"(pick the channels from the list, so that they become links).")
		}
		return asked{request: r}, nil
	case bot.Watched, bot.Privacy, bot.Status:
		return asked{request: r}, nil
	case bot.Summary, bot.Open, bot.Mine, bot.Mistaken, bot.One, bot.Correct:
	}
	if isDM(r.Place.Channel) {
		return asked{}, bot.Refusef("Nobody debates in here but us. Say which channel, such as “summary in #general” (pick it from the list, so that it becomes a link), or paste the link of a message.")
	}
	return asked{request: r}, nil
}

// ours is a place that was named in this workspace.
func (t *talk) ours(p bot.Place) bot.Place {
	p.Server = t.me.Team
	return p
}

// ordered is an order with its places in this workspace.
func (t *talk) ordered(o bot.DigestOrder) bot.DigestOrder {
	o.From = slices.Clone(o.From)
	for i, p := range o.From {
		o.From[i] = t.ours(p)
	}
	if o.To.Channel != "" {
		o.To = t.ours(o.To)
	}
	return o
}

// chosen is what a shortcut asks about the message on which it was chosen: in a thread about the thread.
func (t *talk) chosen() (asked, error) {
	m := t.interaction.Message
	r := bot.Request{Asker: t.asker, Here: t.here, Place: t.here}
	if m.Thread == m.TS {
		r.Place.Thread = "" // what began a thread stands in the channel
	}
	switch t.interaction.Callback {
	case shortcutFromHere:
		r.Command, r.Window = bot.Summary, bot.Window{From: m.TS}
	case shortcutAnswered:
		r.Command, r.Message = bot.Answered, m.TS
	default:
		return asked{}, bot.Refusef("I don't know this shortcut any more. Ask again with %s.", slashCommand)
	}
	if isDM(r.Place.Channel) {
		return asked{}, bot.Refusef("I read debates in channels, not in direct messages.")
	}
	return asked{request: r}, nil
}

// pressed is what a button asks for: the request of the report that it stands under, with a change.
func (t *talk) pressed(ctx context.Context) (asked, error) {
	p, ok := parseAction(t.interaction.Actions[0].ID, t.interaction.Actions[0].Value)
	if !ok {
		return asked{}, bot.Refusef("I don't know this button any more. Ask again with %s.", slashCommand)
	}
	if p.act == bot.ActReword { // before all that takes time
		return asked{form: &form{Token: p.token, Item: p.item, Channel: t.here.Channel, Thread: t.here.Thread}}, nil
	}
	r, err := t.b.Again(ctx, p.token, t.asker, t.here)
	if err != nil {
		return asked{}, err
	}
	return asked{request: p.act.Apply(r, p.item, ""), page: p.page, full: p.act == bot.ActFull, beside: p.act == bot.ActOne}, nil
}
