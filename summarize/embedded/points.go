package embedded

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"crux/summarize"
)

// row is a point or an objection in the making: one claim and the units that make it.
type row struct {
	units []int // the weightiest first
	side  int
	// weight ranks rows: how likely it is what it is taken for, and how much was said about it.
	weight float64
	// target is the unit that an objection challenges, -1 where that is not known.
	target int
	// takenBack is true of a point that its side gave up.
	takenBack bool
	verdict
}

const (
	pointThreshold     = 0.25
	objectionThreshold = 0.35
	sameClaim          = 0.55 // units of one side nearer than this make one claim
	mostPointsSide     = 6
	leastPointsSide    = 4   // a side with fewer clear points also gets what argues by its words
	leastPointsPosts   = 6   // the same for a side that writes posts rather than chat
	postWords          = 150 // a post is at least so long, on average
	byWordsThreshold   = 0.3 // and this is how clearly it must
	byWordsLeast       = 8   // in at least so many words
	mostUnitsRow       = 4   // a row is what a reader would call one claim, not a bundle
)

// pickPoints chooses the claims that each side makes. Near-repetitions count as
// support for the same claim; among the rest the weightiest that say something
// new come first (maximal marginal relevance, Carbonell and Goldstein 1998).
func (r *reading) pickPoints(d *debate, taken map[int]bool) []row {
	candidates := r.pointCandidates(d, taken)
	slices.SortStableFunc(candidates, byWeight)
	var picked []row
	perSide, least := map[int]int{}, r.leastPoints(d)
	for _, c := range candidates {
		if at := r.sameAs(picked, c); at >= 0 {
			picked[at].units = append(picked[at].units, c.units...)
			picked[at].weight += 0.3 * c.weight
			continue
		}
		limit := least[c.side]
		if r.units[c.units[0]].role[rolePoint] >= pointThreshold {
			limit = mostPointsSide
		}
		if perSide[c.side] < limit {
			perSide[c.side]++
			picked = append(picked, c)
		}
	}
	slices.SortStableFunc(picked, byWeight)
	return picked
}

// leastPoints is how many points each side gets if it says anything at all.
func (r *reading) leastPoints(d *debate) map[int]int {
	words, messages := map[int]int{}, map[int]int{}
	for _, i := range d.messages {
		m := &r.messages[i]
		words[d.sideOf(m.author)] += m.whole.words
		messages[d.sideOf(m.author)]++
	}
	least := map[int]int{}
	for side, n := range messages {
		least[side] = leastPointsSide
		if words[side] >= postWords*n {
			least[side] = leastPointsPosts
		}
	}
	return least
}

// pointCandidates are the units, not taken as objections, that may make a
// point, each a row of its own. Who takes no side makes none.
func (r *reading) pointCandidates(d *debate, taken map[int]bool) []row {
	var candidates []row
	for _, i := range d.messages {
		m := &r.messages[i]
		side := d.sideOf(m.author)
		if side == noSide && m.author != nobody {
			continue
		}
		for k := m.first; k < m.last; k++ {
			u := &r.units[k]
			clear := u.role[rolePoint] >= pointThreshold
			likely := u.words >= byWordsLeast && !u.asks && u.byWords >= byWordsThreshold
			if !taken[k] && !u.reports && (clear || likely) {
				weight := u.role[rolePoint] + 0.3*u.byWords
				candidates = append(candidates, row{units: []int{k}, side: side, weight: weight, target: -1})
			}
		}
	}
	return candidates
}

// lastTakenBack finds the points of which their side conceded what was held
// against them, and puts them behind the others: what somebody gave up must not stand for the side.
func (r *reading) lastTakenBack(d *debate, points, objections []row) {
	for i := range points {
		p := &points[i]
		fromSide := func(y reply) bool { return d.sideOf(r.messages[r.units[y.unit].message].author) == p.side }
		p.takenBack = slices.ContainsFunc(objections, func(o row) bool {
			return o.status == summarize.Conceded && !o.uncertain && slices.Contains(p.units, o.target) && slices.ContainsFunc(o.replies, fromSide)
		})
	}
	slices.SortStableFunc(points, func(a, b row) int { return cmp.Compare(b2f(a.takenBack), b2f(b.takenBack)) })
}

// sameAs finds the row of the same side that makes the same claim, -1 for none.
func (r *reading) sameAs(rows []row, c row) int {
	for i := range rows {
		if rows[i].side == c.side && len(rows[i].units) < mostUnitsRow &&
			r.compare.similar(&r.units[rows[i].units[0]], &r.units[c.units[0]]) >= sameClaim {
			return i
		}
	}
	return -1
}

func byWeight(a, b row) int {
	if math.Abs(a.weight-b.weight) < 1e-12 {
		return a.units[0] - b.units[0]
	}
	return compareDescending(a.weight, b.weight)
}

