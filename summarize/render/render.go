// Package render draws a verified report for people: as text for a terminal, as
// Markdown, as one HTML page, as an Argdown document (https://argdown.org) from
// which an argument map can be drawn, and as JSON.
//
// Every format but JSON draws the same view (view.go): the question, what is
// still open, each side's points, what is settled, what was agreed. The view
// holds foreign text (whatever was written in the channel, and names and gists
// made of it) already cleaned for reading: mentions stand as names, nothing in
// it can ping, and control characters are gone (clean.go). What remains to a
// format is layout, and to keep foreign text from being read as markup.
package render

import "crux/summarize"

// Options say how a report is drawn. The zero value is usable.
type Options struct {
	// Name is the display name of an author's id; nil shows the id.
	Name func(author string) string
	// Mention is the name for an id inside <@…>. Where it is nil or knows no name
	// ("" or the id itself), Name is asked; where that knows none either, the
	// label inside the mention is shown, and "someone" where there is none.
	Mention func(id string) string
	// Color lets Text use colours; the other formats ignore it.
	Color bool
	// Width is how many columns Text may fill, 80 where it is 0; less than 40 counts as 40.
	Width int
	// People is how many people are named in a row before the rest is counted, 0 for all.
	People int
	// Source is the file or channel that the heading names; "" names none.
	Source string
	// About is what the report was narrowed to, in the reader's words, said where there is
	// no debate about it; "" where it has all debates.
	About string
}

// Line is foreign text cleaned as in every view and put on one line. It still
// needs the escaping of the format that shows it.
func (o Options) Line(s string) string { return cleaner{o}.line(s) }

// Shorten cuts a line to about limit characters, at the end of a word where there
// is one, with … in place of what is missing. It never cuts within what a reader
// sees as one character.
func Shorten(line string, limit int) string { return elide(line, "", limit) }

// How much a surface shows.
const (
	pointsASide = 5   // as the report's contract says
	quoteLimit  = 240 // characters of a quote in Text and Markdown
	nameLimit   = 60
	targetLimit = 90 // characters of what an objection is against
	aboutLimit  = 60 // characters of what the reader asked for
)

// statusWord is how a status stands before a reader.
func statusWord(s summarize.Status) string {
	switch s {
	case summarize.Unanswered:
		return "Unanswered"
	case summarize.Acknowledged:
		return "Acknowledged"
	case summarize.Answered:
		return "Answered"
	case summarize.Conceded:
		return "Conceded"
	case summarize.Withdrawn:
		return "Withdrawn"
	}
	return "Status unknown"
}

// kindWord names a response before its words.
func kindWord(k summarize.ResponseKind) string {
	switch k {
	case summarize.Answer:
		return "Answer"
	case summarize.Concession:
		return "Concession"
	case summarize.Deferral:
		return "Left open"
	case summarize.Withdrawal:
		return "Withdrawal"
	}
	return "Response"
}
