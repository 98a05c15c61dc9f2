package summarize_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/summarize"
)

// TestAnyReportIsSoundOnceVerified: whatever an engine returns, what Verify leaves holds, and verifying it again changes nothing.
func TestAnyReportIsSoundOnceVerified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		transcript := transcripts(t)
		r := &summarize.Report{Debates: several(t, "debates", 3, func() summarize.Debate { return debates(t, transcript) })}
		summarize.Verify(r, transcript)
		for _, fault := range faults(r, transcript) {
			t.Error(fault)
		}

		again := &summarize.Report{Debates: r.Debates}
		if dropped := summarize.Verify(again, transcript); dropped.Total() != 0 {
			t.Errorf("verified again, %s", dropped)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Errorf("verifying again changed the report:\n%s", diff)
		}
	})
}

var (
	someone   = []string{"ann", "bo", "U3", "", "ghost"}
	phrases   = []string{"the tests pass", "I doubt it", "see https://x.example/1", "42 times", "Ann said so", "<@U3> wrong", "été 🙂", "  ", "Fine."}
	somewhere = []string{"m0", "m1", "m2", "m3", "m4", "m5", "m9", ""}
	rowIDs    = []string{"p1", "p2", "o1", "o2", "A", "B", ""}
	sideIDs   = []string{"A", "B", "C", ""}
	statuses  = []summarize.Status{summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn, "open", ""}
	responses = []summarize.ResponseKind{summarize.Answer, summarize.Concession, summarize.Deferral, summarize.Withdrawal, "reply", ""}
)

func one[T any](t *rapid.T, of []T) T { return rapid.SampledFrom(of).Draw(t, "one") }

func several[T any](t *rapid.T, what string, most int, item func() T) []T {
	var list []T
	for range rapid.IntRange(0, most).Draw(t, what) {
		list = append(list, item())
	}
	return list
}

func transcripts(t *rapid.T) *summarize.Transcript {
	transcript := &summarize.Transcript{Names: map[string]string{"ann": "Ann", "U3": "Cy Young"}}
	for i := range rapid.IntRange(0, 6).Draw(t, "messages") {
		transcript.Messages = append(transcript.Messages, summarize.Message{
			ID: fmt.Sprint("m", i), Author: one(t, someone[:4]), Bot: rapid.IntRange(0, 5).Draw(t, "bot") == 0,
			Time: time.Unix(int64(i), 0), URL: one(t, []string{"", "https://chat.example/" + fmt.Sprint(i)}),
			Text: strings.Join(several(t, "text", 4, func() string { return one(t, phrases) }), " "),
		})
	}
	return transcript
}

func debates(t *rapid.T, transcript *summarize.Transcript) summarize.Debate {
	person := func() string { return one(t, someone) }
	phrase := func() string { return one(t, phrases) }
	quote := func() summarize.Quote {
		if rapid.Bool().Draw(t, "verbatim") && len(transcript.Messages) > 0 {
			m := one(t, transcript.Messages)
			return summarize.Quote{Message: m.ID, Text: m.Text[rapid.IntRange(0, len(m.Text)).Draw(t, "from"):]}
		}
		return summarize.Quote{Message: one(t, somewhere), Text: phrase(), URL: "https://evil.example"}
	}
	quotes := func() []summarize.Quote { return several(t, "quotes", 3, quote) }
	people := func() []string { return several(t, "people", 3, person) }
	return summarize.Debate{
		ID: one(t, []string{"d1", "d2", ""}), Question: phrase(), Neutral: people(),
		Messages: several(t, "messages", 8, func() string { return one(t, somewhere) }),
		Sides: several(t, "sides", 3, func() summarize.Side {
			return summarize.Side{ID: one(t, sideIDs), Label: phrase(), Members: people()}
		}),
		Points: several(t, "points", 4, func() summarize.Point {
			return summarize.Point{ID: one(t, rowIDs), Side: summarize.SideID(one(t, sideIDs)), By: people(), Gist: phrase(), Quotes: quotes()}
		}),
		Objections: several(t, "objections", 4, func() summarize.Objection {
			return summarize.Objection{
				ID: one(t, rowIDs), Side: summarize.SideID(one(t, sideIDs)), By: people(), Gist: phrase(), Quotes: quotes(),
				Target: one(t, rowIDs), Status: one(t, statuses), Confidence: rapid.Float64().Draw(t, "confidence"),
				Responses: several(t, "responses", 3, func() summarize.Response {
					return summarize.Response{Quote: quote(), Kind: one(t, responses)}
				}),
			}
		}),
		Agreements: several(t, "agreements", 2, func() summarize.Agreement {
			return summarize.Agreement{Gist: phrase(), Quotes: quotes()}
		}),
	}
}

