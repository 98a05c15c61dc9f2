package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"crux/summarize"
)

var _ Follower = (*Bot)(nil)

// following knows which channels are watched, and of which of them the store has everything.
type following struct {
	// gate is held, shared, while messages of a watched channel are being stored, and alone
	// while a channel stops being watched: nothing is stored after that.
	gate sync.RWMutex

	mu       sync.Mutex
	watched  map[string]bool // by the channel's id
	caughtUp map[string]bool // by the id of the channel or thread
	// connection counts connections, so that what was read in before a gap is not taken for whole after it.
	connection int
	connected  bool
}

func (f *following) load(ctx context.Context, s WatchStorage, platform string) error {
	channels, err := s.Watched(ctx, platform)
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watched, f.caughtUp = map[string]bool{}, map[string]bool{}
	for _, c := range channels {
		f.watched[c.Place.Channel] = true
	}
	return nil
}

func (f *following) set(channel string, watched bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if watched {
		f.watched[channel] = true
	} else {
		delete(f.watched, channel)
		delete(f.caughtUp, channel)
	}
}

// has reports whether a place is watched, itself or as a thread of parent.
func (f *following) has(p Place, parent string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.watched[p.Channel] || (parent != "" && f.watched[parent])
}

// live reports whether everything that happens in a place reaches the store.
func (f *following) live(p Place) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.connected && f.caughtUp[p.Channel]
}

func (f *following) interrupt() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.connected, f.caughtUp = false, map[string]bool{}
}

func (f *following) connect() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.connection++
	f.connected = true
	return f.connection
}

func (f *following) current() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.connection
}

// catchUp notes that a place was read in during this connection.
func (f *following) catchUp(p Place, connection int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.connected && f.connection == connection && f.watched != nil {
		f.caughtUp[p.Channel] = true
	}
}

// fellBehind notes that something of a place did not reach the store.
func (f *following) fellBehind(p Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.caughtUp, p.Channel)
}

// Posted keeps a message of a watched channel.
func (b *Bot) Posted(ctx context.Context, p Place, parent string, m summarize.Message, name string) {
	kept, err := b.put(ctx, p, parent, []summarize.Message{m}, map[string]string{m.Author: name})
	if err != nil {
		b.following.fellBehind(p)
		b.o.Log.Error("bot: message not kept", "error", err)
	} else if kept {
		b.metrics.ingested.Inc()
	}
}

// put stores messages of a place, unless it is not watched (any more) or they are
// older than anything is kept, such as an old message that was edited.
func (b *Bot) put(ctx context.Context, p Place, parent string, messages []summarize.Message, names map[string]string) (kept bool, err error) {
	b.following.gate.RLock()
	defer b.following.gate.RUnlock()
	if !b.following.has(p, parent) {
		return false, nil
	}
	return true, b.o.Storage.PutMessages(ctx, b.platform(), p, parent, b.young(messages), names)
}

// young are the messages that are not older than anything is kept.
func (b *Bot) young(messages []summarize.Message) []summarize.Message {
	oldest := b.o.Now().Add(-b.o.Retention)
	return slices.DeleteFunc(slices.Clone(messages), func(m summarize.Message) bool { return m.Time.Before(oldest) })
}

// unwatch stops following a channel and removes what is kept of it.
func (b *Bot) unwatch(ctx context.Context, p Place) (messages int, err error) {
	b.following.gate.Lock()
	defer b.following.gate.Unlock()
	b.following.set(p.Channel, false)
	return b.o.Storage.Unwatch(ctx, b.platform(), p)
}

// Edited keeps the text as it is now, and makes answers in the making use it.
func (b *Bot) Edited(ctx context.Context, p Place, parent string, m summarize.Message, name string) {
	b.gone.edited(p, m)
	b.reports.forget(p, m.ID)
	b.recent.forget(p, m.ID)
	b.Posted(ctx, p, parent, m, name)
}

// Removed removes messages from wherever they are kept or shown.
func (b *Bot) Removed(ctx context.Context, p Place, ids ...string) {
	b.gone.removed(p, ids...)
	b.reports.forget(p, ids...)
	b.recent.forget(p, ids...)
	if err := b.o.Storage.RemoveMessages(ctx, b.platform(), p, ids); err != nil {
		b.following.fellBehind(p)
		b.o.Log.Error("bot: deletion not stored", "error", err)
	}
	for _, id := range ids { // it may be a report of crux's own
		if err := b.o.Storage.DropPost(ctx, Post{Platform: b.platform(), Place: p, Message: id}); err != nil {
			b.o.Log.Error("bot: deleted post not forgotten", "error", err)
		}
	}
	posts, err := b.o.Storage.PostsQuoting(ctx, b.platform(), p, ids)
	if err != nil {
		b.o.Log.Error("bot: posts that quote what was deleted not found", "error", err)
	}
	b.takeDownLater(append(posts, b.hidden.quoting(p, ids)...))
}

// Closed removes everything of a place.
func (b *Bot) Closed(ctx context.Context, p Place) {
	b.gone.closed(p)
	b.reports.forgetPlace(p)
	b.recent.forgetPlace(p)
	posts, err := b.o.Storage.PostsFrom(ctx, b.platform(), p)
	if err != nil {
		b.o.Log.Error("bot: posts from what was closed not found", "error", err)
	}
	if _, err := b.unwatch(ctx, p); err != nil && !errors.Is(err, ErrNotKept) {
		b.o.Log.Error("bot: closed channel not removed", "error", err)
	}
	if err := b.o.Storage.RemovePlace(ctx, b.platform(), p); err != nil {
		b.o.Log.Error("bot: closed channel not removed", "error", err)
	}
	b.takeDownLater(append(posts, b.hidden.quoting(p, nil)...))
}

