package ledger

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"github.com/kljensen/snowball/english"

	"crux/summarize"
)

// stems are the words of a text that tell what it is about, each once by its
// English stem, in order. A text of function words alone has those.
type stems []string

// stemmer remembers the stem of each word.
type stemmer struct{ known map[string]string }

func newStemmer() stemmer { return stemmer{map[string]string{}} }

func (s stemmer) stems(texts ...string) stems {
	var telling, all stems
	for _, text := range texts {
		tokens := words.FromString(text)
		for tokens.Next() {
			token := tokens.Value()
			if first, _ := utf8.DecodeRuneInString(token); !unicode.IsLetter(first) && !unicode.IsNumber(first) {
				continue
			}
			form := strings.TrimSuffix(strings.ReplaceAll(strings.ToLower(token), "’", "'"), "'s")
			all = append(all, s.stem(form))
			if !english.IsStopWord(form) && !strings.Contains(form, "'") {
				telling = append(telling, s.stem(form))
			}
		}
	}
	if len(telling) == 0 {
		telling = all
	}
	slices.Sort(telling)
	return slices.Compact(telling)
}

func (s stemmer) stem(form string) string {
	stem, known := s.known[form]
	if !known {
		stem = english.Stem(form, true)
		s.known[form] = stem
	}
	return stem
}

// wording is what the words of a transcript weigh.
type wording struct {
	stemmer
	weight map[string]float64 // inverse document frequency
	rare   float64            // of what no message holds
}

func newWording(t *summarize.Transcript) wording {
	w := wording{stemmer: newStemmer(), weight: map[string]float64{}}
	n := 0.0 // messages
	for _, m := range t.Messages {
		if m.Bot {
			continue
		}
		n++
		for _, stem := range w.stems(m.Text) {
			w.weight[stem]++
		}
	}
	idf := func(messages float64) float64 { return math.Log1p((n + 1) / (messages + 0.5)) }
	for stem, messages := range w.weight {
		w.weight[stem] = idf(messages)
	}
	w.rare = idf(0.5)
	return w
}

// terms are the terms of an objection or entry, numbered in order, and their weights; the weights' squares add up to 1.
type terms struct {
	stems   stems
	weights []float64
}

func (w wording) terms(texts ...string) terms {
	t := terms{stems: w.stems(texts...)}
	t.weights = make([]float64, len(t.stems))
	norm := 0.0
	for i, stem := range t.stems {
		weight, known := w.weight[stem]
		if !known {
			weight = w.rare
		}
		t.weights[i] = weight
		norm += weight * weight
	}
	for i := range t.weights {
		t.weights[i] /= math.Sqrt(norm)
	}
	return t
}

// like is how alike two texts are in their words, in 0..1, and how many they share.
func (t terms) like(other terms) (cosine float64, shared int) {
	for i, j := 0, 0; i < len(t.stems) && j < len(other.stems); {
		switch strings.Compare(t.stems[i], other.stems[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			cosine += t.weights[i] * other.weights[j]
			shared++
			i++
			j++
		}
	}
	return cosine, shared
}
