package embedded

import (
	"context"
	"math"
	"slices"
	"time"
)

// link says that a message responds to an earlier one.
type link struct {
	to int
	// sure is the probability that it does.
	sure float64
	// opposes is the probability that it speaks against it.
	opposes float64
}

const (
	nearMessages  = 25  // always considered as what a message responds to
	farMessages   = 120 // considered where they are called or share words
	farCandidates = 3   // of those, at most so many
	linkThreshold = 0.3 // below this, a message responds to nothing that is known
	maxLinks      = 4
)

// linkMessages finds for each message the earlier ones that it responds to.
// Only what came before is asked, so later messages change no link.
func (r *reading) linkMessages(ctx context.Context) {
	w := linking{hidden: make([]float64, 0, r.linker.width)}
	for i := range r.messages {
		if ctx.Err() != nil {
			return // whoever asked has gone
		}
		m := &r.messages[i]
		if m.bot {
			continue
		}
		r.findCandidates(&w, m)
		for k, sure := range r.scoreCandidates(&w, m) {
			c := w.candidates[k].message
			if r.calls(m, &r.messages[c]) {
				sure = max(sure, calledSure)
			}
			if agreed := r.agreesWith(m); agreed != nobody {
				sure = agreedSure(sure, r.messages[c].author == agreed && r.lastOf(agreed, i) == c)
			}
			if sure >= linkThreshold {
				m.links = append(m.links, link{to: c, sure: sure})
			}
		}
		slices.SortFunc(m.links, func(a, b link) int {
			if a.sure != b.sure {
				return compareDescending(a.sure, b.sure)
			}
			return b.to - a.to
		})
		m.links = m.links[:min(len(m.links), maxLinks)]
	}
}

// linking is what finding links works with; it is used again for each message.
type linking struct {
	candidates []candidate
	f          features
	hidden     []float64
	score      []float64
	scores     []float64
}

// candidate is an earlier message that one may respond to, and how like it is.
type candidate struct {
	message int
	likeness
}

// likeness is how like two messages are, in each way that there is to compare them.
type likeness [likenesses]float64

const (
	inWords        = iota // compare.similar
	inWordsFar            // the same, but little where they stand near each other anyhow
	coveredByLater        // compare.covers
	unitCovered           // the same for the best unit
	inMeaning             // the cosine of their meanings
	unitInMeaning         // the same for the nearest two units
	likenesses
)

var likenessNames = [likenesses]string{"similar", "similar, far", "covers", "best unit covered", "near in meaning", "nearest units in meaning"}

// scoreCandidates gives the probability that m responds to each candidate. The
// candidates are weighed against each other and against responding to nothing.
func (r *reading) scoreCandidates(w *linking, m *message) []float64 {
	w.scores = w.scores[:0]
	for k := range len(w.candidates) + 1 {
		w.f.values = w.f.values[:0]
		if k < len(w.candidates) {
			r.linkFeatures(&w.f, m, w.candidates, k)
		} else {
			r.nothingFeatures(&w.f, m)
		}
		w.score = r.linker.scores(w.f.values, w.hidden, w.score)
		w.scores = append(w.scores, w.score[0])
	}
	softmax(w.scores)
	return w.scores[:len(w.candidates)]
}

// calledSure is how surely a message responds at least to the last one by somebody whom it calls by "@".
const calledSure = 0.6

// calls is true where m calls the author of c by "@", and c is the last that they wrote before it.
func (r *reading) calls(m, c *message) bool {
	return slices.Contains(m.called, c.author) && r.lastOf(c.author, m.index) == c.index
}

// agreementFeatures tells whether m opens by agreeing with whom it names, the author of c or another.
func (r *reading) agreementFeatures(f *features, m, c *message) {
	agrees := m.whole.cues.opens.has(r.lexicon.class("agree"))
	f.flag("agrees with its author by name", agrees && slices.Contains(m.named, c.author))
	f.flag("agrees with another by name", agrees && len(m.named) > 0 && !slices.Contains(m.named, c.author))
}

