package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// saidIn reports whether the quote says the gist word for word, so that a
// reader need not see both. Case, spacing and punctuation at the ends don't
// count; a gist that leaves words out with … is in the quote when its parts are, in order.
func saidIn(gist, quote string) bool {
	rest := plainWords(quote)
	parts := gistParts(gist)
	for _, part := range parts {
		_, after, found := strings.Cut(rest, plainWords(part))
		if !found {
			return false
		}
		rest = after
	}
	return len(parts) > 0
}

// gistParts splits a gist where it leaves words out.
func gistParts(gist string) []string {
	parts := strings.Split(strings.ReplaceAll(gist, "...", "…"), "…")
	kept := parts[:0]
	for _, part := range parts {
		if plainWords(part) != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

func plainWords(s string) string {
	return strings.TrimFunc(strings.ToLower(collapse(s)), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`.,;:!?"'“”‘’«»-–—`, r)
	})
}

// elide shortens a line to about limit characters, at word boundaries, with …
// where words are missing. It keeps the part that begins with focus in sight.
func elide(line, focus string, limit int) string {
	runes := []rune(line)
	if len(runes) <= limit {
		return line
	}
	start := focusStart(line, focus, limit)
	end := min(start+limit, len(runes))
	if end < len(runes) {
		end = wordEnd(runes, start, end)
	}
	shown := strings.TrimSpace(string(runes[start:end]))
	if shown == "" {
		return "…" // one character was longer than the limit
	}
	if start > 0 {
		shown = "… " + shown
	}
	if end < len(runes) {
		shown += " …"
	}
	return shown
}

// focusStart is where to begin so that focus is seen whole: 0 where it already is.
func focusStart(line, focus string, limit int) int {
	parts := gistParts(focus)
	if len(parts) == 0 {
		return 0
	}
	first := plainWords(parts[0])
	before, _, found := strings.Cut(strings.ToLower(line), first)
	at := len([]rune(before))
	if !found || at+len([]rune(first)) <= limit {
		return 0
	}
	return min(at, len([]rune(line))-1) // lower case may be a character longer
}

// wordEnd moves end back to the end of a word, or to the end of a whole
// character as readers see it where one word fills the line.
func wordEnd(runes []rune, start, end int) int {
	for at := end; at > start+(end-start)/2; at-- {
		if unicode.IsSpace(runes[at]) {
			return at
		}
	}
	// One rune beyond the end says whether the last character ends there.
	whole := start
	for characters := graphemes.FromString(string(runes[start : end+1])); characters.Next(); {
		next := whole + utf8.RuneCountInString(characters.Value())
		if next > end {
			break
		}
		whole = next
	}
	return whole
}
