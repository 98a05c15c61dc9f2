package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"
	"time"

	"crux/summarize"
)

// Merge takes a report over into a channel's entries. What is news of them, Since says.
//
// The report is a verified one, and read is the transcript that it was made of.
// An objection is an entry's when they quote the same words or, failing that,
// speak of the same in the same message or in much the same words elsewhere,
// from the same side or against the same people. No two objections of a report
// become one entry. An entry that the report does not hold stays as it is, but
// for quotes of messages that now read otherwise: those go, as with Edit.
//
// A status that a person corrected stays. Otherwise it becomes what the report
// says, but no less settled than it is unless read holds where the objection was
// first put and all that settled it.
//
// The order of entries, debates and objections does not matter. The entries
// come back by age. Merging the same again changes nothing but LastSeen.
func Merge(entries []Entry, report *summarize.Report, read *summarize.Transcript, now time.Time) []Entry {
	m := newMerging(entries, report, read, now)
	m.reread()
	m.match()
	for i := range m.objections {
		m.take(&m.objections[i])
	}
	m.join()
	m.dropLost()
	return m.finish()
}

// merging is one merge under way.
type merging struct {
	wording
	now        time.Time
	read       map[string]*summarize.Message // by people, by id
	entries    []Entry                       // the changed copies, in order of age
	objections []found
	taken      []int // the objection of each entry, or none

	objectionsIn, entriesIn map[string]int // how many quote a message
}

// found is an objection in the report.
type found struct {
	*summarize.Objection
	debate *summarize.Debate
	quotes []Quote
	target Target
	places []place
	entry  int // whose it is
}

func newMerging(entries []Entry, report *summarize.Report, read *summarize.Transcript, now time.Time) *merging {
	m := &merging{
		wording: newWording(read), now: now.Round(0).UTC(), read: byPeople(read),
		entries: clones(entries), objectionsIn: map[string]int{}, entriesIn: map[string]int{},
	}
	slices.SortFunc(m.entries, older)
	for i := range report.Debates {
		d := &report.Debates[i]
		for j := range d.Objections {
			if o := &d.Objections[j]; len(o.Quotes) > 0 {
				f := found{Objection: o, debate: d, quotes: m.quotes(o.Quotes), target: m.target(d, o.Target), entry: none}
				f.places = m.places(f.quotes)
				m.objections = append(m.objections, f)
			}
		}
	}
	slices.SortStableFunc(m.objections, m.order)
	return m
}

// byPeople are the messages that people wrote, by id.
func byPeople(read *summarize.Transcript) map[string]*summarize.Message {
	messages := make(map[string]*summarize.Message, len(read.Messages))
	for i := range read.Messages {
		if message := &read.Messages[i]; !message.Bot {
			messages[message.ID] = message
		}
	}
	return messages
}

// order orders objections by what they say, whatever order the report has them in.
func (m *merging) order(a, b found) int {
	byQuote := func(p, q Quote) int {
		return cmp.Or(p.Time.Compare(q.Time), cmp.Compare(p.Message, q.Message),
			cmp.Compare(m.place(p.Quote).start, m.place(q.Quote).start), cmp.Compare(p.Text, q.Text))
	}
	return cmp.Or(slices.CompareFunc(a.quotes, b.quotes, byQuote), cmp.Compare(a.Gist, b.Gist), cmp.Compare(a.Status, b.Status),
		slices.CompareFunc(a.target.Quotes, b.target.Quotes, byQuote), cmp.Compare(a.debate.ID, b.debate.ID), cmp.Compare(a.ID, b.ID))
}

// quote is a report's quote, with who wrote it and when.
func (m *merging) quote(q summarize.Quote) Quote {
	out := Quote{Quote: q, Noticed: m.now}
	if message, known := m.read[q.Message]; known {
		out.Author, out.Time = message.Author, message.Time.Round(0).UTC()
	}
	return out
}

func (m *merging) quotes(quotes []summarize.Quote) []Quote {
	out := make([]Quote, len(quotes))
	for i, q := range quotes {
		out[i] = m.quote(q)
	}
	return out
}

// target is the row or side of a debate that an id names.
func (m *merging) target(d *summarize.Debate, id string) Target {
	for _, p := range d.Points {
		if p.ID == id {
			return Target{Gist: p.Gist, Quotes: m.quotes(p.Quotes), By: copied(p.By)}
		}
	}
	for _, o := range d.Objections {
		if o.ID == id {
			return Target{Gist: o.Gist, Quotes: m.quotes(o.Quotes), By: copied(o.By)}
		}
	}
	for _, s := range d.Sides {
		if s.ID == id { // its label is left out: who knows of whose words it is made
			return Target{Quotes: []Quote{}, By: copied(s.Members)}
		}
	}
	return Target{Quotes: []Quote{}, By: []string{}}
}

// reread lets go of the quotes of messages that were edited.
func (m *merging) reread() {
	for i := range m.entries {
		e := &m.entries[i]
		lost := false
		for _, id := range e.messages() {
			if message, known := m.read[id]; known {
				lost = e.edit(id, message.Text) || lost
			}
		}
		if lost {
			e.settle()
		}
	}
}

// messages are the messages that an entry quotes, each once.
func (e *Entry) messages() []string {
	var ids []string
	for _, q := range e.AllQuotes() {
		ids = append(ids, q.Message)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// match finds which objection is which entry's, and makes entries of the others.
func (m *merging) match() {
	entries := make([]profile, len(m.entries))
	for i := range m.entries {
		entries[i] = m.profileEntry(&m.entries[i])
		count(m.entriesIn, entries[i].quotes)
	}
	objections := make([]profile, len(m.objections))
	for i := range m.objections {
		objections[i] = m.profileObjection(&m.objections[i])
		count(m.objectionsIn, objections[i].quotes)
	}
	weights := make([][]int, len(objections))
	for i := range weights {
		weights[i] = make([]int, len(entries))
		for j := range entries {
			weights[i][j] = m.weigh(&entries[j], &objections[i], m.objections[i].debate)
		}
	}
	ids := map[string]bool{}
	for i := range m.entries {
		ids[m.entries[i].ID] = true
	}
	for i, j := range assign(weights) {
		if j == none {
			j = len(m.entries)
			m.entries = append(m.entries, m.fresh(&m.objections[i], ids))
		}
		m.objections[i].entry = j
	}
	m.taken = make([]int, len(m.entries))
	for j := range m.taken {
		m.taken[j] = none
	}
	for i := range m.objections {
		m.taken[m.objections[i].entry] = i
	}
}

// count counts a row in each message that it quotes.
func count(in map[string]int, places []place) {
	for i := range places {
		if !slices.ContainsFunc(places[:i], func(p place) bool { return p.message == places[i].message }) {
			in[places[i].message]++
		}
	}
}

// fresh is a new entry, so far with no more than its identity.
func (m *merging) fresh(o *found, ids map[string]bool) Entry {
	e := Entry{Status: summarize.Unanswered, Noticed: m.now}
	e = e.clone()
	for n := 0; e.ID == "" || ids[e.ID]; n++ {
		e.ID = identity(o.quotes[0].Message, m.now, n)
	}
	ids[e.ID] = true
	return e
}

// identity is made of a message's id, the time and a number alone, so that it says nothing of what
// anybody wrote. With the time it is no earlier entry's that is gone, whose buttons are still there.
func identity(message string, now time.Time, n int) string {
	sum := sha256.Sum256([]byte(strconv.Itoa(n) + " " + strconv.FormatInt(now.UnixNano(), 10) + " " + message))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
