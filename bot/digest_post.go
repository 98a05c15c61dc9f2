package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"crux/bot/digest"
)

const (
	// startsFor is how long after its start crux has digests wait for events to arrive: what was
	// said while it did not run belongs in them.
	startsFor = 2 * time.Minute
	// triesUnread is how often a digest is tried of channels that are not read in.
	triesUnread = 6
	// clocksApart is by how much the platform's clock may be behind ours.
	clocksApart = 5 * time.Minute
)

// errNotReadIn is why a digest waits.
var errNotReadIn = errors.New("bot: what was said meanwhile is not read in yet")

// poster is the bot as it posts digests.
type poster struct {
	bot *Bot

	mu sync.Mutex
	// made are the answers that were drafted in this process, without words: of whom they tell, and since when.
	// refused are the runs that were refused. Both are by run.
	made    map[int64]*Answer
	refused map[int64]bool
}

var _ digest.Poster = (*poster)(nil)

// draft is the Content of a digest.Draft.
type draft struct {
	digest Digest
	answer *Answer
	// sources are what it draws on, proved at a time to be open to everyone in the destination.
	sources []namedPlace
	proved  time.Time
}

// Draft composes a digest of what everyone in its destination is proved to be able to read.
func (p *poster) Draft(ctx context.Context, run digest.Run) (digest.Draft, error) {
	b := p.bot
	ctx = once(ctx, b.o.Now) // what several checks of one proof ask is asked once
	d, err := b.digestOf(ctx, run)
	if err != nil {
		return digest.Draft{}, p.refuse(run, err)
	}
	if d.Paused && !d.isAsked(run) {
		return digest.Draft{Skip: true}, nil
	}
	proved := b.o.Now()
	sources, err := p.mayPost(ctx, d)
	if err != nil {
		return digest.Draft{}, p.refuse(run, err)
	}
	if b.isStarting() {
		return digest.Draft{}, errNotReadIn
	}
	made, err := b.compose(ctx, d, sources, func(Progress) {})
	if err != nil {
		err = nameless(err, sayUnreadable)
		if errors.Is(err, ErrThrottled) && run.Tries > triesUnread {
			err = &Refusal{Reason: sayThrottled}
		}
		return digest.Draft{}, p.refuse(run, err)
	}
	if made.isCut && run.Tries <= triesUnread && !b.areReadIn(sources) {
		return digest.Draft{}, errNotReadIn // what stands can't be told from what was deleted meanwhile
	}
	if !made.isNew && d.Quiet {
		return digest.Draft{Covers: made.covers, Skip: true}, nil
	}
	a := made.answer
	if leftOut, err := b.restsOnLeftOut(ctx, a); err != nil || leftOut {
		return digest.Draft{}, errors.Join(err, errors.New("bot: somebody was left out meanwhile"))
	}
	if err := b.keepUnder(ctx, a, run.Mark); err != nil {
		return digest.Draft{}, err
	}
	a.Request.Here = d.To
	before, err := readFiled(run.Sources)
	if err != nil {
		return digest.Draft{}, err
	}
	encoded, err := json.Marshal(before.with(filed{To: d.To, Sources: a.Sources(), People: a.people}))
	if err != nil {
		return digest.Draft{}, fmt.Errorf("bot: digest: %w", err)
	}
	p.mu.Lock()
	p.made[run.ID] = &Answer{people: a.people, since: a.since, heeded: a.heeded}
	p.mu.Unlock()
	return digest.Draft{Content: draft{d, a, sources, proved}, Sources: encoded, Covers: made.covers}, nil
}

// digestOf is the digest of a run. It is a *digest.Refused where it was removed.
func (b *Bot) digestOf(ctx context.Context, run digest.Run) (Digest, error) {
	d, err := b.o.Storage.DigestOf(ctx, run.Digest)
	if errors.Is(err, ErrNotKept) {
		return Digest{}, &digest.Refused{Reason: "It was removed.", Gone: true}
	}
	if err != nil {
		return Digest{}, fmt.Errorf("bot: %w", err)
	}
	return d, nil
}

