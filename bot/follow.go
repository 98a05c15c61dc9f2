package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

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
	touched  map[string]bool // watched channels in which something was said since their objections were followed
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
	f.watched = map[string]bool{}
	if f.caughtUp == nil {
		f.caughtUp, f.touched = map[string]bool{}, map[string]bool{}
	}
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
		delete(f.touched, channel)
	}
}

// touch notes that something was said in a watched channel, or in a thread of it.
func (f *following) touch(p Place, parent string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, channel := range []string{p.Channel, parent} {
		if f.watched[channel] {
			f.touched[channel] = true
		}
	}
}

// untouch reports whether something was said in a channel since it was last asked.
func (f *following) untouch(p Place) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	is := f.touched[p.Channel]
	delete(f.touched, p.Channel)
	return is
}

func (f *following) isConnected() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.connected
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
	if f.connected && f.connection == connection && f.caughtUp != nil {
		f.caughtUp[p.Channel] = true
	}
}

// fellBehind notes that something of a place did not reach the store.
func (f *following) fellBehind(p Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.caughtUp, p.Channel)
}

// Follows reports whether a place is watched.
func (b *Bot) Follows(p Place) bool { return b.following.has(p, "") }

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
	b.following.touch(p, parent)
	return true, b.o.Storage.PutMessages(ctx, b.platform(), p, parent, b.young(ctx, p.Server, messages), names)
}

// young are the messages that are not older than anything is kept.
func (b *Bot) young(ctx context.Context, server string, messages []summarize.Message) []summarize.Message {
	oldest := b.o.Now().Add(-b.retentionOf(ctx, server))
	return slices.DeleteFunc(slices.Clone(messages), func(m summarize.Message) bool { return m.Time.Before(oldest) })
}

// unwatch stops following a channel and removes what is kept of it.
func (b *Bot) unwatch(ctx context.Context, p Place) (messages int, err error) {
	b.following.gate.Lock()
	defer b.following.gate.Unlock()
	b.following.set(p.Channel, false)
	messages, err = b.o.Storage.Unwatch(ctx, b.platform(), p)
	if err == nil {
		b.later("tell of digests that lost a channel", func(ctx context.Context) error { return b.tellOfLost(ctx, p) })
	}
	return messages, err
}

// Edited keeps the text as it is now, and makes answers in the making use it.
func (b *Bot) Edited(ctx context.Context, p Place, parent string, m summarize.Message, name string) {
	b.gone.edited(p, m)
	b.reports.forget(p, m.ID)
	b.recent.forget(p, m.ID)
	b.Posted(ctx, p, parent, m, name)
	b.editedInLedger(ctx, p, parent, m.ID, m.Text)
}

// Removed removes messages from wherever they are kept or shown.
func (b *Bot) Removed(ctx context.Context, p Place, ids ...string) {
	b.gone.removed(p, ids...)
	b.reports.forget(p, ids...)
	b.recent.forget(p, ids...)
	b.eraseGone(ctx, p, takingOut(ids), func() error { return b.o.Storage.RemoveMessages(ctx, b.platform(), p, ids) })
	for _, id := range ids { // it may be a report of crux's own
		if err := b.o.Storage.DropPost(ctx, Post{Platform: b.platform(), Place: p, Message: id}); err != nil {
			b.o.Log.Error("bot: deleted post not forgotten", "error", err)
		}
	}
	posts, err := b.o.Storage.PostsQuoting(ctx, b.platform(), p, ids)
	if err != nil {
		b.o.Log.Error("bot: posts that quote what was deleted not found", "error", err)
	}
	b.takeDownLater(append(posts, b.hidden.quoting(p, ids)...), whyTakenDown)
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
	b.eraseGone(ctx, p, takingOutThread(p), func() error {
		// It goes as a place first, while it is still known which threads are in it.
		if err := b.o.Storage.RemovePlace(ctx, b.platform(), p); err != nil {
			return err
		}
		if _, err := b.unwatch(ctx, p); !errors.Is(err, ErrNotKept) {
			return err
		}
		return nil
	})
	b.takeDownLater(append(posts, b.hidden.quoting(p, nil)...), whyTakenDown)
}

// Left removes everything of a server.
func (b *Bot) Left(ctx context.Context, server string) {
	b.reports.clear()
	b.recent.clear()
	b.following.gate.Lock()
	defer b.following.gate.Unlock()
	if err := b.o.Storage.RemoveServer(ctx, b.platform(), server); err != nil {
		b.o.Log.Error("bot: server that crux left not removed", "error", err)
		return
	}
	if err := b.following.load(ctx, b.o.Storage, b.platform()); err != nil {
		b.o.Log.Error("bot: watched channels not read", "error", err)
	}
}

// takeDownFor is how long a report that can't be taken down is tried again. After
// that it stays in the store, so that the next Connected finds it.
const takeDownFor = 15 * time.Minute

func (b *Bot) takeDownLater(posts []Post, why string) {
	if len(posts) == 0 {
		return
	}
	posts = slices.Clone(posts)
	b.later("take down reports", func(ctx context.Context) error {
		// One that can't be taken down for now holds up no other.
		_, err := backoff.Retry(ctx, func() (struct{}, error) {
			var errs []error
			posts = slices.DeleteFunc(posts, func(post Post) bool {
				err := b.takeDown(ctx, post, why)
				errs = append(errs, err)
				return err == nil
			})
			return struct{}{}, errors.Join(errs...)
		}, backoff.WithMaxElapsedTime(takeDownFor))
		return err
	})
}

// Interrupted makes every answer be read from the platform until Connected has caught up.
func (b *Bot) Interrupted() {
	b.following.interrupt()
	// Deletions may be missed from now on.
	b.reports.clear()
	b.recent.clear()
}
