package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"crux/bot"
	"crux/summarize"
)

const platform = "discord"

var (
	general = bot.Place{Server: "guild", Channel: "100"}
	thread  = bot.Place{Server: "guild", Channel: "101"}
	other   = bot.Place{Server: "guild", Channel: "200"}
	abroad  = bot.Place{Server: "elsewhere", Channel: "300"}
	noon    = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
)

// Run checks what bot.Storage promises. open returns an empty store each time.
func Run(t *testing.T, open func(*testing.T) bot.Storage) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, bot.Storage)
	}{
		{"a message comes back as it was", messageComesBack},
		{"order is by time, then by length and bytes of ids", order},
		{"edits replace, older ones do not", edits},
		{"a removed message stays away", tombstones},
		{"coverage", coverage},
		{"what is before a gap is not read", gap},
		{"an author's newest message", author},
		{"names go with their last message", names},
		{"a thread within its channel", threads},
		{"coverage of a thread", threadCoverage},
		{"watching", watching},
		{"unwatching takes threads along", unwatching},
		{"nothing is kept of what is not watched", unwatched},
		{"removing a place", removingPlace},
		{"removing a server", removingServer},
		{"platforms and servers are apart", apart},
		{"places and the newest message", placesAndIDs},
		{"requests", requests},
		{"posts", posts},
		{"deliveries", deliveries},
		{"a delivery that comes twice at once", deliveredAtOnce},
		{"pruning", pruning},
		{"pruning whole channels", pruningAll},
		{"threads kept", threadsKept},
		{"ledgers", ledgers},
		{"what is not theirs", disowning},
		{"digests", managingDigests},
		{"a run", running},
		{"the order of runs", claimOrder},
		{"runs of digests that are changed", managingRuns},
		{"the clock is set back", clockSetBack},
		{"the clock was ahead", clockAhead},
		{"removing a digest that may be under way", removingPosted},
		{"pruning runs", pruningRuns},
		{"leaving people out", excluding},
		{"leaving out what was meant", excludingDisowned},
		{"what is kept about people", aboutPeople},
		{"retention of a server", retention},
		{"the log", logging},
		{"consent to a language model", consenting},
		{"what a language model used", spending},
		{"extending a claim", extending},
		{"many at once", concurrency},
		{"an ended context", endedContext},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// at is a message whose id grows with its minute.
func at(minute int, author, text string) summarize.Message {
	return summarize.Message{ID: fmt.Sprint(1000 + minute), Author: author, Time: noon.Add(time.Duration(minute) * time.Minute), Text: text}
}

func several(from, to int) []summarize.Message {
	var messages []summarize.Message
	for i := from; i <= to; i++ {
		messages = append(messages, at(i, fmt.Sprintf("u%d", i%3), fmt.Sprintf("text %d", i)))
	}
	return messages
}

// follow follows channels.
func follow(t testing.TB, s bot.Storage, platform string, channels ...bot.Place) {
	t.Helper()
	for _, p := range channels {
		if err := s.Watch(t.Context(), platform, bot.WatchedChannel{Place: p, At: noon}); err != nil {
			t.Fatal(err)
		}
	}
}

// put keeps messages of a place, which it follows if it is no thread.
func put(t *testing.T, s bot.Storage, p bot.Place, parent string, messages ...summarize.Message) {
	t.Helper()
	if parent == "" {
		follow(t, s, platform, bot.Place{Server: p.Server, Channel: p.Channel})
	}
	must(t, s.PutMessages(t.Context(), platform, p, parent, messages, map[string]string{"u0": "Ann", "u1": "Ben", "u2": "Cem"}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s bot.Storage, p bot.Place, r bot.Range) bot.History {
	t.Helper()
	h, err := s.Messages(t.Context(), platform, p, r)
	must(t, err)
	return h
}

func ids(messages []summarize.Message) []string {
	all := []string{}
	for _, m := range messages {
		all = append(all, m.ID)
	}
	return all
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func notKept(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, bot.ErrNotKept) {
		t.Errorf("%s: got error %v, want ErrNotKept", what, err)
	}
}

func watching(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	first := bot.WatchedChannel{Place: other, By: "u1", At: noon}
	second := bot.WatchedChannel{Place: general, By: "u2", At: noon.Add(-time.Hour)}
	must(t, s.Watch(ctx, platform, first))
	must(t, s.Watch(ctx, platform, second))
	must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: other, By: "u3", At: noon.Add(time.Hour)}))
	got, err := s.Watched(ctx, platform)
	must(t, err)
	same(t, "watched", got, []bot.WatchedChannel{first, second})
	_, err = s.Unwatch(ctx, platform, thread)
	notKept(t, "unwatching what is not watched", err)
	n, err := s.Unwatch(ctx, platform, other)
	must(t, err)
	same(t, "messages gone", n, 0)
	must(t, s.Watch(ctx, platform, first))
	got, err = s.Watched(ctx, platform)
	must(t, err)
	same(t, "watched again", got, []bot.WatchedChannel{second, first})
}

