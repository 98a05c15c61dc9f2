package bot

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
)

// Connected reads in what was missed, one place after the other, and looks
// whether posted reports still quote what is there.
func (b *Bot) Connected(ctx context.Context, servers []string) {
	connection := b.following.connect()
	if servers != nil {
		if err := b.leaveOthers(ctx, servers); err != nil && ctx.Err() == nil {
			b.o.Log.Error("bot: servers that crux left not looked for", "error", err)
		}
	}
	if err := b.catchUpAll(ctx, connection); err != nil && ctx.Err() == nil {
		b.o.Log.Error("bot: not all that was missed could be read", "error", err)
	}
	if err := b.recheckPosts(ctx); err != nil && ctx.Err() == nil {
		b.o.Log.Error("bot: not all posted reports could be checked", "error", err)
	}
	if err := b.enforceLeftOut(ctx); err != nil && ctx.Err() == nil {
		b.o.Log.Error("bot: not all words of people who are left out could be removed", "error", err)
	}
}

// leaveOthers removes what is kept of servers in which crux is no more.
func (b *Bot) leaveOthers(ctx context.Context, servers []string) error {
	places, err := b.o.Storage.Places(ctx, b.platform())
	if err != nil {
		return err
	}
	sources, err := b.o.Storage.PostSources(ctx, b.platform())
	if err != nil {
		return err
	}
	watched, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		return err
	}
	ledgers, err := b.o.Storage.Ledgers(ctx, b.platform())
	if err != nil {
		return err
	}
	digests, err := b.o.Storage.Digests(ctx, b.platform(), "")
	if err != nil {
		return err
	}
	decided, err := b.o.Storage.Decided(ctx, b.platform())
	if err != nil {
		return err
	}
	places = slices.Concat(places, sources, ledgers)
	for _, server := range decided {
		places = append(places, Place{Server: server})
	}
	for _, c := range watched {
		places = append(places, c.Place)
	}
	for _, d := range digests {
		places = append(places, d.To)
	}
	left := map[string]bool{}
	for _, p := range places {
		if !slices.Contains(servers, p.Server) && !left[p.Server] {
			left[p.Server] = true
			b.Left(ctx, p.Server)
		}
	}
	return nil
}

func (b *Bot) catchUpAll(ctx context.Context, connection int) error {
	channels, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range channels {
		errs = append(errs, b.catchUp(ctx, c.Place, connection))
	}
	return errors.Join(errs...)
}

// catchUp reads in a watched channel with its active threads and those of which messages are kept, from
// which something may have been deleted though they are archived.
func (b *Bot) catchUp(ctx context.Context, channel Place, connection int) error {
	// Where crux may not read the history, a platform may show an empty one: that is no deletion.
	about, err := b.o.Platform.Describe(ctx, channel)
	if errors.Is(err, ErrGone) {
		b.Closed(ctx, channel)
		return nil
	}
	if err != nil {
		return err
	}
	active, err := b.o.Platform.Threads(ctx, channel)
	errs := []error{err}
	kept, err := b.o.Storage.ThreadsKept(ctx, b.platform(), channel)
	errs = append(errs, err)
	kept = slices.DeleteFunc(kept, func(thread Place) bool { return slices.Contains(active, thread) })
	if !about.Container {
		errs = append(errs, b.backfill(ctx, channel, "", connection))
	}
	for _, thread := range slices.Concat(active, kept) {
		errs = append(errs, b.backfillThread(ctx, thread, channel, connection))
	}
	return errors.Join(errs...)
}

// backfillThread reads in a thread, and removes what is kept of one that is gone.
func (b *Bot) backfillThread(ctx context.Context, thread, channel Place, connection int) error {
	err := b.backfill(ctx, thread, channel.Channel, connection)
	if refusal(err) == nil {
		return err
	}
	if _, gone := b.o.Platform.Describe(ctx, thread); errors.Is(gone, ErrGone) {
		b.Closed(ctx, thread)
		return nil
	}
	return err
}

// firstBackfill is how many messages are read when a channel begins to be watched.
const firstBackfill = 1000

