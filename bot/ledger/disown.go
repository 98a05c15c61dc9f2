package ledger

import (
	"time"

	"crux/summarize"
)

// Disowned is what somebody said of a point or objection made of their words: that it is not
// theirs, or what they meant. It holds where the words stand in their message, and not the words.
type Disowned struct {
	Message string `json:"message"`
	Author  string `json:"author"`
	// Start and End bound the words in the message's text, in bytes, and Sum is their SHA-256.
	// Where other words stand there after an edit, it holds no more.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Sum   string `json:"sum"`
	// Meant is what the author meant instead; "" says that it is not theirs at all.
	Meant string    `json:"meant,omitempty"`
	At    time.Time `json:"at"`
}

// DisownedOf is what the author of a quote disowns with it. ok is false where the quote is not
// found in the message, or is another's.
func DisownedOf(q summarize.Quote, in *summarize.Message, author, meant string, now time.Time) (d Disowned, ok bool) {
	panic("TODO")
}

// Withhold is the report without what its authors disowned, and with their own rewordings as
// gists. Quotes that share at least half of the shorter's words with disowned ones of the same
// message go, and rows without quotes go with all that hung on them. The report given is not changed.
func Withhold(report *summarize.Report, read *summarize.Transcript, disowned []Disowned) *summarize.Report {
	panic("TODO")
}

// Uphold is the report with the statuses that people corrected in the ledger, and how many
// those are. Objections are known again as in Merge. The report given is not changed.
func Uphold(entries []Entry, report *summarize.Report, read *summarize.Transcript) (*summarize.Report, int) {
	panic("TODO")
}

// Expire takes out of the entries the words of messages from before a time, and what was
// worded from them, but not what became of the objections: they are no deletions. An entry
// without words left keeps its identity, statuses and times, and no names. It returns the
// entries, and the ids of those that changed.
func Expire(entries []Entry, before time.Time) (kept []Entry, changed []string) {
	panic("TODO")
}
