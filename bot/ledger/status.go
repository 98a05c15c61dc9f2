package ledger

import (
	"slices"
	"time"

	"crux/summarize"
)

// mostChanges is how many changes of an entry are kept, the latest.
const mostChanges = 64

func (e *Entry) change(c Change) {
	e.Changes = append(e.Changes, c)
	if n := len(e.Changes); n > mostChanges {
		e.Changes = slices.Delete(e.Changes, 0, n-mostChanges)
	}
}

// justifying are the kinds of response that justify a status, in order of precedence.
var justifying = []struct {
	kind   summarize.ResponseKind
	status summarize.Status
}{
	{summarize.Withdrawal, summarize.Withdrawn},
	{summarize.Concession, summarize.Conceded},
	{summarize.Answer, summarize.Answered},
	{summarize.Deferral, summarize.Acknowledged},
}

// rank orders the statuses by precedence: of two that fit, the higher holds.
func rank(s summarize.Status) int {
	for i, j := range justifying {
		if j.status == s {
			return len(justifying) - i
		}
	}
	return 0
}

// judge takes over a report's judgement where the report can know better. all
// is true where it was made of all that the entry's own judgement rests on; else
// it may only settle more, because what it says less of may stand outside the window.
func (e *Entry) judge(o *summarize.Objection, responses []Response, all bool, now time.Time) {
	if e.Corrected != nil || !all && rank(o.Status) < rank(e.Status) {
		return
	}
	e.Confidence, e.Uncertain, e.Recheck = o.Confidence, o.Uncertain, false
	if o.Status != e.Status {
		e.change(Change{At: now, From: e.Status, To: o.Status, Responses: responses})
		e.Status = o.Status
		return
	}
	if n := len(e.Changes); n > 0 && (all || len(responses) > 0) {
		e.Changes[n-1].Responses = joined(e.Changes[n-1].Responses, responses, all)
	}
}

// joined are the new responses, and after them the earlier ones unless they were all read anew.
func joined(earlier, responses []Response, anew bool) []Response {
	out := copied(responses)
	if anew {
		return out
	}
	for _, r := range earlier {
		if !slices.ContainsFunc(responses, func(s Response) bool { return s.Message == r.Message }) {
			out = append(out, r)
		}
	}
	return out
}

// reopens takes back the changes whose responses are gone, so that the status is
// what it was before them. It reports whether that left anything out.
func (e *Entry) reopens(gone func(*Quote) bool) bool {
	if len(e.Changes) == 0 {
		return false
	}
	status, lost := e.Changes[0].From, false
	kept := e.Changes[:0]
	for _, c := range e.Changes {
		n := len(c.Responses)
		c.Responses = slices.DeleteFunc(c.Responses, func(r Response) bool { return gone(&r.Quote) })
		if len(c.Responses) < n {
			lost = true
			c.To = justified(c.To, c.Responses, status)
		}
		c.From = status
		if c.From == c.To && !c.Corrected {
			continue
		}
		status = c.To
		kept = append(kept, c)
	}
	clear(e.Changes[len(kept):])
	e.Changes = kept
	if lost && e.Corrected == nil && status != e.Status {
		e.Status, e.Uncertain, e.Recheck = status, true, true
	}
	return lost
}

// justified is a status where a response of its kind is left, else the highest
// that the responses left justify, else what stood before.
func justified(status summarize.Status, left []Response, before summarize.Status) summarize.Status {
	highest := before
	for _, j := range slices.Backward(justifying) {
		if slices.ContainsFunc(left, func(r Response) bool { return r.Kind == j.kind }) {
			if highest = j.status; highest == status {
				return status
			}
		}
	}
	return highest
}
