package digest

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRunnerPostsWhenDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Int32
		b := newBench(t, 3, func(_ *told, o *Options) { o.Ended = func(Run, Outcome) { ended.Add(1) } })
		time.Sleep(testPeriod - time.Millisecond)
		if n := len(b.outcomes()); n > 0 {
			t.Fatalf("%d runs before any is due", n)
		}
		time.Sleep(3 * time.Second)
		for _, o := range b.outcomes() {
			if !o.Posted || !o.Next.Equal(dueAfter(b.now())) || o.Covered.IsZero() {
				t.Errorf("ended as %+v", o)
			}
		}
		if n := b.posted(); n != 3 || ended.Load() != 3 {
			t.Errorf("%d posts, %d runs were told of", n, ended.Load())
		}
	})
}

// A clock that was set forward, and a digest that somebody asked for, are noticed without waiting for what is due.
func TestRunnerLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 1, nil)
		b.setClock(testPeriod)
		time.Sleep(longestSleep + 2*time.Second)
		b.one()

		b.mu.Lock()
		b.digests[0].next = b.wall()
		b.mu.Unlock()
		b.runner.Wake()
		synctest.Wait()
		if n := len(b.outcomes()); n != 2 {
			t.Errorf("%d runs after Wake", n)
		}
	})
}

// Of a day on which nothing was posted, one digest tells.
func TestRunnerMakesUpForMissedTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 1, func(p *told, _ *Options) { p.setClock(24*testPeriod + time.Minute) })
		time.Sleep(3 * time.Second)
		if o := b.one(); !o.Posted || !o.Next.Equal(dueAfter(b.now())) {
			t.Errorf("ended as %+v", o)
		}
	})
}

func TestRunnerRefused(t *testing.T) {
	const why = "Not everyone there may read #agora."
	refused := func(gone bool) error { return &Refused{Reason: why, Gone: gone} }
	for name, change := range map[string]func(*told){
		"draft": func(p *told) {
			p.draft = func(context.Context, Run) (Draft, error) { return Draft{}, refused(false) }
		},
		"post": func(p *told) {
			p.post = func(context.Context, Run, Draft) (string, error) { return "", refused(false) }
		},
		"gone": func(p *told) {
			p.draft = func(context.Context, Run) (Draft, error) { return Draft{}, refused(true) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var before []string
				b := newBench(t, 1, func(p *told, _ *Options) {
					change(p)
					p.failed = func(r Run, _ string) {
						p.mu.Lock()
						defer p.mu.Unlock()
						before = append(before, p.digests[r.Digest].failure)
					}
				})
				time.Sleep(testPeriod + 3*time.Second)
				want := Outcome{Failure: why, Next: dueAfter(b.now())}
				if name == "gone" {
					want.Next = time.Time{}
				}
				b.end()
				got := b.one()
				got.At = time.Time{}
				if got != want {
					t.Errorf("ended as %+v, want %+v", got, want)
				}
				// When the owner is told, what became of the run before can still be looked up.
				if !slices.Equal(b.owners, []string{why}) || !slices.Equal(before, []string{""}) {
					t.Errorf("the owner was told %q when the digest's failure was %q", b.owners, before)
				}
			})
		})
	}
}

// A run that fails is given up when the next is due, which then covers all. Of those missed meanwhile, only the last is tried.
func TestRunnerGivesUpForTheNext(t *testing.T) {
	for _, notPosted := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var faulty atomic.Bool
			faulty.Store(true)
			b := newBench(t, 1, func(p *told, _ *Options) {
				fault := func() error {
					if faulty.Load() {
						return ErrNotPosted
					}
					return nil
				}
				if notPosted {
					p.post = func(ctx context.Context, r Run, d Draft) (string, error) {
						if err := fault(); err != nil {
							return "", err
						}
						return p.process.Post(ctx, r, d)
					}
					return
				}
				p.draft = func(ctx context.Context, r Run) (Draft, error) {
					if fault() != nil {
						return Draft{}, errFault
					}
					return p.process.Draft(ctx, r)
				}
			})
			time.Sleep(testPeriod + 50*time.Minute)
			if o := b.one(); o != (Outcome{}) {
				t.Fatalf("given up before the next is due: %+v", o)
			}
			if n := b.tries(); n < 12 || n > 40 {
				t.Errorf("%d tries in 50 minutes", n)
			}
			time.Sleep(20 * time.Minute)
			if all := b.outcomes(); len(all) != 2 || all[0].Failure == "" || !all[0].Covered.IsZero() || len(b.toldOwners()) != 1 {
				t.Fatalf("after the next was due: %+v, the owner was told %q", all, b.toldOwners())
			}
			b.setClock(10 * testPeriod)
			time.Sleep(30 * time.Minute)
			faulty.Store(false)
			time.Sleep(10 * time.Minute)
			all := b.outcomes()
			if len(all) != 3 || !all[2].Posted || len(b.toldOwners()) != 2 {
				t.Fatalf("after ten more were due: %+v, the owner was told %q", all, b.toldOwners())
			}
			if wrong := b.check(); len(wrong) > 0 {
				t.Error(wrong)
			}
		})
	}
}

