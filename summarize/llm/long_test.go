package llm

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

// joined is gold files one after the other, again and again until there are so many messages. Everybody has an id of their own in each.
func joined(t *testing.T, paths []string, least int) ([]*score.Gold, *summarize.Transcript) {
	chat := &summarize.Transcript{Names: map[string]string{}}
	var golds []*score.Gold
	for round := 0; len(chat.Messages) < least; round++ {
		for i, path := range paths {
			g, part := gold(t, path)
			prefix := fmt.Sprintf("%d-%d-", round, i)
			for _, m := range part.Messages {
				m.ID = prefix + m.ID
				if m.ReplyTo != "" {
					m.ReplyTo = prefix + m.ReplyTo
				}
				if m.Author != "" {
					chat.Names[prefix+m.Author] = part.Name(m.Author) + fmt.Sprint(round, "q", i)
					m.Author = prefix + m.Author
				}
				chat.Messages = append(chat.Messages, m)
			}
			prefixed(g, prefix, strings.Repeat(" Still?", round))
			golds = append(golds, g)
			if len(chat.Messages) >= least {
				return golds, chat
			}
		}
	}
	return golds, chat
}

// prefixed puts a prefix before all ids in a gold file, and a suffix behind its questions.
func prefixed(g *score.Gold, prefix, suffix string) {
	each := func(list []string) {
		for i := range list {
			list[i] = prefix + list[i]
		}
	}
	spans := func(list []score.Span) {
		for i := range list {
			list[i].Message = prefix + list[i].Message
		}
	}
	for i := range g.Messages {
		g.Messages[i].ID = prefix + g.Messages[i].ID
		if g.Messages[i].Author != "" {
			g.Messages[i].Author = prefix + g.Messages[i].Author
		}
	}
	for i := range g.Golds {
		d := &g.Golds[i]
		d.Question += suffix
		each(d.Messages)
		each(d.Neutral)
		for j := range d.Sides {
			each(d.Sides[j].Members)
		}
		for j := range d.Points {
			spans(d.Points[j].Spans)
		}
		for j := range d.Objections {
			o := &d.Objections[j]
			if o.Author != "" {
				o.Author = prefix + o.Author
			}
			spans(o.Spans)
			spans(o.Responses)
		}
	}
}

// Five thousand messages are read with prompts of 8,000 tokens as well as a short debate is.
func TestFiveThousandMessages(t *testing.T) {
	paths, err := filepath.Glob("../testdata/debates/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("no debates", err)
	}
	golds, chat := joined(t, paths, 5000)
	model := newCareful(chat, golds...)
	meter := &purse{}
	const most = 8000
	e := engine(t, Options{Model: model, MostInput: most, Meter: meter, Conversations: byFile})
	report, dropped, err := summarize.Summarizer{Engine: e}.Summarize(t.Context(), chat, summarize.Request{})
	if err != nil || report.Engine.Degraded != "" {
		t.Fatal(err, report.Engine.Degraded)
	}
	within(t, model.asked, most)
	t.Logf("%d messages of %d tokens: %d prompts, %+v; %v", len(chat.Messages), e.sheet(chat).tokens(e.sheet(chat).all()), meter.asked, meter.spent, dropped)
	var all score.Tally
	for _, g := range golds {
		all.Add(g, reportOn(report, g))
	}
	atLeast(t, 0.98, all.Figures())
}

// byFile separates what joined joins.
func byFile(_ context.Context, t *summarize.Transcript) ([][]string, error) {
	var all [][]string
	last := ""
	for _, m := range t.Messages {
		parts := strings.SplitN(m.ID, "-", 3)
		if file := parts[0] + "-" + parts[1]; file != last {
			last = file
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], m.ID)
	}
	return all, nil
}

// reportOn is what a report says of the messages of one file.
func reportOn(r *summarize.Report, g *score.Gold) *summarize.Report {
	prefix := strings.Join(strings.SplitN(g.Messages[0].ID, "-", 3)[:2], "-") + "-"
	only := *r
	only.Debates = nil
	for _, d := range r.Debates {
		if strings.HasPrefix(d.Messages[0], prefix) {
			only.Debates = append(only.Debates, d)
		}
	}
	return &only
}
