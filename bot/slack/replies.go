package slack

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"crux/bot"
)

// surface is where an answer stands.
type surface struct {
	channel, user string
	// thread is the thread in which the answer stands, "" where it stands in the channel. aside is
	// that in which a message that only the asker sees stands: it would not be seen in a thread that has no messages yet.
	thread, aside string
	// open is true where the answer stands in a message of crux's own that everyone there sees. In
	// a direct message that is the asker alone.
	open bool
	// ts is that message, "" as long as there is none.
	ts string
	// hook is the response_url of what was asked, "" where it has none.
	hook string
	// pressed is the message whose button was pressed, "" where none was. replaces is
	// true where only the asker sees it, so that the answer can take its place.
	pressed  string
	replaces bool
	// muttered is true where the asker alone was told of progress.
	muttered bool
}

// settle decides who sees the answer to r: what was asked aloud and is about that very
// channel is answered aloud, all else to the asker alone.
func (s *surface) settle(r *bot.Request, here bot.Place) {
	if !s.open || isDM(here.Channel) {
		return
	}
	sameChannel := r.Place.Channel == here.Channel
	s.open = sameChannel && isForAll(r.Command)
	r.Share = s.open || r.Share
}

// isForAll reports whether the answer to a command concerns more people than the asker.
func isForAll(c bot.Command) bool {
	switch c {
	case bot.Summary, bot.Open, bot.Answered, bot.Watch, bot.Unwatch:
		return true
	case bot.Mine, bot.Mistaken, bot.One, bot.Correct, bot.Watched, bot.Digests, bot.Privacy, bot.Status:
	}
	return false
}

// stepAside has the answer stand beside the message whose button was pressed, and not in its
// place. placeholder is where it stands already, "" where it does not.
func (s *surface) stepAside(placeholder string) {
	s.replaces = false
	if s.open {
		s.ts, s.pressed = placeholder, ""
	}
}

// send gives an answer, and returns where it stands.
func (t *talk) send(ctx context.Context, m message) (bot.Post, error) {
	if t.to.open {
		err := t.place(ctx, m)
		return t.posted(t.to.ts), err
	}
	if err := t.whisper(ctx, m); err != nil {
		return bot.Post{}, err
	}
	if t.to.replaces {
		return bot.Post{Place: t.here, Message: t.to.pressed, Hook: t.to.hook}, nil
	}
	post := bot.Post{Place: t.here, Message: t.d.ID, Hook: whisperHook + t.asker} // Slack does not tell the name of a new one
	if t.to.hook != "" && t.to.pressed == "" {                                    // by the address of a press the message pressed would be changed
		post.Hook = besideHook + t.to.hook
	}
	return post, nil
}

// posted is a message that all see. Events tell of its channel alone.
func (t *talk) posted(ts string) bot.Post {
	here := t.here
	here.Thread = ""
	return bot.Post{Place: here, Message: ts}
}

// place makes the message the one in which the answer stands.
func (t *talk) place(ctx context.Context, m message) error {
	if t.to.ts == "" {
		t.recall(ctx)
	}
	if t.to.ts == "" {
		ts, err := t.post(ctx, t.d.mark(), m)
		if err != nil {
			return err
		}
		t.keep(ctx, ts)
		return nil
	}
	err := t.a.update(ctx, t.to.channel, t.to.ts, m)
	if hasCode(err, codeNoMessage) { // somebody deleted it
		t.to.ts = ""
		return t.place(ctx, m)
	}
	return err
}

// keep notes which message is the one in which the answer stands.
func (t *talk) keep(ctx context.Context, ts string) {
	t.to.ts, t.d.Placeholder = ts, ts
	t.k.amend(context.WithoutCancel(ctx), t.d)
}

// recall finds the message in which the answer stands, where crux stopped after it was posted and
// before that was noted. Where it can't be found out, rather two answers than none.
func (t *talk) recall(ctx context.Context) {
	if !t.d.isLeft {
		return
	}
	t.d.isLeft = false
	p := bot.Place{Server: t.me.Team, Channel: t.to.channel, Thread: t.to.thread}
	ts, err := t.a.marked(ctx, t.me, p, t.d.mark(), t.d.at.Add(-clockSkew))
	switch {
	case err != nil:
		t.a.o.Log.Warn("slack: not found out whether the answer was posted before", "channel", p.Channel, "error", err)
	case ts != "":
		t.keep(ctx, ts)
	}
}

