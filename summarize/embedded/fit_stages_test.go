//go:build fit

package embedded

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The L2 penalties: the more features a judgement has for the examples that
// there are of it, the more its weights are held back. Chosen by cross-validation.
const (
	joinerPenalty  = 20
	belongsPenalty = 5
	goesOnPenalty  = 5
)

var (
	rolesRecipe  = recipe{hidden: 16, starts: 6, epochs: 40, batch: 256, rate: 3e-3, decay: 0.05, dropIn: 0.1, drop: 0.2}
	linkerRecipe = recipe{hidden: 24, starts: 3, epochs: 10, batch: 64, rate: 3e-3, decay: 0.05, drop: 0.1}
)

// What an example counts in the models that keep conversations apart.
const (
	// channelWeight is for real channels, of which there are few.
	channelWeight = 3.0
	// threadWeight is for threads of files of one debate, in which nearly all go on with the same.
	threadWeight = 0.2
	// strayWeight is for messages that belong to nothing so far: mixing debates up is worse than dividing one.
	strayWeight = 12
	// freshWeight is for threads that found a conversation, for the same reason.
	freshWeight = 6
	// chatterPause is after how many messages chatter is taken to be about something else.
	chatterPause = 4
	// leastSeen is in how many messages a stem must stand for its frequency to say something.
	leastSeen = 3
)

// fitPrior counts in how many messages each stem stands, save for names.
func fitPrior(tb *tables, files []*goldFile) {
	v := newVocabulary(tb.lexicon.function, nil, 0)
	anybodys := map[string]bool{}
	for _, g := range files {
		maps.Copy(anybodys, g.firstNames())
	}
	n := 0
	for _, g := range files {
		theirs := g.firstNames()
		for _, m := range g.transcript.Messages {
			prose := clean(m.Text).prose
			words := v.split(prose)
			leaveOutNames(words, prose, theirs, anybodys)
			v.count(n, words)
			n++
		}
	}
	tb.prior, tb.priorMessages = map[string]float32{}, float64(n)
	for stem, id := range v.stems {
		if v.seen[id] >= leastSeen {
			tb.prior[stem] = v.seen[id]
		}
	}
}

// leaveOutNames takes the terms from words that are names, as an ordinary word calls nobody (isOrdinary).
// Where somebody of that name writes, it is the name; elsewhere only with a capital, since a mark
// and a hope are words too.
func leaveOutNames(words []word, prose string, theirs, anybodys map[string]bool) {
	for i, w := range words {
		name := strings.TrimSuffix(w.form, "'s")
		if theirs[name] || anybodys[name] && unicode.IsUpper(firstRune(prose[w.start:])) {
			words[i].term = noTerm
		}
	}
}

// firstNames are those of everybody who wrote in a file.
func (g *goldFile) firstNames() map[string]bool {
	names := map[string]bool{}
	for _, m := range g.transcript.Messages {
		if !m.Bot {
			names[firstName(m.Author)] = true
		}
	}
	return names
}

// joinerStage learns from the sentences of quoted messages: those in one passage belong together.
var joinerStage = stage{
	gather: func(_ testing.TB, tb *tables, g *goldFile, tr *trainer) {
		quoted := map[int][]span{}
		for _, passage := range g.passages() {
			turn, at, _ := g.locate(passage)
			quoted[turn] = append(quoted[turn], at)
		}
		r := &reading{tables: tb, transcript: g.turns, vocabulary: newVocabulary(tb.lexicon.function, tb.prior, tb.priorMessages)}
		for _, turn := range slices.Sorted(maps.Keys(quoted)) {
			joinAsQuoted(r, tr, g.turns.Messages[turn].Text, quoted[turn])
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.joiner = tr.fit(t, "joiner", joinerPenalty, "split", "join")
	},
}

// joinAsQuoted joins the sentences of a text as reading.join does, but by gold.
func joinAsQuoted(r *reading, tr *trainer, text string, quoted []span) {
	prose := clean(text).prose
	words := r.vocabulary.split(prose)
	parts := sentences(prose)
	if len(parts) == 0 {
		return
	}
	unit, whole := parts[0], r.length(span{0, len(prose)}, words)
	for k := 1; k < len(parts); k++ {
		next := parts[k]
		a, b := mostlyIn(quoted, parts[k-1]), mostlyIn(quoted, next)
		together := a == b && a >= 0
		newParagraph := strings.Count(prose[unit.end:next.start], "\n") > 1
		if (a >= 0 || b >= 0) && !newParagraph {
			tr.add(classOf(together), 1, func(f *features) { r.joinFeatures(f, prose, words, whole, unit, next, k) })
		}
		if together {
			unit.end = next.end
		} else {
			unit = next
		}
	}
}

// mostlyIn is which of the quoted spans most of a sentence stands in, -1 for none.
func mostlyIn(quoted []span, sentence span) int {
	in, most := -1, 0
	for k, q := range quoted {
		if shared := overlap(sentence, q); shared > most && 2*shared > sentence.end-sentence.start {
			in, most = k, shared
		}
	}
	return in
}

// rolesStage learns what a unit does by its words alone.
var rolesStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		r := tb.read(g.transcript)
		r.understand(t.Context())
		for k, role := range g.roles(r) {
			u := &r.units[k]
			tr.add(role, 1, func(f *features) { r.roleFeatures(f, &r.messages[u.message], u) })
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.roles = tr.fitJudge(t, "roles", rolesRecipe, "other", "point", "objection")
	},
}

