package ledger

import (
	"strings"
	"testing"
)

func TestRespelled(t *testing.T) {
	for _, c := range []struct{ quote, text, want string }{
		{"who tsets it", "Fine, but who tests it?", "who tests it?"},
		{"who tsets it?", "Fine, but who tests it?", "who tests it?"},
		{"nobody drains the queu when its worker dies", "I disagree: nobody drains the queue when its worker dies, so", "nobody drains the queue when its worker dies,"},
		{"nobody drains the queu when its", "I disagree: nobody drains the queue when its worker dies", "nobody drains the queue when its"},
		{"the model is safe", "the model is unsafe", ""},
		{"the model is safe now", "the model is not safe now", ""},
		{"we can do it", "we can't do it", ""},
		{"it does work that way", "it doesnt work that way", ""},
		{"it took 30 days", "it took 90 days", ""},
		{"the same words", "the same words and the same words", ""},
		{"They never did it.", "they never did it.", "they never did it."},
		{"nothing of this", "all else", ""},
	} {
		got, ok := respelled(c.quote, c.text)
		if strings.Contains(c.text, c.quote) {
			continue // it was not edited at all
		}
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %q: got %q, want %q", c.quote, c.text, got, c.want)
		}
	}
}

func FuzzRespelled(f *testing.F) {
	f.Add("who tsets it?", "Fine, but who tests it?")
	f.Add("a\xffb c", "é a\xffb c d")
	f.Fuzz(func(t *testing.T, quote, text string) {
		if now, ok := respelled(quote, text); ok && (!strings.Contains(text, now) || len(strings.Fields(now)) != len(strings.Fields(quote))) {
			t.Errorf("%q in %q became %q", quote, text, now)
		}
	})
}
