package transcript

import (
	"fmt"
	"slices"
	"strings"
)

// repair is one way in which a source was mended: "Left out 3 messages without text".
type repair struct {
	verb, noun, rest string
}

// The repairs that more than one reader makes.
var (
	noText      = repair{"Left out", "message", "without text"}
	sameAgain   = repair{"Left out", "message", "repeating an earlier one, id and all"}
	takenID     = repair{"Renamed", "message", "with the id of another message"}
	pastedTwice = repair{"Left out", "message", "posted before by the same author, word for word"}
	moved       = repair{"Moved", "message", "standing later than the time says"}
	noID        = repair{"Numbered", "message", "without an id"}
	noAuthor    = repair{"Kept", "message", "without an author as nobody's"}
	noParent    = repair{"Cleared", "reply link", "to a message that is not in the transcript"}
	badTime     = repair{"Kept", "message", "with an unreadable time, now without one"}
	badEdit     = repair{"Ignored", "edit time", "that can't be read"}
	lostChars   = repair{"Kept", "message", "with the replacement character �, where characters were lost before or in reading"}
	badName     = repair{"Cleaned", "name or id", "too long or with control characters"}
	badPlatform = repair{"Ignored", "platform", "other than discord, slack or forum"}
)

// tally counts repairs and remembers where each was first made.
type tally struct {
	rows  []row
	notes []string // sentences on the source as a whole
}

type row struct {
	repair
	count int
	first string
}

// maxRows bounds how many sentences a hostile source can cause.
const maxRows = 40

// add counts a repair made at place, such as "line 12".
func (t *tally) add(r repair, place string) {
	i := slices.IndexFunc(t.rows, func(known row) bool { return known.repair == r })
	switch {
	case i >= 0:
		t.rows[i].count++
	case len(t.rows) < maxRows:
		t.rows = append(t.rows, row{r, 1, place})
	default:
		t.rows[maxRows-1] = row{repair{"Made", "repair", "of further kinds"}, t.rows[maxRows-1].count + 1, t.rows[maxRows-1].first}
	}
}

// note states what was done to the source as a whole.
func (t *tally) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// sentences are the notes, then the repairs in the order in which they were first made.
func (t *tally) sentences() []string {
	out := slices.Clone(t.notes)
	for _, r := range t.rows {
		out = append(out, r.sentence())
	}
	return out
}

func (r row) sentence() string {
	if r.count == 1 {
		return fmt.Sprintf("%s 1 %s %s: %s.", r.verb, r.noun, r.rest, r.first)
	}
	return fmt.Sprintf("%s %d %s %s, the first: %s.", r.verb, r.count, plural(r.noun), r.rest, r.first)
}

// plural makes the head of "name or id" plural as well as "message".
func plural(noun string) string {
	return strings.ReplaceAll(noun, " or ", "s or ") + "s"
}
