package embedded

import (
	"math"
	"slices"
	"strings"
	"testing"

	"crux/summarize/embedded/encoder"
)

// exclusive is a network that says "one" where just one of its two features holds.
func exclusive() *network {
	return &network{
		classes: []string{"alike", "one"}, features: []string{"a", "b"}, width: 2,
		in:  []float64{2, -2, -2, 2, -1, -1}, // a but not b, b but not a
		out: []float64{0, 0, 0.5, 3, 5, -1},
	}
}

func TestScoresByHand(t *testing.T) {
	n := exclusive()
	for _, test := range []struct{ values, want []float64 }{
		{[]float64{0, 0}, []float64{0.5, -1}},
		{[]float64{1, 0}, []float64{0.5, 2}},
		{[]float64{0, 1}, []float64{0.5, 4}},
		{[]float64{1, 1}, []float64{0.5, -1}}, // both hidden units are off
		{[]float64{1.5, 0.5}, []float64{0.5, 2}},
		{[]float64{-2, 0}, []float64{0.5, 14}},
		{[]float64{1}, []float64{0.5, 2}}, // what comes later is 0
		{nil, []float64{0.5, -1}},
	} {
		if got := n.scores(test.values, nil, nil); !slices.Equal(got, test.want) {
			t.Errorf("%v scores %v, expected %v", test.values, got, test.want)
		}
	}
}

// TestScoresOfOneClass: where candidates are scored against each other, each has one score.
func TestScoresOfOneClass(t *testing.T) {
	n := &network{classes: []string{"responds"}, features: []string{"a"}, width: 1, in: []float64{1, -1}, out: []float64{2, 0.25}}
	if got := n.scores([]float64{3}, nil, nil); !slices.Equal(got, []float64{4.25}) {
		t.Errorf("scores %v, expected 4.25", got)
	}
}

// TestScoresLeaveNothingBehind: working space that was used before changes no score.
func TestScoresLeaveNothingBehind(t *testing.T) {
	n := exclusive()
	hidden, out := []float64{7, 7, 7}, []float64{7, 7, 7}
	for range 2 {
		for _, values := range [][]float64{{1, 0}, {0, 1}, {1, 1}} {
			want := n.scores(values, nil, nil)
			if out = n.scores(values, hidden, out); !slices.Equal(out, want) {
				t.Errorf("%v scores %v in used space, %v in fresh", values, out, want)
			}
		}
	}
}

func TestNetworkProbabilities(t *testing.T) {
	n := exclusive()
	for _, values := range [][]float64{{0, 0}, {1, 0}, {0.3, 0.8}, {700, -700}, {-700, 700}, {1e6, 0}} {
		p := n.probabilities(values, nil, nil)
		checkProbabilities(t, p)
		scores := n.scores(values, nil, nil)
		if (scores[1] > scores[0]) != (p[1] > p[0]) {
			t.Errorf("%v scores %v and has the probabilities %v", values, scores, p)
		}
	}
}

func TestSoftmax(t *testing.T) {
	for _, scores := range [][]float64{{0}, {700, -700}, {-700, -700, -701}, {700, 700, 699}, {-1e6, 0, 1e6}} {
		before := slices.Clone(scores)
		softmax(scores)
		checkProbabilities(t, scores)
		for i := range scores {
			for k := range scores {
				if before[i] > before[k] && scores[i] < scores[k] {
					t.Errorf("%v became %v", before, scores)
				}
			}
		}
	}
	even := []float64{math.Log(1), math.Log(3)}
	if softmax(even); math.Abs(even[1]-0.75) > 1e-12 {
		t.Errorf("three to one became %v", even)
	}
}

// checkProbabilities: they are 0 to 1 and add up to 1.
func checkProbabilities(t *testing.T, probabilities []float64) {
	t.Helper()
	sum := 0.0
	for _, p := range probabilities {
		if !(p >= 0 && p <= 1) {
			t.Errorf("a probability of %v among %v", p, probabilities)
		}
		sum += p
	}
	if !(math.Abs(sum-1) < 1e-9) {
		t.Errorf("the probabilities %v add up to %v", probabilities, sum)
	}
}

