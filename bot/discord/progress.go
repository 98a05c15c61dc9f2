package discord

import (
	"context"
	"net/http"
	"time"

	"crux/bot"
)

const (
	// progressEvery is the least time between two words of progress; the first one comes sooner.
	progressFirst, progressEvery = time.Second, 2500 * time.Millisecond
	// progressTimeout is how long the answer waits for a word of progress on its way.
	progressTimeout = 1500 * time.Millisecond
)

// mutter returns what shows the asker progress, seldom enough for Discord, and what ends that.
func (t *talk) mutter(ctx context.Context) (report func(bot.Progress), quiet func()) {
	return bot.Pace(progressFirst, progressEvery, func(p bot.Progress) {
		defer t.a.contain("progress")
		t.tell(ctx, p)
	})
}

// tell shows one word of progress.
func (t *talk) tell(ctx context.Context, p bot.Progress) {
	ctx, cancel := context.WithTimeout(ctx, progressTimeout)
	defer cancel()
	m := drawProgress(p)
	var err error
	if t.updates { // the report stays until there is another
		t.muttered = true
		err = t.content(ctx, m.Content)
	} else {
		_, err = t.edit(ctx, replied(m))
	}
	if err != nil {
		t.a.o.Log.Debug("discord: progress not shown", "error", err)
	}
}

// content changes only the words of the message whose button was pressed.
func (t *talk) content(ctx context.Context, words string) error {
	path := "/webhooks/" + t.i.App + "/" + t.i.Token + "/messages/@original"
	return t.a.call(ctx, http.MethodPatch, path, map[string]any{"content": words, "allowed_mentions": said("").AllowedMentions}, nil)
}

// hush takes progress back from a message that stays as it was.
func (t *talk) hush(ctx context.Context) {
	if !t.muttered {
		return
	}
	if err := t.content(ctx, t.i.Message.Content); err != nil {
		t.a.o.Log.Debug("discord: progress not taken back", "error", err)
	}
}