// A digest that is never due again is not tried for ever.
func TestRunnerGivesUpAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 1, func(p *told, _ *Options) {
			p.draft = func(context.Context, Run) (Draft, error) { return Draft{}, errFault }
			p.next = func() time.Time { return time.Time{} }
		})
		time.Sleep(testPeriod + longestTry + 10*time.Minute)
		if o := b.one(); o.Failure != failedTooLong || !o.Next.IsZero() || len(b.toldOwners()) != 1 {
			t.Errorf("ended as %+v, the owner was told %q", o, b.toldOwners())
		}
	})
}

// What can't be looked for any more ends, and what it was to tell is told by the next.
func TestRunnerMayNotLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 1, func(p *told, _ *Options) {
			p.post = func(context.Context, Run, Draft) (string, error) { return "", errFault }
			p.find = func(context.Context, Run) (string, error) { return "", &Refused{Reason: "crux can't read #news."} }
		})
		time.Sleep(testPeriod + 10*time.Minute)
		if o := b.one(); o.Failure != "crux can't read #news." || o.Posted || !o.Covered.IsZero() {
			t.Errorf("ended as %+v", o)
		}
	})
}

func TestRunnerWorksOnFewAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now atomic.Int32
		var most int32
		b := newBench(t, 50, func(p *told, o *Options) {
			o.Workers = 3
			p.draft = func(ctx context.Context, r Run) (Draft, error) {
				n := now.Add(1)
				defer now.Add(-1)
				p.mu.Lock()
				most = max(most, n)
				p.mu.Unlock()
				time.Sleep(time.Second)
				return p.process.Draft(ctx, r)
			}
		})
		time.Sleep(testPeriod + 5*time.Minute)
		b.end()
		if n := b.posted(); n != 50 || most != 3 {
			t.Errorf("%d were posted, %d drafted at once", n, most)
		}
	})
}

// What has not begun to be posted is given back at once, and what has is finished if that is soon.
func TestRunnerStops(t *testing.T) {
	for name, test := range map[string]struct {
		takes  time.Duration // the draft or the post
		draft  bool
		lasts  time.Duration // how long Run goes on
		posted bool
		free   time.Duration // after what it can be claimed, if it was not posted
	}{
		"a draft":     {takes: time.Hour, draft: true},
		"a post":      {takes: 6 * time.Second, lasts: 6 * time.Second, posted: true},
		"a long post": {takes: time.Hour, lasts: postWithin, free: postWithin + testMargin},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, 1, func(p *told, _ *Options) {
					wait := func(ctx context.Context) error {
						select {
						case <-ctx.Done():
						case <-time.After(test.takes):
						}
						return ctx.Err()
					}
					if test.draft {
						p.draft = func(ctx context.Context, _ Run) (Draft, error) { return Draft{}, wait(ctx) }
						return
					}
					p.post = func(ctx context.Context, r Run, d Draft) (string, error) {
						if err := wait(ctx); err != nil {
							return "", err
						}
						return p.arrive(r, d.Content.(stretch)), nil
					}
				})
				time.Sleep(testPeriod)
				synctest.Wait()
				begun := time.Now()
				b.end()
				if took := time.Since(begun); took != test.lasts {
					t.Errorf("it went on for %v, want %v", took, test.lasts)
				}
				if o := b.one(); o.Posted != test.posted {
					t.Errorf("ended as %+v", o)
				}
				if r := b.runs[0]; !test.posted && (r.Claim != "" || r.retryAt.Sub(begun) != test.free) {
					t.Errorf("claimed by %q, free after %v, want %v", r.Claim, r.retryAt.Sub(begun), test.free)
				}
			})
		})
	}
}

func TestRunnerContainsPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		var panics atomic.Int32
		b := newBench(t, 1, func(p *told, o *Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
			p.draft = func(ctx context.Context, r Run) (Draft, error) {
				if panics.Add(1) < 4 {
					panic("the draft lost its head")
				}
				return p.process.Draft(ctx, r)
			}
		})
		time.Sleep(testPeriod + time.Minute)
		b.end()
		if o := b.one(); !o.Posted || b.tries() != 4 {
			t.Errorf("ended as %+v after %d tries", o, b.tries())
		}
		if !strings.Contains(log.String(), "the draft lost its head") {
			t.Errorf("the log says %q", log.String())
		}
	})
}

func TestRunnerRenewsDueTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var renewed atomic.Int32
		count := func(what string, want int32) {
			t.Helper()
			if got := renewed.Swap(0); got != want {
				t.Errorf("%s: %d times, want %d", what, got, want)
			}
		}
		b := newBench(t, 1, func(_ *told, o *Options) {
			o.Renew = func(context.Context) error {
				renewed.Add(1)
				return errFault
			}
		})
		synctest.Wait()
		count("at first", 1)
		b.setClock(30 * time.Minute)
		time.Sleep(time.Minute)
		count("set forward", 0)
		b.setClock(-20 * time.Minute)
		time.Sleep(time.Minute)
		count("set back", 1)
		time.Sleep(3*renewEvery + time.Minute)
		count("in three hours", 3)
	})
}

func TestPause(t *testing.T) {
	for tries, longest := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 9: 256 * time.Second, 10: longestPause, 1 << 40: longestPause,
	} {
		for range 100 {
			if got := pause(tries); got < longest/2 || got > longest {
				t.Errorf("after %d tries %v, want half of %v to all of it", tries, got, longest)
			}
		}
	}
}
