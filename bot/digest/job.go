package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// A run that failed is tried again after firstPause, then after twice that and so on, up to longestPause.
	firstPause   = time.Second
	longestPause = 5 * time.Minute
	// longestTry is how long a run is tried at most, where its digest is not due again before.
	longestTry = 24 * time.Hour
	// fewestTries are made of a run before it is given up for the next: one that an earlier process
	// left behind may be late without having been tried much.
	fewestTries = 10
	// mostTries are made of a run, whatever the clock says: as many as fit into longestTry where every
	// pause is as short as chance can make it, and the quick ones of the beginning.
	mostTries = int(longestTry/(longestPause/2)) + fewestTries
	// mostMissed is how many missed due times are passed over at once.
	mostMissed = 1000

	// failedTooLong is said to the owner of a digest whose run failed until the next was due.
	failedTooLong = "It could not be put together or posted in time. What is new is kept for the next one."
	// failedToLook is said where it could not be looked up whether a run was posted.
	failedToLook = "I could not look up whether it was posted. What it was to tell is told in the next one."
)

// job is the work on a run while a claim of it holds.
type job struct {
	*Runner
	run Run
	// was is what the run may have been posted with before.
	was noted
	// until is when the claim ends, by the monotonic clock; it moves on where the claim is extended.
	until time.Time
}

// noted is what Storage.Posting keeps of a draft: a post that is found after a crash is filed and counted as covered by it.
type noted struct {
	Covers  time.Time `json:"covers"`
	Sources []byte    `json:"sources"`
}

// work takes the run as far as it goes now: to its end, or to when it is to be tried again.
func (j *job) work(ctx context.Context) {
	if !j.run.Posting.IsZero() {
		j.readNoted()
		if !j.look(ctx) {
			return
		}
	}
	draft, ok := j.draft(ctx)
	switch {
	case !ok:
	case draft.Skip:
		j.finish(ctx, Outcome{Covered: draft.Covers})
	default:
		j.post(ctx, draft)
	}
}

// readNoted has the run's sources be the Poster's own again.
func (j *job) readNoted() {
	if err := json.Unmarshal(j.run.Sources, &j.was); err != nil {
		j.o.Log.Error("digest: what a post rests on can't be read", "run", j.run.ID, "error", err)
	}
	j.run.Sources = j.was.Sources
}

// look looks for the post of a run that may have been posted, and reports whether it is to be posted now.
func (j *job) look(ctx context.Context) (isClear bool) {
	known := j.traces.of(j.run, j.o.Lease)
	if known.none {
		j.run.Sources = nil
		return true
	}
	message, looked := known.message, time.Now()
	if message == "" {
		ending, cancel := context.WithDeadline(ctx, j.until)
		defer cancel()
		var err error
		if message, err = j.o.Poster.Find(ending, j.run); err != nil {
			j.retryLooking(ctx, err)
			return false
		}
	}
	if message != "" {
		j.settle(ctx, j.was, message)
		return false
	}
	if wait := known.clear.Sub(looked); wait > 0 {
		j.retry(ctx, j.o.Now().Add(wait))
		return false
	}
	return true
}

// retryLooking has the run looked for again. Where that is refused, or fails for too long, nobody can
// tell whether it was posted: it ends, and its news is told again rather than never.
func (j *job) retryLooking(ctx context.Context, err error) {
	if refused, ok := errors.AsType[*Refused](err); ok {
		j.fail(ctx, refused)
		return
	}
	if ctx.Err() == nil && j.isOverlong() {
		j.o.Log.Warn("digest: not looked for any more", "digest", j.run.Digest, "run", j.run.ID, "error", err)
		j.fail(ctx, &Refused{Reason: failedToLook})
		return
	}
	j.retryAfter(ctx, fmt.Errorf("digest: looking for the post: %w", err), 0)
}