func unwatching(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: general, At: noon}))
	for _, p := range []struct {
		place  bot.Place
		parent string
	}{{general, ""}, {thread, general.Channel}, {other, ""}} {
		put(t, s, p.place, p.parent, several(1, 4)...)
		must(t, s.Cover(ctx, platform, p.place, ""))
	}
	n, err := s.Unwatch(ctx, platform, general)
	must(t, err)
	same(t, "messages gone", n, 8)
	for _, p := range []bot.Place{general, thread, inGeneral} {
		_, err := s.Messages(ctx, platform, p, bot.Range{From: "1001", Last: 1})
		notKept(t, fmt.Sprint(p), err)
	}
	same(t, "another channel", read(t, s, other, bot.Range{Last: 9}).Total, 4)
	got, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", got, []bot.Place{other})
}

// What another process still takes for watched.
func unwatched(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	keep := func(p bot.Place, parent string) {
		t.Helper()
		must(t, s.PutMessages(ctx, platform, p, parent, several(1, 4), nil))
		must(t, s.PutMessages(ctx, platform, p, parent, several(5, 5), nil))
		must(t, s.Cover(ctx, platform, p, ""))
		must(t, s.RemoveBefore(ctx, platform, p, "1002"))
	}
	nothing := func(what string) {
		t.Helper()
		got, err := s.Places(ctx, platform)
		must(t, err)
		same(t, what, got, []bot.Place(nil))
		for _, p := range []bot.Place{general, thread} {
			_, _, err := s.Kept(ctx, platform, p, 9)
			notKept(t, what, err)
		}
	}
	follow(t, s, "slack", general)
	follow(t, s, platform, other, bot.Place{Server: "elsewhere", Channel: general.Channel})
	keep(general, "")
	keep(thread, general.Channel)
	nothing("never watched")
	follow(t, s, platform, general)
	keep(general, "")
	keep(thread, general.Channel)
	keep(thread, "") // whose channel is known
	got, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "watched", got, []bot.Place{general, thread})
	_, err = s.Unwatch(ctx, platform, general)
	must(t, err)
	keep(general, "")
	keep(thread, general.Channel)
	keep(thread, "")
	nothing("not watched any more")
}

func removingPlace(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	put(t, s, general, "", several(1, 4)...)
	put(t, s, thread, general.Channel, several(1, 4)...)
	must(t, s.Cover(ctx, platform, general, ""))
	must(t, s.Cover(ctx, platform, thread, ""))
	must(t, s.RemovePlace(ctx, platform, thread))
	_, err := s.Messages(ctx, platform, thread, bot.Range{Last: 1})
	notKept(t, "the thread", err)
	same(t, "its parent", read(t, s, general, bot.Range{Last: 9}).Total, 4)
	put(t, s, thread, general.Channel, several(1, 4)...)
	must(t, s.RemovePlace(ctx, platform, general))
	got, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", got, []bot.Place(nil))
	must(t, s.RemovePlace(ctx, platform, general))
	_, _, err = s.Kept(ctx, platform, thread, 1)
	notKept(t, "the thread", err)
}

func removingServer(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	for _, p := range []bot.Place{general, abroad} {
		must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: p, At: noon}))
		put(t, s, p, "", several(1, 4)...)
		must(t, s.Cover(ctx, platform, p, ""))
		must(t, s.KeepRequest(ctx, platform, p.Server, bot.Request{Place: p}, noon))
		must(t, s.Asked(ctx, platform, "u0", p, noon))
		must(t, s.KeepPost(ctx, bot.Post{Platform: platform, Place: p, Message: "1", Sources: []bot.Source{{Place: p, Messages: []string{"1001"}}}, At: noon}))
	}
	must(t, s.RemoveServer(ctx, platform, general.Server))
	watched, err := s.Watched(ctx, platform)
	must(t, err)
	same(t, "watched", watched, []bot.WatchedChannel{{Place: abroad, At: noon}})
	places, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", places, []bot.Place{abroad})
	sources, err := s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources", sources, []bot.Place{abroad})
	_, err = s.Request(ctx, platform, general.Server)
	notKept(t, "request", err)
	_, err = s.LastAsked(ctx, platform, "u0", general)
	notKept(t, "asked", err)
	_, err = s.LastAsked(ctx, platform, "u0", abroad)
	must(t, err)
	same(t, "names abroad", read(t, s, abroad, bot.Range{Last: 9}).Names["u0"], "Ann")
}