// post posts a message for everyone, and returns its ts. mark is what it carries, "" for nothing.
func (t *talk) post(ctx context.Context, mark string, m message) (ts string, err error) {
	ts, err = t.a.post(ctx, t.to.channel, t.to.thread, mark, m)
	if refused := unwelcome(err); refused != nil {
		return "", refused
	}
	return ts, err
}

// contents are what a message says. Nothing in it unfolds into a card.
func contents(m message) []api.MsgOption {
	return []api.MsgOption{
		api.MsgOptionText(m.Text, false),
		api.MsgOptionBlocks(m.Blocks...),
		api.MsgOptionDisableLinkUnfurl(),
		api.MsgOptionDisableMediaUnfurl(),
	}
}

// update changes a message of crux's own.
func (a *Adapter) update(ctx context.Context, channel, ts string, m message) error {
	return a.rest.do(ctx, "chat.update", true, func(ctx context.Context, c *api.Client) error {
		_, _, _, err := c.UpdateMessageContext(ctx, channel, ts, contents(m)...)
		return err
	})
}

// whisper shows the asker alone a message, in the place of the one whose button they pressed where they alone see that too.
func (t *talk) whisper(ctx context.Context, m message) error {
	if isDM(t.to.channel) && t.to.hook == "" { // nobody else reads it
		return t.place(ctx, m)
	}
	return t.a.whisper(ctx, t.to, m, t.to.replaces)
}

// whisper shows one member a message. replace is true where it takes the place of the pressed one.
func (a *Adapter) whisper(ctx context.Context, to surface, m message, replace bool) error {
	if to.hook != "" {
		return a.rest.respond(ctx, to.hook, hooked(m, to.aside, replace))
	}
	return a.rest.do(ctx, "chat.postEphemeral", false, func(ctx context.Context, c *api.Client) error {
		options := contents(m)
		if to.aside != "" {
			options = append(options, api.MsgOptionTS(to.aside))
		}
		_, err := c.PostEphemeralContext(ctx, to.channel, to.user, options...)
		return err
	})
}

// hooked is a message as a response_url takes it.
func hooked(m message, thread string, replace bool) map[string]any {
	blocks := m.Blocks
	if blocks == nil {
		blocks = []api.Block{}
	}
	body := map[string]any{
		"response_type": "ephemeral", "replace_original": replace,
		"text": m.Text, "blocks": blocks, "unfurl_links": false, "unfurl_media": false,
	}
	if thread != "" && !replace {
		body["thread_ts"] = thread
	}
	return body
}

// apologize tells the asker why there is no answer: where progress was shown, or else to the asker alone.
func (t *talk) apologize(ctx context.Context, m message) error {
	if t.to.open && t.to.ts != "" && t.to.pressed == "" {
		return t.place(ctx, m)
	}
	if isDM(t.to.channel) && t.to.hook == "" {
		_, err := t.post(ctx, "", m)
		return err
	}
	return t.a.whisper(ctx, t.to, m, false) // a report whose button was pressed stays
}

// withdraw takes back the message that stood for an answer which can't stand there.
func (t *talk) withdraw(ctx context.Context) {
	if t.to.ts == "" {
		return
	}
	err := t.a.rest.do(ctx, "chat.delete", true, func(ctx context.Context, c *api.Client) error {
		_, _, err := c.DeleteMessageContext(ctx, t.to.channel, t.to.ts)
		return err
	})
	if err != nil {
		t.a.o.Log.Warn("slack: placeholder not taken back", "error", err)
	}
	t.to.ts, t.d.Placeholder = "", ""
}

