package ledger

import (
	"slices"
	"time"

	"crux/summarize"
)

// Uphold is the report with the statuses that people corrected in the ledger, and how many
// those are. Objections are known again as in Merge, and read is what the report was made of. An
// objection that people say is answered may have no response that says so. The report given is not changed.
func Uphold(entries []Entry, report *summarize.Report, read *summarize.Transcript) (*summarize.Report, int) {
	if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Corrected != nil }) {
		return report, 0
	}
	upheld := *report
	upheld.Debates = copied(report.Debates)
	for i := range upheld.Debates {
		upheld.Debates[i].Objections = copied(upheld.Debates[i].Objections)
	}
	m := newMerging(entries, &upheld, read, time.Time{})
	m.reread()
	m.match()
	n := 0
	for i := range m.objections {
		o := &m.objections[i]
		e := &m.entries[o.entry]
		if e.Corrected == nil {
			continue
		}
		n++
		o.Status, o.Confidence, o.Uncertain = e.Status, 1, false
		if e.Status == summarize.Unanswered {
			o.Responses = []summarize.Response{}
		}
	}
	return &upheld, n
}
