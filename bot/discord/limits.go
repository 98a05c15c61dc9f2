package discord

import "crux/summarize/render"

// Discord's limits, in UTF-16 code units, which is the most that it can be counting.
const (
	contentLimit     = 2000
	embedsLimit      = 10
	embedsUnitsLimit = 6000 // over all embeds of a message
	titleLimit       = 256
	authorLimit      = 256
	descriptionLimit = 4096
	fieldsLimit      = 25
	fieldNameLimit   = 256
	fieldValueLimit  = 1024
	footerLimit      = 2048
	labelLimit       = 80
	customIDLimit    = 100
	fileLimit        = 10 << 20 // bytes
)

// units is the length of s as Discord counts it.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++ // a surrogate pair
		}
	}
	return n
}

// fit is one line of foreign text, escaped and no longer than limit units. It is
// shortened before it is escaped, so that no word and no escape sequence is cut.
func fit(line string, limit int) string {
	return fitted(limit, func(characters int) string { return escape(render.Shorten(line, characters)) })
}

// fitPlain is fit for where Discord reads no markup: footers and authors.
func fitPlain(line string, limit int) string {
	return fitted(limit, func(characters int) string { return unlink(render.Shorten(line, characters)) })
}

// fitted is what draw returns for about the most characters with which it is no
// longer than limit units. A character of draw's may take two units, or more in no
// great number; for one character draw must return but a few.
func fitted(limit int, draw func(characters int) string) string {
	for characters := limit; ; {
		s := draw(characters)
		over := units(s) - limit
		if over <= 0 || characters <= 1 {
			return s
		}
		characters -= max(1, min(over/2, characters-1))
	}
}
