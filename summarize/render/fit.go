package render

import "strings"

// Units is the length of s in UTF-16 code units, the most that a platform can be
// counting where it speaks of characters.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++ // a surrogate pair
		}
	}
	return n
}

// Fitted is what draw returns for about the most characters with which it is no
// longer than limit units. A character of draw's may take two units, or more in no
// great number; for one character draw must return but a few.
func Fitted(limit int, draw func(characters int) string) string {
	for characters := limit; ; {
		s := draw(characters)
		over := Units(s) - limit
		if over <= 0 || characters <= 1 {
			return s
		}
		characters -= max(1, min(over/2, characters-1))
	}
}

// Joined joins as many lines as fit into limit units, and says where some don't.
func Joined(lines []string, limit int) string {
	const more = "\n…"
	var b strings.Builder
	used := 0
	for i, line := range lines {
		n := Units(line) + len("\n")
		if used+n > limit-Units(more) {
			b.WriteString(more)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
		used += n
	}
	return b.String()
}