// faults are the ways in which a verified report does not hold, found without Verify's own code.
func faults(r *summarize.Report, t *summarize.Transcript) []string {
	f := finder{messages: map[string]summarize.Message{}, order: map[string]int{}}
	for i, m := range t.Messages {
		f.messages[m.ID], f.order[m.ID] = m, i
	}
	f.check(r.Debates != nil, "the list of debates is nil")
	ids, placed := map[string]bool{}, map[string]bool{}
	for _, d := range r.Debates {
		f.check(d.ID != "" && !ids[d.ID], "debate id %q", d.ID)
		ids[d.ID] = true
		for _, id := range d.Messages {
			f.check(!placed[id], "message %s is in two debates", id)
			placed[id] = true
		}
		f.debate(d)
	}
	return f.found
}

type finder struct {
	messages map[string]summarize.Message
	order    map[string]int
	found    []string
}

func (f *finder) check(ok bool, format string, args ...any) {
	if !ok {
		f.found = append(f.found, fmt.Sprintf(format, args...))
	}
}

func (f *finder) debate(d summarize.Debate) {
	f.check(len(d.Points)+len(d.Objections) > 0, "debate %s has no rows", d.ID)
	f.check(d.Messages != nil && d.Sides != nil && d.Neutral != nil && d.Points != nil && d.Objections != nil && d.Agreements != nil,
		"debate %s has a nil list", d.ID)
	f.check(strings.TrimSpace(d.Question) != "", "debate %s has no question", d.ID)
	f.check(slices.IsSortedFunc(d.Messages, func(a, b string) int { return f.order[a] - f.order[b] }), "messages %v out of order", d.Messages)
	authors := map[string]bool{}
	for _, id := range d.Messages {
		m, known := f.messages[id]
		f.check(known && !m.Bot, "debate %s holds message %s", d.ID, id)
		if m.Author != "" {
			authors[m.Author] = true
		}
	}
	f.check(d.Stats == summarize.Stats{Messages: len(d.Messages), People: len(authors)}, "stats %v", d.Stats)

	side := map[string]string{}
	place := func(person, in string) {
		_, placed := side[person]
		f.check(!placed, "%s stands twice", person)
		f.check(slices.ContainsFunc(slices.Collect(maps.Values(f.messages)), func(m summarize.Message) bool { return m.Author == person && !m.Bot && person != "" }),
			"%q did not speak", person)
		side[person] = in
	}
	rowSide := map[string]string{}
	claim := func(id, side string) {
		_, taken := rowSide[id]
		f.check(id != "" && !taken, "row id %q", id)
		rowSide[id] = side
	}
	for _, s := range d.Sides {
		claim(s.ID, s.ID)
		f.check(len(s.Members) > 0, "side %s has no members", s.ID)
		for _, m := range s.Members {
			place(m, s.ID)
		}
	}
	for _, n := range d.Neutral {
		place(n, "")
	}
	for _, p := range d.Points {
		claim(p.ID, string(p.Side))
		f.row(p.ID, string(p.Side), p.Gist, p.By, p.Quotes, side)
	}
	for _, o := range d.Objections {
		claim(o.ID, string(o.Side))
		f.row(o.ID, string(o.Side), o.Gist, o.By, o.Quotes, side)
		f.outcome(o, side)
	}
	next := map[string]string{}
	for _, o := range d.Objections {
		at, known := rowSide[o.Target]
		f.check(o.Target == "" || known, "%s targets %q", o.ID, o.Target)
		f.check(o.Target == "" || at == "" || at != string(o.Side), "%s targets %q of its own side", o.ID, o.Target)
		next[o.ID] = o.Target
	}
	for id := range next {
		steps := 0
		for at := id; at != "" && steps <= len(next); at = next[at] {
			steps++
		}
		f.check(steps <= len(next)+1 && next[id] != id, "targets from %s lead in a circle", id)
	}
	for _, a := range d.Agreements {
		f.quotes("agreement", a.Gist, a.Quotes)
	}
}

