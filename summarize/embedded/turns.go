package embedded

import (
	"strings"
	"time"

	"crux/summarize"
)

// part is where a message of the source stands in a turn.
type part struct {
	source int // among the messages of the source
	start  int // where its text starts in the turn's
}

const (
	turnPause   = 2 * time.Minute // a longer pause ends a turn
	turnMessage = 200             // only messages shorter than this, in bytes, are parts of a longer turn
	turnLength  = 600             // a turn is no longer than this
)

// takeTurns joins what somebody posts in one breath: many write a thought as
// five short messages in a row, and the stages should read it as one. The turns
// are a transcript of their own, in which each takes the id of its first message.
func takeTurns(source *summarize.Transcript) (*summarize.Transcript, [][]part) {
	turns := *source
	turns.Messages = make([]summarize.Message, 0, len(source.Messages))
	var parts [][]part
	var texts []string // of the turn that is open
	length := 0
	flush := func() {
		if len(texts) > 1 {
			turns.Messages[len(turns.Messages)-1].Text = strings.Join(texts, "\n")
		}
	}
	for i := range source.Messages {
		m := &source.Messages[i]
		if i > 0 && length+len(m.Text) < turnLength && sameTurn(&source.Messages[i-1], m) {
			last := len(parts) - 1
			parts[last] = append(parts[last], part{i, length})
			texts = append(texts, m.Text)
		} else {
			flush()
			turns.Messages = append(turns.Messages, *m)
			parts = append(parts, []part{{i, 0}})
			texts, length = append(texts[:0], m.Text), 0
		}
		length += len(m.Text) + len("\n")
	}
	flush()
	return &turns, parts
}

// sameTurn is true where a message goes on with the one just before it.
func sameTurn(before, m *summarize.Message) bool {
	return m.Author == before.Author && m.Author != "" && !m.Bot && !before.Bot &&
		len(before.Text) < turnMessage && len(m.Text) < turnMessage &&
		(m.ReplyTo == "" || m.ReplyTo == before.ReplyTo) &&
		!m.Time.IsZero() && gap(before.Time, m.Time) <= turnPause
}
