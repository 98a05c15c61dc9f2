package llm

import (
	"errors"
	"sync"
	"time"
)

// rest is when a model that failed is asked again. Its methods may be called from several goroutines.
type rest struct {
	mu    sync.Mutex
	until time.Time
	fault error
}

// now is why the model is not asked at the moment, nil where it is.
func (r *rest) now() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Now().Before(r.until) {
		return r.fault
	}
	return nil
}

// after leaves the model alone for so long, or for as long as it asks for, where a fault is likely to meet
// the next reading too. So whoever asks meanwhile need not wait for as many tries again. A rest that was
// to be longer stays so.
func (r *rest) after(fault error, least time.Duration) {
	if fault == nil || least <= 0 {
		return
	}
	switch kindOf(fault) {
	case TimedOut, Unreachable, Overloaded, Unpaid, Denied:
	case Rejected, Declined, Unreadable, Exhausted, Unallowed: // of this prompt, or asked of the meter each time
		return
	}
	if f, ok := errors.AsType[*Fault](fault); ok {
		least = min(max(least, f.RetryAfter), longestRest)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := time.Now().Add(least); until.After(r.until) {
		r.until, r.fault = until, fault
	}
}

// longestRest is how long a model is left alone at most, whatever it asks for.
const longestRest = time.Hour