func (f *finder) row(id, side, gist string, by []string, quotes []summarize.Quote, sides map[string]string) {
	f.quotes(id, gist, quotes)
	f.check(by != nil, "%s: by is nil", id)
	wrote, anyone := map[string]bool{}, false
	for _, q := range quotes {
		if author := f.messages[q.Message].Author; author != "" {
			wrote[author], anyone = true, true
		}
	}
	f.check(anyone == (len(by) > 0), "%s is by %q", id, by)
	held, named := side == "", false
	for _, person := range by {
		f.check(wrote[person], "%s: %s wrote none of the quotes", id, person)
		held = held || sides[person] == side
		named = named || sides[person] != ""
	}
	f.check(held && !(side == "" && named), "%s is on side %q, its people %q are not", id, side, by)
}

func (f *finder) quotes(id, gist string, quotes []summarize.Quote) {
	f.check(strings.TrimSpace(gist) != "", "%s has no gist", id)
	f.check(len(quotes) > 0, "%s has no quotes", id)
	all := ""
	for _, q := range quotes {
		f.quote(id, q)
		all += " " + q.Text
	}
	for _, telling := range []string{"42", "https://x.example/1", "Ann"} {
		f.check(!strings.Contains(gist, telling) || strings.Contains(strings.ToLower(all), strings.ToLower(telling)), "%s: %q is in no quote: %s", id, telling, gist)
	}
}

func (f *finder) quote(id string, q summarize.Quote) {
	m, known := f.messages[q.Message]
	f.check(known && !m.Bot, "%s quotes message %q", id, q.Message)
	f.check(strings.TrimSpace(q.Text) != "" && strings.Contains(m.Text, q.Text), "%s: %q is not in %s", id, q.Text, q.Message)
	f.check(q.URL == m.URL, "%s: link %q", id, q.URL)
}

func (f *finder) outcome(o summarize.Objection, sides map[string]string) {
	f.check(o.Responses != nil, "%s: responses are nil", o.ID)
	f.check(o.Confidence >= 0 && o.Confidence <= 1, "%s: confidence %v", o.ID, o.Confidence)
	f.check((o.Status == summarize.Unanswered) == (len(o.Responses) == 0), "%s is %s with %d responses", o.ID, o.Status, len(o.Responses))
	raised := len(f.order)
	for _, q := range o.Quotes {
		raised = min(raised, f.order[q.Message])
	}
	for _, r := range o.Responses {
		f.quote(o.ID, r.Quote)
		f.check(f.order[r.Message] >= raised, "%s is answered before it is raised", o.ID)
		author := f.messages[r.Message].Author
		if len(o.By) > 0 {
			f.check(slices.Contains(o.By, author) == (r.Kind == summarize.Withdrawal), "%s by %q: %s by %q", o.ID, o.By, r.Kind, author)
		}
		f.check(r.Kind == summarize.Withdrawal || o.Side == "" || sides[author] != string(o.Side), "%s: %s by an ally", o.ID, r.Kind)
	}
}
