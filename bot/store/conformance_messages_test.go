package store

import (
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
)

func messageComesBack(t *testing.T, s bot.Storage) {
	full := summarize.Message{
		ID: "1718190000000000001", Author: "u0", Time: noon.Add(123456 * time.Microsecond), Edited: noon.Add(time.Hour),
		Text: "naïve 🐈\nsecond line \x00 ' \" %", ReplyTo: "1718190000000000000", Bot: true,
		URL: "https://discord.com/channels/1/2/3", Attachments: []string{"a \"b\".png", "ü, c.txt"},
	}
	bare := summarize.Message{ID: "1718190000000000002"}
	bare.Time = full.Time.Add(time.Second)
	put(t, s, general, "", full, bare)
	must(t, s.Cover(t.Context(), platform, general, ""))
	h := read(t, s, general, bot.Range{Last: 10})
	same(t, "history", h, bot.History{
		Messages: []summarize.Message{full, bare}, Names: map[string]string{"u0": "Ann"}, Whole: true, Total: 2,
	})
	if !h.Messages[1].Edited.IsZero() || h.Messages[0].Time.Location() != time.UTC {
		t.Error("times changed")
	}
}

func order(t *testing.T, s bot.Storage) {
	m := func(id string, seconds int) summarize.Message {
		return summarize.Message{ID: id, Author: "u0", Time: noon.Add(time.Duration(seconds) * time.Second)}
	}
	put(t, s, general, "", m("10", 5), m("9", 5), m("B", 5), m("2", 7), m("3", 6))
	must(t, s.Cover(t.Context(), platform, general, ""))
	same(t, "order", ids(read(t, s, general, bot.Range{Last: 10}).Messages), []string{"9", "B", "10", "3", "2"})
	same(t, "last two", ids(read(t, s, general, bot.Range{Last: 2}).Messages), []string{"3", "2"})
	same(t, "bounds by id", ids(read(t, s, general, bot.Range{From: "3", To: "A", Last: 10}).Messages), []string{"9", "3"})
}

func edits(t *testing.T, s bot.Storage) {
	m := at(1, "u0", "first")
	put(t, s, general, "", m)
	must(t, s.Cover(t.Context(), platform, general, ""))
	edit := func(text string, edited time.Time) {
		t.Helper()
		changed := m
		changed.Text, changed.Edited = text, edited
		put(t, s, general, "", changed)
	}
	text := func() string { return read(t, s, general, bot.Range{Last: 5}).Messages[0].Text }
	edit("second", noon.Add(time.Hour))
	same(t, "after an edit", text(), "second")
	edit("between", noon.Add(time.Minute))
	same(t, "after an edit that came late", text(), "second")
	edit("never edited", time.Time{})
	same(t, "after the create that came late", text(), "second")
	edit("again", noon.Add(time.Hour))
	same(t, "after an edit of the same moment", text(), "again")
	if h := read(t, s, general, bot.Range{Last: 5}); h.Total != 1 || len(h.Messages) != 1 {
		t.Errorf("one message is %d of %d after edits", len(h.Messages), h.Total)
	}
}

func tombstones(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: general, By: "u0", At: noon}))
	put(t, s, general, "", several(1, 3)...)
	must(t, s.Cover(ctx, platform, general, ""))
	must(t, s.RemoveMessages(ctx, platform, general, []string{"1002", "1007"}))
	must(t, s.RemoveMessages(ctx, platform, general, []string{"1002"}))
	must(t, s.RemoveMessages(ctx, platform, general, nil))
	put(t, s, general, "", several(1, 8)...)
	h := read(t, s, general, bot.Range{Last: 20})
	same(t, "kept", ids(h.Messages), []string{"1001", "1003", "1004", "1005", "1006", "1008"})
	same(t, "total", h.Total, 6)
	// In another place the same id is another message, and a place may be new.
	put(t, s, other, "", at(2, "u0", "there"))
	must(t, s.Cover(ctx, platform, other, ""))
	same(t, "elsewhere", ids(read(t, s, other, bot.Range{Last: 20}).Messages), []string{"1002"})
	must(t, s.RemoveMessages(ctx, platform, thread, []string{"1002"}))
	put(t, s, thread, general.Channel, several(1, 3)...)
	must(t, s.Cover(ctx, platform, thread, ""))
	same(t, "in a thread that began with a deletion", ids(read(t, s, thread, bot.Range{Last: 20}).Messages), []string{"1001", "1003"})
	// Unwatching does not forget what was removed.
	if _, err := s.Unwatch(ctx, platform, general); err != nil {
		t.Fatal(err)
	}
	put(t, s, general, "", several(1, 3)...)
	must(t, s.Cover(ctx, platform, general, ""))
	same(t, "after unwatching", ids(read(t, s, general, bot.Range{Last: 20}).Messages), []string{"1001", "1003"})
}

