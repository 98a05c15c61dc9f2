package bot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/bot/ledger"
	"crux/summarize"
)

func quoteOf(message, text string) summarize.Quote {
	return summarize.Quote{Message: message, Text: text, URL: "https://discord.com/channels/100000000000000001/100000000000000002/" + message}
}

func entryQuote(message, author, text string) ledger.Quote {
	return ledger.Quote{Quote: quoteOf(message, text), Author: author}
}

func TestItemOf(t *testing.T) {
	raised := tuesday.Add(-time.Hour)
	answer := ledger.Response{Quote: entryQuote("100000000000000013", "ann", "There is a rota."), Kind: summarize.Answer}
	entry := func(change func(*ledger.Entry)) *ledger.Entry {
		e := &ledger.Entry{
			ID: "key", By: []string{"bo"}, Gist: "Nobody is on call.", Status: summarize.Unanswered, Raised: raised,
			Quotes: []ledger.Quote{entryQuote("100000000000000011", "bo", "Nobody is\non call.")},
			Target: ledger.Target{Gist: "Deploy on Fridays", By: []string{"ann"}, Quotes: []ledger.Quote{entryQuote("100000000000000010", "ann", "Let's deploy on Fridays!")}},
		}
		change(e)
		return e
	}
	plain := Item{
		Key: "key", By: []string{"bo"}, Quotes: []summarize.Quote{quoteOf("100000000000000011", "Nobody is\non call.")}, Status: summarize.Unanswered, Raised: raised,
		Against: Target{By: []string{"ann"}, Gist: "Deploy on Fridays", Quotes: []summarize.Quote{quoteOf("100000000000000010", "Let's deploy on Fridays!")}},
	}
	for name, test := range map[string]struct {
		entry *ledger.Entry
		want  func(*Item)
	}{
		"its quote says it": {entry(func(*ledger.Entry) {}), func(*Item) {}},
		"raised again": {entry(func(e *ledger.Entry) {
			e.Quotes = append(e.Quotes, entryQuote("100000000000000012", "dee", "Who is on call?"), entryQuote("100000000000000012", "dee", "Nobody!"))
		}), func(i *Item) {
			i.Again = 1
			i.Quotes = append(i.Quotes, quoteOf("100000000000000012", "Who is on call?"), quoteOf("100000000000000012", "Nobody!"))
		}},
		"answered": {entry(func(e *ledger.Entry) {
			e.Status, e.Uncertain = summarize.Answered, true
			e.Changes = []ledger.Change{{To: summarize.Answered, Responses: []ledger.Response{answer}}}
		}), func(i *Item) {
			i.Status, i.Uncertain, i.ResponseBy = summarize.Answered, true, "ann"
			i.Response = &summarize.Response{Quote: answer.Quote.Quote, Kind: summarize.Answer}
		}},
		"corrected": {entry(func(e *ledger.Entry) {
			e.Status, e.Corrected = summarize.Answered, &ledger.Correction{Kind: ledger.SaidAnswered, By: "eve"}
			e.Changes = []ledger.Change{{To: summarize.Answered, Corrected: true, By: "eve"}}
		}), func(i *Item) { i.Status, i.Corrected, i.SaidBy = summarize.Answered, true, "eve" }},
		"in its author's own words": {entry(func(e *ledger.Entry) {
			e.Gist, e.NotMine = "I only asked.", []ledger.Correction{{Kind: ledger.NotMine, By: "bo", Words: "I only asked."}}
		}), func(i *Item) { i.Gist, i.Own = "I only asked.", true }},
		"edited and not read again": {entry(func(e *ledger.Entry) { e.Quotes[0].Text, e.Gist = "", "" }), func(i *Item) { i.Quotes = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			want := plain
			want.Quotes = append([]summarize.Quote{}, plain.Quotes...)
			test.want(&want)
			if diff := cmp.Diff(want, itemOf(test.entry)); diff != "" {
				t.Errorf("the item (-want +got):\n%s", diff)
			}
		})
	}
	news := newsItem(&ledger.News{Kind: ledger.IsRaisedAgain, Entry: *entry(func(*ledger.Entry) {}), Quotes: []ledger.Quote{
		entryQuote("100000000000000012", "dee", "Nobody?"), entryQuote("100000000000000013", "dee", "Really nobody?"),
	}})
	if news.News != ledger.IsRaisedAgain || news.Again != 2 {
		t.Errorf("raised again in two messages it is %q, %d times", news.News, news.Again)
	}
}

