package slack

import "crux/summarize/render"

// Slack's limits, in UTF-16 code units, which is the most that it can be counting.
const (
	blocksLimit      = 50
	blocksUnitsLimit = 12000 // over all blocks of a message; Slack's own is a little more, and not documented
	textLimit        = 3000  // of a text object, and what we keep to in the text beside the blocks, which Slack cuts at 40,000
	headerLimit      = 150
	contextLimit     = 10 // elements of a context block
	labelLimit       = 75
	valueLimit       = 2000
	confirmLimit     = 30 // of a button in a dialog that asks back
	actionIDLimit    = 255
	fileLimit        = 10 << 20 // bytes; Slack takes more, but no browser opens such a page with pleasure
)

// units is the length of s as Slack counts it at most.
func units(s string) int { return render.Units(s) }

// fit is one line of foreign text, made literal and no longer than limit units. It is
// shortened before, so that nothing is cut that was broken on purpose.
func fit(line string, limit int) string {
	return render.Fitted(limit, func(characters int) string { return literal(render.Shorten(line, characters)) })
}

// fitEscaped is fit for where Slack reads markup: the text beside the blocks.
func fitEscaped(line string, limit int) string {
	return render.Fitted(limit, func(characters int) string { return escape(render.Shorten(line, characters)) })
}
