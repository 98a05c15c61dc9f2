package embedded

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
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
	// kept is what else was blanked and yet belongs to a sentence beside it: code and links.
	kept []span
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
		c.prose = blank(c.prose, codePattern, c.keep)
	}
	if strings.IndexByte(text, '>') >= 0 || strings.Contains(text, "&gt;") {
		c.prose = blank(c.prose, quotePattern, func(_ span, found string) {
			c.quoted = append(c.quoted, strings.TrimLeft(strings.ReplaceAll(found, "&gt;", ">"), " \t>"))
		})
	}
	if strings.IndexByte(text, '<') >= 0 {
		c.prose = blank(c.prose, mentionPattern, func(_ span, found string) {
			c.mentions = append(c.mentions, mentionPattern.FindStringSubmatch(found)[1])
		})
	}
	if strings.Contains(text, "://") {
		c.prose = blank(c.prose, linkPattern, c.keep)
	}
	if strings.Count(text, ":") >= 2 {
		c.prose = blank(c.prose, emojiPattern, nil)
	}
	return c
}

// keep notes what stands within a line.
func (c *cleaned) keep(at span, found string) {
	if !strings.Contains(found, "\n") {
		c.kept = append(c.kept, at)
	}
}

// shown are the passages of a text as a quote of them should show: with the code
// and the links that they begin or end with, without the mark of a list's item.
func (c *cleaned) shown(text string, passages []span) []span {
	slices.SortFunc(c.kept, func(a, b span) int { return a.start - b.start })
	all := slices.Clone(passages)
	k, end := 0, 0
	for i := range all {
		s, next := &all[i], len(text)
		if i+1 < len(all) {
			next = all[i+1].start
		}
		s.start = s.end - len(withoutMark(text[s.start:s.end]))
		for k < len(c.kept) && c.kept[k].start < end {
			k++
		}
		first := k
		for k < len(c.kept) && c.kept[k].end <= s.start {
			k++
		}
		for before := k - 1; before >= first && c.adjacent(c.kept[before].end, s.start); before-- {
			s.start = c.kept[before].start
		}
		for k < len(c.kept) && c.kept[k].start < s.end {
			k++
		}
		for k < len(c.kept) && c.kept[k].end <= next && c.adjacent(s.end, c.kept[k].start) && !isEnded(text[s.start:s.end]) {
			s.end = c.kept[k].end
			k++
		}
		end = s.end
	}
	return all
}

// adjacent is true where nothing but space is between two places of a line.
func (c *cleaned) adjacent(from, to int) bool {
	between := c.prose[from:to]
	return strings.TrimSpace(between) == "" && !strings.Contains(between, "\n")
}

// isEnded is true of a text that ends as a sentence does.
func isEnded(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, "\"'”’»)]*_"))
	return strings.ContainsRune(".!?…。！？", last)
}

// withoutMark is a text without the mark that makes it an item of a list.
func withoutMark(text string) string {
	for _, mark := range [...]string{"•", "-", "*", "–"} {
		if rest, marked := strings.CutPrefix(text, mark+" "); marked && strings.TrimSpace(rest) != "" {
			return strings.TrimLeft(rest, " \t")
		}
	}
	return text
}

// blank overwrites every match with spaces, keeping line breaks, and tells found of each.
func blank(text string, pattern *regexp.Regexp, found func(span, string)) string {
	matches := pattern.FindAllStringIndex(text, -1)
	if matches == nil {
		return text
	}
	out := []byte(text)
	for _, m := range matches {
		if found != nil {
			found(span{m[0], m[1]}, text[m[0]:m[1]])
		}
		for i := m[0]; i < m[1]; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	return string(out)
}