// giveFiles gives the whole report to the asker alone: as a file everyone in a channel would see, in a direct message.
func (t *talk) giveFiles(ctx context.Context, answer *bot.Answer) error {
	files, note, err := fullReport(answer, fileLimit)
	if err != nil {
		return err
	}
	dm, err := t.a.directMessage(ctx, t.asker)
	if err != nil {
		return err
	}
	for _, f := range files {
		id, err := t.a.upload(ctx, dm, f)
		if err != nil {
			return err
		}
		t.published(ctx, answer, bot.Post{Place: bot.Place{Server: t.me.Team, Channel: dm}, Message: id})
	}
	words := note
	if len(files) > 0 && dm != t.to.channel {
		words = strings.TrimSpace("I sent you the full report in a direct message. " + note)
	}
	switch {
	case words == "":
		return nil
	case dm == t.to.channel:
		_, err := t.post(ctx, "", said(words))
		return err
	}
	return t.a.whisper(ctx, t.to, said(words), false)
}

// directMessage is the channel in which crux and a member speak alone.
func (a *Adapter) directMessage(ctx context.Context, user string) (channel string, err error) {
	err = a.rest.do(ctx, "conversations.open", true, func(ctx context.Context, c *api.Client) error {
		dm, _, _, err := c.OpenConversationContext(ctx, &api.OpenConversationParameters{Users: []string{user}})
		if err == nil {
			channel = dm.ID
		}
		return err
	})
	if err == nil {
		a.people.speaks(channel, user)
	}
	return channel, err
}

// upload puts a file into a channel, and returns its id.
func (a *Adapter) upload(ctx context.Context, channel string, f file) (id string, err error) {
	err = a.rest.do(ctx, "files.upload", false, func(ctx context.Context, c *api.Client) error {
		uploaded, err := c.UploadFileContext(ctx, api.UploadFileParameters{
			Filename: f.Name, Title: f.Name, FileSize: len(f.Content), Reader: bytes.NewReader(f.Content), Channel: channel,
		})
		if err == nil {
			id = uploaded.ID
		}
		return err
	})
	return id, err
}

// publishHome shows a member their view of crux's home.
func (t *talk) publishHome(ctx context.Context, view api.HomeTabViewRequest) error {
	return t.a.rest.do(ctx, "views.publish", true, func(ctx context.Context, c *api.Client) error {
		_, err := c.PublishViewContext(ctx, api.PublishViewContextRequest{UserID: t.asker, View: view})
		return err
	})
}

// How the Hook begins of a message that only one member sees and that can't be
// changed: the member's id follows, or the address by which they can be told something else.
const (
	whisperHook = "whisper:"
	besideHook  = "beside:"
)

// sayDismiss tells, after the reason, who alone sees a report that can't be changed.
const sayDismiss = " Slack does not let me take down what only you see: please dismiss the report above."

// TakeDown replaces the report in a message of crux's own by a notice; where only one
// member sees it and it can't be changed, they are told. What is gone already is no error.
func (a *Adapter) TakeDown(ctx context.Context, post bot.Post, why string) error {
	notice := drawTakenDown(why, post.Token)
	var err error
	user, isWhisper := strings.CutPrefix(post.Hook, whisperHook)
	beside, isBeside := strings.CutPrefix(post.Hook, besideHook)
	if !isBeside {
		beside = ""
	}
	to := surface{channel: post.Place.Channel, aside: post.Place.Thread, user: user}
	switch {
	case isWhisper, isBeside:
		to.hook = beside
		err = a.whisper(ctx, to, said(why+sayDismiss), false)
	case post.Hook != "":
		to.hook = post.Hook
		err = a.whisper(ctx, to, notice, true)
	case strings.HasPrefix(post.Message, "F"):
		err = a.rest.do(ctx, "files.delete", true, func(ctx context.Context, c *api.Client) error {
			return c.DeleteFileContext(ctx, post.Message)
		})
	default:
		err = a.update(ctx, post.Place.Channel, post.Message, notice)
	}
	if hasCode(err, "message_not_found", "channel_not_found", "file_not_found", "file_deleted", "not_in_channel", "user_not_in_channel", "account_inactive") ||
		hasCode(err, "used_url", "expired_url") {
		return nil
	}
	if err != nil {
		return fmt.Errorf("slack: take down: %w", err)
	}
	return nil
}
