package ledger

import (
	"cmp"
	"slices"
	"time"

	"crux/summarize"
)

// Reading is what an engine that can go on from what it read before found in a channel, as
// summarize.Verify left it, so that it need not read it all again. Its JSON is what a store keeps;
// lists are never null. Its methods may be called on nil, and leave what they are called on as it is.
type Reading struct {
	// Debates are what was found.
	Debates []summarize.Debate `json:"debates"`
	// Last is the last message that was read, and Time when it was posted.
	Last string    `json:"last"`
	Time time.Time `json:"time"`
	// At is when it was read.
	At time.Time `json:"at"`
	// Read are the messages that were read.
	Read Marks `json:"read"`
	// Origins are the messages that the debates quote, by id.
	Origins map[string]Origin `json:"origins"`
	// Wordings say what the question and the labels of each debate may be made of, by its id.
	Wordings map[string]Wording `json:"wordings"`
}

// Origin is where and by whom a quoted message was written.
type Origin struct {
	Author string    `json:"author"`
	Time   time.Time `json:"time,omitzero"`
	// URL is the link to the message, "" where the source has none.
	URL string `json:"url,omitempty"`
}

// Wording is what a debate's question and labels may be made of: all of its messages, quoted or not.
type Wording struct {
	// People are who wrote them, in order.
	People []string `json:"people"`
	// From is when the first of them was posted.
	From time.Time `json:"from,omitzero"`
}

func (w Wording) has(person string) bool { return slices.Contains(w.People, person) }

// NewReading is what a verified report found in a transcript. shown is that transcript as its engine was
// shown it: what was edited since is to be read again. It shares no memory with them.
func NewReading(report *summarize.Report, read, shown *summarize.Transcript, now time.Time) *Reading {
	end := End(read)
	r := &Reading{
		Debates: make([]summarize.Debate, len(report.Debates)), Last: end.Message, Time: end.Time, At: now.Round(0).UTC(),
		Read: MarksOf(shown), Origins: map[string]Origin{}, Wordings: map[string]Wording{},
	}
	messages := byPeople(read)
	for i := range report.Debates {
		d := clonedDebate(&report.Debates[i])
		r.Debates[i] = d
		eachQuote(&d, func(q *summarize.Quote) {
			if m, known := messages[q.Message]; known {
				r.Origins[q.Message] = Origin{Author: m.Author, Time: m.Time.Round(0).UTC(), URL: m.URL}
			}
		})
		r.Wordings[d.ID] = wordingOf(d.Messages, messages)
	}
	return r
}

func wordingOf(ids []string, messages map[string]*summarize.Message) Wording {
	w := Wording{People: []string{}}
	for _, id := range ids {
		m, known := messages[id]
		if !known {
			continue
		}
		if at := m.Time.Round(0).UTC(); w.From.IsZero() || at.Before(w.From) {
			w.From = at
		}
		if m.Author != "" && !w.has(m.Author) {
			w.People = append(w.People, m.Author)
		}
	}
	slices.Sort(w.People)
	return w
}

// By counts a person's points and objections.
func (r *Reading) By(person string) int {
	n := 0
	if r == nil {
		return n
	}
	for i := range r.Debates {
		for _, p := range r.Debates[i].Points {
			if slices.Contains(p.By, person) {
				n++
			}
		}
		for _, o := range r.Debates[i].Objections {
			if slices.Contains(o.By, person) {
				n++
			}
		}
	}
	return n
}

// End is where the reading ended.
func (r *Reading) End() Position {
	if r == nil {
		return Position{}
	}
	return Position{r.Last, r.Time}
}

// New reports of messages of t, by id, whether they were not read, or read otherwise than they do now.
func (r *Reading) New(t *summarize.Transcript) func(id string) bool {
	if r == nil {
		return func(string) bool { return true }
	}
	isRead := r.Read.In(t)
	return func(id string) bool { return !isRead(id) }
}

// In are the debates as t bears them out: what is not in it is left out, and what lost its wording is
// worded anew, as summarize.Verify does both.
func (r *Reading) In(t *summarize.Transcript) []summarize.Debate {
	report := &summarize.Report{Debates: r.clone().Debates}
	summarize.Verify(report, t)
	return report.Debates
}

// Position is a message's place in the order of a channel: by time, and of one time by id. The zero
// Position is before all messages.
type Position struct {
	Message string    `json:"message"`
	Time    time.Time `json:"time"`
}

// End is the position of the last message of t.
func End(t *summarize.Transcript) Position {
	if len(t.Messages) == 0 {
		return Position{}
	}
	last := t.Messages[len(t.Messages)-1]
	return Position{last.ID, last.Time.Round(0).UTC()}
}

// Compare orders positions. Of ids that are numbers, as platforms make them, the longer is the later.
func (p Position) Compare(q Position) int {
	return cmp.Or(p.Time.Compare(q.Time), cmp.Compare(len(p.Message), len(q.Message)), cmp.Compare(p.Message, q.Message))
}

// holds reports whether the message of a quote is at the position or before it; false where nobody knows when it was posted.
func (p Position) holds(q *Quote) bool {
	return !q.Time.IsZero() && Position{q.Message, q.Time}.Compare(p) <= 0
}
