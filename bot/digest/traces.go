package digest

import (
	"sync"
	"time"
)

// mostTraces bounds the traces. A run whose trace was dropped is taken as one of another process.
const mostTraces = 10_000

// trace is what this process knows of a run that may have been posted.
type trace struct {
	// tries is Run.Tries as of when it was noted: where another process claimed the run since, nothing of it holds.
	tries int
	// clear is from when on nothing is under way any more that was sent before, by the monotonic clock.
	clear time.Time
	// none is true where it is certain that nothing was posted.
	none bool
	// message is where the run's post stands, "" where that is not known.
	message string
}

// traces are those of the runs that this process has worked on, by run. They are lost with
// the process, and then the run is looked for with more patience.
type traces struct {
	mu  sync.Mutex
	all map[int64]trace
	// told are the runs of which the owner was told why they are not posted.
	told map[int64]bool
}

func newTraces() *traces { return &traces{all: map[int64]trace{}, told: map[int64]bool{}} }

// of is what is known of a run that was just claimed. Where it is another process that may have
// posted it last, that one may go on for a lease.
func (t *traces) of(run Run, lease time.Duration) trace {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, ok := t.all[run.ID]
	if !ok || known.tries != run.Tries-1 {
		known = trace{clear: time.Now().Add(lease)}
	}
	known.tries = run.Tries
	t.put(run, known)
	return known
}

// note replaces what is known of a run, unless it was claimed again since.
func (t *traces) note(run Run, what trace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	what.tries = run.Tries
	if t.all[run.ID].tries <= run.Tries {
		t.put(run, what)
	}
}

func (t *traces) put(run Run, what trace) {
	if len(t.all) >= mostTraces {
		clear(t.all)
	}
	t.all[run.ID] = what
}

// tells reports whether the run's owner is yet to be told why it is not posted, and notes that they are.
func (t *traces) tells(run Run) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.told[run.ID] {
		return false
	}
	if len(t.told) >= mostTraces {
		clear(t.told)
	}
	t.told[run.ID] = true
	return true
}

// drop forgets a run that ended or is another's now, and reports whether it did: not where this
// process claimed it again.
func (t *traces) drop(run Run) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all[run.ID].tries > run.Tries {
		return false
	}
	delete(t.all, run.ID)
	delete(t.told, run.ID)
	return true
}
