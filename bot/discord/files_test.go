package discord

import (
	"io"
	"strings"
	"testing"

	"crux/bot"
)

func TestFullReport(t *testing.T) {
	a := answerTo(bot.Summary, savedReport(t, "rfc"))
	files, note, err := fullReport(a, fileLimit)
	if err != nil || note != "" || len(files) != 2 {
		t.Fatalf("%d files, note %q, error %v", len(files), note, err)
	}
	for i, want := range []string{"crux-general-2026-05-26.html", "crux-general-2026-05-26.md"} {
		content, err := io.ReadAll(files[i].Reader)
		if err != nil {
			t.Fatal(err)
		}
		if files[i].Name != want {
			t.Errorf("file is called %s, want %s", files[i].Name, want)
		}
		if !strings.Contains(string(content), "#general") || !strings.Contains(string(content), "Beatriz") || !strings.Contains(string(content), "https://discord.com/channels/") {
			t.Errorf("%s has no channel, names or links:\n%s", want, content)
		}
	}
}

func TestFullReportOfSections(t *testing.T) {
	r := savedReport(t, "rfc")
	a := answerTo(bot.Mine, r)
	a.Sections = []bot.Section{{Title: "To you", Report: r}, {Title: "Yours", Report: r}}
	files, _, err := fullReport(a, fileLimit)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "crux-general-2026-05-26-1.html crux-general-2026-05-26-1.md crux-general-2026-05-26-2.html crux-general-2026-05-26-2.md" {
		t.Errorf("files are %s", got)
	}
}

func TestFullReportTooBig(t *testing.T) {
	a := answerTo(bot.Summary, savedReport(t, "rfc"))
	files, note, err := fullReport(a, 9000)
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0].Name, ".md") || !strings.Contains(note, ".html") {
		t.Errorf("%d files, note %q, error %v", len(files), note, err)
	}
	files, note, err = fullReport(a, 10)
	if err != nil || len(files) != 0 || !strings.Contains(note, ".md") {
		t.Errorf("%d files, note %q, error %v", len(files), note, err)
	}
}
