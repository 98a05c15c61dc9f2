package llm

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"crux/summarize"
)

// reading is one reading of a transcript.
type reading struct {
	*Engine
	sheet *sheet
	steps *steps

	mu sync.Mutex
	// first is the first fault there was.
	first error
	// lacks are what the report has to say that it lacks, in sentences.
	lacks []string
	asked int
	spent Usage
}

// A fault of one prompt costs what that prompt was for and no more, so long as that is less than
// half of its pass: the report then says what it lacks. From half on another engine reads it all.

// pass notes a fault. It returns nil where the fault is of the one prompt, so that other prompts
// may fare better, and else the fault, upon which nothing more is asked.
func (r *reading) pass(ctx context.Context, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil { // of another prompt, of all together, or of whoever asked
		r.overdue(ctx)
		return ctx.Err()
	}
	if r.first == nil {
		r.first = err
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		switch f.Kind {
		case Unreadable, Declined, Rejected:
			return nil
		}
	}
	return err
}

// enough is nil where a pass lost less than half of what it was for. err is what ended it, if anything did.
func (r *reading) enough(ctx context.Context, err error, lost, all int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil && !r.overdue(ctx) {
		return ctx.Err()
	}
	if 2*lost >= all && lost > 0 || err != nil && r.first == nil {
		if r.first != nil {
			return r.first
		}
		return err
	}
	return nil
}

// overdue reports whether all that the model may take has passed, which is a fault as any other. The lock is held.
func (r *reading) overdue(ctx context.Context) bool {
	fault, ok := errors.AsType[*Fault](context.Cause(ctx))
	if ok && r.first == nil {
		r.first = fault
	}
	return ok
}

// leftOut has the report say what it lacks.
func (r *reading) leftOut(sentence string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lacks = append(r.lacks, sentence)
}

// fault is what was wrong first, in words.
func (r *reading) fault() FaultKind {
	r.mu.Lock()
	defer r.mu.Unlock()
	return kindOf(r.first)
}

// eachAtOnce calls do for the numbers up to n, a few at a time, until one fails. A panic is a fault of one.
func (e *Engine) eachAtOnce(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(e.o.AtOnce)
	for i := range n {
		group.Go(func() (err error) {
			defer func() {
				if value := recover(); value != nil {
					err = &Fault{Kind: Unreadable, Err: fmt.Errorf("llm: panic: %v\n%s", value, debug.Stack())}
				}
			}()
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, i)
		})
	}
	return group.Wait()
}

// cover is which rows of a plan were read.
type cover struct {
	mu   sync.Mutex
	rows map[int]bool // whether a row was read
}

func newCover(plan [][]window) *cover {
	c := &cover{rows: map[int]bool{}}
	for _, w := range slices.Concat(plan...) {
		for _, n := range w.new() {
			c.rows[n] = false
		}
	}
	return c
}

// new are the rows that are not there for context.
func (w *window) new() []int {
	i, _ := slices.BinarySearch(w.rows, w.context+1)
	return w.rows[i:]
}

func (c *cover) read(w window) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range w.new() {
		c.rows[n] = true
	}
}

func (c *cover) all() int { return len(c.rows) }

func (c *cover) unread() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, was := range c.rows {
		if !was {
			n++
		}
	}
	return n
}

// debates are what is made of drafts, with what was of no use in the log.
func (r *reading) debates(drafts []draft) []summarize.Debate {
	a := &assembler{sheet: r.sheet}
	debates := a.debates(drafts)
	r.o.Log.Info("llm: read", "model", r.o.Model.Name(), "prompts", r.asked, "input", r.spent.Input, "cached", r.spent.Cached, "kept", r.spent.Kept, "output", r.spent.Output,
		"quotes", a.tally.quotes, "mended", a.tally.mended, "not_found", a.tally.lost)
	return debates
}

// degraded says what the report lacks, "" where nothing.
func (r *reading) degraded() string { return strings.Join(r.lacks, " ") }
