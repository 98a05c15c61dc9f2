package bot

import (
	"strings"
	"testing"

	"crux/bot/ledger"
	"crux/summarize"
)

func TestItemWords(t *testing.T) {
	names := func(ids []string) string { return strings.ToUpper(strings.Join(ids, "+")) }
	answer := &summarize.Response{Kind: summarize.Answer}
	tests := []struct {
		name                     string
		item                     Item
		status, again, responded string
	}{
		{"open", Item{By: []string{"ann"}, Status: summarize.Unanswered, Again: 1}, "unanswered", "raised again", ""},
		{"not sure", Item{Status: summarize.Unanswered, Uncertain: true, Again: 2}, "unanswered (unclear)", "raised again twice", ""},
		{"acknowledged", Item{Status: summarize.Acknowledged, Again: 1200, Response: &summarize.Response{Kind: summarize.Deferral}, ResponseBy: "bob"},
			"acknowledged", "raised again 1,200 times", "left open by BOB"},
		{"answered", Item{By: []string{"ann"}, Status: summarize.Answered, Response: answer, ResponseBy: "bob"}, "answered by BOB", "", "answer"},
		{"answered by nobody knows whom", Item{Status: summarize.Answered, Response: answer}, "answered", "", "answer"},
		{"conceded", Item{Status: summarize.Conceded, Response: &summarize.Response{Kind: summarize.Concession}, ResponseBy: "bob", News: ledger.IsConceded},
			"conceded by BOB", "", "concession"},
		{"withdrawn by who raised it", Item{By: []string{"ann"}, Status: summarize.Withdrawn, ResponseBy: "ann", Response: &summarize.Response{Kind: summarize.Withdrawal}},
			"withdrawn", "", "withdrawal"},
		{"said to be answered", Item{Status: summarize.Answered, Corrected: true, SaidBy: "cal", Uncertain: true, Response: answer, ResponseBy: "bob"},
			"answered, said CAL", "", "answer by BOB"},
		{"said to be open by nobody to name", Item{Status: summarize.Unanswered, Corrected: true}, "not answered, said a member", "", ""},
		{"new", Item{Status: summarize.Unanswered, News: ledger.IsRaised}, "new", "", ""},
		{"new and answered at once", Item{Status: summarize.Answered, News: ledger.IsRaised, Response: answer, ResponseBy: "bob"}, "new, answered by BOB", "", "answer"},
		{"a new point", Item{News: ledger.IsRaised}, "new", "", ""},
		{"a point", Item{}, "", "", ""},
		{"raised again", Item{Status: summarize.Unanswered, News: ledger.IsRaisedAgain, Again: 3}, "raised again 3 times", "", ""},
		{"raised again though answered", Item{Status: summarize.Answered, News: ledger.IsRaisedAgain, Again: 1}, "raised again, answered", "", ""},
		{"open again", Item{Status: summarize.Unanswered, News: ledger.IsReopened}, "open again", "", ""},
		{"open again by a correction", Item{Status: summarize.Unanswered, News: ledger.IsReopened, Corrected: true, SaidBy: "cal"}, "not answered, said CAL", "", ""},
		{"standing", Item{Status: summarize.Unanswered, News: ledger.IsStanding}, "unanswered", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			responded := ""
			if tt.item.Response != nil {
				responded = tt.item.ResponseWords(names)
			}
			got := [3]string{tt.item.StatusWords(names), tt.item.AgainWords(), responded}
			if want := [3]string{tt.status, tt.again, tt.responded}; got != want {
				t.Errorf("says %q, want %q", got, want)
			}
		})
	}
}

func TestAgainstWords(t *testing.T) {
	names := func(ids []string) string { return strings.Join(ids, "+") }
	for want, target := range map[string]Target{
		"against ann+bob":   {By: []string{"ann", "bob"}, Gist: "x"},
		"against the point": {Quotes: []summarize.Quote{{Text: "x"}}},
		"":                  {},
	} {
		if got := (&Item{Against: target}).AgainstWords(names); got != want {
			t.Errorf("%+v reads %q, want %q", target, got, want)
		}
	}
}

func TestListHeading(t *testing.T) {
	three := []List{{Items: make([]Item, 2)}, {More: 1}}
	tests := []struct {
		request      Request
		lists        []List
		title, count string
	}{
		{Request{Command: Open}, three, "Still open in #x", "3 objections"},
		{Request{Command: Open}, []List{{}}, "Still open in #x", "no open objection found"},
		{Request{Command: Open, Also: []Place{{Channel: "2"}}}, three, "Still open", "3 objections"},
		{Request{Command: Mine}, three, "Objections that concern you in #x", ""},
		{Request{Command: Mistaken}, three, "What you said in #x", ""},
		{Request{Command: Digests}, three, "", ""},
		{Request{Command: One}, three, "", ""},
	}
	for _, tt := range tests {
		a := &Answer{Request: tt.request, Lists: tt.lists}
		if title, count := a.ListHeading("#x"); title != tt.title || count != tt.count {
			t.Errorf("%+v: %q, %q, want %q, %q", tt.request, title, count, tt.title, tt.count)
		}
	}
}
