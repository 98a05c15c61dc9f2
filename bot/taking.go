package bot

import (
	"slices"
	"time"

	"crux/bot/ledger"
)

// taking takes words out of a ledger, wherever it holds some. Neither changes what it is given.
type taking struct {
	// entries takes them out of entries, and says which of them changed.
	entries func([]ledger.Entry) (kept []ledger.Entry, changed []string)
	// reading takes them out of what a language model read; nil where they may stay there.
	reading func(*ledger.Reading) *ledger.Reading
}

// take takes something out, and says of how many entries, and whether of anything.
func (l *Ledger) take(all ...taking) (entries int, changed bool) {
	was := l.Reading
	for _, take := range all {
		kept, ids := take.entries(l.Entries)
		if len(ids) > 0 {
			l.Entries = kept
		}
		entries += len(ids)
		if take.reading != nil {
			l.Reading = take.reading(l.Reading)
		}
	}
	return entries, entries > 0 || l.Reading != was
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
			return r.RemoveWhere(func(_ string, from ledger.Origin) bool { return isIn(from.URL) }).Reword(nil)
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
