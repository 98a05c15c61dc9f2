package summarize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"crux/summarize"
)

// gistAfter is what Verify leaves of a gist whose row quotes one message.
func gistAfter(t *testing.T, gist, text string) string {
	t.Helper()
	transcript := &summarize.Transcript{
		Names:    map[string]string{"U77": "Mary-Ann Oduya", "tom": ""},
		Messages: []summarize.Message{{ID: "m1", Author: "tom", Text: text}, {ID: "m2", Author: "U77", Text: "hi"}},
	}
	r := &summarize.Report{Debates: []summarize.Debate{{
		ID: "d1", Question: gist, Messages: []string{"m1"},
		Points: []summarize.Point{{ID: "p1", By: []string{"tom"}, Gist: gist, Quotes: []summarize.Quote{{Message: "m1", Text: text}}}},
	}}}
	summarize.Verify(r, transcript)
	p := r.Debates[0].Points[0]
	if r.Debates[0].Question != p.Gist {
		t.Errorf("question %q, but gist %q", r.Debates[0].Question, p.Gist)
	}
	return p.Gist
}

func TestWordsOfOnesOwnClaimNothingThatWasNotSaid(t *testing.T) {
	tests := map[string]struct {
		gist, said string
		ok         bool
	}{
		"other words":                     {"the model might hide it", "it could be hidden by that thing", true},
		"a number that was said":          {"costs 12.5 hours", "it took 12.5 hours", true},
		"another number":                  {"costs 12 hours", "it took 12.5 hours", false},
		"a number that is part of a word": {"it has 3 layers", "it is o3 with layers", false},
		"a number, other script":          {"costs ٣ hours", "it took 3 hours", false},
		"a link that was said":            {"see https://a.example/b.", "look: https://A.example/b", true},
		"a part of a link":                {"see https://a.example/b", "look: https://a.example/bc", false},
		"a link to another place":         {"see https://a.example/evil", "https://a.example/good is evil", false},
		"a site":                          {"read evil.example first", "read this evil example first", false},
		"a file that was named":           {"it's in train.py", "look at `train.py`", true},
		"an abbreviation with dots":       {"some models, e.g. small ones", "some small models", true},
		"a person who was named":          {"Tom's test is wrong", "the test of tom is wrong", true},
		"a person who was not named":      {"Tom is wrong", "that is wrong", false},
		"a person in lower case":          {"tom is wrong", "that is wrong", false},
		"a part of a display name":        {"Oduya is wrong", "that is wrong", false},
		"a person who was mentioned":      {"Oduya is wrong", "<@U77> is wrong", true},
		"a person like one mentioned":     {"Oduya is wrong", "<@U778> is wrong", false},
		"a name inside a sentence":        {"they cite Hubinger on it", "they cite papers on it", false},
		"a name in another case":          {"they cite Hubinger on it", "they cite hubinger on it", true},
		"a name with an apostrophe":       {"they cite Hubinger’s text", "they cite Hubinger's words", true},
		"a capital where one begins":      {"Models fail. Tests don't: Nothing does", "it fails", true},
		"capitals where one begins":       {"RLHF fails", "it fails", false},
		"a capital inside a word":         {"OpenAI fails", "they fail", false},
		"the first person":                {"what I said and I'm sure of", "what was said", true},
		"a word cut by an ellipsis":       {"they cite Hubin…", "they cite Hubinger", true},
		"a word that was not begun":       {"they cite Hubin…", "they cite papers", false},
		"only the last word is cut":       {"they cite Hubin and oth…", "they cite Hubinger and others", false},
		"nothing":                         {" ", "they cite papers", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := test.gist
			if !test.ok {
				want = test.said
			}
			if got := gistAfter(t, test.gist, test.said); got != want {
				t.Errorf("%q is left as %q, want %q", test.gist, got, want)
			}
		})
	}
}

func TestTheQuoteThatStandsInForAGistIsShort(t *testing.T) {
	for _, said := range []string{
		strings.Repeat("many words ", 100),
		"first line\n\nsecond\tline " + strings.Repeat("é 🙂 ", 100),
		strings.Repeat("ü", 1000),
		"https://a.example/" + strings.Repeat("x7", 500),
	} {
		got := gistAfter(t, "claims 42", said)
		if n := utf8.RuneCountInString(got); n > 200 {
			t.Errorf("%d code points: %s", n, got)
		}
		body, cut := strings.CutSuffix(got, "…")
		if !cut || !strings.HasPrefix(strings.Join(strings.Fields(said), " "), body) {
			t.Errorf("%q is not the beginning of %q", got, said)
		}
		if again := gistAfter(t, got, said); again != got {
			t.Errorf("%q does not hold: it became %q", got, again)
		}
	}
}
