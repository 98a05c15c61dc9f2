package ledger

import (
	"slices"
	"time"

	"crux/summarize"
)

// What follows is for where one engine goes on with what another did: each finds something that the
// other did not, in messages that both have read.

// From is the report with what is new in some messages alone: the objections that were first put
// there, and those put elsewhere to which somebody responds there.
func From(report *summarize.Report, isNew func(message string) bool) *summarize.Report {
	isOld := func(q summarize.Quote) bool { return !isNew(q.Message) }
	part := *report
	part.Debates = copied(report.Debates)
	for i := range part.Debates {
		d := &part.Debates[i]
		d.Objections = slices.DeleteFunc(copied(d.Objections), func(o summarize.Objection) bool {
			return slices.ContainsFunc(o.Quotes, isOld) &&
				!slices.ContainsFunc(o.Responses, func(r summarize.Response) bool { return isNew(r.Message) })
		})
	}
	return &part
}

// Known is the entries without those that were not among others before, and quote messages that are not new.
func Known(entries, before []Entry, isNew func(message string) bool) []Entry {
	known := map[string]bool{}
	for i := range before {
		known[before[i].ID] = true
	}
	kept := []Entry{}
	for i := range entries {
		e := &entries[i]
		if known[e.ID] || !slices.ContainsFunc(e.Quotes, func(q Quote) bool { return !isNew(q.Message) }) {
			kept = append(kept, e.clone())
		}
	}
	apart(kept)
	return kept
}

// Antedate is the entries as if what was merged in at a time, and found in messages up to a position,
// had been noticed when those were posted: it is no news of that time.
func Antedate(entries []Entry, upTo Position, merged time.Time) []Entry {
	merged = merged.Round(0).UTC()
	dated := clones(entries)
	for i := range dated {
		e := &dated[i]
		if e.Noticed.Equal(merged) && len(e.Quotes) > 0 && upTo.holds(&e.Quotes[0]) {
			e.Noticed = e.Raised
		}
		for j := range e.Quotes {
			if q := &e.Quotes[j]; q.Noticed.Equal(merged) && upTo.holds(q) {
				q.Noticed = q.Time
			}
		}
		for j := range e.Changes {
			c := &e.Changes[j]
			isLater := func(r Response) bool { return !upTo.holds(&r.Quote) }
			if c.Corrected || !c.At.Equal(merged) || slices.ContainsFunc(c.Responses, isLater) {
				continue
			}
			// It came about with the last of the messages that caused it, but not before what came before.
			c.At = e.Noticed
			if len(c.Responses) == 0 && e.Noticed.Before(upTo.Time) {
				c.At = upTo.Time
			}
			for _, r := range c.Responses {
				c.At = later(c.At, r.Time)
			}
			if j > 0 {
				c.At = later(c.At, e.Changes[j-1].At)
			}
		}
	}
	return dated
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// AntedateSeen is Antedate of the messages of which points were made.
func AntedateSeen(seen []Seen, read *summarize.Transcript, upTo Position, noted time.Time) []Seen {
	noted = noted.Round(0).UTC()
	messages := byPeople(read)
	dated := copied(seen)
	for i := range dated {
		m, known := messages[dated[i].Message]
		if known && dated[i].Noticed.Equal(noted) && upTo.holds(&Quote{Quote: summarize.Quote{Message: m.ID}, Time: m.Time}) {
			dated[i].Noticed = m.Time.Round(0).UTC()
		}
	}
	return dated
}

// Supersede is the entries without those that a better reader did not find: a report of theirs, merged
// in at a time, does not hold them, though it was shown the new messages for it, and they quote no
// others. What people corrected or disowned stays. It returns what is left, and the entries that went.
func Supersede(entries []Entry, isNew func(message string) bool, merged time.Time) (kept, gone []Entry) {
	merged = merged.Round(0).UTC()
	isOut := func(e *Entry) bool {
		return !e.LastSeen.Equal(merged) && e.Corrected == nil && len(e.NotMine)+len(e.Disowned) == 0 &&
			!slices.ContainsFunc(e.Quotes, func(q Quote) bool { return !isNew(q.Message) })
	}
	goes := map[string]bool{}
	for again := true; again; { // what went into one that goes, goes with it
		again = false
		for i := range entries {
			if e := &entries[i]; !goes[e.ID] && (e.Into == "" || goes[e.Into]) && isOut(e) {
				goes[e.ID], again = true, true
			}
		}
	}
	kept, gone = []Entry{}, []Entry{}
	for i := range entries {
		if goes[entries[i].ID] {
			gone = append(gone, entries[i])
		} else {
			kept = append(kept, entries[i].clone())
		}
	}
	apart(kept)
	return kept, gone
}
