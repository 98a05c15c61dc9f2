package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"crux/bot/digest"
)

// listDigests lists the digests of a server, those alone whose destination the asker manages.
func (b *Bot) listDigests(ctx context.Context, r Request) (*Answer, error) {
	all, err := b.o.Storage.Digests(ctx, b.platform(), r.Here.Server)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	now := b.o.Now()
	var lines []string
	var unknown error
	for _, d := range all {
		known, err := b.knows(ctx, r.Asker, d)
		if err != nil {
			unknown = err
			b.o.Log.Warn("bot: not known who may know of a digest", "digest", d.ID, "error", err)
		}
		if known {
			lines = append(lines, b.digestLine(ctx, r.Asker, d, now))
		}
	}
	switch {
	case len(lines) == 0 && unknown != nil:
		return nil, unknown
	case unknown != nil:
		lines = append(lines, "There may be more, which I can't look up at the moment.")
	case len(lines) == 0:
		return sayDigest(r, "In the channels that you manage there are no digests. Set one up with /debate digest add."), nil
	}
	return sayDigest(r, "%s", strings.Join(lines, "\n")), nil
}

// digestLine is a digest in a line.
func (b *Bot) digestLine(ctx context.Context, person string, d Digest, now time.Time) string {
	line := fmt.Sprintf("%d: %s", d.Number, b.digestWords(ctx, person, d))
	switch schedule, err := d.schedule(); {
	case d.Paused:
		line += "; paused"
	case err == nil && !d.Next.IsZero():
		line += "; next " + timeIn(d.Next, schedule.Zone(), now)
	}
	if d.Failure != "" {
		line += "; the last one was not posted"
	}
	return line
}

// digestWords say what a digest is about, where it goes and when.
func (b *Bot) digestWords(ctx context.Context, person string, d Digest) string {
	when := d.When
	if schedule, err := d.schedule(); err == nil {
		when = schedule.String()
	}
	return fmt.Sprintf("%s, in %s, %s", b.sourcesFor(ctx, person, d), b.nameFor(ctx, person, d.To), when)
}

func (b *Bot) showDigest(ctx context.Context, r Request) (*Answer, error) {
	d, err := b.findDigest(ctx, r)
	if err != nil {
		return nil, err
	}
	schedule, err := d.schedule()
	if err != nil {
		return nil, err
	}
	lines := []string{
		fmt.Sprintf("Digest %d: %s.", d.Number, b.digestWords(ctx, r.Asker, d)),
		fmt.Sprintf("It tells %s. %s", partWords(d.Parts), quietWords(d.Quiet)),
	}
	lines = append(lines, lastWords(d, schedule, b.o.Now()))
	lines = append(lines, b.troubles(ctx, r.Asker, d)...)
	lines = append(lines, dueWords(d, schedule, b.o.Now()))
	return sayDigest(r, "%s", strings.Join(lines, "\n")), nil
}

// lastWords say what became of the digest the last time.
func lastWords(d Digest, schedule digest.Schedule, now time.Time) string {
	words := "It was not posted yet."
	if !d.Posted.IsZero() {
		words = fmt.Sprintf("It was last posted %s.", timeIn(d.Posted, schedule.Zone(), now))
	}
	if d.Failure != "" {
		words += " The last time it was not posted: " + d.Failure
	}
	return words
}

// dueWords say when the digest is due.
func dueWords(d Digest, schedule digest.Schedule, now time.Time) string {
	if d.Paused {
		return fmt.Sprintf("It is paused. Let it go on with /debate digest resume %d.", d.Number)
	}
	return "It is due:\n" + timesIn(schedule.NextN(now, dryTimes), schedule.Zone(), now)
}

// troubles are what would keep the digest from being posted now, a line each.
func (b *Bot) troubles(ctx context.Context, person string, d Digest) []string {
	var lines []string
	if _, err := b.destination(ctx, d.To); err != nil && !isPassing(err) {
		lines = append(lines, fmt.Sprintf("⚠️ I can't post in %s.", b.nameFor(ctx, person, d.To)))
	}
	if d.All {
		if _, err := b.proved(ctx, d); err != nil && !isPassing(err) {
			lines = append(lines, "⚠️ "+refusal(err).Reason)
		}
		return lines
	}
	followed, err := b.followedIn(ctx, d.Server)
	if err != nil {
		return lines
	}
	for _, p := range d.From {
		if trouble := b.trouble(ctx, p, d.To, followed); trouble != "" {
			lines = append(lines, fmt.Sprintf("⚠️ Of %s: %s", b.nameFor(ctx, person, p), trouble))
		}
	}
	return lines
}

// trouble is why a digest can't draw on a channel now, "" where it can or that is not known.
func (b *Bot) trouble(ctx context.Context, p, to Place, followed []Place) string {
	_, err := b.source(ctx, p, to)
	switch {
	case isPassing(err):
		return ""
	case errors.Is(err, ErrGone):
		return "it is gone, or I am in it no more."
	case err != nil:
		return "it is not proved that everyone who may read where the digest goes may read it."
	}
	for _, q := range followed {
		if p == q {
			return ""
		}
	}
	return "I don't follow it any more."
}
