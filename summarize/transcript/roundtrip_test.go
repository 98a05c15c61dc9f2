package transcript

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"crux/summarize"
)

// writers put a message as people would paste it from different places.
var writers = map[string]func(summarize.Message) string{
	"colon":        func(m summarize.Message) string { return m.Author + ": " + m.Text + "\n" },
	"spaced colon": func(m summarize.Message) string { return m.Author + ": " + m.Text + "\n\n" },
	"bold":         func(m summarize.Message) string { return "**" + m.Author + ":** " + m.Text + "\n\n" },
	"angle":        func(m summarize.Message) string { return "<" + m.Author + "> " + m.Text + "\n" },
	"stamped": func(m summarize.Message) string {
		return m.Time.Format("[2006-01-02 15:04:05] ") + m.Author + ": " + m.Text + "\n"
	},
	"stamped ISO": func(m summarize.Message) string {
		return m.Time.Format("2006-01-02T15:04:05Z ") + m.Author + ": " + m.Text + "\n"
	},
	"WhatsApp": func(m summarize.Message) string {
		return m.Time.Format("02/01/2006, 15:04 - ") + m.Author + ": " + m.Text + "\n"
	},
	"export": func(m summarize.Message) string {
		return m.Time.Format("[02-Jan-06 03:04 PM] ") + m.Author + "\n" + m.Text + "\n\n"
	},
	"Discord": func(m summarize.Message) string {
		return m.Author + " — " + m.Time.Format("01/02/2006 3:04 PM") + "\n" + m.Text + "\n"
	},
	"Discord, two lines": func(m summarize.Message) string {
		return m.Author + "\n — " + m.Time.Format("01/02/2006 3:04 PM") + "\n" + m.Text + "\n"
	},
	"Slack":           func(m summarize.Message) string { return m.Author + m.Time.Format("  3:04 PM") + "\n" + m.Text + "\n" },
	"Slack, brackets": func(m summarize.Message) string { return m.Author + m.Time.Format(" [3:04 PM]") + "\n" + m.Text + "\n" },
	"Slack, two lines": func(m summarize.Message) string {
		return m.Author + m.Time.Format("\n  3:04 PM") + "\n" + m.Text + "\n"
	},
}

// Whatever way real debates are pasted, the same people say the same.
func TestPastesOfDebatesComeBack(t *testing.T) {
	files, err := filepath.Glob("../testdata/debates/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no debates: %v", err)
	}
	for _, file := range files {
		debate := mustOpen(t, file, Options{}).Transcript
		for name, write := range writers {
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				var pasted strings.Builder
				for _, m := range debate.Messages {
					pasted.WriteString(write(m))
				}
				got := mustRead(t, pasted.String(), Options{}).Transcript
				compareSpeech(t, debate.Messages, got.Messages)
			})
		}
	}
}

func compareSpeech(t *testing.T, want, got []summarize.Message) {
	t.Helper()
	said := func(messages []summarize.Message) []string {
		seen := make(map[string]bool)
		var lines []string
		for _, m := range messages {
			line := fmt.Sprintf("%s: %s", m.Author, m.Text)
			if seen[line] && len(m.Text) > pastedLength { // a bot's daily post; pasted text does not show that it is one
				continue
			}
			seen[line] = true
			lines = append(lines, line)
		}
		return lines
	}
	w, g := said(want), said(got)
	for i := range w {
		if i >= len(g) || w[i] != g[i] {
			t.Fatalf("message %d of %d\nwant %q\ngot  %q", i, len(w), w[i], at(g, i))
		}
	}
	if len(g) > len(w) {
		t.Fatalf("%d messages more than there were, first %q", len(g)-len(w), g[len(w)])
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

func mustOpen(t testing.TB, path string, o Options) *Result {
	t.Helper()
	r, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustRead(t testing.TB, text string, o Options) *Result {
	t.Helper()
	r, err := Read(strings.NewReader(text), "standard input", o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
