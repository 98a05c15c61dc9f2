//go:build fit

package embedded

import (
	"math"
	"slices"
	"testing"
)

// TestPublicAnswers prints how well it is found which objections of a reviewer an
// author's rebuttal leaves unanswered (DISAPERE, Kennard et al. 2022). Nothing is
// fitted to the set, whose licence would forbid to ship what was; texts are
// compared as the engine compares them. The figure is the F1 of the objections found
// unanswered, where objecting sentences in a row are one. It is given for those that
// are likelier unanswered than not, and for the threshold at which it is best, which
// is as a baseline's is given whose threshold was chosen on dev. The train part, from
// which nothing is learned either, is the larger sample.
func TestPublicAnswers(t *testing.T) {
	for _, part := range []string{"train", "dev"} {
		tb := testTables(t)
		reviews := readBenchmark[reviewed](t, "disapere", part)
		var texts []string
		for _, d := range reviews {
			texts = append(append(texts, sentenceTexts(d.Review)...), sentenceTexts(d.Rebuttal)...)
		}
		r := readTexts(t, tb, texts)
		var silent []float64 // the probability of each objection to be unanswered
		var gold []bool
		at := 0
		for _, d := range reviews {
			a := newAlignment(r, at, len(d.Review), len(d.Rebuttal))
			at += len(d.Review) + len(d.Rebuttal)
			for _, o := range d.objections() {
				silent = append(silent, a.unanswered(o))
				gold = append(gold, d.unanswered(o))
			}
		}
		t.Logf("disapere %s, likelier unanswered than not: %v", part, foundFrom(0.5, silent, gold))
		t.Logf("disapere %s, at the best threshold: %v; area under the curve %.3f", part, bestFound(silent, gold), curve(silent, gold))
	}
}

// reviewed is a review and what its paper's authors reply.
type reviewed struct{ Review, Rebuttal []reviewSentence }

type reviewSentence struct {
	Text                  string
	Objection, Unanswered int // 1 for what is so
}

func sentenceTexts(sentences []reviewSentence) []string {
	var texts []string
	for _, s := range sentences {
		texts = append(texts, s.Text)
	}
	return texts
}

// objections are the runs of objecting sentences, as places in the review.
func (d *reviewed) objections() []span {
	var runs []span
	for i, s := range d.Review {
		if s.Objection == 0 {
			continue
		}
		if n := len(runs); n > 0 && runs[n-1].end == i {
			runs[n-1].end++
		} else {
			runs = append(runs, span{i, i + 1})
		}
	}
	return runs
}

func (d *reviewed) unanswered(o span) bool {
	return !slices.ContainsFunc(d.Review[o.start:o.end], func(s reviewSentence) bool { return s.Unanswered == 0 })
}

// alignment is a hidden Markov model of a reply, as word alignment in translation has it
// (Vogel, Ney and Tillmann 1996): each of its sentences is about one of what it replies to, or
// about none; the next is mostly about the same or one soon after; and what is
// near in words and in meaning is likely about each other.
type alignment struct {
	near [][]float64 // likelihood, by sentence of the reply, then of the original; the last is for none
	move [][]float64 // probability, from and to a sentence of the original; the last is for none
}

// The probabilities of what the next sentence is about. They are set by hand, and
// others about as likely change F1 by no more than chance.
const (
	alignStay  = 0.4
	alignNone  = 0.15
	alignJump  = 0.15 // anywhere
	alignReach = 2.0  // sentences, of the remaining moves
	alignBack  = 0.3  // how likely a move backwards is, to one forwards
	// alignNoneNear is how many standard deviations nearer than usual a sentence must be to be likelier meant than none.
	alignNoneNear = 1.0
)

// newAlignment aligns the messages from first on: the sentences of an original, and then of a reply.
func newAlignment(r *reading, first, originals, replies int) *alignment {
	words, meanings := make([]float64, 0, originals*replies), make([]float64, 0, originals*replies)
	for j := range replies {
		for i := range originals {
			o, a := &r.messages[first+i].whole, &r.messages[first+originals+j].whole
			words = append(words, r.compare.similar(o, a))
			meanings = append(meanings, o.meaning.near(&a.meaning))
		}
	}
	standardize(words)
	standardize(meanings)
	a := &alignment{}
	for j := range replies {
		row := make([]float64, originals+1)
		for i := range originals {
			row[i] = words[j*originals+i] + meanings[j*originals+i]
		}
		row[originals] = alignNoneNear
		softmax(row)
		a.near = append(a.near, row)
	}
	for from := range originals + 1 {
		a.move = append(a.move, alignMoves(from, originals))
	}
	return a
}

// alignMoves are the probabilities of what the next sentence is about, after one that was about from.
func alignMoves(from, originals int) []float64 {
	to := make([]float64, originals+1)
	reach := 0.0
	for i := range originals {
		if from == originals || i == from {
			continue
		}
		to[i] = math.Exp(-math.Abs(float64(i-from)) / alignReach)
		if i < from {
			to[i] *= alignBack
		}
		reach += to[i]
	}
	for i := range originals {
		if from == originals {
			to[i] = 1 / float64(originals)
		} else {
			to[i] = (1-alignStay-alignJump)*to[i]/max(reach, 1e-9) + alignJump/float64(originals)
		}
		if i == from {
			to[i] += alignStay
		}
		to[i] *= 1 - alignNone
	}
	to[originals] = alignNone
	return to
}

// unanswered is the probability that no sentence of the reply is about these of the original.
func (a *alignment) unanswered(o span) float64 {
	return math.Exp(a.likelihood(o) - a.likelihood(span{}))
}

// likelihood is the logarithm of that of all alignments that leave some sentences out.
func (a *alignment) likelihood(without span) float64 {
	states := len(a.move)
	now, next := make([]float64, states), make([]float64, states)
	sum := 0.0
	for j, near := range a.near {
		total := 0.0
		for to := range states {
			next[to] = 0
			if to >= without.start && to < without.end {
				continue
			}
			if j == 0 {
				next[to] = 1 / float64(states)
			} else {
				for from := range states {
					next[to] += now[from] * a.move[from][to]
				}
			}
			next[to] *= near[to]
			total += next[to]
		}
		for to := range next {
			next[to] /= total
		}
		sum += math.Log(total)
		now, next = next, now
	}
	return sum
}

// foundFrom counts what is found where a score is at least the threshold.
func foundFrom(threshold float64, scores []float64, gold []bool) found {
	var all found
	for i, s := range scores {
		all.count(s >= threshold, gold[i])
	}
	return all
}

// bestFound is the same at the threshold with the best F1.
func bestFound(scores []float64, gold []bool) found {
	var best found
	for _, threshold := range scores {
		if f := foundFrom(threshold, scores, gold); f.f1() > best.f1() {
			best = f
		}
	}
	return best
}
