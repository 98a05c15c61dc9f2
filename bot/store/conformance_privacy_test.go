package store

import (
	"testing"
	"time"

	"crux/bot"
	"crux/bot/ledger"
	"crux/summarize"
)

func exclude(t *testing.T, s bot.Storage, person string, until time.Time) int {
	t.Helper()
	n, err := s.Exclude(t.Context(), platform, bot.Exclusion{Person: person, Until: until})
	must(t, err)
	return n
}

func excluding(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	for _, p := range []bot.Place{general, abroad} {
		put(t, s, p, "", several(0, 9)...)
		must(t, s.Cover(ctx, platform, p, ""))
	}
	follow(t, s, "slack", general)
	must(t, s.PutMessages(ctx, "slack", general, "", several(0, 9), nil))
	must(t, s.Cover(ctx, "slack", general, ""))
	check := func(what string, total int, want ...string) {
		t.Helper()
		h := read(t, s, general, bot.Range{Last: 99})
		same(t, what, ids(h.Messages), want)
		same(t, what+", total", h.Total, total)
		_, named := h.Names["u0"]
		same(t, what+", named", named, total > 6)
	}
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	// u0 wrote 1000, 1003, 1006 and 1009.
	same(t, "messages gone", exclude(t, s, "u0", minute(6)), 4)
	check("up to a time", 8, "1001", "1002", "1004", "1005", "1006", "1007", "1008", "1009")
	put(t, s, general, "", several(0, 9)...)
	check("read in again", 8, "1001", "1002", "1004", "1005", "1006", "1007", "1008", "1009")
	edited := at(3, "u0", "edited")
	edited.Edited = noon.Add(time.Hour)
	put(t, s, general, "", edited, at(12, "u0", "later"))
	check("and later ones", 9, "1001", "1002", "1004", "1005", "1006", "1007", "1008", "1009", "1012")
	all, err := s.Exclusions(ctx, platform)
	must(t, err)
	same(t, "exclusions", all, []bot.Exclusion{{Person: "u0", Until: minute(6)}})

	same(t, "all of them", exclude(t, s, "u0", time.Time{}), 5)
	put(t, s, general, "", several(0, 9)...)
	put(t, s, general, "", at(12, "u0", "later"))
	put(t, s, other, "", at(13, "u0", "elsewhere"))
	check("of nobody else", 6, "1001", "1002", "1004", "1005", "1007", "1008")
	same(t, "without a gap", read(t, s, general, bot.Range{From: "1003", Last: 99}).Whole, true)
	same(t, "abroad too", read(t, s, abroad, bot.Range{Last: 99}).Total, 6)
	places, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "nothing where only they wrote", places, []bot.Place{general, abroad})
	slack, err := s.Messages(ctx, "slack", general, bot.Range{Last: 99})
	must(t, err)
	same(t, "another platform", slack.Total, 10)

	// Whoever comes back is read from then on.
	same(t, "back again", exclude(t, s, "u0", minute(20)), 0)
	exclude(t, s, "u7", time.Time{})
	put(t, s, general, "", at(3, "u0", "before"), at(19, "u0", "just before"), at(20, "u0", "at last"))
	check("from then on", 7, "1001", "1002", "1004", "1005", "1007", "1008", "1020")
	all, err = s.Exclusions(ctx, platform)
	must(t, err)
	same(t, "exclusions", all, []bot.Exclusion{{Person: "u0", Until: minute(20)}, {Person: "u7"}})
	must(t, s.RemoveServer(ctx, platform, general.Server))
	all, err = s.Exclusions(ctx, platform)
	must(t, err)
	same(t, "exclusions after a server was left", len(all), 2)
}

// What somebody meant instead is excluded with what they wrote.
func excludingDisowned(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	for i, author := range []string{"u0", "u0", "u1"} {
		must(t, s.Disown(ctx, platform, general, ledger.Disowned{
			Message: "1001", Author: author, Start: i, End: i + 9, Meant: "words", At: noon.Add(time.Duration(i) * time.Hour),
		}))
	}
	left := func(want ...int) {
		t.Helper()
		all, err := s.Disowned(ctx, platform, general)
		must(t, err)
		starts := []int{}
		for _, d := range all {
			starts = append(starts, d.Start)
		}
		same(t, "disowned", starts, want)
	}
	same(t, "messages gone", exclude(t, s, "u0", noon.Add(time.Hour)), 0)
	left(1, 2)
	exclude(t, s, "u0", time.Time{})
	left(2)
}

