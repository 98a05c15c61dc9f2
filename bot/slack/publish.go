package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	api "github.com/slack-go/slack"

	"crux/bot"
)

const (
	// markType is the type of the metadata that a post carries, by which it is found again.
	markType = "crux_post"
	// scopeMarks is what lets crux read its own marks.
	scopeMarks = "metadata.message:read"
	// clockSkew is how far this machine's clock and Slack's may be apart.
	clockSkew = 15 * time.Minute
	// markedPages bounds how many pages are looked through for a mark.
	markedPages = 200
	// markedPause is how long looking waits for the next page: Slack gives an app that it throttles one a minute.
	markedPause = 65 * time.Second
	// markedSoon is within what time a post arrives, besides clockSkew, save where it was tried for long.
	markedSoon = 15 * time.Minute
)

// MayWrite implements bot.Platform. It takes membership, also of those who read a public channel
// without it. Where a channel lets only some of its members post, Slack tells nobody so, and all of them may.
func (a *Adapter) MayWrite(ctx context.Context, user string, p bot.Place) error {
	v, err := a.mayRead(ctx, user, p)
	if err != nil || v.isDM() {
		return err
	}
	if v.channel.Archived {
		return bot.Refusef("#%s is archived, so nobody can write in it.", v.channel.Name)
	}
	in, err := a.members(ctx, p.Channel)
	switch {
	case isRefused(err) || errors.Is(err, errManyMembers):
		return &bot.Refusal{Reason: fmt.Sprintf("I can't tell whether you may write in #%s.", v.channel.Name), Err: err}
	case err != nil:
		return wrap("may write", err)
	case !in[user]:
		return bot.Refusef("That is for those who can write in #%s. Join it first.", v.channel.Name)
	}
	return nil
}

// Publish implements bot.Platform.
func (a *Adapter) Publish(ctx context.Context, p bot.Place, answer *bot.Answer, mark string) (message string, err error) {
	if !isChannel(p.Channel) || (p.Thread != "" && !isTS(p.Thread)) {
		return "", bot.Refusef(hidden)
	}
	ts, err := a.post(ctx, p.Channel, p.Thread, mark, drawPublished(answer, mark))
	if err != nil {
		return "", wrap("publish", notPosted(err))
	}
	if !isTS(ts) {
		return "", wrap("publish", errNotUnderstood)
	}
	return ts, nil
}

// post posts a message for everyone in a channel or thread, and returns its ts. mark is what it carries, "" for nothing.
func (a *Adapter) post(ctx context.Context, channel, thread, mark string, m message) (ts string, err error) {
	options := contents(m)
	if thread != "" {
		options = append(options, api.MsgOptionTS(thread))
	}
	if mark != "" {
		options = append(options, api.MsgOptionMetadata(api.SlackMetadata{EventType: markType, EventPayload: map[string]any{"mark": mark}}))
	}
	err = a.rest.do(ctx, "chat.postMessage", false, func(ctx context.Context, c *api.Client) error {
		_, ts, err = c.PostMessageContext(ctx, channel, options...)
		return err
	})
	return ts, err
}

// notPosted says of a post that failed whether it is certain that nothing was posted. Where Slack
// itself failed it is not, whatever the asker of an answer is told then.
func notPosted(err error) error {
	said, isAnswer := errors.AsType[*slackError](err)
	switch {
	case isAnswer && said.isFailure():
		return fmt.Errorf("chat.postMessage: %w", said)
	case isAnswer && said.Code == codeMissingScope:
		return err
	case isAnswer:
		if refused := unwelcome(err); refused != nil {
			return refused
		}
		return fmt.Errorf("%w: chat.postMessage: %w", bot.ErrNotPosted, said)
	case errors.Is(err, errToken), notSent(err):
		return fmt.Errorf("%w: %w", bot.ErrNotPosted, err)
	}
	return err
}

// unwelcome is what is said where crux may not post, nil where err is something else.
func unwelcome(err error) *bot.Refusal {
	switch {
	case hasCode(err, codeNotInChannel, codeNoChannel):
		return &bot.Refusal{Reason: "I may not post there. Type /invite @crux in it.", Err: fmt.Errorf("%w: %w", bot.ErrGone, err)}
	case hasCode(err, codeNoThread, "cannot_reply_to_message"):
		return &bot.Refusal{Reason: "The thread is gone in which I was to post.", Err: fmt.Errorf("%w: %w", bot.ErrGone, err)}
	case hasCode(err, codeArchived, "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"):
		return &bot.Refusal{Reason: "I may not post there: the channel is archived, or few may write in it.", Err: err}
	}
	return nil
}

// Published implements bot.Platform.
func (a *Adapter) Published(ctx context.Context, p bot.Place, mark string, since time.Time) (message string, err error) {
	if mark == "" || !isChannel(p.Channel) || (p.Thread != "" && !isTS(p.Thread)) {
		return "", bot.Refusef(hidden)
	}
	me, err := a.self(ctx)
	if err != nil {
		return "", wrap("published", err)
	}
	ts, err := a.marked(ctx, me, p, mark, since.Add(-clockSkew))
	if err == nil && ts == "" {
		err = a.seesMarks(ctx)
	}
	if err != nil {
		return "", a.historyError(ctx, p, err)
	}
	return ts, nil
}

