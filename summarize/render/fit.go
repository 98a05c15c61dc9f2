package render

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