func aboutPeople(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	kept := func(what string, want bot.KeptRows) {
		t.Helper()
		got, err := s.KeptAbout(ctx, platform, "u1")
		must(t, err)
		same(t, what, got, want)
	}
	kept("nothing", bot.KeptRows{})
	put(t, s, general, "", several(0, 9)...)
	put(t, s, thread, general.Channel, several(0, 3)...)
	put(t, s, other, "", at(50, "u1", "alone"))
	put(t, s, abroad, "", at(-5, "u1", "abroad"))
	for _, p := range []bot.Place{general, thread, other, abroad} {
		must(t, s.Cover(ctx, platform, p, ""))
	}
	follow(t, s, "slack", general)
	must(t, s.PutMessages(ctx, "slack", general, "", several(0, 9), map[string]string{"u1": "Ben"}))
	must(t, s.Cover(ctx, "slack", general, ""))
	for token, asker := range map[string]string{"theirs": "u1", "also theirs": "u1", "another's": "u0"} {
		must(t, s.KeepRequest(ctx, platform, token, bot.Request{Asker: asker, Place: general}, noon))
	}
	must(t, s.Asked(ctx, platform, "u1", general, noon))
	must(t, s.Asked(ctx, platform, "u0", general, noon))
	post := bot.Post{Platform: platform, Place: general, Message: "7", Sources: []bot.Source{{Place: general, Messages: []string{"1001"}}}, People: []string{"u1"}, At: noon}
	must(t, s.KeepPost(ctx, post))
	must(t, s.Disown(ctx, platform, general, ledger.Disowned{Message: "1001", Author: "u1", End: 3, Meant: "words", At: noon}))
	must(t, s.Disown(ctx, platform, general, ledger.Disowned{Message: "1003", Author: "u0", End: 3, Meant: "words", At: noon}))
	watch(t, s, general)
	d := hourly()
	d.By = "u1"
	d = addDigest(t, s, d)
	must(t, s.Log(ctx, platform, general.Server, bot.LogEntry{At: noon, By: "u1", What: "added digest 1"}))

	// In general and its thread, another channel and another server.
	want := bot.KeptRows{Messages: 6, Channels: 3, Oldest: noon.Add(-5 * time.Minute), Requests: 3, Posts: 1, Disowned: 1}
	kept("everything", want)
	gone, err := s.RemovePerson(ctx, platform, "u1")
	must(t, err)
	want.Posts = 0
	same(t, "gone", gone, want)
	kept("the posts are left", bot.KeptRows{Posts: 1})
	h := read(t, s, general, bot.Range{Last: 99})
	same(t, "messages left", h.Total, 7)
	same(t, "names left", h.Names, map[string]string{"u0": "Ann", "u2": "Cem"})
	places, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", places, []bot.Place{general, thread})
	for token, isTheirs := range map[string]bool{"theirs": true, "also theirs": true, "another's": false} {
		if _, err := s.Request(ctx, platform, token); isTheirs {
			notKept(t, token, err)
		} else {
			must(t, err)
		}
	}
	_, err = s.LastAsked(ctx, platform, "u1", general)
	notKept(t, "asked", err)
	disowned, err := s.Disowned(ctx, platform, general)
	must(t, err)
	same(t, "disowned by others", len(disowned) == 1 && disowned[0].Author == "u0", true)
	watched, err := s.Watched(ctx, platform)
	must(t, err)
	same(t, "watched", watched, []bot.WatchedChannel{{Place: general, At: noon}, {Place: other, At: noon}, {Place: abroad, At: noon}})
	same(t, "whose digest", digestOf(t, s, d.ID).By, "")
	log, err := s.Changes(ctx, platform, general.Server, 9)
	must(t, err)
	same(t, "log", log, []bot.LogEntry{{At: noon, What: "added digest 1"}})
	slack, err := s.KeptAbout(ctx, "slack", "u1")
	must(t, err)
	same(t, "on another platform", slack.Messages, 3)
	gone, err = s.RemovePerson(ctx, platform, "u1")
	must(t, err)
	same(t, "the second time", gone, bot.KeptRows{})
	put(t, s, general, "", several(0, 9)...) // nothing but an exclusion keeps them away
	same(t, "what they write later", read(t, s, general, bot.Range{Last: 99}).Total, 10)
}

