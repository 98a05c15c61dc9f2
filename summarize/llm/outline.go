package llm

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"crux/summarize"
)

// outlined is a debate as a model is told of it that goes on from there: without quotes.
type outlined struct {
	ID         string        `json:"id"`
	Question   string        `json:"question"`
	Sides      []sideLine    `json:"sides,omitempty"`
	Points     []outlinedRow `json:"points,omitempty"`
	Objections []outlinedRow `json:"objections,omitempty"`
}

type sideLine struct {
	ID      string   `json:"id"`
	Label   string   `json:"label"`
	Members []string `json:"members,omitempty"`
}

type outlinedRow struct {
	ID      string `json:"id"`
	Side    string `json:"side,omitempty"`
	Gist    string `json:"gist"`
	Settled bool   `json:"settled,omitempty"`
}

// known is the id of a debate in an outline, by its index.
func known(i int) string { return "d" + strconv.Itoa(i+1) }

// outline is what is known of debates before a window, in JSON lines of at most so many tokens. Those that people
// spoke in last are told of first; where there is not room for all, what is settled is left out,
// then points, then objections. Of a debate that nobody in the window has to do with its question and
// sides are enough: should others go on with it, they are known by that.
func outline(s *sheet, debates []draft, w window, most int) string {
	order := make([]int, len(debates))
	last := make([]int, len(debates))
	for i := range debates {
		order[i], last[i] = i, debates[i].last(len(s.rows))
	}
	slices.SortStableFunc(order, func(a, b int) int { return last[b] - last[a] })
	var out bytes.Buffer
	for _, i := range order {
		all := debates[i].outlines(known(i))
		if !s.stirred(&debates[i], w.rows, 1) {
			all = []outlined{debates[i].headline(known(i))}
		}
		for _, o := range all {
			line := jsonLine(o)
			if n := tokensOf(line); n <= most {
				most -= n
				out.WriteString(line)
				break
			}
		}
	}
	return out.String()
}

// outlines are of a debate, each with less in it than the one before.
func (d *draft) outlines(id string) []outlined {
	o := outlined{ID: id, Question: d.Question}
	for _, side := range d.Sides {
		o.Sides = append(o.Sides, sideLine(side))
	}
	for _, p := range d.Points {
		o.Points = append(o.Points, outlinedRow{ID: p.ID, Side: p.Side, Gist: p.Gist})
	}
	for _, b := range d.Objections {
		o.Objections = append(o.Objections, outlinedRow{ID: b.ID, Side: b.Side, Gist: b.Gist, Settled: b.settled()})
	}
	all := []outlined{o}
	o.Objections = slices.DeleteFunc(slices.Clone(o.Objections), func(r outlinedRow) bool { return r.Settled })
	all = append(all, o)
	o.Points = nil
	all = append(all, o)
	o.Objections = nil
	return append(all, o)
}

// headline is of a debate, with its sides but without who is on them.
func (d *draft) headline(id string) outlined {
	o := outlined{ID: id, Question: d.Question}
	for _, side := range d.Sides {
		o.Sides = append(o.Sides, sideLine{ID: side.ID, Label: side.Label})
	}
	return o
}

// settled reports whether it was read before that an objection is open no more.
func (o *draftObjection) settled() bool { return o.earlier != nil && !o.earlier.Status.Open() }

// last is the number of the last message of a debate.
func (d *draft) last(rows int) int {
	last := 0
	if numbers := parseRanges(d.Messages, rows); len(numbers) > 0 {
		last = numbers[len(numbers)-1]
	}
	for _, o := range d.Objections {
		for _, q := range o.Quotes {
			last = max(last, q.N)
		}
	}
	return last
}

// jsonLine is a value in JSON on a line of its own.
func jsonLine(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil { // it is made of strings and numbers
		panic(err)
	}
	return out.String()
}

// drafted are debates that were read before, as drafts. Their quotes are those that stand on the sheet.
func (s *sheet) drafted(earlier []summarize.Debate) []draft {
	drafts := make([]draft, len(earlier))
	for i := range earlier {
		drafts[i] = s.draftOf(&earlier[i])
	}
	return drafts
}

func (s *sheet) draftOf(e *summarize.Debate) draft {
	d := draft{earlier: e, Question: s.masked(e.Question), Messages: ranges(s.numbersOf(e.Messages)), Neutral: s.handles(e.Neutral)}
	for _, side := range e.Sides {
		d.Sides = append(d.Sides, draftSide{ID: side.ID, Label: s.masked(side.Label), Members: s.handles(side.Members)})
	}
	for i := range e.Points {
		p := &e.Points[i]
		d.Points = append(d.Points, draftPoint{ID: usual("p", p.ID), Side: string(p.Side), Gist: s.masked(p.Gist), Quotes: s.drafts(p.Quotes), earlier: p})
	}
	for i := range e.Objections {
		o := &e.Objections[i]
		d.Objections = append(d.Objections, draftObjection{
			ID: usual("o", o.ID), Side: string(o.Side), Gist: s.masked(o.Gist), Target: o.Target, Quotes: s.drafts(o.Quotes), earlier: o,
		})
	}
	ids := map[string]string{}
	for i := range d.Points {
		p := &d.Points[i]
		if p.ID == "" {
			p.ID = d.free("p")
		}
		ids[p.earlier.ID] = p.ID
	}
	for i := range d.Objections {
		o := &d.Objections[i]
		if o.ID == "" {
			o.ID = d.free("o")
		}
		ids[o.earlier.ID] = o.ID
	}
	for i := range d.Objections {
		if id := ids[d.Objections[i].Target]; id != "" {
			d.Objections[i].Target = id
		}
	}
	for _, a := range e.Agreements {
		d.Agreements = append(d.Agreements, draftAgreement{Gist: s.masked(a.Gist), Quotes: s.drafts(a.Quotes)})
	}
	return d
}

// usual is an id where it is one as drafts have them, a letter and a number, and else "".
func usual(letter, id string) string {
	digits, ok := strings.CutPrefix(id, letter)
	if n, err := strconv.Atoi(digits); !ok || err != nil || n < 1 || strconv.Itoa(n) != digits {
		return ""
	}
	return id
}

// masked is a line about people, with their handles.
func (s *sheet) masked(line string) string { return oneLine(s.people.mask(line).text) }

func (s *sheet) handles(ids []string) []string {
	handles := []string{}
	for _, id := range ids {
		if h := s.people.handle(id); h != "" {
			handles = append(handles, h)
		}
	}
	return handles
}

// drafts are quotes that were found before, as far as they stand in messages on the sheet.
func (s *sheet) drafts(quotes []summarize.Quote) []draftQuote {
	var out []draftQuote
	for i := range quotes {
		q := &quotes[i]
		if n := s.number[q.Message]; n > 0 {
			out = append(out, draftQuote{N: n, Text: s.people.mask(q.Text).text, earlier: q})
		}
	}
	return out
}
