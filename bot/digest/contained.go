package digest

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// contained is a Poster whose panics are errors: of Post one after which something may have been posted.
type contained struct{ poster Poster }

// panicked is the error of a Poster that panicked.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("digest: panic: %v\n%s", p.value, p.stack) }

// contain turns a panic into an error; it is to be deferred.
func contain(err *error) {
	if value := recover(); value != nil {
		*err = &panicked{value, debug.Stack()}
	}
}

func (c contained) Draft(ctx context.Context, r Run) (d Draft, err error) {
	defer contain(&err)
	return c.poster.Draft(ctx, r)
}

func (c contained) Post(ctx context.Context, r Run, d Draft) (message string, err error) {
	defer contain(&err)
	return c.poster.Post(ctx, r, d)
}

func (c contained) Find(ctx context.Context, r Run) (message string, err error) {
	defer contain(&err)
	return c.poster.Find(ctx, r)
}

func (c contained) File(ctx context.Context, r Run, sources []byte, message string) (err error) {
	defer contain(&err)
	return c.poster.File(ctx, r, sources, message)
}

func (c contained) Next(ctx context.Context, r Run, after time.Time) (next time.Time, err error) {
	defer contain(&err)
	return c.poster.Next(ctx, r, after)
}

// Failed contains a panic too, and says nothing of it: whether the owner was told changes nothing for the run.
func (c contained) Failed(ctx context.Context, r Run, why string) {
	var err error
	defer contain(&err)
	c.poster.Failed(ctx, r, why)
}
