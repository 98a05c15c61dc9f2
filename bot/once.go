package bot

import (
	"context"
	"sync"
	"time"
)

// onceFor is how long an answer holds within a piece of work, well below stale.
const onceFor = 10 * time.Second

// Asked remembers what a platform answered within one piece of work, so that a question which
// comes up again a moment later, as in the proof of what a digest draws on, is not asked twice.
// Its methods may be called from several goroutines; a nil Asked remembers nothing.
type Asked struct {
	now func() time.Time

	mu      sync.Mutex
	answers map[string]known
}

type known struct {
	answer []byte
	at     time.Time
}

type askedKey struct{}

// once returns a context for a piece of work whose parts may rest on one look at the platform.
func once(ctx context.Context, now func() time.Time) context.Context {
	return context.WithValue(ctx, askedKey{}, &Asked{now: now, answers: map[string]known{}})
}

// AskedIn is what was asked in the piece of work that a context belongs to, nil where none is marked.
func AskedIn(ctx context.Context) *Asked {
	a, _ := ctx.Value(askedKey{}).(*Asked)
	return a
}

// Answer is what was answered to a question a moment ago; ok is false where it is to be asked.
func (a *Asked) Answer(question string) (answer []byte, ok bool) {
	if a == nil {
		return nil, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	k, ok := a.answers[question]
	return k.answer, ok && a.now().Sub(k.at) < onceFor
}

// Remember notes an answer, which is not changed afterwards. began is when the question was put.
func (a *Asked) Remember(question string, answer []byte, began time.Time) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[question] = known{answer, began}
}

// Now is the clock by which answers age; zero for a nil Asked.
func (a *Asked) Now() time.Time {
	if a == nil {
		return time.Time{}
	}
	return a.now()
}
