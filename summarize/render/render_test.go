package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"crux/summarize"
)

var update = flag.Bool("update", false, "write the golden files anew")

// formats are the renderers under test, by the ending of their golden files.
var formats = map[string]func(io.Writer, *summarize.Report, Options) error{
	"txt":     Text,
	"md":      Markdown,
	"html":    HTML,
	"argdown": Argdown,
	"json":    func(w io.Writer, r *summarize.Report, _ Options) error { return JSON(w, r) },
}

func draw(t testing.TB, format string, r *summarize.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := formats[format](&b, r, o); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	hostile, hostileOptions := hostileReport()
	colored := options()
	colored.Color, colored.Width = true, 60
	cases := []struct {
		name    string
		formats []string
		report  *summarize.Report
		options Options
	}{
		{"rich", []string{"txt", "md", "html", "argdown", "json"}, richReport(), options()},
		{"colored", []string{"txt"}, richReport(), colored},
		{"settled", []string{"txt", "md", "html", "argdown"}, settledReport(), options()},
		{"empty", []string{"txt", "md", "html", "argdown", "json"}, emptyReport(), Options{}},
		{"few", []string{"txt", "md", "html", "argdown"}, fewReport(), Options{About: "<b>*zebras*</b> @everyone [x](//a.example) #tag"}},
		{"unattributed", []string{"txt", "md", "html", "argdown"}, unattributedReport(), options()},
		{"hostile", []string{"txt", "md", "html", "argdown"}, hostile, hostileOptions},
	}
	for _, c := range cases {
		for _, format := range c.formats {
			t.Run(c.name+"."+format, func(t *testing.T) {
				got := draw(t, format, c.report, c.options)
				golden := filepath.Join("testdata", c.name+"."+format+".golden")
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
					t.Errorf("differs from %s (-update writes it anew):\n%s", golden, got)
				}
			})
		}
	}
}

// Whoever reads only the first screen must see what is open, and see the unanswered before the acknowledged.
func TestOrder(t *testing.T) {
	want := []string{
		"Is inner alignment solved", "Still open",
		"Simplicity is measured in weights", "What would change your mind?", "Three years is short.",
		"Three years of models show", "and 2 more",
		"Settled", "no experiment could count", "Probes find what they were trained on", "ou ignore the red teams",
		"Agreed", "Took no side", "Pat and Wen Li",
	}
	for _, format := range []string{"txt", "md", "html"} {
		rest := collapse(draw(t, format, richReport(), options()))
		for _, words := range want {
			_, after, found := strings.Cut(strings.ToLower(rest), strings.ToLower(words))
			if !found {
				t.Errorf("%s: %q does not come where it should", format, words)
				break
			}
			rest = after
		}
	}
}

func TestJSONKeepsTheContract(t *testing.T) {
	report := richReport()
	before := richReport()
	report.Debates = append(report.Debates, summarize.Debate{
		Sides: []summarize.Side{{}}, Points: []summarize.Point{{}}, Objections: []summarize.Objection{{}}, Agreements: []summarize.Agreement{{}},
	})
	got := draw(t, "json", report, Options{})
	if listIsNull(t, got) {
		t.Errorf("a list is null:\n%s", got)
	}
	if !strings.Contains(got, "<@101>") {
		t.Error("< is escaped")
	}
	var back summarize.Report
	if err := json.Unmarshal([]byte(got), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Debates[0], filled(before).Debates[0]) {
		t.Error("the debate changed on its way through JSON")
	}
	if report.Debates[1].Messages != nil || report.Debates[1].Points[0].By != nil {
		t.Error("the report given was changed")
	}
}

// listIsNull reports whether anything but a side is null.
func listIsNull(t *testing.T, document string) bool {
	t.Helper()
	for line := range strings.Lines(document) {
		if strings.Contains(line, "null") && !strings.Contains(line, `"side": null`) {
			return true
		}
	}
	return false
}

func TestNoDebate(t *testing.T) {
	for messages, want := range map[int]string{
		0:    "No debate found: there were no messages to read.",
		1:    "No debate found in this one message.",
		2:    "No debate found in these 2 messages. In so few, one is easily missed.",
		11:   "No debate found in these 11 messages. In so few, one is easily missed.",
		12:   "No debate found in these 12 messages.",
		2116: "No debate found in these 2,116 messages.",
	} {
		if got := noDebate(cleaner{}, messages); got != want {
			t.Errorf("of %d messages: %q, want %q", messages, got, want)
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriterErrorIsReturned(t *testing.T) {
	for format, render := range formats {
		if err := render(brokenWriter{}, richReport(), options()); !errors.Is(err, errBroken) {
			t.Errorf("%s: error is %v", format, err)
		}
	}
}

func TestUnknownIdsAndStatusesDoNoHarm(t *testing.T) {
	r := richReport()
	r.Debates[0].Points[0].Side = "Z"
	r.Debates[0].Objections[0].Target = "gone"
	r.Debates[0].Objections[1].Status = "new"
	for format := range formats {
		if got := draw(t, format, r, options()); format == "txt" && !strings.Contains(got, "Status unknown") {
			t.Errorf("an unknown status is not shown as such:\n%s", got)
		}
	}
}
