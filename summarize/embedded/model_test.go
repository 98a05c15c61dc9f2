package embedded

import (
	"slices"
	"strings"
	"testing"
	"time"

	"crux/summarize"
)

// TestWeightsFitTheStages: each table of weights has a line for just the features
// that its stage now has, in the same order. Where it fails, refit the weights.
func TestWeightsFitTheStages(t *testing.T) {
	tb, err := loadTables()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r := tb.read(&summarize.Transcript{Messages: []summarize.Message{
		{ID: "m1", Author: "ann", Time: start, Text: "We should move the nightly jobs to a queue, since cron loses them."},
		{ID: "m2", Author: "ben", Time: start.Add(time.Hour), Text: "But a queue needs workers that somebody has to watch."},
	}})
	r.assignRoles()
	r.linkMessages(t.Context())
	r.judgeStances()
	r.findThreads()
	c := newConversation()
	for i := range r.messages {
		c.add(&r.messages[i])
	}
	d := &debate{conversation: c, people: []int{0, 1}}
	r.takeSides(d)
	around := r.surroundings(d)
	m, earlier, u, v := &r.messages[1], &r.messages[0], &r.units[0], &r.units[len(r.units)-1]
	between := r.exchanges(d)
	argued, clashed := r.clashes(d, between)

	for name, describe := range map[string]func(f *features){
		"joiner":    func(f *features) { r.joinFeatures(f, "a. b.", nil, span{0, 2}, span{3, 5}, 1) },
		"roles":     func(f *features) { r.roleFeatures(f, m, v) },
		"linker":    func(f *features) { r.linkFeatures(f, m, []candidate{{message: 0}}, 0) },
		"belongs":   func(f *features) { r.belongFeatures(f, m, &c, []near{{}}, 0) },
		"goeson":    func(f *features) { r.goOnFeatures(f, &c, &c, []near{{}}, 0) },
		"stances":   func(f *features) { r.stanceFeatures(f, m, earlier) },
		"opponents": func(f *features) { pairFeatures(f, d, 0, 1, between, argued, clashed) },
		"neutrals":  func(f *features) { r.neutralFeatures(f, d, 0) },
		"incontext": func(f *features) { r.contextFeatures(f, d, &around, 1, v) },
		"replier":   func(f *features) { r.replyFeatures(f, d, u, m, v) },
		"outcomes":  func(f *features) { r.outcomeFeatures(f, d, u, nil) },
	} {
		f := features{named: true}
		describe(&f)
		if got := (*tb.models()[name]).features; !slices.Equal(got[:len(got)-1], f.names) {
			t.Errorf("weights/%s.tsv has other features than its stage: %q, not %q", name, got, f.names)
		}
	}
	if n := len(tb.models()); n != 11 {
		t.Errorf("%d models, but this test knows 11", n)
	}
}

func TestReadModelRefuses(t *testing.T) {
	for _, table := range []string{
		"feature\tyes\nlength\tmuch\n",
		"feature\tyes\nlength\t1\t2\n",
	} {
		if _, err := readModel("broken", strings.NewReader(table)); err == nil || !strings.Contains(err.Error(), "broken.tsv:2") {
			t.Errorf("%q: %v, expected an error that names line 2", table, err)
		}
	}
}

func TestProbabilitiesAddUp(t *testing.T) {
	m := &model{weights: [][]float64{{1, 0, -1}, {-2, 3, 0.5}}}
	sum := 0.0
	for _, p := range m.probabilities([]float64{0.3, -700}, nil) {
		if p < 0 || p > 1 {
			t.Errorf("a probability of %v", p)
		}
		sum += p
	}
	if sum < 0.999 || sum > 1.001 {
		t.Errorf("the probabilities add up to %v", sum)
	}
}
