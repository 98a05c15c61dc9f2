package transcript

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"crux/summarize"
)

const (
	wantDocument = `an object with "messages": [{"id", "author", "time", "text"}, …]`
	wantMessage  = `a message such as {"id": "m1", "author": "nadia", "time": "2026-03-02T14:05:00Z", "text": "…"}`
	wantEnd      = "the end of the document"
)

// document reads JSON as a stream: only one message is held undecoded at a time.
type document struct {
	*json.Decoder
	lines *lineReader
	file  string
	want  string // what an element of its list is expected to be
}

func newDocument(r io.Reader, file, want string) *document {
	lines := &lineReader{r: r}
	return &document{json.NewDecoder(lines), lines, file, want}
}

// readJSON reads a document with a list of messages, or such a list alone. Its first message shows whose format it is.
func readJSON(r io.Reader, file string) (*draft, error) {
	doc := newDocument(r, file, wantMessage)
	opening, err := doc.Token()
	if err != nil {
		return nil, doc.fail(err, wantDocument)
	}
	var head header
	var posts posts
	if opening == json.Delim('[') {
		posts, err = doc.list()
	} else {
		head, posts, err = doc.object()
	}
	if err != nil {
		return nil, err
	}
	if err := doc.end(); err != nil {
		return nil, err
	}
	if posts == nil {
		return nil, &Error{File: file, Problem: `no "messages"`, Want: wantDocument}
	}
	return posts.draft(head)
}

// header is what a document says of itself beside its messages.
type header struct {
	platform, channel, guild json.RawMessage
}

// posts collects the messages of one format.
type posts interface {
	// add takes a message that starts at line. Its error is one of decoding.
	add(message json.RawMessage, line int) error
	draft(header) (*draft, error)
}

// object reads the rest of a document after its opening brace.
func (doc *document) object() (head header, collected posts, err error) {
	for doc.More() {
		key, err := doc.Token()
		if err != nil {
			return head, nil, doc.fail(err, wantDocument)
		}
		if key == "messages" {
			if collected, err = doc.messages(collected); err != nil {
				return head, nil, err
			}
			continue
		}
		var value json.RawMessage
		if err := doc.Decode(&value); err != nil {
			return head, nil, doc.fail(err, wantDocument)
		}
		switch key {
		case "platform":
			head.platform = value
		case "channel":
			head.channel = value
		case "guild":
			head.guild = value
		}
	}
	if _, err := doc.Token(); err != nil {
		return head, nil, doc.fail(err, wantDocument)
	}
	return head, collected, nil
}

// messages reads the value of "messages", on top of what an earlier such key held.
func (doc *document) messages(collected posts) (posts, error) {
	opening, err := doc.Token()
	if err != nil {
		return nil, doc.fail(err, wantDocument)
	}
	if opening != json.Delim('[') {
		return nil, doc.fail(errors.New(`"messages" is not a list`), wantDocument)
	}
	if collected == nil {
		return doc.list()
	}
	return collected, doc.each(collected.add)
}

// list reads the rest of a list after its opening bracket.
func (doc *document) list() (posts, error) {
	var collected posts = &cruxPosts{format: formatJSON}
	first := true
	err := doc.each(func(message json.RawMessage, line int) error {
		if first {
			collected, first = postsLike(message, collected), false
		}
		return collected.add(message, line)
	})
	return collected, err
}

// each hands over the elements of a list, whose opening bracket is read, and reads the closing one.
func (doc *document) each(add func(message json.RawMessage, line int) error) error {
	for doc.More() {
		var message json.RawMessage
		if err := doc.Decode(&message); err != nil {
			return doc.fail(err, doc.want)
		}
		start := doc.InputOffset() - int64(len(message))
		if err := add(message, doc.lines.line(start)); err != nil {
			var offset int64
			if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				offset = max(0, mismatch.Offset-1)
			}
			return jsonError(err, doc.file, doc.lines.line(start+offset), doc.want)
		}
		doc.lines.forget(doc.InputOffset())
	}
	if _, err := doc.Token(); err != nil {
		return doc.fail(err, doc.want)
	}
	return nil
}

// end checks that nothing follows.
func (doc *document) end() error {
	_, err := doc.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		err = errors.New("more follows after the end")
	}
	return doc.fail(err, wantEnd)
}

// postsLike tells by a message's fields whose format it is; otherwise it returns fallback.
func postsLike(message json.RawMessage, fallback posts) posts {
	var fields struct {
		Author  json.RawMessage
		Content *json.RawMessage
		TS      *json.RawMessage
		Text    *json.RawMessage
		ID      *json.RawMessage
	}
	if json.Unmarshal(message, &fields) != nil {
		return fallback
	}
	switch {
	case fields.Content != nil && bytes.HasPrefix(fields.Author, []byte("{")):
		return &discordPosts{names: make(map[string]string)}
	case fields.TS != nil && fields.ID == nil:
		return newSlackPosts(nil)
	}
	return fallback
}

