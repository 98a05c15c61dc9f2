package ledger

import (
	"maps"
	"slices"
	"strings"
	"time"

	"crux/summarize"
)

// Seen is a message of which a report made a point, without its words.
type Seen struct {
	Message string `json:"message"`
	// Noticed is when the ledger first saw a point made of it.
	Noticed time.Time `json:"noticed"`
}

// Note adds the messages of which a report makes points to those seen before. What is given is not changed.
func Note(seen []Seen, report *summarize.Report, now time.Time) []Seen {
	known := make(map[string]bool, len(seen))
	for _, s := range seen {
		known[s.Message] = true
	}
	noted := copied(seen)
	for _, d := range report.Debates {
		for _, p := range d.Points {
			for _, q := range p.Quotes {
				if !known[q.Message] {
					known[q.Message] = true
					noted = append(noted, Seen{Message: q.Message, Noticed: now.Round(0).UTC()})
				}
			}
		}
	}
	// Debates and points stand in no lasting order.
	slices.SortFunc(noted[len(seen):], func(a, b Seen) int { return strings.Compare(a.Message, b.Message) })
	return noted
}

// NewPoints reports of which points a report makes it is news since a time (excluded): those of
// whose messages none was seen by then, by their debate and point ids joined by a slash.
func NewPoints(seen []Seen, report *summarize.Report, since time.Time) map[string]bool {
	old := make(map[string]bool, len(seen))
	for _, s := range seen {
		old[s.Message] = !s.Noticed.After(since)
	}
	fresh := map[string]bool{}
	for _, d := range report.Debates {
		for _, p := range d.Points {
			if !slices.ContainsFunc(p.Quotes, func(q summarize.Quote) bool { return old[q.Message] }) {
				fresh[d.ID+"/"+p.ID] = true
			}
		}
	}
	return fresh
}

// Counts are over the objections of a channel, of those kept and those forgotten.
type Counts struct {
	Raised   int                      `json:"raised"`
	ByStatus map[summarize.Status]int `json:"by_status"`
}

// Follow is the counts after entries became others. What is an objection no more, because it
// turned out to be another one's or its authors deny it, counts no more. An entry that is gone
// counts as what it last was.
func (c Counts) Follow(before, after []Entry) Counts {
	next := Counts{Raised: c.Raised, ByStatus: map[summarize.Status]int{}}
	for status, n := range c.ByStatus {
		next.ByStatus[status] = n
	}
	was := make(map[string]*Entry, len(before))
	for i := range before {
		was[before[i].ID] = &before[i]
	}
	for i := range after {
		e := &after[i]
		if earlier := was[e.ID]; earlier != nil && earlier.counts() {
			next.add(earlier.Status, -1)
		}
		if e.counts() {
			next.add(e.Status, 1)
		}
	}
	return next
}

func (c *Counts) add(status summarize.Status, n int) {
	c.Raised += n
	if c.ByStatus[status] += n; c.ByStatus[status] == 0 {
		delete(c.ByStatus, status)
	}
}

// Settled is how many of those raised are open no more.
func (c Counts) Settled() int {
	settled := 0
	for status, n := range c.ByStatus {
		if !status.Open() {
			settled += n
		}
	}
	return settled
}

// counts reports whether the entry is an objection by itself, whether or not its words are still kept.
func (e *Entry) counts() bool { return e.Into == "" && len(e.Quotes) > 0 }

// Without is the counts as if there had never been those entries.
func (c Counts) Without(entries []Entry) Counts {
	next := Counts{Raised: c.Raised, ByStatus: maps.Clone(c.ByStatus)}
	for i := range entries {
		if e := &entries[i]; e.counts() {
			next.add(e.Status, -1)
		}
	}
	return next
}
