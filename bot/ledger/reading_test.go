package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

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
			eachQuote(&left.Debates[i], func(q *summarize.Quote) {
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
			eachQuote(was, func(q *summarize.Quote) {
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

func TestReadingsKnowWhatIsNew(t *testing.T) {
	at := func(id string) summarize.Message {
		return summarize.Message{ID: id, Author: "ann", Text: "text " + id, Time: day(1)}
	}
	edited := at("8")
	edited.Text = "another text"
	read := &summarize.Transcript{Messages: []summarize.Message{at("8"), at("9")}}
	r := NewReading(&summarize.Report{}, read, read, day(2))
	for what, c := range map[string]struct {
		of   *Reading
		now  []summarize.Message
		want string
	}{
		"nothing":           {r, read.Messages, ""},
		"one more":          {r, []summarize.Message{at("7"), at("8"), at("9"), at("10")}, "7 10"},
		"one was edited":    {r, []summarize.Message{edited, at("9")}, "8"},
		"one was removed":   {r.Remove([]string{"8"}), read.Messages, "8"},
		"nothing was read":  {nil, read.Messages, "8 9"},
		"all is too old":    {r.Expire(day(3)), read.Messages, "8 9"},
		"what was put in":   {&Reading{Read: r.Read.with("10", "text 10").with("8", "another text")}, []summarize.Message{at("8"), at("9"), at("10")}, "8"},
		"and what was left": {&Reading{Read: r.Read.without([]string{"9", "10"})}, read.Messages, "9"},
	} {
		now := &summarize.Transcript{Messages: c.now}
		isNew := c.of.New(now)
		var fresh []string
		for _, m := range c.now {
			if isNew(m.ID) {
				fresh = append(fresh, m.ID)
			}
		}
		if got := strings.Join(fresh, " "); got != c.want {
			t.Errorf("%s: %q is new, not %q", what, got, c.want)
		}
	}
	var none *Reading
	if none.Remove([]string{"8"}) != nil || none.Edit("8", "") != nil || none.Forget("ann") != nil {
		t.Error("something came of nothing")
	}
	if len(r.Origins) != 0 {
		t.Error("tells of messages that are not quoted")
	}
}
