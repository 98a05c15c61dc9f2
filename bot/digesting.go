package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// mostDigests is how many digests a server may have.
const mostDigests = 25

// digesting answers Digests.
func (b *Bot) digesting(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	if err := b.limiter.allow(r.Asker, r.Here.Server, b.o.Now()); err != nil {
		return nil, err
	}
	if r.Here.Server == "" {
		return nil, Refusef("Digests belong to the channels of a server. Ask for them in one.")
	}
	a, err := b.digestOrder(ctx, r, progress)
	if err == nil && r.Share {
		a.Private = "What is set up here is shown to you alone."
	}
	return a, err
}

func (b *Bot) digestOrder(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	switch r.Digest.Action {
	case DigestAdd:
		return b.addDigest(ctx, r)
	case DigestList:
		return b.listDigests(ctx, r)
	case DigestShow:
		return b.showDigest(ctx, r)
	case DigestPause:
		return b.pauseDigest(ctx, r)
	case DigestResume:
		return b.resumeDigest(ctx, r)
	case DigestRemove:
		return b.removeDigest(ctx, r)
	case DigestRun:
		return b.runDigest(ctx, r, progress)
	}
	return nil, Refusef("Say what to do with digests: add, list, show, pause, resume, remove or run one.")
}

// findDigest is the digest that an order names, of those that the asker may know of.
func (b *Bot) findDigest(ctx context.Context, r Request) (Digest, error) {
	unknown := Refusef("There is no digest %d that you may manage. Ask for the list: /debate digest list.", r.Digest.Number)
	d, err := b.o.Storage.Digest(ctx, b.platform(), r.Here.Server, r.Digest.Number)
	if errors.Is(err, ErrNotKept) {
		return Digest{}, unknown
	}
	if err != nil {
		return Digest{}, fmt.Errorf("bot: %w", err)
	}
	known, err := b.knows(ctx, r.Asker, d)
	if err != nil {
		return Digest{}, err
	}
	if !known {
		return Digest{}, unknown
	}
	return d, nil
}

// knows reports whether somebody may know of a digest: who manages its destination, and who
// made it where that is out of crux's sight.
func (b *Bot) knows(ctx context.Context, person string, d Digest) (bool, error) {
	err := b.o.Platform.MayManage(ctx, person, d.To)
	if err == nil {
		return true, nil
	}
	if isPassing(err) {
		return false, err
	}
	return person == d.By && b.isOutOfSight(ctx, d.To), nil
}

// mayChange refuses who doesn't manage the destination and all channels that a digest draws on.
func (b *Bot) mayChange(ctx context.Context, person string, d Digest) error {
	for _, p := range append([]Place{d.To}, d.From...) {
		if err := b.o.Platform.MayManage(ctx, person, p); err != nil {
			return err
		}
	}
	if !d.All {
		return nil
	}
	followed, err := b.followedIn(ctx, d.Server)
	if err != nil {
		return err
	}
	for _, p := range followed {
		if err := b.o.Platform.MayManage(ctx, person, p); isPassing(err) {
			return err
		} else if err != nil {
			return Refusef("That takes managing every channel that I follow here, and you don't. Name the channels instead.")
		}
	}
	return nil
}

// mayGoOn refuses as mayChange does, save that nobody need manage a channel that is gone: nothing is drawn from it any more.
func (b *Bot) mayGoOn(ctx context.Context, person string, d Digest) error {
	d.From = slices.DeleteFunc(slices.Clone(d.From), func(p Place) bool {
		_, err := b.o.Platform.Describe(ctx, p)
		return errors.Is(err, ErrGone)
	})
	return b.mayChange(ctx, person, d)
}

// mayEnd refuses as mayChange does, save that nobody need manage what is out of crux's sight: a
// digest whose channel is gone could never be removed otherwise. Then who made it may do so.
func (b *Bot) mayEnd(ctx context.Context, person string, d Digest) error {
	places := append([]Place{d.To}, d.From...)
	unseen := 0
	for _, p := range places {
		err := b.o.Platform.MayManage(ctx, person, p)
		switch {
		case err == nil:
		case !isPassing(err) && b.isOutOfSight(ctx, p):
			unseen++
		default:
			return err
		}
	}
	if unseen == len(places) && person != d.By {
		return Refusef("I can't see its channels any more, so only who set it up can end it.")
	}
	return nil
}