const goodNetwork = "# a remark\nfeature\t1\t2\na\t1\t-0.5\nb\t2\t1e-3\n(bias)\t0\t0.25\nclass\t1\t2\nno\t1\t2\t3\nyes\t-1\t-2\t-3\n"

func TestReadNetwork(t *testing.T) {
	n, err := readNetwork("good", strings.NewReader(goodNetwork))
	if err != nil {
		t.Fatal(err)
	}
	if n.name != "good" || n.width != 2 || !slices.Equal(n.features, []string{"a", "b"}) || !slices.Equal(n.classes, []string{"no", "yes"}) {
		t.Errorf("read %+v", n)
	}
	if want := []float64{1, -0.5, 2, 1e-3, 0, 0.25}; !slices.Equal(n.in, want) {
		t.Errorf("the weights of the hidden units are %v, expected %v", n.in, want)
	}
	if want := []float64{1, 2, 3, -1, -2, -3}; !slices.Equal(n.out, want) {
		t.Errorf("the weights of the classes are %v, expected %v", n.out, want)
	}
}

func TestReadNetworkRefuses(t *testing.T) {
	for name, test := range map[string]struct{ from, to, in string }{
		"a missing head":                     {"feature\t1\t2\n", "", "broken.tsv:2:"},
		"no hidden units":                    {"feature\t1\t2", "feature", "broken.tsv:2:"},
		"a short line":                       {"a\t1\t-0.5", "a\t1", "broken.tsv:3:"},
		"a long line":                        {"a\t1\t-0.5", "a\t1\t-0.5\t2", "broken.tsv:3:"},
		"an empty line":                      {"a\t1\t-0.5", "", "broken.tsv:3:"},
		"a word for a weight":                {"2\t1e-3", "2\tmuch", "broken.tsv:4:"},
		"no weight":                          {"2\t1e-3", "2\t", "broken.tsv:4:"},
		"an infinite weight":                 {"2\t1e-3", "2\t-Inf", "broken.tsv:4:"},
		"a weight beyond float64":            {"2\t1e-3", "2\t1e999", "broken.tsv:4:"},
		"a weight that is none":              {"2\t1e-3", "2\tNaN", "broken.tsv:4:"},
		"a class's weight that is none":      {"no\t1\t2\t3", "no\t1\t2\tnan", "broken.tsv:7:"},
		"no biases":                          {"(bias)\t0\t0.25\n", "", "broken.tsv:5:"},
		"biases that don't come last":        {"a\t1\t-0.5\n", "(bias)\t0\t0\na\t1\t-0.5\n", "broken.tsv:4:"},
		"biases twice":                       {"(bias)\t0\t0.25\n", "(bias)\t0\t0.25\n(bias)\t0\t0.25\n", "broken.tsv:6:"},
		"a head of other width":              {"class\t1\t2", "class\t1", "broken.tsv:6:"},
		"no head of classes":                 {"class\t1\t2\n", "", "broken.tsv:6:"},
		"a class without a bias":             {"no\t1\t2\t3", "no\t1\t2", "broken.tsv:7:"},
		"no class":                           {"no\t1\t2\t3\nyes\t-1\t-2\t-3\n", "", "broken.tsv:6:"},
		"an end after the features":          {"class\t1\t2\nno\t1\t2\t3\nyes\t-1\t-2\t-3\n", "", "broken.tsv:5:"},
		"an end after the head":              {goodNetwork, "feature\t1\t2\n", "broken.tsv:1:"},
		"an empty file":                      {goodNetwork, "", "broken.tsv:0:"},
		"a line that is too long to hold":    {"yes\t-1", "yes\t" + strings.Repeat("1", 1<<20), "broken.tsv:8:"},
		"the table of a logistic regression": {goodNetwork, "feature\tyes\na\t1\n(bias)\t0\n", "broken.tsv:3:"},
	} {
		table := strings.Replace(goodNetwork, test.from, test.to, 1)
		if table == goodNetwork {
			t.Fatalf("%s: nothing is broken", name)
		}
		if n, err := readNetwork("broken", strings.NewReader(table)); n != nil || err == nil || !strings.Contains(err.Error(), "weights/"+test.in) {
			t.Errorf("%s: %v, expected an error in %s", name, err, test.in)
		}
	}
}

