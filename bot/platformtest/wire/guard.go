// Package wire is what the fakes of all platforms stand on: it holds back, delays,
// fails and records the requests of a client, wakes those who wait for a fake's world
// to change, and keeps what the client did wrong. It knows no platform: which requests
// a pattern means, and what an answer looks like, its user says.
package wire

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// Guard is the lock of a fake's world. It wakes those who wait for the world to change,
// and keeps what the client did that it must not.
type Guard struct {
	sync.Mutex
	ended      <-chan struct{}
	changed    chan struct{} // closed by the next change
	violations []string
}

// NewGuard returns a Guard whose waiting ends when ended is closed, as it must be with the test.
func NewGuard(ended <-chan struct{}) *Guard {
	return &Guard{ended: ended, changed: make(chan struct{})}
}

// Notify wakes all that wait. The lock is held.
func (g *Guard) Notify() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// Wait waits until ok, which is called with the lock held, says so; the lock is not
// held by the caller. If that takes longer than patience, it reports an error on the
// test, which says what was waited for.
func (g *Guard) Wait(t testing.TB, patience time.Duration, what string, ok func() bool) bool {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		reached, changed := g.look(ok)
		if reached {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			t.Errorf("waited %v in vain for %s", patience, what)
			return false
		case <-g.ended:
			return false
		}
	}
}

// look asks ok under the lock, and returns the channel that is closed by the next change.
func (g *Guard) look(ok func() bool) (reached bool, changed <-chan struct{}) {
	g.Lock()
	defer g.Unlock()
	return ok(), g.changed
}

// Violate records a violation. The lock is held.
func (g *Guard) Violate(format string, args ...any) {
	g.violations = append(g.violations, fmt.Sprintf(format, args...))
	g.Notify()
}

// Violations returns what has been recorded since it was last called, in order.
func (g *Guard) Violations() []string {
	g.Lock()
	defer g.Unlock()
	v := g.violations
	g.violations = nil
	return v
}
