package score

import (
	"fmt"
	"math"
	"strings"

	"crux/summarize"
)

// confidenceBounds are where the bins of the confidence begin, and where the
// last one ends. One bin holds all below a half: an engine that says which of
// open and closed is the likelier one has little to put there.
var confidenceBounds = [...]float64{0, 0.5, 0.6, 0.7, 0.8, 0.9, 1}

const confidenceBins = len(confidenceBounds) - 1

// confidenceCount sums up the matched objections of a bin.
type confidenceCount struct {
	objections, right int
	confidence        float64
}

// Reliability holds the confidences of the matched objections against how often
// open-or-closed was judged right, bin by bin (the reliability diagram of
// DeGroot and Fienberg 1983). Of calibrated confidences, those near 0.8 are
// right four times in five.
type Reliability struct {
	// Bins stand in order of confidence: below 0.5, and from there in steps of 0.1.
	Bins []ConfidenceBin `json:"bins"`
	// All is one bin of everything.
	All ConfidenceBin `json:"all"`
	// CalibrationError is the expected calibration error (Naeini, Cooper and
	// Hauskrecht 2015; Guo et al. 2017), in 0..1, lower is better: the distance
	// between Confidence and Right of a bin, averaged over the objections. It is
	// nil where no objection matched. Calibrated confidences have one above 0 as
	// well, by chance: some 0.05 over 200 objections, and half of that over 800.
	CalibrationError *float64 `json:"calibration_error"`
}

// ConfidenceBin is of the matched objections with a confidence of at least From
// and less than To; the last bin has those with a confidence of To, too.
type ConfidenceBin struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	// Objections is how many there are.
	Objections int `json:"objections"`
	// Confidence is their mean confidence, nil where there are none.
	Confidence *float64 `json:"confidence"`
	// Right is the share of them that gold calls open or closed as the report does, nil where there are none.
	Right *float64 `json:"right"`
}

// confidence counts a matched objection in the bin of its confidence. What is no
// probability counts as the one that summarize.Verify makes of it.
func (t *Tally) confidence(o summarize.Objection, right bool) {
	p := 0.0
	if o.Confidence > 0 {
		p = min(o.Confidence, 1)
	}
	bin := 0
	for bin+1 < confidenceBins && p >= confidenceBounds[bin+1] {
		bin++
	}
	c := confidenceCount{objections: 1, confidence: p}
	if right {
		c.right = 1
	}
	t.confidences[bin].merge(c)
}

func (c *confidenceCount) merge(other confidenceCount) {
	c.objections += other.objections
	c.right += other.right
	c.confidence += other.confidence
}

// Reliability returns how far the confidences of what was counted so far can be trusted.
func (t *Tally) Reliability() Reliability {
	var r Reliability
	var all confidenceCount
	apart := 0.0
	for i, c := range t.confidences {
		r.Bins = append(r.Bins, c.bin(confidenceBounds[i], confidenceBounds[i+1]))
		all.merge(c)
		apart += math.Abs(c.confidence - float64(c.right))
	}
	r.All = all.bin(confidenceBounds[0], confidenceBounds[confidenceBins])
	if all.objections > 0 {
		r.CalibrationError = new(apart / float64(all.objections))
	}
	return r
}

func (c confidenceCount) bin(from, to float64) ConfidenceBin {
	bin := ConfidenceBin{From: from, To: to, Objections: c.objections}
	if n := float64(c.objections); n > 0 {
		bin.Confidence, bin.Right = new(c.confidence/n), new(float64(c.right)/n)
	}
	return bin
}

// String writes a table of several lines, with a row for each bin, one for all
// of them and the calibration error last; - stands for nil.
func (r Reliability) String() string {
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s  %10s  %10s  %5s\n", "confidence", "objections", "mean", "right")
	for i, b := range r.Bins {
		name := fmt.Sprintf("%.1f–%.1f", b.From, b.To)
		if i == 0 {
			name = fmt.Sprintf("below %.1f", b.To)
		}
		table.WriteString(b.row(name))
	}
	table.WriteString(r.All.row("all"))
	table.WriteString("calibration error " + decimals(r.CalibrationError))
	return table.String()
}

func (b ConfidenceBin) row(name string) string {
	return fmt.Sprintf("%-10s  %10d  %10s  %5s\n", name, b.Objections, decimals(b.Confidence), decimals(b.Right))
}
