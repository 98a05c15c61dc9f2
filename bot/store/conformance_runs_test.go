package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/digest"
)

const lease = 2 * time.Minute

func claim(t *testing.T, s bot.Storage, now time.Time, n int) []digest.Run {
	t.Helper()
	runs, err := s.Claim(t.Context(), platform, now, lease, n)
	must(t, err)
	return runs
}

func claimOne(t *testing.T, s bot.Storage, now time.Time) digest.Run {
	t.Helper()
	runs := claim(t, s, now, 9)
	if len(runs) != 1 {
		t.Fatalf("claimed %d runs, want one", len(runs))
	}
	return runs[0]
}

func nextDue(t *testing.T, s bot.Storage, want time.Time) {
	t.Helper()
	got, err := s.NextDue(t.Context(), platform)
	must(t, err)
	same(t, "next due", got, want)
}

func lost(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, digest.ErrLost) {
		t.Errorf("%s: got error %v, want ErrLost", what, err)
	}
}

// loses checks that a claim is worth nothing any more.
func loses(t *testing.T, s bot.Storage, r digest.Run) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	lost(t, "posting", s.Posting(ctx, r, noon, []byte("wrong"), time.Hour))
	lost(t, "retry", s.Retry(ctx, r, noon))
	lost(t, "finish", s.Finish(ctx, r, digest.Outcome{At: noon, Posted: true, Covered: noon, Next: noon, Failure: "wrong"}))
}

// A run from its due time to its end.
func running(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	nextDue(t, s, time.Time{})
	d := addDigest(t, s, hourly())
	nextDue(t, s, noon)
	same(t, "too early", claim(t, s, noon.Add(-time.Microsecond), 9), []digest.Run(nil))
	r := claimOne(t, s, noon.Add(time.Second))
	if len(r.Mark) != 22 || strings.Trim(r.Mark, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" || r.Claim == "" {
		t.Errorf("mark %q, claim %q", r.Mark, r.Claim)
	}
	same(t, "run", r, digest.Run{ID: r.ID, Digest: d.ID, Due: noon, Mark: r.Mark, Claim: r.Claim, Tries: 1})
	nextDue(t, s, noon.Add(time.Second+lease))
	same(t, "while it is claimed", claim(t, s, noon.Add(lease), 9), []digest.Run(nil))

	must(t, s.Posting(ctx, r, noon.Add(time.Minute), []byte("sources"), lease))
	must(t, s.Posting(ctx, r, noon.Add(2*time.Minute), []byte("newer sources"), lease))
	nextDue(t, s, noon.Add(2*time.Minute+lease))
	again := claimOne(t, s, noon.Add(2*time.Minute+lease))
	same(t, "claimed again", again, digest.Run{
		ID: r.ID, Digest: d.ID, Due: noon, Mark: r.Mark, Claim: again.Claim, Posting: noon.Add(time.Minute), Sources: []byte("newer sources"), Tries: 2,
	})
	loses(t, s, r)
	must(t, s.Retry(ctx, again, noon.Add(time.Hour)))
	loses(t, s, again)
	nextDue(t, s, noon.Add(time.Hour))
	same(t, "before it is to be retried", claim(t, s, noon.Add(time.Hour-1), 9), []digest.Run(nil))
	same(t, "untouched meanwhile", digestOf(t, s, d.ID), d)

	last := claimOne(t, s, noon.Add(time.Hour))
	same(t, "tries", last.Tries, 3)
	same(t, "posting stays", last.Posting, noon.Add(time.Minute))
	must(t, s.Finish(ctx, last, digest.Outcome{At: noon.Add(61 * time.Minute), Posted: true, Covered: noon.Add(time.Hour), Next: noon.Add(2 * time.Hour)}))
	loses(t, s, last)
	d.Covered, d.Posted, d.Next = noon.Add(time.Hour), noon.Add(61*time.Minute), noon.Add(2*time.Hour)
	same(t, "finished", digestOf(t, s, d.ID), d)
	nextDue(t, s, d.Next)

	failed := claimOne(t, s, d.Next)
	same(t, "due", failed.Due, d.Next)
	same(t, "a mark of its own", failed.Mark == r.Mark, false)
	must(t, s.Finish(ctx, failed, digest.Outcome{At: d.Next, Failure: "Not everyone there may read it."}))
	d.Failure, d.Next = "Not everyone there may read it.", time.Time{}
	same(t, "failed, and never due again", digestOf(t, s, d.ID), d)
	nextDue(t, s, time.Time{})
}

