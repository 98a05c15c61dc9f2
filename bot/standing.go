package bot

import (
	"context"
	"errors"
	"fmt"

	"crux/bot/ledger"
	"crux/summarize"
)

// ledgerReading is a watched channel's ledger with what it was brought up to date from.
type ledgerReading struct {
	Ledger
	Place   Place
	Channel Channel
	// Report is of all that is kept of the channel and its public threads, with what was
	// disowned withheld and what was corrected upheld.
	Report     *summarize.Report
	Transcript *summarize.Transcript
	// note says in a sentence what may be missing, "" where nothing is.
	note  string
	since mark
}

// upToDate brings the ledger of a watched channel up to date, and keeps it.
func (b *Bot) upToDate(ctx context.Context, p Place, progress func(Progress)) (ledgerReading, error) {
	return b.bringUpToDate(ctx, p, true, progress)
}

// bringUpToDate is upToDate. Unless the report is wanted, none may be made: where nothing was said since, the
// ledger is what it was.
func (b *Bot) bringUpToDate(ctx context.Context, p Place, wanted bool, progress func(Progress)) (ledgerReading, error) {
	if !b.following.has(p, "") {
		return ledgerReading{}, notFollowed()
	}
	channel, err := b.o.Platform.Describe(ctx, p)
	if err != nil {
		return ledgerReading{}, err
	}
	var reading ledgerReading
	err = b.inTurn(ctx, p, progress, func(ctx context.Context) error {
		reading, err = b.follow(ctx, p, channel, wanted, progress)
		return err
	})
	return reading, err
}

// follow reads what is kept of a channel, has it summarized and merges that into the ledger.
func (b *Bot) follow(ctx context.Context, p Place, channel Channel, wanted bool, progress func(Progress)) (ledgerReading, error) {
	progress(Progress{Stage: Reading})
	missing := b.fill(ctx, p, channel)
	all, err := b.join(ctx, p, channel)
	if err != nil {
		return ledgerReading{}, err
	}
	defer all.end()
	for range mostTries {
		all.apply()
		t, leftOut, err := b.leaveOut(ctx, all.transcript(b.platform(), channel.Name))
		if err != nil {
			return ledgerReading{}, err
		}
		progress(Progress{Stage: Reading, Done: len(t.Messages)})
		reading := ledgerReading{Place: p, Channel: channel, Transcript: t, note: missing, since: all.since}
		if leftOut != "" {
			reading.note = leftOut
		}
		err = b.merge(ctx, all, &reading, wanted, progress)
		if !errors.Is(err, errMeanwhile) {
			return reading, err
		}
	}
	return ledgerReading{}, &Refusal{Reason: "Too much changes in this channel just now. Try again in a minute.", Err: ErrLater}
}

// merge merges what was read into the ledger, unless that was done before. It returns errMeanwhile where the messages changed meanwhile.
func (b *Bot) merge(ctx context.Context, all *joined, reading *ledgerReading, wanted bool, progress func(Progress)) error {
	p, t := reading.Place, reading.Transcript
	disowned, err := b.o.Storage.Disowned(ctx, b.platform(), p)
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	kept, err := b.o.Storage.Ledger(ctx, b.platform(), p)
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	key := cacheKey(b.o.Engine, t, summarize.Request{})
	if wanted || kept.Read != key {
		report, _, err := b.summarize(ctx, all.sources(t), t, summarize.Request{Progress: judging(progress)}, all.since)
		if err != nil {
			return err
		}
		reading.Report = ledger.Withhold(report, t, disowned)
	}
	oldest := b.oldest(ctx, p.Server)
	reading.Ledger, err = b.changeLedger(ctx, p, func(l *Ledger) (bool, error) {
		// Whatever happens from here on waits for the ledger, and finds it changed.
		if all.apply() || reading.Report == nil && l.Read != key {
			return false, errMeanwhile
		}
		changed := l.expire(oldest)
		if l.Read == key {
			return changed, nil
		}
		now := b.o.Now()
		l.Entries, _ = ledger.Merge(l.Entries, reading.Report, t, now)
		l.Entries, _ = ledger.Deny(l.Entries, t, disowned)
		l.Points = ledger.Note(l.Points, reading.Report, now)
		l.Read = key
		return true, nil
	})
	if err != nil {
		return err
	}
	if err := b.forgetLeftOut(ctx, p); err != nil {
		return err
	}
	if reading.Report != nil {
		reading.Report, _ = ledger.Uphold(reading.Entries, reading.Report, t)
	}
	return nil
}
