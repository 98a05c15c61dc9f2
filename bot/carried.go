package bot

import (
	"slices"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// carriedOver is a report on what was read, as it stands now that messages were edited or removed: without what
// rested on their old words. What they say now was not read.
func carriedOver(report *summarize.Report, read, now *summarize.Transcript) *summarize.Report {
	stands := make(map[string]bool, len(now.Messages))
	for i := range now.Messages {
		stands[now.Messages[i].ID] = true
	}
	var gone []string
	for i := range read.Messages {
		if id := read.Messages[i].ID; !stands[id] {
			gone = append(gone, id)
		}
	}
	left := ledger.NewReading(report, read, read, time.Time{}).Remove(gone).Heed(now)
	if isEdited(read, now) { // questions, labels and gists may be worded from what stood there
		left = left.Reword()
	}
	carried := *report
	carried.Debates, carried.Window = left.In(now), summarize.WindowOf(now)
	return &carried
}

// isEdited reports whether a message reads otherwise now than it did.
func isEdited(before, now *summarize.Transcript) bool {
	text := make(map[string]string, len(before.Messages))
	for i := range before.Messages {
		text[before.Messages[i].ID] = before.Messages[i].Text
	}
	return slices.ContainsFunc(now.Messages, func(m summarize.Message) bool { return text[m.ID] != m.Text })
}

// on is what was found, as it stands in a transcript that changed since; nil where it is to be found anew, as
// where that costs nothing.
func (f *followed) on(t *summarize.Transcript) *followed {
	if f == nil || !f.by.isModel() || !f.by.isBy(f.report) {
		return nil
	}
	carried := *f
	carried.report, carried.transcript = carriedOver(f.report, f.transcript, t), t
	return &carried
}
