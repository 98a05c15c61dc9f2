package discord

import (
	"regexp"
	"strings"
)

// zeroWidthSpace breaks what Discord would otherwise act upon; nobody sees it.
const zeroWidthSpace = "\u200b"

// escape keeps one line of foreign text from being read as Discord's markup,
// wherever the line stands. Discord's dialect is not CommonMark: backslashes
// escape all but letters, digits and spaces, < begins mentions, timestamps, emoji
// and links to commands, || hides, and a bare URL is a link without any markup.
//
//   - \ * _ ~ ` | [ ] < always have a backslash;
//   - # > - + and the . or ) after a number have one where they would begin a heading, a quote, small print or a list;
//   - what unlink breaks is broken.
//
// It makes no character longer than two units, and is meant for text that
// render has cleaned: mentions already stand as names.
func escape(line string) string {
	line = unlink(line)
	begins := -1
	if at := lineStart.FindStringSubmatchIndex(line); at != nil {
		begins = max(at[2], at[4]) // the one that did not match is -1
	}
	var b strings.Builder
	b.Grow(len(line) + len(line)/8)
	for i, r := range line {
		if i == begins || strings.ContainsRune("\\*_~`|[]<", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// lineStart is what makes a line more than a paragraph; its groups begin with what is escaped of it.
var lineStart = regexp.MustCompile(`^\s*(?:(#{1,3}|-#|>{1,3}|[+-])|\d+([.)]))(?:\s|$)`)

// unlink breaks what Discord acts upon without markup: names after an @, URLs, and
// invitations, which it shows as cards even where they are no URLs.
func unlink(line string) string {
	if strings.Contains(line, "@") {
		line = strings.ReplaceAll(line, "@"+zeroWidthSpace, "@")
		line = strings.ReplaceAll(line, "@", "@"+zeroWidthSpace)
	}
	line = strings.ReplaceAll(line, "://", ":"+zeroWidthSpace+"//")
	return invitation.ReplaceAllString(line, "${1}"+zeroWidthSpace+"${2}")
}

var invitation = regexp.MustCompile(`(?i)(discord(?:app)?)(\.(?:gg|com|gift|new|me|io))`)
