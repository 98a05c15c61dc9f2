package score

import (
	"fmt"
	"strings"
)

// Figures are rates in 0..1, higher is better, and two counts at the end, lower
// is better. A figure is nil where nothing was there to measure.
type Figures struct {
	// Grounded is the share of quotes and responses that stand verbatim in the message that they name.
	Grounded *float64 `json:"grounded"`
	// SidePairs is the balanced accuracy over pairs of people: on the same side or not.
	SidePairs *float64 `json:"side_pairs"`
	// PointRecall is the share of major gold points that a point of the report matches.
	PointRecall *float64 `json:"point_recall"`
	// PointPrecision is the share of the report's points that match a gold point or objection, each counted once.
	PointPrecision *float64 `json:"point_precision"`
	// ObjectionF1 is of the objections found, matched one to one.
	ObjectionF1 *float64 `json:"objection_f1"`
	// OpenF1 is of the objections reported as still open against those that gold calls open.
	OpenF1 *float64 `json:"open_f1"`
	// StatusAcc is the balanced accuracy of open or closed, over the matched objections.
	StatusAcc *float64 `json:"status_acc"`
	// StatusF1 is the macro-F1 over the statuses, over the matched objections.
	StatusF1 *float64 `json:"status_f1"`
	// ResponseAcc is the share of the matched objections that gold calls closed of
	// which one of the first three responses is in a message that gold names.
	ResponseAcc *float64 `json:"response_acc"`
	// Attribution is the share of the matched rows that have the right people and the right side.
	Attribution *float64 `json:"attribution"`
	// SegmentF1 is, for each gold debate of a channel file, the F1 of the
	// best-overlapping reported debate over message ids.
	SegmentF1 *float64 `json:"segment_f1"`
	// FalseAlarms counts objections reported in files that hold no debate; nil where there was no such file.
	FalseAlarms *int `json:"false_alarms"`
	// Missing counts reports that are not there or unreadable.
	Missing int `json:"missing"`
}

// Figures returns the rates that follow from what was counted so far.
func (t *Tally) Figures() Figures {
	f := Figures{
		Grounded:       t.rate(grounded),
		SidePairs:      mean(t.rate(pairsSame), t.rate(pairsApart)),
		PointRecall:    t.rate(pointRecall),
		PointPrecision: t.rate(pointPrecision),
		ObjectionF1:    t.rate(objectionF1),
		OpenF1:         t.rate(openF1),
		StatusAcc:      mean(t.rate(openRight), t.rate(closedRight)),
		StatusF1:       mean(t.statusF1s()...),
		ResponseAcc:    t.rate(responseAcc),
		Attribution:    t.rate(attribution),
		SegmentF1:      t.rate(segmentF1),
		Missing:        t.missing,
	}
	if c := t.counts[falseAlarms]; c.total > 0 {
		f.FalseAlarms = new(int(c.hit))
	}
	return f
}

func (t *Tally) rate(c counter) *float64 {
	n := t.counts[c]
	if n.total == 0 {
		return nil
	}
	return new(n.hit / float64(n.total))
}

// statusF1s are the F1s of the statuses that gold has.
func (t *Tally) statusF1s() []*float64 {
	var scores []*float64
	for _, s := range t.statuses {
		if s.wanted > 0 {
			scores = append(scores, new(float64(2*s.hit)/float64(s.wanted+s.said)))
		}
	}
	return scores
}

// mean is the mean of the rates that there are, nil where there is none.
func mean(rates ...*float64) *float64 {
	sum, n := 0.0, 0
	for _, r := range rates {
		if r != nil {
			sum += *r
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return new(sum / float64(n))
}

// String writes the figures in one line, each after its name, with - for nil.
func (f Figures) String() string {
	alarms := "-"
	if f.FalseAlarms != nil {
		alarms = fmt.Sprint(*f.FalseAlarms)
	}
	return strings.Join([]string{
		"grounded " + decimals(f.Grounded),
		"side_pairs " + decimals(f.SidePairs),
		"point_recall " + decimals(f.PointRecall),
		"point_precision " + decimals(f.PointPrecision),
		"objection_f1 " + decimals(f.ObjectionF1),
		"open_f1 " + decimals(f.OpenF1),
		"status_acc " + decimals(f.StatusAcc),
		"status_f1 " + decimals(f.StatusF1),
		"response_acc " + decimals(f.ResponseAcc),
		"attribution " + decimals(f.Attribution),
		"segment_f1 " + decimals(f.SegmentF1),
		"false_alarms " + alarms,
		"missing " + fmt.Sprint(f.Missing),
	}, "  ")
}

// decimals writes a rate to three places, and - for nil.
func decimals(rate *float64) string {
	if rate == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *rate)
}

// Row is String after a name, in a column that lines rows up below one another.
func (f Figures) Row(name string) string {
	return fmt.Sprintf("%-32s %s", name, f)
}
