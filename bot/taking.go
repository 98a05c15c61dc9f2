package bot

import (
	"slices"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// taking takes words out of a ledger, wherever it holds some. Neither changes what it is given.
type taking struct {
	// entries takes them out of entries, and says which of them changed.
	entries func([]ledger.Entry) (kept []ledger.Entry, changed []string)
	// reading takes them out of what a language model read; nil where they may stay there.
	reading func(*ledger.Reading) *ledger.Reading
}

// take takes something out, and says of how many entries.
func (l *Ledger) take(all ...taking) (changed int) {
	for _, take := range all {
		kept, ids := take.entries(l.Entries)
		if len(ids) > 0 {
			l.Entries = kept
		}
		changed += len(ids)
		if take.reading != nil {
			l.Reading = take.reading(l.Reading)
		}
	}
	return changed
}

// takingOut takes out deleted messages.
func takingOut(ids []string) taking {
	return taking{
		entries: func(entries []ledger.Entry) ([]ledger.Entry, []string) { return ledger.Remove(entries, ids) },
		reading: func(r *ledger.Reading) *ledger.Reading { return r.Remove(ids) },
	}
}

// takingOutThread takes out what was said in a thread that is a channel of its own.
func takingOutThread(thread Place) taking {
	isIn := func(url string) bool {
		p, _, ok := ParseLink(url)
		return ok && p.Channel == thread.Channel
	}
	return taking{
		entries: func(entries []ledger.Entry) ([]ledger.Entry, []string) {
			var ids []string
			for i := range entries {
				for _, q := range entries[i].AllQuotes() {
					if isIn(q.URL) {
						ids = append(ids, q.Message)
					}
				}
			}
			return ledger.Remove(entries, ids)
		},
		reading: func(r *ledger.Reading) *ledger.Reading {
			return r.RemoveWhere(func(_ string, from ledger.Origin) bool { return isIn(from.URL) })
		},
	}
}

// expire takes out the words of messages from before a time. Messages seen before then can't be read any more.
func (l *Ledger) expire(before time.Time) (changed bool) {
	kept, ids := ledger.Expire(l.Entries, before)
	n := len(l.Points)
	l.Points = slices.DeleteFunc(slices.Clone(l.Points), func(s ledger.Seen) bool { return s.Noticed.Before(before) })
	if len(ids) > 0 {
		l.Entries = kept
	}
	was := l.Reading
	l.Reading = was.Expire(before)
	return len(ids) > 0 || len(l.Points) < n || l.Reading != was
}

// merge merges a report into the entries and points. byModel is true of what a language model read:
// the first such reading replaces what another engine found in the same messages.
func (l *Ledger) merge(report *summarize.Report, t *summarize.Transcript, byModel bool, now time.Time) {
	if byModel && l.Reading == nil && len(l.Entries) > 0 {
		l.readAnew(report, t, now)
		return
	}
	l.Entries = ledger.Merge(l.Entries, report, t, now)
	l.Points = ledger.Note(l.Points, report, now)
}

// readAnew merges the report of a better reader than the one before. Objections that it does not find
// go, unless somebody said something of them. What it finds in messages that were read before is no
// news: it counts as noticed when they were read last.
func (l *Ledger) readAnew(report *summarize.Report, t *summarize.Transcript, now time.Time) {
	var readLast time.Time
	for i := range l.Entries {
		if seen := l.Entries[i].LastSeen; seen.After(readLast) {
			readLast = seen
		}
	}
	there := map[string]bool{}
	for _, m := range t.Messages {
		there[m.ID] = true
	}
	merged := ledger.Merge(l.Entries, report, t, now)
	var untrue []ledger.Entry
	kept := slices.DeleteFunc(merged, func(e ledger.Entry) bool {
		isSaidOf := e.Corrected != nil || len(e.NotMine)+len(e.Disowned) > 0
		isRead := !slices.ContainsFunc(e.Quotes, func(q ledger.Quote) bool { return !there[q.Message] })
		goes := e.LastSeen.Before(now) && isRead && !isSaidOf
		if goes {
			untrue = append(untrue, e)
		}
		return goes
	})
	l.Counts = l.Counts.Without(untrue)
	l.Entries = asSaid(kept, readLast)
	l.Points = seenAsSaid(ledger.Note(l.Points, report, now), t, readLast)
}
