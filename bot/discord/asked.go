package discord

import (
	"context"
	"encoding/json"
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// asked is what an interaction asks for.
type asked struct {
	request bot.Request
	page    int
	full    bool // as files
}

var errUnknownCommand = bot.Refusef("crux does not know this command any more. Reload Discord (Ctrl+R) and try again.")

// understand finds out what is asked for. It waits for nothing but the store, and that only for a button.
func (t *talk) understand(ctx context.Context) (asked, error) {
	if t.i.Type == discordgo.InteractionMessageComponent || t.i.Type == discordgo.InteractionModalSubmit {
		return t.pressed(ctx)
	}
	r := bot.Request{Asker: t.i.asker(), Here: t.i.here(), Place: t.i.here()}
	switch t.i.Data.Name {
	case menuFromHere:
		r.Command, r.Window = bot.Summary, bot.Window{From: t.i.Data.Target}
		return asked{request: r}, nil
	case menuIsAnswered:
		r.Command, r.Message = bot.Answered, t.i.Data.Target
		return asked{request: r}, nil
	case slashName:
		if len(t.i.Data.Options) == 1 {
			r, err := subcommanded(r, t.i.Data.Options[0], t.a.o.Now(), t.a.o.Zone)
			return asked{request: r}, err
		}
	}
	return asked{}, errUnknownCommand
}

// subcommanded is r with what the options of a subcommand say.
func subcommanded(r bot.Request, sub option, now time.Time, zone *time.Location) (bot.Request, error) {
	given := sub.given()
	if channel, ok := given[optionChannel]; ok {
		r.Place.Channel = channel.text()
	}
	r.Topic, r.Share = given[optionAbout].text(), given[optionShare].isTrue()
	switch sub.Name {
	case groupDigest:
		if len(sub.Options) != 1 {
			return r, errUnknownCommand
		}
		order, err := digestOrder(r.Here.Server, sub.Options[0])
		r.Command, r.Digest = bot.Digests, order
		return r, err
	case subcommandPrivacy:
		order, err := privacyOrder(sub)
		r.Command, r.Privacy = bot.Privacy, order
		return r, err
	case string(bot.Status):
		r.Command = bot.Status
		return r, nil
	case string(bot.Summary), string(bot.Open), string(bot.Mine), string(bot.Mistaken):
		r.Command = bot.Command(sub.Name)
	case subcommandWatch:
		r.Command = bot.Watch
		switch given[optionAction].text() {
		case actionStopWatch:
			r.Command = bot.Unwatch
		case actionListWatch:
			r.Command = bot.Watched
		}
	default:
		return r, errUnknownCommand
	}
	words := given[optionWindow].text()
	window, err := bot.ParseWindow(words, now, zone)
	if err != nil {
		return r, err
	}
	r.Window = window
	if linked, _, isLink := bot.ParseLink(words); isLink {
		_, picked := given[optionChannel]
		switch {
		case linked.Server != r.Here.Server:
			return r, bot.Refusef("That link leads to another server. Use a link to a message in this one.")
		case picked && linked.Channel != r.Place.Channel:
			return r, bot.Refusef("That link leads to another channel than the one you picked. Leave one of the two out.")
		}
		r.Place.Channel = linked.Channel // which the asker must be allowed to read like any other
	}
	return r, nil
}

var errUnknownButton = bot.Refusef("crux does not know this button any more. Ask again with /debate.")

// pressed is what a button asks for, or a choice in a menu, or what was written in a form: the
// request of the answer that it stands under, with a change.
func (t *talk) pressed(ctx context.Context) (asked, error) {
	p, ok := t.i.press()
	if !ok {
		return asked{}, errUnknownButton
	}
	words := t.i.written()
	if p.act == bot.ActReword && words == "" { // without words it would say that the item is not theirs at all
		return asked{}, bot.Refusef("Say in a few words what you meant. If it is not yours at all, press the button for that.")
	}
	r, err := t.b.Again(ctx, p.token, t.i.asker(), t.i.here())
	if err != nil {
		return asked{}, err
	}
	return asked{request: p.act.Apply(r, p.item, words), page: p.page, full: p.act == bot.ActFull}, nil
}

// press is what was pressed, with the item that was chosen in a menu; ok is false for what crux can't have drawn.
func (i *interaction) press() (p press, ok bool) {
	p, ok = parseCustomID(i.Data.CustomID)
	if ok && p.item == "" && len(i.Data.Values) == 1 && itemKey.MatchString(i.Data.Values[0]) {
		p.item = i.Data.Values[0]
	}
	return p, ok && p.act.OnItem() == (p.item != "")
}

// given are a subcommand's options by their names.
func (o option) given() map[string]option {
	given := map[string]option{}
	for _, inner := range o.Options {
		given[inner.Name] = inner
	}
	return given
}

// text is the option's value where that is a text or an id, "" where there is none.
func (o option) text() string {
	var s string
	if json.Unmarshal(o.Value, &s) != nil {
		return ""
	}
	return s
}

func (o option) isTrue() bool {
	var b bool
	return json.Unmarshal(o.Value, &b) == nil && b
}
