package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"crux/summarize"
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
	case One, Correct:
		return b.correcting(ctx, r, progress)
	case Summary, Open, Mine, Mistaken, Answered:
	}
	// Before anything else, caches included: a report says what a channel says.
	if err := b.o.Platform.MayRead(ctx, r.Asker, r.Place); err != nil {
		return nil, err
	}
	a, found := b.recent.get(r)
	if !found {
		if err := b.limiter.allow(r.Asker, r.Here.Server, asked); err != nil {
			return nil, err
		}
		var err error
		if a, err = b.work(ctx, r, progress); err != nil {
			return nil, err
		}
		if b.o.Now().Sub(asked) > stale {
			if err := b.o.Platform.MayRead(ctx, r.Asker, r.Place); err != nil {
				return nil, err
			}
		}
		b.remember(ctx, a, asked)
	}
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

// work reads and judges, when it is the place's turn.
func (b *Bot) work(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	channel, err := b.o.Platform.Describe(ctx, r.Place)
	if err != nil {
		return nil, err
	}
	if channel.Container {
		return nil, Refusef("In a forum the debates are in its posts. Ask in a post, or name one as the channel.")
	}
	var a *Answer
	waiting := func(ahead int) { progress(Progress{Stage: Queued, Done: ahead}) }
	err = b.o.Queue.Do(ctx, b.platform()+"/"+r.Place.Channel+"/"+r.Place.Thread, waiting, func(ctx context.Context) error {
		a, err = b.report(ctx, r, channel, progress)
		return err
	})
	return a, err
}

// report reads the window, has it summarized, and leaves out what was deleted meanwhile.
func (b *Bot) report(ctx context.Context, r Request, channel Channel, progress func(Progress)) (*Answer, error) {
	job := b.gone.watch(r.Place.home())
	defer job.end()
	since := b.reports.begin()

	progress(Progress{Stage: Reading})
	read, err := b.read(ctx, r, channel, func(n int) { progress(Progress{Stage: Reading, Done: n}) })
	if err != nil {
		return nil, err
	}
	t := job.apply(&summarize.Transcript{Platform: b.platform(), Channel: channel.Name, Messages: read.Messages, Names: read.Names})
	request := summarize.Request{
		About:    r.Topic,
		OnlyOpen: r.Command == Open,
		Progress: func(done, total int) { progress(Progress{Stage: Judging, Done: done, Total: total}) },
	}
	report, cached, err := b.summarize(ctx, r.Place, t, request, since)
	// What was deleted or edited meanwhile may stand anywhere in the report, so it is made anew.
	for now := job.apply(t); err == nil && now != t; now = job.apply(t) {
		t = now
		report, cached, err = b.summarize(ctx, r.Place, t, request, since)
	}
	if err != nil {
		return nil, err
	}

	a := &Answer{Request: r, Channel: channel, Names: read.Names, Cached: cached, since: since}
	if read.unread != "" {
		a.Notes = []string{read.unread}
	}
	a.Request.Window, a.Request.Unread, a.Request.Fresh = bound(r, t), read.unread, false
	a.Sections = sections(r, report)
	return a, nil
}

// summarize answers from memory where it can. The report is the caller's to change.
// since is when the messages began to be read.
func (b *Bot) summarize(ctx context.Context, p Place, t *summarize.Transcript, r summarize.Request, since mark) (*summarize.Report, bool, error) {
	key := cacheKey(b.o.Engine, t, r)
	if report, ok := b.reports.get(key); ok {
		b.metrics.hits.Inc()
		return report, true, nil
	}
	report, dropped, err := b.o.Summarizer.Summarize(ctx, t, r)
	if err != nil {
		return nil, false, fmt.Errorf("bot: %w", err)
	}
	if n := dropped.Total(); n > 0 {
		b.o.Log.Debug("bot: verification left out or put right", "count", n)
	}
	ids := make([]string, len(t.Messages))
	for i, m := range t.Messages {
		ids[i] = m.ID
	}
	b.reports.put(key, p.home(), report, ids, since)
	return report, false, nil
}

// bound is the window of exactly these messages, so that a button means them later too.
func bound(r Request, t *summarize.Transcript) Window {
	if len(t.Messages) == 0 {
		return r.Window
	}
	return Window{From: t.Messages[0].ID, To: t.Messages[len(t.Messages)-1].ID}
}

// remember keeps what buttons and the asker's next request need.
func (b *Bot) remember(ctx context.Context, a *Answer, asked time.Time) {
	r := a.Request
	token := rand.Text()[:tokenLength]
	if err := b.o.Storage.KeepRequest(ctx, b.platform(), token, r, asked); err != nil {
		b.o.Log.Error("bot: request not kept, so its answer has no buttons", "error", err)
	} else {
		a.Token = token
	}
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
	if r.Command == Mine {
		return "What concerns you alone is shown to you alone.", nil
	}
	for _, check := range []func() error{
		func() error { return b.o.Platform.AllMayRead(ctx, r.Place, r.Here) },
		func() error { return b.o.Platform.MayPost(ctx, r.Here) },
	} {
		if err := check(); err != nil {
			if refused := refusal(err); refused != nil {
				return refused.Reason, nil
			}
			return "", err
		}
	}
	return "", nil
}
