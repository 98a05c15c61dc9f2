package transcript

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// limit keeps fuzzing away from inputs that only take long.
var limit = Options{MaxBytes: 1 << 20}

// checkResult holds what every reader promises, whatever it read.
func checkResult(t *testing.T, r *Result, err error) {
	t.Helper()
	if err != nil {
		fault, ok := err.(*Error)
		if !ok || fault.File == "" || fault.Problem == "" {
			t.Fatalf("%T: %v", err, err)
		}
		return
	}
	if r.Format == "" || len(r.Transcript.Messages) == 0 {
		t.Fatalf("format %q, %d messages", r.Format, len(r.Transcript.Messages))
	}
	ids := make(map[string]bool)
	for _, m := range r.Transcript.Messages {
		if m.ID == "" || ids[m.ID] {
			t.Fatalf("id %q is empty or taken", m.ID)
		}
		ids[m.ID] = true
		for _, name := range []string{m.ID, m.Author, r.Transcript.Name(m.Author)} {
			if utf8.RuneCountInString(name) > longestName+30 || strings.ContainsAny(name, "\n\r\x00") {
				t.Fatalf("name %q", name)
			}
		}
		if strings.TrimSpace(m.Text) == "" && len(m.Attachments) == 0 {
			t.Fatalf("message %s says nothing", m.ID)
		}
	}
	last := r.Transcript.Messages[0].Time
	for _, m := range r.Transcript.Messages {
		if m.ReplyTo != "" && !ids[m.ReplyTo] || m.ReplyTo == m.ID {
			t.Fatalf("message %s replies to %q", m.ID, m.ReplyTo)
		}
		if !m.Time.IsZero() {
			if m.Time.Before(last) {
				t.Fatalf("message %s stands after its time", m.ID)
			}
			last = m.Time
		}
	}
	for _, repair := range r.Repairs {
		if strings.Contains(repair, "%!") || !strings.HasSuffix(repair, ".") {
			t.Fatalf("repair %q", repair)
		}
	}
}

func addFiles(f *testing.F, pattern string) {
	f.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds %s: %v", pattern, err)
	}
	for _, path := range paths {
		seed, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(seed))
	}
}

func FuzzJSON(f *testing.F) {
	addFiles(f, "../testdata/debates/n*.json")
	f.Add(`[{"id": 1, "author": "a", "time": 1e9, "text": "x", "reply_to": "1"}, {"id": "1", "text": "\ud800"}, null]`)
	f.Fuzz(func(t *testing.T, source string) {
		r, err := Read(strings.NewReader(`{"messages": `+source+`}`), "in", limit)
		checkResult(t, r, err)
		r, err = Read(strings.NewReader(source), "in", Options{MaxBytes: 1 << 20, Unattributed: true})
		checkResult(t, r, err)
	})
}

func FuzzLines(f *testing.F) {
	f.Add("{\"author\": \"a\", \"text\": \"x\"}\n\n{\"id\": \"m1\", \"author\": \"b\", \"time\": \"2026-03-02 14:05\", \"text\": \"y\"}\n")
	f.Fuzz(func(t *testing.T, source string) {
		r, err := Read(strings.NewReader("{\"author\": \"a\", \"text\": \"x\"}\n"+source), "in", limit)
		checkResult(t, r, err)
	})
}

func FuzzDiscord(f *testing.F) {
	addFiles(f, "testdata/discord.json")
	f.Fuzz(func(t *testing.T, source string) {
		r, err := Read(strings.NewReader(source), "in", limit)
		checkResult(t, r, err)
	})
}

func FuzzSlack(f *testing.F) {
	for _, day := range []string{"2026-03-02", "2026-03-03"} {
		seed, err := os.ReadFile("testdata/slack/general/" + day + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(`[{"id": "C1", "name": "a"}]`, `[{"id": "U01NADIA", "profile": {"display_name": "n"}}]`, string(seed))
	}
	f.Fuzz(func(t *testing.T, channels, users, day string) {
		files := fstest.MapFS{
			"channels.json":     {Data: []byte(channels)},
			"users.json":        {Data: []byte(users)},
			"a/2026-03-02.json": {Data: []byte(day)},
			"a/2026-03-03.json": {Data: []byte(day)},
		}
		r, err := readSlack(files, "export", limit)
		checkResult(t, r, asError(err, "export"))
	})
}

func FuzzZip(f *testing.F) {
	f.Add(string(zipped(f, os.DirFS("testdata/slack"), "")))
	f.Fuzz(func(t *testing.T, source string) {
		r, err := Read(strings.NewReader(source), "in", Options{MaxBytes: 1 << 20, Channel: "general"})
		checkResult(t, r, err)
	})
}

func FuzzText(f *testing.F) {
	addFiles(f, "testdata/text/*.txt")
	f.Fuzz(func(t *testing.T, source string) {
		r, err := Read(strings.NewReader(source), "in", limit)
		checkResult(t, r, err)
		if err == nil && strings.Contains(r.Format, "text") {
			checkVerbatim(t, source, r)
		}
	})
}

func FuzzUnattributed(f *testing.F) {
	addFiles(f, "testdata/comment-thread.txt")
	f.Add("one\n\ntwo…\n\ntwo and more\n\none")
	f.Fuzz(func(t *testing.T, source string) {
		r, err := Read(strings.NewReader(source), "in", Options{MaxBytes: 1 << 20, Unattributed: true})
		checkResult(t, r, err)
		if err == nil && strings.Contains(r.Format, "text") {
			checkVerbatim(t, source, r)
		}
	})
}

// checkVerbatim checks that what is said stands in the source as it is.
func checkVerbatim(t *testing.T, source string, r *Result) {
	t.Helper()
	if !utf8.ValidString(source) || strings.HasPrefix(source, "\ufeff") {
		return
	}
	source = strings.ReplaceAll(source, "\r\n", "\n")
	for _, m := range r.Transcript.Messages {
		if !strings.Contains(source, m.Text) {
			t.Fatalf("message %s is not in the source: %q", m.ID, m.Text)
		}
	}
}

func FuzzStamp(f *testing.F) {
	for _, seed := range []string{"2026-03-02T14:05:06.5Z", "3/2/26, 2:05 p.m.", "Monday, March 2nd, 2026 at 2:05 PM +0100", "Today at 2:05 PM", "02-Mar-26 02:05 PM"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, rest, ok := cutStamp(text)
		if !ok {
			return
		}
		if !strings.HasSuffix(text, rest) || rest == text {
			t.Fatalf("%q leaves %q", text, rest)
		}
		c, _ := newCalendar([]stamp{s})
		if at, known := c.time(s); known && (at.Year() < 0 || at.Year() > 10000) {
			t.Fatalf("%q is %v", text, at)
		}
	})
}
