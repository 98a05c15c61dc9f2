package embedded

import (
	"slices"
	"testing"
)

// plainVocabulary knows nothing of any language but English stems.
func plainVocabulary() *vocabulary {
	return newVocabulary(map[string]bool{"really": true}, map[string]float32{"queue": 40}, 100)
}

func TestWords(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"empty":               {},
		"punctuation":         {"Well, well… (really?!)", []string{"well", "well", "really"}},
		"upper case":          {"The GPU Queue", []string{"the", "gpu", "queue"}},
		"curly apostrophes":   {"don’t", []string{"don't"}},
		"straight apostrophe": {"don't", []string{"don't"}},
		"numbers":             {"3.50 in 2026", []string{"3.50", "in", "2026"}},
		"umlauts":             {"Äpfel ÜBER Straße", []string{"äpfel", "über", "straße"}},
		"emoji":               {"ok 👍🏽 fine", []string{"ok", "fine"}},
		"no letters":          {"— * …", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, w := range plainVocabulary().split(test.text) {
				got = append(got, w.form)
				if w.start < 0 || w.end > len(test.text) || normalize(test.text[w.start:w.end]) != w.form {
					t.Errorf("%q doesn't stand at %v", w.form, w.span)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("the words are %q, expected %q", got, test.want)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	v := plainVocabulary()
	for _, same := range [][2]string{{"proxy", "proxies"}, {"align", "aligned"}, {"models", "model's"}, {"queue", "queues"}, {"solve", "solved"}} {
		if v.term(same[0]) != v.term(same[1]) || v.term(same[0]) == noTerm {
			t.Errorf("%q and %q are %d and %d", same[0], same[1], v.term(same[0]), v.term(same[1]))
		}
	}
	for _, apart := range [][2]string{{"proxy", "align"}, {"queue", "cron"}} {
		if v.term(apart[0]) == v.term(apart[1]) {
			t.Errorf("%q and %q are one term", apart[0], apart[1])
		}
	}
	for _, form := range []string{"the", "and", "don't", "i'm", "really", "a", "x"} {
		if v.term(form) != noTerm {
			t.Errorf("%q is a term", form)
		}
	}
}

func TestRareWordsWeighMore(t *testing.T) {
	v := plainVocabulary()
	queue, cron := v.term("queue"), v.term("cron")
	if v.idf(queue) >= v.idf(cron) {
		t.Errorf("a stem that 40 of 100 messages hold weighs %f, one that is new %f", v.idf(queue), v.idf(cron))
	}
	before := v.idf(cron)
	for i := range 20 {
		v.count(i, v.split("cron and cron and cron"))
	}
	if after := v.idf(cron); after >= before {
		t.Errorf("after 20 messages with it, a term weighs %f, before %f", after, before)
	}
	if seen := v.seen[cron]; seen != 20 {
		t.Errorf("20 messages count as %f", seen)
	}
}

func TestVectors(t *testing.T) {
	v := plainVocabulary()
	vector := v.vectorOf(v.split("proxies are a proxy for the goal, and goals change"))
	if len(vector) != 3 {
		t.Fatalf("%d terms, expected proxy, goal and change", len(vector))
	}
	if !slices.IsSortedFunc(vector, func(a, b weighted) int { return int(a.term - b.term) }) {
		t.Errorf("the terms %v are not in order", vector)
	}
	if once, twice := vector[2].weight, vector[0].weight; twice <= once {
		t.Errorf("a term said twice weighs %f, one said once %f", twice, once)
	}
	other := v.vectorOf(v.split("the weather"))
	if got := cosine(vector, vector, vector.norm(), vector.norm()); got < 0.999 {
		t.Errorf("a text is %f similar to itself", got)
	}
	if got := cosine(vector, other, vector.norm(), other.norm()); got != 0 {
		t.Errorf("texts without a common word are %f similar", got)
	}
	if got := cosine(vector, nil, vector.norm(), 0); got != 0 {
		t.Errorf("a text is %f similar to nothing", got)
	}
}

// TestWeightsComeFromThePast: what is said later changes nothing about earlier messages.
func TestWeightsComeFromThePast(t *testing.T) {
	tb := testTables(t)
	for _, path := range goldPaths(t) {
		whole := transcriptOf(goldFrom(t, path))
		half := *whole
		half.Messages = whole.Messages[:len(whole.Messages)/2]
		all, some := tb.read(whole), tb.read(&half)
		for i := range len(some.messages) - 1 { // the last turn may go on
			if !slices.Equal(all.messages[i].whole.terms, some.messages[i].whole.terms) {
				t.Fatalf("%s: turn %d weighs its words differently once more was said", path, i)
			}
		}
	}
}

// Whoever is called like somebody in the debates that the counts come from is called by that name as well.
func TestNamesAreNotOrdinary(t *testing.T) {
	tb := testTables(t)
	v := newVocabulary(tb.lexicon.function, tb.prior, tb.priorMessages)
	for _, name := range []string{"anna", "tom", "sam", "oskar", "marit", "bram", "margaret", "priya", "katya", "yusuf", "chen", "maria", "jamal", "ingrid", "olga"} {
		if v.isOrdinary(name) {
			t.Errorf("%q is taken for a word", name)
		}
	}
	for _, word := range []string{"post", "model", "the", "safety", "hope"} {
		if !v.isOrdinary(word) {
			t.Errorf("%q is taken for a name", word)
		}
	}
}
