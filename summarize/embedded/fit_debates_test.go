//go:build fit

package embedded

import (
	"slices"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

// The L2 penalties of the judgements within a debate, chosen by cross-validation.
const (
	stancesPenalty   = 60 // sides are known of people, not of what they say, so a pair of messages tells little
	opponentsPenalty = 5
	contestsPenalty  = 5
	neutralsPenalty  = 3 // few features, which sum up all that somebody wrote
	outcomesPenalty  = 8
)

var (
	contextRecipe = recipe{hidden: 24, starts: 6, epochs: 40, batch: 256, rate: 3e-3, decay: 0.2, dropIn: 0.2, drop: 0.3}
	replierRecipe = recipe{hidden: 12, starts: 6, epochs: 15, batch: 256, rate: 3e-3, decay: 0.05, dropIn: 0.1, drop: 0.2}
)

// togetherWeight is what two people on the same side count: to divide allies
// turns their points around, while two opponents seen as one side still argue.
const togetherWeight = 2

// goldDebates makes a debate of each gold one, of the messages that belong to it.
func (g *goldFile) goldDebates(r *reading) []*debate {
	labels := g.labels()
	var debates []*debate
	for k := range g.gold.Golds {
		d := &debate{conversation: newConversation()}
		for i := range r.messages {
			if m := &r.messages[i]; labels[i] == k && !m.bot {
				d.add(m)
				m.debate = k
			}
		}
		d.people = r.peopleOf(d.messages)
		debates = append(debates, d)
	}
	return debates
}

// goldSides numbers the sides of a gold debate by person; noSide for those whom gold calls neutral.
func goldSides(r *reading, gold *score.GoldDebate) map[int]int {
	numbers := map[string]int{}
	for n, p := range r.people {
		numbers[p.id] = n
	}
	sides := map[int]int{}
	note := func(members []string, side int) {
		for _, id := range members {
			if n, wrote := numbers[id]; wrote {
				sides[n] = side
			}
		}
	}
	for k, side := range gold.Sides {
		note(side.Members, k)
	}
	note(gold.Neutral, noSide)
	return sides
}

// sidesOf are the sides of two people, if both took one.
func sidesOf(sides map[int]int, p, q int) (a, b int, took bool) {
	a, knownA := sides[p]
	b, knownB := sides[q]
	return a, b, knownA && knownB && a != noSide && b != noSide
}

// eachStance tells found of each response between people of known sides: whether
// they stand against each other, and how sure the response is.
func eachStance(t testing.TB, tb *tables, g *goldFile, found func(r *reading, m, earlier *message, against bool, weight float64)) {
	t.Helper()
	r := readLinks(t, tb, g)
	labels := g.labels()
	for i := range r.messages {
		m := &r.messages[i]
		if labels[i] == noDebate || m.author == nobody {
			continue
		}
		sides := goldSides(r, &g.gold.Golds[labels[i]])
		for _, l := range m.links {
			c := &r.messages[l.to]
			a, b, took := sidesOf(sides, m.author, c.author)
			if took && m.author != c.author && labels[l.to] == labels[i] {
				found(r, m, c, a != b, l.sure)
			}
		}
	}
}

// stancesStage learns from what people of known sides say in response to each other.
var stancesStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		eachStance(t, tb, g, func(r *reading, m, earlier *message, against bool, weight float64) {
			tr.add(classOf(against), weight, func(f *features) { r.stanceFeatures(f, m, earlier) })
		})
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.stances = tr.fit(t, "stances", stancesPenalty, "with", "against")
	},
}

// readStances reads a file up to who speaks against whom.
func readStances(t testing.TB, tb *tables, g *goldFile) *reading {
	t.Helper()
	r := readLinks(t, tb, g)
	r.judgeStances()
	return r
}

// opponentsStage learns from each two people of a debate who took sides.
var opponentsStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		r := readStances(t, tb, g)
		for k, d := range g.goldDebates(r) {
			sides := goldSides(r, &g.gold.Golds[k])
			deal := r.dealings(d)
			for i, p := range d.people {
				for _, q := range d.people[:i] {
					a, b, took := sidesOf(sides, p, q)
					if !took {
						continue
					}
					weight := 1.0
					if a == b {
						weight = togetherWeight
					}
					tr.add(classOf(a != b), weight, func(f *features) { pairFeatures(f, d, deal, p, q) })
				}
			}
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.opponents = tr.fit(t, "opponents", opponentsPenalty, "together", "opposed")
	},
}

