package ledger

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"crux/summarize"
)

// Correction is what a person said of an entry. It outlives every later report.
type Correction struct {
	Kind CorrectionKind `json:"kind"`
	// By is who said so, "" where they are not to be named any more.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// Words are the person's own: a remark on a status, and for NotMine what they
	// meant instead, "" where it is not theirs at all.
	Words string `json:"words"`
}

// CorrectionKind says what a correction does.
type CorrectionKind string

// The kinds of correction.
const (
	// SaidAnswered settles the objection. Anybody may say so.
	SaidAnswered CorrectionKind = "answered"
	// SaidOpen says that it is not answered. Anybody may say so.
	SaidOpen CorrectionKind = "not answered"
	// NotMine takes its author's words out of it, or says what they meant. Only who wrote one of its quotes may.
	NotMine CorrectionKind = "not mine"
)

var (
	// ErrNotAuthor says that somebody disowned what is not theirs.
	ErrNotAuthor = errors.New("ledger: only who raised an objection can disown it")
	// ErrCorrection says that a correction is of no known kind, or by nobody.
	ErrCorrection = errors.New("ledger: no such correction")
)

// Correct is the entry as corrected. It returns ErrNotAuthor or ErrCorrection
// where the correction can't be, and the entry as it was.
func Correct(entry Entry, c Correction) (Entry, error) {
	if c.By == "" {
		return entry, fmt.Errorf("%w: it is by nobody", ErrCorrection)
	}
	e := entry.clone()
	c.At = c.At.Round(0).UTC()
	change := Change{At: c.At, From: e.Status, To: e.Status, Responses: []Response{}, Corrected: true, By: c.By}
	switch c.Kind {
	case SaidAnswered:
		if e.Status.Open() {
			change.To = summarize.Answered
		}
		e.correctStatus(c, change)
	case SaidOpen:
		if !e.Status.Open() {
			change.To = summarize.Unanswered
		}
		e.correctStatus(c, change)
	case NotMine:
		if !e.by(c.By) {
			return entry, ErrNotAuthor
		}
		e.disown(c)
	default:
		return entry, fmt.Errorf("%w: its kind is unknown", ErrCorrection)
	}
	return e, nil
}

func (e *Entry) correctStatus(c Correction, change Change) {
	e.Corrected = &c
	e.Status, e.Confidence, e.Uncertain, e.Recheck = change.To, 1, false, false
	e.change(change)
}

// by reports whether words of a person's are in the objection, or were before they said that it is not theirs.
func (e *Entry) by(person string) bool {
	return slices.Contains(e.By, person) || slices.ContainsFunc(e.Quotes, func(q Quote) bool { return q.Author == person }) ||
		slices.ContainsFunc(e.NotMine, func(c Correction) bool { return c.By == person })
}

// disown notes a correction by an author in place of their earlier one.
func (e *Entry) disown(c Correction) {
	e.NotMine = slices.DeleteFunc(e.NotMine, func(earlier Correction) bool { return earlier.By == c.By })
	e.NotMine = append(e.NotMine, c)
	e.settle()
}

// disowns reports whether a person says that the objection is not theirs at all.
func (e *Entry) disowns(person string) bool {
	return slices.ContainsFunc(e.NotMine, func(c Correction) bool { return c.By == person && c.By != "" && c.Words == "" })
}
