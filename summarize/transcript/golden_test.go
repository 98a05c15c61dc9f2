package transcript

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A text in testdata/text reads as its golden file says. A new case is a new text.
func TestGolden(t *testing.T) {
	texts, err := filepath.Glob("testdata/text/*.txt")
	if err != nil || len(texts) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	for _, path := range texts {
		checkGolden(t, path, Options{})
	}
	checkGolden(t, "testdata/comment-thread.txt", Options{Unattributed: true})
	checkGolden(t, "testdata/discord.json", Options{})
	checkGolden(t, "testdata/slack", Options{Channel: "#general"})
}

func checkGolden(t *testing.T, path string, o Options) {
	t.Helper()
	t.Run(filepath.Base(path), func(t *testing.T) {
		got := describe(mustOpen(t, path, o))
		golden := strings.TrimSuffix(path, ".txt") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// describe shows all that a result holds.
func describe(r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, platform %q, channel %q\n", r.Format, r.Transcript.Platform, r.Transcript.Channel)
	for _, repair := range r.Repairs {
		fmt.Fprintf(&b, "! %s\n", repair)
	}
	for _, author := range slices.Sorted(maps.Keys(r.Transcript.Names)) {
		fmt.Fprintf(&b, "%s is %s\n", author, r.Transcript.Names[author])
	}
	for _, m := range r.Transcript.Messages {
		fmt.Fprintf(&b, "\n%s by %q", m.ID, m.Author)
		if m.Bot {
			b.WriteString(" (bot)")
		}
		if !m.Time.IsZero() {
			b.WriteString(" at " + m.Time.Format(time.RFC3339Nano))
		}
		if !m.Edited.IsZero() {
			b.WriteString(" edited " + m.Edited.Format(time.RFC3339Nano))
		}
		if m.ReplyTo != "" {
			b.WriteString(" to " + m.ReplyTo)
		}
		if m.URL != "" {
			b.WriteString("\n" + m.URL)
		}
		if m.Attachments != nil {
			fmt.Fprintf(&b, "\n+ %q", m.Attachments)
		}
		fmt.Fprintf(&b, "\n%q\n", m.Text)
	}
	return b.String()
}
