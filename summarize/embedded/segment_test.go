package embedded

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestSentences(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"empty":                      {text: " \n\t", want: nil},
		"nothing said":               {text: "... ?! :)", want: nil},
		"one":                        {text: "no", want: []string{"no"}},
		"several":                    {text: "It works. It scales! Does it?", want: []string{"It works.", "It scales!", "Does it?"}},
		"lower case goes on":         {text: "it works. it scales", want: []string{"it works.", "it scales"}},
		"repeated marks":             {text: "really?!? yes... fine…", want: []string{"really?!?", "yes...", "fine…"}},
		"lines":                      {text: "it works\nit scales\r\nit is cheap", want: []string{"it works", "it scales", "it is cheap"}},
		"paragraphs":                 {text: "it works\n\n  it scales", want: []string{"it works", "it scales"}},
		"bullets":                    {text: "- it works\n- it scales", want: []string{"- it works", "- it scales"}},
		"numbered list":              {text: "1. it works\n2. it scales", want: []string{"1. it works", "2. it scales"}},
		"abbreviations":              {text: "Use a queue, e.g. the managed one, i.e. theirs. Done.", want: []string{"Use a queue, e.g. the managed one, i.e. theirs.", "Done."}},
		"titles and initials":        {text: "Ask Dr. Green or J. Smith. Now.", want: []string{"Ask Dr. Green or J. Smith.", "Now."}},
		"decimals":                   {text: "It costs 3.50 at 10.000 a day. Too much.", want: []string{"It costs 3.50 at 10.000 a day.", "Too much."}},
		"versions and names":         {text: "See x.example/a.b and v1.2.3 for it.", want: []string{"See x.example/a.b and v1.2.3 for it."}},
		"a title with its own mark":  {text: "My “Is it solved?” title was meant to provoke. Yes.", want: []string{"My “Is it solved?” title was meant to provoke.", "Yes."}},
		"straight quotation marks":   {text: `You ask "who pays?" and I answer. We do.`, want: []string{`You ask "who pays?" and I answer.`, "We do."}},
		"a quotation ends it":        {text: `He said "no." Then he left.`, want: []string{`He said "no."`, "Then he left."}},
		"emphasis":                   {text: "*It fails.* Why?", want: []string{"*It fails.*", "Why?"}},
		"Chinese":                    {text: "我不同意。谁来维护？费用很高！", want: []string{"我不同意。", "谁来维护？", "费用很高！"}},
		"Japanese, then a line":      {text: "反対です。\n高いから", want: []string{"反対です。", "高いから"}},
		"spaces are not part of any": {text: "  a b.   c d.  ", want: []string{"a b.", "c d."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range sentences(test.text) {
				got = append(got, test.text[s.start:s.end])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q\nis     %q\nwanted %q", test.text, got, test.want)
			}
		})
	}
}

// checkSpans: the spans stand in the text, in order, apart, and say something;
// what stands outside of them says nothing.
func checkSpans(t *testing.T, text string, spans []span) {
	t.Helper()
	says := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	}
	end := 0
	for _, s := range spans {
		if s.start < end || s.end <= s.start || s.end > len(text) {
			t.Fatalf("span %v after %d in a text of %d bytes", s, end, len(text))
		}
		if sentence := text[s.start:s.end]; !says(sentence) || strings.TrimSpace(sentence) != sentence {
			t.Errorf("%q is no sentence", sentence)
		}
		if says(text[end:s.start]) {
			t.Errorf("%q is in no sentence", text[end:s.start])
		}
		end = s.end
	}
	if says(text[end:]) {
		t.Errorf("%q is in no sentence", text[end:])
	}
}

func FuzzSentences(f *testing.F) {
	for _, text := range oddTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkSpans(t, text, sentences(text))
		prose := clean(text).prose
		checkSpans(t, prose, sentences(prose))
	})
}
