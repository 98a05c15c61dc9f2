package render

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"crux/summarize"
)

func TestFileNamesAreSafe(t *testing.T) {
	r := &summarize.Report{Window: summarize.Window{To: time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)}}
	safe := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for channel, want := range map[string]string{
		"general":                           "crux-general-2026-11-24",
		"Général · débat":                   "crux-general-debat-2026-11-24",
		"../../etc/passwd":                  "crux-etc-passwd-2026-11-24",
		"CON":                               "crux-con-2026-11-24",
		"日本":                                "crux-2026-11-24",
		"":                                  "crux-2026-11-24",
		"-a- \x00\n“b”":                     "crux-a-b-2026-11-24",
		strings.Repeat("a", 500):            "crux-" + strings.Repeat("a", 60) + "-2026-11-24",
		strings.Repeat("a", 59) + " bcd":    "crux-" + strings.Repeat("a", 59) + "-2026-11-24",
		strings.Repeat("a", 60) + " bcdefg": "crux-" + strings.Repeat("a", 60) + "-2026-11-24",
	} {
		got := fileName(channel, r)
		if got != want || !safe.MatchString(got) {
			t.Errorf("%q is filed as %q, want %q", channel, got, want)
		}
	}
	if got := fileName("", &summarize.Report{}); got != "crux" {
		t.Errorf("with nothing known the name is %q", got)
	}
}

func TestFiles(t *testing.T) {
	r := &summarize.Report{Debates: []summarize.Debate{{Question: "Is it solved?"}}}
	o := Options{Source: "#general"}

	one, left, err := Files("general", []Titled{{Report: r}}, o, 1<<20)
	if err != nil || len(left) > 0 || len(one) != 2 || one[0].Name != "crux-general.html" || one[1].Name != "crux-general.md" {
		t.Fatalf("files %v, left %q, error %v", namesOf(one), left, err)
	}
	for _, f := range one {
		if content := string(f.Content); !strings.Contains(content, "#general") || !strings.Contains(content, "Is it solved?") {
			t.Errorf("%s has no source or question:\n%s", f.Name, content)
		}
	}

	two, _, err := Files("general", []Titled{{"To you", r}, {"Yours", r}}, o, 1<<20)
	if got := namesOf(two); err != nil || got != "crux-general-1.html crux-general-1.md crux-general-2.html crux-general-2.md" {
		t.Errorf("files %s, error %v", got, err)
	}
	if content := string(two[3].Content); !strings.Contains(content, "#general: Yours") || strings.Contains(content, "To you") {
		t.Errorf("the second report has not its own title:\n%s", content)
	}
	if untitled, _, _ := Files("", []Titled{{"Yours", r}}, Options{}, 1<<20); !strings.Contains(string(untitled[1].Content), "Yours") || strings.Contains(string(untitled[1].Content), ": Yours") {
		t.Errorf("a title without a source is drawn as:\n%s", untitled[1].Content)
	}

	some, left, err := Files("general", []Titled{{Report: r}}, o, len(one[1].Content))
	if err != nil || namesOf(some) != "crux-general.md" || strings.Join(left, " ") != "crux-general.html" {
		t.Errorf("files %s, left %q, error %v", namesOf(some), left, err)
	}
}

func namesOf(files []File) string {
	var all []string
	for _, f := range files {
		all = append(all, f.Name)
	}
	return strings.Join(all, " ")
}
