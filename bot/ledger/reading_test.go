package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/summarize"
)

// TestNothingIsLeftInAReadingOfWhatWasTakenOut: and what is left holds against what is still there.
func TestNothingIsLeftInAReadingOfWhatWasTakenOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		read := g.window()
		if len(read.Messages) == 0 {
			return
		}
		report := g.report(read)
		summarize.Verify(report, read)
		r := NewReading(report, read, read, g.tick())
		before, _ := json.Marshal(r)

		m := rapid.SampledFrom(read.Messages).Draw(t, "message")
		gone := func(o summarize.Message) bool { return o.ID == m.ID }
		var left *Reading
		switch how := rapid.SampledFrom([]string{"remove", "expire", "edit", "forget"}).Draw(t, "how"); how {
		case "remove":
			left = r.Remove([]string{m.ID})
		case "expire":
			left = r.Expire(m.Time)
			gone = func(o summarize.Message) bool { return o.Time.Before(m.Time) }
		case "edit":
			left = r.Edit(m.ID, "something else")
		case "forget":
			left = r.Forget(m.Author)
			gone = func(o summarize.Message) bool { return o.Author == m.Author }
		}
		if after, _ := json.Marshal(r); string(after) != string(before) {
			t.Error("it wrote to what it was called on")
		}
		rest := *read
		rest.Messages = slices.DeleteFunc(slices.Clone(read.Messages), gone)
		for i := range left.Debates {
			eachQuote(&left.Debates[i], func(q summarize.Quote) {
				if slices.ContainsFunc(read.Messages, func(o summarize.Message) bool { return o.ID == q.Message && gone(o) }) {
					t.Errorf("quotes %q still", q.Text)
				}
			})
		}
		data, _ := json.Marshal(left)
		if strings.Contains(string(data), ":null") && strings.Contains(strings.ReplaceAll(string(data), `"side":null`, ""), ":null") {
			t.Errorf("a list is null: %s", data)
		}
		for id, from := range left.Origins {
			if gone(summarize.Message{ID: id, Author: from.Author, Time: from.Time}) {
				t.Errorf("tells of %s still", id)
			}
		}
		// All that no gone message bore out is there still.
		for i := range r.Debates {
			was := &r.Debates[i]
			at := slices.IndexFunc(left.Debates, func(d summarize.Debate) bool { return d.ID == was.ID })
			touched := slices.ContainsFunc(read.Messages, func(o summarize.Message) bool { return slices.Contains(was.Messages, o.ID) && gone(o) })
			eachQuote(was, func(q summarize.Quote) {
				touched = touched || slices.ContainsFunc(read.Messages, func(o summarize.Message) bool { return o.ID == q.Message && gone(o) })
			})
			if !touched && m.Author != "" && (at < 0 || len(left.Debates[at].Objections) != len(was.Objections) || left.Debates[at].Question != was.Question) {
				t.Errorf("debate %s lost something that was not gone", was.ID)
			}
		}
		again := *left
		if diff := cmp.Diff(left, again.Remove([]string{"none"})); diff != "" {
			t.Errorf("taking nothing out changed it:\n%s", diff)
		}
		now := &summarize.Report{Debates: slices.Clone(left.Debates)}
		if d := summarize.Verify(now, &rest); d.Quotes > 0 {
			t.Errorf("%d quotes don't hold", d.Quotes)
		}
	})
}

func TestReadingsGoOnWithWhatIsNew(t *testing.T) {
	at := func(id string, minute int) summarize.Message {
		return summarize.Message{ID: id, Author: "ann", Text: "text " + id, Time: day(1).Add(time.Duration(minute) * time.Minute)}
	}
	edited := at("8", 1)
	edited.Text = "another text"
	read := &summarize.Transcript{Channel: "agora", Messages: []summarize.Message{at("8", 1), at("9", 2)}}
	r := NewReading(&summarize.Report{}, read, read, day(2))
	for what, c := range map[string]struct {
		now   []summarize.Message
		order string
		first int
	}{
		"nothing new":                   {read.Messages, "8 9", 2},
		"one more":                      {[]summarize.Message{at("8", 1), at("9", 2), at("10", 3)}, "8 9 10", 2},
		"the last one is gone":          {[]summarize.Message{at("8", 1), at("10", 3)}, "8 10", 1},
		"all are gone":                  {[]summarize.Message{at("10", 3)}, "10", 0},
		"one from before turns up late": {[]summarize.Message{at("7", 0), at("9", 2), at("11", 3)}, "9 7 11", 1},
		"one was edited":                {[]summarize.Message{edited, at("9", 2), at("10", 3)}, "9 8 10", 1},
		"nothing at all":                {nil, "", 0},
	} {
		ordered, first := r.Rest(&summarize.Transcript{Channel: "agora", Messages: c.now})
		var ids []string
		for _, m := range ordered.Messages {
			ids = append(ids, m.ID)
		}
		if got := strings.Join(ids, " "); got != c.order || first != c.first || ordered.Channel != "agora" {
			t.Errorf("%s: got %s from %d, want %s from %d", what, got, first, c.order, c.first)
		}
	}
	if marks := r.Read.with("10", "text 10"); !marks.has("10", "text 10") || !marks.has("8", "text 8") || marks.has("10", "text") || r.Read.has("10", "text 10") {
		t.Error("marks are not what was put in")
	}
	var none *Reading
	if none.Remove([]string{"8"}) != nil || none.Edit("8", "") != nil || none.Forget("ann") != nil {
		t.Error("something came of nothing")
	}
	if len(r.Origins) != 0 {
		t.Error("tells of messages that are not quoted")
	}
}
