package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"crux/bot"
)

// Who is in a private channel is asked anew for every check, and so is, but for a moment,
// everything else here, since a permission that was taken away must count.

// hidden is what is said of every place that the asker may not see, and of those
// that crux can't see or that do not exist: all in the same words, so that nobody learns from them which it is.
const hidden = "I find no such channel that we both may read. If you can read it, I can't yet: type /invite @crux in it."

// foreign is what is said of channels in which another organisation is.
const foreign = "#%s is shared with another organisation, and I am set up to stay out of such channels. " +
	"Whoever runs me can allow it with slack.shared_channels."

// view is a place with all that decides who may do what in it.
type view struct {
	me    *identity
	place bot.Place
	// channel is nil for direct messages.
	channel *channel
	// partner is with whom crux has the direct messages.
	partner string
}

// isDM reports whether the place is direct messages between crux and one person.
func (v view) isDM() bool { return v.channel == nil }

// self is who crux is, which never changes.
func (a *Adapter) self(ctx context.Context) (*identity, error) {
	if me := a.me.Load(); me != nil {
		return me, nil
	}
	return shared(ctx, a.rest, "auth.test", func(ctx context.Context) (*identity, error) {
		var said *slack.AuthTestResponse
		err := a.rest.do(ctx, "auth.test", true, func(ctx context.Context, api *slack.Client) (err error) {
			said, err = api.AuthTestContext(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		if !isTeam(said.TeamID) || !isUser(said.UserID) || said.URL == "" {
			return nil, errors.New("auth.test: answer without a workspace")
		}
		me := &identity{Team: said.TeamID, URL: strings.TrimSuffix(said.URL, "/") + "/", User: said.UserID, Bot: said.BotID}
		a.me.Store(me)
		return me, nil
	})
}

// see asks what a place is. It refuses in the words of hidden where crux can't see it.
func (a *Adapter) see(ctx context.Context, p bot.Place) (view, error) {
	if !isChannel(p.Channel) || (p.Thread != "" && !isTS(p.Thread)) {
		return view{}, bot.Refusef(hidden)
	}
	me, err := a.self(ctx)
	if err != nil {
		return view{}, err
	}
	v := view{me: me, place: p}
	if p.Server != me.Team && (p.Server != "" || !isDM(p.Channel)) {
		return view{}, bot.Refusef(hidden)
	}
	if isDM(p.Channel) {
		v.partner, err = a.partner(ctx, p.Channel)
		return v, err
	}
	v.channel, err = a.channel(ctx, p.Channel)
	if isGone(err) {
		return view{}, &bot.Refusal{Reason: hidden, Err: fmt.Errorf("%w: %w", bot.ErrGone, err)}
	}
	if isRefused(err) {
		return view{}, &bot.Refusal{Reason: hidden, Err: err}
	}
	return v, err
}

// partner is with whom crux has these direct messages. Slack tells only apps with a scope that crux does
// without, but whoever writes there is the one.
func (a *Adapter) partner(ctx context.Context, channel string) (string, error) {
	if user := a.people.partner(channel); user != "" {
		return user, nil
	}
	c, err := a.channel(ctx, channel)
	if hasCode(err, codeMissingScope) || isRefused(err) || (err == nil && !isUser(c.User)) {
		return "", &bot.Refusal{Reason: hidden, Err: err}
	}
	if err != nil {
		return "", err
	}
	a.people.speaks(channel, c.User)
	return c.User, nil
}

// isGone reports whether Slack knows no such channel, which it also says of private ones that crux isn't in.
func isGone(err error) bool { return hasCode(err, codeNoChannel) }

// isRefused reports whether Slack says that there is no such thing, or not for crux.
func isRefused(err error) bool {
	return hasCode(err, codeNoChannel, codeNotInChannel, codeNoAccess, codeNoThread, "team_access_not_granted", "method_not_supported_for_channel_type")
}

// reads reports whether a user may read the place by Slack's own rules.
func (a *Adapter) reads(ctx context.Context, v view, user string) (bool, error) {
	m, err := a.member(ctx, user)
	if err != nil || m.Deleted {
		return false, err
	}
	if v.isDM() {
		return user == v.partner, nil
	}
	if m.Full && v.channel.isOpen() {
		return true, nil
	}
	in, err := a.members(ctx, v.place.Channel)
	if isRefused(err) || errors.Is(err, errManyMembers) {
		return false, nil
	}
	return in[user], err
}

// readable refuses where crux itself can't read the place, or is not to.
func (a *Adapter) readable(v view) error {
	switch c := v.channel; {
	case c == nil:
		return nil
	case c.isForeign() && !a.o.Shared:
		return gone(foreign, c.Name)
	case c.Member:
		return nil
	case c.isPrivate():
		return gone(hidden)
	case c.Archived:
		return bot.Refusef("#%s is archived, and I was not in it, so I can't read it.", c.Name)
	default:
		return gone("I am not in #%s. Type /invite @crux there.", c.Name)
	}
}

// gone refuses a channel that crux is not in, or is not to be in, so that nothing of it is kept any longer.
func gone(format string, args ...any) error {
	refused := bot.Refusef(format, args...)
	refused.Err = bot.ErrGone
	return refused
}

// MayRead implements bot.Platform.
func (a *Adapter) MayRead(ctx context.Context, user string, p bot.Place) error {
	_, err := a.mayRead(ctx, user, p)
	return err
}

func (a *Adapter) mayRead(ctx context.Context, user string, p bot.Place) (view, error) {
	v, err := a.see(ctx, p)
	if err != nil {
		return v, wrap("may read", err)
	}
	may, err := a.reads(ctx, v, user)
	if err != nil {
		return v, wrap("may read", err)
	}
	if !may {
		return v, bot.Refusef(hidden)
	}
	return v, a.readable(v)
}

// MayManage implements bot.Platform. Slack does not say who manages a channel, so it
// is the workspace's administrators and owners, who made the channel, and Options.Managers.
func (a *Adapter) MayManage(ctx context.Context, user string, p bot.Place) error {
	v, err := a.mayRead(ctx, user, p)
	if err != nil {
		return err
	}
	if v.isDM() {
		return bot.Refusef("That is for channels; direct messages I don't follow.")
	}
	m, err := a.member(ctx, user)
	if err != nil {
		return wrap("may manage", err)
	}
	if !m.Admin && v.channel.Creator != user && !slices.Contains(a.o.Managers, user) {
		return bot.Refusef("That takes an administrator of the workspace, whoever created #%s, or somebody whom my operator named in slack.managers.", v.channel.Name)
	}
	return nil
}

// MayPost implements bot.Platform.
func (a *Adapter) MayPost(ctx context.Context, p bot.Place) error {
	v, err := a.see(ctx, p)
	if err != nil {
		if isRefused(err) {
			return &bot.Refusal{Reason: "I can't see this channel, so I can't post in it. Type /invite @crux in it.", Err: err}
		}
		return wrap("may post", err)
	}
	if v.isDM() {
		return nil
	}
	if v.channel.Archived {
		return bot.Refusef("#%s is archived, so I can't post in it.", v.channel.Name)
	}
	return a.readable(v)
}

// Describe implements bot.Platform.
func (a *Adapter) Describe(ctx context.Context, p bot.Place) (bot.Channel, error) {
	v, err := a.see(ctx, p)
	if err != nil {
		return bot.Channel{}, wrap("describe", err)
	}
	if err := a.readable(v); err != nil {
		return bot.Channel{}, err
	}
	about := bot.Channel{Name: "direct messages", Thread: p.Thread != ""}
	if !v.isDM() {
		about.Name = v.channel.Name
	}
	if about.Thread {
		about.Parent = p.Channel
	}
	return about, nil
}

// Threads implements bot.Platform: what is said in Slack's threads is said in the channel, so there are none.
func (a *Adapter) Threads(context.Context, bot.Place) ([]bot.Place, error) { return nil, nil }

// wrap says what failed; refusals and ends of the context stay what they are beneath.
func wrap(what string, err error) error { return fmt.Errorf("slack: %s: %w", what, err) }
