package embedded

import (
	"slices"
	"testing"

	"crux/summarize"
)

// phrasesIn are the phrases of the last message's text, in order.
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
	got := phrasesIn(t, testTables(t), "Wilma7: hello there", "ben: Wilma7 40% isn’t it")
	want := []string{
		"0", "0 isn't", "0 isn't it", "@", "@ 0", "@ 0 isn't", "^", "^ @", "^ @ 0", "isn't", "isn't it", "it",
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

// TestPhrased: each phrase that stands in a text counts once, whatever is not known counts nothing.
func TestPhrased(t *testing.T) {
	tb := testTables(t)
	tb.rolePhrases = newPhraser(&model{
		features: []string{"^ but", "but", "what about", biasFeature},
		weights:  [][]float64{{1, 2, 4, 0.5}, {-1, -2, -4, 0.25}},
	})
	tb.stancePhrases = newPhraser(&model{features: []string{"but", biasFeature}, weights: [][]float64{{8, 0.5}}})
	for text, want := range map[string]float64{"but, but, but": 3, "so what about costs": 4, "fine by me": 0} {
		r := tb.read(&summarize.Transcript{Messages: []summarize.Message{{ID: "m1", Author: "ann", Text: text}}})
		got := r.units[0].phrased
		if got[roleOther] != 0 || got[rolePoint] != want || got[roleObjection] != -want {
			t.Errorf("%q scores %v, expected 0, %v and %v", text, got, want, -want)
		}
		if against := r.messages[0].phrased[1]; (against == 8) != (want == 3) {
			t.Errorf("%q speaks against by %v", text, against)
		}
	}
}
