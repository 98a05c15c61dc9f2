package ledger

import (
	"slices"

	"crux/summarize"
)

// take takes an objection over into its entry.
func (m *merging) take(o *found) {
	e := &m.entries[o.entry]
	m.takeQuotes(e, o)
	e.By = append(e.By, o.By...)
	e.Gist = o.Gist
	if len(o.target.By)+len(o.target.Quotes) > 0 {
		noticed(o.target.Quotes, e.Target.Quotes)
		e.Target = o.target
	}
	e.Into, e.LastSeen = "", m.now
	e.settle()
	e.judge(o.Objection, m.responses(o.Responses, e), m.holdsAll(e), m.now)
}

// takeQuotes makes an objection's quotes its entry's. Of earlier ones those stay
// whose messages the objection does not quote and that no other objection claims.
func (m *merging) takeQuotes(e *Entry, o *found) {
	earlier := slices.Concat(e.Quotes, e.Disowned)
	quotes := copied(o.quotes)
	noticed(quotes, earlier)
	for _, q := range earlier {
		_, isRead := m.read[q.Message]
		if !quotesMessage(o.quotes, q.Message) && !(isRead && (q.Text == "" || m.claimed(q, o))) {
			quotes = append(quotes, q)
		}
	}
	e.Quotes, e.Disowned = quotes, []Quote{}
}

// claimed reports whether another objection than o quotes the same words.
func (m *merging) claimed(q Quote, o *found) bool {
	p := m.place(q.Quote)
	for i := range m.objections {
		if other := &m.objections[i]; other != o && overlapsAny(&p, other.places) {
			return true
		}
	}
	return false
}

func quotesMessage(quotes []Quote, id string) bool {
	return slices.ContainsFunc(quotes, func(q Quote) bool { return q.Message == id })
}

// noticed has quotes keep since when a message was quoted.
func noticed(quotes, earlier []Quote) {
	for i := range quotes {
		for _, q := range earlier {
			if q.Message == quotes[i].Message && q.Noticed.Before(quotes[i].Noticed) {
				quotes[i].Noticed = q.Noticed
			}
		}
	}
}

// responses are a report's responses to an entry's objection.
func (m *merging) responses(responses []summarize.Response, e *Entry) []Response {
	var earlier []Quote
	for _, r := range e.settledBy() {
		earlier = append(earlier, r.Quote)
	}
	quotes := make([]Quote, len(responses))
	for i, r := range responses {
		quotes[i] = m.quote(r.Quote)
	}
	noticed(quotes, earlier)
	out := make([]Response, len(responses))
	for i, r := range responses {
		out[i] = Response{quotes[i], r.Kind}
	}
	return out
}

// settledBy are the responses that the status rests on.
func (e *Entry) settledBy() []Response {
	if len(e.Changes) == 0 {
		return nil
	}
	return e.Changes[len(e.Changes)-1].Responses
}

// holdsAll reports whether what was read holds where the objection was first put, and all that its status rests on.
func (m *merging) holdsAll(e *Entry) bool {
	holds := func(id string) bool { _, read := m.read[id]; return read }
	for _, r := range e.settledBy() {
		if !holds(r.Message) {
			return false
		}
	}
	first := slices.Concat(e.Quotes, e.Disowned)
	return len(first) == 0 || holds(first[0].Message)
}

// join lets an entry that the report does not hold, but all of whose quotes one
// objection has, go into that objection's entry. What people corrected stays by itself.
func (m *merging) join() {
	for j := range m.entries {
		e := &m.entries[j]
		if m.taken[j] != none || e.Corrected != nil || len(e.NotMine) > 0 || len(e.Quotes) == 0 {
			continue
		}
		places := m.places(e.Quotes)
		for i := range m.objections {
			o := &m.objections[i]
			if into := &m.entries[o.entry]; into.Shown() && covered(places, o.places) == len(places) {
				e.Into = into.ID
				break
			}
		}
	}
}

// dropLost lets go of the places of edited messages that were read again in vain.
func (m *merging) dropLost() {
	for j := range m.entries {
		if m.taken[j] != none {
			continue
		}
		e := &m.entries[j]
		isLost := func(q Quote) bool {
			_, read := m.read[q.Message]
			return read && q.Text == "" && !q.expired()
		}
		n := len(e.Quotes)
		e.Quotes = slices.DeleteFunc(e.Quotes, isLost)
		e.Disowned = slices.DeleteFunc(e.Disowned, isLost)
		if len(e.Quotes) < n {
			e.settle()
		}
	}
}

// finish returns the entries that have a quote left.
func (m *merging) finish() []Entry {
	m.entries = slices.DeleteFunc(m.entries, func(e Entry) bool { return len(e.Quotes)+len(e.Disowned) == 0 })
	apart(m.entries)
	slices.SortFunc(m.entries, older)
	return m.entries
}
