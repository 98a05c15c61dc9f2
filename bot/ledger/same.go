package ledger

import (
	"slices"
	"strings"

	"crux/summarize"
)

// How sure a sign of identity is. Each weighs more than any number of the weaker
// ones that could stand against it in practice.
const (
	sameQuotes   = 1_000_000 // every quote of the objection is the entry's, to the letter
	sharedQuotes = 20_000    // and up to 15,000 more by how many are shared
	firstPut     = 5_000     // more, where the entry has the objection's earliest quote
	sameMessage  = 5_000
	sameWords    = 2_000 // times how alike the words are
)

// What is asked of the words where the quotes do not tell. The bounds are cautious:
// two entries for one objection are a nuisance, one entry for two is a falsehood.
// Of 1,321 pairs of different objections to one question in the training debates,
// none is alike above 0.33; of 34 within one message, none above 0.21.
const (
	likeInMessage = 0.3  // of two passages of one message
	likeElsewhere = 0.45 // of what other messages say
	fewestShared  = 3    // words that passages of other messages must share
)

// profile is what is compared of an entry or an objection.
type profile struct {
	quotes   []place // of the entry also the disowned ones
	first    int     // which quote is the earliest
	disowned bool    // nobody's who does not deny it
	by       []string
	target   []place
	against  []string // the people who are challenged
	gist     string
	status   summarize.Status
	sure     float64  // the confidence in the status
	settled  []string // the responses that the status rests on
	terms    terms
}

// place is where a quote stands; start is -1 where its message or its place in it is not known.
type place struct {
	message    string
	start, end int
	text       string
}

// place finds a quote in the message that it names.
func (m *merging) place(q summarize.Quote) place {
	p := place{message: q.Message, start: none, text: q.Text}
	if read, known := m.read[q.Message]; known && q.Text != "" {
		if at := strings.Index(read.Text, q.Text); at >= 0 {
			p.start, p.end = at, at+len(q.Text)
		}
	}
	return p
}

func (m *merging) places(quotes ...[]Quote) []place {
	var places []place
	for _, list := range quotes {
		for _, q := range list {
			places = append(places, m.place(q.Quote))
		}
	}
	return places
}

// overlaps reports whether two quotes share at least half of the shorter one.
func (p *place) overlaps(q *place) bool {
	if p.message != q.message || p.text == "" || q.text == "" {
		return false
	}
	if p.start < 0 || q.start < 0 {
		return strings.Contains(p.text, q.text) || strings.Contains(q.text, p.text)
	}
	shared := min(p.end, q.end) - max(p.start, q.start)
	return 2*shared >= min(len(p.text), len(q.text))
}

// covered is how many of some places overlap one of the others.
func covered(places, by []place) int {
	n := 0
	for i := range places {
		if overlapsAny(&places[i], by) {
			n++
		}
	}
	return n
}

func overlapsAny(p *place, others []place) bool {
	for i := range others {
		if p.overlaps(&others[i]) {
			return true
		}
	}
	return false
}

func sameTexts(places, among []place) bool {
	return !slices.ContainsFunc(places, func(p place) bool { return !slices.Contains(among, p) })
}

func (m *merging) profileEntry(e *Entry) profile {
	texts := []string{e.Gist}
	for _, q := range e.Quotes {
		texts = append(texts, q.Text)
	}
	for _, q := range e.Disowned {
		texts = append(texts, q.Text)
	}
	var settled []string
	for _, r := range e.settledBy() {
		settled = append(settled, r.Text)
	}
	return profile{
		quotes: m.places(e.Quotes, e.Disowned), disowned: len(e.Quotes) == 0,
		by: e.By, target: m.places(e.Target.Quotes), against: e.Target.By,
		gist: e.Gist, status: e.Status, sure: e.Confidence, settled: settled, terms: m.terms(texts...),
	}
}

func (m *merging) profileObjection(o *found) profile {
	texts := []string{o.Gist}
	for _, q := range o.Quotes {
		texts = append(texts, q.Text)
	}
	var settled []string
	for _, r := range o.Responses {
		settled = append(settled, r.Text)
	}
	first := 0
	for i, q := range o.quotes {
		if byTime(q, o.quotes[first]) < 0 {
			first = i
		}
	}
	return profile{
		quotes: o.places, first: first, by: o.By, target: m.places(o.target.Quotes), against: o.target.By,
		gist: o.Gist, status: o.Status, sure: o.Confidence, settled: settled, terms: m.terms(texts...),
	}
}

// weigh says how sure it is that an objection is an entry's; 0 is no sign of it.
func (m *merging) weigh(e, o *profile, d *summarize.Debate) int {
	message := m.sharedMessage(e, o)
	if message == "" && e.disowned {
		return 0 // words alone don't bring back what somebody denied
	}
	if message == "" && !mayRepeat(e, o, d) {
		return 0
	}
	like, shared := e.terms.like(o.terms)
	words := int(sameWords*like) + m.details(e, o)
	if n := covered(o.quotes, e.quotes); n > 0 {
		sure := sharedQuotes + 10_000*n/len(o.quotes) + 5_000*covered(e.quotes, o.quotes)/len(e.quotes)
		if overlapsAny(&o.quotes[o.first], e.quotes) {
			sure += firstPut
		}
		if sameTexts(o.quotes, e.quotes) {
			sure += sameQuotes
		}
		return sure + words
	}
	sameTarget := covered(o.target, e.target) > 0
	if message != "" {
		alone := m.objectionsIn[message] == 1 && m.entriesIn[message] == 1
		fits := sameTarget || like >= likeInMessage || alone && (e.lost(message) || meet(e.against, o.against))
		if fits {
			return sameMessage + words
		}
	}
	if !e.disowned && mayRepeat(e, o, d) && like >= likeElsewhere && shared >= fewestShared {
		return words
	}
	return 0
}

// details tell apart what is otherwise as sure.
func (m *merging) details(e, o *profile) int {
	n := 0
	if e.gist == o.gist {
		n += 40
	}
	if slices.Equal(e.against, o.against) {
		n += 20
	}
	if covered(o.target, e.target) > 0 {
		n += 20
	}
	if e.status == o.status {
		n += 10
	}
	if slices.Equal(e.settled, o.settled) {
		n += 5
	}
	if e.sure == o.sure {
		n += 5
	}
	return n
}

// sharedMessage is a message that both quote, "" where there is none.
func (m *merging) sharedMessage(e, o *profile) string {
	for i := range o.quotes {
		for j := range e.quotes {
			if o.quotes[i].message == e.quotes[j].message {
				return o.quotes[i].message
			}
		}
	}
	return ""
}

// lost reports whether the words that the message held were edited away.
func (e *profile) lost(message string) bool {
	return slices.ContainsFunc(e.quotes, func(p place) bool { return p.message == message && p.text == "" })
}

// mayRepeat reports whether an objection of other messages may be the entry's: it
// is by one of the same people or one on their side, or against the same people,
// and not by those whom the entry challenges.
func mayRepeat(e, o *profile, d *summarize.Debate) bool {
	if meet(e.against, o.by) {
		return false
	}
	if meet(e.by, o.by) || meet(e.against, o.against) || covered(o.target, e.target) > 0 {
		return true
	}
	for _, s := range d.Sides {
		if meet(s.Members, e.by) && meet(s.Members, o.by) {
			return true
		}
	}
	return false
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(person string) bool { return person != "" && slices.Contains(b, person) })
}