// isAsked reports whether a run is one that somebody asked for, and not one of the schedule.
func (d Digest) isAsked(run digest.Run) bool {
	schedule, err := d.schedule()
	return err == nil && !schedule.Next(run.Due.Add(-time.Nanosecond)).Equal(run.Due)
}

// mayPost are the channels that a digest may draw on now. A digest whose destination is gone is paused.
func (p *poster) mayPost(ctx context.Context, d Digest) ([]namedPlace, error) {
	_, err := p.bot.destination(ctx, d.To)
	switch {
	case err == nil:
		return p.bot.proved(ctx, d)
	case isPassing(err):
		return nil, err
	case errors.Is(err, ErrGone):
		if err := p.bot.o.Storage.PauseDigest(ctx, d.ID, true, time.Time{}); err != nil {
			return nil, fmt.Errorf("bot: %w", err)
		}
		return nil, &digest.Refused{Reason: sayPaused, Gone: true}
	}
	return nil, nameless(err, sayNoPost)
}

// nameless is a refusal in words that name no channel; any other error is what it is.
func nameless(err error, reason string) error {
	if refusal(err) == nil || isPassing(err) {
		return err
	}
	return &Refusal{Reason: reason, Err: err}
}

// isStarting reports whether it is soon after a start and events don't arrive yet: until then
// nothing can be read in that was said meanwhile.
func (b *Bot) isStarting() bool {
	return b.o.Now().Sub(b.began) < startsFor && !b.following.isConnected()
}

// areReadIn reports whether the store has all that happens in the channels. Of a forum that
// is known of its posts alone.
func (b *Bot) areReadIn(sources []namedPlace) bool {
	return !slices.ContainsFunc(sources, func(s namedPlace) bool { return !s.Channel.Container && !b.following.live(s.Place) })
}

// refuse makes a *digest.Refused of what is refused for good. What may work later stays a fault.
func (p *poster) refuse(run digest.Run, err error) error {
	refused, is := errors.AsType[*digest.Refused](err)
	if said := refusal(err); !is && said != nil && !isPassing(err) {
		refused, is = &digest.Refused{Reason: said.Reason}, true
		p.bot.o.Log.Info("bot: digest refused", "digest", run.Digest, "error", err, "because", said.Err)
	}
	if !is {
		return err
	}
	p.mu.Lock()
	p.refused[run.ID] = true
	p.mu.Unlock()
	return refused
}

// Post posts a digest.
func (p *poster) Post(ctx context.Context, run digest.Run, d digest.Draft) (message string, err error) {
	content, ok := d.Content.(draft)
	if !ok {
		return "", fmt.Errorf("%w: the draft is another's", digest.ErrNotPosted)
	}
	if p.bot.o.Now().Sub(content.proved) > stale {
		if err := p.mayStillPost(ctx, content); err != nil {
			return "", p.notPosted(run, err)
		}
	}
	if err := p.lastLook(ctx, content); err != nil {
		return "", p.notPosted(run, err)
	}
	message, err = p.bot.o.Platform.Publish(ctx, content.digest.To, content.answer, run.Mark)
	if err != nil && (refusal(err) != nil || errors.Is(err, ErrNotPosted)) {
		return "", p.notPosted(run, nameless(err, sayNoPost))
	}
	return message, err
}

// mayStillPost refuses unless everything that a draft draws on is proved anew.
func (p *poster) mayStillPost(ctx context.Context, d draft) error {
	sources, err := p.mayPost(ctx, d.digest)
	if err != nil {
		return err
	}
	for _, s := range d.sources {
		if !slices.ContainsFunc(sources, func(now namedPlace) bool { return now.Place == s.Place }) {
			return &Refusal{Reason: sayChanged, Err: ErrLater}
		}
	}
	return nil
}

