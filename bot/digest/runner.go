package digest

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// longestSleep is how long a Runner sleeps at most before it looks again for what is due: the
	// clock may have been set meanwhile.
	longestSleep = 20 * time.Second
	// shortestSleep is how long it sleeps where something is due that it can't have.
	shortestSleep = time.Second

	// postWithin is how long a post that has begun may take once Run's context has ended, and
	// endWithin how long what must be noted of it.
	postWithin = 7 * time.Second
	endWithin  = 9 * time.Second

	defaultLease       = 2 * time.Minute
	defaultDraftWithin = 15 * time.Minute
	defaultWorkers     = 4
)

// Options are what a Runner is made of.
type Options struct {
	Platform string
	Storage  Storage
	Poster   Poster
	// Lease is for how long a claim holds; a process that died leaves its runs to others after
	// that. Two minutes where it is zero. It is extended while a run is drafted; a post may take three
	// quarters of it.
	Lease time.Duration
	// DraftWithin is how long a draft may take: 15 minutes where it is zero, and Lease at least.
	DraftWithin time.Duration
	// Workers is how many runs are worked on at once; 4 where it is zero.
	Workers int
	// Renew, where it is set, mends due times that can't be right: of digests that are not due
	// though they should be, or only long after their schedule says so. It is called as Run begins, every hour, and where the clock was set back.
	Renew func(context.Context) error
	// Ended, where it is set, is told of each run that ended, by several goroutines.
	Ended func(Run, Outcome)
	// Lost, where it is set, is told of each run that another has taken over, or whose digest was removed, likewise.
	Lost func(Run)
	Log  *slog.Logger
	Now  func() time.Time
}

// Runner posts digests as they fall due, each once. At any time it has as many runs in memory as
// it has workers.
//
// A run that may have been posted is looked for in its destination before it is posted again,
// and not found there counts only once nothing can be under way any more: when whoever posted
// it has had to give up, and what they sent has had a quarter of the lease to arrive. That is measured by the
// monotonic clock, so that it holds though the clock be set while several processes work.
type Runner struct {
	o      Options
	traces *traces
	wake   chan struct{} // has room for one
}

// NewRunner returns a Runner.
func NewRunner(o Options) *Runner {
	if o.Lease == 0 {
		o.Lease = defaultLease
	}
	if o.DraftWithin == 0 {
		o.DraftWithin = defaultDraftWithin
	}
	o.DraftWithin = max(o.DraftWithin, o.Lease)
	if o.Workers == 0 {
		o.Workers = defaultWorkers
	}
	if o.Renew == nil {
		o.Renew = func(context.Context) error { return nil }
	}
	if o.Ended == nil {
		o.Ended = func(Run, Outcome) {}
	}
	if o.Lost == nil {
		o.Lost = func(Run) {}
	}
	o.Poster = contained{o.Poster}
	return &Runner{o: o, traces: newTraces(), wake: make(chan struct{}, 1)}
}

// Run posts what is due until ctx ends. Then it takes nothing new, gives back what it has not
// begun to post, and returns within 9 s, as soon as all else is settled.
func (r *Runner) Run(ctx context.Context) error {
	free := make(chan struct{}, r.o.Workers)
	for range r.o.Workers {
		free <- struct{}{}
	}
	var working sync.WaitGroup
	defer working.Wait()
	clocks := clocks{o: r.o}
	for {
		n := awaitFree(ctx, free)
		if n == 0 {
			return nil
		}
		clocks.look(ctx)
		claimed := time.Now()
		runs, err := r.claim(ctx, n)
		if err != nil {
			r.o.Log.Error("digest: nothing could be claimed", "error", err)
		}
		for _, run := range runs {
			working.Go(func() {
				defer func() {
					free <- struct{}{}
					r.Wake() // it may be due to be tried again before anything else is
				}()
				(&job{Runner: r, run: run, until: claimed.Add(r.o.Lease)}).work(ctx)
			})
		}
		for range n - len(runs) {
			free <- struct{}{}
		}
		if len(runs) < n {
			r.sleep(ctx)
		}
	}
}

// Wake has the Runner look at once for what is due.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to look
	}
}

// awaitFree takes all workers that are free, and waits for one where none is; 0 when ctx has ended.
func awaitFree(ctx context.Context, free chan struct{}) int {
	select {
	case <-ctx.Done():
		return 0
	case <-free:
	}
	for n := 1; ; n++ {
		select {
		case <-free:
		default:
			return n
		}
	}
}

// claim takes at most n runs. It isn't cut short: a run that was taken by a call that failed
// would wait for the end of its lease.
func (r *Runner) claim(ctx context.Context, n int) ([]Run, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	longer, cancel := outlasting(ctx, endWithin)
	defer cancel()
	return r.o.Storage.Claim(longer, r.o.Platform, r.o.Now(), r.o.Lease, n)
}

// sleep returns when something is due, or may be.
func (r *Runner) sleep(ctx context.Context) {
	wait := longestSleep
	next, err := r.o.Storage.NextDue(ctx, r.o.Platform)
	if err != nil && ctx.Err() == nil {
		r.o.Log.Error("digest: not known when the next is due", "error", err)
	}
	if err == nil && !next.IsZero() {
		// Neither has a monotonic reading that would hide that the clock was set.
		wait = min(wait, next.Round(0).Sub(r.o.Now().Round(0)))
	}
	if wait <= 0 {
		wait = shortestSleep
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-r.wake:
	case <-timer.C:
	}
}

// outlasting is a context that ends so long after another.
func outlasting(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(by)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() {
		stop()
		cancel()
	}
}
