package digest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// overlongPause is how long a run waits at least after a draft that took too long: each costs as
// much as the last, and whoever reads for it may be paid for that. It is less than FarAhead.
const overlongPause = 30 * time.Minute

// Why a draft was cut short.
var (
	errOverlong = errors.New("it took too long")
	errUnheld   = errors.New("the claim could not be extended")
)

// draft composes what is to be posted, and reports whether there is something to go on with.
func (j *job) draft(ctx context.Context) (Draft, bool) {
	draft, err := j.drafted(ctx)
	refused, isRefused := errors.AsType[*Refused](err)
	switch {
	case err == nil:
		return draft, true
	case errors.Is(err, ErrLost):
		j.lose()
	case isRefused:
		j.fail(ctx, refused)
	case errors.Is(err, errOverlong):
		j.again(ctx, fmt.Errorf("digest: drafting: %w", err), overlongPause)
	default:
		j.again(ctx, fmt.Errorf("digest: drafting: %w", err), 0)
	}
	return Draft{}, false
}

// drafted has the Poster draft, and extends the claim meanwhile.
func (j *job) drafted(ctx context.Context) (Draft, error) {
	bounded, cancel := context.WithTimeoutCause(ctx, j.o.DraftWithin, errOverlong)
	defer cancel()
	ending, end := context.WithCancelCause(bounded)
	var extending sync.WaitGroup
	extending.Go(func() { end(j.extend(ending)) })
	stop := func() {
		end(nil)
		extending.Wait()
	}
	defer stop()
	draft, err := j.o.Poster.Draft(ending, j.run)
	stop()
	why := context.Cause(ending)
	switch {
	case errors.Is(why, ErrLost):
		return Draft{}, why
	case err != nil && (errors.Is(why, errOverlong) || errors.Is(why, errUnheld)):
		return Draft{}, fmt.Errorf("%w: %w", why, err)
	}
	return draft, err
}

// extend extends the claim every third of the lease until ctx ends, and tries that more often where it
// fails. It returns ErrLost where another has the run, and errUnheld while there is time yet to give it back.
func (j *job) extend(ctx context.Context) error {
	timer := time.NewTimer(j.o.Lease / 3)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		until := time.Now().Add(j.o.Lease)
		err := j.extendOnce(ctx)
		switch {
		case err == nil:
			j.until = until
			timer.Reset(j.o.Lease / 3)
			continue
		case errors.Is(err, ErrLost):
			return ErrLost
		case ctx.Err() != nil:
			return nil
		case !time.Now().Before(j.until.Add(-j.margin())):
			return fmt.Errorf("%w: %w", errUnheld, err)
		}
		j.o.Log.Warn("digest: the claim is to be extended again", "run", j.run.ID, "error", err)
		timer.Reset(j.o.Lease / 12)
	}
}

func (j *job) extendOnce(ctx context.Context) error {
	ending, cancel := context.WithDeadline(ctx, j.until.Add(-j.margin()))
	defer cancel()
	return j.o.Storage.Extend(ending, j.run, j.o.Now(), j.o.Lease)
}
