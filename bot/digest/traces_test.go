package digest

import (
	"testing"
	"testing/synctest"
	"time"
)

// A trace holds only while nobody else claimed the run, and there is a limit to how many are kept.
func TestTraces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := newTraces()
		run := Run{ID: 1, Tries: 1}
		all.note(run, trace{none: true})
		run.Tries++
		if !all.of(run, testLease).none {
			t.Error("what was noted at the try before is not known")
		}
		run.Tries += 2
		if got := all.of(run, testLease); got.none || !got.clear.Equal(time.Now().Add(testLease)) {
			t.Errorf("after another claimed it: %+v", got)
		}
		run.Tries--
		all.note(run, trace{none: true})
		all.drop(run)
		run.Tries += 2
		if got := all.of(run, testLease); got.none {
			t.Error("what an earlier try knew counts")
		}
		for id := range int64(3 * mostTraces) {
			all.note(Run{ID: id}, trace{none: true})
		}
		if len(all.all) > mostTraces {
			t.Errorf("%d traces are kept", len(all.all))
		}
	})
}
