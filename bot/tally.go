package bot

import (
	"sync"
	"time"
)

// Tally counts what runs. Unlike a sync.WaitGroup it may be waited for while more
// begins. The zero Tally counts nothing yet.
type Tally struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n is 0; nil where nobody waits
}

// Add counts one more.
func (c *Tally) Add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

// Done counts one less.
func (c *Tally) Done() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n--
	if c.n == 0 && c.idle != nil {
		close(c.idle)
		c.idle = nil
	}
}

// Wait waits until nothing runs, but no longer than d.
func (c *Tally) Wait(d time.Duration) {
	c.mu.Lock()
	if c.n == 0 {
		c.mu.Unlock()
		return
	}
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.mu.Unlock()
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	select {
	case <-idle:
	case <-timeout.C:
	}
}
