package store

import (
	"testing"
	"time"

	"crux/bot"
)

// prune removes messages posted before a time, and all else made before another.
func prune(t *testing.T, s bot.Storage, messages, rest time.Time) int {
	t.Helper()
	now := noon.Add(24 * time.Hour)
	n, err := s.Prune(t.Context(), now, now.Sub(messages), now.Sub(rest))
	must(t, err)
	return n
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
	for _, d := range []bot.Delivery{{ID: "old", At: noon}, {ID: "old and settled", At: noon}, {ID: "new", At: noon.Add(time.Hour)}} {
		deliver(t, s, d)
	}
	must(t, s.Settle(ctx, platform, "old and settled"))
	must(t, s.KeepPost(ctx, bot.Post{Platform: platform, Place: general, Message: "1", Sources: []bot.Source{{Place: general, Messages: []string{"5"}}}, At: noon}))
	n := prune(t, s, noon.Add(4*time.Minute), noon.Add(time.Minute))
	if n < 9 {
		t.Errorf("%d rows went, want four messages, a request, an asking, a post and two deliveries at least", n)
	}
	_, err := s.Messages(ctx, platform, general, bot.Range{Last: 7})
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
	same(t, "unsettled deliveries", unsettledIDs(t, s, platform), []string{"new"})
	n = prune(t, s, noon.Add(4*time.Minute), noon.Add(time.Minute))
	same(t, "rows gone the second time", n, 0)
	same(t, "a pruned delivery is new again", deliver(t, s, bot.Delivery{ID: "old and settled", At: noon}), true)
}

func pruningAll(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	put(t, s, general, "", several(0, 9)...)
	must(t, s.Cover(ctx, platform, general, ""))
	prune(t, s, noon.Add(time.Hour), noon)
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
