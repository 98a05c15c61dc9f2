package discord

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
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

func TestFileNamesAreSafe(t *testing.T) {
	r := &summarize.Report{Window: summarize.Window{To: time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)}}
	safe := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for channel, want := range map[string]string{
		"general":                "crux-general-2026-11-24",
		"Général · débat":        "crux-general-debat-2026-11-24",
		"../../etc/passwd":       "crux-etc-passwd-2026-11-24",
		"CON":                    "crux-con-2026-11-24",
		"日本":                     "crux-2026-11-24",
		"":                       "crux-2026-11-24",
		"-a- \x00\n“b”":          "crux-a-b-2026-11-24",
		strings.Repeat("a", 500): "crux-" + strings.Repeat("a", 60) + "-2026-11-24",
	} {
		got := fileName(&bot.Answer{Channel: bot.Channel{Name: channel}}, r)
		if got != want || !safe.MatchString(got) {
			t.Errorf("%q is filed as %q, want %q", channel, got, want)
		}
	}
	if got := fileName(&bot.Answer{}, &summarize.Report{}); got != "crux" {
		t.Errorf("with nothing known the name is %q", got)
	}
}
