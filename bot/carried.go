package bot

import (
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
	if isEdited := editedIn(read, now); len(isEdited) > 0 {
		left = left.Reword(isEdited)
	}
	carried := *report
	carried.Debates, carried.Window = left.In(now), summarize.WindowOf(now)
	return &carried
}

// editedIn are the messages, by id, that read otherwise now than they did.
func editedIn(before, now *summarize.Transcript) map[string]bool {
	text := make(map[string]string, len(before.Messages))
	for i := range before.Messages {
		text[before.Messages[i].ID] = before.Messages[i].Text
	}
	edited := map[string]bool{}
	for i := range now.Messages {
		if m := &now.Messages[i]; text[m.ID] != m.Text {
			edited[m.ID] = true
		}
	}
	return edited
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