// Those that have waited longest come first, and never more than asked for.
func claimOrder(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	var all []int64
	for i := range 5 {
		d := hourly()
		d.Next = noon.Add(-time.Duration(i) * time.Minute)
		all = append(all, addDigest(t, s, d).ID)
	}
	d := hourly()
	d.Next = noon.Add(-time.Hour)
	_, err := s.AddDigest(ctx, "slack", d)
	must(t, err)
	of := func(runs []digest.Run) []int64 {
		ids := []int64{}
		for _, r := range runs {
			ids = append(ids, r.Digest)
		}
		return ids
	}
	same(t, "none asked for", claim(t, s, noon, 0), []digest.Run(nil))
	begun := claim(t, s, noon, 2)
	same(t, "those due first", of(begun), []int64{all[4], all[3]})
	must(t, s.Retry(ctx, begun[1], noon.Add(-2*time.Minute)))
	must(t, s.Retry(ctx, begun[0], noon))
	same(t, "of those that wait as long, that which began", of(claim(t, s, noon, 1)), []int64{all[3]})
	same(t, "those that wait, begun or not", of(claim(t, s, noon, 3)), []int64{all[2], all[1], all[4]})
	same(t, "the rest", of(claim(t, s, noon, 9)), []int64{all[0]})
	same(t, "no more", of(claim(t, s, noon, 9)), []int64{})
	seen := map[string]bool{}
	for _, r := range claim(t, s, noon.Add(lease), 9) {
		seen[r.Mark] = true
	}
	same(t, "marks", len(seen), 5)
}

// Paused, asked for, and removed while somebody works on it.
func managingRuns(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	d := addDigest(t, s, hourly())
	must(t, s.PauseDigest(ctx, d.ID, true, time.Time{}))
	nextDue(t, s, time.Time{})
	same(t, "paused", claim(t, s, noon.Add(time.Hour), 9), []digest.Run(nil))
	must(t, s.Ask(ctx, d.ID, noon.Add(2*time.Hour)))
	must(t, s.Ask(ctx, d.ID, noon.Add(time.Hour)))
	must(t, s.Ask(ctx, d.ID, noon.Add(3*time.Hour)))
	must(t, s.Ask(ctx, d.ID+1, noon))
	nextDue(t, s, noon.Add(time.Hour))
	same(t, "asked for later", claim(t, s, noon, 9), []digest.Run(nil))
	asked := claimOne(t, s, noon.Add(time.Hour))
	same(t, "due when it was asked for", asked.Due, noon.Add(time.Hour))
	must(t, s.Finish(ctx, asked, digest.Outcome{At: noon.Add(time.Hour), Posted: true, Next: noon.Add(2 * time.Hour)}))
	d = digestOf(t, s, d.ID)
	same(t, "still paused", d.Paused && d.Next.IsZero(), true)
	same(t, "asked for once, however often", claim(t, s, noon.Add(9*time.Hour), 9), []digest.Run(nil))
	// Again at the very time.
	must(t, s.Ask(ctx, d.ID, noon.Add(time.Hour)))
	asked = claimOne(t, s, noon.Add(time.Hour))
	same(t, "at the very time", asked.Due.After(noon.Add(time.Hour)), true)

	// Asked for while a run goes on, it is due after that.
	must(t, s.Ask(ctx, d.ID, noon.Add(2*time.Hour)))
	must(t, s.PauseDigest(ctx, d.ID, false, noon.Add(3*time.Hour)))
	same(t, "one run at a time", claim(t, s, noon.Add(time.Hour), 9), []digest.Run(nil))
	must(t, s.Finish(ctx, asked, digest.Outcome{At: noon.Add(time.Hour), Posted: true, Next: noon.Add(3 * time.Hour)}))
	nextDue(t, s, noon.Add(2*time.Hour))
	// A run of the schedule that begins after it was asked for is the one asked for.
	scheduled := claimOne(t, s, noon.Add(3*time.Hour))
	same(t, "due as scheduled", scheduled.Due, noon.Add(3*time.Hour))
	must(t, s.PauseDigest(ctx, d.ID, true, time.Time{}))
	must(t, s.Posting(ctx, scheduled, noon.Add(3*time.Hour), nil, lease))
	must(t, s.Finish(ctx, scheduled, digest.Outcome{At: noon.Add(3 * time.Hour), Posted: true, Next: noon.Add(4 * time.Hour)}))
	nextDue(t, s, time.Time{})

	must(t, s.Ask(ctx, d.ID, noon.Add(5*time.Hour)))
	removed := claimOne(t, s, noon.Add(5*time.Hour))
	must(t, s.RemoveDigest(ctx, d.ID))
	loses(t, s, removed)
	nextDue(t, s, time.Time{})
	same(t, "removed", claim(t, s, noon.Add(24*time.Hour), 9), []digest.Run(nil))
}

