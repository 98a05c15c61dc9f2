//go:build fit

package embedded

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

// goldFile is an annotated transcript to learn from.
type goldFile struct {
	name       string
	gold       *score.Gold
	transcript *summarize.Transcript
	// The turns as the engine takes them, their parts, and the turn of each message by its id.
	turns  *summarize.Transcript
	parts  [][]part
	turnOf map[string]int
	// woven is true of a channel that was made of files of one debate each.
	woven bool
}

func newGoldFile(name string, gold *score.Gold, transcript *summarize.Transcript) *goldFile {
	g := &goldFile{name: name, gold: gold, transcript: transcript, turnOf: map[string]int{}}
	g.turns, g.parts = takeTurns(transcript)
	for turn, parts := range g.parts {
		for _, p := range parts {
			g.turnOf[transcript.Messages[p.source].ID] = turn
		}
	}
	return g
}

// readGoldFiles reads the gold files of a folder, in order of name.
func readGoldFiles(t testing.TB, dir string) []*goldFile {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no gold files in %q (%v)", dir, err)
	}
	var files []*goldFile
	for _, path := range paths {
		files = append(files, readGoldFile(t, path))
	}
	return files
}

// readGoldFile reads one; that a quote isn't in its message is an error, since nothing would be learned from it.
func readGoldFile(t testing.TB, path string) *goldFile {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	gold, err := score.ReadGold(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var head struct{ Platform string }
	if err := json.Unmarshal(data, &head); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	transcript := transcriptOf(gold)
	transcript.Platform = head.Platform
	g := newGoldFile(filepath.Base(path), gold, transcript)
	for _, passage := range g.passages() {
		if _, _, shown := g.locate(passage); !shown {
			t.Fatalf("%s: no quote %q in message %s", path, passage.Quote, passage.Message)
		}
	}
	return g
}

// writer is who wrote the file: its name up to the first "-".
func (g *goldFile) writer() string {
	writer, _, _ := strings.Cut(g.name, "-")
	return writer
}

// hasDebate is false for files in which nobody argues.
func (g *goldFile) hasDebate() bool { return len(g.gold.Golds[0].Sides) > 0 }

// isThread is true of a file that is one debate in a chat. A forum's posts are
// long and reply to each other, and don't stand among others as a chat's do.
func (g *goldFile) isThread() bool {
	return !g.gold.Channel && g.hasDebate() && g.transcript.Platform != "forum"
}

// passages are all that gold quotes, in the order of the file.
func (g *goldFile) passages() []score.Span {
	var all []score.Span
	for _, d := range g.gold.Golds {
		for _, p := range d.Points {
			all = append(all, p.Spans...)
		}
		for _, o := range d.Objections {
			all = append(append(all, o.Spans...), o.Responses...)
		}
	}
	return all
}

// locate finds the turn in which a passage stands, and where in it; not shown where the window leaves it out.
func (g *goldFile) locate(passage score.Span) (turn int, at span, shown bool) {
	turn, known := g.turnOf[passage.Message]
	if !known {
		return 0, span{}, false
	}
	for _, p := range g.parts[turn] {
		m := &g.transcript.Messages[p.source]
		if i := strings.Index(m.Text, passage.Quote); m.ID == passage.Message && i >= 0 {
			start := p.start + i
			return turn, span{start, start + len(passage.Quote)}, true
		}
	}
	return 0, span{}, false
}

// overlap is how many bytes two spans share.
func overlap(a, b span) int { return max(0, min(a.end, b.end)-max(a.start, b.start)) }

// stands is true where a unit is what a gold passage says: it holds half of the
// passage without being mostly something else, or it is all within a passage of
// which it is a good part.
func stands(unit, gold span) bool {
	shared := float64(overlap(unit, gold))
	size, wanted := float64(unit.end-unit.start), float64(gold.end-gold.start)
	return shared >= 0.5*wanted && shared >= 0.2*size || shared >= 0.9*size && shared >= 0.3*wanted
}

// unitsOf are the units that stand for some of the passages, in order.
func (g *goldFile) unitsOf(r *reading, passages []score.Span) []int {
	var units []int
	for _, passage := range passages {
		turn, at, shown := g.locate(passage)
		if !shown {
			continue
		}
		m := &r.messages[turn]
		for k := m.first; k < m.last; k++ {
			if stands(r.units[k].span, at) {
				units = append(units, k)
			}
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// roles is what each unit does by gold. What is both a point and an objection is an objection.
func (g *goldFile) roles(r *reading) []int {
	roles := make([]int, len(r.units))
	for _, d := range g.gold.Golds {
		for _, p := range d.Points {
			for _, k := range g.unitsOf(r, p.Spans) {
				if roles[k] == roleOther {
					roles[k] = rolePoint
				}
			}
		}
		for _, o := range d.Objections {
			for _, k := range g.unitsOf(r, o.Spans) {
				roles[k] = roleObjection
			}
		}
	}
	return roles
}

// noDebate is the label of turns that belong to no debate.
const noDebate = -1

// labels is the number of the gold debate that each turn belongs to, or noDebate.
func (g *goldFile) labels() []int {
	labels := make([]int, len(g.turns.Messages))
	if !g.gold.Channel && g.hasDebate() {
		return labels // all of it is the one debate
	}
	for i := range labels {
		labels[i] = noDebate
	}
	for k, d := range g.gold.Golds {
		for _, id := range d.Messages {
			labels[g.turnOf[id]] = k
		}
	}
	return labels
}

// substantive are the turns that matter to a debate: they are quoted, respond or are responded to.
func (g *goldFile) substantive() map[int]bool {
	turns := map[int]bool{}
	for _, d := range g.gold.Golds {
		for _, l := range d.Links {
			turns[g.turnOf[l[0]]], turns[g.turnOf[l[1]]] = true, true
		}
	}
	for _, passage := range g.passages() {
		turns[g.turnOf[passage.Message]] = true
	}
	return turns
}

// cutFront is what a window that starts n messages later would show.
func (g *goldFile) cutFront(n int) *goldFile {
	later := *g.transcript
	later.Messages = later.Messages[n:]
	return newGoldFile(g.name, g.gold, &later)
}

// withLaterWindows adds to the files what windows that start a little later
// would show: a report often starts amid a debate, and so must have been learned
// from such. A forum's second window would lose too many of its few posts.
func withLaterWindows(files []*goldFile) []*goldFile {
	all := slices.Clone(files)
	for _, g := range files {
		if g.gold.Channel || !g.hasDebate() {
			continue
		}
		all = append(all, g.cutFront(1))
		if g.isThread() {
			all = append(all, g.cutFront(3))
		}
	}
	return all
}
