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
	for _, act := range []bot.Action{bot.ActOpen, bot.ActEverything, bot.ActFull, bot.ActRefresh, bot.ActPage, bot.ActPost} {
		id := customID(act, strings.Repeat("x", 64), 999999)
		if len(id) > customIDLimit {
			t.Errorf("%d characters: %s", len(id), id)
		}
		got, token, page, ok := parseCustomID(id)
		if !ok || got != act || token != strings.Repeat("x", 64) || page != 999999 {
			t.Errorf("%s reads as %q %q %d %v", id, got, token, page, ok)
		}
	}
	for _, foreign := range []string{
		"", "crux1", "crux2|open|0|x", "crux1|shout|0|x", "crux1|open|-1|x", "crux1|open|+1|x", "crux1|open|01|x", "crux1|open|0|", "crux1|open|0|a b",
		"crux1|open|0|x|y", "crux1|open|0|x\n", " crux1|open|0|x", "crux1|open|9999999|x", "crux1|open|0|" + strings.Repeat("x", 65), "poll:1", "crux1|OPEN|0|x",
	} {
		if _, _, _, ok := parseCustomID(foreign); ok {
			t.Errorf("%q is taken for ours", foreign)
		}
	}
}

func FuzzParseCustomID(f *testing.F) {
	f.Add("crux1|page|3|" + answers.Token)
	f.Add("crux1|open|00|x")
	f.Add("other|x")
	f.Fuzz(func(t *testing.T, id string) {
		act, token, page, ok := parseCustomID(id)
		if !ok {
			return
		}
		if back := customID(act, token, page); back != id || len(id) > customIDLimit {
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
	}
	for name, c := range cases {
		a := answerTo(bot.Summary, report)
		if c.change != nil {
			c.change(a)
		}
		var got []string
		for _, b := range allButtons(message{Components: buttons(a, c.page, c.pages, c.postable)}) {
			label := b.Label
			if b.Disabled {
				label += " off"
			}
			got = append(got, label)
			if _, token, _, ok := parseCustomID(b.CustomID); !ok || token != answers.Token {
				t.Errorf("%s: %q is no id of ours", name, b.CustomID)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
