package ledger

import (
	"time"

	"crux/summarize"
)

// Seen is a message of which a report made a point, without its words.
type Seen struct {
	Message string `json:"message"`
	// Noticed is when the ledger first saw a point made of it.
	Noticed time.Time `json:"noticed"`
}

// Note adds the messages of which a report makes points to those seen before.
func Note(seen []Seen, report *summarize.Report, now time.Time) []Seen {
	panic("TODO")
}

// NewPoints reports of which points a report makes it is news since a time (excluded): those of
// whose messages none was seen by then, by their debate and point ids joined by a slash.
func NewPoints(seen []Seen, report *summarize.Report, since time.Time) map[string]bool {
	panic("TODO")
}

// Counts are over the objections of a channel, of those kept and those forgotten.
type Counts struct {
	Raised   int                      `json:"raised"`
	ByStatus map[summarize.Status]int `json:"by_status"`
}
