package slack

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"crux/bot"
)

// This file proves that whoever reads one channel may read another. A private channel
// is read by its members. A public one is read by its members and by all full members of the
// workspace, who may thus read every public channel; guests, and who belongs elsewhere, read only
// the channels whose members they are. So it takes lists of members, and who of them is what.

const (
	// lookupsEach is how many people are looked up one by one; more are found in the list of all.
	lookupsEach = 20
	// peopleAPage is how many people Slack lists at a time, peoplePages how many pages crux reads.
	peopleAPage = 1000
	peoplePages = 20
)

// AllMayRead implements bot.Platform. It holds for the members of this moment.
func (a *Adapter) AllMayRead(ctx context.Context, from, there bot.Place) error {
	source, err := a.see(ctx, from)
	if err != nil {
		return wrap("all may read", err)
	}
	if err := a.readable(source); err != nil {
		return err
	}
	if from.Channel == there.Channel {
		return nil
	}
	target, err := a.see(ctx, there)
	if err != nil {
		if isRefused(err) {
			return bot.Refusef("Only you see this, because I can't see who reads here. Type /invite @crux.")
		}
		return wrap("all may read", err)
	}
	if err := a.allMayRead(ctx, source, target); err != nil {
		return wrap("all may read", err)
	}
	return nil
}

func (a *Adapter) allMayRead(ctx context.Context, from, there view) error {
	switch {
	case from.isDM():
		return bot.Refusef("Only you see this, because it comes from direct messages.")
	case there.isDM():
		may, err := a.reads(ctx, from, there.partner)
		if err == nil && !may {
			err = bot.Refusef(hidden)
		}
		return err
	case there.channel.isForeign() && !a.o.Shared:
		return bot.Refusef("Only you see this, because another organisation reads here.")
	case there.channel.isOpen() && from.channel.isPrivate():
		return bot.Refusef("Only you see this, because it comes from a private channel, and this one is open to all.")
	case there.channel.isOpen() && from.channel.isForeign():
		return bot.Refusef("Only you see this, because it comes from a channel shared with another organisation, and this one is open to all.")
	case there.channel.isOpen() && there.channel.isElsewhere():
		return bot.Refusef("Only you see this, because I can't tell who reads here: other workspaces have this channel too.")
	}
	outsiders, err := a.outsiders(ctx, from, there)
	if err != nil {
		if isRefused(err) || errors.Is(err, errManyMembers) {
			return &bot.Refusal{Reason: "Only you see this, because I can't tell whether everyone here may read #" + from.channel.Name + ".", Err: err}
		}
		return err
	}
	// Full members read what is public; another organisation may see that differently.
	isOpen := from.channel.isOpen() && !from.channel.isForeign() && !there.channel.isForeign()
	if slices.ContainsFunc(outsiders, func(m *member) bool { return !isOpen || !m.Full }) {
		return bot.Refusef("Only you see this, because not everyone here may read #%s.", from.channel.Name)
	}
	return nil
}

// outsiders are the people in there who are not in from.
func (a *Adapter) outsiders(ctx context.Context, from, there view) ([]*member, error) {
	var in, all map[string]bool
	fetches, fetching := errgroup.WithContext(ctx)
	fetches.Go(func() (err error) {
		in, err = a.members(fetching, from.place.Channel)
		return err
	})
	fetches.Go(func() (err error) {
		all, err = a.members(fetching, there.place.Channel)
		return err
	})
	if err := fetches.Wait(); err != nil {
		return nil, err
	}
	var ids []string
	for id := range all {
		if !in[id] && id != from.me.User {
			ids = append(ids, id)
		}
	}
	known, err := a.lookUp(ctx, ids)
	if err != nil {
		return nil, err
	}
	// Programs don't read over anybody's shoulder, and who is deactivated reads nothing.
	return slices.DeleteFunc(known, func(m *member) bool { return m.Bot || (m.Deleted && m != nobody) }), nil
}

// lookUp says what these people are. Whom Slack does not show is nobody.
func (a *Adapter) lookUp(ctx context.Context, ids []string) ([]*member, error) {
	listed := map[string]*member{}
	if len(ids) > lookupsEach {
		var err error
		if listed, err = a.everybody(ctx); err != nil {
			return nil, err
		}
	}
	var (
		mu    sync.Mutex
		found []*member
		rest  []string
	)
	for _, id := range ids {
		if m := listed[id]; m != nil {
			found = append(found, m)
		} else {
			rest = append(rest, id)
		}
	}
	if len(rest) > lookupsEach { // those of another organisation are on no list
		return nil, errManyMembers
	}
	lookups, looking := errgroup.WithContext(ctx)
	lookups.SetLimit(lookupsAtOnce)
	for _, id := range rest {
		lookups.Go(func() error {
			m, err := a.member(looking, id)
			mu.Lock()
			defer mu.Unlock()
			found = append(found, m)
			return err
		})
	}
	return found, lookups.Wait()
}

// everybody is the list of all people of the workspace, asked anew each time.
func (a *Adapter) everybody(ctx context.Context) (map[string]*member, error) {
	me, err := a.self(ctx)
	if err != nil {
		return nil, err
	}
	return shared(ctx, a.rest, "users.list", func(ctx context.Context) (map[string]*member, error) {
		all := map[string]*member{}
		pages := a.rest.api.GetUsersPaginated(slack.GetUsersOptionLimit(peopleAPage))
		for range peoplePages {
			err := a.rest.do(ctx, "users.list", true, func(ctx context.Context, _ *slack.Client) (err error) {
				pages, err = pages.Next(ctx) // after an error they are where they were
				return err
			})
			if err != nil {
				return nil, err
			}
			for _, u := range pages.Users {
				all[u.ID] = memberOf(&u, me.Team)
			}
			if pages.Cursor == "" {
				return all, nil
			}
		}
		return nil, errManyMembers
	})
}
