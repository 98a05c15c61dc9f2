package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// watching answers the commands about what is followed.
func (b *Bot) watching(ctx context.Context, r Request) (*Answer, error) {
	if err := b.limiter.allow(r.Asker, r.Here.Server, b.o.Now()); err != nil {
		return nil, err
	}
	if r.Command == Watched {
		return b.listWatched(ctx, r)
	}
	if err := b.o.Platform.MayManage(ctx, r.Asker, r.Place); err != nil {
		return nil, err
	}
	if r.Command == Unwatch {
		return b.stopWatching(ctx, r)
	}
	channel, err := b.o.Platform.Describe(ctx, r.Place)
	if err != nil {
		return nil, err
	}
	if channel.Thread {
		return nil, Refusef("A thread is followed with its channel. Ask for the channel.")
	}
	return b.startWatching(ctx, r, channel)
}

func (b *Bot) startWatching(ctx context.Context, r Request, channel Channel) (*Answer, error) {
	if b.following.has(r.Place, "") {
		return &Answer{Request: r, Channel: channel, Said: fmt.Sprintf("I follow #%s already.", channel.Name)}, nil
	}
	err := b.o.Storage.Watch(ctx, b.platform(), WatchedChannel{Place: r.Place, By: r.Asker, At: b.o.Now()})
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.note(ctx, r.Asker, r.Place, "began to have a channel followed")
	b.following.set(r.Place.Channel, true)
	connection := b.following.current()
	b.later("read in a channel", func(ctx context.Context) error { return b.catchUp(ctx, r.Place, connection) })
	return &Answer{Request: r, Channel: channel, Said: fmt.Sprintf(
		"From now on I follow #%s and its threads: I keep their messages for %s, and answer questions about the channel at once. "+
			"What is deleted there is deleted here too. Tell the people who write there; whoever does not want it can opt out with /debate privacy.",
		channel.Name, Lasting(b.retentionOf(ctx, r.Place.Server)))}, nil
}

func (b *Bot) stopWatching(ctx context.Context, r Request) (*Answer, error) {
	n, err := b.unwatch(ctx, r.Place)
	switch {
	case errors.Is(err, ErrNotKept):
		return nil, Refusef("I don't follow that channel.")
	case err != nil:
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.note(ctx, r.Asker, r.Place, "had a channel followed no more")
	return &Answer{Request: r, Said: fmt.Sprintf("I follow that channel no more, and deleted what I kept of it: %s.", Count(n, "message"))}, nil
}

// listWatched names the channels followed in the asker's server, those alone that the asker may read.
func (b *Bot) listWatched(ctx context.Context, r Request) (*Answer, error) {
	names, err := b.Followed(ctx, r.Asker, r.Here.Server)
	if err != nil {
		return nil, err
	}
	said := "Of the channels that you can read, I follow none."
	if len(names) > 0 {
		said = "Of the channels that you can read, I follow " + strings.Join(names, ", ") + "."
	}
	return &Answer{Request: r, Said: said}, nil
}

// Followed are the names, such as #general, of the channels followed in a server, of those alone
// that the person may read.
func (b *Bot) Followed(ctx context.Context, person, server string) ([]string, error) {
	all, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	var names []string
	for _, c := range all {
		if c.Place.Server != server || b.o.Platform.MayRead(ctx, person, c.Place) != nil {
			continue
		}
		channel, err := b.o.Platform.Describe(ctx, c.Place)
		if err != nil {
			continue // gone since, or hidden from crux
		}
		names = append(names, "#"+channel.Name)
	}
	return names, nil
}