// pickObjections chooses the units that challenge somebody, in order of time.
func (r *reading) pickObjections(d *debate) []row {
	var picked []row
	for _, i := range d.messages {
		m := &r.messages[i]
		for k := m.first; k < m.last; k++ {
			u := &r.units[k]
			if !u.objects() {
				continue
			}
			if last := len(picked) - 1; last >= 0 && r.goesOnFrom(picked[last].units, k) {
				picked[last].units = append(picked[last].units, k)
				picked[last].weight = max(picked[last].weight, u.role[roleObjection])
				continue
			}
			o := row{units: []int{k}, side: d.sideOf(m.author), weight: u.role[roleObjection], target: r.challenged(d, m, u)}
			if at := r.sameAs(picked, o); at >= 0 {
				picked[at].units = append(picked[at].units, k)
				continue
			}
			if item := r.item(k); !overlaps(picked, item) {
				o.units = item
			}
			picked = append(picked, o)
		}
	}
	for i := range picked {
		picked[i].verdict = r.settle(d, picked[i].units)
	}
	return picked
}

// objects is true where a unit is taken for an objection.
func (u *unit) objects() bool {
	return u.role[roleObjection] >= objectionThreshold && u.role[roleObjection] >= u.role[rolePoint]
}

// goesOnFrom is true where a unit goes on with what the last of the others says:
// it follows in the same paragraph, and opens with a connective or stands under its
// heading. In an item of a list, something else may stand between.
func (r *reading) goesOnFrom(units []int, k int) bool {
	last := units[len(units)-1]
	if r.sameParagraph(last, k) {
		return r.connects(k) || r.isHeading(last)
	}
	return r.opensItem(units[0]) && r.connects(k) && r.sameItem(units[0], k)
}

// sameItem is true where unit b stands in the item that unit a opens.
func (r *reading) sameItem(a, b int) bool {
	for k := a + 1; k <= b; k++ {
		if !r.sameParagraph(k-1, k) || r.opensItem(k) {
			return false
		}
	}
	return true
}

// connects is true where a unit starts with a connective.
func (r *reading) connects(k int) bool {
	for _, class := range connectives {
		if r.units[k].cues.starts.has(r.lexicon.class(class)) {
			return true
		}
	}
	return false
}

// connectives are the classes of cues by which a sentence goes on with the one before.
var connectives = [...]string{"contrast", "cause", "deictic", "agree"}

const (
	headWords = 12 // the heading of an item has at most so many words
	itemWords = 45 // and what stands before its objection at most so many
	itemUnits = 4  // an item has at most so many units
)

// item is unit k with what leads to it in the same item of a list in prose:
// "Third, proxies are proxies. I agree that … But I don't see …" is one objection.
func (r *reading) item(k int) []int {
	units := []int{k}
	for at := k - 1; at >= 0 && len(units) < itemUnits && r.sameParagraph(at, at+1); at-- {
		units = append([]int{at}, units...)
		if r.opensItem(at) {
			return units
		}
		if !r.connects(at) {
			break
		}
	}
	return []int{k}
}

// opensItem is true where a unit begins an item, with or without a heading of its own.
func (r *reading) opensItem(k int) bool {
	return r.units[k].words <= itemWords && r.units[k].cues.starts.has(r.lexicon.class("add"))
}

// isHeading is true where a unit announces an item: "Third, proxies are proxies."
func (r *reading) isHeading(k int) bool {
	return r.units[k].words <= headWords && r.units[k].cues.starts.has(r.lexicon.class("add"))
}

// overlaps is true where the last of the rows holds one of the units.
func overlaps(rows []row, units []int) bool {
	if len(rows) == 0 {
		return false
	}
	return slices.ContainsFunc(units, func(k int) bool { return slices.Contains(rows[len(rows)-1].units, k) })
}

// sameParagraph is true where unit b follows a in the same paragraph.
func (r *reading) sameParagraph(a, b int) bool {
	if b != a+1 || r.units[a].message != r.units[b].message {
		return false
	}
	between := r.transcript.Messages[r.units[a].message].Text[r.units[a].end:r.units[b].start]
	return strings.Count(between, "\n") < 2
}

// challenged is the unit that an objection most likely speaks against, -1 where
// its message responds to nobody of another side.
func (r *reading) challenged(d *debate, m *message, u *unit) int {
	best, top := -1, 0.0
	for _, l := range m.links {
		p := &r.messages[l.to]
		if same, _ := d.relation(m.author, p.author); same || p.debate != m.debate {
			continue
		}
		for k := p.first; k < p.last; k++ {
			v := &r.units[k]
			if score := l.sure * (0.1 + v.arguing()) * (0.2 + r.compare.covers(v, u)); score > top {
				best, top = k, score
			}
		}
	}
	return best
}