// lastLook refuses for now what rests on something that is gone since it was drafted.
func (p *poster) lastLook(ctx context.Context, d draft) error {
	why, err := p.bot.whyDown(ctx, Post{Sources: d.answer.Sources()}, d.answer)
	if err == nil && why != "" {
		err = &Refusal{Reason: why, Err: ErrLater}
	}
	return err
}

// notPosted is an error after which nothing stands anywhere.
func (p *poster) notPosted(run digest.Run, err error) error {
	err = p.refuse(run, err)
	if _, is := errors.AsType[*digest.Refused](err); is {
		return err
	}
	return fmt.Errorf("%w: %w", digest.ErrNotPosted, err)
}

// Find looks for the post of a run in its destination.
func (p *poster) Find(ctx context.Context, run digest.Run) (message string, err error) {
	// The digest may have been removed since.
	rests, err := readFiled(run.Sources)
	if err != nil {
		return "", err
	}
	if rests.To == (Place{}) {
		d, err := p.bot.digestOf(ctx, run)
		if err != nil {
			return "", p.refuse(run, err)
		}
		rests.To = d.To
	}
	message, err = p.bot.o.Platform.Published(ctx, rests.To, run.Mark, run.Posting.Add(-clocksApart))
	if errors.Is(err, ErrGone) { // and with it whatever was posted
		return "", nil
	}
	return message, p.refuse(run, nameless(err, sayNoFind))
}

// Next is when the digest is due next, as if it were not paused: a pause may end meanwhile.
func (p *poster) Next(ctx context.Context, run digest.Run, after time.Time) (time.Time, error) {
	d, err := p.bot.o.Storage.DigestOf(ctx, run.Digest)
	if errors.Is(err, ErrNotKept) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("bot: %w", err)
	}
	schedule, err := d.schedule()
	if err != nil {
		return time.Time{}, err
	}
	return schedule.Next(after).UTC(), nil
}

// Failed tells who set the digest up that it was not posted: once, until it works again, and that it is paused in any case.
func (p *poster) Failed(ctx context.Context, run digest.Run, why string) {
	b := p.bot
	b.o.Log.Warn("bot: digest not posted", "digest", run.Digest, "run", run.ID, "because", why)
	d, err := b.o.Storage.DigestOf(ctx, run.Digest)
	if errors.Is(err, ErrNotKept) || (err == nil && (d.Failure != "" && why != sayPaused || d.By == "")) {
		return
	}
	if err == nil {
		err = b.o.Platform.Tell(ctx, d.By, d.Server, b.failedWords(ctx, d, why))
	}
	if err != nil {
		b.o.Log.Warn("bot: nobody was told that a digest was not posted", "digest", run.Digest, "error", err)
	}
}

// failedWords tell the owner of a digest why it was not posted. The channels are named to who can read them.
func (b *Bot) failedWords(ctx context.Context, d Digest, why string) string {
	return fmt.Sprintf("Digest %d of %s, in %s, was not posted: %s\n/debate digest show %d says how it stands. I tell you no more of it until it works again.",
		d.Number, b.sourcesFor(ctx, d.By, d), b.nameFor(ctx, d.By, d.To), why, d.Number)
}

// ended counts how a run ended.
func (p *poster) ended(run digest.Run, o digest.Outcome) {
	p.mu.Lock()
	refused := p.refused[run.ID]
	delete(p.refused, run.ID)
	delete(p.made, run.ID)
	p.mu.Unlock()
	switch {
	case o.Posted:
		p.bot.metrics.digestPosted(o.At.Sub(run.Due))
	case o.Failure == "":
		p.bot.metrics.digests.WithLabelValues("nothing").Inc()
	case refused:
		p.bot.metrics.digests.WithLabelValues("refused").Inc()
	default:
		p.bot.metrics.digests.WithLabelValues("failed").Inc()
	}
}

// lost forgets a run that another process has now, or whose digest was removed.
func (p *poster) lost(run digest.Run) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.refused, run.ID)
	delete(p.made, run.ID)
}

// newToken is a token that nobody guesses.
func newToken() string { return rand.Text()[:tokenLength] }