// marked is crux's message that carries the mark, "" where none does. In a channel it looks first
// through the newest messages, whenever they were posted, since crux's clock may have gone further
// ahead than clockSkew; then through those soon after the time, and through what is between.
func (a *Adapter) marked(ctx context.Context, me *identity, p bot.Place, mark string, since time.Time) (ts string, err error) {
	s := markSearch{a, me, mark, "conversations.history", p}
	if p.Thread != "" {
		s.method = "conversations.replies"
		return s.span(ctx, firstAt(since), "")
	}
	newest, ts, err := s.page(ctx, s.form("", ""), "")
	if err != nil || ts != "" || newest.Next.Cursor == "" {
		return ts, err
	}
	end := oldestOf(newest)
	if end.IsZero() {
		return "", errNotUnderstood
	}
	soon := since.Add(2*clockSkew + markedSoon)
	if soon.Before(end) {
		if ts, err = s.span(ctx, firstAt(since), firstAt(soon)); err != nil || ts != "" {
			return ts, err
		}
		since = soon
	}
	if !since.Before(end) {
		return "", nil
	}
	return s.span(ctx, firstAt(since), firstAt(end))
}

// markSearch looks for a mark in a place.
type markSearch struct {
	*Adapter
	me     *identity
	mark   string
	method string
	place  bot.Place
}

func (s markSearch) form(oldest, latest string) url.Values {
	form := url.Values{"channel": {s.place.Channel}, "include_all_metadata": {"true"}, "inclusive": {"true"}}
	for name, value := range map[string]string{"ts": s.place.Thread, "oldest": oldest, "latest": latest} {
		if value != "" {
			form.Set(name, value)
		}
	}
	return form
}

// span looks through what was posted from oldest on, up to latest where that is not "".
func (s markSearch) span(ctx context.Context, oldest, latest string) (ts string, err error) {
	form, cursor := s.form(oldest, latest), ""
	for range markedPages {
		got, ts, err := s.page(ctx, form, cursor)
		if cursor = got.Next.Cursor; err != nil || ts != "" || cursor == "" {
			return ts, err
		}
	}
	return "", errManyMessages
}

// page looks through a page.
func (s markSearch) page(ctx context.Context, form url.Values, cursor string) (got page, ts string, err error) {
	if got, err = s.readPageWithin(ctx, markedPause, s.method, form, cursor); err != nil {
		return got, "", err
	}
	for _, raw := range got.Messages {
		if ts := markedBy(raw, s.me, s.mark); ts != "" {
			return got, ts, nil
		}
	}
	return got, "", nil
}

// oldestOf is when the oldest message of a page was posted, zero where that is not known.
func oldestOf(p page) (oldest time.Time) {
	for _, raw := range p.Messages {
		var m struct {
			TS string `json:"ts"`
		}
		if json.Unmarshal(raw, &m) != nil {
			continue
		}
		if at := sentAt(m.TS); !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
			oldest = at
		}
	}
	return oldest
}

// errManyMessages is the error of a channel in which more was said than crux looks through.
var errManyMessages = errors.New("too many messages since then")

// markedBy is the ts of a message where it is crux's own and carries the mark, else "".
func markedBy(raw json.RawMessage, me *identity, mark string) (ts string) {
	var m struct {
		TS       string `json:"ts"`
		User     string `json:"user"`
		BotID    string `json:"bot_id"`
		Metadata struct {
			Type    string          `json:"event_type"`
			Payload json.RawMessage `json:"event_payload"`
		} `json:"metadata"`
	}
	if json.Unmarshal(raw, &m) != nil || !isTS(m.TS) || m.Metadata.Type != markType {
		return ""
	}
	var payload struct {
		Mark string `json:"mark"`
	}
	isOurs := m.User == me.User || (m.BotID != "" && m.BotID == me.Bot)
	if json.Unmarshal(m.Metadata.Payload, &payload) != nil || !isOurs || payload.Mark != mark {
		return ""
	}
	return m.TS
}

// seesMarks returns nil only where Slack shows crux its marks: without the scope it may leave
// them out and say nothing.
func (a *Adapter) seesMarks(ctx context.Context) error {
	var said *api.AuthTestResponse
	err := a.rest.do(ctx, "auth.test", true, func(ctx context.Context, c *api.Client) (err error) {
		said, err = c.AuthTestContext(ctx)
		return err
	})
	if err != nil || slices.Contains(grantedScopes(said.Header), scopeMarks) {
		return err
	}
	return &bot.Refusal{
		Reason: "I can't see which posts are mine: my app lacks the scope " + scopeMarks + ". " +
			"Whoever set me up can reinstall it with the manifest that crux manifest slack prints.",
		Err: &slackError{Code: codeMissingScope, Needed: scopeMarks},
	}
}

// Tell implements bot.Platform. Slack has no way to write to somebody without a sound.
func (a *Adapter) Tell(ctx context.Context, user, server, words string) error {
	me, err := a.self(ctx)
	if err != nil {
		return wrap("tell", err)
	}
	if server != me.Team || !isUser(user) {
		return bot.Refusef("I know nobody of that name here.")
	}
	dm, err := a.directMessage(ctx, user)
	if err == nil {
		_, err = a.post(ctx, dm, "", "", drawTold(words))
	}
	switch {
	case hasCode(err, codeNoUser, codeUserNotVisible, codeNoChannel, codeArchived,
		"users_not_found", "user_disabled", "cannot_dm_bot", "messages_tab_disabled", "restricted_action"):
		return &bot.Refusal{Reason: "I can't write to them directly.", Err: err}
	case err != nil:
		return wrap("tell", err)
	}
	return nil
}
