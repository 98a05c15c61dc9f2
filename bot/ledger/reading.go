package ledger

import (
	"cmp"
	"time"

	"crux/summarize"
)

// Reading is what an engine that can go on from what it read before found in a channel, as
// summarize.Verify left it, so that it need not read it all again. Its JSON is what a store keeps;
// lists are never null. Its methods may be called on nil, and leave what they are called on as it is.
type Reading struct {
	// Debates are what was found.
	Debates []summarize.Debate `json:"debates"`
	// Last is the last message that was read, and Time when it was posted.
	Last string    `json:"last"`
	Time time.Time `json:"time"`
	// At is when it was read.
	At time.Time `json:"at"`
	// Origins are the messages that the debates quote, by id.
	Origins map[string]Origin `json:"origins"`
}

// Origin is where and by whom a quoted message was written.
type Origin struct {
	Author string    `json:"author"`
	Time   time.Time `json:"time,omitzero"`
	// URL is the link to the message, "" where the source has none.
	URL string `json:"url,omitempty"`
}

// NewReading is what a verified report found in the transcript that it was made of. It shares no memory with either.
func NewReading(report *summarize.Report, read *summarize.Transcript, now time.Time) *Reading {
	r := &Reading{Debates: make([]summarize.Debate, len(report.Debates)), At: now.Round(0).UTC(), Origins: map[string]Origin{}}
	if n := len(read.Messages); n > 0 {
		last := read.Messages[n-1]
		r.Last, r.Time = last.ID, last.Time.Round(0).UTC()
	}
	messages := byPeople(read)
	for i := range report.Debates {
		d := clonedDebate(&report.Debates[i])
		r.Debates[i] = d
		eachQuote(&d, func(q summarize.Quote) {
			if m, known := messages[q.Message]; known {
				r.Origins[q.Message] = Origin{Author: m.Author, Time: m.Time.Round(0).UTC(), URL: m.URL}
			}
		})
	}
	return r
}

// First is the index of the first message of t after the last one that was read, in the order of a
// channel; as many as t has where there is none. A message that came to be known only later, and
// was posted before, counts as read: whoever needs that it is not keeps the earlier Reading.
func (r *Reading) First(t *summarize.Transcript) int {
	if r == nil {
		return 0
	}
	for i := range t.Messages {
		m := &t.Messages[i]
		// Of ids that are numbers, as platforms make them, the longer is the later.
		if cmp.Or(m.Time.Compare(r.Time), cmp.Compare(len(m.ID), len(r.Last)), cmp.Compare(m.ID, r.Last)) > 0 {
			return i
		}
	}
	return len(t.Messages)
}