func retention(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	kept := func(platform, server string, want time.Duration) {
		t.Helper()
		got, err := s.Retention(ctx, platform, server)
		must(t, err)
		same(t, "retention", got, want)
	}
	kept(platform, general.Server, 0)
	must(t, s.SetRetention(ctx, platform, general.Server, time.Hour))
	must(t, s.SetRetention(ctx, platform, general.Server, 10*time.Minute))
	kept(platform, general.Server, 10*time.Minute)
	kept(platform, abroad.Server, 0)
	kept("slack", general.Server, 0)
	must(t, s.SetRetention(ctx, platform, abroad.Server, 100*time.Hour))
	must(t, s.SetRetention(ctx, "slack", "third", time.Minute))
	third := bot.Place{Server: "third", Channel: "1"}
	now := noon.Add(20 * time.Minute)
	for _, p := range []bot.Place{general, abroad, third} {
		put(t, s, p, "", several(0, 19)...)
		must(t, s.Cover(ctx, platform, p, ""))
		must(t, s.Disown(ctx, platform, p, ledger.Disowned{Message: "1001", Author: "u0", End: 3, Meant: "words", At: noon.Add(7 * time.Minute)}))
	}
	n, err := s.Prune(ctx, now, 15*time.Minute, time.Hour)
	must(t, err)
	same(t, "rows gone", n, 10+5+5)
	for _, test := range []struct {
		place bot.Place
		first int
	}{{general, 10}, {abroad, 5}, {third, 5}} {
		want := several(test.first, 19)
		same(t, test.place.Server, ids(read(t, s, test.place, bot.Range{Last: len(want)}).Messages), ids(want))
		same(t, test.place.Server+", since", read(t, s, test.place, bot.Range{Since: want[0].Time, Last: 99}).Total, len(want))
		for what, r := range map[string]bot.Range{
			"more":             {Last: len(want) + 1},
			"since before":     {Since: want[0].Time.Add(-time.Microsecond), Last: 99},
			"from one of them": {From: ids(several(test.first-1, 19))[0], Last: 99},
		} {
			_, err := s.Messages(ctx, platform, test.place, r)
			notKept(t, test.place.Server+", "+what, err)
		}
		disowned, err := s.Disowned(ctx, platform, test.place)
		must(t, err)
		same(t, test.place.Server+", what was meant", disowned[0].Meant != "", test.first == 5)
	}
	must(t, s.SetRetention(ctx, platform, abroad.Server, 0))
	kept(platform, abroad.Server, 0)
	must(t, s.RemoveServer(ctx, platform, general.Server))
	kept(platform, general.Server, 0)
}

func logging(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	log := func(server string, n int, want ...bot.LogEntry) {
		t.Helper()
		got, err := s.Changes(ctx, platform, server, n)
		must(t, err)
		same(t, "log", got, want)
	}
	log(general.Server, 9)
	a := bot.LogEntry{At: noon, By: "u0", What: "watched", Place: inGeneral}
	b := bot.LogEntry{At: noon.Add(time.Hour), What: "a member asked to be left out"}
	c := bot.LogEntry{At: noon.Add(time.Hour), By: "u1", What: "added digest 2", Place: other}
	for _, e := range []bot.LogEntry{b, a, c} {
		must(t, s.Log(ctx, platform, general.Server, e))
	}
	must(t, s.Log(ctx, platform, abroad.Server, a))
	must(t, s.Log(ctx, "slack", general.Server, a))
	log(general.Server, 9, c, b, a)
	log(general.Server, 2, c, b)
	n, err := s.Prune(ctx, noon.Add(365*24*time.Hour+time.Minute), time.Hour, time.Hour)
	must(t, err)
	same(t, "entries gone", n, 3)
	log(general.Server, 9, c, b)
	must(t, s.RemoveServer(ctx, platform, general.Server))
	log(general.Server, 9)
}

func threadsKept(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	kept := func(what string, p bot.Place, want ...bot.Place) {
		t.Helper()
		got, err := s.ThreadsKept(ctx, platform, p)
		must(t, err)
		same(t, what, got, want)
	}
	second := bot.Place{Server: "guild", Channel: "99"}
	put(t, s, general, "", several(1, 3)...)
	put(t, s, thread, general.Channel, several(1, 3)...)
	put(t, s, second, general.Channel, several(1, 4)...)
	follow(t, s, platform, bot.Place{Server: "elsewhere", Channel: general.Channel})
	follow(t, s, "slack", general)
	put(t, s, bot.Place{Server: "elsewhere", Channel: "5"}, general.Channel, several(1, 3)...)
	must(t, s.PutMessages(ctx, "slack", bot.Place{Server: "guild", Channel: "6"}, general.Channel, []summarize.Message{at(1, "u0", "a")}, nil))
	kept("the newest first", general, second, thread)
	kept("of a thread", thread)
	must(t, s.RemoveMessages(ctx, platform, second, []string{"1003", "1004"}))
	kept("the other was said something in last", general, thread, second)
	for p, want := range map[bot.Place]string{thread: general.Channel, general: "", {Server: "guild", Channel: "0"}: ""} {
		got, err := s.Parent(ctx, platform, p)
		must(t, err)
		same(t, "parent of "+p.Channel, got, want)
	}
	must(t, s.RemoveMessages(ctx, platform, thread, ids(several(1, 3))))
	kept("one is empty", general, second)
	got, err := s.Parent(ctx, platform, thread)
	must(t, err)
	same(t, "parent of the empty one", got, general.Channel)
}
