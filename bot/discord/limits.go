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
	rowsLimit        = 5        // of buttons and menus
	buttonsInRow     = 5
	choicesLimit     = 25 // of a menu, and suggestions
	choiceLimit      = 100
)

// units is the length of s as Discord counts it.
func units(s string) int { return render.Units(s) }

// fit is one line of foreign text, escaped and no longer than limit units. It is
// shortened before it is escaped, so that no word and no escape sequence is cut.
func fit(line string, limit int) string {
	return render.Fitted(limit, func(characters int) string { return escape(render.Shorten(line, characters)) })
}

// fitPlain is fit for where Discord reads no markup: footers and authors.
func fitPlain(line string, limit int) string {
	return render.Fitted(limit, func(characters int) string { return unlink(render.Shorten(line, characters)) })
}
