package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crux/bot"
)

func deliver(t *testing.T, s bot.Storage, d bot.Delivery) (first bool) {
	t.Helper()
	first, err := s.Deliver(t.Context(), platform, d)
	must(t, err)
	return first
}

func unsettledIDs(t *testing.T, s bot.Storage, platform string) []string {
	t.Helper()
	left, err := s.Unsettled(t.Context(), platform)
	must(t, err)
	var ids []string
	for _, d := range left {
		ids = append(ids, d.ID)
	}
	return ids
}

func deliveries(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	same(t, "at first", unsettledIDs(t, s, platform), []string(nil))
	// The order is that in which they came, whatever their ids and times say.
	b := bot.Delivery{ID: "Ev2", Payload: []byte("{\"b\": \"\xff\x00\"}"), At: noon.Add(1234 * time.Microsecond)}
	a := bot.Delivery{ID: "Ev1", Payload: []byte("a"), At: noon.Add(-time.Hour)}
	empty := bot.Delivery{ID: "Ev3", At: noon}
	for _, d := range []bot.Delivery{b, a, empty} {
		same(t, "first", deliver(t, s, d), true)
	}
	left := func(what string, want ...bot.Delivery) {
		t.Helper()
		got, err := s.Unsettled(ctx, platform)
		must(t, err)
		same(t, what, got, want)
	}
	left("all", b, a, empty)
	same(t, "again", deliver(t, s, bot.Delivery{ID: "Ev1", Payload: []byte("other"), At: noon}), false)
	left("after one that came again", b, a, empty)

	b.Payload = []byte("amended, and longer than it was")
	must(t, s.Amend(ctx, platform, b.ID, b.Payload))
	must(t, s.Amend(ctx, platform, "unknown", []byte("nothing")))
	left("amended", b, a, empty)

	must(t, s.Settle(ctx, platform, a.ID))
	must(t, s.Settle(ctx, platform, a.ID))
	must(t, s.Settle(ctx, platform, "unknown"))
	must(t, s.Amend(ctx, platform, a.ID, []byte("too late")))
	left("settled", b, empty)
	same(t, "a settled one again", deliver(t, s, a), false)
	left("still settled", b, empty)

	first, err := s.Deliver(ctx, "slack", a)
	must(t, err)
	same(t, "on another platform", first, true)
	must(t, s.Settle(ctx, "slack", b.ID))
	must(t, s.RemoveServer(ctx, platform, general.Server))
	left("apart from another platform", b, empty)
	must(t, s.Settle(ctx, platform, b.ID))
	must(t, s.Settle(ctx, platform, empty.ID))
	left("none")
	same(t, "the other platform's", unsettledIDs(t, s, "slack"), []string{a.ID})
}

func deliveredAtOnce(t *testing.T, s bot.Storage) {
	var wait sync.WaitGroup
	var firsts atomic.Int32
	for range 8 {
		wait.Go(func() {
			first, err := s.Deliver(context.Background(), platform, bot.Delivery{ID: "Ev1", Payload: []byte("a"), At: noon})
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	wait.Wait()
	same(t, "firsts", firsts.Load(), int32(1))
	same(t, "kept", unsettledIDs(t, s, platform), []string{"Ev1"})
}
