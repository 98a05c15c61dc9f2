package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crux/summarize"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// day is a time some days after the first message.
func day(n int) time.Time { return start.Add(time.Duration(n) * 24 * time.Hour) }

// channel is a transcript of lines "id author: text", an hour apart from the start on.
func channel(lines ...string) *summarize.Transcript {
	t := &summarize.Transcript{Platform: "discord"}
	for i, line := range lines {
		head, text, _ := strings.Cut(line, ": ")
		id, author, _ := strings.Cut(head, " ")
		t.Messages = append(t.Messages, summarize.Message{
			ID: id, Author: author, Text: text, Time: start.Add(time.Duration(i) * time.Hour), URL: "https://chat.example/" + id,
		})
	}
	return t
}

// only is the part of a transcript with these messages.
func only(t *summarize.Transcript, ids ...string) *summarize.Transcript {
	part := *t
	part.Messages = slices.DeleteFunc(slices.Clone(t.Messages), func(m summarize.Message) bool { return !slices.Contains(ids, m.ID) })
	return &part
}

// objection is one that quotes parts of messages, each "id text".
func objection(id, by string, quotes ...string) summarize.Objection {
	q := said(quotes...)
	return summarize.Objection{ID: id, By: []string{by}, Gist: q[0].Text, Quotes: q, Status: summarize.Unanswered, Confidence: 0.8}
}

func said(quotes ...string) []summarize.Quote {
	out := []summarize.Quote{}
	for _, q := range quotes {
		id, text, _ := strings.Cut(q, " ")
		out = append(out, summarize.Quote{Message: id, Text: text})
	}
	return out
}

// with is o with another status, justified by parts of messages.
func with(o summarize.Objection, status summarize.Status, quotes ...string) summarize.Objection {
	kinds := map[summarize.Status]summarize.ResponseKind{
		summarize.Acknowledged: summarize.Deferral, summarize.Answered: summarize.Answer,
		summarize.Conceded: summarize.Concession, summarize.Withdrawn: summarize.Withdrawal,
	}
	o.Status = status
	for _, q := range said(quotes...) {
		o.Responses = append(o.Responses, summarize.Response{Quote: q, Kind: kinds[status]})
	}
	return o
}

// aimed is o with a target.
func aimed(o summarize.Objection, target string) summarize.Objection {
	o.Target = target
	return o
}

// report holds one debate between ann and cy, who are for it, and bo, dee and the others, who are against it.
func report(t *summarize.Transcript, objections ...summarize.Objection) *summarize.Report {
	return reportOn(t, nil, objections...)
}

func reportOn(t *summarize.Transcript, points []summarize.Point, objections ...summarize.Objection) *summarize.Report {
	d := summarize.Debate{ID: "d", Question: t.Messages[0].Text, Points: points}
	members := map[string][]string{}
	for _, m := range t.Messages {
		d.Messages = append(d.Messages, m.ID)
		side := "against"
		if m.Author == "ann" || m.Author == "cy" {
			side = "for"
		}
		if !slices.Contains(members[side], m.Author) {
			members[side] = append(members[side], m.Author)
		}
	}
	for _, side := range []string{"for", "against"} {
		if len(members[side]) > 0 {
			d.Sides = append(d.Sides, summarize.Side{ID: side, Members: members[side]})
		}
	}
	for _, o := range objections {
		if o.Side = "against"; slices.Contains(members["for"], o.By[0]) {
			o.Side = "for"
		}
		d.Objections = append(d.Objections, o)
	}
	r := &summarize.Report{Debates: []summarize.Debate{d}}
	if dropped := summarize.Verify(r, t); dropped.Total() != 0 {
		panic(fmt.Sprint("the test's report is not sound: ", dropped))
	}
	return r
}

// about says of entries and news what a test compares, an entry a line.
func about(entries []Entry) []string {
	lines := []string{}
	for _, e := range entries {
		ids := []string{}
		for _, q := range e.Quotes {
			ids = append(ids, q.Message)
		}
		lines = append(lines, fmt.Sprintf("%s %s by %s", strings.Join(ids, ","), e.Status, strings.Join(e.By, ",")))
	}
	return lines
}

// happened is what happened to the entries since a time.
func happened(entries []Entry, since time.Time) []News {
	return slices.DeleteFunc(Since(entries, since), func(n News) bool { return n.Kind == IsStanding })
}

func told(news []News) []string {
	lines := []string{}
	for _, n := range news {
		ids := []string{}
		for _, q := range n.Quotes {
			ids = append(ids, q.Message)
		}
		lines = append(lines, fmt.Sprintf("%s: %s by %s in %s", n.Entry.Quotes[0].Message, n.Kind, strings.Join(n.By, ","), strings.Join(ids, ",")))
	}
	return lines
}
