package bot

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"crux/bot/ledger"
)

// ledgerLocks let one goroutine at a time change a channel's ledger, so that within a process
// nobody's change is in vain. Channels that share a lock only wait for each other.
type ledgerLocks struct {
	seed  maphash.Seed
	locks [64]sync.Mutex
}

func newLedgerLocks() *ledgerLocks { return &ledgerLocks{seed: maphash.MakeSeed()} }

func (l *ledgerLocks) of(p Place) *sync.Mutex {
	return &l.locks[maphash.String(l.seed, p.Server+"/"+p.Channel)%uint64(len(l.locks))]
}

// mostTries is how often a ledger is read again that another process changed meanwhile.
const mostTries = 20

// changeLedger changes what is kept of a watched channel. change is given the ledger as it is
// kept, as often as another process changes it meanwhile, and says whether it changed anything; its
// error is returned as it is. A ledger of a channel that is watched no more is not kept.
func (b *Bot) changeLedger(ctx context.Context, p Place, change func(*Ledger) (bool, error)) (Ledger, error) {
	lock := b.ledgers.of(p)
	lock.Lock()
	defer lock.Unlock()
	for range mostTries {
		l, err := b.o.Storage.Ledger(ctx, b.platform(), p)
		if err != nil {
			return Ledger{}, fmt.Errorf("bot: %w", err)
		}
		before := l.Entries
		changed, err := change(&l)
		if err != nil || !changed {
			return l, err
		}
		l.Counts = l.Counts.Follow(before, l.Entries)
		switch err := b.o.Storage.PutLedger(ctx, b.platform(), p, l); {
		case err == nil:
			return l, nil
		case errors.Is(err, ErrNotKept):
			return Ledger{}, notFollowed()
		case !errors.Is(err, ErrChanged):
			return Ledger{}, fmt.Errorf("bot: %w", err)
		}
	}
	return Ledger{}, fmt.Errorf("bot: ledger: %w", ErrChanged)
}

// editLedger takes something out of a ledger alone, and says of how many entries.
func (b *Bot) editLedger(ctx context.Context, p Place, take taking) (changed int, err error) {
	_, err = b.changeLedger(ctx, p, func(l *Ledger) (bool, error) {
		entries, isChanged := l.take(take)
		changed = entries
		return isChanged, nil
	})
	return changed, err
}

// ledgerPlace is the watched channel in whose ledger the objections of a place are; false where there is none.
func (b *Bot) ledgerPlace(p Place, about Channel) (Place, bool) {
	channel := p.home()
	if !b.following.has(channel, "") && about.Parent != "" {
		channel.Channel = about.Parent
	}
	return channel, b.following.has(channel, "")
}

func notFollowed() *Refusal { return Refusef("I don't follow that channel.") }

// editedInLedger has the ledger of the channel heed what a message says now.
func (b *Bot) editedInLedger(ctx context.Context, p Place, parent, message, text string) {
	channel := p.home()
	if parent != "" && b.following.has(Place{Channel: parent}, "") {
		channel.Channel = parent
	}
	if !b.following.has(channel, "") {
		return
	}
	_, err := b.editLedger(ctx, channel, taking{
		entries: func(entries []ledger.Entry) ([]ledger.Entry, []string) { return ledger.Edit(entries, message, text) },
		reading: func(r *ledger.Reading) *ledger.Reading { return r.Edit(message, text) },
	})
	b.logLedger(err)
}

// eraseGone removes what is gone of a place from the ledger that it is in and from the store. The ledger
// comes first: whatever fails or ends crux, the store then has the messages still, so that the next
// reading in finds them gone. And it comes last, since until the store had lost them another
// process may have merged them in.
func (b *Bot) eraseGone(ctx context.Context, p Place, take taking, remove func() error) {
	of, err := b.ledgerOf(ctx, p)
	takeOut := func() error {
		if of == (Place{}) {
			return nil
		}
		if _, err := b.editLedger(ctx, of, take); refusal(err) == nil {
			return err
		}
		return nil // there is no such ledger any more
	}
	for _, step := range []func() error{takeOut, remove, takeOut} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		b.following.fellBehind(p)
		b.following.fellBehind(of)
		b.o.Log.Error("bot: deletion not stored", "error", err)
	}
}

// ledgerOf is the watched channel in whose ledger the words of a place are, the zero Place where there is none.
func (b *Bot) ledgerOf(ctx context.Context, p Place) (Place, error) {
	of := p.home()
	if b.following.has(of, "") {
		return of, nil
	}
	parent, err := b.o.Storage.Parent(ctx, b.platform(), of)
	if err != nil {
		return Place{}, fmt.Errorf("bot: %w", err)
	}
	of.Channel = parent
	if parent == "" || !b.following.has(of, "") {
		return Place{}, nil
	}
	return of, nil
}

// logLedger logs why a ledger did not take in what a message says now. The next reading of the channel makes up for it.
func (b *Bot) logLedger(err error) {
	if err != nil && refusal(err) == nil {
		b.o.Log.Error("bot: ledger not brought up to date", "error", err)
	}
}

// expireLedgers takes the words that are older than promised out of all ledgers.
func (b *Bot) expireLedgers(ctx context.Context) error {
	places, err := b.o.Storage.Ledgers(ctx, b.platform())
	errs := []error{err}
	for _, p := range places {
		oldest := b.oldest(ctx, p.Server)
		_, err := b.changeLedger(ctx, p, func(l *Ledger) (bool, error) { return l.expire(oldest), nil })
		if refusal(err) == nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// oldest is from when on texts of a server are kept.
func (b *Bot) oldest(ctx context.Context, server string) time.Time {
	return b.o.Now().Add(-b.retentionOf(ctx, server))
}

// followEvery is how often the objections of channels with new messages are followed though nobody asks.
const followEvery = time.Hour

// followObjections brings the ledgers of channels in which something was said up to date every now
// and then, so that what becomes of an objection is noticed before its words are too old, and keeps
// no words longer than promised.
func (b *Bot) followObjections(ctx context.Context) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		if err := b.expireLedgers(ctx); err != nil && ctx.Err() == nil {
			b.o.Log.Error("bot: old words not taken out of all ledgers", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := b.followTouched(ctx); err != nil && ctx.Err() == nil {
			b.o.Log.Error("bot: not all objections could be followed", "error", err)
		}
	}
}

func (b *Bot) followTouched(ctx context.Context) error {
	channels, err := b.o.Storage.Watched(ctx, b.platform())
	errs := []error{err}
	for _, c := range channels {
		if !b.following.untouch(c.Place) {
			continue
		}
		isDone, err := b.followsNow(ctx, c.Place)
		if isDone {
			var read ledgerReading
			read, err = b.bringUpToDate(ctx, c.Place, false, func(Progress) {})
			isDone = read.Degraded == ""
		}
		if err != nil || !isDone {
			b.following.touch(c.Place, "") // it is tried again
		}
		if refusal(err) == nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// modelFollowsEvery is how often a language model, whose every prompt costs, follows a channel about which nobody
// asks: less than a day, which is the least that texts are kept.
const modelFollowsEvery = 20 * time.Hour

// followsNow reports whether a channel in which something was said is followed now, though nobody asks.
func (b *Bot) followsNow(ctx context.Context, p Place) (bool, error) {
	by, err := b.readerFor(ctx, p.Server)
	if err != nil || !by.isModel() {
		return err == nil, err
	}
	l, err := b.o.Storage.Ledger(ctx, b.platform(), p)
	if err != nil {
		return false, fmt.Errorf("bot: %w", err)
	}
	return b.o.Now().Sub(l.Asked) >= modelFollowsEvery, nil
}
