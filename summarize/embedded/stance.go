package embedded

import (
	"math"
	"slices"
)

// judgeStances tells for each link between two people whether the later message
// speaks against the earlier one.
func (r *reading) judgeStances() {
	f := features{values: make([]float64, 0, 128)}
	for i := range r.messages {
		m := &r.messages[i]
		for k := range m.links {
			f.values = f.values[:0]
			r.stanceFeatures(&f, m, &r.messages[m.links[k].to])
			m.links[k].opposes = r.stances.binary(f.values)
		}
	}
}

// stanceFeatures describes a message and the one that it responds to.
func (r *reading) stanceFeatures(f *features, m, c *message) {
	r.cueFeatures(f, &m.whole)
	f.add("against by phrases", m.phrased[1])
	f.add("earlier against by phrases", c.phrased[1])
	f.flag("asks", m.whole.asks)
	f.flag("under 4 words", m.whole.words < 4)
	f.add("log words", math.Log1p(float64(m.whole.words)))
	mine, theirs := r.strongest(m), r.strongest(c)
	f.add("point", mine[rolePoint])
	f.add("objection", mine[roleObjection])
	f.add("earlier point", theirs[rolePoint])
	f.add("earlier objection", theirs[roleObjection])
	f.add("argues to a point", mine[roleObjection]*theirs[rolePoint])
	f.add("argues to an objection", m.argues*theirs[roleObjection])
	f.add("both argue", m.argues*c.argues)
	f.flag("earlier asks", c.whole.asks)
	f.add("similar", r.compare.similar(&m.whole, &c.whole))
	f.add("near in meaning", m.whole.meaning.near(&c.whole.meaning))
	f.flag("addressed", slices.Contains(m.addressed, c.author))
	r.agreementFeatures(f, m, c)
	f.flag("was addressed", slices.Contains(c.addressed, m.author))
	f.flag("next", m.index-c.index == 1)
	back := false
	for _, l := range c.links {
		back = back || (m.author >= 0 && r.messages[l.to].author == m.author)
	}
	f.flag("earlier responded to its author", back)
	for _, class := range [...]string{"concede", "withdraw", "disagree", "contrast"} {
		f.flagEach("earlier has ", class, "", c.whole.cues.count[r.lexicon.class(class)] > 0)
	}
}

// strongest is the highest probability of each role over a message's units.
func (r *reading) strongest(m *message) (best [roleCount]float64) {
	for i := m.first; i < m.last; i++ {
		for role, p := range r.units[i].role {
			best[role] = max(best[role], p)
		}
	}
	return best
}