// isOutOfSight reports whether crux itself can't read a place, for good as far as it knows.
func (b *Bot) isOutOfSight(ctx context.Context, p Place) bool {
	_, err := b.o.Platform.Describe(ctx, p)
	return err != nil && !isPassing(err)
}

// isPassing reports whether an error says nothing about what was asked: a fault, or what may work later.
func isPassing(err error) bool {
	return err != nil && (refusal(err) == nil || errors.Is(err, ErrLater) || errors.Is(err, ErrThrottled))
}

// followedIn are the channels followed in a server, in the order in which they were added. It asks the
// store, since another process may have begun to follow one.
func (b *Bot) followedIn(ctx context.Context, server string) ([]Place, error) {
	all, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	var places []Place
	for _, c := range all {
		if c.Place.Server == server {
			places = append(places, c.Place)
		}
	}
	return places, nil
}

func (b *Bot) pauseDigest(ctx context.Context, r Request) (*Answer, error) {
	d, err := b.findDigest(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := b.mayEnd(ctx, r.Asker, d); err != nil {
		return nil, err
	}
	if d.Paused {
		return sayDigest(r, "Digest %d is paused already.", d.Number), nil
	}
	if err := b.o.Storage.PauseDigest(ctx, d.ID, true, time.Time{}); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.note(ctx, r.Asker, d.To, fmt.Sprintf("paused digest %d", d.Number))
	return sayDigest(r, "Digest %d is paused. What is new meanwhile is kept for when it goes on: /debate digest resume %d.", d.Number, d.Number), nil
}

func (b *Bot) resumeDigest(ctx context.Context, r Request) (*Answer, error) {
	d, err := b.findDigest(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := b.mayGoOn(ctx, r.Asker, d); err != nil {
		return nil, err
	}
	if !d.Paused {
		return sayDigest(r, "Digest %d is not paused.", d.Number), nil
	}
	schedule, err := d.schedule()
	if err != nil {
		return nil, err
	}
	now := b.o.Now()
	next := schedule.Next(now)
	if err := b.o.Storage.PauseDigest(ctx, d.ID, false, next.UTC()); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.digests.Wake()
	b.note(ctx, r.Asker, d.To, fmt.Sprintf("resumed digest %d", d.Number))
	return sayDigest(r, "Digest %d goes on. It is due %s, and tells what is new since %s.",
		d.Number, timeIn(next, schedule.Zone(), now), timeIn(d.since(now), schedule.Zone(), now)), nil
}

func (b *Bot) removeDigest(ctx context.Context, r Request) (*Answer, error) {
	d, err := b.findDigest(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := b.mayEnd(ctx, r.Asker, d); err != nil {
		return nil, err
	}
	if err := b.o.Storage.RemoveDigest(ctx, d.ID); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.note(ctx, r.Asker, d.To, fmt.Sprintf("removed digest %d", d.Number))
	return sayDigest(r, "Digest %d is removed. What it posted stays, and so do the channels that I follow.", d.Number), nil
}

func (b *Bot) runDigest(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	d, err := b.findDigest(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := b.mayGoOn(ctx, r.Asker, d); err != nil {
		return nil, err
	}
	if r.Digest.Dry {
		return b.tryDigest(ctx, r, d, progress)
	}
	to, err := b.destination(ctx, d.To)
	if err != nil {
		return nil, err
	}
	if _, err := b.proved(ctx, d); err != nil {
		return nil, err
	}
	if err := b.o.Storage.Ask(ctx, d.ID, b.o.Now().UTC()); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.digests.Wake()
	b.note(ctx, r.Asker, d.To, fmt.Sprintf("had digest %d posted", d.Number))
	said := "Digest %d is being posted in #%s."
	if d.Quiet {
		said = "Digest %d is being put together. It is posted in #%s, unless nothing is new."
	}
	return sayDigest(r, said+" What becomes of it is in /debate digest show %d.", d.Number, to.Name, d.Number), nil
}

// sayDigest is an answer of one or several lines.
func sayDigest(r Request, format string, args ...any) *Answer {
	return &Answer{Request: r, Said: fmt.Sprintf(format, args...)}
}
