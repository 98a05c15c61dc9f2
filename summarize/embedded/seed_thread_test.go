package embedded

import (
	"slices"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

// TestSeedThread: the thread that crux was first asked to read, and the same in
// other words by other people: three objections are open and no others.
func TestSeedThread(t *testing.T) {
	for _, path := range []string{goldFolder + "/inner-alignment-solved.json", "testdata/seed-paraphrase.json"} {
		gold := goldFrom(t, path)
		t.Run(gold.ID, func(t *testing.T) {
			debates := debatesIn(t, transcriptOf(gold))
			if len(debates) != 1 {
				t.Fatalf("%d debates, expected 1", len(debates))
			}
			found, want := &debates[0], &gold.Golds[0]
			open := openOf(found)

			for _, test := range []struct {
				id   string
				open bool
			}{{"o2", true}, {"o3", true}, {"o4", true}, {"o1", false}, {"o5", false}} {
				wanted := goldObjection(t, want, test.id)
				matching := 0
				for _, o := range open {
					if touches(gold, o.Quotes, wanted.Spans) {
						matching++
					}
				}
				if (matching > 0) != test.open {
					t.Errorf("%d open objections match %s (%s), which is %s", matching, test.id, wanted.Gist, wanted.Status)
				}
			}
			for _, o := range open {
				if !slices.ContainsFunc(want.Objections, func(g score.GoldObjection) bool {
					return g.Status.Open() && touches(gold, o.Quotes, g.Spans)
				}) {
					t.Errorf("%q is %s, but no such objection is open", o.Gist, o.Status)
				}
			}
			for _, side := range want.Sides {
				if !slices.ContainsFunc(found.Sides, func(s summarize.Side) bool { return slices.Equal(s.Members, side.Members) }) {
					t.Errorf("nobody is on the side of %v: %v", side.Members, found.Sides)
				}
			}
			if len(found.Sides) != len(want.Sides) || len(found.Neutral) > 0 {
				t.Errorf("the sides are %v, neutral are %v", found.Sides, found.Neutral)
			}

			var tally score.Tally
			tally.Add(gold, &summarize.Report{Debates: debates})
			if recall := tally.Figures().PointRecall; *recall < 0.7 {
				t.Errorf("point recall is %.2f, expected 0.70", *recall)
			}
		})
	}
}

// openOf is the objections that readers are told still stand.
func openOf(d *summarize.Debate) []summarize.Objection {
	return slices.DeleteFunc(slices.Clone(d.Objections), func(o summarize.Objection) bool { return !o.Status.Open() })
}

func goldObjection(t *testing.T, d *score.GoldDebate, id string) score.GoldObjection {
	t.Helper()
	at := slices.IndexFunc(d.Objections, func(o score.GoldObjection) bool { return o.ID == id })
	if at < 0 {
		t.Fatalf("no gold objection is %s", id)
	}
	return d.Objections[at]
}

// touches is true where a quote holds at least half of a span, or most of the
// quote lies inside of it, as the score counts it.
func touches(g *score.Gold, quotes []summarize.Quote, spans []score.Span) bool {
	for _, q := range quotes {
		for _, s := range spans {
			at := slices.IndexFunc(g.Messages, func(m summarize.Message) bool { return m.ID == s.Message })
			if q.Message != s.Message || at < 0 {
				continue
			}
			text := g.Messages[at].Text
			from, to := strings.Index(text, q.Text), strings.Index(text, s.Quote)
			shared := float64(min(from+len(q.Text), to+len(s.Quote)) - max(from, to))
			size, wanted := float64(len(q.Text)), float64(len(s.Quote))
			if shared >= 0.5*wanted && shared >= 0.2*size || shared >= 0.9*size && shared >= 0.3*wanted {
				return true
			}
		}
	}
	return false
}
