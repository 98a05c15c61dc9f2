package slack

import (
	"slices"
	"strings"
	"testing"

	"crux/bot"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

// allActions are those that a button may carry.
var allActions = []bot.Action{
	bot.ActOpen, bot.ActEverything, bot.ActFull, bot.ActRefresh, bot.ActPage, bot.ActPost,
	bot.ActOne, bot.ActSayAnswered, bot.ActSayOpen, bot.ActNotMine, bot.ActReword,
	bot.ActOptOut, bot.ActOptIn, bot.ActErase, bot.ActEraseSure,
}

func TestParseAction(t *testing.T) {
	longest := strings.Repeat("x", 64)
	for _, act := range allActions {
		item := ""
		if act.OnItem() {
			item = strings.Repeat("y", 64)
		}
		id, value := actionID(act, 999999, item), actionValue(longest, 999999, item)
		if len(id) > actionIDLimit || len(value) > valueLimit {
			t.Errorf("%d and %d characters: %s %s", len(id), len(value), id, value)
		}
		got, ok := parseAction(id, value)
		if want := (press{act, longest, 999999, item}); !ok || got != want {
			t.Errorf("%s %s reads as %+v %v", id, value, got, ok)
		}
	}
	for _, foreign := range [][2]string{
		{"", ""}, {"crux1", "0|x"}, {"crux2|open|0", "0|x"}, {"crux1|shout|0", "0|x"}, {"crux1|open|-1", "-1|x"}, {"crux1|open|+1", "+1|x"}, {"crux1|open|01", "01|x"},
		{"crux1|open|0", "0|"}, {"crux1|open|0", "0|a b"}, {"crux1|open|0", "0|x|y"}, {"crux1|open|0", "0|x\n"}, {" crux1|open|0", "0|x"}, {"crux1|page|1", "2|x"},
		{"crux1|open|9999999", "9999999|x"}, {"crux1|open|0", "0|" + strings.Repeat("x", 65)}, {"poll:1", "0|x"}, {"crux1|OPEN|0", "0|x"}, {"crux1|open|0", "x"},
		{"crux1|open|0|y", "0|x|y"}, {"crux1|one|0", "0|x"}, {"crux1|one|0|y", "0|x"}, {"crux1|one|0|y", "0|x|z"}, {"crux1|one|0|", "0|x|"}, {"crux1|one|0|y z", "0|x|y z"},
	} {
		if _, ok := parseAction(foreign[0], foreign[1]); ok {
			t.Errorf("%q is taken for ours", foreign)
		}
	}
}

func FuzzParseAction(f *testing.F) {
	f.Add("crux1|page|3", "3|"+answers.Token)
	f.Add("crux1|one|0|k3y", "0|"+answers.Token+"|k3y")
	f.Add("crux1|open|00", "00|x")
	f.Add("other", "x")
	f.Fuzz(func(t *testing.T, id, value string) {
		p, ok := parseAction(id, value)
		if !ok {
			return
		}
		if actionID(p.act, p.page, p.item) != id || actionValue(p.token, p.page, p.item) != value || len(id) > actionIDLimit || len(value) > valueLimit {
			t.Errorf("%q %q reads as what is written as %+v", id, value, p)
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
		"first page":      {nil, 0, 3, false, []string{"Page 2 ▶", "Only open", "Full report", "Refresh"}},
		"middle page":     {nil, 1, 3, false, []string{"◀ Page 1", "Page 3 ▶", "Only open", "Full report", "Refresh"}},
		"last page":       {nil, 2, 3, false, []string{"◀ Page 2", "Only open", "Full report", "Refresh"}},
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
		rows := buttons(a, c.page, c.pages, c.postable)
		checkBlocks(t, rows)
		var got []string
		for _, b := range allButtons(message{Blocks: rows}) {
			got = append(got, b.Text.Text)
			p, ok := parseAction(b.ActionID, b.Value)
			if !ok || p.token != answers.Token {
				t.Errorf("%s: %q %q is no button of ours", name, b.ActionID, b.Value)
			}
			if p.act == bot.ActPage && p.page != c.page-1 && p.page != c.page+1 {
				t.Errorf("%s: a button leads from page %d to %d", name, c.page, p.page)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
