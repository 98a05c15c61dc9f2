package transcript

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"crux/summarize"
)

// page is a text by lines. Offsets count bytes in text.
type page struct {
	text  string
	start []int // where each line starts
}

func newPage(text string) *page {
	p := &page{text: text}
	for at := 0; at < len(text); {
		p.start = append(p.start, at)
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	return p
}

func (p *page) lines() int { return len(p.start) }

// offset is where line i starts; the end of the text where there is no such line.
func (p *page) offset(i int) int {
	if i >= len(p.start) {
		return len(p.text)
	}
	return p.start[i]
}

// line is line i, from 0, without its end; "" where there is no such line.
func (p *page) line(i int) string {
	if i < 0 || i >= len(p.start) {
		return ""
	}
	return strings.TrimSuffix(p.text[p.start[i]:p.offset(i+1)], "\n")
}

func (p *page) blank(i int) bool { return strings.TrimSpace(p.line(i)) == "" }

// readText reads plain text in the dialect that most speaks for.
func readText(r io.Reader, file string, o Options) (*draft, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var d draft
	text, err := decodeText(raw, file, &d.tally)
	if err != nil {
		return nil, err
	}
	p := newPage(strings.ReplaceAll(text, "\r\n", "\n"))
	if o.Unattributed {
		d.readParagraphs(p)
		return &d, nil
	}
	dialect := chooseDialect(p)
	if dialect.marks == nil {
		return nil, nobodyNamed(file)
	}
	d.format, d.platform = dialect.format, dialect.platform
	d.cut(p, dialect.marks)
	return &d, nil
}

func nobodyNamed(file string) *Error {
	return &Error{File: file, Problem: "nobody is named in this text", Want: `a speaker at the start of each message, such as
  nadia: We should pause until somebody has measured it.
  tom: Measured what?
  nadia: How often it fails.
or --unattributed, which reads each paragraph as a message of nobody`}
}

var (
	preamble    = repair{"Kept", "text", "before the first speaker as a message of nobody"}
	speakerless = repair{"Kept", "timed line", "without a speaker as a message of nobody"}
	notices     = repair{"Left out", "notice", "of people coming and going"}
	clockOnly   = repair{"Kept", "message", "with a clock but no date, without a time"}
	dateLines   = repair{"Left out", "line", "with nothing but a date, which dates what follows"}
	editMarks   = repair{"Left out", "“(edited)” mark", "that the platform adds"}
	strayBytes  = repair{"Replaced", "stray byte", "outside UTF-8 by �"}
	otherCase   = repair{"Took", "name", "as one already known, spelled with other capitals"}
)

// cut makes a message of what stands between each mark and the next.
func (d *draft) cut(p *page, marks []mark) {
	calendar := d.calendar(marks)
	if intro := p.text[:p.offset(marks[0].line)]; strings.TrimSpace(intro) != "" {
		d.tally.add(preamble, "line 1")
		d.entries = append(d.entries, entry{Message: summarize.Message{Text: trim(intro)}, line: 1})
	}
	spelling := make(map[string]string)
	var speaker mark
	for i, m := range marks {
		place := fmt.Sprintf("line %d", m.line+1)
		end := len(p.text)
		if i+1 < len(marks) {
			end = p.offset(marks[i+1].line)
		}
		text := trim(p.text[m.body:end])
		switch m.kind {
		case speaks:
			speaker = m
		case goesOn:
			m.name, m.bot = speaker.name, speaker.bot
		case notice:
			d.tally.add(notices, place)
			continue
		case dateLine:
			d.tally.add(dateLines, place)
			calendar.setDate(m.stamp.date)
			if text == "" {
				continue
			}
			m.name, m.bot = speaker.name, speaker.bot
		case nobody:
			d.tally.add(speakerless, place)
		}
		e := entry{line: m.line + 1, Message: summarize.Message{Text: text, Bot: m.bot}}
		e.Author = d.spelled(m.name, spelling, place)
		if m.stamped {
			var known bool
			if e.Time, known = calendar.time(m.stamp); !known {
				d.tally.add(clockOnly, place)
			}
		}
		if d.platform != "" {
			e.Text = d.withoutEditMark(text, place)
		}
		d.entries = append(d.entries, e)
	}
}

// calendar reads the numeric dates of all marks one way, and says so where that is a guess.
func (d *draft) calendar(marks []mark) *calendar {
	stamps := make([]stamp, 0, len(marks))
	for _, m := range marks {
		stamps = append(stamps, m.stamp)
	}
	calendar, guessed := newCalendar(stamps)
	if guessed {
		order := "month/day/year"
		if calendar.dayFirst {
			order = "day/month/year"
		}
		d.tally.note("Took dates such as 03/02/2026 as %s, for nothing in them tells.", order)
	}
	return calendar
}

// spelled is the name as it was spelled first, for people type their own names in many ways.
func (d *draft) spelled(name string, spelling map[string]string, place string) string {
	folded := strings.ToLower(name)
	first, known := spelling[folded]
	if !known {
		spelling[folded] = name
		return name
	}
	if first != name {
		d.tally.add(otherCase, place)
	}
	return first
}

func (d *draft) withoutEditMark(text, place string) string {
	cut, marked := strings.CutSuffix(text, "(edited)")
	if !marked {
		return text
	}
	d.tally.add(editMarks, place)
	return trim(cut)
}

// trim takes blank space from around a message, but not the indentation of its first line.
func trim(text string) string {
	text = strings.TrimRight(text, " \t\r\n\f\v\u00a0")
	for {
		first, rest, more := strings.Cut(text, "\n")
		if !more || strings.TrimSpace(first) != "" {
			return text
		}
		text = rest
	}
}

// decodeText makes UTF-8 of raw, or says why it can't.
func decodeText(raw []byte, file string, t *tally) (string, error) {
	if utf8.Valid(raw) {
		return string(raw), nil
	}
	strays, sequences, firstLine := survey(raw)
	switch {
	case sequences == 0 && strays*7 < len(raw):
		if text, ok := windows1252(raw); ok {
			t.note("Read the text as Windows-1252, for it is not UTF-8: line %d has the first such byte.", firstLine)
			return text, nil
		}
	case strays*50 < len(raw) || strays == 1:
		t.rows = append(t.rows, row{strayBytes, strays, fmt.Sprintf("line %d", firstLine)})
		return strings.Map(func(r rune) rune { return r }, string(raw)), nil
	}
	return "", &Error{File: file, Line: firstLine, Problem: "neither UTF-8 nor Windows-1252", Want: notText(file).Want}
}

// survey counts the bytes that are not UTF-8 and the sequences of several that are.
func survey(raw []byte) (strays, sequences, firstLine int) {
	line := 1
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && n == 1:
			if strays == 0 {
				firstLine = line
			}
			strays++
		case n > 1:
			sequences++
		case r == '\n':
			line++
		}
		raw = raw[n:]
	}
	return strays, sequences, firstLine
}

// windows1252 fails on the bytes that stand for nothing in that encoding.
func windows1252(raw []byte) (string, bool) {
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil || strings.ContainsRune(string(text), utf8.RuneError) {
		return "", false
	}
	return string(text), true
}
