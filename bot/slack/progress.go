package slack

import (
	"context"
	"time"

	"crux/bot"
)

const (
	// progressEvery is the least time between two words of progress; the first one comes sooner.
	progressFirst, progressEvery = 700 * time.Millisecond, 4 * time.Second
	// progressTimeout is how long the answer waits for a word of progress on its way.
	progressTimeout = 3 * time.Second
)

// mutter returns what shows the asker progress, seldom enough for Slack, and what ends that. Where
// the answer stands in a message of crux's own, that is there from now on; what only
// the asker sees can't be changed, so progress is shown there once.
func (t *talk) mutter(ctx context.Context) (report func(bot.Progress), quiet func()) {
	return bot.Pace(progressFirst, progressEvery, func(p bot.Progress) {
		defer t.a.contain("progress")
		t.tell(ctx, p)
	})
}

// tell shows one word of progress.
func (t *talk) tell(ctx context.Context, p bot.Progress) {
	if t.to.ts != "" || !t.to.open { // a first message that is cut off may stand there all the same
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, progressTimeout)
		defer cancel()
	}
	var err error
	switch {
	case t.to.open && t.to.pressed == "": // a report whose button was pressed stays until there is another
		err = t.place(ctx, drawProgress(p))
	case !t.to.open && !t.to.muttered && t.to.pressed == "":
		t.to.muttered = true
		err = t.whisper(ctx, drawProgress(p))
	}
	if err != nil {
		t.a.o.Log.Debug("slack: progress not shown", "error", err)
	}
}
