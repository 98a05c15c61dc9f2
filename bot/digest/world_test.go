package digest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

const (
	testLease  = time.Minute
	testMargin = testLease / 4
	testPeriod = time.Hour
	// testDraftWithin is how long a draft may take.
	testDraftWithin = 10 * testLease
)

var errFault = errors.New("the world is out of order")

// world is what outlives processes: a store, a channel in which digests are posted, and the clock on the wall.
type world struct {
	mu      sync.Mutex
	rng     *rand.Rand
	set     time.Duration // by how much the wall clock was set
	faults  float64       // how likely a call fails
	skips   float64       // how likely nothing is new
	reading time.Duration // how long a draft takes at most, where it is heeded that it is cut short
	digests map[int64]*digestRow
	runs    []*runRow
	posts   []post
	strict  bool              // whether a claim ends with its lease, or only when another takes the run
	filed   map[string]string // messages by mark
	owners  []string          // what they were told
	wrong   []string          // what must not happen, and did
}

type digestRow struct {
	next, covered time.Time
	failure       string
}

type runRow struct {
	Run
	claimEnds, retryAt time.Time
	ended              bool
	outcome            Outcome
}

type post struct {
	mark, message string
	news          stretch
}

// stretch is of the news that a digest holds: after from, up to to.
type stretch struct{ from, to time.Time }

func newWorld(seed uint64, digests int) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 0)), digests: map[int64]*digestRow{}, filed: map[string]string{}}
	for id := range int64(digests) {
		now := time.Now()
		w.digests[id] = &digestRow{next: dueAfter(now), covered: now.Round(0)}
	}
	return w
}

func dueAfter(t time.Time) time.Time { return t.Round(0).Truncate(testPeriod).Add(testPeriod) }

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wall()
}

func (w *world) wall() time.Time { return time.Now().Round(0).Add(w.set) }

func (w *world) setClock(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.set += by
}

func (w *world) chance(p float64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rng.Float64() < p
}

func (w *world) fails() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rng.Float64() < w.faults
}

func (w *world) longestDraft() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reading
}

// trouble is 0 where a call does not fail, else in which of n ways it does.
func (w *world) trouble(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rng.Float64() >= w.faults {
		return 0
	}
	return 1 + w.rng.IntN(n)
}

// upTo is a random time up to d.
func (w *world) upTo(d time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Duration(w.rng.Int64N(int64(d)))
}

func (w *world) wrongf(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// arrive has a post stand in the channel.
func (w *world) arrive(r Run, news stretch) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	message := fmt.Sprint("m", len(w.posts))
	if slices.ContainsFunc(w.posts, func(p post) bool { return p.mark == r.Mark }) {
		w.wrongf("run %d was posted twice", r.ID)
	}
	if run := w.runs[r.ID]; run.ended {
		w.wrongf("run %d was posted after it had ended", r.ID)
	}
	w.posts = append(w.posts, post{r.Mark, message, news})
	return message
}

// isSettled reports whether no run is open, and every digest covers a time.
func (w *world) isSettled(since time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range w.digests {
		if !d.next.After(w.wall()) || d.covered.Before(since) {
			return false
		}
	}
	return !slices.ContainsFunc(w.runs, func(r *runRow) bool { return !r.ended })
}

// check looks whether each run came to what is in the channel.
func (w *world) check() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.runs {
		_, isFiled := w.filed[r.Mark]
		stands := slices.ContainsFunc(w.posts, func(p post) bool { return p.mark == r.Mark })
		if stands != r.outcome.Posted || isFiled != stands {
			w.wrongf("run %d ended as %+v, stands: %v, filed: %v", r.ID, r.outcome, stands, isFiled)
		}
	}
	return w.wrong
}
