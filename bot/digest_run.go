package bot

import (
	"context"
	"errors"

	"crux/bot/digest"
)

// RunDigests posts digests as they fall due, until ctx ends; then it returns within 10 s.
func (b *Bot) RunDigests(ctx context.Context) error { return b.digests.Run(ctx) }

// newRunner returns what posts the digests.
func (b *Bot) newRunner() *digest.Runner {
	p := &poster{bot: b, made: map[int64]*Answer{}, refused: map[int64]bool{}}
	return digest.NewRunner(digest.Options{
		Platform: b.platform(), Storage: b.o.Storage, Poster: p, Lease: b.o.Lease, Renew: b.findDue, Ended: p.ended, Log: b.o.Log, Now: b.o.Now,
	})
}

// findDue finds anew when digests are due whose next due time was set aside, or lies behind the next
// two of their schedule: both happen where the clock was set back.
func (b *Bot) findDue(ctx context.Context) error {
	all, err := b.o.Storage.Digests(ctx, b.platform(), "")
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range all {
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
		// It may have been paused or posted meanwhile.
		now, err := b.o.Storage.DigestOf(ctx, d.ID)
		if err == nil && !now.Paused && now.Next.Equal(d.Next) {
			err = b.o.Storage.PauseDigest(ctx, d.ID, false, next[0].UTC())
		}
		if !errors.Is(err, ErrNotKept) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
