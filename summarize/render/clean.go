package render

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// zeroWidthSpace keeps an @ from reaching a name; nobody sees it.
const zeroWidthSpace = "\u200b"

// cleaner makes foreign text fit to be shown, in any format.
type cleaner struct{ o Options }

// text cleans what may run over several lines: mentions, links and custom emoji
// as chat platforms store them stand as people saw them, nothing pings, and
// escape sequences, control characters and bidirectional overrides are gone.
func (c cleaner) text(s string) string {
	return harmless(c.resolve(printable(s)))
}

// line cleans what must stand on one line.
func (c cleaner) line(s string) string { return collapse(c.text(s)) }

// name is a person's display name, "someone" where there is none.
func (c cleaner) name(id string) string {
	shown := id
	if c.o.Name != nil {
		shown = c.o.Name(id)
	}
	shown = collapse(harmless(printable(shown)))
	if strings.TrimFunc(shown, unseen) == "" {
		return "someone"
	}
	return elide(shown, "", nameLimit)
}

// unseen reports characters that leave a name blank where there is nothing else in it.
func unseen(r rune) bool {
	switch r {
	case '\u115F', '\u1160', '\u2800', '\u3164', '\uFFA0': // fillers, which count as letters or symbols
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.M)
}

// names joins people: "Ann", "Ann and Ben", "Ann, Ben and Cal"; "" for nobody.
func (c cleaner) names(ids []string) string {
	rest := 0
	// To say "1 other" is no shorter than to name the one.
	if c.o.People > 0 && len(ids) > c.o.People+1 {
		ids, rest = ids[:c.o.People], len(ids)-c.o.People
	}
	shown := make([]string, len(ids))
	for i, id := range ids {
		shown[i] = c.name(id)
	}
	if rest > 0 {
		shown = append(shown, Number(rest)+" others")
	}
	if len(shown) < 2 {
		return strings.Join(shown, "")
	}
	last := len(shown) - 1
	return strings.Join(shown[:last], ", ") + " and " + shown[last]
}

var (
	// Only whole sequences go; an ESC that starts none goes alone, as a control character.
	escapeSequence = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)`)
	manyNewlines   = regexp.MustCompile(`\s*\n\s*\n\s*`)
)

// printable drops what is no visible text. Line breaks of every kind become \n.
func printable(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsRune(s, '\x1b') {
		s = escapeSequence.ReplaceAllString(s, "")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), steersText(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(manyNewlines.ReplaceAllString(s, "\n\n"))
}

// steersText reports characters that reorder or annotate the text around them:
// with them a line can look as if it said something else.
func steersText(r rune) bool {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, // embeddings, overrides, isolates
		r == 0x200E, r == 0x200F, r == 0x061C, // marks
		r >= 0xFFF9 && r <= 0xFFFB, r == 0xFEFF: // annotations, byte order mark
		return true
	}
	return false
}

var (
	bracketed   = regexp.MustCompile(`<[^<>\n]+>`)
	idPattern   = regexp.MustCompile(`^[\pL\pN_.-]+$`)
	emoji       = regexp.MustCompile(`^a?(:\w+:)\d+$`)
	slashAction = regexp.MustCompile(`^(/[\pL\pN_ -]+):\d+$`)
	timestamp   = regexp.MustCompile(`^t:(-?\d{1,11})(?::[tTdDfFR])?$`)
)

// resolve shows what Discord and Slack store between angle brackets as people saw it.
func (c cleaner) resolve(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return bracketed.ReplaceAllStringFunc(s, func(whole string) string {
		inside, label, _ := strings.Cut(whole[1:len(whole)-1], "|")
		if shown := c.seen(inside, label); shown != "" {
			return shown
		}
		return whole
	})
}

// seen is what people saw of <inside|label>, "" where it is nothing that a platform stores.
func (c cleaner) seen(inside, label string) string {
	switch {
	case strings.HasPrefix(inside, "@&"):
		return "@" + or(strings.TrimPrefix(label, "@"), "role")
	case strings.HasPrefix(inside, "@"):
		if id := strings.TrimPrefix(inside[1:], "!"); idPattern.MatchString(id) {
			return "@" + c.mentioned(id, strings.TrimPrefix(label, "@"))
		}
	case strings.HasPrefix(inside, "#"):
		if idPattern.MatchString(inside[1:]) {
			return "#" + or(strings.TrimPrefix(label, "#"), "channel")
		}
	case strings.HasPrefix(inside, "!subteam^"):
		return "@" + or(strings.TrimPrefix(label, "@"), "group")
	case strings.HasPrefix(inside, "!date^"):
		return or(label, "date")
	case inside == "!channel", inside == "!here", inside == "!everyone":
		return "@" + inside[1:]
	case strings.HasPrefix(inside, "https://"), strings.HasPrefix(inside, "http://"):
		return or(label, inside)
	case strings.HasPrefix(inside, "mailto:"):
		return or(label, strings.TrimPrefix(inside, "mailto:"))
	}
	if found := emoji.FindStringSubmatch(inside); found != nil {
		return found[1]
	}
	if found := slashAction.FindStringSubmatch(inside); found != nil {
		return found[1]
	}
	if found := timestamp.FindStringSubmatch(inside); found != nil {
		seconds, _ := strconv.ParseInt(found[1], 10, 64) // the pattern leaves no error
		return moment(time.Unix(seconds, 0))
	}
	return ""
}

// mentioned is the name for an id inside <@…>, in the order that Options.Mention tells.
func (c cleaner) mentioned(id, label string) string {
	for _, known := range []func(string) string{c.o.Mention, c.o.Name} {
		if known == nil {
			continue
		}
		if shown := collapse(printable(known(id))); shown != "" && shown != id {
			return strings.TrimPrefix(shown, "@")
		}
	}
	return or(label, "someone")
}

var (
	callsAll  = regexp.MustCompile(`(?i)@(everyone|here|channel)`)
	rawSyntax = regexp.MustCompile(`(?i)<(@|!(?:channel|here|everyone|subteam))`)
)

// harmless breaks what a chat platform would turn into a ping were the text
// posted: the words that call everybody, and mention syntax, which nested
// brackets can leave after resolve.
func harmless(s string) string {
	if !strings.ContainsAny(s, "@<") {
		return s
	}
	s = rawSyntax.ReplaceAllString(s, "<"+zeroWidthSpace+"$1")
	return callsAll.ReplaceAllString(s, "@"+zeroWidthSpace+"$1")
}

// safeURL is u made safe to stand in any format, "" where it is no plain http
// or https link. Whatever is no unreserved character or delimiter of a URL is
// percent-encoded, and so are quotes, brackets and @, which markup and chat
// platforms give a meaning; a link with a user name in it is refused, for it
// names another host than it seems to.
func safeURL(u string) string {
	parsed, err := url.Parse(u)
	if err != nil || parsed.Host == "" || parsed.User != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return ""
	}
	plain := parsed.String()
	var b strings.Builder
	for i := range len(plain) {
		switch ch := plain[i]; {
		case isAlphanumeric(ch), strings.IndexByte("-._~:/?#!$&+,;=", ch) >= 0, ch == '%' && percentEncoded.MatchString(plain[i:]):
			b.WriteByte(ch)
		default:
			fmt.Fprintf(&b, "%%%02X", ch)
		}
	}
	return b.String()
}

var percentEncoded = regexp.MustCompile(`^%[0-9A-Fa-f]{2}`)

func isAlphanumeric(ch byte) bool {
	return ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || ch >= '0' && ch <= '9'
}

// collapse puts text on one line, with single spaces.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// or is s, or fallback where s is empty.
func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
