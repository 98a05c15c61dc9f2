package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"crux/summarize"
)

// sheet is a transcript as a model is shown it, and the way back.
type sheet struct {
	transcript *summarize.Transcript
	people     *people
	// rows are the messages on it, in order; a row's number is its index plus one.
	rows   []row
	number map[string]int // by message id
}

// row is a message on a sheet.
type row struct {
	message *summarize.Message
	// index is where it stands in the transcript.
	index int
	said  masked
	// shown is what of said is shown: all, unless it is too long; see fit.
	shown  string
	files  []string
	tokens int // that its line has at most
}

// line is a row in JSON. Field names are short, since they are sent with every message.
type line struct {
	N  int    `json:"n"`
	By string `json:"by,omitempty"`
	At string `json:"at,omitempty"`
	Re int    `json:"re,omitempty"`
	// Text is what the message says, with people by their handles.
	Text  string   `json:"text"`
	Files []string `json:"files,omitempty"`
}

// newSheet puts people's messages on a sheet. What programs posted and what says nothing is left out.
func newSheet(t *summarize.Transcript, named bool) *sheet {
	s := &sheet{transcript: t, people: newPeople(t, named), number: map[string]int{}}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.Bot || !saysSomething(m.Text) {
			continue
		}
		r := row{message: m, index: i, said: s.people.mask(m.Text)}
		r.shown = r.said.text
		for _, name := range m.Attachments {
			r.files = append(r.files, s.people.mask(name).text)
		}
		s.rows = append(s.rows, r)
		s.number[m.ID] = len(s.rows)
	}
	for n := range s.rows {
		s.rows[n].tokens = tokensOf(s.lines([]int{n + 1}))
	}
	return s
}

// saysSomething is false of white space and what is not to be seen.
func saysSomething(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// fit cuts what is shown of messages whose lines have more than most tokens. All of what they say
// can be quoted nevertheless.
func (s *sheet) fit(most int) {
	for i := range s.rows {
		r := &s.rows[i]
		// A cut at the share of its tokens that it may have can still be too long, where a text
		// has its longer characters first.
		for r.tokens > most && len(r.shown) > len("…") {
			kept := min(len(r.shown)*most/(r.tokens+1), len(r.shown)-2*len("…"))
			r.shown = strings.ToValidUTF8(r.shown[:max(kept, 0)], "") + "…"
			r.tokens = tokensOf(s.lines([]int{i + 1}))
		}
	}
}

// row is the one of a number, nil where there is none.
func (s *sheet) row(number int) *row {
	if number < 1 || number > len(s.rows) {
		return nil
	}
	return &s.rows[number-1]
}

// conversation is the rows as a model is shown them.
func (s *sheet) conversation(numbers []int) string { return "The conversation:\n" + s.lines(numbers) }

// gone reports whether a row's message was removed since the sheet was made.
func (s *sheet) gone(n int) bool {
	return s.transcript.Gone != nil && s.transcript.Gone(s.rows[n-1].message.ID)
}

// isGone reports whether the message of a quote was.
func (s *sheet) isGone(q draftQuote) bool { return q.N >= 1 && q.N <= len(s.rows) && s.gone(q.N) }

// aGap is how long nobody must have written for the time to be told again.
const aGap = 30 * time.Minute

// lines are rows in JSON, one a line, by their numbers.
func (s *sheet) lines(numbers []int) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	var last time.Time
	for _, n := range numbers {
		if s.gone(n) {
			continue
		}
		r := &s.rows[n-1]
		l := line{N: n, By: s.people.handle(r.message.Author), Text: r.shown, Files: r.files}
		if at := r.message.Time; !at.IsZero() {
			switch {
			case !sameDay(at, last):
				l.At = at.UTC().Format("2006-01-02 15:04")
			case at.Sub(last).Abs() >= aGap:
				l.At = at.UTC().Format("15:04")
			}
			last = at
		}
		l.Re = s.number[r.message.ReplyTo]
		if err := encoder.Encode(l); err != nil { // a line is made of strings and numbers
			panic(err)
		}
	}
	return out.String()
}

func sameDay(a, b time.Time) bool {
	ya, ma, da := a.UTC().Date()
	yb, mb, db := b.UTC().Date()
	return ya == yb && ma == mb && da == db
}

// all are the numbers of all rows.
func (s *sheet) all() []int {
	numbers := make([]int, len(s.rows))
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// since is the number of the first row that stands at an index of the transcript or later, one
// more than there are rows where none does.
func (s *sheet) since(index int) int {
	n := slices.IndexFunc(s.rows, func(r row) bool { return r.index >= index })
	if n < 0 {
		n = len(s.rows)
	}
	return n + 1
}

// numbersOf are the numbers of messages, in order.
func (s *sheet) numbersOf(ids []string) []int {
	var numbers []int
	for _, id := range ids {
		if n := s.number[id]; n > 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// ranges writes numbers briefly: "1-4,7".
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, fmt.Sprint(numbers[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}
