package store

import (
	"testing"
	"time"

	"crux/bot"
)

// A digest's due time is set alone where it is what it was read as.
func TestDigestIsReset(t *testing.T) {
	ctx, s := t.Context(), open(t, inFolder(t))
	d := addDigest(t, s, hourly())
	never := hourly()
	never.Next = time.Time{}
	unset := addDigest(t, s, never)
	for _, each := range []bot.Digest{d, unset} {
		must(t, s.ResetDigest(ctx, each, noon.Add(3*time.Hour)))
		same(t, "due", digestOf(t, s, each.ID).Next, noon.Add(3*time.Hour))
		must(t, s.ResetDigest(ctx, each, noon.Add(4*time.Hour)))
		same(t, "due, as it was set meanwhile", digestOf(t, s, each.ID).Next, noon.Add(3*time.Hour))
	}
	unset.Next = time.Time{}
	must(t, s.PauseDigest(ctx, unset.ID, true, time.Time{}))
	must(t, s.ResetDigest(ctx, unset, noon))
	same(t, "due, as it was paused meanwhile", digestOf(t, s, unset.ID).Next, time.Time{})
	must(t, s.RemoveDigest(ctx, d.ID))
	must(t, s.ResetDigest(ctx, d, noon))
}
