package bot

import (
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
