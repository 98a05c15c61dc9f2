package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"crux/bot/digest"
)

// filed is what must be known of a post to take it down.
type filed struct {
	To      Place    `json:"to"`
	Sources []Source `json:"sources"`
	People  []string `json:"people"`
}

// readFiled reads what a run rests on. Of one that was not posted that is nothing.
func readFiled(sources []byte) (filed, error) {
	var rests filed
	if len(sources) > 0 {
		if err := json.Unmarshal(sources, &rests); err != nil {
			return filed{}, fmt.Errorf("bot: digest: %w", err)
		}
	}
	return rests, nil
}

// with is what a post rests on that may be either of two.
func (f filed) with(other filed) filed {
	other.Sources = slices.Concat(other.Sources, f.Sources)
	for _, person := range f.People {
		if !slices.Contains(other.People, person) {
			other.People = append(slices.Clip(other.People), person)
		}
	}
	return other
}

// File keeps where the post stands, and takes it down where something that it rests on is gone by now.
func (p *poster) File(ctx context.Context, run digest.Run, sources []byte, message string) error {
	b := p.bot
	rests, err := readFiled(sources)
	if err != nil || len(rests.Sources) == 0 {
		return err
	}
	post := Post{
		Platform: b.platform(), Place: rests.To.home(), Message: message,
		Sources: rests.Sources, People: rests.People, Token: run.Mark, At: b.o.Now(),
	}
	if err := b.o.Storage.KeepPost(ctx, post); err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	why, err := b.whyDown(ctx, post, p.answerOf(run, rests))
	if err == nil && why != "" {
		b.takeDownLater([]Post{post}, why)
	}
	return err
}

// answerOf is the answer that a run posted. One that another process posted before it died is known by its sources.
func (p *poster) answerOf(run digest.Run, rests filed) *Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.made[run.ID]; a != nil {
		return &Answer{people: rests.People, since: a.since, heeded: a.heeded}
	}
	return &Answer{people: rests.People}
}

// whyDown says why a post is to be taken down at once, "" where it may stand.
func (b *Bot) whyDown(ctx context.Context, post Post, a *Answer) (string, error) {
	for _, s := range post.Sources {
		if b.gone.any(s.Place, s.Messages) || b.reports.closedSince(s.Place, a.since) {
			return whyTakenDown, nil
		}
		if isGone, err := b.isGoneElsewhere(ctx, s); err != nil || isGone {
			return whyTakenDown, err
		}
	}
	if leftOut, err := b.restsOnLeftOut(ctx, a); err != nil || leftOut {
		return whyLeftOut, err
	}
	if disowned, err := b.restsOnDisowned(ctx, a, post); err != nil || disowned {
		return whyDisowned, err
	}
	return "", nil
}

// isGoneElsewhere reports whether the store lacks one of the messages, or their place is gone: another
// process on the same store may have been told of it. All that a digest quotes was in the store.
func (b *Bot) isGoneElsewhere(ctx context.Context, s Source) (bool, error) {
	found := texts{}
	unknown, err := b.textsKept(ctx, s.Place, s.Messages, found)
	if err != nil {
		return false, fmt.Errorf("bot: %w", err)
	}
	if len(unknown) == 0 {
		return slices.ContainsFunc(s.Messages, func(id string) bool { return found[id] == nil }), nil
	}
	_, err = b.o.Platform.Describe(ctx, s.Place)
	return errors.Is(err, ErrGone), nil
}
