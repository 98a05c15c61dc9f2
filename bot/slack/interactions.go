package slack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crux/bot"
)

// talk is one request and what is answered to it.
type talk struct {
	k  *desk
	a  *Adapter
	b  answerer
	me *identity
	d  delivery

	// One of these is what came.
	event       *event
	command     *command
	interaction *interaction

	asker string
	here  bot.Place
	to    surface
}

// newTalk reads what came.
func newTalk(k *desk, d delivery) (*talk, error) {
	me, err := k.a.self(k.work)
	if err != nil {
		return nil, err
	}
	t := &talk{k: k, a: k.a, b: k.b, me: me, d: d}
	var into any
	switch d.Kind {
	case anEvent:
		t.event = &event{}
		into = t.event
	case aCommand:
		t.command = &command{}
		into = t.command
	case anInteraction:
		t.interaction = &interaction{}
		into = t.interaction
	default:
		return nil, fmt.Errorf("slack: unknown kind %q", d.Kind)
	}
	if err := json.Unmarshal(d.Raw, into); err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	t.locate()
	return t, nil
}

// locate finds out who asks, where, and where the answer is to stand.
func (t *talk) locate() {
	here := func(channel, thread string) bot.Place {
		return bot.Place{Server: t.me.Team, Channel: channel, Thread: thread}
	}
	switch {
	case t.event != nil:
		e := t.event
		t.asker, t.here = e.User, here(e.Channel, e.Thread)
		t.to = surface{thread: e.Thread, open: true}
		if isDM(e.Channel) {
			t.a.people.speaks(e.Channel, e.User)
		} else if e.Thread == "" {
			t.to.thread = e.TS // the answer begins a thread below the mention
		}
	case t.command != nil:
		c := t.command
		t.asker, t.here = c.User, here(c.Channel, "")
		t.to = surface{hook: c.Hook}
	case t.interaction.Type == viewSubmitted:
		f := t.interaction.View.form()
		t.asker, t.here = t.interaction.User.ID, here(f.Channel, f.Thread)
		t.to = surface{thread: f.Thread, open: isDM(f.Channel)}
	default:
		i := t.interaction
		t.asker, t.here = i.User.ID, here(i.Channel.ID, i.Message.Thread)
		t.to = surface{hook: i.Hook, thread: i.Message.Thread}
		if i.Message.Thread == i.Message.TS {
			t.here.Thread, t.to.thread = "", i.Message.TS // it was chosen in the channel, and that is where the answer is seen
		}
		if i.Type == blockActions {
			t.here = here(i.Container.Channel, i.Container.Thread)
			t.to = surface{hook: i.Hook, thread: i.Container.Thread, pressed: i.Container.TS, replaces: i.Container.IsEphemeral}
			if isDM(i.Container.Channel) && !i.Container.IsEphemeral {
				t.a.people.speaks(i.Container.Channel, i.User.ID)
				t.to = surface{thread: i.Container.Thread, open: true, ts: i.Container.TS, pressed: i.Container.TS}
			}
		}
	}
	t.to.channel, t.to.aside, t.to.user = t.here.Channel, t.here.Thread, t.asker
	if t.d.Placeholder != "" {
		t.to.ts = t.d.Placeholder
	}
}

var errLate = errors.New("slack: the answer took too long")

// answerLife is how long an answer may take; a response_url lives no longer.
const answerLife = hookLife

// hold answers the request. It reports false where the request is to be answered after a restart.
func (t *talk) hold(ctx context.Context) (settled bool) {
	if t.isStale() {
		t.dismiss(ctx)
		return true
	}
	if t.a.stopping.Load() {
		return t.postpone(ctx)
	}
	life := answerLife
	if t.to.hook != "" {
		life -= t.a.o.Now().Sub(t.d.at)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, life, errLate)
	defer cancel()
	err := bot.Contain(func() error { return t.serve(ctx) })
	if err != nil && errors.Is(context.Cause(ctx), errRestarting) {
		if _, refused := errors.AsType[*bot.Refusal](err); !refused {
			return t.postpone(ctx)
		}
	}
	if err != nil {
		t.fail(ctx, err)
	}
	return true
}

// isStale reports whether the request is so old that nobody waits for its answer any more.
func (t *talk) isStale() bool {
	age := t.a.o.Now().Sub(t.d.at)
	return age > patience || (t.to.hook != "" && age > hookLife)
}

// dismiss leaves a request unanswered that came long before crux did, and says so where something says that the answer comes.
func (t *talk) dismiss(ctx context.Context) {
	if t.d.Placeholder == "" {
		return
	}
	if _, err := t.send(ctx, said("I was not running when you asked. Ask again.")); err != nil {
		t.a.o.Log.Warn("slack: asker not told", "error", err)
	}
}