func coverage(t *testing.T, s bot.Storage) {
	put(t, s, general, "", several(0, 9)...)
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	type want struct {
		ids     string // the first and the last
		whole   bool
		total   int
		notKept bool
	}
	absent := want{notKept: true}
	check := func(name string, r bot.Range, w want) {
		t.Helper()
		h, err := s.Messages(t.Context(), platform, general, r)
		if w.notKept {
			notKept(t, name, err)
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		got := want{whole: h.Whole, total: h.Total}
		if n := len(h.Messages); n > 0 {
			got.ids = h.Messages[0].ID + "-" + h.Messages[n-1].ID
		}
		if got != w {
			t.Errorf("%s: got %+v, want %+v", name, got, w)
		}
	}
	check("nothing covered", bot.Range{Last: 1}, absent)
	check("nothing covered, from", bot.Range{From: "1009", Last: 1}, absent)

	must(t, s.Cover(t.Context(), platform, general, "1004"))
	check("no more than is covered", bot.Range{Last: 6}, want{ids: "1004-1009"})
	check("fewer", bot.Range{Last: 2}, want{ids: "1008-1009"})
	check("one more than is covered", bot.Range{Last: 7}, absent)
	check("up to, enough", bot.Range{To: "1006", Last: 3}, want{ids: "1004-1006"})
	check("up to, too few", bot.Range{To: "1006", Last: 4}, absent)
	check("until, enough", bot.Range{Until: minute(6), Last: 2}, want{ids: "1004-1005"})
	check("until, too few", bot.Range{Until: minute(6), Last: 3}, absent)
	check("from the first", bot.Range{From: "1004", Last: 9}, want{ids: "1004-1009", whole: true, total: 6})
	check("from the first, cut", bot.Range{From: "1004", Last: 5}, want{ids: "1005-1009", total: 6})
	check("from one before", bot.Range{From: "1003", Last: 1}, absent)
	check("from a short id before", bot.Range{From: "999", Last: 1}, absent)
	check("from one that is not there", bot.Range{From: "10045", Last: 9}, want{whole: true})
	check("from and to", bot.Range{From: "1005", To: "1007", Last: 9}, want{ids: "1005-1007", whole: true, total: 3})
	check("since the first", bot.Range{Since: minute(4), Last: 9}, want{ids: "1004-1009", whole: true, total: 6})
	check("since a moment before", bot.Range{Since: minute(4).Add(-time.Second), Last: 9}, absent)
	check("since and until", bot.Range{Since: minute(5), Until: minute(7), Last: 9}, want{ids: "1005-1006", whole: true, total: 2})
	check("one bound before, one within", bot.Range{From: "1001", Since: minute(7), Last: 9}, want{ids: "1007-1009", whole: true, total: 3})

	must(t, s.RemoveMessages(t.Context(), platform, general, []string{"1004"}))
	check("since the first, which is gone", bot.Range{Since: minute(4), Last: 9}, want{ids: "1005-1009", whole: true, total: 5})
	check("from the first, which is gone", bot.Range{From: "1004", Last: 9}, want{ids: "1005-1009", whole: true, total: 5})

	must(t, s.Cover(t.Context(), platform, general, ""))
	check("everything", bot.Range{Last: 100}, want{ids: "1000-1009", whole: true, total: 9})
	check("everything, cut", bot.Range{Last: 3}, want{ids: "1007-1009", total: 9})
	check("everything up to", bot.Range{To: "1006", Last: 2}, want{ids: "1005-1006", total: 6})
	check("everything until", bot.Range{Until: minute(6), Last: 100}, want{ids: "1000-1005", whole: true, total: 5})
	check("everything between", bot.Range{To: "1008", Until: minute(6), Last: 100}, want{ids: "1000-1005", whole: true, total: 5})
	check("since long ago", bot.Range{Since: minute(-1000), Last: 100}, want{ids: "1000-1009", whole: true, total: 9})
	check("none", bot.Range{Since: minute(1000), Last: 100}, want{whole: true})
}

func gap(t *testing.T, s bot.Storage) {
	put(t, s, general, "", several(0, 3)...)
	must(t, s.Cover(t.Context(), platform, general, ""))
	put(t, s, general, "", several(8, 12)...)
	must(t, s.Cover(t.Context(), platform, general, "1008"))
	same(t, "after the gap", ids(read(t, s, general, bot.Range{Last: 5}).Messages), ids(several(8, 12)))
	_, err := s.Messages(t.Context(), platform, general, bot.Range{Last: 6})
	notKept(t, "over the gap", err)
	_, err = s.Messages(t.Context(), platform, general, bot.Range{From: "1002", Last: 1})
	notKept(t, "from before the gap", err)
}

func author(t *testing.T, s bot.Storage) {
	put(t, s, general, "", at(0, "early", "a"), at(1, "u1", "b"), at(2, "u0", "c"), at(3, "u2", "d"), at(4, "u0", "e"), at(5, "u2", "f"))
	must(t, s.Cover(t.Context(), platform, general, ""))
	back := func(r bot.Range) []string {
		r.Last = 50
		return ids(read(t, s, general, r).Messages)
	}
	same(t, "since the newest", back(bot.Range{Author: "u0"}), []string{"1004", "1005"})
	same(t, "since the newest up to", back(bot.Range{Author: "u0", To: "1003"}), []string{"1002", "1003"})
	same(t, "since the newest until", back(bot.Range{Author: "u0", Until: noon.Add(4 * time.Minute)}), []string{"1002", "1003"})
	same(t, "the later of two bounds", back(bot.Range{Author: "u1", From: "1003"}), []string{"1003", "1004", "1005"})
	same(t, "somebody who never wrote", len(back(bot.Range{Author: "nobody"})), 6)
	must(t, s.Cover(t.Context(), platform, general, "1002"))
	same(t, "within what is covered", back(bot.Range{Author: "u0"}), []string{"1004", "1005"})
	for _, who := range []string{"early", "u1", "nobody"} {
		_, err := s.Messages(t.Context(), platform, general, bot.Range{Author: who, Last: 2})
		notKept(t, who, err)
	}
}

func names(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	putAs := func(p bot.Place, m summarize.Message, names map[string]string) {
		t.Helper()
		must(t, s.PutMessages(ctx, platform, p, "", []summarize.Message{m}, names))
		must(t, s.Cover(ctx, platform, p, ""))
	}
	follow(t, s, platform, general, other)
	name := func(p bot.Place) string { return read(t, s, p, bot.Range{Last: 5}).Names["u9"] }
	putAs(general, at(1, "u9", "a"), map[string]string{"u9": "Old", "u8": "Mentioned"})
	putAs(other, at(2, "u9", "b"), map[string]string{"u9": "New"})
	putAs(other, at(3, "u9", "c"), nil)
	same(t, "the newest name holds in the whole server", name(general), "New")
	must(t, s.RemoveMessages(ctx, platform, general, []string{"1001"}))
	same(t, "while a message is left", name(other), "New")
	must(t, s.RemoveMessages(ctx, platform, other, []string{"1002", "1003"}))
	putAs(other, at(4, "u9", "d"), nil)
	same(t, "after the last message went", name(other), "")
}
