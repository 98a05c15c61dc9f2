package store

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"crux/bot"
)

// However much is settled, the log is cut once, and not after the end.
func TestSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s soon
		worked, left := 0, 0
		ask := func() { s.do(func() { worked++ }, func() { left++ }) }
		for range 5 {
			ask()
		}
		time.Sleep(scrubDelay + 1)
		synctest.Wait()
		ask()
		if worked != 1 || left != 0 {
			t.Errorf("done %d times, left %d times", worked, left)
		}
		s.end()
		ask()
		time.Sleep(2 * scrubDelay)
		synctest.Wait()
		if worked != 1 || left != 2 {
			t.Errorf("after the end: done %d times, left %d times", worked, left)
		}
	})
}

// Whoever reads the file, be it for long, does not keep what a platform waits for from being written.
func TestForeignReaderHoldsUpNoWrite(t *testing.T) {
	ctx := t.Context()
	s := open(t, inFolder(t))
	deliver(t, s, bot.Delivery{ID: "first", Payload: []byte("words"), At: noon})
	foreign := open(t, "sqlite:"+s.Path())
	tx, err := foreign.reader.BeginTx(ctx, nil)
	must(t, err)
	defer func() { _ = tx.Rollback() }()
	var n int
	must(t, tx.QueryRow("SELECT count(*) FROM deliveries").Scan(&n))
	must(t, s.Settle(ctx, platform, "first"))
	must(t, s.scrub(ctx))
	if !s.unscrubbed.Load() {
		t.Error("the log was cut though somebody reads it")
	}
	soon, cancel := context.WithTimeout(ctx, 3*time.Second) // which is what Slack gives
	defer cancel()
	_, err = s.Deliver(soon, platform, bot.Delivery{ID: "second", At: noon})
	must(t, err)
	must(t, tx.Rollback())
	must(t, s.scrub(ctx))
	if s.unscrubbed.Load() {
		t.Error("the log is never cut")
	}
}