// Where the clock was set back, no time has a second run, and nobody waits for one.
func clockSetBack(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	d, later := addDigest(t, s, hourly()), hourly()
	later.Next = noon.Add(time.Minute)
	after := addDigest(t, s, later)
	r := claimOne(t, s, noon)
	must(t, s.Finish(ctx, r, digest.Outcome{At: noon, Posted: true, Covered: noon, Next: noon.Add(time.Hour)}))
	must(t, s.PauseDigest(ctx, d.ID, false, noon))
	nextDue(t, s, noon)
	claimed := claim(t, s, noon.Add(time.Minute), 1)
	if len(claimed) != 1 || claimed[0].Digest != after.ID {
		t.Errorf("claimed %+v, want the other digest alone", claimed)
	}
	same(t, "taken off", digestOf(t, s, d.ID).Next.IsZero(), true)
	must(t, s.Finish(ctx, claimed[0], digest.Outcome{At: noon, Next: noon.Add(time.Hour)}))
	nextDue(t, s, noon.Add(time.Hour))
	must(t, s.PauseDigest(ctx, d.ID, false, noon.Add(2*time.Hour)))
	must(t, s.Ask(ctx, d.ID, noon))
	// What somebody asked for is due all the same.
	asked := claimOne(t, s, noon.Add(time.Minute))
	same(t, "asked for", asked.Digest, d.ID)
}

// A clock that was ahead, and was set right.
func clockAhead(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	const year = 365 * 24 * time.Hour
	d := addDigest(t, s, hourly())
	claimOne(t, s, noon.Add(year)) // by a process that died then
	r := claimOne(t, s, noon)
	must(t, s.Posting(ctx, r, noon.Add(year), []byte("sources"), lease))
	r = claimOne(t, s, noon)
	same(t, "tries", r.Tries, 3)
	must(t, s.Retry(ctx, r, noon.Add(year)))
	r = claimOne(t, s, noon)
	same(t, "claimed for a lease", claim(t, s, noon.Add(lease-1), 9), []digest.Run(nil))
	must(t, s.Finish(ctx, r, digest.Outcome{At: noon, Posted: true, Next: noon.Add(24 * time.Hour)}))
	must(t, s.PauseDigest(ctx, d.ID, true, time.Time{}))
	must(t, s.Ask(ctx, d.ID, noon.Add(year)))
	same(t, "asked for", claimOne(t, s, noon.Add(time.Minute)).Due, noon.Add(time.Minute))
}

// A digest that is removed while a run of it may have been posted.
func removingPosted(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	d := addDigest(t, s, hourly())
	r := claimOne(t, s, noon)
	must(t, s.Posting(ctx, r, noon, []byte("sources"), lease))
	must(t, s.Ask(ctx, d.ID, noon))
	must(t, s.RemoveDigest(ctx, d.ID))
	must(t, s.RemoveDigest(ctx, d.ID))
	must(t, s.Ask(ctx, d.ID, noon))
	_, err := s.DigestOf(ctx, d.ID)
	notKept(t, "by its ID", err)
	_, err = s.Digest(ctx, platform, d.Server, d.Number)
	notKept(t, "by its number", err)
	notKept(t, "pausing it", s.PauseDigest(ctx, d.ID, false, noon))
	all, err := s.Digests(ctx, platform, "")
	must(t, err)
	same(t, "digests", all, []bot.Digest(nil))
	never := hourly()
	never.Next = time.Time{}
	same(t, "its number is free", addDigest(t, s, never).Number, d.Number)
	again := claimOne(t, s, noon.Add(lease))
	same(t, "the run goes on", again.ID == r.ID && string(again.Sources) == "sources", true)
	must(t, s.Finish(ctx, again, digest.Outcome{At: noon, Posted: true, Covered: noon, Next: noon.Add(time.Hour)}))
	nextDue(t, s, time.Time{})
	same(t, "after its run ended", claim(t, s, noon.Add(48*time.Hour), 9), []digest.Run(nil))
}

func pruningRuns(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	d := addDigest(t, s, hourly())
	finish := func(r digest.Run, next time.Time) {
		t.Helper()
		must(t, s.Finish(ctx, r, digest.Outcome{At: r.Due, Posted: true, Next: next}))
	}
	for i := range 4 {
		finish(claimOne(t, s, noon.Add(time.Duration(i)*time.Hour)), noon.Add(time.Duration(i+1)*time.Hour))
	}
	going := claimOne(t, s, noon.Add(4*time.Hour))
	n, err := s.Prune(ctx, noon.Add(24*time.Hour), time.Hour, 22*time.Hour)
	must(t, err)
	same(t, "of due times before", n, 2)
	n, err = s.Prune(ctx, noon.Add(48*time.Hour), time.Hour, time.Hour)
	must(t, err)
	same(t, "all that ended", n, 2)
	finish(going, noon.Add(5*time.Hour))
	same(t, "the digest stays", digestOf(t, s, d.ID).Next, noon.Add(5*time.Hour))
	must(t, s.RemoveServer(ctx, platform, general.Server))
	nextDue(t, s, time.Time{})
}
