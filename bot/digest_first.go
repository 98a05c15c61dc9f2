package bot

import (
	"slices"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// isFirst reports whether all that is in a ledger was noticed since a time: its channel was read for the
// first time then, perhaps with much that was said long before. Of such a channel it counts when
// something was said, and not when it was noticed.
func isFirst(l *Ledger, since time.Time) bool {
	return !slices.ContainsFunc(l.Entries, func(e ledger.Entry) bool { return !e.Noticed.After(since) }) &&
		!slices.ContainsFunc(l.Points, func(s ledger.Seen) bool { return !s.Noticed.After(since) })
}

// asSaid are the entries as if what was said by a time had been noticed by then.
func asSaid(entries []ledger.Entry, by time.Time) []ledger.Entry {
	isSaid := func(q *ledger.Quote) bool { return !q.Time.IsZero() && !q.Time.After(by) }
	said := slices.Clone(entries)
	for i := range said {
		e := &said[i]
		if e.Raised.IsZero() || e.Raised.After(by) {
			continue
		}
		e.Noticed = earlier(e.Noticed, by)
		e.Quotes = slices.Clone(e.Quotes)
		for j := range e.Quotes {
			if q := &e.Quotes[j]; isSaid(q) {
				q.Noticed = earlier(q.Noticed, by)
			}
		}
		e.Changes = slices.Clone(e.Changes)
		for j := range e.Changes {
			isLater := func(r ledger.Response) bool { return !isSaid(&r.Quote) }
			if c := &e.Changes[j]; len(c.Responses) > 0 && !slices.ContainsFunc(c.Responses, isLater) {
				c.At = earlier(c.At, by)
			}
		}
	}
	return said
}

// seenAsSaid are the messages of points as if those written by a time had been seen by then.
func seenAsSaid(seen []ledger.Seen, read *summarize.Transcript, by time.Time) []ledger.Seen {
	isSaid := map[string]bool{}
	for _, m := range read.Messages {
		isSaid[m.ID] = !m.Time.After(by)
	}
	said := slices.Clone(seen)
	for i := range said {
		if isSaid[said[i].Message] {
			said[i].Noticed = earlier(said[i].Noticed, by)
		}
	}
	return said
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