// postpone tells the asker that crux stops. What has a message of its own is answered after the restart.
func (t *talk) postpone(ctx context.Context) (settled bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if t.event != nil || t.interaction != nil && t.interaction.Type == viewSubmitted { // what somebody wrote is not to be lost
		if t.to.ts == "" {
			return false
		}
		if _, err := t.send(ctx, said("crux is being restarted. The answer comes when it is back.")); err != nil {
			t.a.o.Log.Warn("slack: asker not told", "error", err)
		}
		return false
	}
	if err := t.whisper(ctx, said(bot.SayRestarting)); err != nil {
		t.a.o.Log.Warn("slack: asker not told", "error", err)
	}
	return true
}

// serve does what was asked for.
func (t *talk) serve(ctx context.Context) error {
	if t.event != nil && t.event.Type == "app_home_opened" {
		return t.showHome(ctx)
	}
	asked, err := t.understand(ctx)
	if err != nil {
		return err
	}
	if asked.form != nil {
		return t.openForm(ctx, *asked.form)
	}
	if asked.beside {
		t.to.stepAside(t.d.Placeholder)
	}
	t.to.settle(&asked.request, t.here)
	if asked.help {
		return t.whisper(ctx, drawHelp(t.a.o.Retention))
	}
	report, quiet := t.mutter(ctx)
	answer, err := func() (*bot.Answer, error) {
		defer quiet() // in a panic too, or progress would stand over what is said of it
		return t.b.Answer(ctx, asked.request, report)
	}()
	switch {
	case err != nil:
		return err
	case asked.full && len(answer.Sections) > 0:
		return t.giveFiles(ctx, answer)
	case answer.Request.Share && answer.Private == "" && reports(answer) && !t.to.open:
		return t.share(ctx, answer)
	}
	return t.show(ctx, answer, asked.page)
}

// show gives the answer where it was asked for: to everyone there, or to the asker alone.
func (t *talk) show(ctx context.Context, answer *bot.Answer, page int) error {
	if t.to.open && answer.Private != "" { // it could not be shared after all
		t.withdraw(ctx)
		t.to.open = false
	}
	posted, err := t.send(ctx, draw(answer, page, !t.to.open))
	if err != nil {
		return err
	}
	t.published(ctx, answer, posted)
	return nil
}

// share gives the answer to everyone here, and tells the asker so.
func (t *talk) share(ctx context.Context, answer *bot.Answer) error {
	// After a restart in between, it takes the place of what was posted before.
	if err := t.place(ctx, draw(answer, 0, false)); err != nil {
		return err
	}
	t.published(ctx, answer, t.posted(t.to.ts))
	if t.to.replaces {
		if err := t.whisper(ctx, said("Posted below.")); err != nil {
			t.a.o.Log.Warn("slack: asker not told of the post", "error", err)
		}
	}
	return nil
}

// reports reports whether an answer holds what people said.
func reports(answer *bot.Answer) bool { return len(answer.Sections)+len(answer.Lists) > 0 }

func (t *talk) published(ctx context.Context, answer *bot.Answer, post bot.Post) {
	if !reports(answer) {
		return
	}
	// It stands there now; whoever asked must not be told otherwise, nor may it go unfiled for that ctx ended.
	if err := t.b.Published(context.WithoutCancel(ctx), answer, post); err != nil {
		t.a.o.Log.Error("slack: report not filed for taking it down", "error", err)
	}
}

// fail tells the asker why there is no answer.
func (t *talk) fail(ctx context.Context, err error) {
	cause := context.Cause(ctx)
	var m message
	if refused, ok := errors.AsType[*bot.Refusal](err); ok {
		m = drawRefusal(refused.Reason)
	} else if errors.Is(cause, errLate) {
		m = said(bot.SayTooLong)
	} else {
		m = said(bot.SayFault(t.logged(err)))
	}
	// ctx may have ended; whoever asked is told all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if told := t.apologize(ctx, m); told != nil {
		t.a.o.Log.Warn("slack: asker not told", "error", told)
	}
}

// logged logs what went wrong and returns the id under which it is found.
func (t *talk) logged(err error) string {
	id := rand.Text()[:8]
	attrs := []any{"id", id, "kind", t.d.Kind, "channel", t.here.Channel, "error", err}
	if p, ok := errors.AsType[*bot.Panicked](err); ok {
		attrs = append(attrs, "stack", string(p.Stack))
	}
	t.a.o.Log.Error("slack: request failed", attrs...)
	return id
}

// showHome shows the member what crux is and which channels it follows.
func (t *talk) showHome(ctx context.Context) error {
	followed, err := t.b.Followed(ctx, t.asker, t.me.Team)
	if err != nil {
		t.a.o.Log.Error("slack: home without the channels followed", "error", err)
	}
	if err := t.publishHome(ctx, drawHome(t.a.o.Retention, followed)); err != nil {
		t.logged(err) // there is no place to say so
	}
	return nil
}
