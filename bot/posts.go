package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// whyTakenDown is shown in place of a report that quoted what is gone.
const whyTakenDown = "A message that this report rested on was deleted."

// whyDisowned is shown in place of a report that rested on words that their author disowned.
const whyDisowned = "Somebody whose words this rested on said that it is not what they meant."

// hookLife is how long a message that only the asker sees can be changed.
const hookLife = 15 * time.Minute

// Published tells the bot where an answer stands, so that it is taken down when
// a message that it quotes is deleted. If one was deleted meanwhile, that happens at once.
func (b *Bot) Published(ctx context.Context, a *Answer, post Post) error {
	post.Platform, post.Token, post.At = b.platform(), a.Token, b.o.Now()
	post.Sources, post.People = a.Sources(), a.people
	if len(post.Sources) == 0 {
		return nil
	}
	if post.Hook != "" {
		b.hidden.add(post)
	} else if err := b.o.Storage.KeepPost(ctx, post); err != nil {
		// A report of which nobody knows where it stands could never be taken down.
		return errors.Join(err, b.o.Platform.TakeDown(ctx, post, "This report could not be filed."))
	}
	for _, s := range post.Sources {
		if b.gone.any(s.Place, s.Messages) || b.reports.closedSince(s.Place, a.since) {
			return b.takeDown(ctx, post, whyTakenDown)
		}
	}
	// As with deletions: who is left out later looks for posts, and who was left out before is found here.
	left, err := b.restsOnLeftOut(ctx, a)
	if err != nil {
		return err
	}
	if left {
		return b.takeDown(ctx, post, whyLeftOut)
	}
	disowned, err := b.restsOnDisowned(ctx, a, post)
	if err != nil {
		return err
	}
	if disowned {
		return b.takeDown(ctx, post, whyDisowned)
	}
	return nil
}

// heedLag is how long it may take until what somebody disowned is kept.
const heedLag = 10 * time.Second

// restsOnDisowned reports whether everybody sees an answer that rests on what its author disowned
// since it was read what people disowned. Another process may have kept it.
func (b *Bot) restsOnDisowned(ctx context.Context, a *Answer, post Post) (bool, error) {
	if post.Hook != "" || a.heeded.IsZero() {
		return false, nil
	}
	heeded := a.heeded.Add(-heedLag)
	for _, s := range post.Sources {
		disowned, err := b.o.Storage.Disowned(ctx, b.platform(), s.Place)
		if err != nil {
			return false, fmt.Errorf("bot: %w", err)
		}
		for _, d := range disowned {
			if d.At.After(heeded) && slices.Contains(s.Messages, d.Message) {
				return true, nil
			}
		}
	}
	return false, nil
}

func (b *Bot) takeDown(ctx context.Context, post Post, why string) error {
	if err := b.o.Platform.TakeDown(ctx, post, why); err != nil {
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
	posts []Post
}

func newHiddenPosts(now func() time.Time) *hiddenPosts {
	return &hiddenPosts{now: now}
}

func (h *hiddenPosts) add(post Post) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keep(func(p Post) bool { return h.now().Sub(p.At) < hookLife && !isSame(p, post) })
	h.posts = append(h.posts, post)
}

func (h *hiddenPosts) drop(post Post) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keep(func(p Post) bool { return !isSame(p, post) })
}

// quoting are the posts that quote one of these messages; without ids, any message of the place.
func (h *hiddenPosts) quoting(source Place, ids []string) []Post {
	return h.pick(func(p Post) bool { return restsOn(p.Sources, source, ids) })
}

// about are the posts that rest on a person's words.
func (h *hiddenPosts) about(person string) []Post {
	return h.pick(func(p Post) bool { return slices.Contains(p.People, person) })
}

// pick are those of the posts that can still be changed.
func (h *hiddenPosts) pick(wanted func(Post) bool) []Post {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []Post
	for _, p := range h.posts {
		if wanted(p) && h.now().Sub(p.At) < hookLife {
			found = append(found, p)
		}
	}
	return found
}

func (h *hiddenPosts) keep(wanted func(Post) bool) {
	h.posts = slices.DeleteFunc(h.posts, func(p Post) bool { return !wanted(p) })
}

// isSame reports whether both are the same message; an edited one takes the place of what it was.
func isSame(a, b Post) bool { return a.Place == b.Place && a.Message == b.Message }
