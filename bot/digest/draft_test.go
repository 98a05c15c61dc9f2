package digest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// taking is a draft that takes so long, unless it is cut short.
func taking(p *told, long time.Duration) func(context.Context, Run) (Draft, error) {
	return func(ctx context.Context, r Run) (Draft, error) {
		select {
		case <-time.After(long):
			return p.process.Draft(ctx, r)
		case <-ctx.Done():
			return Draft{}, ctx.Err()
		}
	}
}

// another is a second Runner in the world of a bench, which notes when it drafts.
func another(b *bench) (drafted *atomic.Int64) {
	drafted = &atomic.Int64{}
	p := told{process: &process{world: b.world, steps: -1}}
	p.draft = func(ctx context.Context, r Run) (Draft, error) {
		drafted.Store(time.Now().UnixNano())
		return p.process.Draft(ctx, r)
	}
	ctx, stop := context.WithCancel(b.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = NewRunner(Options{Storage: p.process, Poster: p, Lease: testLease, Log: quiet, Now: b.now}).Run(ctx) // it returns nil
	}()
	b.t.Cleanup(func() {
		stop()
		<-done
	})
	return drafted
}

// A draft that takes many leases is nobody else's meanwhile, and is posted.
func TestRunnerDraftsForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 1, func(p *told, _ *Options) { p.draft = taking(p, 12*testLease) })
		time.Sleep(testPeriod + time.Second)
		drafted := another(b)
		time.Sleep(12*testLease + time.Minute)
		b.end()
		if o := b.one(); !o.Posted || b.tries() != 1 || drafted.Load() != 0 {
			t.Errorf("ended as %+v after %d tries", o, b.tries())
		}
		if wrong := b.check(); len(wrong) > 0 {
			t.Error(wrong)
		}
	})
}

// Where a process dies while it drafts, another takes over once the last extension has passed, and not before.
func TestRunnerDiesWhileItDrafts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		due := time.Now().Add(testPeriod)
		b := newBench(t, 1, func(p *told, _ *Options) { p.draft = taking(p, 12*testLease) })
		time.Sleep(testPeriod + time.Second)
		drafted := another(b)
		time.Sleep(3*testLease + testLease/4)
		b.poster.die()
		time.Sleep(20 * testLease)
		began := time.Unix(0, drafted.Load()).Sub(due)
		if least := 4 * testLease; began < least || began > least+2*time.Second {
			t.Errorf("another began to draft after %v", began)
		}
		if o := b.one(); !o.Posted || b.tries() != 2 {
			t.Errorf("ended as %+v after %d tries", o, b.tries())
		}
		if wrong := b.check(); len(wrong) > 0 {
			t.Error(wrong)
		}
	})
}

// A draft that takes too long is cut short, and tried again some time after, but not for ever.
func TestRunnerDraftsWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var drafting atomic.Int64
		b := newBench(t, 1, func(p *told, o *Options) {
			o.DraftWithin = 10 * testLease
			p.next = func() time.Time { return time.Time{} }
			p.draft = func(ctx context.Context, r Run) (Draft, error) {
				began := time.Now()
				defer func() { drafting.Add(int64(time.Since(began))) }()
				<-ctx.Done()
				return Draft{}, ctx.Err()
			}
		})
		time.Sleep(testPeriod + 10*testLease - time.Second)
		if b.tries() != 1 || drafting.Load() != 0 {
			t.Errorf("tried %d times, for %v", b.tries(), time.Duration(drafting.Load()))
		}
		time.Sleep(2*time.Second + overlongPause - time.Minute)
		if b.tries() != 1 || drafting.Load() != int64(10*testLease) {
			t.Errorf("tried %d times, for %v", b.tries(), time.Duration(drafting.Load()))
		}
		time.Sleep(longestTry + testPeriod)
		b.end()
		if o := b.one(); o.Failure != failedTooLong || b.tries() > 40 || drafting.Load() > int64(400*testLease) {
			t.Errorf("ended as %+v after %d tries that took %v", o, b.tries(), time.Duration(drafting.Load()))
		}
	})
}

// Whoever drafts is stopped as soon as it is found that another has the run, or that the claim can't be extended.
func TestRunnerLosesADraft(t *testing.T) {
	for name, c := range map[string]struct {
		extend error
		after  time.Duration
		lost   int32
	}{
		"to another":      {extend: ErrLost, after: testLease / 3, lost: 1},
		"with its lease":  {extend: errFault, after: testLease - testMargin},
		"at a late draft": {after: 5 * testLease},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lost atomic.Int32
				var took time.Duration
				b := newBench(t, 1, func(p *told, o *Options) {
					o.Storage = &unextended{p.process, c.extend}
					o.Lost = func(Run) { lost.Add(1) }
					draft := taking(p, 5*testLease)
					p.draft = func(ctx context.Context, r Run) (Draft, error) {
						if r.Tries > 1 {
							return p.process.Draft(ctx, r)
						}
						began := time.Now()
						defer func() { took = time.Since(began) }()
						return draft(ctx, r)
					}
				})
				time.Sleep(testPeriod + 6*testLease)
				b.end()
				if o := b.outcomes()[0]; took != c.after || lost.Load() != c.lost || !o.Posted {
					t.Errorf("drafted for %v, %d lost, ended as %+v", took, lost.Load(), o)
				}
			})
		})
	}
}

// unextended is a store in which claims can't be extended where fault is set. Where that is ErrLost, the run is another's.
type unextended struct {
	*process
	fault error
}

func (s *unextended) Extend(ctx context.Context, r Run, now time.Time, lease time.Duration) error {
	if s.fault == nil {
		return s.process.Extend(ctx, r, now, lease)
	}
	if errors.Is(s.fault, ErrLost) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.runs[r.ID].Claim, s.runs[r.ID].claimEnds = "another's", s.wall().Add(time.Minute)
	}
	return s.fault
}
