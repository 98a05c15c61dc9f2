package platformtest

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
)

// listing is what people are shown of the ledger, and what they say of it.
func listing() []check[*town] {
	return []check[*town]{
		{"a list quotes and links", listQuotesAndLinks},
		{"an empty list says so", emptyListSaysSo},
		{"what people wrote stays words in a list", wordsStayWordsInLists},
		{"an item is corrected", itemIsCorrected},
		{"another corrects what everyone sees", anotherCorrects},
		{"somebody says what they meant", somebodyMeantElse},
		{"offers are pressed", offersArePressed},
		{"a list is taken down", listTakenDown},
		{"buttons under what was published", publishedButtons},
	}
}

// list is an answer from the ledger about two objections.
func (c *town) list(r bot.Request) *bot.Answer {
	a := c.report(r)
	a.Sections, a.Request.Command = nil, bot.Open
	a.Lists = []bot.List{{Items: []bot.Item{c.item("KEYmisalign1", "misalign"), c.item("KEYwaste2", "waste")}}}
	return a
}

// item is an objection of bob's to what ann said.
func (c *town) item(key, words string) bot.Item {
	return bot.Item{
		Key: key, By: []string{c.bob}, Quotes: []summarize.Quote{{Message: "2", Text: "They " + words + " tables", URL: c.objection}},
		Against: bot.Target{By: []string{c.ann}, Quotes: []summarize.Quote{{Message: "1", Text: "Tabs let everyone choose", URL: c.point}}},
		Status:  summarize.Unanswered, Raised: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	}
}

// next is what was asked next.
func next(t *testing.T, asked <-chan bot.Request) bot.Request {
	t.Helper()
	select {
	case r := <-asked:
		return r
	case <-time.After(patience):
		t.Fatal("nothing was asked")
		return bot.Request{}
	}
}

// Labels of the offers below.
const (
	itIsAnswered = "It is answered"
	meantElse    = "I meant something else…"
	itIsNotMine  = "Not mine"
)

// The kinds of correction, as the ledger has them.
const (
	saidAnswered = "answered"
	notMine      = "not mine"
)

// ledgerAnswers answers as the bot does: the first request with a list, One with the item, and Correct in words.
func (c *town) ledgerAnswers(asked chan<- bot.Request) Answering {
	return func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		switch r.Command {
		case bot.Summary, bot.Open, bot.Mine, bot.Mistaken:
			return c.list(r), nil
		case bot.One:
			a := c.list(r)
			a.Request.Command, a.Token = bot.One, "token-one"
			a.Lists[0].Items = slices.DeleteFunc(a.Lists[0].Items, func(i bot.Item) bool { return i.Key != r.Item })
			a.Offers = []bot.Offer{
				{Action: bot.ActSayAnswered, Label: itIsAnswered, Item: r.Item}, {Action: bot.ActReword, Label: meantElse, Item: r.Item},
				{Action: bot.ActNotMine, Label: itIsNotMine, Item: r.Item, Danger: true},
			}
			return a, nil
		case bot.Correct, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy, bot.Status:
		}
		return &bot.Answer{Request: r, Said: "Noted, and it lasts."}, nil
	}
}

func listQuotesAndLinks(t *testing.T, c *town) {
	asked := make(chan bot.Request, 1)
	c.oracle.Begin(c.ledgerAnswers(asked))
	got := c.Ask(c.ann, c.agora, false).Answer()
	for _, words := range []string{"They misalign tables", "They waste tables", "Tabs let everyone choose", "ann", "bob", "agora"} {
		if !strings.Contains(got.Text, words) {
			t.Errorf("it lacks %q:\n%s", words, got.Text)
		}
	}
	for _, link := range []string{c.point, c.objection} {
		if !slices.Contains(got.Links, link) {
			t.Errorf("it lacks the link %q, and has %q", link, got.Links)
		}
	}
	for _, link := range got.Links {
		if link != c.point && link != c.objection {
			t.Errorf("it links to %q", link)
		}
	}
	if len(got.Pings) > 0 || !got.Private {
		t.Errorf("it calls %q, private %v", got.Pings, got.Private)
	}
}

func emptyListSaysSo(t *testing.T, c *town) {
	const words = "I found no open objection here. I may have missed some."
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		a := c.list(r)
		a.Lists = []bot.List{{Empty: words}}
		return a, nil
	})
	got := c.Ask(c.ann, c.agora, false).Answer()
	if !says(words)(got) || len(got.Links) > 0 {
		t.Errorf("it says %q and links to %q", got.Text, got.Links)
	}
	if slices.ContainsFunc(got.Buttons, func(label string) bool { return strings.Contains(label, "Post") }) {
		t.Errorf("it has the buttons %q", got.Buttons)
	}
}

