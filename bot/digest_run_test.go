package bot

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// A digest that was posted while the clock was far ahead is due at its schedule's next time, once the clock is right.
func TestDueTimesAfterAWrongClock(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	right := c.kept.digests[0].Next
	for _, next := range []struct{ was, want time.Time }{
		{right.AddDate(1, 0, 0), right},
		{right.AddDate(0, 0, 2), right},
		{right.AddDate(0, 0, 1), right.AddDate(0, 0, 1)}, // as after the clock was set back a little
		{right, right},
	} {
		c.kept.digests[0].Next = next.was
		if err := c.bot.findDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := c.kept.digests[0].Next; !got.Equal(next.want) {
			t.Errorf("it was due at %v and is at %v, want %v", next.was, got, next.want)
		}
	}
}

// pausing is a store in which somebody pauses a digest right after all were read.
type pausing struct{ *townStore }

func (s pausing) Digests(ctx context.Context, platform, server string) ([]Digest, error) {
	all, err := s.townStore.Digests(ctx, platform, server)
	return all, errors.Join(err, s.PauseDigest(ctx, all[0].ID, true, time.Time{}))
}

// A digest that is paused while due times are found anew stays paused.
func TestDueTimesOfWhatIsPausedMeanwhile(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	c.kept.digests[0].Next = time.Time{}
	c.bot.o.Storage = pausing{c.kept}
	if err := c.bot.findDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := c.kept.digests[0]; !d.Paused || !d.Next.IsZero() {
		t.Errorf("it is %+v", d)
	}
}

// A digest that is nobody's goes once none of its channels is in sight, and no earlier.
func TestForsakenDigestsGo(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*"), c.watched("council", "ann*")
	for range 2 {
		c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
	}
	c.kept.digests[0].By = ""
	c.answers("ann", agora, DigestOrder{Action: DigestPause, Number: 1})
	left := func(want ...int) {
		t.Helper()
		if err := c.bot.findDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, d := range c.kept.digests {
			got = append(got, d.Number)
		}
		if !slices.Equal(got, want) {
			t.Errorf("left %v, want %v", got, want)
		}
	}
	c.of(agora).closed = true
	left(1, 2)
	c.of(council).hidden = true
	left(2)
}
