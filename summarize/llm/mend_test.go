package llm

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crux/summarize"
)

func TestLocate(t *testing.T) {
	text := "I said it before — “the launch moved seven weeks”,\nand *nobody* vetoed it. So name one veto! It's not hard... is it?"
	for _, c := range []struct{ words, want string }{
		{"the launch moved seven weeks", "the launch moved seven weeks"},
		{`I said it before - "the launch moved seven weeks", and nobody vetoed it.`, "I said it before — “the launch moved seven weeks”,\nand *nobody* vetoed it."},
		{"and NOBODY vetoed it", "and *nobody* vetoed it"},
		{"I said it before … and nobody vetoed it", "I said it before — “the launch moved seven weeks”,\nand *nobody* vetoed it"},
		{"name one veto... is it?", "name one veto! It's not hard... is it?"},
		{"It’s not hard", "It's not hard"},
		{"…and nobody vetoed it. So name one veto", "and *nobody* vetoed it. So name one veto"},
		{"the launch moved eight weeks", ""},
		{"nobody vetoed it, ever", ""},
		{"…", ""},
		{"", ""},
		{"something else … the launch moved seven weeks", "the launch moved seven weeks"},
		{"something else … veto", ""}, // too little to stand for all of it
	} {
		got := ""
		if start, end, ok := locate(text, c.words); ok {
			got = text[start:end]
		}
		if got != c.want {
			t.Errorf("%q is found as %q, not %q", c.words, got, c.want)
		}
	}
}

// What is found begins and ends as the words do, whatever was changed of them in passing.
func TestLocateChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé]{2,9}`), 4, 30).Draw(t, "words")
		text := strings.Join(words, " ")
		first := rapid.IntRange(0, len(words)-3).Draw(t, "first")
		last := rapid.IntRange(first+2, len(words)-1).Draw(t, "last")
		said := strings.Join(words[first:last+1], rapid.SampledFrom([]string{" ", "  ", "\n", " “", " *"}).Draw(t, "between"))
		if rapid.Bool().Draw(t, "upper") {
			said = strings.ToUpper(said)
		}
		start, end, ok := locate(text, said)
		if !ok {
			t.Fatalf("%q is not found in %q", said, text)
		}
		if got := text[start:end]; !strings.EqualFold(got, strings.Join(words[first:last+1], " ")) {
			t.Fatalf("%q is found as %q", said, got)
		}
	})
}

func FuzzLocate(f *testing.F) {
	f.Add("a “b” c — d", `a "b" c - d`)
	f.Add("x\xffy…z", "x…z")
	f.Add("İstanbul İ", "i̇")
	f.Fuzz(func(t *testing.T, text, words string) {
		start, end, ok := locate(text, words)
		if ok && (start < 0 || end > len(text) || start >= end) {
			t.Fatalf("found at %d to %d of %d", start, end, len(text))
		}
	})
}

// A quote that begins or ends within a word has all of it: part of a word may say the opposite.
func TestQuotesAreOfWholeWords(t *testing.T) {
	s := newSheet(&summarize.Transcript{Messages: []summarize.Message{
		{ID: "m1", Author: "a", Text: "You cannot do it, it is unsafe."}, {ID: "m2", Author: "b", Text: "我不同意这个说法"}, {ID: "m3", Author: "b", Text: "👍 ok"},
	}}, false)
	for _, c := range []struct {
		n           int
		words, want string
	}{
		{1, "not do it", "cannot do it"}, {1, "it is un", "it is unsafe"}, {1, "SAFE", "unsafe"}, {2, "同意", "同意"}, {3, "👍", "👍"}, {3, "\u200b", ""}, {4, "ok", ""},
	} {
		if q, ok := s.quote(c.n, c.words); q.Text != c.want || ok != (c.want != "") {
			t.Errorf("%q of message %d is %q (%v), not %q", c.words, c.n, q.Text, ok, c.want)
		}
	}
}
