package embedded

import (
	"slices"
	"testing"

	"crux/summarize"
)

// phrasesIn are the phrases of the last message's only unit, in order.
func phrasesIn(t *testing.T, tb *tables, lines ...string) []string {
	t.Helper()
	r := tb.read(chat(lines...))
	text := r.transcript.Messages[len(r.transcript.Messages)-1].Text
	var found []string
	r.eachPhrase(r.vocabulary.split(text), func(phrase []byte) { found = append(found, string(phrase)) })
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEachPhrase(t *testing.T) {
	got := phrasesIn(t, testTables(t), "Wilma: hello there", "ben: Wilma’s 40% isn’t it")
	want := []string{
		"0", "0 isn't", "0 isn't it", "^", "^ they", "^ they 0", "isn't", "isn't it", "it", "they", "they 0", "they 0 isn't",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the phrases are\n%q, expected\n%q", got, want)
	}
}

// TestPhrasesOfNothing: a text without words has only a beginning.
func TestPhrasesOfNothing(t *testing.T) {
	if got := phrasesIn(t, testTables(t), "ann: ..."); !slices.Equal(got, []string{"^"}) {
		t.Errorf("the phrases are %q", got)
	}
}

// TestPhrased: each phrase that stands in a passage counts once, whatever is not known counts nothing.
func TestPhrased(t *testing.T) {
	tb := *testTables(t)
	tb.phrases = newPhraser(&model{
		features: []string{"^ but", "but", "what about", biasFeature},
		weights:  [][]float64{{1, 2, 4, 0.5}, {-1, -2, -4, 0.25}},
	})
	for text, want := range map[string]float64{"but, but, but": 3.5, "so what about costs": 4.5, "fine by me": 0.5} {
		r := tb.read(&summarize.Transcript{Messages: []summarize.Message{{ID: "m1", Author: "ann", Text: text}}})
		got := r.units[0].phrased
		if got[roleOther] != 0 || got[rolePoint] != want || got[roleObjection] != 0.75-want {
			t.Errorf("%q scores %v, expected 0, %v and %v", text, got, want, 0.75-want)
		}
	}
}