// fail makes an Error of what the decoder reported, with the line of the fault.
func (doc *document) fail(err error, want string) error {
	return jsonError(err, doc.file, doc.lines.line(doc.faultOffset(err)), want)
}

func (doc *document) faultOffset(err error) int64 {
	at := doc.InputOffset()
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return max(at, doc.lines.read-1)
	}
	broken, ok := errors.AsType[*json.SyntaxError](err)
	if !ok || broken.Offset == at {
		return at
	}
	// A fault within a value: the decoder's own offset forgets what was read as
	// tokens, so the value is scanned again from its start.
	rest, _ := io.ReadAll(doc.Buffered())
	value := bytes.TrimLeft(rest, " \t\r\n,:")
	if again, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(value, new(json.RawMessage))); ok {
		return at + int64(len(rest)-len(value)) + max(0, again.Offset-1)
	}
	return at
}

// readLines reads JSON lines: a message a line, so that a broken line is named exactly.
func readLines(r *bufio.Reader, file string) (*draft, error) {
	posts := &cruxPosts{format: formatLines}
	for number := 1; ; number++ {
		line, readErr := r.ReadBytes('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return nil, readErr
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if err := posts.add(line, number); err != nil {
				return nil, jsonError(err, file, number, wantMessage+" on a line of its own")
			}
		}
		if readErr != nil {
			return posts.draft(header{})
		}
	}
}

// cruxMessage is a message of crux's own format.
type cruxMessage struct {
	ID          scalar   `json:"id"`
	Author      scalar   `json:"author"`
	Name        scalar   `json:"name"`
	Time        scalar   `json:"time"`
	Edited      scalar   `json:"edited"`
	Text        string   `json:"text"`
	ReplyTo     scalar   `json:"reply_to"`
	Bot         bool     `json:"bot"`
	URL         string   `json:"url"`
	Attachments []scalar `json:"attachments"`
}

type cruxPosts struct {
	format  string
	entries []entry
	names   map[string]string
	tally   tally
}

func (p *cruxPosts) add(raw json.RawMessage, line int) error {
	var m cruxMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	e := entry{line: line, Message: summarize.Message{
		ID: string(m.ID), Author: string(m.Author), Text: m.Text, ReplyTo: string(m.ReplyTo), Bot: m.Bot, URL: m.URL,
	}}
	for _, name := range m.Attachments {
		e.Attachments = append(e.Attachments, string(name))
	}
	var ok bool
	if e.Time, ok = parseTime(string(m.Time)); !ok {
		p.tally.add(badTime, e.place())
	}
	if e.Edited, ok = parseTime(string(m.Edited)); !ok {
		p.tally.add(badEdit, e.place())
	}
	if m.Name != "" && m.Author != "" {
		if p.names == nil {
			p.names = make(map[string]string)
		}
		p.names[string(m.Author)] = string(m.Name)
	}
	p.entries = append(p.entries, e)
	return nil
}

func (p *cruxPosts) draft(head header) (*draft, error) {
	d := &draft{format: p.format, entries: p.entries, names: p.names, tally: p.tally}
	d.platform = stringOf(head.platform)
	d.channel = stringOf(head.channel)
	return d, nil
}

// stringOf is the string that raw holds, "" where it holds something else.
func stringOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// scalar is a string that may be written as a number, or be null.
type scalar string

// UnmarshalJSON takes a string, a number or null.
func (s *scalar) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(s))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*s = scalar(b)
		return nil
	}
	kind := map[byte]string{'{': "object", '[': "array", 't': "bool", 'f': "bool"}[b[0]]
	return &json.UnmarshalTypeError{Value: kind}
}

// parseTime reads a time of RFC 3339, one that plain text would have, or seconds
// or milliseconds since 1970. "" is no time and fine.
func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, true
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, true
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return sinceEpoch(n)
	}
	if stamp, rest, ok := cutStamp(s); ok && rest == "" && stamp.date.year > 0 && !stamp.date.numeric {
		return new(calendar).time(stamp)
	}
	return time.Time{}, false
}

// latestSecond is the end of the year 9999, the last that JSON's times can hold.
const latestSecond = 253402300799

func sinceEpoch(n float64) (time.Time, bool) {
	if n > 1e11 {
		n /= 1000
	}
	if math.IsNaN(n) || n <= 0 || n > latestSecond {
		return time.Time{}, false
	}
	whole, part := math.Modf(n)
	return time.Unix(int64(whole), int64(part*1e9)).UTC().Round(time.Microsecond), true
}