// agreesWith is the one person with whom a message agrees by name, or nobody.
func (r *reading) agreesWith(m *message) int {
	if len(m.addressed) != 1 || !m.whole.cues.opens.has(r.lexicon.class("agree")) {
		return nobody
	}
	return m.addressed[0]
}

// agreedSure is how surely a message that agrees with somebody by name responds
// to one: it does to the last that they wrote, whoever else wrote since.
func agreedSure(sure float64, theirLast bool) float64 {
	if theirLast {
		return max(sure, 0.8)
	}
	return 0.3 * sure
}

func compareDescending(a, b float64) int {
	if a > b {
		return -1
	}
	return 1
}

// findCandidates finds the messages that m may respond to: those just before it, what
// the platform says, and a few further back by people it names or on the same words.
func (r *reading) findCandidates(w *linking, m *message) {
	w.candidates = w.candidates[:0]
	add := func(c int) {
		w.candidates = append(w.candidates, candidate{c, r.likeness(m, &r.messages[c])})
	}
	for c := m.index - 1; c >= max(0, m.index-nearMessages); c-- {
		if !r.messages[c].bot {
			add(c)
		}
	}
	nearest := max(0, m.index-nearMessages)
	if m.reply >= 0 && m.reply < nearest && !r.messages[m.reply].bot {
		add(m.reply)
	}
	type far struct {
		at    int
		score float64
	}
	var best []far
	for c := nearest - 1; c >= max(0, m.index-farMessages); c-- {
		other := &r.messages[c]
		if other.bot || c == m.reply || other.author == m.author {
			continue
		}
		score := r.compare.similar(&m.whole, &other.whole)
		if slices.Contains(m.named, other.author) {
			score += 0.2
		}
		if score > 0.1 {
			best = append(best, far{c, score})
		}
	}
	slices.SortStableFunc(best, func(a, b far) int {
		if a.score == b.score {
			return 0
		}
		return compareDescending(a.score, b.score)
	})
	for _, b := range best[:min(len(best), farCandidates)] {
		add(b.at)
	}
}

// likeness compares m with an earlier message.
func (r *reading) likeness(m, c *message) likeness {
	similar := r.compare.similar(&m.whole, &c.whole)
	l := likeness{
		inWords: similar, inWordsFar: similar * min(1, float64(m.index-c.index)/8),
		coveredByLater: r.compare.covers(&c.whole, &m.whole), unitCovered: r.bestCovered(m, c),
		inMeaning: m.whole.meaning.near(&c.whole.meaning),
	}
	for i := m.first; i < m.last; i++ {
		for k := c.first; k < c.last; k++ {
			l[unitInMeaning] = max(l[unitInMeaning], r.units[i].meaning.near(&r.units[k].meaning))
		}
	}
	return l
}

// nothingFeatures describes a message that may respond to nothing; the features of
// a candidate, which come later, are 0.
func (r *reading) nothingFeatures(f *features, m *message) {
	f.flag("responds to nothing", true)
	r.respondingFeatures(f, m)
}

// respondingFeatures tells how likely it is that a message responds to anything.
func (r *reading) respondingFeatures(f *features, m *message) {
	f.add("argues", m.argues)
	f.flag("asks", m.whole.asks)
	f.flag("short", m.whole.words < 6)
	f.flag("first of its author", m.nth == 0)
	f.flag("names somebody", len(m.named) > 0)
	f.flag("addresses somebody", len(m.addressed) > 0)
	f.flag("quotes", len(m.quoted) > 0)
	f.flag("replies", m.reply >= 0)
	f.add("log messages before", math.Log1p(float64(min(m.index, 25))))
}

