package llm

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"

	"crux/summarize"
)

// tally counts what of a model's answers was of no use.
type tally struct {
	// quotes is how many quotes there were, mended how many of them were not verbatim and
	// were put right, and lost how many were found nowhere.
	quotes, mended, lost int
}

// assembler turns drafts into debates.
type assembler struct {
	sheet *sheet
	tally tally
}

// debates are the drafts of which something can be quoted.
func (a *assembler) debates(drafts []draft) []summarize.Debate {
	debates := []summarize.Debate{}
	var from []*draft
	for i := range drafts {
		if d := a.debate(&drafts[i]); len(d.Points)+len(d.Objections) > 0 {
			debates, from = append(debates, d), append(from, &drafts[i])
		}
	}
	a.place(debates, from)
	return debates
}

// debate is a draft with what was judged of its objections, without its messages and id.
func (a *assembler) debate(d *draft) summarize.Debate {
	out := summarize.Debate{
		Question: a.words(d.Question), Sides: []summarize.Side{}, Neutral: []string{},
		Points: []summarize.Point{}, Objections: []summarize.Objection{}, Agreements: []summarize.Agreement{},
	}
	if d.earlier != nil {
		out.Question = d.earlier.Question
	}
	sides := a.sides(d, &out)
	ids := map[string]string{"": ""} // of rows in the report, by those in the draft
	for _, p := range d.Points {
		quotes := ofSide(a.quotes(p.Quotes), p.Side, a, sides)
		if len(quotes) == 0 {
			continue
		}
		point := summarize.Point{ID: p.ID, Side: summarize.SideID(p.Side), By: a.authors(quotes), Gist: a.words(p.Gist), Quotes: quotes}
		if p.earlier != nil {
			point.ID, point.Gist = p.earlier.ID, p.earlier.Gist
		}
		ids[p.ID] = point.ID
		out.Points = append(out.Points, point)
	}
	for _, o := range d.Objections {
		quotes := ofSide(a.quotes(o.Quotes), o.Side, a, sides)
		if len(quotes) == 0 {
			continue
		}
		objection := summarize.Objection{
			ID: o.ID, Side: summarize.SideID(o.Side), By: a.authors(quotes), Gist: a.words(o.Gist), Target: o.Target, Quotes: quotes,
		}
		if o.earlier != nil {
			objection.ID, objection.Gist = o.earlier.ID, o.earlier.Gist
		}
		a.judge(&objection, &o)
		ids[o.ID] = objection.ID
		out.Objections = append(out.Objections, objection)
	}
	for i := range out.Objections {
		if o := &out.Objections[i]; !slices.ContainsFunc(out.Sides, func(s summarize.Side) bool { return s.ID == o.Target }) {
			o.Target = ids[o.Target]
		}
	}
	for _, g := range d.Agreements {
		if quotes := a.quotes(g.Quotes); len(quotes) > 0 {
			out.Agreements = append(out.Agreements, summarize.Agreement{Gist: a.words(g.Gist), Quotes: quotes})
		}
	}
	return out
}

// sides gives a debate its sides and who takes none, and returns the side of each person. Who is
// on none, and is quoted with a point for one, holds that one.
func (a *assembler) sides(d *draft, out *summarize.Debate) map[string]string {
	of := map[string]string{}
	join := func(s *summarize.Side, person string) {
		if of[person] == "" {
			of[person] = s.ID
			s.Members = append(s.Members, person)
		}
	}
	for i, s := range d.Sides {
		out.Sides = append(out.Sides, summarize.Side{ID: s.ID, Label: a.words(s.Label), Members: []string{}})
		if d.earlier != nil && i < len(d.earlier.Sides) {
			out.Sides[i].Label = d.earlier.Sides[i].Label
		}
		for _, person := range a.persons(s.Members) {
			join(&out.Sides[i], person)
		}
	}
	neutral := a.persons(d.Neutral)
	for _, p := range d.Points {
		at := slices.IndexFunc(out.Sides, func(s summarize.Side) bool { return s.ID == p.Side })
		for _, q := range p.Quotes {
			if found, ok := a.sheet.find(q); at >= 0 && ok {
				if author := a.author(found); author != "" && !slices.Contains(neutral, author) {
					join(&out.Sides[at], author)
				}
			}
		}
	}
	out.Neutral = slices.DeleteFunc(neutral, func(person string) bool { return of[person] != "" })
	return of
}

// ofSide are the quotes of a side's row without those by people of another side, unless there are no others.
func ofSide(quotes []summarize.Quote, side string, a *assembler, sides map[string]string) []summarize.Quote {
	own := slices.DeleteFunc(slices.Clone(quotes), func(q summarize.Quote) bool {
		of := sides[a.author(q)]
		return of != "" && of != side
	})
	if len(own) == 0 {
		return quotes
	}
	return own
}

