package wire

import "slices"

// Holds stop what comes by until they are released.
type Holds struct {
	guard    *Guard
	standing []*hold
}

type hold struct {
	pattern  string
	released chan struct{}
}

// NewHolds returns Holds of a world; none stands yet.
func NewHolds(g *Guard) *Holds { return &Holds{guard: g} }

// Add stops from now on what matches the pattern, until release is called. To call it
// again does no harm.
func (h *Holds) Add(pattern string) (release func()) {
	h.guard.Lock()
	defer h.guard.Unlock()
	added := &hold{pattern, make(chan struct{})}
	h.standing = append(h.standing, added)
	return func() {
		h.guard.Lock()
		defer h.guard.Unlock()
		if at := slices.Index(h.standing, added); at >= 0 {
			close(added.released)
			h.standing = slices.Delete(h.standing, at, at+1)
		}
	}
}

// Pass waits until all that stand now and whose pattern matches have been released. It
// returns false where gone is closed or the test ends before that.
func (h *Holds) Pass(matches func(pattern string) bool, gone <-chan struct{}) bool {
	for _, held := range h.matching(matches) {
		select {
		case <-held.released:
		case <-gone:
			return false
		case <-h.guard.ended:
			return false
		}
	}
	return true
}

func (h *Holds) matching(matches func(pattern string) bool) []*hold {
	h.guard.Lock()
	defer h.guard.Unlock()
	var found []*hold
	for _, held := range h.standing {
		if matches(held.pattern) {
			found = append(found, held)
		}
	}
	return found
}

// All is the match of where there is but one thing to hold.
func All(string) bool { return true }