// TestItemsKeepWhatStands: of an item whose messages are looked at before it is shown.
func TestItemsKeepWhatStands(t *testing.T) {
	first, second := quoteOf("100000000000000011", "Nobody is on call."), quoteOf("100000000000000012", "Who rolls back?")
	target, response := quoteOf("100000000000000010", "Let's deploy!"), quoteOf("100000000000000013", "There is a rota.")
	all := Item{
		By: []string{"bo"}, Gist: "There is no cover.", Quotes: []summarize.Quote{first, second}, ResponseBy: "ann",
		Against: Target{By: []string{"ann"}, Gist: "Deploy", Quotes: []summarize.Quote{target}}, Response: &summarize.Response{Quote: response},
	}
	for name, test := range map[string]struct {
		gone []summarize.Quote
		own  bool
		want func(*Item)
		kept bool
	}{
		"all of it":            {nil, false, func(*Item) {}, true},
		"not the first quote":  {[]summarize.Quote{first}, false, func(i *Item) { i.Quotes, i.Gist = []summarize.Quote{second}, "" }, true},
		"own words stay":       {[]summarize.Quote{first}, true, func(i *Item) { i.Quotes = []summarize.Quote{second} }, true},
		"no quote":             {[]summarize.Quote{first, second}, false, func(i *Item) { i.Quotes, i.Gist = []summarize.Quote{}, "" }, false},
		"not what it is about": {[]summarize.Quote{target}, false, func(i *Item) { i.Against = Target{} }, true},
		"not the response":     {[]summarize.Quote{response}, false, func(i *Item) { i.Response, i.ResponseBy = nil, "" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, want := all, all
			got.Own, want.Own = test.own, test.own
			test.want(&want)
			kept := got.keep(func(q summarize.Quote) bool {
				for _, gone := range test.gone {
					if gone == q {
						return false
					}
				}
				return true
			})
			if diff := cmp.Diff(want, got); diff != "" || kept != test.kept {
				t.Errorf("kept: %v; the item (-want +got):\n%s", kept, diff)
			}
		})
	}
}

func TestGistBeside(t *testing.T) {
	for name, test := range map[string]struct{ gist, quote, want string }{
		"other words":       {"There is no cover.", "Nobody is on call.", "There is no cover."},
		"the same":          {"Nobody is on call.", "Nobody  is\non call.", ""},
		"cut":               {"Nobody is…", "Nobody is on call.", ""},
		"cut of another":    {"Somebody is…", "Nobody is on call.", "Somebody is…"},
		"part of the quote": {"on call", "Nobody is on call.", "on call"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := gistBeside(test.gist, []summarize.Quote{{Text: test.quote}}); got != test.want {
				t.Errorf("it is %q, want %q", got, test.want)
			}
		})
	}
}

// TestWhatSomebodySaid: with keys that name the words and not the report that they are in.
func TestWhatSomebodySaid(t *testing.T) {
	read := &summarize.Transcript{Messages: []summarize.Message{
		{ID: "1", Author: "ann", Text: "Let's deploy on Fridays. It keeps changes small."},
		{ID: "2", Author: "bo", Text: "Nobody is on call. And it is slow."},
	}}
	report := func(id string) *summarize.Report {
		return &summarize.Report{Debates: []summarize.Debate{{
			Sides:  []summarize.Side{{ID: "A", Label: "Fridays", Members: []string{"ann"}}},
			Points: []summarize.Point{{ID: "p" + id, Side: "A", By: []string{"ann"}, Gist: "Small changes", Quotes: []summarize.Quote{{Message: "1", Text: "It keeps changes small."}}}},
			Objections: []summarize.Objection{
				{ID: "o1" + id, By: []string{"bo"}, Gist: "Nobody is on call.", Target: "p" + id, Quotes: []summarize.Quote{{Message: "2", Text: "Nobody is on call."}}, Status: summarize.Unanswered},
				{ID: "o2" + id, By: []string{"bo"}, Gist: "And it is slow.", Quotes: []summarize.Quote{{Message: "2", Text: "And it is slow."}}, Status: summarize.Unanswered},
			},
		}}}
	}
	anns, bos := said(report(""), read, "ann"), said(report(""), read, "bo")
	if len(anns[0].Items) != 1 || len(anns[1].Items) != 0 || anns[0].Items[0].Side != "Fridays" || anns[0].Items[0].Gist != "Small changes" {
		t.Errorf("ann said %+v", anns)
	}
	if len(bos[0].Items) != 0 || len(bos[1].Items) != 2 || bos[1].Items[0].Against.Gist != "Small changes" {
		t.Errorf("bo said %+v", bos)
	}
	keys := map[string]bool{anns[0].Items[0].Key: true, bos[1].Items[0].Key: true, bos[1].Items[1].Key: true}
	if len(keys) != 3 || keys[""] {
		t.Errorf("the keys are %v", keys)
	}
	if again := said(report("x"), read, "bo"); again[1].Items[0].Key != bos[1].Items[0].Key {
		t.Error("the key depends on the report")
	}
	if strangers := said(report(""), read, "eve"); len(strangers[0].Items)+len(strangers[1].Items) != 0 {
		t.Errorf("eve said %+v", strangers)
	}
}