// judge gives an objection its status: that which it had, unless the verdict settles it more. What
// was not judged is unanswered, and nobody is sure of it.
func (a *assembler) judge(o *summarize.Objection, d *draftObjection) {
	v, was := d.verdict, d.earlier
	if was != nil && (v == nil || rank(v.Status) <= rank(string(was.Status))) {
		o.Status, o.Confidence, o.Uncertain = was.Status, was.Confidence, was.Uncertain
		o.Responses = a.standing(was.Responses)
		return
	}
	if v == nil {
		v = &verdict{Status: string(summarize.Unanswered), Sure: guess}
	}
	o.Status, o.Confidence, o.Uncertain, o.Responses = summarize.Status(v.Status), v.Sure, v.Sure < unsure, []summarize.Response{}
	if o.Status != summarize.Unanswered {
		for _, r := range v.Responses {
			if q, ok := a.quote(draftQuote{N: r.N, Text: r.Text}); ok {
				o.Responses = append(o.Responses, summarize.Response{Quote: q, Kind: summarize.ResponseKind(r.Kind)})
			}
		}
	}
	if was != nil {
		o.Responses = append(o.Responses, a.standing(was.Responses)...)
	}
}

// unsure is below which confidence a reader is warned.
const unsure = 0.65

// standing are responses whose messages are on the sheet.
func (a *assembler) standing(responses []summarize.Response) []summarize.Response {
	out := []summarize.Response{}
	for _, r := range responses {
		if a.sheet.number[r.Message] > 0 {
			out = append(out, r)
		}
	}
	return out
}

// place gives every message to one debate, and debates their ids: first those that they had, then
// each to the debate that quotes it, and at last to the one that the model names.
func (a *assembler) place(debates []summarize.Debate, from []*draft) {
	owner := make([]int, len(a.sheet.rows)+1) // the index of a debate plus one, by number
	take := func(numbersOf func(i int) []int) {
		for i := range debates {
			for _, n := range numbersOf(i) {
				if owner[n] == 0 {
					owner[n] = i + 1
				}
			}
		}
	}
	take(func(i int) []int {
		if from[i].earlier == nil {
			return nil
		}
		return a.sheet.numbersOf(from[i].earlier.Messages)
	})
	take(func(i int) []int { return a.quoted(&debates[i]) })
	take(func(i int) []int { return parseRanges(from[i].Messages, len(a.sheet.rows)) })
	for i := range debates {
		debates[i].Messages = []string{}
	}
	for n, i := range owner {
		if i > 0 {
			debates[i-1].Messages = append(debates[i-1].Messages, a.sheet.rows[n-1].message.ID)
		}
	}
	a.name(debates, from)
}

// name gives debates ids that no other has.
func (a *assembler) name(debates []summarize.Debate, from []*draft) {
	taken := map[string]bool{}
	for i := range debates {
		if from[i].earlier != nil {
			debates[i].ID = from[i].earlier.ID
			taken[debates[i].ID] = true
		}
	}
	for i := range debates {
		if debates[i].ID != "" {
			continue
		}
		first := a.sheet.rows[a.quoted(&debates[i])[0]-1].message.ID // where all messages are others'
		if len(debates[i].Messages) > 0 {
			first = debates[i].Messages[0]
		}
		id := debateID(first)
		for n := 2; taken[id]; n++ {
			id = debateID(first + "/" + strconv.Itoa(n))
		}
		debates[i].ID = id
		taken[id] = true
	}
}

// quoted are the numbers of the messages that a debate quotes, in order.
func (a *assembler) quoted(d *summarize.Debate) []int {
	var ids []string
	add := func(quotes []summarize.Quote) {
		for _, q := range quotes {
			ids = append(ids, q.Message)
		}
	}
	for _, p := range d.Points {
		add(p.Quotes)
	}
	for _, o := range d.Objections {
		add(o.Quotes)
		for _, r := range o.Responses {
			ids = append(ids, r.Message)
		}
	}
	return a.sheet.numbersOf(ids)
}

// quotes are what a row quotes, without what is part of another quote of it.
func (a *assembler) quotes(drafts []draftQuote) []summarize.Quote {
	out := []summarize.Quote{}
	for _, d := range drafts {
		q, ok := a.quote(d)
		if ok && !slices.ContainsFunc(out, func(o summarize.Quote) bool { return o.Message == q.Message && strings.Contains(o.Text, q.Text) }) {
			out = append(out, q)
		}
	}
	return out
}

// quote finds a quote, and counts what became of it.
func (a *assembler) quote(d draftQuote) (summarize.Quote, bool) {
	q, ok := a.sheet.find(d)
	if d.earlier != nil {
		return q, ok
	}
	a.tally.quotes++
	switch {
	case !ok:
		a.tally.lost++
	case !strings.Contains(a.sheet.rows[a.sheet.number[q.Message]-1].said.text, d.Text):
		a.tally.mended++
	}
	return q, ok
}

// author is who wrote the message of a quote.
func (a *assembler) author(q summarize.Quote) string {
	return a.sheet.rows[a.sheet.number[q.Message]-1].message.Author
}

// authors are who wrote the quotes, each once: not whom the model names.
func (a *assembler) authors(quotes []summarize.Quote) []string {
	by := []string{}
	for _, q := range quotes {
		if author := a.author(q); author != "" && !slices.Contains(by, author) {
			by = append(by, author)
		}
	}
	return by
}

// persons are the people of handles, as far as they wrote anything.
func (a *assembler) persons(handles []string) []string {
	out := []string{}
	for _, h := range handles {
		if id, ok := a.sheet.people.person(h); ok && a.sheet.people.wrote(id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// words are the model's own words, with people by their names.
func (a *assembler) words(said string) string { return plain(a.sheet.people.unmask(said)) }

// debateID is made of the first message, so that it stays when later ones arrive.
func debateID(first string) string {
	sum := sha256.Sum256([]byte(first))
	return "d" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}
