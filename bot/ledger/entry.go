package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"crux/summarize"
)

// Entry is one objection, followed over time in one channel. Its JSON is what a
// store keeps; lists are never null. What Merge and the others return is to be
// changed through them alone.
type Entry struct {
	// ID is made once, from nothing that a person wrote, and is unique within its channel.
	ID string `json:"id"`
	// By are the people who raised it, in order of their first message. It is
	// empty where nobody is named, or where they all say that it is not theirs.
	By   []string `json:"by"`
	Gist string   `json:"gist"`
	// Quotes are where it was raised, in order of time. One without a text holds the place of a
	// message that was edited, until the message is read again, or of one whose words expired.
	Quotes []Quote `json:"quotes"`
	Target Target  `json:"target"`

	Status summarize.Status `json:"status"`
	// Confidence is the probability, in 0..1, that open-or-closed is judged right; 1 where people say so.
	Confidence float64 `json:"confidence"`
	// Uncertain is true where Confidence is too low to state the status without a warning.
	Uncertain bool `json:"uncertain"`
	// Recheck is true where the messages that settled it are gone, so that it is to be judged anew.
	Recheck bool `json:"recheck"`
	// Changes are how Status came about, in order of time; before the first it was
	// what the first changed From, or has always been Status where there are none.
	// The oldest of very many are left out.
	Changes []Change `json:"changes"`

	// Raised is the time of its first message that still stands; zero where the source says none.
	Raised time.Time `json:"raised,omitzero"`
	// Noticed is when it came into the ledger.
	Noticed time.Time `json:"noticed"`
	// LastSeen is when a report last held it.
	LastSeen time.Time `json:"last_seen"`

	// Corrected is the last word of people on the status, nil where there is none. No report changes the status then.
	Corrected *Correction `json:"corrected"`
	// NotMine holds for each person who said that it is not theirs, or not meant so, the last such correction.
	NotMine []Correction `json:"not_mine"`
	// Disowned are the quotes of people who say that it is not theirs. They are
	// kept to know the objection again, and are not for showing.
	Disowned []Quote `json:"disowned"`
	// Into is the entry with which a report found this one to be the same, "" where it stands by itself.
	Into string `json:"into"`
}

// Quote is a verbatim part of a message, with who wrote it and when.
type Quote struct {
	summarize.Quote
	Author string    `json:"author"`
	Time   time.Time `json:"time,omitzero"`
	// Noticed is when the ledger first held a quote of this message here.
	Noticed time.Time `json:"noticed"`
}

// Target is what an objection challenges. All of it is empty where that is not known.
type Target struct {
	Gist   string  `json:"gist"`
	Quotes []Quote `json:"quotes"`
	// By are the people who are challenged: whoever said it, or a side's members.
	By []string `json:"by"`
}

// Change is a change of an entry's status.
type Change struct {
	// At is when the ledger noticed it; the responses have the times of their messages.
	At   time.Time        `json:"at"`
	From summarize.Status `json:"from"`
	To   summarize.Status `json:"to"`
	// Responses are the messages that caused it, the best first; none where the
	// earlier responses turned out to be none, and none for a correction.
	Responses []Response `json:"responses"`
	// Corrected is true where a person said so; From and To may then be the same.
	Corrected bool `json:"corrected"`
	// By is the person who corrected it, "" where no person did or they are not to be named any more.
	By string `json:"by"`
}

// Response is the verbatim part of a message that changed an objection's status.
type Response struct {
	Quote
	Kind summarize.ResponseKind `json:"kind"`
}

// Shown reports whether the entry is for showing: it stands by itself, and words
// of somebody who does not deny them bear it out.
func (e *Entry) Shown() bool {
	return e.Into == "" && slices.ContainsFunc(e.Quotes, func(q Quote) bool { return q.Text != "" })
}

// Open reports whether the objection is for showing and still stands.
func (e *Entry) Open() bool { return e.Shown() && e.Status.Open() }

// Again are the quotes of the messages that raised the objection again, after the first one.
func (e *Entry) Again() []Quote {
	again := []Quote{}
	for _, q := range e.Quotes {
		if q.Message != e.Quotes[0].Message && q.Text != "" {
			again = append(again, q)
		}
	}
	return again
}

// Reworded is what its author says that they meant; "" where they say nothing, and where others
// raised it too: nobody words what another said.
func (e *Entry) Reworded() string {
	if len(e.By) != 1 {
		return ""
	}
	return e.meantBy(e.By[0])
}

// meantBy is what a person says that they meant, "" where they say nothing.
func (e *Entry) meantBy(person string) string {
	for _, c := range e.NotMine {
		if c.By == person && c.By != "" {
			return c.Words
		}
	}
	return ""
}

// Response is the best response that decides the status and whose words are still kept; false
// where there is none, as where a person decided it.
func (e *Entry) Response() (Response, bool) {
	if len(e.Changes) == 0 {
		return Response{}, false
	}
	last := &e.Changes[len(e.Changes)-1]
	for _, r := range last.Responses {
		if r.Text != "" && decides(r.Kind, last) {
			return r, true
		}
	}
	return Response{}, false
}

// AllQuotes are all that the entry holds of messages, also what is not for showing; a message may be among them more than once.
func (e *Entry) AllQuotes() []Quote {
	all := slices.Concat(e.Quotes, e.Disowned, e.Target.Quotes)
	for _, c := range e.Changes {
		for _, r := range c.Responses {
			all = append(all, r.Quote)
		}
	}
	return all
}

