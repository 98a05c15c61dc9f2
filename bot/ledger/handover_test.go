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

// What another reader finds in messages that had been read before is dated to when they were posted,
// and what came of new ones is news.
func TestWhatIsFoundLateInOldMessagesIsNoNews(t *testing.T) {
	open := objection("o1", "bo", onCall)
	before := Merge(nil, report(deploys, open), deploys, day(1))
	upTo := Position{"m5", deploys.Messages[4].Time}
	found := report(deploys, with(open, summarize.Answered, rota), objection("o2", "dee", again), objection("o3", "cy", "m7 The budget has nothing for it."))
	after := Antedate(Merge(before, found, deploys, day(9)), upTo, day(9))
	if diff := cmp.Diff([]string{"m4: standing by dee in m4", "m7: raised by cy in m7"}, told(Since(after, day(8)))); diff != "" {
		t.Errorf("news of the day (-want +got):\n%s", diff)
	}
	for _, e := range after {
		old := slices.ContainsFunc(e.Quotes, func(q Quote) bool { return q.Message != "m7" })
		if e.ID != before[0].ID && old && !e.Noticed.Equal(e.Raised) {
			t.Errorf("%v was noticed at %v", about([]Entry{e}), e.Noticed)
		}
	}
	sound(t, after)
}

// Whatever was merged: antedating changes nothing but when things were noticed, and never makes
// anything later or puts changes out of order.
func TestAntedateProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		read := g.window()
		if len(read.Messages) == 0 {
			return
		}
		now := g.tick()
		merged := Merge(entries, g.report(read), read, now)
		m := rapid.SampledFrom(read.Messages).Draw(t, "up to")
		upTo := Position{m.ID, m.Time}
		dated := Antedate(merged, upTo, now)
		sound(t, dated)
		for i := range dated {
			was, is := &merged[i], &dated[i]
			if is.Noticed.After(was.Noticed) {
				t.Errorf("%s was noticed at %v, and %v", is.ID, was.Noticed, is.Noticed)
			}
			for j, c := range is.Changes {
				if c.At.After(was.Changes[j].At) || j > 0 && c.At.Before(is.Changes[j-1].At) {
					t.Errorf("the changes of %s are at %v, were %v", is.ID, is.Changes, was.Changes)
				}
			}
			is.Noticed = was.Noticed
			for j := range is.Quotes {
				is.Quotes[j].Noticed = was.Quotes[j].Noticed
			}
			for j := range is.Changes {
				is.Changes[j].At = was.Changes[j].At
			}
		}
		if diff := cmp.Diff(merged, dated); diff != "" {
			t.Errorf("it changed:\n%s", diff)
		}
	})
}

// Whatever was merged: of what a better reader does not find nothing stays but what it did not read, or people spoke of.
func TestSupersedeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		read := g.window()
		now := g.tick()
		merged := Merge(entries, g.report(read), read, now)
		first := rapid.IntRange(0, len(read.Messages)).Draw(t, "first")
		anew := map[string]bool{}
		for _, m := range read.Messages[first:] {
			anew[m.ID] = true
		}
		kept, gone := Supersede(merged, func(id string) bool { return anew[id] }, now)
		if len(kept)+len(gone) != len(merged) {
			t.Fatalf("%d and %d of %d", len(kept), len(gone), len(merged))
		}
		sound(t, kept)
		isAnew := func(e *Entry) bool {
			return !slices.ContainsFunc(e.Quotes, func(q Quote) bool { return !anew[q.Message] })
		}
		for i := range gone {
			if e := &gone[i]; e.LastSeen.Equal(now.UTC()) || e.Corrected != nil || len(e.NotMine) > 0 || !isAnew(e) {
				t.Errorf("%+v went", e)
			}
		}
		for i := range kept {
			e := &kept[i]
			if e.Into == "" && isAnew(e) && e.LastSeen.Before(now) && e.Corrected == nil && len(e.NotMine)+len(e.Disowned) == 0 {
				if at := slices.IndexFunc(merged, func(o Entry) bool { return o.ID == e.ID }); merged[at].Into == "" {
					t.Errorf("%+v stayed", e)
				}
			}
		}
	})
}

// Nothing of the words of messages that were taken out is left, quoted or not: not in a gist, a question or a label
// either. What is left holds against the messages that are left.
func TestNoWordIsLeftInAReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		read := g.window()
		if len(read.Messages) == 0 {
			return
		}
		report := g.report(read)
		for i := range report.Debates { // as a model words things: of whatever was said
			d := &report.Debates[i]
			of := func(what string) string { return rapid.SampledFrom(d.Messages).Draw(t, what) }
			text := func(id string) string {
				return read.Messages[slices.IndexFunc(read.Messages, func(m summarize.Message) bool { return m.ID == id })].Text
			}
			if len(d.Messages) > 0 {
				d.Question = text(of("question"))
				for j := range d.Sides {
					d.Sides[j].Label = text(of("label"))
				}
			}
		}
		r := NewReading(report, read, read, g.tick())
		m := rapid.SampledFrom(read.Messages).Draw(t, "message")
		gone := func(o summarize.Message) bool { return o.ID == m.ID }
		var left *Reading
		switch rapid.SampledFrom([]string{"remove", "forget", "expire"}).Draw(t, "how") {
		case "remove":
			left = r.Remove([]string{m.ID})
		case "forget":
			if m.Author == "" {
				return
			}
			left = r.Forget(m.Author)
			gone = func(o summarize.Message) bool { return o.Author == m.Author }
		case "expire":
			left = r.Expire(m.Time)
			gone = func(o summarize.Message) bool { return o.Time.Before(m.Time) }
		}
		data, err := json.Marshal(left)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range read.Messages {
			if !gone(o) {
				continue
			}
			for _, word := range strings.Fields(o.Text) {
				if strings.Contains(string(data), strings.Trim(word, ".")) {
					t.Fatalf("%q of %s is left in %s", word, o.ID, data)
				}
			}
		}
		rest := *read
		rest.Messages = slices.DeleteFunc(slices.Clone(read.Messages), gone)
		now := &summarize.Report{Debates: left.clone().Debates}
		if d := summarize.Verify(now, &rest); d.Quotes+d.Responses+d.Points+d.Objections+d.Statuses > 0 {
			t.Errorf("against what is left: %s", d)
		}
		if diff := cmp.Diff(now.Debates, left.In(&rest)); diff != "" {
			t.Errorf("In is another:\n%s", diff)
		}
		var back Reading
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*left, back); diff != "" {
			t.Errorf("read back from JSON:\n%s", diff)
		}
	})
}

func TestPositions(t *testing.T) {
	at := func(id string, minute int) Position {
		return Position{id, start.Add(time.Duration(minute) * time.Minute)}
	}
	for _, pair := range [][2]Position{{{}, at("1", 0)}, {at("9", 0), at("1", 1)}, {at("9", 1), at("10", 1)}, {at("10", 1), at("11", 1)}} {
		if pair[0].Compare(pair[1]) >= 0 || pair[1].Compare(pair[0]) <= 0 {
			t.Errorf("%v is not before %v", pair[0], pair[1])
		}
	}
	if End(deploys).Message != deploys.Messages[len(deploys.Messages)-1].ID || End(&summarize.Transcript{}) != (Position{}) {
		t.Error("the end of a transcript is not where it should be")
	}
}