func apart(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	put(t, s, general, "", at(1, "u0", "here"))
	must(t, s.Cover(ctx, platform, general, ""))
	twin := bot.Place{Server: "elsewhere", Channel: general.Channel}
	for _, p := range []struct {
		platform string
		place    bot.Place
	}{{"slack", general}, {platform, twin}} {
		_, err := s.Messages(ctx, p.platform, p.place, bot.Range{Last: 1})
		notKept(t, p.platform, err)
		follow(t, s, p.platform, p.place)
		must(t, s.PutMessages(ctx, p.platform, p.place, "", []summarize.Message{at(1, "u0", "there")}, map[string]string{"u0": "Zoë"}))
		must(t, s.RemovePlace(ctx, p.platform, p.place))
	}
	h := read(t, s, general, bot.Range{Last: 5})
	same(t, "message", h.Messages[0].Text, "here")
	same(t, "name", h.Names["u0"], "Ann")
}

func placesAndIDs(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	put(t, s, general, "", several(1, 3)...)
	put(t, s, thread, general.Channel, at(2, "u0", "a"))
	follow(t, s, platform, other)
	must(t, s.Cover(ctx, platform, other, ""))
	places, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", places, []bot.Place{general, thread})
	kept := func(name string, p bot.Place, last int, want []string, all bool) {
		t.Helper()
		got, whole, err := s.Kept(ctx, platform, p, last)
		must(t, err)
		same(t, name, got, want)
		same(t, name+", whole", whole, all)
	}
	_, _, err = s.Kept(ctx, platform, general, 9)
	notKept(t, "ids of what is not covered", err)
	_, _, err = s.Kept(ctx, platform, abroad, 9)
	notKept(t, "ids of an unknown place", err)
	kept("ids of an empty place", other, 9, nil, true)
	must(t, s.Cover(ctx, platform, general, ""))
	kept("all ids", general, 9, []string{"1001", "1002", "1003"}, true)
	kept("the last ids", general, 2, []string{"1002", "1003"}, false)
	must(t, s.Cover(ctx, platform, general, "1002"))
	kept("ids covered", general, 9, []string{"1002", "1003"}, false)
	must(t, s.RemoveBefore(ctx, platform, general, "1003"))
	kept("ids left", general, 9, []string{"1003"}, false)
	same(t, "messages left", read(t, s, general, bot.Range{From: "1003", Last: 9}).Total, 1)
	put(t, s, general, "", several(1, 2)...) // they may come back
	kept("ids covered still", general, 9, []string{"1003"}, false)
	must(t, s.Cover(ctx, platform, general, ""))
	kept("ids after they came back", general, 9, []string{"1001", "1002", "1003"}, true)
	h := read(t, s, other, bot.Range{Last: 5})
	if !h.Whole || h.Total != 0 || len(h.Messages) != 0 {
		t.Errorf("an empty place reads as %+v", h)
	}
}

func concurrency(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	const workers, rounds = 8, 25
	must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: general, At: noon}))
	must(t, s.Cover(ctx, platform, general, ""))
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := range rounds {
				n := w*rounds + i
				err := errors.Join(
					s.PutMessages(ctx, platform, general, "", []summarize.Message{at(n, "u0", "text")}, map[string]string{"u0": "Ann"}),
					s.RemoveMessages(ctx, platform, general, []string{fmt.Sprint(1000 + n - i%2)}),
				)
				h, readErr := s.Messages(ctx, platform, general, bot.Range{Last: 10_000})
				if err := errors.Join(err, readErr); err != nil {
					t.Error(err)
					return
				}
				if len(h.Messages) != h.Total || !slices.IsSortedFunc(h.Messages, func(a, b summarize.Message) int { return a.Time.Compare(b.Time) }) {
					t.Errorf("%d messages of %d, or out of order", len(h.Messages), h.Total)
					return
				}
			}
		})
	}
	wait.Wait()
	// In each worker's rounds the even ones removed themselves, and the odd ones those before them.
	same(t, "left", read(t, s, general, bot.Range{Last: 10_000}).Total, workers*(rounds/2))
}

func endedContext(t *testing.T, s bot.Storage) {
	ctx, end := context.WithCancel(t.Context())
	end()
	err := s.PutMessages(ctx, platform, general, "", several(1, 2), nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a canceled context", err)
	}
	must(t, s.Ping(t.Context()))
	places, err := s.Places(t.Context(), platform)
	must(t, err)
	same(t, "places", places, []bot.Place(nil))
}
