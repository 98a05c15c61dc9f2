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
		{"watching", watching},
		{"unwatching takes threads along", unwatching},
		{"removing a place", removingPlace},
		{"removing a server", removingServer},
		{"platforms and servers are apart", apart},
		{"places and the newest message", placesAndIDs},
		{"requests", requests},
		{"posts", posts},
		{"pruning", pruning},
		{"pruning whole channels", pruningAll},
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

func put(t *testing.T, s bot.Storage, p bot.Place, parent string, messages ...summarize.Message) {
	t.Helper()
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
	slackThread := bot.Place{Server: "guild", Channel: "100", Thread: "1700000000.000100"}
	must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: general, At: noon}))
	for _, p := range []struct {
		place  bot.Place
		parent string
	}{{general, ""}, {thread, general.Channel}, {slackThread, ""}, {other, ""}} {
		put(t, s, p.place, p.parent, several(1, 4)...)
		must(t, s.Cover(ctx, platform, p.place, ""))
	}
	n, err := s.Unwatch(ctx, platform, general)
	must(t, err)
	same(t, "messages gone", n, 12)
	for _, p := range []bot.Place{general, thread, slackThread} {
		_, err := s.Messages(ctx, platform, p, bot.Range{From: "1001", Last: 1})
		notKept(t, fmt.Sprint(p), err)
	}
	same(t, "another channel", read(t, s, other, bot.Range{Last: 9}).Total, 4)
	got, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", got, []bot.Place{other})
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
		must(t, s.KeepPost(ctx, bot.Post{Platform: platform, Place: p, Source: p, Message: "1", Quoted: []string{"1001"}, At: noon}))
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

func requests(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	r := bot.Request{
		Command: bot.Mine, Asker: "u0", Here: other, Place: general, Topic: "cats & <dogs>", Message: "5", Share: true, Fresh: true,
		Window: bot.Window{Since: noon.In(time.FixedZone("CET", 3600)), To: "1009"},
	}
	must(t, s.KeepRequest(ctx, platform, "token", r, noon))
	got, err := s.Request(ctx, platform, "token")
	must(t, err)
	r.Fresh, r.Window.Since = false, noon
	same(t, "request", got, r)
	r.Topic = ""
	must(t, s.KeepRequest(ctx, platform, "token", r, noon))
	got, err = s.Request(ctx, platform, "token")
	must(t, err)
	same(t, "request kept again", got, r)
	_, err = s.Request(ctx, platform, "other")
	notKept(t, "another token", err)
	_, err = s.Request(ctx, "slack", "token")
	notKept(t, "another platform", err)

	_, err = s.LastAsked(ctx, platform, "u0", general)
	notKept(t, "never asked", err)
	must(t, s.Asked(ctx, platform, "u0", general, noon))
	must(t, s.Asked(ctx, platform, "u0", general, noon.Add(-time.Hour)))
	last, err := s.LastAsked(ctx, platform, "u0", general)
	must(t, err)
	same(t, "last asked", last, noon)
	must(t, s.Asked(ctx, platform, "u0", general, noon.Add(time.Hour)))
	last, err = s.LastAsked(ctx, platform, "u0", general)
	must(t, err)
	same(t, "last asked later", last, noon.Add(time.Hour))
	_, err = s.LastAsked(ctx, platform, "u0", other)
	notKept(t, "asked elsewhere", err)
	_, err = s.LastAsked(ctx, platform, "u1", general)
	notKept(t, "asked by another", err)
}

