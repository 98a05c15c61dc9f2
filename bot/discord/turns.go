package discord

import (
	"context"
	"sync"
)

// turns lets one at a time through for each key, and forgets a key when nobody
// waits for it. Unlike with a mutex, waiting ends with the context.
type turns struct {
	mu    sync.Mutex
	lines map[string]*line
}

type line struct {
	free  chan struct{} // holds one value while it is nobody's turn
	users int           // under turns.mu
}

// take waits for the key's turn. leave must be called to end it.
func (t *turns) take(ctx context.Context, key string) (leave func(), err error) {
	t.mu.Lock()
	l := t.lines[key]
	if l == nil {
		if t.lines == nil {
			t.lines = map[string]*line{}
		}
		l = &line{free: make(chan struct{}, 1)}
		l.free <- struct{}{}
		t.lines[key] = l
	}
	l.users++
	t.mu.Unlock()

	select {
	case <-l.free:
		return func() {
			l.free <- struct{}{}
			t.drop(key, l)
		}, nil
	case <-ctx.Done():
		t.drop(key, l)
		return nil, context.Cause(ctx)
	}
}

func (t *turns) drop(key string, l *line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(t.lines, key)
	}
}