// post posts a draft, of which it is certain that nothing stands yet.
func (j *job) post(ctx context.Context, draft Draft) {
	if ctx.Err() != nil {
		j.retry(ctx, j.o.Now())
		return
	}
	was := noted{Covers: draft.Covers, Sources: draft.Sources}
	until := time.Now().Add(j.o.Lease)
	j.traces.note(j.run, trace{clear: until})
	if err := j.notePosting(ctx, was); err != nil {
		j.traces.note(j.run, trace{none: true})
		if errors.Is(err, ErrLost) {
			j.lose()
		} else {
			j.retryAfter(ctx, fmt.Errorf("digest: noting that it is posted: %w", err), 0)
		}
		return
	}
	j.until = until
	message, err := j.send(ctx, draft)
	refused, isRefused := errors.AsType[*Refused](err)
	switch {
	case err == nil:
		j.traces.note(j.run, trace{message: message})
		j.settle(ctx, was, message)
	case isRefused:
		j.traces.note(j.run, trace{none: true})
		j.fail(ctx, refused)
	case errors.Is(err, ErrNotPosted):
		j.traces.note(j.run, trace{none: true})
		j.again(ctx, fmt.Errorf("digest: posting: %w", err), 0)
	default:
		j.traces.note(j.run, trace{clear: time.Now().Add(j.margin())})
		j.retryAfter(ctx, fmt.Errorf("digest: posting, with a doubtful end: %w", err), j.margin())
	}
}

// margin is what a post that was cut off is given to arrive, and what a post or a draft leaves of the claim.
func (j *job) margin() time.Duration { return j.o.Lease / 4 }

func (j *job) notePosting(ctx context.Context, was noted) error {
	sources, err := json.Marshal(was)
	if err != nil {
		return err
	}
	longer, cancel := j.outlasting(ctx)
	defer cancel()
	return j.o.Storage.Posting(longer, j.run, j.o.Now(), sources, j.o.Lease)
}

// send posts within the claim, so that nothing arrives after another may have taken over.
func (j *job) send(ctx context.Context, draft Draft) (message string, err error) {
	longer, cancel := outlasting(ctx, postWithin)
	defer cancel()
	longer, cancel = context.WithDeadline(longer, j.until.Add(-j.margin()))
	defer cancel()
	if err := longer.Err(); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotPosted, err)
	}
	return j.o.Poster.Post(longer, j.run, draft)
}

// settle ends a run of which the post stands.
func (j *job) settle(ctx context.Context, was noted, message string) {
	longer, cancel := j.outlasting(ctx)
	defer cancel()
	if err := j.o.Poster.File(longer, j.run, was.Sources, message); err != nil {
		j.retryAfter(ctx, fmt.Errorf("digest: filing the post: %w", err), 0)
		return
	}
	j.finish(ctx, Outcome{Posted: true, Covered: was.Covers})
}

// fail ends a run that must not be posted. The owner is told before it is noted, so that what
// the digest's last run came to can still be looked up.
func (j *job) fail(ctx context.Context, refused *Refused) {
	if ctx.Err() != nil {
		j.retry(ctx, j.o.Now())
		return
	}
	j.tell(ctx, refused.Reason)
	o := Outcome{Failure: refused.Reason}
	if refused.Gone {
		j.end(ctx, o)
		return
	}
	j.finish(ctx, o)
}

// tell tells the owner why nothing is posted, once of each run.
func (j *job) tell(ctx context.Context, why string) {
	if !j.traces.tells(j.run) {
		return
	}
	ending, cancel := context.WithDeadline(ctx, j.until)
	defer cancel()
	j.o.Poster.Failed(ending, j.run, why)
}

// finish ends the run; the digest is due next at its first due time from now on: one run makes up for all that were missed.
// Where that can't be found for long, it is left to Options.Renew.
func (j *job) finish(ctx context.Context, o Outcome) {
	next, err := j.nextAfter(ctx, later(j.run.Due, j.o.Now()))
	if err != nil && (ctx.Err() != nil || j.run.Tries < fewestTries) {
		j.retryAfter(ctx, fmt.Errorf("digest: finding the next due time: %w", err), 0)
		return
	}
	if err != nil {
		j.o.Log.Error("digest: the next due time is not known", "digest", j.run.Digest, "error", err)
	}
	o.Next = next
	j.end(ctx, o)
}