// foreignList is a list in which the same words stand wherever people's words can.
func (c *town) foreignList(r bot.Request, words, channel string) *bot.Answer {
	a := c.list(r)
	a.Channel.Name = channel
	a.Names = map[string]string{c.ann: words, c.bob: words}
	a.Notes, a.Said = []string{words}, words
	quotes := func(link string) []summarize.Quote {
		return []summarize.Quote{{Message: "1", Text: words, URL: link}}
	}
	open := c.item("KEY1", words)
	open.Gist, open.Side, open.Channel, open.Quotes, open.Against.Quotes = words, words, channel, quotes(c.objection), quotes(c.point)
	settled, own := open, open
	settled.Key, settled.Status, settled.News = "KEY2", summarize.Answered, "answered"
	settled.Response, settled.ResponseBy = &summarize.Response{Quote: quotes(c.point)[0], Kind: summarize.Answer}, c.ann
	own.Key, own.Own, own.Corrected, own.SaidBy = "KEY3", true, true, c.ann
	own.Against = bot.Target{Gist: words}
	a.Lists = []bot.List{{Title: words, Items: []bot.Item{open, settled, own}}, {Title: words, Empty: words}}
	return a
}

func wordsStayWordsInLists(t *testing.T, c *town) {
	type foreign struct{ words, channel string }
	var said atomic.Value
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		f := said.Load().(foreign)
		return c.foreignList(r, f.words, f.channel), nil
	})
	show := func(f foreign) Shown {
		said.Store(f)
		return c.Ask(c.ann, c.agora, false).Answer()
	}
	plain := show(foreign{"plain words", "agora"})
	for _, words := range append(literal(), called(c.bob)...) {
		got := show(foreign{words, "agora"})
		sameBut(t, words, got, plain)
		if slices.Contains(literal(), words) && strings.Count(got.Text, words) < strings.Count(plain.Text, "plain words") {
			t.Errorf("%q is not shown everywhere as it is:\n%s", words, got.Text)
		}
		sameBut(t, "a channel named "+words, show(foreign{"plain words", words}), plain)
	}
}

func itemIsCorrected(t *testing.T, c *town) {
	asked := make(chan bot.Request, 8)
	c.oracle.Begin(c.ledgerAnswers(asked))
	list := c.Ask(c.ann, c.agora, false).Answer()
	next(t, asked)
	one := c.Choose(c.ann, c.agora, list, "They waste tables").Answer()
	if r := next(t, asked); r.Command != bot.One || r.Item != "KEYwaste2" || r.Asker != c.ann || r.Place != c.agora || r.Share {
		t.Errorf("an item asked %+v", r)
	}
	if !one.Private || !says("They waste tables")(one) || says("misalign")(one) || one.ID == list.ID {
		t.Errorf("the item is private %v, in place of the list %v: %q", one.Private, one.ID == list.ID, one.Text)
	}
	for label, want := range map[string]bot.Correction{itIsAnswered: {Kind: saidAnswered}, itIsNotMine: {Kind: notMine}} {
		one := c.Choose(c.ann, c.agora, list, "They waste tables").Answer()
		next(t, asked)
		done := c.Press(c.ann, c.agora, one, button(t, one, label)).Answer()
		r := next(t, asked)
		if r.Command != bot.Correct || r.Item != "KEYwaste2" || r.Correction != want || r.Asker != c.ann || r.Share {
			t.Errorf("%q asked %+v", label, r)
		}
		if !done.Private || !says("Noted, and it lasts.")(done) {
			t.Errorf("%q: private %v: %q", label, done.Private, done.Text)
		}
	}
	if seen := c.Public(c.agora); len(seen) > 0 {
		t.Errorf("everyone sees %+v", seen)
	}
}

func anotherCorrects(t *testing.T, c *town) {
	asked := make(chan bot.Request, 8)
	c.oracle.Begin(c.ledgerAnswers(asked))
	post := c.Ask(c.ann, c.agora, true).Answer()
	next(t, asked)
	one := c.Choose(c.bob, c.agora, post, "They misalign tables").Answer()
	if r := next(t, asked); r.Command != bot.One || r.Item != "KEYmisalign1" || r.Asker != c.bob || r.Share {
		t.Errorf("an item asked %+v", r)
	}
	if !one.Private || one.ID == post.ID {
		t.Errorf("the item is private %v, in the post %v", one.Private, one.ID == post.ID)
	}
	if seen := c.Public(c.agora); len(seen) != 1 || seen[0].Text != post.Text {
		t.Errorf("everyone sees %+v", seen)
	}
}

