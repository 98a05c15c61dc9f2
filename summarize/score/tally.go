package score

import (
	"cmp"
	"slices"

	"crux/summarize"
)

// Tally counts how reports compare with gold. Its zero value is ready for use.
type Tally struct {
	counts      [counters]count
	statuses    [len(statuses)]statusCount
	confidences [confidenceBins]confidenceCount
	missing     int
}

// counter names one of a Tally's counts.
type counter int

const (
	grounded counter = iota
	pairsSame
	pairsApart
	pointRecall
	pointPrecision
	objectionF1
	openF1
	openRight
	closedRight
	responseAcc
	attribution
	segmentF1
	falseAlarms
	counters // how many there are
)

// count is what was hit of a total.
type count struct {
	hit   float64
	total int
}

var statuses = [...]summarize.Status{
	summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn,
}

// statusCount is how often a status was said by a report, wanted by gold, and both, over the matched objections.
type statusCount struct{ said, wanted, hit int }

// Add counts a report on g's transcript.
func (t *Tally) Add(g *Gold, r *summarize.Report) {
	// Counting a file apart and then adding it makes the figures of many files
	// the same floats, whether they were counted in one Tally or merged.
	var one Tally
	one.file(g, r)
	t.Merge(&one)
}

// AddMissing counts a report on g's transcript that is not there, or that nobody can read.
func (t *Tally) AddMissing(g *Gold) {
	t.Add(g, &summarize.Report{})
	t.missing++
}

// Merge adds other's counts to t's.
func (t *Tally) Merge(other *Tally) {
	for i, c := range other.counts {
		t.counts[i].hit += c.hit
		t.counts[i].total += c.total
	}
	for i, s := range other.statuses {
		t.statuses[i].said += s.said
		t.statuses[i].wanted += s.wanted
		t.statuses[i].hit += s.hit
	}
	for i, c := range other.confidences {
		t.confidences[i].merge(c)
	}
	t.missing += other.missing
}

func (t *Tally) add(c counter, hit float64, total int) {
	t.counts[c].hit += hit
	t.counts[c].total += total
}

// check counts whether one thing was right.
func (t *Tally) check(c counter, right bool) {
	hit := 0.0
	if right {
		hit = 1
	}
	t.add(c, hit, 1)
}

// source is what a file's reports are held against: what each message says and who wrote it.
type source struct {
	texts   texts
	authors map[string]string
}

func (t *Tally) file(g *Gold, r *summarize.Report) {
	src := source{texts{}, map[string]string{}}
	for _, m := range g.Messages {
		src.texts[m.ID], src.authors[m.ID] = m.Text, m.Author
	}
	if g.Channel {
		t.channel(g.Golds, r.Debates, src)
		return
	}
	gold := g.Golds[0]
	found := merged(r.Debates)
	if len(gold.Sides) < 2 && len(gold.Objections) == 0 {
		t.add(falseAlarms, float64(len(found.Objections)), 1)
	}
	t.debate(&found, &gold, src)
}

// merged makes one debate of all, for a file that holds a single one: the
// largest one's sides, and everything found.
func merged(debates []summarize.Debate) summarize.Debate {
	var all summarize.Debate
	largest := -1
	for _, d := range debates {
		if len(d.Messages) > largest {
			largest, all.Sides = len(d.Messages), d.Sides
		}
		all.Points = append(all.Points, d.Points...)
		all.Objections = append(all.Objections, d.Objections...)
	}
	return all
}

// channel gives each gold debate, the largest first, the reported debate whose
// messages overlap best with its own and that no other one has got.
func (t *Tally) channel(golds []GoldDebate, debates []summarize.Debate, src source) {
	golds = slices.Clone(golds)
	slices.SortStableFunc(golds, func(a, b GoldDebate) int { return cmp.Compare(len(b.Messages), len(a.Messages)) })
	taken := make([]bool, len(debates))
	for _, gold := range golds {
		chosen, chosenF1 := -1, 0.0
		for i, d := range debates {
			if f1 := sharedMessages(gold.Messages, d.Messages); !taken[i] && f1 > chosenF1 {
				chosen, chosenF1 = i, f1
			}
		}
		t.add(segmentF1, chosenF1, 1)
		found := &summarize.Debate{}
		if chosen >= 0 {
			taken[chosen], found = true, &debates[chosen]
		}
		t.debate(found, &gold, src)
	}
	for i := range debates {
		if !taken[i] {
			t.surplus(&debates[i], src)
		}
	}
}

// sharedMessages is the F1 of two sets of message ids.
func sharedMessages(a, b []string) float64 {
	inA, inB, both := map[string]bool{}, map[string]bool{}, 0
	for _, id := range a {
		inA[id] = true
	}
	for _, id := range b {
		if inA[id] && !inB[id] {
			both++
		}
		inB[id] = true
	}
	if len(inA)+len(inB) == 0 {
		return 0
	}
	return float64(2*both) / float64(len(inA)+len(inB))
}

// surplus counts a reported debate that gold doesn't have.
func (t *Tally) surplus(d *summarize.Debate, src source) {
	t.grounding(d, src)
	t.add(objectionF1, 0, len(d.Objections))
	t.add(openF1, 0, countOpen(d.Objections))
	t.add(pointPrecision, 0, len(d.Points))
}

func countOpen(objections []summarize.Objection) int {
	open := 0
	for _, o := range objections {
		if o.Status.Open() {
			open++
		}
	}
	return open
}
