package store

import (
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
)

// inGeneral is the thread in general that message 1002 begins.
var inGeneral = bot.Place{Server: general.Server, Channel: general.Channel, Thread: "1002"}

// putThreads puts messages 1000 to 1009 into general: those with even numbers from 1002 on
// are one thread, and 1005 and 1007 reply to 1003.
func putThreads(t *testing.T, s bot.Storage) {
	t.Helper()
	messages := several(0, 9)
	for i := range messages {
		switch {
		case i == 5 || i == 7:
			messages[i].ReplyTo = "1003"
		case i > 2 && i%2 == 0:
			messages[i].ReplyTo = inGeneral.Thread
		}
	}
	put(t, s, general, "", messages...)
}

func threads(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	putThreads(t, s)
	// In another channel the same ids are other messages.
	put(t, s, other, "", summarize.Message{ID: "1010", Author: "u0", Time: noon, ReplyTo: inGeneral.Thread})
	must(t, s.Cover(ctx, platform, general, ""))
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	check := func(what string, p bot.Place, r bot.Range, total int, want ...string) {
		t.Helper()
		h := read(t, s, p, r)
		same(t, what, ids(h.Messages), want)
		same(t, what+", total", h.Total, total)
		same(t, what+", whole", h.Whole, len(want) == total)
	}
	check("the channel", general, bot.Range{Last: 99}, 10, ids(several(0, 9))...)
	check("whole", inGeneral, bot.Range{Last: 9}, 4, "1002", "1004", "1006", "1008")
	check("cut", inGeneral, bot.Range{Last: 2}, 4, "1006", "1008")
	check("from another's message", inGeneral, bot.Range{From: "1005", Last: 9}, 2, "1006", "1008")
	check("up to", inGeneral, bot.Range{To: "1006", Last: 9}, 3, "1002", "1004", "1006")
	check("up to, cut", inGeneral, bot.Range{To: "1006", Last: 1}, 3, "1006")
	check("between", inGeneral, bot.Range{Since: minute(3), Until: minute(8), Last: 9}, 2, "1004", "1006")
	check("since the author's newest", inGeneral, bot.Range{Author: "u0", Last: 9}, 2, "1006", "1008")
	check("of an author who wrote elsewhere alone", inGeneral, bot.Range{Author: "nobody", Last: 9}, 4, "1002", "1004", "1006", "1008")
	check("nothing in it", inGeneral, bot.Range{From: "1009", Last: 9}, 0)
	check("another", bot.Place{Server: "guild", Channel: "100", Thread: "1003"}, bot.Range{Last: 9}, 3, "1003", "1005", "1007")
	check("of one message", bot.Place{Server: "guild", Channel: "100", Thread: "1009"}, bot.Range{Last: 9}, 1, "1009")
	check("that is not there", bot.Place{Server: "guild", Channel: "100", Thread: "1"}, bot.Range{Last: 9}, 0)
	same(t, "names", read(t, s, inGeneral, bot.Range{From: "1008", Last: 9}).Names, map[string]string{"u2": "Cem"})

	must(t, s.RemoveMessages(ctx, platform, general, []string{"1002", "1006"}))
	check("after deletions", inGeneral, bot.Range{Last: 9}, 2, "1004", "1008")
	_, err := s.Messages(ctx, platform, bot.Place{Server: "guild", Channel: "999", Thread: "1002"}, bot.Range{Last: 1})
	notKept(t, "of an unknown channel", err)
}

func threadCoverage(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	putThreads(t, s)
	absent := func(what string, r bot.Range) {
		t.Helper()
		_, err := s.Messages(ctx, platform, inGeneral, r)
		notKept(t, what, err)
	}
	absent("nothing covered", bot.Range{Last: 1})

	must(t, s.Cover(ctx, platform, general, "1003"))
	absent("the first message is not covered", bot.Range{Last: 9})
	absent("from the first", bot.Range{From: "1002", Last: 9})
	absent("since before what is covered", bot.Range{Since: noon, Last: 9})
	h := read(t, s, inGeneral, bot.Range{Last: 3})
	same(t, "no more than is covered", ids(h.Messages), []string{"1004", "1006", "1008"})
	same(t, "though nobody knows of how many", h.Whole, false)
	h = read(t, s, inGeneral, bot.Range{From: "1003", Last: 9})
	same(t, "from one within", ids(h.Messages), []string{"1004", "1006", "1008"})
	same(t, "total from one within", h.Total, 3)

	must(t, s.Cover(ctx, platform, general, "1002"))
	h = read(t, s, inGeneral, bot.Range{Since: noon.Add(-time.Hour), Last: 9})
	same(t, "the first message is covered", ids(h.Messages), []string{"1002", "1004", "1006", "1008"})
	same(t, "whole", h.Whole, true)
	same(t, "and its author's newest", ids(read(t, s, inGeneral, bot.Range{Author: "u2", Last: 9}).Messages), []string{"1008"})
	must(t, s.RemoveMessages(ctx, platform, general, []string{"1002"}))
	same(t, "the first message is gone", read(t, s, inGeneral, bot.Range{Last: 9}).Total, 3)

	prune(t, s, noon.Add(5*time.Minute), noon)
	absent("the first message was pruned", bot.Range{Last: 9})
	same(t, "what is left", ids(read(t, s, inGeneral, bot.Range{Last: 2}).Messages), []string{"1006", "1008"})
}
