package discord

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	"crux/summarize/render"
)

// posting is a message of crux's own that answers no interaction. With the same nonce within
// a few minutes Discord returns the message that is there.
type posting struct {
	reply
	Nonce   string `json:"nonce"`
	Enforce bool   `json:"enforce_nonce"`
}

// Publish implements bot.Platform. The mark is the nonce, and stands in the ids of the buttons,
// where Published finds it.
func (a *Adapter) Publish(ctx context.Context, p bot.Place, answer *bot.Answer, mark string) (message string, err error) {
	if !isID(p.Channel) {
		return "", bot.Refusef(hidden)
	}
	id, err := a.post(ctx, p.Channel, posting{replied(drawDigest(answer, mark)), mark, true})
	if err != nil {
		return "", wrap("publish", refusedPost(err))
	}
	return id, nil
}

// post posts a message and returns its id. Errors are those of rest.post.
func (a *Adapter) post(ctx context.Context, channel string, m posting) (string, error) {
	var posted struct {
		ID string `json:"id"`
	}
	if err := a.rest.post(ctx, "channels/"+channel+"/messages", m, &posted); err != nil {
		return "", err
	}
	if !isID(posted.ID) {
		return "", errors.New("message without an id")
	}
	return posted.ID, nil
}

// refusedPost is the error of a post as a *bot.Refusal where Discord says that crux may not post
// there. Where an earlier try may have gone through, it stays what it is.
func refusedPost(err error) error {
	switch {
	case !errors.Is(err, bot.ErrNotPosted):
		return err
	case hasCode(err, codeUnknownChannel):
		return &bot.Refusal{Reason: "The channel that I was to post in is gone.", Err: errors.Join(bot.ErrGone, err)}
	case hasCode(err, codeThreadLocked):
		return &bot.Refusal{Reason: "The thread is locked, so I can't post in it.", Err: err}
	case hasCode(err, codeNoText):
		return &bot.Refusal{Reason: "I can't post in a forum itself, only in its posts.", Err: err}
	case isRefused(err):
		return &bot.Refusal{Reason: "I may not post in the channel. " + grant(viewChannel|sendMessages|sendInThreads|embedLinks), Err: err}
	}
	return err
}

const (
	// clockSlack is how far crux's clock may go before Discord's.
	clockSlack = 15 * time.Minute
	// newestPages are looked through whenever they were posted: crux's clock may have gone further ahead.
	newestPages = 2
)

// Published implements bot.Platform.
func (a *Adapter) Published(ctx context.Context, p bot.Place, mark string, since time.Time) (message string, err error) {
	// To who may not read it, Discord shows a history that is empty, so an empty one says
	// something only where crux may read it, before and after.
	_, err = a.Describe(ctx, p)
	if err == nil {
		message, err = a.marked(ctx, p, mark, since.Add(-clockSlack))
	}
	if err == nil && message == "" {
		_, err = a.Describe(ctx, p)
	}
	switch {
	case errors.Is(err, bot.ErrGone), hasCode(err, codeUnknownChannel):
		return "", nil // with all that stood there
	case err != nil:
		return "", wrap("published", err)
	}
	return message, nil
}

// marked looks for crux's own message with the mark among the newest messages, and among those since
// a time, the oldest first.
func (a *Adapter) marked(ctx context.Context, p bot.Place, mark string, since time.Time) (string, error) {
	me, err := a.me(ctx)
	if err != nil {
		return "", err
	}
	newest := url.Values{}
	var before uint64
	for range newestPages {
		page, err := a.lookThrough(ctx, p, me, mark, newest)
		if err != nil || page.found != "" || page.isLast {
			return page.found, err
		}
		before = page.lowest
		newest.Set("before", strconv.FormatUint(before, 10))
	}
	for after := firstAt(since) - 1; after < before; {
		page, err := a.lookThrough(ctx, p, me, mark, url.Values{"after": {strconv.FormatUint(after, 10)}})
		if err != nil || page.found != "" || page.isLast {
			return page.found, err
		}
		if page.highest <= after {
			return "", errors.New("pages do not go on")
		}
		after = page.highest
	}
	return "", nil
}

// markedPage is what was found in a page of messages.
type markedPage struct {
	// found is the message with the mark, "" for none.
	found string
	// isLast is true where there are no more messages.
	isLast          bool
	lowest, highest uint64
}

// lookThrough looks for crux's own message with the mark in a page of messages.
func (a *Adapter) lookThrough(ctx context.Context, p bot.Place, me, mark string, query url.Values) (markedPage, error) {
	query.Set("limit", strconv.Itoa(pageSize))
	var raw []json.RawMessage
	if err := a.rest.get(ctx, "channels/"+p.Channel+"/messages", "", query, &raw); err != nil {
		return markedPage{}, err
	}
	page := markedPage{isLast: len(raw) < pageSize}
	for _, m := range raw {
		id, carries := ownWith(m, me, mark)
		if carries {
			return markedPage{found: id}, nil
		}
		if number := idNumber(id); number > 0 {
			page.highest = max(page.highest, number)
			if page.lowest == 0 || number < page.lowest {
				page.lowest = number
			}
		}
	}
	return page, nil
}

// ownWith reads a message's id, and whether it is by this author and carries the mark.
func ownWith(raw json.RawMessage, author, mark string) (id string, carries bool) {
	var m struct {
		ID         string            `json:"id"`
		Author     json.RawMessage   `json:"author"`
		Components []json.RawMessage `json:"components"`
	}
	var by user
	if json.Unmarshal(raw, &m) != nil || json.Unmarshal(m.Author, &by) != nil || by.ID != author {
		return m.ID, false
	}
	return m.ID, isID(m.ID) && carry(m.Components, mark)
}

// carry reports whether a button or menu among the components carries the mark. What is of
// no known shape carries none.
func carry(components []json.RawMessage, mark string) bool {
	for _, raw := range components {
		var c struct {
			CustomID   string            `json:"custom_id"`
			Components []json.RawMessage `json:"components"`
		}
		if json.Unmarshal(raw, &c) != nil {
			continue
		}
		if p, ok := parseCustomID(c.CustomID); (ok && p.token == mark) || carry(c.Components, mark) {
			return true
		}
	}
	return false
}

// Tell implements bot.Platform: it sends a direct message that makes no sound.
func (a *Adapter) Tell(ctx context.Context, user, _, words string) error {
	if !isID(user) {
		return bot.Refusef("There is nobody to tell.")
	}
	var dm struct {
		ID string `json:"id"`
	}
	err := a.rest.post(ctx, "users/@me/channels", map[string]string{"recipient_id": user}, &dm)
	if err == nil && !isID(dm.ID) {
		err = errors.New("direct messages without an id")
	}
	if err == nil {
		m := replied(said(render.Joined(lines(render.Options{}, words), contentLimit)))
		m.Flags = discordgo.MessageFlagsSuppressNotifications
		_, err = a.post(ctx, dm.ID, posting{m, rand.Text()[:nonceLength], true})
	}
	if hasCode(err, codeInvalidRecipient) || isRefused(err) {
		return &bot.Refusal{Reason: "Discord lets me send them no direct message.", Err: err}
	}
	if err != nil {
		return wrap("tell", err)
	}
	return nil
}

// nonceLength is within the 25 characters that Discord takes.
const nonceLength = 22
