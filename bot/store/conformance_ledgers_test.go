package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/ledger"
	"crux/summarize"
)

// ledgerOf is a ledger whose words are these.
func ledgerOf(words ...string) bot.Ledger {
	l := bot.Ledger{
		Points: []ledger.Seen{{Message: "1003", Noticed: noon}},
		Read:   "read", Counts: ledger.Counts{Raised: len(words), ByStatus: map[summarize.Status]int{summarize.Answered: 1, summarize.Unanswered: 2}},
	}
	for i, text := range words {
		quote := ledger.Quote{Quote: summarize.Quote{Message: fmt.Sprint(1001 + i), Text: text}, Author: "u0", Time: noon, Noticed: noon.Add(time.Hour)}
		l.Entries = append(l.Entries, ledger.Entry{
			ID: fmt.Sprint("e", i), By: []string{"u0"}, Gist: "gist of " + text, Quotes: []ledger.Quote{quote},
			Status: summarize.Unanswered, Raised: noon, Noticed: noon.Add(time.Hour), LastSeen: noon.Add(time.Hour),
			Corrected: &ledger.Correction{Kind: ledger.SaidOpen, By: "u1", At: noon},
		})
	}
	return l
}

func watch(t *testing.T, s bot.Storage, places ...bot.Place) {
	t.Helper()
	for _, p := range places {
		must(t, s.Watch(t.Context(), platform, bot.WatchedChannel{Place: p, By: "u1", At: noon}))
	}
}

// putLedger replaces whatever ledger is kept of a place, and returns what is kept now.
func putLedger(t *testing.T, s bot.Storage, p bot.Place, l bot.Ledger) bot.Ledger {
	t.Helper()
	l.Version = keptLedger(t, s, p).Version
	must(t, s.PutLedger(t.Context(), platform, p, l))
	return keptLedger(t, s, p)
}

func keptLedger(t *testing.T, s bot.Storage, p bot.Place) bot.Ledger {
	t.Helper()
	l, err := s.Ledger(t.Context(), platform, p)
	must(t, err)
	return l
}

func ledgers(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	kept := func(want ...bot.Place) {
		t.Helper()
		got, err := s.Ledgers(ctx, platform)
		must(t, err)
		same(t, "ledgers", got, want)
	}
	same(t, "none", keptLedger(t, s, general), bot.Ledger{})
	notKept(t, "of a channel that is not watched", s.PutLedger(ctx, platform, general, ledgerOf("a")))
	watch(t, s, general, other)
	want := ledgerOf("first words", strings.Repeat("long words ", 3000), "naïve 🐈")
	got := putLedger(t, s, general, want)
	if got.Version == 0 {
		t.Error("a ledger that is kept has the version of none")
	}
	want.Version = got.Version
	same(t, "as it was put", got, want)
	changed := func(what string, l bot.Ledger) {
		t.Helper()
		if err := s.PutLedger(ctx, platform, general, l); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("%s: got error %v, want ErrChanged", what, err)
		}
	}
	changed("as if there were none", ledgerOf("b"))
	must(t, s.PutLedger(ctx, platform, general, want))
	same(t, "put again as it was", keptLedger(t, s, general), want)

	shorter := putLedger(t, s, general, ledgerOf("b"))
	same(t, "replaced", shorter.Entries[0].Gist, "gist of b")
	if shorter.Version == want.Version {
		t.Error("a ledger was replaced and has the version of before")
	}
	changed("after it was replaced", want)
	longer := putLedger(t, s, general, want)
	want.Version = longer.Version
	same(t, "replaced by a longer one", longer, want)

	putLedger(t, s, other, ledgerOf("there"))
	kept(general, other)
	elsewhere, err := s.Ledger(ctx, "slack", general)
	must(t, err)
	same(t, "on another platform", elsewhere, bot.Ledger{})
	same(t, "of a thread that is no channel", keptLedger(t, s, inGeneral), want)

	_, err = s.Unwatch(ctx, platform, general)
	must(t, err)
	kept(other)
	same(t, "unwatched", keptLedger(t, s, general), bot.Ledger{})
	watch(t, s, general)
	changed("made before it ceased to be watched", longer)
	putLedger(t, s, general, ledgerOf("anew"))
	changed("made before, though there is one again", longer)
	must(t, s.RemovePlace(ctx, platform, inGeneral))
	kept(other, general)
	must(t, s.RemovePlace(ctx, platform, general))
	kept(other)
	must(t, s.RemoveServer(ctx, platform, other.Server))
	kept()
}

func disowning(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	d := func(message, author, meant string, start, minute int) ledger.Disowned {
		return ledger.Disowned{
			Message: message, Author: author, Start: start, End: start + 10, Sum: "sum of " + message, Meant: meant,
			At: noon.Add(time.Duration(minute) * time.Minute),
		}
	}
	disowned := func(what string, p bot.Place, want ...ledger.Disowned) {
		t.Helper()
		got, err := s.Disowned(ctx, platform, p)
		must(t, err)
		same(t, what, got, want)
	}
	disown := func(p bot.Place, all ...ledger.Disowned) {
		t.Helper()
		for _, d := range all {
			must(t, s.Disown(ctx, platform, p, d))
		}
	}
	a, b, c := d("1001", "u0", "what I meant, naïve", 0, 1), d("1001", "u0", "", 20, 2), d("1002", "u1", "other", 0, 3)
	put(t, s, general, "", several(1, 3)...)
	put(t, s, thread, general.Channel, several(1, 3)...)
	disown(general, b, a)
	disown(thread, c)
	disowned("in the channel and its threads", general, a, b, c)
	disowned("in the thread and its channel", thread, a, b, c)
	disowned("elsewhere", other)
	a.Meant, a.At = "", noon.Add(10*time.Minute)
	disown(general, a)
	disowned("of the same words again", general, b, c, a)
	a.Meant = "meant after all"
	disown(general, a)
	disowned("reworded", general, b, c, a)

	must(t, s.RemoveMessages(ctx, platform, general, []string{"1001", "1002"}))
	disowned("after its message was removed", general, c)
	disown(general, c) // as where a thread's message is disowned in the channel
	must(t, s.RemoveMessages(ctx, platform, thread, []string{"1002"}))
	disowned("after a thread's was removed", general)
	disown(other, a) // which is not watched, nor is a message of it kept
	must(t, s.RemoveMessages(ctx, platform, other, []string{"1002"}))
	disowned("where nothing is kept", other, a)
	must(t, s.RemoveMessages(ctx, platform, other, []string{"1001"}))
	disowned("and it was removed", other)

	disown(other, a)
	disown(thread, c)
	disown(general, b)
	must(t, s.RemovePlace(ctx, platform, general))
	disowned("after the channel was removed", general)
	disowned("and its thread with it", thread)
	disowned("but not another", other, a)
	watch(t, s, other)
	_, err := s.Unwatch(ctx, platform, other)
	must(t, err)
	unworded := a
	unworded.Meant = ""
	disowned("after unwatching it stays disowned", other, unworded)
	must(t, s.RemovePlace(ctx, platform, other))
	disowned("after an unwatched channel was removed", other)
	disown(other, a)
	must(t, s.RemoveServer(ctx, platform, other.Server))
	disowned("after the server was removed", other)

	disown(general, a, c)
	_, err = s.Prune(ctx, a.At.Add(time.Hour), time.Hour+5*time.Minute, time.Hour)
	must(t, err)
	c.Meant = ""
	disowned("pruned: that it is disowned stays, and the newer words", general, c, a)
}
