package transcript

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDebatesReadWithoutRepairs(t *testing.T) {
	files, err := filepath.Glob("../testdata/debates/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no debates: %v", err)
	}
	for _, file := range files {
		r := mustOpen(t, file, Options{})
		if r.Format != formatJSON || len(r.Repairs) > 0 {
			t.Errorf("%s: %s, repairs %q", file, r.Format, r.Repairs)
		}
		if len(r.Transcript.Messages) < 3 || r.Transcript.Platform == "" || r.Transcript.Channel == "" {
			t.Errorf("%s: %d messages of %q in %q", file, len(r.Transcript.Messages), r.Transcript.Platform, r.Transcript.Channel)
		}
	}
}

func TestJSONShapes(t *testing.T) {
	message := `{"id": 7, "author": "nadia", "name": "Nadia R.", "time": "2026-03-02T14:05:00+01:00", "edited": 1772460360, "text": " a\r\nb ",
		"reply_to": null, "bot": false, "url": "https://example.com/7", "attachments": ["g.png"], "unknown": [1, {"x": 2}]}`
	oneLine := strings.Join(strings.Fields(message), " ")
	for name, c := range map[string]struct{ source, format string }{
		"document":           {`{"gold": {"messages": []}, "messages": [` + message + `], "links": [["a", "b"]]}`, formatJSON},
		"minified document":  {`{"id":"x","messages":[` + oneLine + `]}`, formatJSON},
		"list":               {`[` + message + `]`, formatJSON},
		"one line":           {oneLine, formatLines},
		"lines with a blank": {"\n" + oneLine + "\n\n  \n", formatLines},
		"byte order mark":    {"\xef\xbb\xbf[" + message + `]`, formatJSON},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustRead(t, c.source, Options{})
			if r.Format != c.format || len(r.Repairs) > 0 || len(r.Transcript.Messages) != 1 {
				t.Fatalf("%s, %d messages, repairs %q", r.Format, len(r.Transcript.Messages), r.Repairs)
			}
			m := r.Transcript.Messages[0]
			if m.ID != "7" || m.Author != "nadia" || m.Text != " a\r\nb " || m.URL != "https://example.com/7" || m.ReplyTo != "" {
				t.Errorf("got %+v", m)
			}
			if !m.Time.Equal(time.Date(2026, 3, 2, 13, 5, 0, 0, time.UTC)) || !m.Edited.Equal(time.Date(2026, 3, 2, 14, 6, 0, 0, time.UTC)) {
				t.Errorf("time %v, edited %v", m.Time, m.Edited)
			}
			if !slices.Equal(m.Attachments, []string{"g.png"}) || r.Transcript.Name("nadia") != "Nadia R." {
				t.Errorf("attachments %q, name %q", m.Attachments, r.Transcript.Name("nadia"))
			}
		})
	}
}

