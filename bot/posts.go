package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// whyTakenDown is shown in place of a report that quoted what is gone.
const whyTakenDown = "A message that this report rested on was deleted."

// hookLife is how long a message that only the asker sees can be changed.
const hookLife = 15 * time.Minute

// Published tells the bot where an answer stands, so that it is taken down when
// a message that it quotes is deleted. If one was deleted meanwhile, that happens at once.
func (b *Bot) Published(ctx context.Context, a *Answer, post Post) error {
	post.Platform, post.Source, post.Token = b.platform(), a.Request.Place.home(), a.Token
	post.Quoted, post.At = a.Sources(), b.o.Now()
	if len(post.Quoted) == 0 {
		return nil
	}
	if post.Hook != "" {
		b.hidden.add(post)
	} else if err := b.o.Storage.KeepPost(ctx, post); err != nil {
		// A report of which nobody knows where it stands could never be taken down.
		return errors.Join(err, b.o.Platform.TakeDown(ctx, post, "This report could not be filed."))
	}
	if b.gone.any(post.Source, post.Quoted) || b.reports.closedSince(post.Source, a.since) {
		return b.takeDown(ctx, post)
	}
	return nil
}

func (b *Bot) takeDown(ctx context.Context, post Post) error {
	if err := b.o.Platform.TakeDown(ctx, post, whyTakenDown); err != nil {
		return err
	}
	b.metrics.takenDown.Inc()
	if post.Hook != "" {
		b.hidden.drop(post)
		return nil
	}
	return b.o.Storage.DropPost(ctx, post)
}

// hiddenPosts are the reports that only their askers see, while they can be
// changed. They are kept in memory alone.
type hiddenPosts struct {
	now func() time.Time

	mu    sync.Mutex
	posts map[Place][]Post // by source
}

func newHiddenPosts(now func() time.Time) *hiddenPosts {
	return &hiddenPosts{now: now, posts: map[Place][]Post{}}
}

func (h *hiddenPosts) add(post Post) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for source := range h.posts {
		h.keep(source, func(p Post) bool { return h.now().Sub(p.At) < hookLife && !isSame(p, post) })
	}
	h.posts[post.Source] = append(h.posts[post.Source], post)
}

func (h *hiddenPosts) drop(post Post) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keep(post.Source, func(p Post) bool { return !isSame(p, post) })
}

// quoting are the posts that quote one of these messages; without ids, any message of the place.
func (h *hiddenPosts) quoting(source Place, ids []string) []Post {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []Post
	for _, p := range h.posts[source] {
		isQuoted := len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(p.Quoted, id) })
		if isQuoted && h.now().Sub(p.At) < hookLife {
			found = append(found, p)
		}
	}
	return found
}

func (h *hiddenPosts) keep(source Place, pick func(Post) bool) {
	kept := slices.DeleteFunc(h.posts[source], func(p Post) bool { return !pick(p) })
	if len(kept) == 0 {
		delete(h.posts, source)
		return
	}
	h.posts[source] = kept
}

// isSame reports whether both are the same message; an edited one takes the place of what it was.
func isSame(a, b Post) bool { return a.Place == b.Place && a.Message == b.Message }
