package bot

import (
	"context"
	"runtime"
	"slices"
	"sync"
)

// MaxWaiting is how many requests may wait for one place.
const MaxWaiting = 50

// maxWaitingInAll bounds what waits for all places together, so that a flood over many
// channels can't take all memory. It is far more than is ever worked off in
// the quarter of an hour that a platform waits for an answer.
const maxWaitingInAll = 2000

// Queue runs one thing at a time for a place, and takes places in turn, so that a
// place where many wait doesn't hold up another. It has no goroutines of its own,
// and its methods may be called from several.
type Queue struct {
	workers int

	mu      sync.Mutex
	running int
	waiting int
	busy    map[string]bool      // places where something runs
	lines   map[string][]*ticket // who waits, by place, the first first
	turn    []string             // the places that have a line, in the order in which they are served
}

// ticket is a request in the queue.
type ticket struct {
	place string
	// begin is closed when the request may run.
	begin chan struct{}
	// moved has room for one, and holds it while ahead has changed unread.
	moved chan struct{}
	ahead int  // under Queue.mu
	begun bool // under Queue.mu
}

// NewQueue returns a queue that runs at most so many things at once; with zero or
// less, one fewer than there are processors to run on, and at least one.
func NewQueue(workers int) *Queue {
	if workers <= 0 {
		workers = max(1, runtime.GOMAXPROCS(0)-1)
	}
	return &Queue{workers: workers, busy: map[string]bool{}, lines: map[string][]*ticket{}}
}

// Do runs work when it is the place's turn, and returns its error. place names
// the place, and the platform too where several share the queue. While it waits,
// waiting, which may be nil, is told how many requests run and wait before this one,
// whenever that changes; as other places are served in turn, it may rise. When
// ctx ends before work begins, Do returns ctx's error. Where too many wait already, it
// returns a *Refusal. work must not call Do.
func (q *Queue) Do(ctx context.Context, place string, waiting func(ahead int), work func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := q.join(place)
	if err != nil {
		return err
	}
	// Also after a panic, in work or in waiting.
	defer q.leave(t)
	if err := q.await(ctx, t, waiting); err != nil {
		return err
	}
	return work(ctx)
}

// Waiting is how many requests wait.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// Running is how many requests run.
func (q *Queue) Running() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.running
}

func (q *Queue) join(place string) (*ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case len(q.lines[place]) >= MaxWaiting:
		return nil, &Refusal{Reason: "crux is busy in this channel. Try again in a minute.", Err: ErrLater}
	case q.waiting >= maxWaitingInAll:
		return nil, &Refusal{Reason: "crux is busy. Try again in a minute.", Err: ErrLater}
	}
	t := &ticket{place: place, begin: make(chan struct{}), moved: make(chan struct{}, 1)}
	if len(q.lines[place]) == 0 {
		q.turn = append(q.turn, place)
	}
	q.lines[place] = append(q.lines[place], t)
	q.waiting++
	q.next()
	return t, nil
}

// await returns when t may run or ctx has ended.
func (q *Queue) await(ctx context.Context, t *ticket, waiting func(ahead int)) error {
	for {
		select {
		case <-t.begin:
			return ctx.Err() // where both happen, ctx counts
		case <-ctx.Done():
			return ctx.Err()
		case <-t.moved:
			q.mu.Lock()
			ahead, begun := t.ahead, t.begun
			q.mu.Unlock()
			if waiting != nil && !begun {
				waiting(ahead)
			}
		}
	}
}

// leave takes t out, whether it runs or waits.
func (q *Queue) leave(t *ticket) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.begun {
		q.running--
		delete(q.busy, t.place)
		if len(q.lines[t.place]) > 0 {
			// It has just been served, so it comes after all others.
			q.turn = append(without(q.turn, t.place), t.place)
		}
	} else {
		q.remove(t)
	}
	q.next()
}

// remove takes t out of its line.
func (q *Queue) remove(t *ticket) {
	line := without(q.lines[t.place], t)
	q.waiting--
	if len(line) > 0 {
		q.lines[t.place] = line
		return
	}
	delete(q.lines, t.place)
	q.turn = without(q.turn, t.place)
}

// next lets whoever may run begin, and tells the others how many are ahead.
func (q *Queue) next() {
	for q.running < q.workers {
		i := slices.IndexFunc(q.turn, func(place string) bool { return !q.busy[place] })
		if i < 0 {
			break
		}
		t := q.lines[q.turn[i]][0]
		q.remove(t)
		q.running++
		q.busy[t.place] = true
		t.begun = true
		close(t.begin)
	}
	q.tell()
}

// tell counts who is ahead of each. While a worker is free, a request waits only
// for those of its own place.
func (q *Queue) tell() {
	if q.running < q.workers {
		for _, line := range q.lines {
			for i, t := range line {
				t.stands(i + 1)
			}
		}
		return
	}
	// Places where nothing runs are served before those that were served last.
	places := slices.Clone(q.turn)
	slices.SortStableFunc(places, func(a, b string) int { return order(q.busy[a]) - order(q.busy[b]) })
	ahead := q.running
	for round := 0; len(places) > 0; round++ {
		for _, place := range places {
			q.lines[place][round].stands(ahead)
			ahead++
		}
		places = slices.DeleteFunc(places, func(place string) bool { return len(q.lines[place]) == round+1 })
	}
}

func order(later bool) int {
	if later {
		return 1
	}
	return 0
}

func (t *ticket) stands(ahead int) {
	if t.ahead == ahead {
		return
	}
	t.ahead = ahead
	select {
	case t.moved <- struct{}{}:
	default: // it has yet to read the change before
	}
}

func without[T comparable](all []T, one T) []T {
	return slices.DeleteFunc(all, func(each T) bool { return each == one })
}
