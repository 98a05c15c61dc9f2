package ledger

import (
	"slices"
	"time"
)

// Expire takes out of the entries the words of messages from before a time, and what was
// worded from them, but not what became of the objections: they are no deletions. Where nobody
// knows when a message was posted, when it was noticed counts. An entry of which nothing is left
// goes, and is counted in Counts alone, unless another that has words left went into it; that one
// keeps its identity, statuses and times, and no names. It returns the entries, and the ids of
// those that changed or went.
func Expire(entries []Entry, before time.Time) (kept []Entry, changed []string) {
	kept, changed = without(entries, func(e *Entry) bool {
		isOld := func(q *Quote) bool {
			if q.Time.IsZero() {
				return q.Noticed.Before(before)
			}
			return q.Time.Before(before)
		}
		expired := e.expireQuotes(isOld)
		expired = e.expireCorrections(before) || expired
		isYoung := func(q Quote) bool { return !isOld(&q) }
		return !slices.ContainsFunc(e.AllQuotes(), isYoung) && e.unname() || expired
	})
	isEmpty := func(e *Entry) bool {
		return !slices.ContainsFunc(e.AllQuotes(), func(q Quote) bool { return !q.expired() })
	}
	needed := map[string]bool{}
	for i := range kept {
		if !isEmpty(&kept[i]) {
			needed[kept[i].Into] = true
		}
	}
	kept = slices.DeleteFunc(kept, func(e Entry) bool {
		goes := isEmpty(&e) && !needed[e.ID]
		if goes && !slices.Contains(changed, e.ID) {
			changed = append(changed, e.ID)
		}
		return goes
	})
	return kept, changed
}

// expired reports whether nothing is left of the quote but which message it was. Of one whose
// message was edited it is still known who wrote it.
func (q *Quote) expired() bool { return q.Text+q.Author+q.URL == "" }

// expireQuotes empties the quotes that are old, so that nothing is left of them but which message it was.
func (e *Entry) expireQuotes(isOld func(*Quote) bool) (expired bool) {
	empty := func(q *Quote) bool {
		if !isOld(q) || q.expired() {
			return false
		}
		q.Text, q.Author, q.URL = "", "", ""
		return true
	}
	for i := range e.Quotes {
		expired = empty(&e.Quotes[i]) || expired
	}
	if expired {
		e.Gist = gistOf(e.Quotes)
	}
	for i := range e.Disowned {
		expired = empty(&e.Disowned[i]) || expired
	}
	for i := range e.Changes {
		for j := range e.Changes[i].Responses {
			expired = empty(&e.Changes[i].Responses[j].Quote) || expired
		}
	}
	n := len(e.Target.Quotes)
	if e.Target.Quotes = slices.DeleteFunc(e.Target.Quotes, func(q Quote) bool { return isOld(&q) }); len(e.Target.Quotes) < n {
		e.Target.Gist, e.Target.By = gistOf(e.Target.Quotes), named(e.Target.By, e.Target.Quotes)
		expired = true
	}
	return expired
}

// expireCorrections takes out what people worded before a time, and who denied what is not kept any more.
func (e *Entry) expireCorrections(before time.Time) (expired bool) {
	if e.Corrected != nil && e.Corrected.Words != "" && e.Corrected.At.Before(before) {
		e.Corrected.Words, expired = "", true
	}
	wrote := func(person string, quotes []Quote) bool {
		return slices.ContainsFunc(quotes, func(q Quote) bool { return q.Author == person })
	}
	n := len(e.NotMine)
	e.NotMine = slices.DeleteFunc(e.NotMine, func(c Correction) bool {
		return c.At.Before(before) && (c.Words != "" || !wrote(c.By, e.Quotes) && !wrote(c.By, e.Disowned))
	})
	if len(e.NotMine) < n {
		e.Gist, expired = gistOf(e.Quotes), true
	}
	return expired
}

// unname takes out every name, and reports whether there was any.
func (e *Entry) unname() bool {
	n := len(e.By) + len(e.Target.By) + len(e.NotMine)
	e.By, e.Target, e.NotMine = []string{}, Target{Quotes: []Quote{}, By: []string{}}, []Correction{}
	had := n > 0
	clearName := func(name *string) {
		had = had || *name != ""
		*name = ""
	}
	if e.Corrected != nil {
		clearName(&e.Corrected.By)
		clearName(&e.Corrected.Words)
	}
	for i := range e.Changes {
		clearName(&e.Changes[i].By)
		for j := range e.Changes[i].Responses {
			clearName(&e.Changes[i].Responses[j].Author)
		}
	}
	for _, quotes := range [][]Quote{e.Quotes, e.Disowned} {
		for i := range quotes {
			clearName(&quotes[i].Author)
		}
	}
	return had
}
