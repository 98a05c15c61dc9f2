package discord

import (
	"slices"
	"strings"
	"testing"

	"crux/bot"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

func TestParseCustomID(t *testing.T) {
	acts := []bot.Action{
		bot.ActOpen, bot.ActEverything, bot.ActFull, bot.ActRefresh, bot.ActPage, bot.ActPost,
		bot.ActOne, bot.ActSayAnswered, bot.ActSayOpen, bot.ActNotMine, bot.ActReword,
		bot.ActOptOut, bot.ActOptIn, bot.ActErase, bot.ActEraseSure,
	}
	for _, act := range acts {
		for _, p := range []press{
			{act: act, token: strings.Repeat("x", 64), page: 999999},
			{act: act, token: answers.Token, page: 999999, item: strings.Repeat("k", 32)},
		} {
			id := p.customID()
			if len(id) > customIDLimit {
				t.Errorf("%d characters: %s", len(id), id)
			}
			if got, ok := parseCustomID(id); !ok || got != p {
				t.Errorf("%s reads as %+v %v", id, got, ok)
			}
		}
	}
	for _, foreign := range []string{
		"", "crux1", "crux2|open|0|x", "crux1|shout|0|x", "crux1|open|-1|x", "crux1|open|+1|x", "crux1|open|01|x", "crux1|open|0|", "crux1|open|0|a b",
		"crux1|open|0|x|", "crux1|open|0|x|y|z", "crux1|open|0|x|y z", "crux1|open|0|x\n", " crux1|open|0|x", "crux1|open|9999999|x", "poll:1", "crux1|OPEN|0|x",
		"crux1|open|0|" + strings.Repeat("x", 65), "crux1|one|0|x|" + strings.Repeat("y", 33), "crux1|erasesure|0|" + strings.Repeat("x", 64) + "|" + strings.Repeat("y", 32),
	} {
		if _, ok := parseCustomID(foreign); ok {
			t.Errorf("%q is taken for ours", foreign)
		}
	}
}

func FuzzParseCustomID(f *testing.F) {
	f.Add("crux1|page|3|" + answers.Token)
	f.Add("crux1|one|0|" + answers.Token + "|ABCDEFGH234567ab")
	f.Add("crux1|open|00|x")
	f.Add("other|x")
	f.Fuzz(func(t *testing.T, id string) {
		p, ok := parseCustomID(id)
		if !ok {
			return
		}
		if back := p.customID(); back != id || len(id) > customIDLimit {
			t.Errorf("%q reads as what is written as %q", id, back)
		}
	})
}

func TestButtons(t *testing.T) {
	report := &summarize.Report{Debates: []summarize.Debate{{Question: "Who?"}}}
	cases := map[string]struct {
		change   func(a *bot.Answer)
		page     int
		pages    int
		postable bool
		want     []string
	}{
		"one page":        {nil, 0, 1, false, []string{"Only open", "Full report", "Refresh"}},
		"first page":      {nil, 0, 3, false, []string{"◀ off", "▶", "Only open", "Full report", "Refresh"}},
		"middle page":     {nil, 1, 3, false, []string{"◀", "▶", "Only open", "Full report", "Refresh"}},
		"last page":       {nil, 2, 3, false, []string{"◀", "▶ off", "Only open", "Full report", "Refresh"}},
		"private":         {nil, 0, 1, true, []string{"Only open", "Full report", "Refresh", "Post here"}},
		"must be private": {func(a *bot.Answer) { a.Private = "No." }, 0, 1, true, []string{"Only open", "Full report", "Refresh"}},
		"only open":       {func(a *bot.Answer) { a.Request.Command = bot.Open }, 0, 1, true, []string{"Everything", "Full report", "Refresh", "Post here"}},
		"mine":            {func(a *bot.Answer) { a.Request.Command = bot.Mine }, 0, 1, true, []string{"Full report", "Refresh"}},
		"answered":        {func(a *bot.Answer) { a.Request.Command = bot.Answered }, 0, 1, true, []string{"Full report", "Refresh", "Post here"}},
		"empty":           {func(a *bot.Answer) { a.Sections[0].Report = &summarize.Report{} }, 0, 1, true, []string{"Refresh"}},
		"not kept":        {func(a *bot.Answer) { a.Token = "" }, 0, 3, true, nil},
		"said":            {func(a *bot.Answer) { a.Said = "Done." }, 0, 1, true, nil},
		"said, and more": {func(a *bot.Answer) {
			a.Said, a.Offers = "Really?", []bot.Offer{{Action: bot.ActEraseSure, Label: "Yes", Danger: true}, {Action: "shout", Label: "Not ours"}}
		}, 0, 1, true, []string{"Yes"}},
		"listed":         {listing(bot.Open), 0, 2, true, []string{"◀ off", "▶", "Refresh", "Post here"}},
		"listed, shared": {listing(bot.Open), 0, 1, false, []string{"Refresh"}},
		"what is mine":   {listing(bot.Mine), 0, 1, true, []string{"Refresh"}},
		"what I said":    {listing(bot.Mistaken), 0, 1, true, []string{"Refresh"}},
		"one item":       {listing(bot.One), 0, 1, true, nil},
		"nothing listed": {func(a *bot.Answer) { listing(bot.Open)(a); a.Lists[0].Items = nil }, 0, 1, true, []string{"Refresh"}},
		"a dry run":      {listing(bot.Digests), 0, 1, true, nil},
		"more than a row": {func(a *bot.Answer) { a.Offers = slices.Repeat([]bot.Offer{{Action: bot.ActOne, Label: "x"}}, 6) }, 0, 1, true,
			[]string{"x", "x", "x", "x", "x", "x", "Only open", "Full report", "Refresh", "Post here"}},
	}
	for name, c := range cases {
		a := answerTo(bot.Summary, report)
		if c.change != nil {
			c.change(a)
		}
		var got []string
		for _, b := range allButtons(message{Components: buttons(a, c.page, c.pages, nil, actions(a, c.postable))}) {
			label := b.Label
			if b.Disabled {
				label += " off"
			}
			got = append(got, label)
			if p, ok := parseCustomID(b.CustomID); !ok || p.token != answers.Token {
				t.Errorf("%s: %q is no id of ours", name, b.CustomID)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// listing makes an answer one to a command that lists items.
func listing(c bot.Command) func(a *bot.Answer) {
	return func(a *bot.Answer) {
		a.Request.Command, a.Sections, a.Lists = c, nil, []bot.List{{Items: make([]bot.Item, 1)}}
	}
}

func TestMenuOffersEachItemOnce(t *testing.T) {
	items := []choice{{"a", "1. x"}, {"b", "2. y"}, {"a", "3. x again"}}
	for n := range 40 {
		items = append(items, choice{strings.Repeat("k", n+1), "more"})
	}
	row, any := picker(answers.Token, items)
	options := menuOf(row).Options
	if !any || len(options) != choicesLimit || options[0].Label != "1. x" || options[2].Value != "k" {
		t.Errorf("%d options: %+v", len(options), options)
	}
	if _, any := picker(answers.Token, nil); any {
		t.Error("there is a menu without items")
	}
}
