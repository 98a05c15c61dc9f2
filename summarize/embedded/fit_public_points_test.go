//go:build fit

package embedded

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"crux/summarize/embedded/encoder"
)

// TestPublicPoints prints how well arguments are matched with the key points that
// sum them up (ArgKP-2021, Friedman et al. 2021): by words, by meaning and by
// both, with nothing fitted; and by a network of these on the train part, which is no
// part of what ships. The figure is the mean average precision over the topics and
// stances, of the half of the arguments whose best key point is surest (track 1,
// without the factor that its script has had since September 2021). Pairs that the
// annotators were undecided about count as wrong (strict) or as right (relaxed).
func TestPublicPoints(t *testing.T) {
	tb := testTables(t)
	dev := readPointPairs(t, tb, "dev")
	for way, name := range pointLikenessNames {
		t.Logf("argkp21 dev, %s: %s", name, dev.precision(func(p *pointPair) float64 { return p.like[way] }))
	}
	for _, meant := range []int{pointMeaning, pointMeaningOfTopic} {
		t.Logf("argkp21 dev, words and %s: %s", pointLikenessNames[meant],
			dev.precision(func(p *pointPair) float64 { return p.standard[pointWords] + p.standard[meant] }))
	}
	t.Logf("argkp21 dev, words and meaning in the topic, against other key points: %s", dev.precision((*pointPair).fits))

	var tr trainer
	for _, p := range readPointPairs(t, tb, "train").pairs {
		if p.Label != nil {
			tr.add(*p.Label, 1, p.describe)
		}
	}
	n := tr.fitNetwork(t, "points", pointsRecipe, "other", "same")
	t.Logf("argkp21 dev, a network on the train part: %s", dev.precision(func(p *pointPair) float64 {
		var f features
		p.describe(&f)
		return n.probabilities(f.values, nil, nil)[1]
	}))
}

var pointsRecipe = recipe{hidden: 24, starts: 3, epochs: 8, batch: 256, rate: 2e-3, decay: 0.05, dropIn: 0.1, drop: 0.2}

// The ways in which an argument and a key point are compared.
const (
	pointWords          = iota // compare.similar
	pointCovered               // how much of the key point the argument takes up
	pointMeaning               // the cosine of their meanings
	pointVectors               // of the encoder's vectors, less the mean of all
	pointMeaningOfTopic        // the same, less the mean of their topic: what all speak of tells nothing
	pointLikenesses
)

var pointLikenessNames = [pointLikenesses]string{"words", "words covered", "meaning", "the encoder's vectors", "meaning in the topic"}

// pointPair is an argument and a key point of the same topic and stance.
type pointPair struct {
	Argument string
	KeyPoint string `json:"key_point"`
	ArgID    string `json:"arg_id"`
	KeyID    string `json:"kp_id"`
	Topic    string
	Stance   int
	Label    *int // 1 where it is the argument's, nil where the annotators were undecided

	like     [pointLikenesses]float64
	standard [pointLikenesses]float64 // the same, standardized over its topic and stance
	share    [pointLikenesses]float64 // the logarithm of its share among the argument's key points
	rank     [pointLikenesses]float64 // standardized over the key point's arguments
	apart    [2 * meaningSize]float64 // products and differences of the meanings
}

// fits is how well the key point fits the argument, more than the others do.
func (p *pointPair) fits() float64 {
	return p.standard[pointWords] + p.standard[pointMeaningOfTopic] + (p.share[pointWords]+p.share[pointMeaningOfTopic])/2
}

func (p *pointPair) describe(f *features) {
	for way, name := range pointLikenessNames {
		f.addEach("", name, "", p.like[way])
		f.addEach("", name, ", standard", p.standard[way])
		f.addEach("", name, ", share", p.share[way])
		f.addEach("", name, ", rank", p.rank[way])
	}
	for k, x := range p.apart {
		f.add(fmt.Sprintf("direction %d", k+1), x)
	}
}

// pointPairs are those of a part of the set.
type pointPairs struct {
	pairs  []*pointPair
	groups [][]*pointPair // by topic and stance
}

