package bot

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"
)

// retentionOf is for how long the texts of a server are kept: what it set itself, or what whoever
// runs crux set, where that is less.
func (b *Bot) retentionOf(ctx context.Context, server string) time.Duration {
	own, err := b.o.Storage.Retention(ctx, b.platform(), server)
	if err != nil {
		b.o.Log.Error("bot: retention of a server not read", "error", err)
	}
	if err != nil || own <= 0 {
		return b.o.Retention
	}
	return min(own, b.o.Retention)
}

// keepFor sets for how long the texts of a server are kept.
func (b *Bot) keepFor(ctx context.Context, r Request) (*Answer, error) {
	if err := b.mayManageAll(ctx, r); err != nil {
		return nil, err
	}
	most := int(b.o.Retention / day)
	switch days := r.Privacy.Days; {
	case most < 1:
		return nil, Refusef("Whoever runs crux has it keep texts for %s. A server can't set less than a day.", Lasting(b.o.Retention))
	case days < 0, days > most:
		return nil, Refusef("Texts can be kept for 1 to %s. Name a number of days between them, or 0 for %s.", Count(most, "day"), Lasting(b.o.Retention))
	}
	d := time.Duration(r.Privacy.Days) * day
	if err := b.o.Storage.SetRetention(ctx, b.platform(), r.Here.Server, d); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	// Reports in memory may rest on what is too old now.
	b.reports.clear()
	b.recent.clear()
	b.later("forget what is too old", func(ctx context.Context) error {
		_, err := b.Prune(ctx)
		return err
	})
	lasting := Lasting(b.retentionOf(ctx, r.Here.Server))
	what := "set that texts are kept for " + lasting
	if r.Privacy.Days == 0 {
		what = "set that texts are kept for as long as by default, " + lasting
	}
	b.note(ctx, r.Asker, Place{Server: r.Here.Server}, what)
	return &Answer{Said: "From now on I keep the texts of all channels that I follow here for " + lasting + ". " +
		"Older ones are deleted now. What became of an objection is known and counted for longer, without its text or anybody's name."}, nil
}

// mayManageServer refuses what concerns a server to who may not manage the place where it is asked for.
func (b *Bot) mayManageServer(ctx context.Context, r Request) error {
	if r.Here.Server == "" {
		return Refusef("That concerns a server. Ask for it in a channel of that server.")
	}
	return b.o.Platform.MayManage(ctx, r.Asker, r.Here)
}

// mayManageAll refuses what concerns all that is kept of a server to who may not manage each of
// its followed channels that they can read. Of others they learn nothing.
func (b *Bot) mayManageAll(ctx context.Context, r Request) error {
	if err := b.mayManageServer(ctx, r); err != nil {
		return err
	}
	watched, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	for _, w := range watched {
		if w.Place.Server != r.Here.Server || b.o.Platform.MayRead(ctx, r.Asker, w.Place) != nil {
			continue
		}
		if err := b.o.Platform.MayManage(ctx, r.Asker, w.Place); err != nil {
			if refusal(err) == nil || isPassing(err) {
				return err
			}
			return &Refusal{Reason: "How long texts are kept holds for all channels that I follow here, and you may not manage all of them.", Err: err}
		}
	}
	return nil
}

// privacyChoice is noted of everybody's choices about themselves, which the log tells by count alone.
const privacyChoice = "a member's choice about their own privacy"

// note puts a change into the server's log. what is in our own words, free of texts and names. A
// change that can't be noted is made all the same.
func (b *Bot) note(ctx context.Context, by string, p Place, what string) {
	if p.Server == "" {
		return
	}
	entry := LogEntry{At: b.o.Now().UTC(), By: by, What: what}
	if p.Channel != "" && what != privacyChoice {
		entry.Place = p
	}
	if err := b.o.Storage.Log(ctx, b.platform(), p.Server, entry); err != nil {
		b.o.Log.Error("bot: change not noted in the log of the server", "error", err)
	}
}

// How many changes are read of the log, and how many shown.
const (
	changesRead  = 500
	changesShown = 20
)

// showLog tells who changed what in a server, the newest first.
func (b *Bot) showLog(ctx context.Context, r Request) (*Answer, error) {
	if err := b.mayManageServer(ctx, r); err != nil {
		return nil, err
	}
	changes, err := b.o.Storage.Changes(ctx, b.platform(), r.Here.Server, changesRead)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	named := map[Place]string{}
	names := b.namesKnown(ctx, r.Asker, r.Here.Server)
	lines, choices := []string{"Who changed what here, the newest first:"}, 0
	for _, c := range changes {
		switch {
		case c.What == privacyChoice:
			choices++
		case len(lines) <= changesShown:
			lines = append(lines, changeLine(c, names, b.placeNamed(ctx, r.Asker, c.Place, named)))
		}
	}
	if len(lines) == 1 {
		lines[0] = "Nobody has changed anything here yet."
	}
	if choices > 0 {
		lines = append(lines, Count(choices, "choice")+" of members about their own privacy.")
	}
	return &Answer{Said: strings.Join(lines, "\n")}, nil
}

// changeLine is a change in a line; place is "" where none is to be named.
func changeLine(c LogEntry, names map[string]string, place string) string {
	who := names[c.By]
	if who == "" {
		who = "somebody"
	}
	line := "• " + stamp(c.At) + ": " + who + " " + c.What
	if place != "" {
		line += ", in " + place
	}
	return line
}

// placeNamed is how a place is called, "" where the asker may not read it. named holds what was found before.
func (b *Bot) placeNamed(ctx context.Context, asker string, p Place, named map[Place]string) string {
	if p == (Place{}) {
		return ""
	}
	name, known := named[p]
	if known {
		return name
	}
	if b.o.Platform.MayRead(ctx, asker, p) == nil {
		if channel, err := b.o.Platform.Describe(ctx, p); err == nil {
			name = "#" + channel.Name
		}
	}
	named[p] = name
	return name
}

// authorsRead is how many of the newest messages of a channel are looked through for people's names.
const authorsRead = 200

// namesKnown are the display names of who wrote of late in the followed channels of a server that
// the asker may read. No other names are kept.
func (b *Bot) namesKnown(ctx context.Context, asker, server string) map[string]string {
	names := map[string]string{}
	watched, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		b.o.Log.Error("bot: watched channels not read", "error", err)
		return names
	}
	for _, c := range watched {
		if c.Place.Server != server || b.o.Platform.MayRead(ctx, asker, c.Place) != nil {
			continue
		}
		ids, _, err := b.o.Storage.Kept(ctx, b.platform(), c.Place, authorsRead)
		if err != nil || len(ids) == 0 {
			continue // nothing of it is known yet
		}
		h, err := b.o.Storage.Messages(ctx, b.platform(), c.Place, Range{From: ids[0], Last: authorsRead})
		if err != nil {
			continue
		}
		maps.Copy(names, h.Names)
	}
	return names
}