// end notes how the run ended.
func (j *job) end(ctx context.Context, o Outcome) {
	o.At = j.o.Now()
	longer, cancel := j.outlasting(ctx)
	defer cancel()
	switch err := j.o.Storage.Finish(longer, j.run, o); {
	case err == nil:
		j.traces.drop(j.run)
		j.o.Ended(j.run, o)
	case errors.Is(err, ErrLost):
		j.lose()
	default:
		j.retryAfter(ctx, fmt.Errorf("digest: noting the end: %w", err), 0)
	}
}

// lose forgets a run that another has now, or whose digest was removed.
func (j *job) lose() {
	if j.traces.drop(j.run) {
		j.o.Lost(j.run)
	}
}

// again has a run tried again of which it is certain that nothing was posted, until its digest is
// due anew: then it ends, and the run of the later due time covers all. A pause is at least so long.
func (j *job) again(ctx context.Context, err error, atLeast time.Duration) {
	if ctx.Err() != nil {
		j.retry(ctx, j.o.Now())
		return
	}
	if j.run.Tries < fewestTries {
		j.retryAfter(ctx, err, atLeast)
		return
	}
	due, faulty := j.missed(ctx)
	if faulty != nil {
		err = errors.Join(err, faulty)
	}
	switch {
	case !due.IsZero():
		j.o.Log.Warn("digest: given up for the next", "digest", j.run.Digest, "run", j.run.ID, "error", err)
		j.tell(ctx, failedTooLong)
		j.end(ctx, Outcome{Failure: failedTooLong, Next: due})
	case j.isOverlong():
		j.fail(ctx, &Refused{Reason: failedTooLong})
	default:
		j.retryAfter(ctx, err, atLeast)
	}
}

// isOverlong reports whether the run was tried often, and for long since it was due or first posted.
func (j *job) isOverlong() bool {
	lasts := j.o.Now().Sub(later(j.run.Due, j.run.Posting))
	return j.run.Tries >= fewestTries && lasts > longestTry || j.run.Tries >= mostTries
}

// missed is the last due time after the run's that has come, zero where none has.
func (j *job) missed(ctx context.Context) (time.Time, error) {
	var last time.Time
	now := j.o.Now()
	for range mostMissed {
		next, err := j.nextAfter(ctx, later(j.run.Due, last))
		if err != nil || next.IsZero() || next.After(now) {
			return last, err
		}
		last = next
	}
	return last, nil
}

func (j *job) nextAfter(ctx context.Context, after time.Time) (time.Time, error) {
	longer, cancel := j.outlasting(ctx)
	defer cancel()
	return j.o.Poster.Next(longer, j.run, after)
}

// retryAfter has the run tried again after a pause that grows with each try, and is at least so long.
func (j *job) retryAfter(ctx context.Context, err error, atLeast time.Duration) {
	if ctx.Err() != nil {
		j.retry(ctx, j.o.Now().Add(atLeast))
		return
	}
	wait := max(pause(j.run.Tries), atLeast)
	j.o.Log.Warn("digest: to be tried again", "digest", j.run.Digest, "run", j.run.ID, "tries", j.run.Tries, "in", wait, "error", err)
	j.retry(ctx, j.o.Now().Add(wait))
}

// retry gives the run back. Where that fails, it is claimed again after its lease.
func (j *job) retry(ctx context.Context, at time.Time) {
	longer, cancel := j.outlasting(ctx)
	defer cancel()
	switch err := j.o.Storage.Retry(longer, j.run, at); {
	case errors.Is(err, ErrLost):
		j.lose()
	case err != nil:
		j.o.Log.Warn("digest: a run waits for the end of its lease", "run", j.run.ID, "error", err)
	}
}

// outlasting is a context for what is to be noted, also when Run's context has ended.
func (j *job) outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	return outlasting(ctx, endWithin)
}

// pause is how long to wait after so many tries: half of it is certain, and half left to
// chance, so that runs that failed together are not tried together.
func pause(tries int) time.Duration {
	certain := shortestPause(tries)
	return certain + rand.N(certain+1)
}

// shortestPause is the half of a pause that is certain.
func shortestPause(tries int) time.Duration {
	whole := longestPause
	if doublings := max(tries-1, 0); doublings < 9 {
		whole = min(firstPause<<doublings, longestPause)
	}
	return whole / 2
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
