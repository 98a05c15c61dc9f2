package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"crux/bot/digest"
)

// RunDigests posts digests as they fall due, until ctx ends; then it returns within 10 s.
func (b *Bot) RunDigests(ctx context.Context) error {
	group := sync.WaitGroup{}
	defer group.Wait()
	group.Go(func() { b.keepDue(ctx) })
	return b.digests.Run(ctx)
}

// newRunner returns what posts the digests.
func (b *Bot) newRunner() *digest.Runner {
	p := &poster{bot: b, made: map[int64]*Answer{}, refused: map[int64]bool{}}
	return digest.NewRunner(digest.Options{
		Platform: b.platform(), Storage: b.o.Storage, Poster: p, Lease: b.o.Lease, Ended: p.ended, Log: b.o.Log, Now: b.o.Now,
	})
}

// dueEvery is how often digests are looked for that have lost their next due time.
const dueEvery = time.Hour

// keepDue finds anew when digests are due whose next due time was set aside, as happens
// where the clock was set back.
func (b *Bot) keepDue(ctx context.Context) {
	tick := time.NewTicker(dueEvery)
	defer tick.Stop()
	for {
		if err := b.findDue(ctx); err != nil && ctx.Err() == nil {
			b.o.Log.Error("bot: digests without a due time not looked for", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (b *Bot) findDue(ctx context.Context) error {
	all, err := b.o.Storage.Digests(ctx, b.platform(), "")
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range all {
		if d.Paused || !d.Next.IsZero() {
			continue
		}
		schedule, err := d.schedule()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		// It may have been paused or posted meanwhile.
		now, err := b.o.Storage.DigestOf(ctx, d.ID)
		if next := schedule.Next(b.o.Now()); err == nil && !now.Paused && now.Next.IsZero() && !next.IsZero() {
			err = b.o.Storage.PauseDigest(ctx, d.ID, false, next.UTC())
		}
		if !errors.Is(err, ErrNotKept) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
