package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Progress says how far an answer is.
type Progress struct {
	Stage Stage
	// Done of Total are done. Queued counts requests ahead in Done; Reading counts
	// messages in Done and knows no Total; Judging has both.
	Done, Total int
}

// Stage is what is being done for an answer.
type Stage string

// The stages, in order.
const (
	Queued  Stage = "queued"
	Reading Stage = "reading"
	Judging Stage = "judging"
)

// stale is how long a permission that was checked may wait for the answer before it is checked again.
const stale = 20 * time.Second

// Answer answers a request. An error that is a *Refusal is told to the asker as
// it stands; of any other only that something went wrong. progress, never nil, may
// be called often and from several goroutines, and must return soon.
func (b *Bot) Answer(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	began := b.o.Now()
	a, err := b.answer(ctx, r, progress)
	b.metrics.answered(r.Command, err, b.o.Now().Sub(began))
	return a, err
}

func (b *Bot) answer(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	asked := b.o.Now()
	switch r.Command {
	case Watch, Unwatch, Watched:
		return b.watching(ctx, r)
	case Digests:
		return b.digesting(ctx, r, progress)
	case Privacy:
		return b.privately(ctx, r)
	case Status:
		return b.status(ctx, r)
	case One, Correct:
		return b.correcting(ctx, r, progress)
	case Summary, Open, Mine, Mistaken, Answered:
	}
	places, err := b.readable(ctx, r)
	if err != nil {
		return nil, err
	}
	for range mostAnew {
		a, err := b.find(ctx, r, places, asked, progress)
		if err != nil {
			return nil, err
		}
		left, err := b.restsOnLeftOut(ctx, a)
		if err != nil {
			return nil, err
		}
		if !left {
			return b.addressed(ctx, a, r)
		}
		b.reports.clear()
		b.recent.clear()
	}
	return nil, Refusef("Somebody whose words this rests on asked to be left out meanwhile. Ask again.")
}

// mostAnew is how often an answer is made in vain while people ask to be left out.
const mostAnew = 3

// readable are the places that r asks about and that the asker may read. It comes before anything
// else, caches included: a report says what a channel says.
func (b *Bot) readable(ctx context.Context, r Request) ([]Place, error) {
	err := b.o.Platform.MayRead(ctx, r.Asker, r.Place)
	if len(r.Also) == 0 || err != nil && refusal(err) == nil {
		return []Place{r.Place}, err
	}
	var places []Place
	if err == nil {
		places = []Place{r.Place}
	}
	for _, p := range r.Also {
		refused := b.o.Platform.MayRead(ctx, r.Asker, p)
		switch {
		case refused == nil:
			places = append(places, p)
		case refusal(refused) == nil:
			return nil, refused
		}
	}
	if len(places) > 0 {
		return places, nil
	}
	return nil, err
}

// find takes the answer from memory or has it made.
func (b *Bot) find(ctx context.Context, r Request, places []Place, asked time.Time, progress func(Progress)) (*Answer, error) {
	if a, found := b.recent.get(r); found {
		return a, nil
	}
	if err := b.limiter.allow(r.Asker, r.Here.Server, asked); err != nil {
		return nil, err
	}
	a, err := b.work(ctx, r, places, progress)
	if err != nil {
		return nil, err
	}
	if err := b.stillReadable(ctx, r, places, asked); err != nil {
		return nil, err
	}
	b.remember(ctx, a, asked)
	return a, nil
}

// stillReadable checks again what the asker may read, where that was checked long ago.
func (b *Bot) stillReadable(ctx context.Context, r Request, places []Place, asked time.Time) error {
	if b.o.Now().Sub(asked) <= stale {
		return nil
	}
	now, err := b.readable(ctx, r)
	if err == nil && !slices.Equal(now, places) {
		return Refusef("What you may read changed meanwhile. Ask again.")
	}
	return err
}

// addressed is the answer to who asks.
func (b *Bot) addressed(ctx context.Context, a *Answer, r Request) (*Answer, error) {
	a.Request.Asker, a.Request.Here, a.Request.Share = r.Asker, r.Here, r.Share
	if r.Share {
		why, err := b.mayShare(ctx, r)
		if err != nil {
			return nil, err
		}
		a.Private = why
	}
	return a, nil
}

// work has the answer made: from the ledgers, where they have it, or else from a report.
func (b *Bot) work(ctx context.Context, r Request, places []Place, progress func(Progress)) (*Answer, error) {
	if followed := b.ledgersFor(r, places); len(followed) > 0 {
		a, err := b.fromLedgers(ctx, r, followed, progress)
		if err == nil && len(followed) < len(places) {
			a.addNote(sayFollowedNoMore)
		}
		return a, err
	}
	if !slices.Contains(places, r.Place) {
		return nil, notThere()
	}
	made, err := b.reportOn(ctx, r, progress)
	if err != nil {
		return nil, err
	}
	return made.answer(), nil
}

// remember keeps what buttons and the asker's next request need.
func (b *Bot) remember(ctx context.Context, a *Answer, asked time.Time) {
	r := a.Request
	b.keepRequest(ctx, a, asked)
	if err := b.o.Storage.Asked(ctx, b.platform(), r.Asker, r.Place, asked); err != nil {
		b.o.Log.Error("bot: time of the request not kept", "error", err)
	}
	b.recent.put(a)
	// Whatever happens from now on finds it there; what happened meanwhile did not.
	for _, s := range a.Sources() {
		if b.reports.changedSince(s.Place, s.Messages, a.since) {
			b.recent.forgetPlace(s.Place)
		}
	}
}

// keepRequest keeps the request of an answer, so that the answer can have buttons.
func (b *Bot) keepRequest(ctx context.Context, a *Answer, asked time.Time) {
	token := rand.Text()[:tokenLength]
	if err := b.o.Storage.KeepRequest(ctx, b.platform(), token, a.Request, asked); err != nil {
		b.o.Log.Error("bot: request not kept, so its answer has no buttons", "error", err)
		return
	}
	a.Token = token
}

// tokenLength is enough letters and digits that nobody guesses another's token.
const tokenLength = 22

// Again is the request kept under a button's token, asked anew by asker in the
// place here. It is a *Refusal where it is not kept any more.
func (b *Bot) Again(ctx context.Context, token, asker string, here Place) (Request, error) {
	r, err := b.o.Storage.Request(ctx, b.platform(), token)
	switch {
	case errors.Is(err, ErrNotKept) || (err == nil && r.Place.Server != here.Server):
		return Request{}, Refusef("This report is too old for its buttons. Ask again with /debate.")
	case err != nil:
		return Request{}, fmt.Errorf("bot: %w", err)
	}
	r.Asker, r.Here, r.Share = asker, here, false
	return r, nil
}

// mayShare says why an answer must stay private, "" where it may be shared.
func (b *Bot) mayShare(ctx context.Context, r Request) (why string, err error) {
	if r.Command.Private() {
		return "What concerns you alone is shown to you alone.", nil
	}
	for _, p := range slices.Concat([]Place{r.Place}, r.Also) {
		if err = b.o.Platform.AllMayRead(ctx, p, r.Here); err != nil {
			break
		}
	}
	if err == nil {
		err = b.o.Platform.MayPost(ctx, r.Here)
	}
	if refused := refusal(err); refused != nil {
		return refused.Reason, nil
	}
	return "", err
}
