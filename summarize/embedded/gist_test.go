package embedded

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShorten(t *testing.T) {
	tests := map[string]struct {
		text  string
		runes int
		want  string
	}{
		"empty":               {"", 10, ""},
		"short":               {"it fails", 10, "it fails"},
		"just fits":           {"it fails", 8, "it fails"},
		"white space":         {"  it\n\n fails\t", 10, "it fails"},
		"cut at a word":       {"it fails on Mondays", 14, "it fails on…"},
		"no comma at the end": {"it fails, on Mondays", 12, "it fails…"},
		"one long word":       {strings.Repeat("x", 20), 10, strings.Repeat("x", 9) + "…"},
		"runes, not bytes":    {strings.Repeat("é", 10), 10, strings.Repeat("é", 10)},
		"Chinese":             {"我不同意队列也会出故障谁来维护", 6, "我不同意队…"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := shorten(test.text, test.runes); got != test.want {
				t.Errorf("%q, expected %q", got, test.want)
			}
		})
	}
}

func FuzzShorten(f *testing.F) {
	for _, text := range oddTexts {
		f.Add(text, uint8(20))
	}
	f.Fuzz(func(t *testing.T, text string, limit uint8) {
		runes := max(2, int(limit))
		got := shorten(text, runes)
		if n := utf8.RuneCountInString(got); n > runes {
			t.Errorf("%d runes, at most %d were asked for: %q", n, runes, got)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q is cut inside a rune", got)
		}
		if strings.TrimSpace(got) != got {
			t.Errorf("%q has space around it", got)
		}
		if start, cut := strings.CutSuffix(got, "…"); cut && utf8.ValidString(text) && !strings.HasPrefix(strings.Join(strings.Fields(text), " "), start) {
			t.Errorf("%q is not how %q starts", start, text)
		}
	})
}