// Age is how long an objection has stood.
type Age time.Duration

// Age is how long ago the objection was raised; 0 where that is not known.
func (e *Entry) Age(now time.Time) Age {
	if e.Raised.IsZero() {
		return 0
	}
	return Age(max(0, now.Sub(e.Raised)))
}

// String says the age in the largest whole unit: "3 days", "1 hour", "5 minutes".
func (a Age) String() string {
	const day = 24 * time.Hour
	d := time.Duration(a)
	n, unit := int64(d/time.Minute), "minute"
	switch {
	case d >= day:
		n, unit = int64(d/day), "day"
	case d >= time.Hour:
		n, unit = int64(d/time.Hour), "hour"
	case d < time.Minute:
		return "less than a minute"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// older orders entries by when they were raised.
func older(a, b Entry) int {
	return cmp.Or(a.Raised.Compare(b.Raised), cmp.Compare(a.ID, b.ID))
}

// clone is a copy that shares no memory with e.
func (e *Entry) clone() Entry {
	c := *e
	c.By = copied(e.By)
	c.Quotes = copied(e.Quotes)
	c.Target.Quotes = copied(e.Target.Quotes)
	c.Target.By = copied(e.Target.By)
	c.Changes = copied(e.Changes)
	for i := range c.Changes {
		c.Changes[i].Responses = copied(c.Changes[i].Responses)
	}
	if e.Corrected != nil {
		corrected := *e.Corrected
		c.Corrected = &corrected
	}
	c.NotMine = copied(e.NotMine)
	c.Disowned = copied(e.Disowned)
	return c
}

// copied is a copy of a list that is never nil.
func copied[T any](list []T) []T { return append(make([]T, 0, len(list)), list...) }

func clones(entries []Entry) []Entry {
	out := make([]Entry, len(entries))
	for i := range entries {
		out[i] = entries[i].clone()
	}
	return out
}

// settle puts right what follows from the quotes: whose they are, their order, by whom and when
// the objection was raised, and whether its author's rewording of it holds.
func (e *Entry) settle() {
	corrections := len(e.NotMine)
	all := slices.Concat(e.Quotes, e.Disowned)
	e.NotMine = slices.DeleteFunc(e.NotMine, func(c Correction) bool {
		return c.Words != "" && !slices.ContainsFunc(all, func(q Quote) bool { return q.Author == c.By })
	})
	e.part()
	slices.SortStableFunc(e.Quotes, byTime)
	slices.SortStableFunc(e.Disowned, byTime)

	e.By = named(e.By, e.Quotes)
	if len(e.Quotes) > 0 {
		e.Raised = e.Quotes[0].Time
	}
	if words := e.Reworded(); words != "" {
		e.Gist = words
	} else if len(e.Disowned) > 0 || len(e.NotMine) < corrections {
		e.Gist = gistOf(e.Quotes)
	}
}

// part parts the quotes of those whose objection it is from those of people who say that it is
// not theirs. Who says what they meant takes their words out too where others stand by theirs, or
// said later what they meant: else one would word what another said.
func (e *Entry) part() {
	heir := e.heir()
	out := func(person string) bool { return e.disowns(person) || e.meantBy(person) != "" && person != heir }
	quotes, disowned := []Quote{}, []Quote{}
	for _, q := range e.Quotes {
		if out(q.Author) {
			disowned = append(disowned, q)
		} else {
			quotes = append(quotes, q)
		}
	}
	for _, q := range e.Disowned {
		if heir != "" && q.Author == heir {
			quotes = append(quotes, q)
		} else {
			disowned = append(disowned, q)
		}
	}
	e.Quotes, e.Disowned = quotes, disowned
	if heir != "" && !slices.Contains(e.By, heir) {
		e.By = append(e.By, heir)
	}
}

// heir is who said last what they meant with the objection, where nobody else stands by it; "" otherwise.
func (e *Entry) heir() string {
	if slices.ContainsFunc(e.Quotes, func(q Quote) bool {
		return slices.Contains(e.By, q.Author) && !e.disowns(q.Author) && e.meantBy(q.Author) == ""
	}) {
		return ""
	}
	var last Correction
	for _, c := range e.NotMine {
		if c.Words != "" && !c.At.Before(last.At) {
			last = c
		}
	}
	return last.By
}

func byTime(a, b Quote) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Message, b.Message)) }

// named are those of people who wrote one of the quotes, in the quotes' order.
func named(people []string, quotes []Quote) []string {
	by := []string{}
	for _, q := range quotes {
		if slices.Contains(people, q.Author) && !slices.Contains(by, q.Author) {
			by = append(by, q.Author)
		}
	}
	return by
}

// gistLimit is how many code points a quote that stands in for a gist has at most.
const gistLimit = 200

// gistOf is the first quote that has a text, on one line and cut where it is long; "" without one.
func gistOf(quotes []Quote) string {
	for _, q := range quotes {
		line := strings.Join(strings.Fields(q.Text), " ")
		if line == "" {
			continue
		}
		if utf8.RuneCountInString(line) <= gistLimit {
			return line
		}
		cut := string([]rune(line)[:gistLimit-1])
		if at := strings.LastIndexByte(cut, ' '); at > 0 {
			cut = cut[:at]
		}
		return cut + "…"
	}
	return ""
}
