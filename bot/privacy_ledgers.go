package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crux/bot/ledger"
)

// keptAbout counts all that is kept about a person, over all servers of the platform.
func (b *Bot) keptAbout(ctx context.Context, person string) (Kept, error) {
	rows, err := b.o.Storage.KeptAbout(ctx, b.platform(), person)
	if err != nil {
		return Kept{}, fmt.Errorf("bot: %w", err)
	}
	kept := Kept{Messages: rows.Messages, Channels: rows.Channels, Oldest: rows.Oldest, Requests: rows.Requests, Posts: rows.Posts, Corrections: rows.Disowned}
	if kept.Exclusion, err = b.exclusionOf(ctx, person); err != nil {
		return Kept{}, err
	}
	places, err := b.o.Storage.Ledgers(ctx, b.platform())
	if err != nil {
		return Kept{}, fmt.Errorf("bot: %w", err)
	}
	for _, p := range places {
		if err := b.countIn(ctx, p, person, &kept); err != nil {
			return Kept{}, err
		}
	}
	return kept, nil
}

// countIn counts the entries of one channel's ledger that are about a person, and what they corrected there.
func (b *Bot) countIn(ctx context.Context, p Place, person string, kept *Kept) error {
	l, err := b.o.Storage.Ledger(ctx, b.platform(), p)
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	kept.Read += l.Reading.By(person)
	for i := range l.Entries {
		e := &l.Entries[i]
		if concerns(e, person) {
			kept.Objections++
		}
		if isCorrectedBy(e, person) {
			kept.Corrections++
		}
	}
	return nil
}

// concerns reports whether an entry quotes or names a person.
func concerns(e *ledger.Entry, person string) bool {
	return slices.Contains(e.By, person) || slices.Contains(e.Target.By, person) ||
		slices.ContainsFunc(e.AllQuotes(), func(q ledger.Quote) bool { return q.Author == person })
}

func isCorrectedBy(e *ledger.Entry, person string) bool {
	return e.Corrected != nil && e.Corrected.By == person ||
		slices.ContainsFunc(e.NotMine, func(c ledger.Correction) bool { return c.By == person }) ||
		slices.ContainsFunc(e.Changes, func(c ledger.Change) bool { return c.By == person })
}

// forgetEverywhere takes a person out of all ledgers, and says how many entries that changed.
func (b *Bot) forgetEverywhere(ctx context.Context, person string) (changed int, err error) {
	return b.takeFromLedgers(ctx, taking{
		entries: func(entries []ledger.Entry) ([]ledger.Entry, []string) { return ledger.Forget(entries, person) },
		reading: func(r *ledger.Reading) *ledger.Reading { return r.Forget(person) },
	})
}

// forgetLeftOutEverywhere takes the words of people who are left out of all ledgers.
func (b *Bot) forgetLeftOutEverywhere(ctx context.Context, all exclusions) error {
	if len(all) == 0 {
		return nil
	}
	_, err := b.takeFromLedgers(ctx, all.taking())
	return err
}

// taking takes out of a ledger who is left out.
func (all exclusions) taking() taking {
	return taking{entries: all.takeFrom, reading: all.takeFromReading}
}

// takeFromReading is takeFrom for what a language model read.
func (all exclusions) takeFromReading(r *ledger.Reading) *ledger.Reading {
	r = r.RemoveWhere(func(_ string, from ledger.Origin) bool {
		x, is := all[from.Author]
		return is && from.Author != "" && x.Covers(from.Time)
	})
	for id, x := range all {
		if x.Until.IsZero() {
			r = r.Forget(id)
		}
	}
	return r
}

// takeFrom takes out of entries who is left out altogether, and of the others the messages that are left out.
func (all exclusions) takeFrom(entries []ledger.Entry) (kept []ledger.Entry, changed []string) {
	var messages []string
	people := map[string]bool{}
	for i := range entries {
		e := &entries[i]
		for _, q := range e.AllQuotes() {
			if x, is := all[q.Author]; is && q.Author != "" && x.Covers(q.Time) {
				messages = append(messages, q.Message)
			}
		}
		for id, x := range all {
			if x.Until.IsZero() && (concerns(e, id) || isCorrectedBy(e, id)) {
				people[id] = true
			}
		}
	}
	kept = entries
	if len(messages) > 0 {
		kept, changed = ledger.Remove(kept, messages)
	}
	for person := range people {
		var more []string
		kept, more = ledger.Forget(kept, person)
		changed = append(changed, more...)
	}
	return kept, changed
}

// takeFromLedgers takes something out of every ledger, and says how many entries changed. A
// ledger that fails keeps none of the others from being changed.
func (b *Bot) takeFromLedgers(ctx context.Context, take taking) (changed int, err error) {
	places, err := b.o.Storage.Ledgers(ctx, b.platform())
	if err != nil {
		return 0, fmt.Errorf("bot: %w", err)
	}
	var errs []error
	for _, p := range places {
		n, err := b.takeFromLedger(ctx, p, take)
		changed += n
		errs = append(errs, err)
	}
	return changed, errors.Join(errs...)
}

// takeFromLedger takes something out of a channel's ledger. One that is followed no more has none.
func (b *Bot) takeFromLedger(ctx context.Context, p Place, take taking) (changed int, err error) {
	changed, err = b.editLedger(ctx, p, take)
	if refusal(err) != nil {
		return 0, nil
	}
	return changed, err
}