// neutralsStage learns from everybody in a debate of whom gold says where they stand.
var neutralsStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		if !g.hasDebate() {
			return
		}
		r := readStances(t, tb, g)
		for k, d := range g.goldDebates(r) {
			sides := goldSides(r, &g.gold.Golds[k])
			deal := r.dealings(d)
			for _, p := range d.people {
				if side, known := sides[p]; known {
					tr.add(classOf(side == noSide), 1, func(f *features) { r.neutralFeatures(f, d, deal, p) })
				}
			}
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.neutrals = tr.fit(t, "neutrals", neutralsPenalty, "takes a side", "neutral")
	},
}

// contextStage learns what a unit does, now that the sides are known.
var contextStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		if !g.hasDebate() {
			return
		}
		r := readStances(t, tb, g)
		roles := g.roles(r)
		for _, d := range g.goldDebates(r) {
			r.takeSides(d)
			around := r.surroundings(d)
			for n, i := range d.messages {
				for k := r.messages[i].first; k < r.messages[i].last; k++ {
					tr.add(roles[k], 1, func(f *features) { r.contextFeatures(f, d, &around, n, &r.units[k]) })
				}
			}
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.inContext = tr.fitJudge(t, "incontext", contextRecipe, "other", "point", "objection")
	},
}

// contestMessages is how many messages a conversation has that counts once; longer ones count for more.
const contestMessages = 20

// contestsStage learns from the conversations of which the judge will be asked: those
// most of whose messages belong to debates are one.
var contestsStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		r := readStances(t, tb, g)
		r.findThreads()
		labels := g.labels()
		for _, d := range r.debates(r.gather(r.goesOnWith)) {
			r.takeSides(d)
			r.reassign(d)
			weight := float64(len(d.messages)) / contestMessages
			c := r.clash(d)
			if _, plain := c.plainly(len(d.messages)); plain {
				continue
			}
			debated := 0
			for _, i := range d.messages {
				if labels[i] != noDebate {
					debated++
				}
			}
			tr.add(classOf(2*debated > len(d.messages)), weight, func(f *features) { r.contestFeatures(f, d, &c) })
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.contests = tr.fit(t, "contests", contestsPenalty, "none", "debate")
	},
}

// eachObjection tells found of each gold objection, with the units in which it stands as one.
func eachObjection(t testing.TB, tb *tables, g *goldFile, found func(r *reading, d *debate, gold *score.GoldObjection, u *unit)) {
	t.Helper()
	r := readStances(t, tb, g)
	debates := g.goldDebates(r)
	for _, d := range debates {
		r.takeSides(d)
		r.reassign(d)
	}
	for k, d := range debates {
		for i := range g.gold.Golds[k].Objections {
			gold := &g.gold.Golds[k].Objections[i]
			if units := g.unitsOf(r, gold.Spans); len(units) > 0 {
				whole := r.together(units)
				found(r, d, gold, &whole)
			}
		}
	}
}

// replyOf is what a response does to the objection of which this became.
func replyOf(became summarize.Status) int { return justifies[slices.Index(outcomes[:], became)] }

// replierStage learns from every unit after an objection whether it responds, and how.
var replierStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		eachObjection(t, tb, g, func(r *reading, d *debate, gold *score.GoldObjection, u *unit) {
			responses := g.unitsOf(r, gold.Responses)
			start, _ := slices.BinarySearch(d.messages, u.message)
			for _, i := range d.messages[min(start+1, len(d.messages)):] {
				m := &r.messages[i]
				for k := m.first; k < m.last; k++ {
					class := replyNone
					if slices.Contains(responses, k) {
						class = replyOf(gold.Status)
					}
					tr.add(class, 1, func(f *features) { r.replyFeatures(f, d, u, m, &r.units[k]) })
				}
			}
		})
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.replier = tr.fitJudge(t, "replier", replierRecipe, "none", "answer", "concede", "defer", "withdraw")
	},
}

// outcomesStage learns what became of each objection from the replies that the engine finds.
var outcomesStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		eachObjection(t, tb, g, func(r *reading, d *debate, gold *score.GoldObjection, u *unit) {
			replies := r.replies(d, u)
			tr.add(slices.Index(outcomes[:], gold.Status), 1, func(f *features) { r.outcomeFeatures(f, d, u, replies) })
		})
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.outcomes = tr.fit(t, "outcomes", outcomesPenalty, "unanswered", "acknowledged", "answered", "conceded", "withdrawn")
	},
}