func readPointPairs(t testing.TB, tb *tables, part string) *pointPairs {
	t.Helper()
	all := &pointPairs{}
	for _, p := range readBenchmark[pointPair](t, "argkp21", part) {
		all.pairs = append(all.pairs, &p)
	}
	type of struct {
		topic  string
		stance int
	}
	all.groups = groupPairs(all.pairs, func(p *pointPair) of { return of{p.Topic, p.Stance} })
	var texts []string
	at := map[string]int{}
	for _, p := range all.pairs {
		for _, text := range []string{p.Argument, p.KeyPoint} {
			if _, known := at[text]; !known {
				at[text] = len(texts)
				texts = append(texts, text)
			}
		}
	}
	r := readTexts(t, tb, texts)
	vectors := make([]encoder.Vector, len(texts))
	tb.encode(vectors, texts)
	for _, p := range all.pairs {
		a, k := &r.messages[at[p.Argument]].whole, &r.messages[at[p.KeyPoint]].whole
		p.like[pointWords] = r.compare.similar(a, k)
		p.like[pointCovered] = r.compare.covers(k, a)
		p.like[pointMeaning] = a.meaning.near(&k.meaning)
		p.like[pointVectors] = centredCosine(&vectors[at[p.Argument]], &vectors[at[p.KeyPoint]], &tb.directions.mean)
		for i := range a.meaning {
			p.apart[2*i] = float64(a.meaning[i] * k.meaning[i])
			p.apart[2*i+1] = math.Abs(float64(a.meaning[i] - k.meaning[i]))
		}
	}
	for _, topic := range groupPairs(all.pairs, func(p *pointPair) string { return p.Topic }) {
		mean := meanOfTopic(topic, func(text string) *encoder.Vector { return &vectors[at[text]] })
		for _, p := range topic {
			p.like[pointMeaningOfTopic] = centredCosine(&vectors[at[p.Argument]], &vectors[at[p.KeyPoint]], mean)
		}
	}
	all.compare()
	return all
}

// groupPairs groups pairs, in the order in which their groups first occur.
func groupPairs[K comparable](pairs []*pointPair, of func(p *pointPair) K) [][]*pointPair {
	number := map[K]int{}
	var groups [][]*pointPair
	for _, p := range pairs {
		if _, known := number[of(p)]; !known {
			number[of(p)] = len(groups)
			groups = append(groups, nil)
		}
		groups[number[of(p)]] = append(groups[number[of(p)]], p)
	}
	return groups
}

// meanOfTopic is the mean vector of all texts of a topic.
func meanOfTopic(topic []*pointPair, vector func(text string) *encoder.Vector) *encoder.Vector {
	texts := map[string]bool{}
	var ordered []string
	for _, p := range topic {
		for _, text := range []string{p.Argument, p.KeyPoint} {
			if !texts[text] {
				texts[text] = true
				ordered = append(ordered, text)
			}
		}
	}
	var mean encoder.Vector
	for _, text := range ordered {
		for i, x := range vector(text) {
			mean[i] += x / float32(len(ordered))
		}
	}
	return &mean
}

// centredCosine is the cosine of two vectors as seen from a third.
func centredCosine(a, b, from *encoder.Vector) float64 {
	var dot, normA, normB float64
	for i, f := range from {
		x, y := float64(a[i]-f), float64(b[i]-f)
		dot, normA, normB = dot+x*y, normA+x*x, normB+y*y
	}
	return dot / max(1e-9, math.Sqrt(normA*normB))
}

// compare sets each pair's likeness against those of others.
func (all *pointPairs) compare() {
	for way := range pointLikenesses {
		for _, group := range all.groups {
			setStandard(group, way, func(p *pointPair) *float64 { return &p.standard[way] })
		}
		for _, group := range groupPairs(all.pairs, func(p *pointPair) string { return p.KeyID }) {
			setStandard(group, way, func(p *pointPair) *float64 { return &p.rank[way] })
		}
		for _, group := range groupPairs(all.pairs, func(p *pointPair) string { return p.ArgID }) {
			shares := make([]float64, len(group))
			for i, p := range group {
				shares[i] = p.standard[way]
			}
			softmax(shares)
			for i, p := range group {
				p.share[way] = math.Log(shares[i])
			}
		}
	}
}

func setStandard(group []*pointPair, way int, of func(p *pointPair) *float64) {
	values := make([]float64, len(group))
	for i, p := range group {
		values[i] = p.like[way]
	}
	standardize(values)
	for i, p := range group {
		*of(p) = values[i]
	}
}

// precision is the mean average precision, strict and relaxed, of what a score gives.
func (all *pointPairs) precision(score func(p *pointPair) float64) string {
	strict, relaxed := 0.0, 0.0
	for _, group := range all.groups {
		var best []scoredPair // of each argument
		for _, argument := range groupPairs(group, func(p *pointPair) string { return p.ArgID }) {
			top := scoredPair{argument[0], score(argument[0])}
			for _, p := range argument[1:] {
				if s := score(p); s > top.score {
					top = scoredPair{p, s}
				}
			}
			best = append(best, top)
		}
		slices.SortStableFunc(best, func(a, b scoredPair) int { return -cmp.Compare(a.score, b.score) })
		best = best[:len(best)/2]
		strict += averagePrecision(best, false) / float64(len(all.groups))
		relaxed += averagePrecision(best, true) / float64(len(all.groups))
	}
	return fmt.Sprintf("mean average precision strict %.3f, relaxed %.3f", strict, relaxed)
}

type scoredPair struct {
	*pointPair
	score float64
}

// averagePrecision is that of pairs in order; where the annotators were undecided, it is as told.
func averagePrecision(pairs []scoredPair, undecided bool) float64 {
	right, sum := 0.0, 0.0
	for i, p := range pairs {
		if p.Label == nil && undecided || p.Label != nil && *p.Label == 1 {
			right++
			sum += right / float64(i+1)
		}
	}
	return sum / max(1, right)
}