func TestUnusableSources(t *testing.T) {
	good := `{"author": "a", "text": "x"}`
	for name, c := range map[string]struct {
		source string
		line   int
		says   string
	}{
		"empty":               {"", 0, "standard input: empty; expected a transcript"},
		"white space":         {" \n\t\n", 0, "empty"},
		"cut in a message":    {"{\"messages\": [\n" + good + ",\n{\"author\": \"a\", \"te", 3, "standard input:3: unexpected end of JSON; expected a message such as"},
		"cut between":         {"{\"messages\": [\n" + good + ",\n", 2, "unexpected end of JSON"},
		"cut after the list":  {"{\"messages\": [\n" + good + "\n]", 3, "unexpected end of JSON"},
		"only a brace":        {"{", 1, "unexpected end of JSON"},
		"broken in a message": {"{\"messages\": [\n" + good + ",\n{\n\"author\": \"a\",\n\"text\" \"x\"\n}]}", 5, `broken JSON: invalid character '"' after object key`},
		"missing comma":       {"{\"messages\": [\n" + good + "\n" + good + "]}", 3, "broken JSON"},
		"more after the end":  {"{\"messages\": [" + good + "]}\n{}", 2, "expected the end"},
		"text is a number":    {"[\n" + good + ",\n{\"author\": \"a\",\n\n\"text\": 12}]", 5, `"text" can't be a JSON number`},
		"author is a list":    {"[\n" + good + ",\n{\"author\": [\"a\"], \"text\": \"x\"}]", 3, `"author" can't be a JSON array`},
		"message is a number": {"[\n" + good + ",\n12]", 3, `"message" can't be a JSON number`},
		"messages no list":    {"{\"messages\": {}}", 1, `"messages" is not a list`},
		"no messages":         {"{\n\"foo\": 1\n}", 0, `no "messages"; expected an object with "messages"`},
		"empty list":          {"[]", 0, "no messages"},
		"no text":             {`[{"author": "a"}]`, 0, "none of its 1 messages has text"},
		"no authors":          {`[{"text": "x"}]`, 0, "no message has an author; expected \"author\" in each message, or --unattributed"},
		"broken line":         {good + "\n\n" + good + "\n{\"author\": \n", 4, "unexpected end of JSON"},
		"broken first line":   {"{\"author\": \"a\n" + good + "\n", 1, "unexpected end of JSON"},
		"line that is text":   {good + "\nnadia: hello\n", 2, "broken JSON"},
		"image":               {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06\x00\x00\x00\x1f\xf3\xff", 0, "not text that crux can read"},
		"UTF-16, no mark":     {"n\x00a\x00:\x00 \x00x\x00\n\x00", 0, "UTF-16 with a byte order mark"},
		"Cyrillic code page":  {"\xcd\xe0\xe4\xff: \xcf\xf0\xe8\xe2\xe5\xf2\n", 1, "neither UTF-8 nor Windows-1252"},
		"broken zip":          {"PK\x03\x04 and nothing else", 0, "broken zip"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.source), "standard input", Options{})
			fault, ok := err.(*Error)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if fault.Line != c.line || !strings.Contains(fault.Error(), c.says) {
				t.Errorf("line %d: %v\nwant line %d: …%s…", fault.Line, fault, c.line, c.says)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	source := `[{"author": "a", "text": "` + strings.Repeat("x", 1000) + `"}]`
	if _, err := Read(strings.NewReader(source), "in", Options{MaxBytes: int64(len(source))}); err != nil {
		t.Errorf("a source of just the limit: %v", err)
	}
	for _, source := range []string{source, "nadia: " + source} {
		_, err := Read(strings.NewReader(source), "in", Options{MaxBytes: 1 << 9})
		if err == nil || !strings.Contains(err.Error(), "in: larger than 512 bytes") {
			t.Errorf("got %v", err)
		}
	}
}

func TestLinesAreCountedAcrossReads(t *testing.T) {
	var source strings.Builder
	source.WriteString("[\n")
	for range 50_000 {
		source.WriteString("{\"author\": \"a\",\n \"text\": \"" + strings.Repeat("x", 20) + "\"},\n")
	}
	source.WriteString("{\"author\": \"a\", \"text\": nonsense}]")
	_, err := Read(strings.NewReader(source.String()), "in", Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "in:100002: broken JSON") {
		t.Errorf("got %v", err)
	}
}

func TestUTF16(t *testing.T) {
	r := mustRead(t, "\xff\xfe[\x00{\x00\"\x00a\x00u\x00t\x00h\x00o\x00r\x00\"\x00:\x00\"\x00a\x00\"\x00,\x00\"\x00t\x00e\x00x\x00t\x00\"\x00:\x00\"\x00\xe9\x00\"\x00}\x00]\x00", Options{})
	if got := r.Transcript.Messages[0].Text; got != "é" {
		t.Errorf("got %q", got)
	}
}

func TestOtherChannelThanTheOnlyOne(t *testing.T) {
	source := `{"channel": "#general", "messages": [{"author": "a", "text": "x"}]}`
	if r := mustRead(t, source, Options{Channel: "General"}); r.Transcript.Channel != "general" {
		t.Errorf("channel %q", r.Transcript.Channel)
	}
	_, err := Read(strings.NewReader(source), "in", Options{Channel: "random"})
	if err == nil || !strings.Contains(err.Error(), "only #general") {
		t.Errorf("got %v", err)
	}
}