func posts(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	post := func(message string, source bot.Place, quoted ...string) bot.Post {
		return bot.Post{Platform: platform, Place: other, Message: message, Source: source, Quoted: quoted, Token: "t" + message, At: noon}
	}
	a, b, c := post("1", general, "30", "10", "20"), post("2", general, "20"), post("3", thread, "20")
	for _, p := range []bot.Post{a, b, c} {
		hooked := p
		hooked.Hook = "secret"
		must(t, s.KeepPost(ctx, hooked))
	}
	quoting := func(source bot.Place, ids ...string) []bot.Post {
		t.Helper()
		found, err := s.PostsQuoting(ctx, platform, source, ids)
		must(t, err)
		return found
	}
	same(t, "quoting one", quoting(general, "10"), []bot.Post{a})
	same(t, "quoting two", quoting(general, "10", "20", "99"), []bot.Post{a, b})
	same(t, "quoting in a thread", quoting(thread, "20"), []bot.Post{c})
	same(t, "quoting none", quoting(general, "99"), []bot.Post(nil))
	same(t, "quoting nothing", quoting(general), []bot.Post(nil))
	from, err := s.PostsFrom(ctx, platform, general)
	must(t, err)
	same(t, "from a place", from, []bot.Post{a, b})
	sources, err := s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources", sources, []bot.Place{general, thread})

	a.Quoted, a.Token = []string{"40"}, "refreshed"
	must(t, s.KeepPost(ctx, a))
	same(t, "what it quoted before", quoting(general, "10"), []bot.Post(nil))
	same(t, "what it quotes now", quoting(general, "40"), []bot.Post{a})
	must(t, s.DropPost(ctx, bot.Post{Platform: platform, Place: other, Message: "1"}))
	must(t, s.DropPost(ctx, a))
	must(t, s.DropPost(ctx, post("3", thread)))
	same(t, "after dropping", quoting(general, "40", "20"), []bot.Post{b})
	sources, err = s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources after dropping", sources, []bot.Place{general})
}

func pruning(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	put(t, s, general, "", several(0, 9)...)
	put(t, s, other, "", several(5, 9)...)
	must(t, s.Cover(ctx, platform, general, ""))
	must(t, s.Cover(ctx, platform, other, ""))
	must(t, s.KeepRequest(ctx, platform, "old", bot.Request{}, noon))
	must(t, s.KeepRequest(ctx, platform, "new", bot.Request{}, noon.Add(time.Hour)))
	must(t, s.Asked(ctx, platform, "u0", general, noon))
	must(t, s.KeepPost(ctx, bot.Post{Platform: platform, Place: general, Source: general, Message: "1", Quoted: []string{"5"}, At: noon}))
	n, err := s.Prune(ctx, noon.Add(4*time.Minute), noon.Add(time.Minute))
	must(t, err)
	if n < 7 {
		t.Errorf("%d rows went, want four messages, a request, an asking and a post at least", n)
	}
	_, err = s.Messages(ctx, platform, general, bot.Range{Last: 7})
	notKept(t, "what went", err)
	_, err = s.Messages(ctx, platform, general, bot.Range{From: "1003", Last: 7})
	notKept(t, "from what went", err)
	_, err = s.Messages(ctx, platform, general, bot.Range{Since: noon, Last: 7})
	notKept(t, "since before what stays", err)
	same(t, "the last ones", ids(read(t, s, general, bot.Range{Last: 6}).Messages), ids(several(4, 9)))
	same(t, "from the first", read(t, s, general, bot.Range{From: "1004", Last: 9}).Total, 6)
	same(t, "since", read(t, s, general, bot.Range{Since: noon.Add(4 * time.Minute), Last: 9}).Total, 6)
	same(t, "a channel of which nothing went", read(t, s, other, bot.Range{Last: 9}).Whole, true)
	_, err = s.Request(ctx, platform, "old")
	notKept(t, "old request", err)
	_, err = s.Request(ctx, platform, "new")
	must(t, err)
	_, err = s.LastAsked(ctx, platform, "u0", general)
	notKept(t, "asking", err)
	found, err := s.PostsFrom(ctx, platform, general)
	must(t, err)
	same(t, "posts", found, []bot.Post(nil))
	n, err = s.Prune(ctx, noon.Add(4*time.Minute), noon.Add(time.Minute))
	must(t, err)
	same(t, "rows gone the second time", n, 0)
}

func pruningAll(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	put(t, s, general, "", several(0, 9)...)
	must(t, s.Cover(ctx, platform, general, ""))
	_, err := s.Prune(ctx, noon.Add(time.Hour), noon)
	must(t, err)
	places, err := s.Places(ctx, platform)
	must(t, err)
	same(t, "places", places, []bot.Place(nil))
	_, err = s.Messages(ctx, platform, general, bot.Range{Last: 1})
	notKept(t, "what went", err)
	put(t, s, general, "", several(60, 65)...)
	same(t, "what came after", ids(read(t, s, general, bot.Range{Last: 6}).Messages), ids(several(60, 65)))
	same(t, "since the pruning", read(t, s, general, bot.Range{Since: noon.Add(time.Hour), Last: 9}).Total, 6)
	same(t, "from one after the pruning", read(t, s, general, bot.Range{From: "1062", Last: 9}).Total, 4)
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
