package digest

import (
	"bytes"
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// What can't be looked up for a day ends, and the digests after it go on.
func TestRunnerGivesUpLooking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var faulty atomic.Bool
		faulty.Store(true)
		b := newBench(t, 1, func(p *told, _ *Options) {
			p.post = func(ctx context.Context, r Run, d Draft) (string, error) {
				if faulty.Load() {
					return "", errFault
				}
				return p.process.Post(ctx, r, d)
			}
			p.find = func(context.Context, Run) (string, error) { return "", errFault }
		})
		time.Sleep(testPeriod + longestTry - time.Minute)
		if o := b.one(); o != (Outcome{}) {
			t.Fatalf("given up too early: %+v", o)
		}
		faulty.Store(false)
		time.Sleep(testPeriod + 10*time.Minute)
		all := b.outcomes()
		if all[0].Failure != failedToLook || all[0].Posted || !all[0].Covered.IsZero() || !slices.Equal(b.toldOwners(), []string{failedToLook}) {
			t.Errorf("ended as %+v, the owner was told %q", all[0], b.toldOwners())
		}
		if len(all) < 2 || !all[1].Posted {
			t.Errorf("then %+v", all[1:])
		}
	})
}

// A clock that shows the year to come, and then is set right, keeps no run waiting for a year.
func TestRunnerAfterAClockAhead(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, isPosting := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var faulty atomic.Bool
			faulty.Store(true)
			b := newBench(t, 1, func(p *told, o *Options) {
				o.Renew = p.Renew
				p.draft = func(ctx context.Context, r Run) (Draft, error) {
					if faulty.Load() && !isPosting {
						return Draft{}, errFault
					}
					return p.process.Draft(ctx, r)
				}
				p.post = func(ctx context.Context, r Run, d Draft) (string, error) {
					if faulty.Load() {
						return "", errFault
					}
					return p.process.Post(ctx, r, d)
				}
			})
			b.setClock(year)
			time.Sleep(2 * time.Minute)
			faulty.Store(false)
			b.setClock(-year)
			time.Sleep(10 * time.Minute)
			if o := b.one(); !o.Posted {
				t.Errorf("ended as %+v after %d tries", o, b.tries())
			}
		})
	}
}

// Where the clock stands still, it is the number of tries that ends a run.
func TestRunIsOverlongWhateverTheClockSays(t *testing.T) {
	now := time.Now()
	runner := NewRunner(Options{Now: func() time.Time { return now }})
	for tries, want := range map[int]bool{1: false, mostTries - 1: false, mostTries: true, mostTries + 1: true} {
		for _, run := range []Run{{Due: now, Tries: tries}, {Due: now.Add(-testPeriod), Posting: now, Tries: tries}} {
			j := job{Runner: runner, run: run}
			if got := j.isOverlong(); got != want {
				t.Errorf("after %d tries of at most %d, posting: %v: got %v", tries, mostTries, !run.Posting.IsZero(), got)
			}
		}
	}
}

// Where the clock is right, the number of tries ends no run before its time, however short chance makes the pauses.
func TestMostTriesLastLongEnough(t *testing.T) {
	var lasts time.Duration
	for tries := 1; tries < mostTries; tries++ {
		lasts += shortestPause(tries)
	}
	if lasts < longestTry {
		t.Errorf("%d tries may be over in %v, want at least %v", mostTries, lasts, longestTry)
	}
}

// unnoted is a store that can't note how runs end.
type unnoted struct {
	*process
	faulty *atomic.Bool
}

func (s unnoted) Finish(ctx context.Context, r Run, o Outcome) error {
	if s.faulty.Load() {
		return errFault
	}
	return s.process.Finish(ctx, r, o)
}

// The owner is told once, however often it takes to note it.
func TestRunnerTellsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var faulty atomic.Bool
		faulty.Store(true)
		b := newBench(t, 1, func(p *told, o *Options) {
			o.Storage = unnoted{p.process, &faulty}
			p.draft = func(context.Context, Run) (Draft, error) { return Draft{}, &Refused{Reason: "No."} }
		})
		time.Sleep(testPeriod + 30*time.Minute)
		if n := b.tries(); n < 8 || len(b.toldOwners()) != 1 {
			t.Errorf("after %d tries the owner was told %q", n, b.toldOwners())
		}
		faulty.Store(false)
		time.Sleep(20 * time.Minute)
		if o := b.one(); o.Failure != "No." {
			t.Errorf("ended as %+v", o)
		}
		time.Sleep(testPeriod)
		if n := len(b.toldOwners()); n != 2 {
			t.Errorf("of two runs the owner was told %d times", n)
		}
	})
}

// noNext is a Poster that does not know when digests are due.
type noNext struct{ told }

func (noNext) Next(context.Context, Run, time.Time) (time.Time, error) { return time.Time{}, errFault }

// A schedule that can't be read ends runs all the same.
func TestRunnerWithoutASchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(1, 1)
		p := told{process: &process{world: w, steps: -1}}
		ctx, stop := context.WithCancel(t.Context())
		runner := NewRunner(Options{Storage: p.process, Poster: noNext{p}, Lease: testLease, Log: quiet, Now: w.now})
		ended := make(chan error)
		go func() { ended <- runner.Run(ctx) }()
		time.Sleep(testPeriod + time.Hour)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if r := w.runs[0]; !r.outcome.Posted || !r.outcome.Next.IsZero() || r.Tries != fewestTries || len(w.posts) != 1 {
			t.Errorf("ended as %+v after %d tries, %d posts", r.outcome, r.Tries, len(w.posts))
		}
	})
}

// What was known of a run is forgotten when another has it.
func TestRunnerLosesARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost, ended atomic.Int32
		b := newBench(t, 1, func(p *told, o *Options) {
			o.Lost = func(Run) { lost.Add(1) }
			o.Ended = func(Run, Outcome) { ended.Add(1) }
			p.post = func(ctx context.Context, r Run, d Draft) (string, error) {
				message, err := p.process.Post(ctx, r, d)
				p.mu.Lock()
				defer p.mu.Unlock()
				p.runs[r.ID].Claim, p.runs[r.ID].claimEnds = "another's", p.wall().Add(testPeriod)
				return message, err
			}
		})
		time.Sleep(testPeriod + time.Minute)
		b.end()
		if lost.Load() != 1 || ended.Load() != 0 || len(b.runner.traces.all) > 0 {
			t.Errorf("%d lost, %d ended, known are %+v", lost.Load(), ended.Load(), b.runner.traces.all)
		}
	})
}

// Whoever looks for a post and drafts it again is given what it rested on before.
func TestRunnerHandsOnSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var given [][]byte
		b := newBench(t, 1, func(p *told, _ *Options) {
			tries := 0
			p.draft = func(ctx context.Context, r Run) (Draft, error) {
				given = append(given, r.Sources)
				return p.process.Draft(ctx, r)
			}
			p.find = func(_ context.Context, r Run) (string, error) {
				given = append(given, r.Sources)
				return "", nil
			}
			p.post = func(ctx context.Context, r Run, d Draft) (string, error) {
				if tries++; tries == 1 {
					return "", errFault
				}
				return p.process.Post(ctx, r, d)
			}
		})
		time.Sleep(testPeriod + 10*time.Minute)
		b.end()
		mark := []byte(b.runs[0].Mark)
		if o := b.one(); !o.Posted || !slices.EqualFunc(given, [][]byte{nil, mark, mark}, bytes.Equal) {
			t.Errorf("ended as %+v, given were %q", o, given)
		}
	})
}