func FuzzReadNetwork(f *testing.F) {
	f.Add(goodNetwork)
	f.Add("feature\t1\n(bias)\t0\nclass\t1\nresponds\t1\t0\n")
	f.Add("feature\t1\nclass\t1\n(bias)\t0\nclass\t1\nclass\t1\t1e308\n")
	f.Add("feature\n\n#\nclass\n")
	f.Fuzz(func(t *testing.T, table string) {
		n, err := readNetwork("fuzzed", strings.NewReader(table))
		if err != nil {
			return
		}
		values := make([]float64, len(n.features))
		for i := range values {
			values[i] = float64(i%3 - 1)
		}
		if p := n.probabilities(values, nil, nil); len(p) == 0 || len(p) != len(n.classes) {
			t.Errorf("%d probabilities of %d classes", len(p), len(n.classes))
		}
		n.scores(nil, nil, nil)
	})
}

// directionLines is a table of vectors that readDirections reads.
func directionLines() []string {
	var lines []string
	for k := range meaningSize + 1 {
		fields := slices.Repeat([]string{"0"}, encoder.Size)
		fields[k] = "0.5"
		lines = append(lines, strings.Join(fields, "\t"))
	}
	return lines
}

func TestReadDirections(t *testing.T) {
	d, err := readDirections("good", strings.NewReader(strings.Join(directionLines(), "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d.mean != (encoder.Vector{0.5}) || d.axes[0] != (encoder.Vector{1: 0.5}) || d.axes[meaningSize-1] != (encoder.Vector{meaningSize: 0.5}) {
		t.Errorf("the mean and the axes are not those of the table")
	}
}

func TestReadDirectionsRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(lines []string) []string
		in    string
	}{
		"a number too few":          {func(l []string) []string { l[2] = l[2][2:]; return l }, "broken.tsv:3:"},
		"a number too many":         {func(l []string) []string { l[2] += "\t0"; return l }, "broken.tsv:3:"},
		"a word":                    {func(l []string) []string { l[2] = "x" + l[2]; return l }, "broken.tsv:3:"},
		"NaN":                       {func(l []string) []string { l[2] = "NaN" + l[2][1:]; return l }, "broken.tsv:3:"},
		"an infinite number":        {func(l []string) []string { l[0] = "-inf" + l[0][3:]; return l }, "broken.tsv:1:"},
		"a number beyond float32":   {func(l []string) []string { l[64] = "1e39" + l[64][1:]; return l }, "broken.tsv:65:"},
		"an empty line":             {func(l []string) []string { l[5] = ""; return l }, "broken.tsv:6:"},
		"a vector too many":         {func(l []string) []string { return append(l, l[0]) }, "broken.tsv:66:"},
		"a vector too few":          {func(l []string) []string { return l[1:] }, "64 vectors"},
		"an empty file":             {func([]string) []string { return nil }, "0 vectors"},
		"a line too long to be one": {func(l []string) []string { l[0] += strings.Repeat("0", 1<<20); return l }, "too long"},
	} {
		table := strings.Join(test.spoil(directionLines()), "\n")
		if d, err := readDirections("broken", strings.NewReader(table)); d != nil || err == nil || !strings.Contains(err.Error(), test.in) {
			t.Errorf("%s: %v, expected an error with %q", name, err, test.in)
		}
	}
}

// FuzzReadDirections puts something else in the place of one number of a good table.
func FuzzReadDirections(f *testing.F) {
	good := strings.Split(strings.Join(directionLines(), "\t\n\t"), "\t") // the ends of lines as well
	f.Add(uint(0), "-3e38")
	f.Add(uint(encoder.Size), "\r\n")
	f.Add(uint(7), "0\t0")
	f.Add(uint(3000), "nan")
	f.Fuzz(func(t *testing.T, at uint, number string) {
		fields := slices.Clone(good)
		fields[at%uint(len(fields))] = number
		table := strings.ReplaceAll(strings.Join(fields, "\t"), "\t\n\t", "\n")
		d, err := readDirections("fuzzed", strings.NewReader(table))
		if err != nil {
			return
		}
		v := encoder.Vector{1, encoder.Size - 1: -1}
		m := d.project(&v)
		m.near(&m)
		if got := d.project(&d.mean); got != nothing {
			t.Errorf("the mean means %v", got)
		}
	})
}
