package llm

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
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

// debate is a draft with what was judged of its objections, by their ids in the draft. ok is
// false where nothing of it can be quoted.
func (a *assembler) debate(d *draft, verdicts map[string]verdict) (out summarize.Debate, ok bool) {
	out = summarize.Debate{
		Question: a.words(d.Question), Sides: []summarize.Side{}, Neutral: a.persons(d.Neutral),
		Points: []summarize.Point{}, Objections: []summarize.Objection{}, Agreements: []summarize.Agreement{},
	}
	sides := map[string]summarize.SideID{}
	for _, s := range d.Sides {
		id := summarize.SideID(strings.TrimSpace(s.ID))
		if id == "" || sides[string(id)] != "" {
			continue
		}
		sides[string(id)] = id
		out.Sides = append(out.Sides, summarize.Side{ID: string(id), Label: a.words(s.Label), Members: a.persons(s.Members)})
	}
	for _, p := range d.Points {
		quotes := a.quotes(p.Quotes)
		if len(quotes) == 0 {
			continue
		}
		out.Points = append(out.Points, summarize.Point{
			ID: p.ID, Side: sides[strings.TrimSpace(p.Side)], By: a.authors(quotes), Gist: a.words(p.Gist), Quotes: quotes,
		})
	}
	for _, o := range d.Objections {
		quotes := a.quotes(o.Quotes)
		if len(quotes) == 0 {
			continue
		}
		objection := summarize.Objection{
			ID: o.ID, Side: sides[strings.TrimSpace(o.Side)], By: a.authors(quotes), Gist: a.words(o.Gist), Target: o.Target, Quotes: quotes,
		}
		a.judge(&objection, verdicts[o.ID])
		out.Objections = append(out.Objections, objection)
	}
	for _, g := range d.Agreements {
		if quotes := a.quotes(g.Quotes); len(quotes) > 0 {
			out.Agreements = append(out.Agreements, summarize.Agreement{Gist: a.words(g.Gist), Quotes: quotes})
		}
	}
	out.Messages = a.messages(d, &out)
	if len(out.Messages) > 0 {
		out.ID = debateID(out.Messages[0])
	}
	return out, len(out.Points)+len(out.Objections) > 0
}

// judge gives an objection its status. What was not judged is unanswered, and nobody is sure of it.
func (a *assembler) judge(o *summarize.Objection, v verdict) {
	o.Status, o.Responses, o.Confidence, o.Uncertain = summarize.Status(v.Status), []summarize.Response{}, v.Sure, v.Sure < unsure
	switch o.Status {
	case summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn:
	default:
		o.Status, o.Confidence, o.Uncertain = summarize.Unanswered, 0.5, true
	}
	if o.Status == summarize.Unanswered {
		return
	}
	for _, r := range v.Responses {
		if q, ok := a.quote(draftQuote{N: r.N, Text: r.Text}); ok {
			o.Responses = append(o.Responses, summarize.Response{Quote: q, Kind: summarize.ResponseKind(r.Kind)})
		}
	}
}

// unsure is below which confidence a reader is warned.
const unsure = 0.65

// messages are those that the draft names, and those quoted.
func (a *assembler) messages(d *draft, out *summarize.Debate) []string {
	numbers := parseRanges(d.Messages, len(a.sheet.rows))
	add := func(quotes []summarize.Quote) {
		for _, q := range quotes {
			numbers = append(numbers, a.sheet.number[q.Message])
		}
	}
	for _, p := range out.Points {
		add(p.Quotes)
	}
	for _, o := range out.Objections {
		add(o.Quotes)
		for _, r := range o.Responses {
			numbers = append(numbers, a.sheet.number[r.Message])
		}
	}
	slices.Sort(numbers)
	ids := []string{}
	for _, n := range slices.Compact(numbers) {
		ids = append(ids, a.sheet.row(n).message.ID)
	}
	return ids
}

func (a *assembler) quotes(drafts []draftQuote) []summarize.Quote {
	out := []summarize.Quote{}
	for _, d := range drafts {
		if q, ok := a.quote(d); ok && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// quote finds a quote in the message that it names, or in the one other that has it to the letter.
func (a *assembler) quote(d draftQuote) (summarize.Quote, bool) {
	a.tally.quotes++
	q, ok := a.sheet.quote(d.N, d.Text)
	if !ok {
		if n := a.sheet.only(d.Text); n > 0 {
			q, ok = a.sheet.quote(n, d.Text)
		}
	}
	switch {
	case !ok:
		a.tally.lost++
	case a.sheet.row(a.sheet.number[q.Message]).said.text != "" && !strings.Contains(a.sheet.row(a.sheet.number[q.Message]).said.text, d.Text):
		a.tally.mended++
	}
	return q, ok
}

// only is the number of the one message that holds the words to the letter, 0 where none or several do.
func (s *sheet) only(words string) int {
	found := 0
	if len(strings.Fields(words)) < fewestWords {
		return 0
	}
	for i := range s.rows {
		if strings.Contains(s.rows[i].said.text, words) {
			if found > 0 {
				return 0
			}
			found = i + 1
		}
	}
	return found
}

// authors are who wrote the quotes, each once: not whom the model names.
func (a *assembler) authors(quotes []summarize.Quote) []string {
	by := []string{}
	for _, q := range quotes {
		author := a.sheet.row(a.sheet.number[q.Message]).message.Author
		if author != "" && !slices.Contains(by, author) {
			by = append(by, author)
		}
	}
	return by
}

func (a *assembler) persons(handles []string) []string {
	out := []string{}
	for _, h := range handles {
		if id, ok := a.sheet.people.person(h); ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// words are the model's own words with people by their names, on one line.
func (a *assembler) words(said string) string {
	return strings.Join(strings.Fields(a.sheet.people.unmask(said)), " ")
}

// debateID is made of the first message, so that it stays when later ones arrive.
func debateID(first string) string {
	sum := sha256.Sum256([]byte(first))
	return "d" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}
