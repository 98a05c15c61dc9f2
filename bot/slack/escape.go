package slack

import (
	"regexp"
	"strings"
	"unicode"
)

// zeroWidthSpace breaks what Slack would otherwise act upon; nobody sees it.
const zeroWidthSpace = "\u200b"

// literal keeps foreign text from being acted upon where Slack reads no markup anyway:
// in the text elements of rich text, and in plain text. It breaks what would ping or
// link were the text ever read as markup: names after an @, what < begins, and URLs.
// Whatever was broken already stays as it is.
func literal(text string) string {
	text = strings.ReplaceAll(text, "://", ":"+zeroWidthSpace+"//")
	if !strings.ContainsAny(text, "@<") {
		return text
	}
	text = bracketed.ReplaceAllString(text, "<"+zeroWidthSpace+"$1")
	return called.ReplaceAllStringFunc(text, func(name string) string {
		if strings.EqualFold(name, "@crux") {
			return name // people copy it from what crux tells them to type, and it calls nobody
		}
		return "@" + zeroWidthSpace + name[1:]
	})
}

var (
	bracketed = regexp.MustCompile(`<([@#!]|[A-Za-z][A-Za-z0-9+.-]*:)`)
	called    = regexp.MustCompile("@[\\pL\\pN_*~`]+(?:[.-][\\pL\\pN_]+)*") // of what escape makes letters too
)

// escape keeps one line of foreign text from being read as mrkdwn, Slack's markup, in
// which there is no way to escape anything but & < >:
//
//   - what literal breaks is broken, and so are names of hosts, which Slack links bare;
//   - * ~ ` give way to signs that look alike, and so does _, save within a word, where it formats nothing;
//   - a > that would begin a quotation gives way to one that looks alike;
//   - & < > are written as Slack wants them.
//
// Emoji such as :tada: stay: they are shown as they were.
func escape(line string) string {
	line = literal(line)
	line = quotation.ReplaceAllStringFunc(line, func(opening string) string { return strings.ReplaceAll(opening, ">", "›") })
	runes := []rune(line)
	var b strings.Builder
	b.Grow(len(line) + len(line)/8)
	for i, r := range runes {
		before, after := ' ', ' '
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '.' && inHost(before) && inHost(after) && !unicode.IsNumber(after):
			b.WriteString(zeroWidthSpace + ".")
		case r == '_' && inWord(before) && inWord(after):
			b.WriteRune(r)
		case alike[r] != 0:
			b.WriteRune(alike[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// quotation is what makes a line a quotation.
var quotation = regexp.MustCompile(`^[\s\x{200b}]*>+`)

// alike are signs that look like those with which mrkdwn formats.
var alike = map[rune]rune{'*': '∗', '_': '＿', '~': '∼', '`': 'ˋ'}

// inWord reports characters between which a _ formats nothing.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// inHost reports characters between which a . may stand in a host's name; ` becomes a letter.
func inHost(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '`' }
