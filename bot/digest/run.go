package digest

import (
	"context"
	"errors"
	"time"
)

// Run is one posting of a digest: it begins at a due time and ends when the digest was
// posted, or when it is certain that it is not to be.
type Run struct {
	ID     int64
	Digest int64
	// Due is the due time that it is for; of a digest there is no second run for the same.
	Due time.Time
	// Mark is what its post carries: 22 letters and digits that nobody guesses.
	Mark string
	// Claim is who works on it now; see Storage.
	Claim string
	// Posting is when it may first have been posted, zero where it can't have been.
	Posting time.Time
	// Sources is what Draft.Sources was at Posting. Where Draft is given it, what it makes anew is to
	// hold it too: should the post that rests on it stand after all, it is filed with what is new.
	Sources []byte
	// Tries counts how often it was claimed.
	Tries int
}

// ErrLost says that the claim on a run ended: the run is another's now, was given back, or is finished.
var ErrLost = errors.New("digest: the run is another's")

// Storage keeps runs. Its methods may be called from several goroutines and processes.
//
// A claim ends when the run is claimed again, given back or finished; with one that ended, Posting,
// Extend, Retry and Finish return ErrLost and change nothing. From the end of its lease on a run may
// be claimed again. Until somebody does, whoever has it may go on, and extend the claim as before.
type Storage interface {
	// Claim takes at most n runs of a platform for a lease, those that have waited longest first:
	// those begun whose claim ended or whose time to be retried has come, and new ones of digests
	// that are due at now. A digest has one unfinished run at most, and no second run for a due time.
	// What is to come only more than FarAhead and a lease after now was noted while a clock was
	// ahead: such a run is taken at once, and such a time that was asked for is now.
	Claim(ctx context.Context, platform string, now time.Time, lease time.Duration, n int) ([]Run, error)
	// NextDue is when Claim will have something to take, zero where that is not known.
	NextDue(ctx context.Context, platform string) (time.Time, error)
	// Ask makes a digest due once more at a time, soon, though its schedule does not say so.
	Ask(ctx context.Context, digest int64, at time.Time) error
	// Posting notes that from now on the run may have been posted, resting on sources, and
	// extends the claim to now plus lease. The first such time stays.
	Posting(ctx context.Context, r Run, now time.Time, sources []byte, lease time.Duration) error
	// Extend extends the claim to now plus lease.
	Extend(ctx context.Context, r Run, now time.Time, lease time.Duration) error
	// Retry gives the run back, to be claimed again from at on.
	Retry(ctx context.Context, r Run, at time.Time) error
	// Finish ends the run, and says when its digest is due next.
	Finish(ctx context.Context, r Run, o Outcome) error
}

// FarAhead is longer than anything waits, besides a lease.
const FarAhead = time.Hour

// Outcome is how a run ended.
type Outcome struct {
	// At is when.
	At time.Time
	// Posted is true where the digest stands in its destination.
	Posted bool
	// Covered is up to when news was posted; zero changes nothing.
	Covered time.Time
	// Next is when the digest is due next, zero for never.
	Next time.Time
	// Failure is why nothing was posted though something should have been; "" where all went well.
	Failure string
}

// Draft is what a run is to post.
type Draft struct {
	// Content is for Poster.Post alone.
	Content any
	// Sources is what must be known of the post to take it down, should the process end before it is filed.
	Sources []byte
	// Covers is up to when it holds the news.
	Covers time.Time
	// Skip is true where nothing is to be posted.
	Skip bool
}

// Poster knows what digests say and where they go.
type Poster interface {
	// Draft composes what a run is to post. A *Refused says that it must not be posted.
	Draft(ctx context.Context, r Run) (Draft, error)
	// Post posts it, with the run's mark. A *Refused, or an error that wraps ErrNotPosted,
	// says that nothing was posted; after any other something may have been.
	Post(ctx context.Context, r Run, d Draft) (message string, err error)
	// Find is the message that carries the run's mark, "" where it is certain that there is none.
	Find(ctx context.Context, r Run) (message string, err error)
	// File notes where the run's post stands and what it rests on, so that it can be taken
	// down. Filing it again changes nothing.
	File(ctx context.Context, r Run, sources []byte, message string) error
	// Next is when the run's digest is due after a time, zero for never.
	Next(ctx context.Context, r Run, after time.Time) (time.Time, error)
	// Failed tells the digest's owner why it was not posted.
	Failed(ctx context.Context, r Run, why string)
}

// ErrNotPosted says of a post that failed that nothing of it stands anywhere, so that it may be tried again.
var ErrNotPosted = errors.New("digest: nothing was posted")

// Refused is why a digest must not be posted, in a sentence for its owner. It is not tried
// again before the next due time.
type Refused struct {
	Reason string
	// Gone is true where the digest, or its destination, is no more.
	Gone bool
}

func (r *Refused) Error() string { return "digest: refused: " + r.Reason }