// Left removes everything of a server.
func (b *Bot) Left(ctx context.Context, server string) {
	b.reports.clear()
	b.recent.clear()
	if err := b.o.Storage.RemoveServer(ctx, b.platform(), server); err != nil {
		b.o.Log.Error("bot: server that crux left not removed", "error", err)
		return
	}
	if err := b.following.load(ctx, b.o.Storage, b.platform()); err != nil {
		b.o.Log.Error("bot: watched channels not read", "error", err)
	}
}

func (b *Bot) takeDownLater(posts []Post) {
	if len(posts) == 0 {
		return
	}
	b.later("take down reports", func(ctx context.Context) error {
		var errs []error
		for _, post := range posts {
			// One that fails stays in the store, so that the next Connected tries again.
			errs = append(errs, b.takeDown(ctx, post))
		}
		return errors.Join(errs...)
	})
}

// Interrupted makes every answer be read from the platform until Connected has caught up.
func (b *Bot) Interrupted() {
	b.following.interrupt()
	// Deletions may be missed from now on.
	b.reports.clear()
	b.recent.clear()
}

// Connected reads in what was missed, one place after the other, and looks
// whether posted reports still quote what is there.
func (b *Bot) Connected(ctx context.Context) {
	connection := b.following.connect()
	if err := b.catchUpAll(ctx, connection); err != nil && ctx.Err() == nil {
		b.o.Log.Error("bot: not all that was missed could be read", "error", err)
	}
	if err := b.recheckPosts(ctx); err != nil && ctx.Err() == nil {
		b.o.Log.Error("bot: not all posted reports could be checked", "error", err)
	}
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

// catchUp reads in a watched channel and its active threads.
func (b *Bot) catchUp(ctx context.Context, channel Place, connection int) error {
	// Where crux may not read the history, a platform may show an empty one: that is no deletion.
	about, err := b.o.Platform.Describe(ctx, channel)
	if err != nil {
		return err
	}
	threads, err := b.o.Platform.Threads(ctx, channel)
	errs := []error{err}
	if !about.Container {
		errs = append(errs, b.backfill(ctx, channel, "", connection))
	}
	for _, thread := range threads {
		errs = append(errs, b.backfill(ctx, thread, channel.Channel, connection))
	}
	return errors.Join(errs...)
}

// How far backfill reads.
const (
	// firstBackfill is how many messages are read when a channel begins to be watched.
	firstBackfill = 1000
	// recheckDepth is how many of the messages kept are compared with what stands
	// in the channel after a gap, since a deletion may have been missed.
	recheckDepth = 1000
	// backfillLimit bounds what is read in after a gap; of a longer one the store has the newest part.
	backfillLimit = 20_000
)

// backfill reads in what the store misses of one place, and removes what is not there any more.
func (b *Bot) backfill(ctx context.Context, p Place, parent string, connection int) error {
	kept, err := b.o.Storage.Messages(ctx, b.platform(), p, Range{Last: recheckDepth})
	if errors.Is(err, ErrNotKept) {
		kept, err = History{}, nil
	}
	if err != nil {
		return err
	}
	rng := Range{Last: firstBackfill}
	if len(kept.Messages) > 0 {
		rng = Range{From: kept.Messages[0].ID, Last: backfillLimit}
	}
	read, err := b.o.Platform.History(ctx, p, rng, func(int) {})
	if err != nil {
		return err
	}
	if watched, err := b.put(ctx, p, parent, read.Messages, read.Names); err != nil || !watched {
		return err
	}
	if err := b.coverFrom(ctx, p, kept, read); err != nil {
		return err
	}
	if gone := missing(kept.Messages, read); len(gone) > 0 {
		b.Removed(ctx, p, gone...)
	}
	b.following.catchUp(p, connection)
	return nil
}

// coverFrom says from where on the store has everything, where reading changed that.
func (b *Bot) coverFrom(ctx context.Context, p Place, kept, read History) error {
	young := b.young(read.Messages)
	switch {
	case len(kept.Messages) > 0 && read.Whole:
		return nil
	case read.Whole && len(young) == len(read.Messages):
		return b.o.Storage.Cover(ctx, b.platform(), p, "")
	case len(young) == 0:
		return nil
	}
	return b.o.Storage.Cover(ctx, b.platform(), p, young[0].ID)
}

// missing are the ids of the kept messages that do not stand among those read,
// though they would where they still existed.
func missing(kept []summarize.Message, read History) []string {
	there := map[string]bool{}
	for _, m := range read.Messages {
		there[m.ID] = true
	}
	var gone []string
	for _, m := range kept {
		reached := read.Whole || (len(read.Messages) > 0 && m.Time.After(read.Messages[0].Time))
		if reached && !there[m.ID] {
			gone = append(gone, m.ID)
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
		for _, id := range post.Quoted {
			quoted[id] = true
		}
	}
	ids := slices.SortedFunc(maps.Keys(quoted), byID)
	if len(ids) == 0 {
		return nil
	}
	if _, err := b.o.Platform.Describe(ctx, source); err != nil {
		return err
	}
	read, err := b.o.Platform.History(ctx, source, Range{From: ids[0], To: ids[len(ids)-1], Last: backfillLimit}, func(int) {})
	if err != nil || (!read.Whole && len(read.Messages) == 0) {
		return err
	}
	for _, m := range read.Messages {
		delete(quoted, m.ID)
	}
	oldest := ""
	if !read.Whole {
		oldest = read.Messages[0].ID
	}
	var gone []string
	for _, id := range ids {
		if quoted[id] && byID(id, oldest) > 0 {
			gone = append(gone, id)
		}
	}
	if len(gone) > 0 {
		b.Removed(ctx, source, gone...)
	}
	return nil
}

// byID orders ids of one platform as their messages were posted.
func byID(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
