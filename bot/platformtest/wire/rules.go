package wire

import "time"

// Rules say what, A, stands in for carrying out the next requests that match a pattern.
// The lock of the world that they belong to is held for all their methods.
type Rules[A any] struct{ rules []*rule[A] }

type rule[A any] struct {
	pattern string
	pass    int // requests that it lets pass
	left    int // times it still applies; negative for ever
	what    A
}

// Add lets a number of requests pass and applies to the next times after that; with times
// <= 0 to all.
func (r *Rules[A]) Add(pattern string, pass, times int, what A) {
	if times <= 0 {
		times = -1
	}
	r.rules = append(r.rules, &rule[A]{pattern, pass, times, what})
}

// Take returns what stands in for a request by the oldest rule that applies; found is
// false where none does.
func (r *Rules[A]) Take(matches func(pattern string) bool) (what A, found bool) {
	for _, next := range r.rules {
		switch {
		case next.left == 0 || !matches(next.pattern):
			continue
		case next.pass > 0:
			next.pass--
			continue
		case next.left > 0:
			next.left--
		}
		return next.what, true
	}
	return what, false
}

// Clear ends all rules.
func (r *Rules[A]) Clear() { r.rules = nil }

// Pauses are how long a client was told to wait, by what it may not ask for meanwhile.
// The lock of the world that they belong to is held for all their methods.
type Pauses struct{ told map[string]pause }

type pause struct{ since, until time.Time }

// Told notes that the client was told at a time to wait so long.
func (p *Pauses) Told(what string, at time.Time, wait time.Duration) {
	if p.told == nil {
		p.told = map[string]pause{}
	}
	p.told[what] = pause{at, at.Add(wait)}
}

// Early returns how much too early a request is that has come at a time, 0 where it is
// not. A request may have set out before the client was told, and clocks and timers are
// not exact, so that a quarter of a second at the beginning and a little at the end are forgiven.
func (p *Pauses) Early(what string, at time.Time) time.Duration {
	told := p.told[what]
	if left := told.until.Sub(at); left > 20*time.Millisecond && at.Sub(told.since) > 250*time.Millisecond {
		return left
	}
	return 0
}
