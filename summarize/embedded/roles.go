package embedded

import "math"

// What a unit does, as far as it can be told from its own words: the classes of
// the roles model. An objection challenges what somebody else said; a point
// gives a reason for one's own position.
const (
	roleOther = iota
	rolePoint
	roleObjection
	roleCount
)

// arguing is the probability that a unit argues at all.
func (u *unit) arguing() float64 { return u.role[rolePoint] + u.role[roleObjection] }

// foreignArguing is how many times as likely as it seems a unit argues where what
// was said isn't English: the words that would tell it are not known.
const foreignArguing = 3

// assignRoles judges every unit by its words and its place.
func (r *reading) assignRoles() {
	f := features{values: make([]float64, 0, 128)}
	hidden := make([]float64, 0, r.roles.width)
	for i := range r.messages {
		m := &r.messages[i]
		for at := m.first; at < m.last; at++ {
			u := &r.units[at]
			f.values = f.values[:0]
			r.roleFeatures(&f, m, u)
			r.roles.probabilities(f.values, hidden, u.role[:0])
			if !m.english {
				u.raise(foreignArguing)
			}
			u.byWords = u.arguing()
			m.argues = max(m.argues, u.byWords)
		}
		m.arguedByWords = m.argues
	}
}

// raise makes it so many times as likely that a unit argues, up to certainty.
func (u *unit) raise(times float64) {
	times = min(times, 1/max(u.arguing(), 1e-9))
	u.role[rolePoint] *= times
	u.role[roleObjection] *= times
	u.role[roleOther] = max(0, 1-u.arguing())
}

// roleFeatures describes a unit by its words and its place in its message.
func (r *reading) roleFeatures(f *features, m *message, u *unit) {
	r.shapeFeatures(f, u)
	r.cueFeatures(f, u)
	meaningFeatures(f, u)
	phraseFeatures(f, u)
	f.flag("only unit", m.last-m.first == 1)
	f.flag("first unit", u.index == 0)
	f.flag("last unit", u.index == m.last-m.first-1)
	f.add("units in message", math.Log1p(float64(m.last-m.first)))
	f.add("share of message", float64(u.words)/float64(max(1, m.whole.words)))
	before := min(m.index, 50)
	disputing := r.disputesAbsent(m)
	if disputing {
		before++
	}
	f.flag("replies by platform", m.reply >= 0 || disputing)
	f.flag("quotes somebody", len(m.quoted) > 0)
	f.flag("names somebody", len(m.named) > 0)
	f.flag("addresses somebody", len(m.addressed) > 0)
	f.flag("author's first", m.nth == 0)
	f.add("author's messages before", math.Log1p(float64(m.nth)))
	f.add("messages before", math.Log1p(float64(before)))
}

// disputesAbsent is true where a message speaks against something that is not
// in the window: a post under which people comment, most likely. It is judged as
// an answer to it.
func (r *reading) disputesAbsent(m *message) bool {
	return m.opening && len(m.links) == 0 && m.reply < 0 && m.whole.cues.count[r.lexicon.class("dispute")] > 0
}

// shapeFeatures describes how long a unit is and how it is punctuated.
func (r *reading) shapeFeatures(f *features, u *unit) {
	f.add("log words", math.Log1p(float64(u.words)))
	f.add("words", min(float64(u.words), 60)/20)
	f.flag("under 4 words", u.words < 4)
	f.flag("under 8 words", u.words < 8)
	f.flag("over 40 words", u.words > 40)
	f.flag("asks", u.asks)
	f.add("digits", min(float64(u.digits), 4))
	f.add("topic weight a word", u.self/float64(max(1, u.words)))
	f.add("topic words", math.Log1p(float64(len(u.terms))))
}

// cueFeatures tells which classes of cues a unit holds and which open it.
func (r *reading) cueFeatures(f *features, u *unit) {
	for i, class := range r.lexicon.classes {
		f.addEach("has ", class, "", math.Log1p(float64(u.cues.count[i])))
		f.flagEach("opens ", class, "", u.cues.opens.has(i))
	}
}