// linkFeatures describes a message m and the kth of the candidates.
func (r *reading) linkFeatures(f *features, m *message, candidates []candidate, k int) {
	f.flag("responds to nothing", false)
	r.respondingFeatures(f, m)
	c := &r.messages[candidates[k].message]
	distance := m.index - c.index
	same := m.author >= 0 && m.author == c.author
	f.flag("platform reply", m.reply == c.index)
	f.flag("platform reply to a leaf", m.reply == c.index && m.replyNumber <= 3)
	f.flag("replies elsewhere", m.reply >= 0 && m.reply != c.index)
	f.flag("same thread", m.reply >= 0 && c.reply == m.reply)
	f.flag("leaves its thread", m.reply < 0 && c.reply >= 0)
	for d, name := range [...]string{"1", "2", "3", "4"} {
		f.flagEach("distance ", name, "", distance == d+1)
	}
	f.add("log distance", math.Log(float64(distance)))
	f.add("log minutes", math.Log1p(gap(c.time, m.time).Minutes()))
	f.flag("same author", same)
	f.flag("same author, next", same && distance == 1)
	others := r.othersBetween(c, m)
	f.add("log messages of others between", math.Log1p(float64(others)))
	f.flag("author's last message", r.lastOf(c.author, m.index) == c.index)
	f.flag("named", slices.Contains(m.named, c.author))
	f.flag("addressed", slices.Contains(m.addressed, c.author))
	f.flag("addressed, and its last", slices.Contains(m.addressed, c.author) && r.lastOf(c.author, m.index) == c.index)
	f.flag("names another", len(m.named) > 0 && !slices.Contains(m.named, c.author))
	f.flag("addresses another", len(m.addressed) > 0 && !slices.Contains(m.addressed, c.author))
	f.flag("was addressed", slices.Contains(c.addressed, m.author))
	f.flag("was named", slices.Contains(c.named, m.author))
	f.flag("answers one who answered", !same && m.author >= 0 && len(c.links) > 0 && r.messages[c.links[0].to].author == m.author)
	for way, name := range likenessNames {
		own := candidates[k].likeness[way]
		best, rank := 0.0, 1.0
		for i := range candidates {
			if other := candidates[i].likeness[way]; other > own {
				rank++
				best = max(best, other)
			}
		}
		f.addEach("", name, "", own)
		f.addEach("", name, ", rank", 1/rank)
		f.addEach("", name, ", behind", max(0, best-own))
	}
	f.add("quoted", r.quotedFrom(m, c))
	f.flag("quotes nothing of it", len(m.quoted) > 0 && r.quotedFrom(m, c) < 0.3)
	f.add("earlier argues", c.argues)
	f.add("both argue", m.argues*c.argues)
	f.flag("earlier asks", c.whole.asks)
	f.flag("earlier asks, next", c.whole.asks && others == 0 && !same)
	f.flag("earlier short", c.whole.words < 6)
	f.flag("next by another", others == 0 && !same)
	r.agreementFeatures(f, m, c)
	for _, class := range r.linkCues {
		opens := m.whole.cues.opens.has(class.number)
		f.flagEach("opens ", class.name, ", next", opens && others == 0 && !same)
		f.flagEach("opens ", class.name, ", further", opens && others > 0)
	}
}

// gap is the time from one message to the next, 0 where either is unknown or clocks disagree.
func gap(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from)
}

// othersBetween counts the messages between the two that neither author wrote.
func (r *reading) othersBetween(c, m *message) int {
	n := 0
	for i := c.index + 1; i < m.index; i++ {
		if b := &r.messages[i]; !b.bot && b.author != m.author {
			n++
		}
	}
	return n
}

// lastOf is the last message of an author before another message, -1 for none nearby.
func (r *reading) lastOf(author, before int) int {
	for i := before - 1; i >= max(0, before-farMessages); i-- {
		if r.messages[i].author == author {
			return i
		}
	}
	return -1
}

// bestCovered is how much of its best-covered unit of the earlier message the later one takes up.
func (r *reading) bestCovered(m, c *message) float64 {
	best := 0.0
	for i := c.first; i < c.last; i++ {
		if u := &r.units[i]; u.words >= 4 {
			best = max(best, r.compare.covers(u, &m.whole))
		}
	}
	return best
}

// quotedFrom is how much of something that m quotes stands in c.
func (r *reading) quotedFrom(m, c *message) float64 {
	best := 0.0
	for i := range m.quoted {
		best = max(best, r.compare.covers(&m.quoted[i], &c.whole))
	}
	return best
}
