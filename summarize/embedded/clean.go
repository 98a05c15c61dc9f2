package embedded

import (
	"regexp"
	"strings"
)

// span is a half-open range of byte offsets into a message's text.
type span struct{ start, end int }

// cleaned is a message's text with everything that its author did not say as
// prose blanked out. Prose has exactly the length of the original, so every
// offset into it is an offset into the text that people wrote.
type cleaned struct {
	prose string
	// quoted are the lines that start with ">": somebody else's words.
	quoted []string
	// mentions are the ids inside <@…>, as the platform writes them.
	mentions []string
}

// The patterns of what is not prose, in the order in which they are blanked:
// code before all, since a link or a quote mark in code is code.
var (
	codePattern    = regexp.MustCompile("(?s)```.*?(?:```|$)|`[^`\n]+`")
	quotePattern   = regexp.MustCompile(`(?m)^[ \t]*(?:&gt;|>)+[^\n]*`)
	mentionPattern = regexp.MustCompile(`<(?:@[!&]?|#)([A-Za-z0-9]+)(?:\|[^>\n]*)?>`)
	linkPattern    = regexp.MustCompile(`<?https?://[^\s>|]+(?:\|[^>\n]*)?>?`)
	emojiPattern   = regexp.MustCompile(`<a?:\w+:\d+>|:[a-z][a-z0-9_+-]*[a-z0-9]:`)
)

// clean blanks code, quoted lines, mentions, links and custom emoji.
func clean(text string) cleaned {
	c := cleaned{prose: text}
	if strings.IndexByte(text, '`') >= 0 {
		c.prose = blank(c.prose, codePattern, nil)
	}
	if strings.IndexByte(text, '>') >= 0 || strings.Contains(text, "&gt;") {
		c.prose = blank(c.prose, quotePattern, func(found string) {
			c.quoted = append(c.quoted, strings.TrimLeft(strings.ReplaceAll(found, "&gt;", ">"), " \t>"))
		})
	}
	if strings.IndexByte(text, '<') >= 0 {
		c.prose = blank(c.prose, mentionPattern, func(found string) {
			c.mentions = append(c.mentions, mentionPattern.FindStringSubmatch(found)[1])
		})
	}
	if strings.Contains(text, "://") {
		c.prose = blank(c.prose, linkPattern, nil)
	}
	if strings.Count(text, ":") >= 2 {
		c.prose = blank(c.prose, emojiPattern, nil)
	}
	return c
}

// blank overwrites every match with spaces, keeping line breaks, and tells found of each.
func blank(text string, pattern *regexp.Regexp, found func(string)) string {
	matches := pattern.FindAllStringIndex(text, -1)
	if matches == nil {
		return text
	}
	out := []byte(text)
	for _, m := range matches {
		if found != nil {
			found(text[m[0]:m[1]])
		}
		for i := m[0]; i < m[1]; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	return string(out)
}
