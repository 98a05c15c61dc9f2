package bot

import (
	"context"
	"errors"
	"slices"

	"crux/bot/digest"
)

// RunDigests posts digests as they fall due, until ctx ends; then it returns within 10 s.
func (b *Bot) RunDigests(ctx context.Context) error { return b.digests.Run(ctx) }

// newRunner returns what posts the digests.
func (b *Bot) newRunner() *digest.Runner {
	p := &poster{bot: b, made: map[int64]*Answer{}, refused: map[int64]bool{}}
	return digest.NewRunner(digest.Options{
		Platform: b.platform(), Storage: b.o.Storage, Poster: p, Lease: b.o.Lease, Renew: b.findDue, Ended: p.ended, Lost: p.lost, Log: b.o.Log, Now: b.o.Now,
	})
}

// findDue finds anew when digests are due whose next due time was set aside, or lies behind the next
// two of their schedule: both happen where the clock was set back. It removes those that nobody could remove.
func (b *Bot) findDue(ctx context.Context) error {
	all, err := b.o.Storage.Digests(ctx, b.platform(), "")
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range all {
		if d.By == "" && b.isForsaken(ctx, d) {
			errs = append(errs, b.o.Storage.RemoveDigest(ctx, d.ID))
			continue
		}
		if d.Paused {
			continue
		}
		schedule, err := d.schedule()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		next := schedule.NextN(b.o.Now(), 2)
		if len(next) < 2 || !d.Next.IsZero() && !d.Next.After(next[1]) {
			continue
		}
		errs = append(errs, b.o.Storage.ResetDigest(ctx, d, next[0].UTC()))
	}
	return errors.Join(errs...)
}

// isForsaken reports whether none of a digest's channels is in crux's sight any more. Where it is nobody's
// either, nobody could remove it.
func (b *Bot) isForsaken(ctx context.Context, d Digest) bool {
	return !slices.ContainsFunc(append([]Place{d.To}, d.From...), func(p Place) bool { return !b.isOutOfSight(ctx, p) })
}
