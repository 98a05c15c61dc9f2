package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// namedPlace is a place with what it is.
type namedPlace struct {
	Place
	Channel Channel
}

// What is said where a digest must not be posted. It is kept with the digest and shown to who
// manages its destination, so it names no channel.
const (
	sayUnproved   = "Not everyone who may read where it goes may read all of the channels that it draws on."
	sayChanged    = "Who may read what it draws on changed just now."
	sayUnfollowed = "What I follow here changed just now. Try again in a moment."
	sayNothing    = "I follow none of the channels that it draws on any more."
	sayPaused     = "The channel that it goes to is gone, or closed to me, so it is paused."
	sayNoPost     = "I can't post where it goes. See that I may read and write there."
	sayNoFind     = "I can't read where it goes, so I can't tell whether it was posted. See that I may read and write there."
	sayThrottled  = "I am let read so little where it draws on that I can't check what still stands there."
	// sayUnreadable is said where it can't be told which of the channels it is.
	sayUnreadable = "I can't read all of the channels that it draws on."
	sayNoneOpen   = "Of the channels that I follow, there is none that everyone may read who may read where it goes."
)

// destination is where a digest goes. It is a *Refusal where crux may not post there.
func (b *Bot) destination(ctx context.Context, to Place) (Channel, error) {
	about, err := b.o.Platform.Describe(ctx, to)
	if err != nil {
		return Channel{}, err
	}
	return about, b.o.Platform.MayPost(ctx, to)
}

// proved are the channels that a digest draws on at this moment: of those that it names, the ones that
// are followed and still there, all of them proved to be open to everyone who may read its
// destination. Of a digest of all that is followed those not proved are left out. It is a
// *Refusal where the digest must not be posted.
func (b *Bot) proved(ctx context.Context, d Digest) ([]namedPlace, error) {
	wanted, err := b.wanted(ctx, d)
	if err != nil {
		return nil, err
	}
	var sources []namedPlace
	for _, p := range wanted {
		about, err := b.source(ctx, p, d.To)
		switch {
		case err == nil:
			sources = append(sources, namedPlace{p, about})
		case isPassing(err):
			return nil, err
		case errors.Is(err, ErrGone), d.All:
		default:
			return nil, &Refusal{Reason: sayUnproved, Err: err}
		}
	}
	switch {
	case len(sources) > 0:
		return sources, nil
	case d.All:
		return nil, Refusef(sayNoneOpen)
	}
	return nil, Refusef(sayNothing)
}

// wanted are the channels that a digest is to draw on, of those that are followed.
func (b *Bot) wanted(ctx context.Context, d Digest) ([]Place, error) {
	followed, err := b.followedIn(ctx, d.Server)
	if err != nil || d.All {
		return followed, err
	}
	return slices.DeleteFunc(slices.Clone(d.From), func(p Place) bool { return !slices.Contains(followed, p) }), nil
}

// learn begins to follow what another process on the same store was told to follow. It is read
// in when its ledger is brought up to date. What is followed no more by now is refused.
func (b *Bot) learn(ctx context.Context, sources []namedPlace) error {
	isNew := func(s namedPlace) bool { return !b.following.has(s.Place, "") }
	if !slices.ContainsFunc(sources, isNew) {
		return nil
	}
	// Whoever unfollows one has done so, or waits until it is known to be followed.
	b.following.gate.RLock()
	defer b.following.gate.RUnlock()
	followed, err := b.followedIn(ctx, sources[0].Server)
	if err != nil {
		return err
	}
	for _, s := range sources {
		if !slices.Contains(followed, s.Place) {
			return &Refusal{Reason: sayUnfollowed, Err: ErrLater}
		}
		if isNew(s) {
			b.following.set(s.Place.Channel, true)
		}
	}
	return nil
}

// tellOfLost tells who set digests up that they draw on a channel no more: it is not followed any longer.
func (b *Bot) tellOfLost(ctx context.Context, p Place) error {
	all, err := b.o.Storage.Digests(ctx, b.platform(), p.Server)
	errs := []error{err}
	for _, d := range all {
		if d.By != "" && slices.Contains(d.From, p) {
			errs = append(errs, b.o.Platform.Tell(ctx, d.By, d.Server, fmt.Sprintf(
				"I don't follow %s any longer, so digest %d, in %s, tells nothing of it.", b.nameFor(ctx, d.By, p), d.Number, b.nameFor(ctx, d.By, d.To))))
		}
	}
	return errors.Join(errs...)
}

// source is a channel, proved to be open to everyone who may read the destination.
func (b *Bot) source(ctx context.Context, p, to Place) (Channel, error) {
	about, err := b.o.Platform.Describe(ctx, p)
	if err != nil {
		return Channel{}, err
	}
	return about, b.o.Platform.AllMayRead(ctx, p, to)
}

// onlyYou begins the reasons for which something is not shown to all.
const onlyYou = "Only you see this, because "

// whyNot is the reason for which a channel can't be drawn on, to who manages both.
func whyNot(from, to string, err error) error {
	refused := refusal(err)
	if refused == nil || isPassing(err) {
		return err
	}
	why, isProof := strings.CutPrefix(refused.Reason, onlyYou)
	if !isProof {
		return err
	}
	return &Refusal{
		Reason: "What is said in #" + from + " can't go to #" + to + ", since not everyone there is proved to be able to read it: " + why,
		Err:    err,
	}
}
