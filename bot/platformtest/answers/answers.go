// Package answers has answers of the bot for tests of how adapters draw them: those
// of saved reports, and arbitrary ones full of what breaks renderers.
package answers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crux/bot"
	"crux/summarize"
)

// Token is the token of every answer here.
const Token = "ABCDEFGHIJKLMNOPQRSTUV"

// Saved is the report that stands in testdata as name.json.
func Saved(t testing.TB, name string) *summarize.Report {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	r := &summarize.Report{}
	if err := json.Unmarshal(content, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Saying is an answer with the words that stand in the testdata of package bot as name.txt: what it says itself.
func Saying(t testing.TB, c bot.Command, name string, offers ...bot.Offer) *bot.Answer {
	t.Helper()
	words, err := os.ReadFile(filepath.Join("..", "testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return &bot.Answer{Request: bot.Request{Command: c}, Token: Token, Said: strings.TrimSuffix(string(words), "\n"), Offers: offers}
}

// To is the answer to a command in a channel of this name, with one report. Everyone in
// it has a name.
func To(c bot.Command, channel string, r *summarize.Report) *bot.Answer {
	return &bot.Answer{
		Request:  bot.Request{Command: c},
		Token:    Token,
		Channel:  bot.Channel{Name: channel},
		Sections: []bot.Section{{Report: r}},
		Names:    names(r),
	}
}

// names gives everyone in a report a name.
func names(r *summarize.Report) map[string]string {
	names := map[string]string{}
	add := func(ids []string) {
		for _, id := range ids {
			names[id] = strings.ToUpper(id[:1]) + id[1:]
		}
	}
	for _, d := range r.Debates {
		add(d.Neutral)
		for _, s := range d.Sides {
			add(s.Members)
		}
		for _, p := range d.Points {
			add(p.By)
		}
		for _, o := range d.Objections {
			add(o.By)
		}
	}
	return names
}

// Narrowed keeps of a report only the objections picked, as the bot does where somebody
// asks for certain ones.
func Narrowed(r *summarize.Report, pick func(o *summarize.Objection) bool) *summarize.Report {
	kept := *r
	kept.Debates = nil
	for _, d := range r.Debates {
		var objections []summarize.Objection
		for _, o := range d.Objections {
			if pick(&o) {
				objections = append(objections, o)
			}
		}
		if d.Objections = objections; len(objections) > 0 {
			kept.Debates = append(kept.Debates, d)
		}
	}
	return &kept
}

// IsOpen picks the objections that are open.
func IsOpen(o *summarize.Objection) bool { return o.Status.Open() }

// Long is a report of 20 debates like the first of r, with 60 objections or more each.
func Long(r *summarize.Report) *summarize.Report {
	d := r.Debates[0]
	for len(d.Objections) < 60 {
		d.Objections = append(d.Objections, r.Debates[0].Objections...)
	}
	long := *r
	long.Debates = slices.Repeat([]summarize.Debate{d}, 20)
	return &long
}

// Golden fails the test where got is not what stands in testdata as name.golden, which it
// writes anew first where update is set.
func Golden(t *testing.T, update bool, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-update writes it anew):\n%s", path, diff)
	}
}
