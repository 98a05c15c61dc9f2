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
	if t.i.Type == discordgo.InteractionMessageComponent {
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
	given := map[string]option{}
	for _, o := range sub.Options {
		given[o.Name] = o
	}
	if channel, ok := given[optionChannel]; ok {
		r.Place.Channel = channel.text()
	}
	r.Topic, r.Share = given[optionAbout].text(), given[optionShare].isTrue()
	switch sub.Name {
	case string(bot.Summary), string(bot.Open), string(bot.Mine):
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

// pressed is what a button asks for: the request of the report that it stands under, with a change.
func (t *talk) pressed(ctx context.Context) (asked, error) {
	act, token, page, ok := parseCustomID(t.i.Data.CustomID)
	if !ok {
		return asked{}, bot.Refusef("crux does not know this button any more. Ask again with /debate.")
	}
	r, err := t.b.Again(ctx, token, t.i.asker(), t.i.here())
	if err != nil {
		return asked{}, err
	}
	return asked{request: act.Apply(r, "", ""), page: page, full: act == bot.ActFull}, nil
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
