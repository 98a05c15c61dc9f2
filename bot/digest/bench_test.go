package digest

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"
)

// told is a Poster in a world without troubles, of which each test says what it does differently.
type told struct {
	*process
	draft  func(context.Context, Run) (Draft, error)
	post   func(context.Context, Run, Draft) (string, error)
	find   func(context.Context, Run) (string, error)
	next   func() time.Time
	failed func(Run, string)
}

func (p told) Draft(ctx context.Context, r Run) (Draft, error) {
	if p.draft != nil {
		return p.draft(ctx, r)
	}
	return p.process.Draft(ctx, r)
}

func (p told) Post(ctx context.Context, r Run, d Draft) (string, error) {
	if p.post != nil {
		return p.post(ctx, r, d)
	}
	return p.process.Post(ctx, r, d)
}

func (p told) Find(ctx context.Context, r Run) (string, error) {
	if p.find != nil {
		return p.find(ctx, r)
	}
	return p.process.Find(ctx, r)
}

func (p told) Next(ctx context.Context, r Run, after time.Time) (time.Time, error) {
	if p.next != nil {
		return p.next(), nil
	}
	return p.process.Next(ctx, r, after)
}

func (p told) Failed(ctx context.Context, r Run, why string) {
	if p.failed != nil {
		p.failed(r, why)
	}
	p.process.Failed(ctx, r, why)
}

var quiet = slog.New(slog.DiscardHandler)

// bench is a Runner at work in a bubble.
type bench struct {
	*world
	t      *testing.T
	poster told
	runner *Runner
	stop   context.CancelFunc
	done   chan struct{}
}

// newBench has a Runner work in a world of some digests; change, which may be nil, sets the Poster and the options.
func newBench(t *testing.T, digests int, change func(*told, *Options)) *bench {
	w := newWorld(1, digests)
	p := told{process: &process{world: w, steps: -1}}
	o := Options{Storage: p.process, Lease: testLease, Log: quiet, Now: w.now}
	if change != nil {
		change(&p, &o)
	}
	o.Poster = p
	ctx, stop := context.WithCancel(t.Context())
	b := &bench{world: w, t: t, poster: p, runner: NewRunner(o), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		if err := b.runner.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { b.end() })
	return b
}

func (b *bench) end() {
	b.stop()
	<-b.done
}

// outcomes are of the runs so far, in the order in which they began; of one that goes on it is zero.
func (b *bench) outcomes() []Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []Outcome
	for _, r := range b.runs {
		all = append(all, r.outcome)
	}
	return all
}

func (b *bench) one() Outcome {
	b.t.Helper()
	all := b.outcomes()
	if len(all) != 1 {
		b.t.Fatalf("%d runs, want one: %+v", len(all), all)
	}
	return all[0]
}

// posted is how many posts stand, and toldOwners what the owners were told.
func (b *bench) posted() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.posts)
}

func (b *bench) toldOwners() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.owners)
}

func (b *bench) tries() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.runs[0].Tries
}