func somebodyMeantElse(t *testing.T, c *town) {
	const words = "I meant *wide* tables <!here> & @everyone"
	asked := make(chan bot.Request, 8)
	c.oracle.Begin(c.ledgerAnswers(asked))
	list := c.Ask(c.ann, c.agora, false).Answer()
	one := c.Choose(c.ann, c.agora, list, "They waste tables").Answer()
	next(t, asked)
	next(t, asked)
	done := c.Reword(c.ann, c.agora, one, button(t, one, meantElse), words).Answer()
	r := next(t, asked)
	if r.Command != bot.Correct || r.Item != "KEYwaste2" || r.Correction != (bot.Correction{Kind: notMine, Words: words}) || r.Asker != c.ann || r.Place != c.agora || r.Share {
		t.Errorf("the form asked %+v", r)
	}
	if !done.Private || !says("Noted, and it lasts.")(done) {
		t.Errorf("private %v: %q", done.Private, done.Text)
	}
}

func offersArePressed(t *testing.T, c *town) {
	asked := make(chan bot.Request, 8)
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		r.Command = bot.Privacy
		return &bot.Answer{Request: r, Token: "token-privacy", Said: "I keep 12 messages of yours.", Offers: []bot.Offer{
			{Action: bot.ActOptOut, Label: "Leave me out"}, {Action: bot.ActErase, Label: "Delete everything…"}, {Action: bot.ActEraseSure, Label: "Yes, delete it", Danger: true},
			{Action: bot.ActAllowModel, Label: "Allow it"}, {Action: bot.ActForbidModel, Label: "Keep it off"},
		}}, nil
	})
	for label, want := range map[string]bot.PrivacyOrder{
		"Leave me out": {Action: bot.OptOut}, "Delete everything": {Action: bot.Erase}, "Yes, delete it": {Action: bot.Erase, Sure: true},
		"Allow it": {Action: bot.AllowModel}, "Keep it off": {Action: bot.ForbidModel},
	} {
		shown := c.Ask(c.ann, c.agora, false).Answer()
		next(t, asked)
		got := c.Press(c.ann, c.agora, shown, button(t, shown, label)).Answer()
		if r := next(t, asked); r.Command != bot.Privacy || r.Privacy != want || r.Asker != c.ann || r.Share {
			t.Errorf("%q asked %+v", label, r)
		}
		if !got.Private || !says("12 messages")(got) {
			t.Errorf("%q: private %v: %q", label, got.Private, got.Text)
		}
	}
}

func listTakenDown(t *testing.T, c *town) {
	c.oracle.Begin(c.ledgerAnswers(make(chan bot.Request, 1)))
	c.Ask(c.ann, c.agora, true).Answer()
	filed := c.oracle.WaitFiled(t, c.agora, 1)[0]
	post := filed.Post
	post.Platform, post.Token = c.Platform().Name(), filed.Answer.Token
	if err := c.Platform().TakeDown(t.Context(), post, deleted); err != nil {
		t.Fatal(err)
	}
	if seen := c.Public(c.agora); len(seen) != 1 || !says(deleted)(seen[0]) || says("misalign")(seen[0]) || len(seen[0].Links) > 0 {
		t.Fatalf("everyone sees %+v", seen)
	}
}

// publishedButtons: what crux published by itself can be asked about, by anybody who sees it.
func publishedButtons(t *testing.T, c *town) {
	asked := make(chan bot.Request, 8)
	c.oracle.Begin(c.ledgerAnswers(asked))
	mark := markOf("buttons")
	a := digestOf(c.list(bot.Request{Place: c.agora, Here: c.agora}))
	c.oracle.Keep(mark, bot.Request{Command: bot.Open, Place: c.agora, Here: c.agora})
	id, err := c.Platform().Publish(t.Context(), c.agora, a, mark)
	if err != nil {
		t.Fatal(err)
	}
	post := c.Public(c.agora)[0]
	got := c.Press(c.bob, c.agora, post, button(t, post, "What is still open")).Answer()
	if r := next(t, asked); r.Command != bot.Open || r.Asker != c.bob || r.Place != c.agora || r.Share {
		t.Errorf("it asked %+v", r)
	}
	if !got.Private || got.ID == id {
		t.Errorf("the answer is private %v, in the post %v", got.Private, got.ID == id)
	}
	c.Choose(c.bob, c.agora, post, "They waste tables").Answer()
	if r := next(t, asked); r.Command != bot.One || r.Item != "KEYwaste2" || r.Asker != c.bob {
		t.Errorf("an item asked %+v", r)
	}
	if seen := c.Public(c.agora); len(seen) != 1 || seen[0].Text != post.Text {
		t.Errorf("everyone sees %+v", seen)
	}
	if err := c.Platform().TakeDown(t.Context(), bot.Post{Platform: c.Platform().Name(), Place: c.agora, Message: id, Token: mark}, deleted); err != nil {
		t.Fatal(err)
	}
	if seen := c.Public(c.agora); len(seen) != 1 || !says(deleted)(seen[0]) || says("misalign")(seen[0]) {
		t.Errorf("taken down, everyone sees %+v", seen)
	}
}
