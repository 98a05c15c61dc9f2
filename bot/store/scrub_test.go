package store

import (
	"testing"
	"testing/synctest"
	"time"
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
