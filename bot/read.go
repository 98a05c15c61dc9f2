package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"crux/summarize"
)

// contextBefore is how many messages before the one that Answered is about are
// read too, so that what it objects to is among them.
const contextBefore = 100

// reading is what was read for a request, and what was not, in a sentence.
type reading struct {
	History
	unread string
}

// read reads the messages that r asks for.
func (b *Bot) read(ctx context.Context, r Request, channel Channel, progress func(int)) (reading, error) {
	rng, err := b.rangeOf(ctx, r, channel)
	if err != nil {
		return reading{}, err
	}
	h, err := b.history(ctx, r.Place, channel, rng, progress)
	if err != nil {
		return reading{}, err
	}
	if len(h.Messages) == 0 {
		return reading{}, Refusef("There are no messages to read: %s.", r.Window)
	}
	if r.Command == Answered && r.Window == (Window{}) {
		if h, err = b.withContext(ctx, r, channel, h, progress); err != nil {
			return reading{}, err
		}
	}
	return reading{h, b.unread(r, asked(r, channel), h)}, nil
}

// rangeOf turns the window into bounds.
func (b *Bot) rangeOf(ctx context.Context, r Request, channel Channel) (Range, error) {
	w := r.Window
	rng := Range{Since: w.Since, From: w.From, To: w.To, Last: b.o.Limits.Messages}
	if r.Fresh {
		rng.To = ""
	}
	switch {
	case r.Command == Answered && w == (Window{}):
		rng.From = r.Message
	case w.Mine:
		rng.Author = r.Asker
	case w.Asked:
		last, err := b.o.Storage.LastAsked(ctx, b.platform(), r.Asker, r.Place)
		if errors.Is(err, ErrNotKept) {
			return rng, Refusef("You have not asked about this channel in the last %d days. Say since when, such as 24h.", int(requestsFor/(24*time.Hour)))
		}
		if err != nil {
			return rng, fmt.Errorf("bot: %w", err)
		}
		rng.Since = last
	case asked(r, channel) > 0:
		rng.Last = min(asked(r, channel), rng.Last)
	}
	return rng, nil
}

// history reads from the store where the place is followed without a gap, and else
// from the platform. The first message of a thread that is a channel of its own stands
// in another channel, so the store has no whole such threads.
func (b *Bot) history(ctx context.Context, p Place, channel Channel, rng Range, progress func(int)) (History, error) {
	if isKept := !channel.Thread || p.Thread != ""; isKept && b.following.live(p) {
		h, err := b.o.Storage.Messages(ctx, b.platform(), p, rng)
		if err == nil {
			progress(len(h.Messages))
			return h, nil
		}
		if !errors.Is(err, ErrNotKept) {
			b.o.Log.Error("bot: store not read, asking the platform instead", "error", err)
		}
	}
	h, err := b.o.Platform.History(ctx, p, rng, progress)
	if errors.Is(err, ErrThrottled) {
		return b.historyKept(ctx, p, rng, h, err)
	}
	return h, err
}

// historyKept reads from the store what the platform does not let crux read in time,
// as far as it goes back. newest is what the platform did give. Where nothing is kept, it returns throttled.
func (b *Bot) historyKept(ctx context.Context, p Place, rng Range, newest History, throttled error) (History, error) {
	if _, err := b.put(ctx, p.home(), "", newest.Messages, newest.Names); err != nil {
		return History{}, fmt.Errorf("bot: %w", err)
	}
	kept, _, err := b.o.Storage.Kept(ctx, b.platform(), p.home(), rng.Last)
	if errors.Is(err, ErrNotKept) || (err == nil && len(kept) == 0) {
		return History{}, throttled
	}
	if err != nil {
		return History{}, fmt.Errorf("bot: %w", err)
	}
	if byID(rng.From, kept[0]) < 0 {
		rng.From = kept[0]
	}
	h, err := b.o.Storage.Messages(ctx, b.platform(), p, rng)
	if err != nil {
		return History{}, fmt.Errorf("bot: %w", err)
	}
	if len(h.Messages) == 0 {
		return History{}, throttled
	}
	h.Note = fmt.Sprintf("Here I may read only a few messages a minute, so this rests on what I kept, which reaches back to %s. "+
		"What was said while I was not connected may be missing from it, and what was deleted meanwhile may still be in it.", h.Messages[0].Time.UTC().Format("2 Jan 2006, 15:04 MST"))
	return h, nil
}

// withContext adds some messages before the one asked about.
func (b *Bot) withContext(ctx context.Context, r Request, channel Channel, h History, progress func(int)) (History, error) {
	if h.Messages[0].ID != r.Message {
		if !h.Whole {
			return h, Refusef("That message lies more than %d messages back, which is as far as I read.", b.o.Limits.Messages)
		}
		return h, unreadable()
	}
	left, err := b.exclusions(ctx)
	if err != nil {
		return h, err
	}
	if left.covers(&h.Messages[0]) {
		return h, unreadable()
	}
	before, err := b.history(ctx, r.Place, channel, Range{To: r.Message, Last: contextBefore}, progress)
	if err != nil {
		return h, err
	}
	earlier := slices.DeleteFunc(before.Messages, func(m summarize.Message) bool { return m.ID == r.Message })
	joined := History{Messages: append(earlier, h.Messages...), Names: maps.Clone(before.Names), Whole: h.Whole, Note: h.Note}
	if joined.Names == nil {
		joined.Names = map[string]string{}
	}
	maps.Copy(joined.Names, h.Names)
	return joined, nil
}

// unreadable refuses a message of which nothing may be said, in the same words whatever the reason.
func unreadable() *Refusal {
	return Refusef("That message holds nothing that I can read: it was deleted, it is no ordinary message, or its author does not want it read.")
}

// unread says what was not read though it was asked for, "" where everything was.
func (b *Bot) unread(r Request, asked int, h History) string {
	read := len(h.Messages)
	switch {
	case h.Note != "":
		return h.Note
	case r.Window.To != "" && !r.Fresh:
		return r.Unread
	case h.Whole && r.Window.Mine && h.Messages[0].Author != r.Asker:
		return "I found no message of yours, so I read everything."
	case h.Whole, read == asked:
		return ""
	case r.Window.Mine:
		return english.Sprintf("Your last message lies further back than the newest %d messages, which is as far as I read.", read)
	case h.Total > read:
		return english.Sprintf("I read the newest %d of %d messages.", read, h.Total)
	}
	return english.Sprintf("I read the newest %d messages, which is as far as I read; there are earlier ones.", read)
}

// asked is how many messages were asked for, 0 where no number was.
func asked(r Request, channel Channel) int {
	if r.Window == (Window{}) && !channel.Thread && r.Command != Answered {
		return DefaultLast
	}
	return r.Window.Last
}
