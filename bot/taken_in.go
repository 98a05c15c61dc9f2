package bot

import (
	"slices"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// followed is what a reader found in a followed channel.
type followed struct {
	judged
	by         *reader
	transcript *summarize.Transcript
	// shown is the transcript as the reader was shown it; what was edited or removed since stands so in transcript.
	shown *summarize.Transcript
	// told is the report without what was disowned.
	told *summarize.Report
	// isWhole is true where the transcript lacks nothing that is known to be missing.
	isWhole bool
}

// mostPartial is how often in a row what a model reads in part is read again: its prompts cost each time.
const mostPartial = 3

// takeIn merges what was found into the ledger.
//
// Once a language model reads a channel, what one reader newly finds in messages that another had read
// before is no news. An engine that stands in for the model tells only of objections that were first put
// since the model was there, and of what became of those known since then, lest an outage brings up as
// new what the model took for none; and what it told goes where the model, once it has read the same
// messages, does not find it.
func (l *Ledger) takeIn(f *followed, key string, now time.Time) {
	before, isNew, isShown := l.readTo(), l.Reading.New(f.transcript), ledger.MarksOf(f.shown).In(f.transcript)
	isModels := f.by.isModel() && f.by.isBy(f.report)
	merged := f.told
	if l.Reading != nil && !isModels {
		merged = ledger.From(merged, isNew)
	}
	had := l.Entries
	l.Entries = ledger.Merge(l.Entries, merged, f.transcript, now)
	if l.Reading != nil && !isModels {
		l.Entries = ledger.Known(l.Entries, had, isNew)
	}
	l.Points = ledger.Note(l.Points, f.told, now)
	if f.by.isModel() || l.Reading != nil {
		l.Entries = ledger.Antedate(l.Entries, before, now)
		l.Points = ledger.AntedateSeen(l.Points, f.transcript, before, now)
	}
	if isModels && f.report.Engine.Degraded == "" {
		isRead := func(id string) bool { return isNew(id) && isShown(id) }
		kept, gone := ledger.Supersede(l.Entries, isRead, now)
		l.Entries, l.Counts = kept, l.Counts.Without(among(had, gone))
	}
	l.Read, l.Degraded = key, ""
	if slices.ContainsFunc(f.transcript.Messages, func(m summarize.Message) bool { return !isShown(m.ID) }) {
		l.Read = "" // what was edited meanwhile is to be read as it is now
	}
	isRead := f.report.Engine.Degraded == "" || !isModels // as whoever stands in reads all
	if end := ledger.End(f.transcript); isRead && f.isWhole && end.Compare(l.To) > 0 {
		l.To = end
	}
	if f.by.isModel() {
		l.noteReading(f, isModels, now)
	}
}

// readTo is up to where the messages were read before, by whichever engine.
func (l *Ledger) readTo() ledger.Position {
	if l.To != (ledger.Position{}) {
		return l.To
	}
	var to ledger.Position // of a ledger from before that was noted
	for i := range l.Entries {
		if seen := l.Entries[i].LastSeen; seen.After(to.Time) {
			to.Time = seen
		}
	}
	return to
}

// noteReading keeps what a language model read, so that it is read on from there; but not where
// it, or the transcript, lacks something that may be read later.
func (l *Ledger) noteReading(f *followed, isModels bool, now time.Time) {
	l.Degraded = f.report.Engine.Degraded
	if f.isAsked {
		l.Asked = now.UTC()
	}
	if !isModels {
		return
	}
	isEnough := l.Degraded == ""
	switch {
	case isEnough:
		l.Partial = 0
	case f.isAsked:
		if l.Partial++; l.Partial >= mostPartial {
			l.Partial, isEnough = 0, true
		}
	}
	if l.Reading == nil && len(f.transcript.Messages) < leastRead {
		return // it was shown nothing
	}
	if isEnough && f.isWhole && l.Reading.End().Compare(ledger.End(f.transcript)) <= 0 {
		l.Reading = ledger.NewReading(f.report, f.transcript, f.shown, now)
	}
}

// leastRead is how many messages there must be for a model to be asked.
const leastRead = 2

// among are those of some entries that have the ids of others.
func among(entries, others []ledger.Entry) []ledger.Entry {
	ids := map[string]bool{}
	for i := range others {
		ids[others[i].ID] = true
	}
	var found []ledger.Entry
	for i := range entries {
		if ids[entries[i].ID] {
			found = append(found, entries[i])
		}
	}
	return found
}

// askAgain is how long a language model that did not read all as it should have is not asked for the
// same again, unless somebody wants a report.
const askAgain = 15 * time.Minute

// isBehind reports whether a ledger is to be brought up to date with what was read under a key.
func (l *Ledger) isBehind(by *reader, key string, now time.Time) bool {
	return l.Read != key || l.Degraded != "" && by.isModel() && now.Sub(l.Asked) >= askAgain
}
