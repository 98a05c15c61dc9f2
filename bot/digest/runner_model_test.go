package digest

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// run runs a Runner as a process until it dies or ctx ends.
func (p *process) run(ctx context.Context, workers int) {
	var done sync.WaitGroup
	done.Go(func() {
		_ = NewRunner(Options{
			Storage: p, Poster: p, Renew: p.Renew, Lease: testLease, DraftWithin: testDraftWithin, Workers: workers, Log: slog.New(slog.DiscardHandler), Now: p.now,
		}).Run(ctx) // it returns nil
	})
	done.Wait()
}

// troubles are what happens to crux in a stretch of hours.
type troubles struct {
	seed            uint64
	digests         int
	processes       int
	lives           int // of each process, before the last
	workers         int
	faults, skips   float64
	reading         time.Duration // that a draft takes at most
	jumps           []time.Duration
	isStopped, long bool
	strict          bool
}

func anyTroubles() *rapid.Generator[troubles] {
	return rapid.Custom(func(t *rapid.T) troubles {
		return troubles{
			digests:   rapid.IntRange(1, 6).Draw(t, "digests"),
			processes: rapid.IntRange(1, 3).Draw(t, "processes"),
			lives:     rapid.IntRange(0, 12).Draw(t, "lives"),
			workers:   rapid.IntRange(1, 3).Draw(t, "workers"),
			faults:    float64(rapid.SampledFrom([]int{0, 1, 5, 20, 60}).Draw(t, "% faults")) / 100,
			skips:     float64(rapid.SampledFrom([]int{0, 0, 30}).Draw(t, "% skips")) / 100,
			// Some of the longest are cut short.
			reading: time.Duration(rapid.SampledFrom([]int{0, 0, 1, 5, 12}).Draw(t, "leases to draft")) * testLease,
			jumps: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
				return time.Duration(rapid.IntRange(-100, 100).Draw(t, "minutes")) * time.Minute
			}), 0, 5).Draw(t, "jumps"),
			isStopped: rapid.Bool().Draw(t, "stopped"),
			long:      rapid.Bool().Draw(t, "long lives"),
			strict:    rapid.Bool().Draw(t, "strict"),
			seed:      rapid.Uint64().Draw(t, "seed"),
		}
	})
}

// Whatever happens, each run is posted once or not at all, and the posts cover all news without
// a gap or an overlap.
func TestRunnerPostsOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trouble := anyTroubles().Draw(rt, "troubles")
		var wrong []string
		synctest.Test(t, func(t *testing.T) { wrong = live(t, trouble) })
		if len(wrong) > 0 {
			rt.Fatalf("%v", wrong)
		}
	})
}

// live has processes live and die through troubles, then lets a last one work in peace, and
// returns what went wrong.
func live(t *testing.T, trouble troubles) []string {
	w := newWorld(trouble.seed, trouble.digests)
	w.faults, w.skips, w.strict, w.reading = trouble.faults, trouble.skips, trouble.strict, trouble.reading
	var lives sync.WaitGroup
	for range trouble.processes {
		seed := w.upTo(1 << 62)
		lives.Go(func() { liveAndDie(t, w, trouble, uint64(seed)) })
	}
	lives.Go(func() {
		for _, jump := range trouble.jumps {
			time.Sleep(w.upTo(2 * testPeriod))
			w.setClock(jump)
		}
	})
	lives.Wait()

	w.mu.Lock()
	w.faults, w.reading = 0, w.reading/12 // so that few workers have time for all of an hour's digests
	w.mu.Unlock()
	peace := time.Now()
	ctx, stop := context.WithCancel(t.Context())
	for range trouble.processes {
		lives.Go(func() { (&process{world: w, steps: -1}).run(ctx, trouble.workers) })
	}
	for !w.isSettled(peace) && time.Since(peace) < 24*time.Hour {
		time.Sleep(time.Minute)
	}
	settled := w.isSettled(peace)
	stop()
	lives.Wait()
	wrong := w.check()
	if !settled {
		wrong = append(wrong, "it never comes to rest")
	}
	return wrong
}

// liveAndDie runs one process after the other: some die at a step, some at a time, some are told to stop.
func liveAndDie(t *testing.T, w *world, trouble troubles, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range trouble.lives {
		p := &process{world: w, steps: -1}
		ctx, stop := context.WithCancel(t.Context())
		// Most happens right after the hour.
		untilDue := dueAfter(w.now()).Sub(w.now())
		at := untilDue + time.Duration(rng.Int64N(int64(3*time.Second)))
		if trouble.long {
			at = time.Duration(rng.Int64N(int64(2 * testPeriod)))
		}
		end := time.AfterFunc(at, p.die)
		switch {
		case trouble.isStopped && rng.IntN(2) == 0:
			end.Stop()
			end = time.AfterFunc(at, stop)
		case rng.IntN(2) == 0:
			p.steps = 1 + rng.IntN(150)
		}
		p.run(ctx, trouble.workers)
		end.Stop()
		stop()
		time.Sleep(time.Duration(rng.Int64N(int64(2 * testLease))))
	}
}
