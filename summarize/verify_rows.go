package summarize

import (
	"iter"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// row is what points and objections have in common, to be changed in place.
type row struct {
	id     string
	side   *SideID
	by     *[]string
	gist   *string
	quotes *[]Quote
}

func (v *verifier) point(p *Point, ids map[string]bool, sides map[string]SideID) bool {
	r := row{p.ID, &p.Side, &p.By, &p.Gist, &p.Quotes}
	if !v.row(r, ids, sides) {
		return false
	}
	if p.Side != "" && len(sidesOf(p.By, sides)) == 0 {
		if len(sides) > 0 {
			return false
		}
		p.Side = ""
		v.dropped.Attributions++
	}
	ids[p.ID] = true
	return true
}

func (v *verifier) objection(o *Objection, ids map[string]bool, sides map[string]SideID) bool {
	r := row{o.ID, &o.Side, &o.By, &o.Gist, &o.Quotes}
	if _, known := justifiedBy[o.Status]; !known && o.Status != Unanswered || !v.row(r, ids, sides) {
		return false
	}
	if o.Side != "" && len(sidesOf(o.By, sides)) == 0 { // a neutral person's
		o.Side = ""
		v.dropped.Attributions++
	}
	first := v.first(o.Quotes)
	o.Raised = v.transcript.Messages[first].Time
	v.status(o, first, sides)
	ids[o.ID] = true
	return true
}

func (v *verifier) agreement(a *Agreement) bool {
	a.Quotes = keep(a.Quotes, &v.dropped.Quotes, v.quote)
	if len(a.Quotes) == 0 {
		return false
	}
	v.gist(&a.Gist, a.Quotes)
	return true
}

// row verifies what points and objections have in common. What a row whose
// people are on no side can be is left to them.
func (v *verifier) row(r row, ids map[string]bool, sides map[string]SideID) bool {
	if strings.TrimSpace(r.id) == "" || ids[r.id] {
		return false
	}
	*r.quotes = keep(*r.quotes, &v.dropped.Quotes, v.quote)
	if len(*r.quotes) == 0 {
		return false
	}
	if by := v.authors(*r.by, *r.quotes); !slices.Equal(by, *r.by) {
		*r.by = by
		v.dropped.Attributions++
	} else {
		*r.by = by // never nil
	}
	of := sidesOf(*r.by, sides)
	if len(of) > 0 && !slices.Contains(of, *r.side) {
		if len(of) > 1 {
			return false
		}
		*r.side = of[0]
		v.dropped.Attributions++
	}
	v.gist(r.gist, *r.quotes)
	return true
}

// quote verifies that a quote is verbatim, and links it.
func (v *verifier) quote(q *Quote) bool {
	if _, known := v.position[q.Message]; !known {
		return false
	}
	m := v.message(q.Message)
	q.URL = m.URL
	return strings.TrimSpace(q.Text) != "" && utf8.ValidString(q.Text) && strings.Contains(m.Text, q.Text)
}

// authors are those of by who wrote one of the quotes, or all who did where none of them did.
func (v *verifier) authors(by []string, quotes []Quote) []string {
	wrote := []string{}
	for _, q := range quotes {
		if author := v.message(q.Message).Author; author != "" && !slices.Contains(wrote, author) {
			wrote = append(wrote, author)
		}
	}
	named := []string{}
	for _, person := range by {
		if slices.Contains(wrote, person) && !slices.Contains(named, person) {
			named = append(named, person)
		}
	}
	if len(named) == 0 {
		return wrote
	}
	return named
}

// sidesOf are the sides that people are on, each once.
func sidesOf(people []string, sides map[string]SideID) []SideID {
	var of []SideID
	for _, person := range people {
		if side := sides[person]; side != "" && !slices.Contains(of, side) {
			of = append(of, side)
		}
	}
	return of
}

// gist puts a gist that says more than its quotes, or nothing, back to the first quote.
func (v *verifier) gist(gist *string, quotes []Quote) {
	if fallback := gistOf(quotes); *gist != fallback && !v.says(*gist, texts(quotes)) {
		*gist = fallback
		v.dropped.Wordings++
	}
}

func texts(quotes []Quote) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, q := range quotes {
			if !yield(q.Text) {
				return
			}
		}
	}
}

// first is the position of the earliest message quoted.
func (v *verifier) first(quotes []Quote) int {
	first := math.MaxInt
	for _, q := range quotes {
		first = min(first, v.position[q.Message])
	}
	return first
}

// justifiedBy is the kind of response that justifies a status.
var justifiedBy = map[Status]ResponseKind{
	Withdrawn:    Withdrawal,
	Conceded:     Concession,
	Answered:     Answer,
	Acknowledged: Deferral,
}

// status verifies an objection's responses and that they justify its status.
func (v *verifier) status(o *Objection, first int, sides map[string]SideID) {
	o.Confidence = probability(o.Confidence)
	o.Responses = keep(o.Responses, &v.dropped.Responses, func(r *Response) bool {
		return o.Status != Unanswered && v.quote(&r.Quote) && v.position[r.Message] >= first &&
			mayRespond(o, r.Kind, v.message(r.Message).Author, sides)
	})
	if justified := justified(o); o.Status != justified {
		o.Status = justified
		o.Uncertain = true
		o.Confidence = min(o.Confidence, 0.5) // it was the confidence in another status
		v.dropped.Statuses++
	}
}

// probability brings p into 0..1; what is no number is 0.
func probability(p float64) float64 {
	if !(p > 0) {
		return 0
	}
	return min(p, 1)
}

// mayRespond reports whether author can give the objection a response of a kind.
func mayRespond(o *Objection, kind ResponseKind, author string, sides map[string]SideID) bool {
	raiser := slices.Contains(o.By, author)
	switch kind {
	case Withdrawal:
		nobodyIsNamed := author == "" && len(o.By) == 0
		return raiser || nobodyIsNamed
	case Answer, Concession, Deferral:
		ally := o.Side != "" && sides[author] == o.Side
		return !raiser && !ally
	}
	return false
}

// justified is the objection's status where a response of its kind is there,
// and otherwise the first that its responses justify.
func justified(o *Objection) Status {
	has := func(s Status) bool {
		return slices.ContainsFunc(o.Responses, func(r Response) bool { return r.Kind == justifiedBy[s] })
	}
	for _, s := range []Status{o.Status, Withdrawn, Conceded, Answered, Acknowledged} {
		if has(s) {
			return s
		}
	}
	return Unanswered
}

// targets empties the targets that an objection can't have.
func (v *verifier) targets(d *Debate) {
	sideOf := map[string]SideID{}
	for _, s := range d.Sides {
		sideOf[s.ID] = SideID(s.ID)
	}
	for _, p := range d.Points {
		sideOf[p.ID] = p.Side
	}
	for _, o := range d.Objections {
		sideOf[o.ID] = o.Side
	}
	next := map[string]string{} // what each objection challenges
	for i := range d.Objections {
		o := &d.Objections[i]
		if o.Target == "" {
			continue
		}
		side, known := sideOf[o.Target]
		ownSide := side != "" && side == o.Side
		if !known || ownSide || leadsTo(o.ID, o.Target, next) {
			o.Target = ""
			v.dropped.Targets++
			continue
		}
		next[o.ID] = o.Target
	}
}

// leadsTo reports whether following targets from one row comes to another. It
// ends because what next holds so far has no circle.
func leadsTo(id, from string, next map[string]string) bool {
	for ; from != ""; from = next[from] {
		if from == id {
			return true
		}
	}
	return false
}