// linkerStage learns from files with links; what responds to what earlier is known to later messages as gold has it.
var linkerStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		responds := map[[2]int]bool{}
		for _, d := range g.gold.Golds {
			for _, l := range d.Links {
				responds[[2]int{g.turnOf[l[0]], g.turnOf[l[1]]}] = true
			}
		}
		if len(responds) == 0 {
			return
		}
		r := tb.read(g.transcript)
		r.understand(t.Context())
		r.assignRoles()
		var w linking
		for i := range r.messages {
			m := &r.messages[i]
			if m.bot {
				continue
			}
			r.findCandidates(&w, m)
			var candidates group
			for k, c := range w.candidates {
				right := responds[[2]int{i, c.message}]
				candidates = append(candidates, tr.example(classOf(right), 1, func(f *features) { r.linkFeatures(f, m, w.candidates, k) }))
				if right {
					m.links = []link{{to: c.message, sure: 1}}
				}
			}
			nothing := len(m.links) == 0
			tr.groups = append(tr.groups, append(candidates, tr.example(classOf(nothing), 1, func(f *features) { r.nothingFeatures(f, m) })))
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.linker = tr.fitNetwork(t, "linker", linkerRecipe, "responds")
	},
}

// belongsStage learns which of the threads going on a message goes on with, where every earlier one went right.
var belongsStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		if !g.hasDebate() {
			return
		}
		r := readLinks(t, tb, g)
		labels, substantive := g.labels(), g.substantive()
		weight := 1.0
		if g.gold.Channel && !g.woven {
			weight = channelWeight
		}
		threads := goldThreads{byLabel: map[int]int{}, chatter: undecided}
		for i := range r.messages {
			m := &r.messages[i]
			if m.bot {
				continue
			}
			right := threads.right(m, labels[i])
			w := weight
			if right == undecided {
				w *= strayWeight
			}
			// A reply is never judged, and in a debate's own file anything may be an aside that gold doesn't tell of.
			if m.reply < 0 && (g.gold.Channel || substantive[i]) {
				near := nearness(m, threads.all, threads.active)
				for at, k := range threads.active {
					tr.add(classOf(k == right), w, func(f *features) { r.belongFeatures(f, m, &threads.all[k], near, at) })
				}
			}
			threads.put(m, labels[i], right)
		}
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.belongs = tr.fit(t, "belongs", belongsPenalty, "apart", "belongs")
	},
}

// goldThreads are the threads so far, as gold has them.
type goldThreads struct {
	all     []conversation
	active  []int       // as in reading.findThreads
	byLabel map[int]int // the thread of each debate
	chatter int         // the latest thread of chatter
}

// right is the thread that a message goes on with, or undecided where it starts one.
func (g *goldThreads) right(m *message, label int) int {
	if label == noDebate {
		if g.chatter != undecided && m.index-g.all[g.chatter].last < chatterPause {
			return g.chatter
		}
		return undecided
	}
	if k, known := g.byLabel[label]; known {
		return k
	}
	return undecided
}

// put adds a message to a thread, or to a new one.
func (g *goldThreads) put(m *message, label, thread int) {
	if thread == undecided {
		thread = len(g.all)
		g.all = append(g.all, newConversation())
	}
	if label == noDebate {
		g.chatter = thread
	} else {
		g.byLabel[label] = thread
	}
	g.all[thread].add(m)
	m.thread = thread
	g.active = touch(g.active, thread)
}

// goesOnStage learns from the threads that the engine finds, each with the label
// that most of its messages have, where every earlier one went right.
var goesOnStage = stage{
	gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
		if !g.hasDebate() {
			return
		}
		weight := channelWeight
		if g.woven {
			weight = 1
		} else if !g.gold.Channel {
			weight = threadWeight
		}
		r := readLinks(t, tb, g)
		r.findThreads()
		labels := g.labels()
		byLabel := map[int]int{} // the conversation of each debate
		r.gather(func(thread *conversation, gathered []conversation) int {
			label := mostLabelled(labels, thread.messages)
			right, known := byLabel[label]
			w := weight
			if label != noDebate && !known {
				w *= freshWeight
			}
			from := max(0, len(gathered)-activeConversations)
			near := threadNearness(thread, gathered[from:])
			for at := range near {
				goesOn := known && right == from+at
				tr.add(classOf(goesOn), w, func(f *features) { r.goOnFeatures(f, thread, &gathered[from+at], near, at) })
			}
			if known {
				return right
			}
			if label != noDebate && thread.arguing >= decideThread {
				byLabel[label] = len(gathered) // it founds the conversation
			}
			return undecided
		})
	},
	fit: func(t testing.TB, tb *tables, tr *trainer) {
		tb.goesOn = tr.fit(t, "goeson", goesOnPenalty, "apart", "goes on")
	},
}

// mostLabelled is the label that most of the messages have, the first to have as many.
func mostLabelled(labels, messages []int) int {
	counts := map[int]int{}
	label, most := noDebate, 0
	for _, i := range messages {
		counts[labels[i]]++
		if counts[labels[i]] > most {
			label, most = labels[i], counts[labels[i]]
		}
	}
	return label
}

// readLinks reads a file up to what responds to what.
func readLinks(t testing.TB, tb *tables, g *goldFile) *reading {
	t.Helper()
	r := tb.read(g.transcript)
	r.understand(t.Context())
	r.assignRoles()
	r.linkMessages(t.Context())
	return r
}
