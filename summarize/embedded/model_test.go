package embedded

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// TestWeightsFitTheStages: each table of weights has a line for just the features
// that its stage now has, in the same order. Where it fails, refit the weights.
func TestWeightsFitTheStages(t *testing.T) {
	tb := testTables(t)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r := tb.read(&summarize.Transcript{Messages: []summarize.Message{
		{ID: "m1", Author: "ann", Time: start, Text: "We should move the nightly jobs to a queue, since cron loses them."},
		{ID: "m2", Author: "ben", Time: start.Add(time.Hour), Text: "But a queue needs workers that somebody has to watch."},
	}})
	// What the stages would find is put by hand, as one whose weights don't fit can't run.
	r.messages[1].links = []link{{to: 0, sure: 1, opposes: 1}}
	c := newConversation()
	for i := range r.messages {
		c.add(&r.messages[i])
	}
	d := standoff(2, func(int, int) float64 { return 2 })
	d.conversation = c
	around := r.surroundings(d)
	m, earlier, u, v := &r.messages[1], &r.messages[0], &r.units[0], &r.units[len(r.units)-1]
	deal := r.dealings(d)

	fitted := fittedFeatures(t, tb)
	for name, describe := range map[string]func(f *features){
		"joiner":    func(f *features) { r.joinFeatures(f, "a. b.", nil, 5, span{0, 2}, span{3, 5}, 1) },
		"roles":     func(f *features) { r.roleFeatures(f, m, v) },
		"linker":    func(f *features) { r.linkFeatures(f, m, []candidate{{message: 0}}, 0) },
		"belongs":   func(f *features) { r.belongFeatures(f, m, &c, []near{{}}, 0) },
		"goeson":    func(f *features) { r.goOnFeatures(f, &c, &c, []near{{}}, 0) },
		"stances":   func(f *features) { r.stanceFeatures(f, m, earlier) },
		"opponents": func(f *features) { pairFeatures(f, d, deal, 0, 1) },
		"neutrals":  func(f *features) { r.neutralFeatures(f, d, deal, 0) },
		"incontext": func(f *features) { r.contextFeatures(f, d, &around, 1, v) },
		"contests":  func(f *features) { r.contestFeatures(f, d, &clash{}) },
		"replier":   func(f *features) { r.replyFeatures(f, d, u, m, v) },
		"outcomes":  func(f *features) { r.outcomeFeatures(f, d, u, nil) },
	} {
		f := features{named: true}
		describe(&f)
		got, known := fitted[name]
		if !known {
			t.Errorf("there is no weights/%s.tsv", name)
		}
		if delete(fitted, name); !slices.Equal(got, f.names) {
			t.Errorf("weights/%s.tsv has other features than its stage (-weights +stage):\n%s", name, cmp.Diff(got, f.names))
		}
	}
	for name := range fitted {
		t.Errorf("weights/%s.tsv isn't known to this test", name)
	}
}

// fittedFeatures lists the features of every table of weights but for the bias.
func fittedFeatures(t *testing.T, tb *tables) map[string][]string {
	t.Helper()
	fitted := map[string][]string{}
	for name, m := range tb.models() {
		last := len((*m).features) - 1
		if (*m).features[last] != biasFeature {
			t.Fatalf("weights/%s.tsv ends in %q instead of the bias", name, (*m).features[last])
		}
		fitted[name] = (*m).features[:last]
	}
	for name, n := range tb.networks() {
		fitted[name] = (*n).features
	}
	return fitted
}

// TestWeightsKnowTheClasses: each table has as many classes as its stage asks for.
func TestWeightsKnowTheClasses(t *testing.T) {
	tb := testTables(t)
	classes := map[string]int{}
	for name, m := range tb.models() {
		if classes[name] = len((*m).classes); len((*m).weights) != classes[name]-1 {
			t.Errorf("weights/%s.tsv has weights for %d classes of %d", name, len((*m).weights), classes[name])
		}
	}
	for name, n := range tb.networks() {
		classes[name] = len((*n).classes)
	}
	for name, p := range tb.phrasers() {
		classes[name] = len((*p).judge.classes)
	}
	want := map[string]int{
		"rolephrases": roleCount, "stancephrases": 2,
		"joiner": 2, "roles": roleCount, "linker": 1, "belongs": 2, "goeson": 2, "stances": 2, "opponents": 2,
		"neutrals": 2, "contests": 2, "incontext": roleCount, "replier": replyCount, "outcomes": len(outcomes),
	}
	if !maps.Equal(classes, want) {
		t.Errorf("the tables have %v classes, expected %v", classes, want)
	}
}

func TestReadModelRefuses(t *testing.T) {
	for table, in := range map[string]string{
		"":                                    "broken.tsv: the bias",
		"\n":                                  "broken.tsv:1:",
		"feature\n":                           "broken.tsv:1:",
		"feature\tyes\n(bias)\n":              "broken.tsv:1:",
		"# a remark\nlength\t1\t2\n":          "broken.tsv:2:",
		"feature\tno\tyes\nlength\tmuch\n":    "broken.tsv:2:",
		"feature\tno\tyes\nlength\t1\t2\n":    "broken.tsv:2:",
		"feature\tno\tyes\n(bias)\tNaN\n":     "broken.tsv:2:",
		"feature\tno\tyes\n(bias)\t+Inf\n":    "broken.tsv:2:",
		"feature\tno\tyes\n":                  "broken.tsv: the bias",
		"feature\tno\tyes\nlength\t1\n":       "broken.tsv: the bias",
		"feature\tno\tyes\n(bias)\t1\na\t1\n": "broken.tsv: the bias",
	} {
		if _, err := readModel("broken", strings.NewReader(table)); err == nil || !strings.Contains(err.Error(), in) {
			t.Errorf("%q: %v, expected an error in %s", table, err, in)
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

func FuzzReadModel(f *testing.F) {
	f.Add("# a remark\nfeature\tno\tyes\nlength\t1\n(bias)\t-2\n")
	f.Add("feature\ta\tb\tc\na\t1\t2\n(bias)\t1e-3\t700\n")
	f.Add("feature\tno\tyes\n(bias)\tNaN\n")
	f.Fuzz(func(t *testing.T, table string) {
		m, err := readModel("fuzzed", strings.NewReader(table))
		if err != nil {
			return
		}
		values := make([]float64, max(0, len(m.features)-1))
		for i := range values {
			values[i] = float64(i%3 - 1)
		}
		if p := m.probabilities(values, nil); len(p) != len(m.classes) {
			t.Errorf("%d probabilities of %d classes", len(p), len(m.classes))
		}
		m.binary(values)
	})
}
