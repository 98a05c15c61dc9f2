package slack

import (
	"strings"
	"testing"

	"crux/bot"
	"crux/bot/platformtest/answers"
)

func TestFullReport(t *testing.T) {
	a := answerTo(bot.Summary, answers.Saved(t, "rfc"))
	files, note, err := fullReport(a, fileLimit)
	if err != nil || note != "" || len(files) != 2 {
		t.Fatalf("%d files, note %q, error %v", len(files), note, err)
	}
	for i, want := range []string{"crux-agora-2026-05-26.html", "crux-agora-2026-05-26.md"} {
		content := string(files[i].Content)
		if files[i].Name != want {
			t.Errorf("file is called %s, want %s", files[i].Name, want)
		}
		if !strings.Contains(content, "#agora") || !strings.Contains(content, "Beatriz") || !strings.Contains(content, "https://acme.slack.com/archives/") {
			t.Errorf("%s has no channel, names or links:\n%s", want, content)
		}
	}
}

func TestFullReportOfSections(t *testing.T) {
	r := answers.Saved(t, "rfc")
	a := answerTo(bot.Mine, r)
	a.Sections = []bot.Section{{Title: "To you", Report: r}, {Title: "Yours", Report: r}}
	files, _, err := fullReport(a, fileLimit)
	if err != nil || len(files) != 4 || files[3].Name != "crux-agora-2026-05-26-2.md" || !strings.Contains(string(files[3].Content), "#agora: Yours") {
		t.Errorf("%d files, error %v", len(files), err)
	}
}

func TestFullReportTooBig(t *testing.T) {
	a := answerTo(bot.Summary, answers.Saved(t, "rfc"))
	files, note, err := fullReport(a, 10)
	if err != nil || len(files) != 0 || !strings.Contains(note, "`crux-agora-2026-05-26.md`") {
		t.Errorf("%d files, note %q, error %v", len(files), note, err)
	}
}
