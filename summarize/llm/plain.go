package llm

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// marked is what platforms take for a mention, a channel, a command or an emoji where it follows "<".
	marked = regexp.MustCompile(`<([@#!:/&])`)
	// called is what they take for calling somebody.
	called = regexp.MustCompile(`(^|[^\pL\pN_])@+`)
	// calledAll calls everybody wherever it stands.
	calledAll = regexp.MustCompile(`(?i)@+(everyone|here|channel)`)
	// linked is what they make a link of.
	linked = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|\bwww\.`)
)

// plain is a line in a model's own words in which nothing is a mention, and nothing turns the
// direction of writing or can't be seen; "" where it has a link, which would be somebody's words
// under another's heading. Whether its numbers and names were said is for summarize.Verify, which
// puts a quote in place of nothing.
func plain(line string) string {
	line = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, line)
	for before := ""; before != line; {
		before = line
		line = marked.ReplaceAllString(line, "$1")
		line = calledAll.ReplaceAllString(line, "$1")
		line = called.ReplaceAllString(line, "$1")
	}
	if linked.MatchString(line) {
		return ""
	}
	return oneLine(line)
}
