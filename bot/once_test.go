package bot

import (
	"testing"
	"time"
)

func TestAskedOnce(t *testing.T) {
	clock := time.Unix(1_800_000_000, 0)
	ctx := once(t.Context(), func() time.Time { return clock })
	asked := AskedIn(ctx)
	if _, ok := asked.Answer("who?"); ok {
		t.Error("answered before it was asked")
	}
	asked.Remember("who?", []byte("ann"), asked.Now())
	clock = clock.Add(onceFor - time.Millisecond)
	if answer, ok := asked.Answer("who?"); !ok || string(answer) != "ann" {
		t.Errorf("a moment later: %q, %v", answer, ok)
	}
	clock = clock.Add(time.Millisecond)
	if _, ok := asked.Answer("who?"); ok {
		t.Error("still answered when its time was over")
	}
	other := AskedIn(once(ctx, func() time.Time { return clock }))
	if _, ok := other.Answer("who?"); ok {
		t.Error("one piece of work knows what another asked")
	}
	nobody := AskedIn(t.Context())
	nobody.Remember("who?", []byte("ann"), nobody.Now())
	if _, ok := nobody.Answer("who?"); ok {
		t.Error("remembered where nothing is to be")
	}
}
