package llm

import (
	"context"
	"strings"
	"sync"
)

// turn is when a trial is judged. Of those that are judged against the same windows the first goes
// ahead until the model begins to answer: from then on a vendor has what it was shown in its
// cache, and the others cost a fraction.
type turn struct {
	reused Reuse
	// first is closed when the first trial has begun; nil for the first.
	first <-chan struct{}
	// begun says that this one has.
	begun func()
}

// takeTurns gives trials their turns, those that wait for others after them.
func takeTurns(trials []trial) {
	prompts := 0
	firsts := map[string]int{}
	started := make([]chan struct{}, len(trials))
	for i := range trials {
		t := &trials[i]
		prompts += len(t.windows)
		shows := t.shows()
		if first, ok := firsts[shows]; ok {
			trials[first].turn.reused = SharedReused
			t.turn = turn{reused: SharedReused, first: started[first], begun: func() {}}
			continue
		}
		firsts[shows], started[i] = i, make(chan struct{})
		t.turn.begun = sync.OnceFunc(func() { close(started[i]) })
	}
	for i := range trials {
		if t := &trials[i].turn; t.reused == NothingReused {
			t.reused = reuse(prompts)
		}
	}
}

// shows is the rows of a trial's windows, in words.
func (t *trial) shows() string {
	var all []string
	for _, w := range t.windows {
		all = append(all, ranges(w.rows))
	}
	return strings.Join(all, " ")
}

// wait waits until it is the trial's turn.
func (t turn) wait(ctx context.Context) error {
	if t.first == nil {
		return nil
	}
	select {
	case <-t.first:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// told tells of the bytes of an answer, and that it has begun.
func (t turn) told(tell func(bytes int)) func(bytes int) {
	return func(bytes int) {
		if bytes > 0 {
			t.begun()
		}
		tell(bytes)
	}
}
