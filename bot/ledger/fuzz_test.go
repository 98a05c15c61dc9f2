package ledger

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"crux/summarize"
)

// FuzzMerge merges what no verified report would hold.
func FuzzMerge(f *testing.F) {
	for _, r := range []*summarize.Report{
		{},
		report(deploys, objection("o1", "bo", onCall), with(objection("o2", "dee", again), summarize.Conceded, "m5 Ok")),
		report(deploys, with(objection("o1", "bo", onCall, again), summarize.Withdrawn, "m6 the rota settles it for me"), aimed(objection("o2", "bo", slow), "for")),
	} {
		data, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, data)
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var entries []Entry
		for i, data := range [][]byte{first, second, first} {
			var r summarize.Report
			if json.Unmarshal(data, &r) != nil {
				return
			}
			before := entries
			entries = Merge(entries, &r, deploys, day(i))
			for _, e := range before {
				if e.Shown() && find(entries, e.ID) == nil && stands(e) {
					t.Errorf("entry %s is gone", e.ID)
				}
			}
			sound(t, entries)
		}
		kept, _ := Remove(entries, []string{"m2"})
		for _, e := range kept {
			for _, q := range append(e.Quotes, e.Disowned...) {
				if q.Message == "m2" {
					t.Error("a quote is left")
				}
			}
		}
	})
}

// stands reports whether one of an entry's quotes is in the transcript, or of a message that is not.
func stands(e Entry) bool {
	for _, q := range e.Quotes {
		known := false
		for _, m := range deploys.Messages {
			known = known || m.ID == q.Message
			if m.ID == q.Message && q.Text != "" && strings.Contains(m.Text, q.Text) {
				return true
			}
		}
		if !known {
			return true
		}
	}
	return false
}

// BenchmarkMerge merges a report of 200 objections into 500 entries, of a transcript of 2,000 messages.
func BenchmarkMerge(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string { // the words of a language, few of them frequent
		var words []string
		for range 12 {
			words = append(words, fmt.Sprint("w", int(3000*math.Pow(random.Float64(), 3))))
		}
		return strings.Join(words, " ") + "."
	}
	t := &summarize.Transcript{}
	for i := range 2000 {
		t.Messages = append(t.Messages, summarize.Message{
			ID: fmt.Sprint("m", i), Author: fmt.Sprint("u", i%20), Text: text() + " " + text(), Time: start.Add(time.Duration(i) * time.Minute),
		})
	}
	made := func(from, n, part int) *summarize.Report {
		d := summarize.Debate{ID: "d", Question: t.Messages[0].Text}
		for _, m := range t.Messages {
			d.Messages = append(d.Messages, m.ID)
		}
		for i := from; i < from+n; i++ {
			m := t.Messages[2*i]
			d.Objections = append(d.Objections, summarize.Objection{
				ID: fmt.Sprint("o", i), By: []string{m.Author}, Gist: m.Text[part : part+20], Quotes: []summarize.Quote{{Message: m.ID, Text: m.Text[part : part+60]}},
				Status: summarize.Unanswered,
			})
		}
		d.Sides = []summarize.Side{{ID: "A", Members: []string{"u0", "u2", "u4", "u6", "u8"}}, {ID: "B", Members: []string{"u10", "u12", "u14", "u16", "u18"}}}
		return &summarize.Report{Debates: []summarize.Debate{d}}
	}
	entries := Merge(nil, made(0, 500, 0), t, day(1))
	if len(entries) != 500 {
		b.Fatalf("%d entries", len(entries))
	}
	r := made(400, 200, 20)
	b.ReportAllocs()
	for b.Loop() {
		if merged := Merge(entries, r, t, day(2)); len(merged) != 600 {
			b.Fatalf("%d entries", len(merged))
		}
	}
}