// backfill reads in what the store misses of one place, and removes what is not there any more:
// a deletion may have been missed.
func (b *Bot) backfill(ctx context.Context, p Place, parent string, connection int) error {
	kept, whole, err := b.o.Storage.Kept(ctx, b.platform(), p, b.o.CatchUp)
	if err != nil && !errors.Is(err, ErrNotKept) {
		return err
	}
	rng := Range{Last: firstBackfill}
	if len(kept) > 0 {
		rng = Range{From: kept[0], Last: b.o.CatchUp}
	}
	read, err := b.o.Platform.History(ctx, p, rng, func(int) {})
	throttled := errors.Is(err, ErrThrottled)
	if err != nil && !throttled {
		return err
	}
	if watched, err := b.put(ctx, p, parent, read.Messages, read.Names); err != nil || !watched {
		return err
	}
	if throttled && len(kept) > 0 {
		return nil // a gap remains, which is said wherever the store is read
	}
	if err := b.removeGone(ctx, p, missing(kept, read)); err != nil {
		return err
	}
	if err := b.cover(ctx, p, kept, whole, read); err != nil {
		return err
	}
	b.following.catchUp(p, connection)
	return nil
}

// cover says from where on the store has everything, now that kept was compared with
// what was read. What lies before that was not compared, and goes.
func (b *Bot) cover(ctx context.Context, p Place, kept []string, whole bool, read History) error {
	young := b.young(ctx, p.Server, read.Messages)
	switch {
	case len(kept) > 0 && whole && read.Whole:
		return nil
	case len(kept) > 0 && read.Whole:
		return b.o.Storage.RemoveBefore(ctx, b.platform(), p, kept[0])
	case len(kept) == 0 && read.Whole && len(young) == len(read.Messages):
		return b.o.Storage.Cover(ctx, b.platform(), p, "")
	case len(young) == 0:
		return nil
	}
	return b.o.Storage.RemoveBefore(ctx, b.platform(), p, young[0].ID)
}

// missing are the ids of kept that do not stand among the messages read, though they
// would where they still existed.
func missing(kept []string, read History) []string {
	there := map[string]bool{}
	for _, m := range read.Messages {
		there[m.ID] = true
	}
	var gone []string
	for _, id := range kept {
		reached := read.Whole || (len(read.Messages) > 0 && byID(id, read.Messages[0].ID) > 0)
		if reached && !there[id] {
			gone = append(gone, id)
		}
	}
	return gone
}

// recheckPosts takes down the posted reports of which a quoted message was deleted during a gap.
func (b *Bot) recheckPosts(ctx context.Context) error {
	sources, err := b.o.Storage.PostSources(ctx, b.platform())
	if err != nil {
		return err
	}
	var errs []error
	for _, source := range sources {
		errs = append(errs, b.recheckPostsFrom(ctx, source))
	}
	return errors.Join(errs...)
}

func (b *Bot) recheckPostsFrom(ctx context.Context, source Place) error {
	posts, err := b.o.Storage.PostsFrom(ctx, b.platform(), source)
	if err != nil {
		return err
	}
	quoted := map[string]bool{}
	for _, post := range posts {
		for _, s := range post.Sources {
			if s.Place != source {
				continue
			}
			for _, id := range s.Messages {
				quoted[id] = true
			}
		}
	}
	ids := slices.SortedFunc(maps.Keys(quoted), byID)
	if len(ids) == 0 {
		return nil
	}
	if _, err := b.o.Platform.Describe(ctx, source); errors.Is(err, ErrGone) {
		b.Closed(ctx, source)
		return nil
	} else if err != nil {
		return err
	}
	// Reports may rest on messages far apart, so it goes back stretch by stretch.
	for to := ids[len(ids)-1]; ; {
		read, err := b.o.Platform.History(ctx, source, Range{From: ids[0], To: to, Last: b.o.CatchUp}, func(int) {})
		if err != nil {
			return err
		}
		if err := b.removeGone(ctx, source, unread(ids, to, read)); err != nil || read.Whole {
			return err
		}
		if len(read.Messages) == 0 || read.Messages[0].ID == to {
			return errors.New("bot: what lies further back can't be compared")
		}
		to = read.Messages[0].ID
	}
}

// unread are those of ids, up to the message to, that were not read though they lie in the stretch that was.
func unread(ids []string, to string, read History) []string {
	return slices.DeleteFunc(missing(ids, read), func(id string) bool { return byID(id, to) > 0 })
}

// removeGone removes those of the messages of which the platform does not say that they still stand.
func (b *Bot) removeGone(ctx context.Context, p Place, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	gone, err := b.o.Platform.Gone(ctx, p, ids)
	if err == nil && len(gone) > 0 {
		b.Removed(ctx, p, gone...)
	}
	return err
}

// byID orders ids of one platform as their messages were posted.
func byID(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
