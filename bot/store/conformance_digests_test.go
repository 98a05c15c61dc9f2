package store

import (
	"testing"
	"time"

	"crux/bot"
)

// hourly is a digest that is due at noon and has all that a digest may have.
func hourly() bot.Digest {
	return bot.Digest{
		Server: general.Server, By: "u0", Made: noon.Add(-time.Hour), From: []bot.Place{general, thread}, To: other,
		When: "every 1h", Zone: "Europe/Vienna", Parts: []bot.DigestPart{bot.PartNew, bot.PartOpen}, Quiet: true, Next: noon,
	}
}

func addDigest(t testing.TB, s bot.Storage, d bot.Digest) bot.Digest {
	t.Helper()
	d, err := s.AddDigest(t.Context(), platform, d)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func digestOf(t *testing.T, s bot.Storage, id int64) bot.Digest {
	t.Helper()
	d, err := s.DigestOf(t.Context(), id)
	must(t, err)
	return d
}

func managingDigests(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	list := func(what, platform, server string, want ...bot.Digest) {
		t.Helper()
		got, err := s.Digests(ctx, platform, server)
		must(t, err)
		same(t, what, got, want)
	}
	list("at first", platform, "")
	first := addDigest(t, s, hourly())
	want := hourly()
	want.ID, want.Number, want.Covered = first.ID, 1, want.Made
	same(t, "as it was added", first, want)
	same(t, "as it is kept", digestOf(t, s, first.ID), want)
	all := bot.Digest{Server: general.Server, Made: noon, All: true, Covered: noon.Add(time.Minute)}
	second, third := addDigest(t, s, all), addDigest(t, s, all)
	elsewhere := hourly()
	elsewhere.Server = abroad.Server
	elsewhere = addDigest(t, s, elsewhere)
	for i, d := range []bot.Digest{first, second, third} {
		same(t, "number", d.Number, i+1)
	}
	same(t, "number in another server", elsewhere.Number, 1)
	same(t, "covered", second.Covered, all.Covered)
	same(t, "never due", second.Next.IsZero() && second.Posted.IsZero(), true)
	list("of a server", platform, general.Server, first, second, third)
	list("of all", platform, "", elsewhere, first, second, third)
	list("of another platform", "slack", "")

	got, err := s.Digest(ctx, platform, general.Server, 2)
	must(t, err)
	same(t, "by its number", got, second)
	for what, find := range map[string]func() (bot.Digest, error){
		"an unknown number":             func() (bot.Digest, error) { return s.Digest(ctx, platform, general.Server, 9) },
		"a number on another platform":  func() (bot.Digest, error) { return s.Digest(ctx, "slack", general.Server, 1) },
		"an unknown id":                 func() (bot.Digest, error) { return s.DigestOf(ctx, elsewhere.ID+1) },
		"a number in no server at all ": func() (bot.Digest, error) { return s.Digest(ctx, platform, "", 1) },
	} {
		_, err := find()
		notKept(t, what, err)
	}

	must(t, s.PauseDigest(ctx, first.ID, true, time.Time{}))
	first.Paused, first.Next = true, time.Time{}
	same(t, "paused", digestOf(t, s, first.ID), first)
	must(t, s.PauseDigest(ctx, first.ID, false, noon.Add(time.Hour)))
	first.Paused, first.Next = false, noon.Add(time.Hour)
	same(t, "resumed", digestOf(t, s, first.ID), first)
	notKept(t, "pausing an unknown one", s.PauseDigest(ctx, elsewhere.ID+1, true, time.Time{}))

	must(t, s.RemoveDigest(ctx, second.ID))
	must(t, s.RemoveDigest(ctx, second.ID))
	list("after one was removed", platform, general.Server, first, third)
	fourth := addDigest(t, s, all)
	same(t, "the lowest free number", fourth.Number, 2)
	if fourth.ID == second.ID || fourth.ID <= third.ID {
		t.Errorf("the ID %d was given out again", fourth.ID)
	}
	must(t, s.RemovePlace(ctx, platform, other))
	list("after the destination was removed", platform, general.Server, first, fourth, third)
	must(t, s.RemoveServer(ctx, platform, general.Server))
	list("after the server was removed", platform, "", elsewhere)
}
