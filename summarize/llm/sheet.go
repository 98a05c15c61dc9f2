package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

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
	said    masked
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
		if m.Bot || strings.TrimSpace(m.Text) == "" {
			continue
		}
		s.rows = append(s.rows, row{message: m, said: s.people.mask(m.Text)})
		s.number[m.ID] = len(s.rows)
	}
	return s
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

// aGap is how long nobody must have written for the time to be told again.
const aGap = 30 * time.Minute

// lines are rows in JSON, one a line, by their numbers.
func (s *sheet) lines(numbers []int) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	var last time.Time
	for _, n := range numbers {
		r := s.row(n)
		l := line{N: n, By: s.people.handle(r.message.Author), Text: r.said.text, Files: r.message.Attachments}
		if at := r.message.Time; !at.IsZero() {
			switch {
			case !sameDay(at, last):
				l.At = at.UTC().Format("2006-01-02 15:04")
			case at.Sub(last) >= aGap:
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
