package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/slack-go/slack"

	"crux/bot"
)

const (
	// channelPages bounds how many channels the doctor looks at, in pages of channelsAPage; channelsNamed how many it names.
	channelPages  = 10
	channelsAPage = 200
	channelsNamed = 10
	// channelsProbed is in how many channels the doctor looks for throttling, probePause how long it waits for limits.
	channelsProbed = 5
	probePause     = 2 * time.Second
)

// mendScopes is how the app gets the scopes that it lacks.
const mendScopes = "Open https://api.slack.com/apps, your app, App Manifest, paste what crux manifest slack prints, save, and reinstall the app (Install App)."

// Doctor looks at everything that crux needs of Slack, and posts nothing. Where
// the token is not accepted, that is all it can say.
func (a *Adapter) Doctor(ctx context.Context) []bot.Check {
	defer a.rest.client.CloseIdleConnections()
	var said *slack.AuthTestResponse
	err := a.rest.do(ctx, "auth.test", true, func(ctx context.Context, api *slack.Client) (err error) {
		said, err = api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return []bot.Check{failed("slack: bot token", err)}
	}
	checks := []bot.Check{
		{What: "slack: bot token", Found: fmt.Sprintf("Slack accepts it for the workspace %s (%s).", said.Team, said.TeamID)},
		scopeCheck(said.Header),
		marksCheck(said.Header),
		a.eventsCheck(ctx),
	}
	return append(checks, a.channelChecks(ctx)...)
}

// failed is the check of something that could not be looked at.
func failed(what string, err error) bot.Check {
	c := bot.Check{What: what, Level: bot.Broken}
	switch {
	case errors.Is(err, errAppToken):
		c.Found = "Slack does not accept the app token."
		c.Mend = "Open https://api.slack.com/apps, your app, Basic Information, App-Level Tokens, make one with the scope connections:write and set it as slack.app_token."
	case errors.Is(err, errToken):
		c.Found = "Slack does not accept the bot token."
		c.Mend = "Open https://api.slack.com/apps, your app, Install App, install it, and set the Bot User OAuth Token as slack.bot_token."
	case hasCode(err, codeMissingScope):
		c.Found = "The app may not ask: " + beneath(err) + "."
		c.Mend = mendScopes
	default:
		c.Found = "Crux could not look: " + beneath(err) + "."
		c.Mend = "Check the network and slack.api_url, and try again."
	}
	return c
}

// beneath is what was wrong, in words for the operator and not for the asker.
func beneath(err error) string {
	if said, ok := errors.AsType[*slackError](err); ok {
		return said.Error()
	}
	return err.Error()
}

// scopeCheck compares the scopes that Slack says it grants with those that crux uses.
func scopeCheck(h http.Header) bot.Check {
	const what = "slack: scopes"
	if h.Get("X-Oauth-Scopes") == "" {
		return bot.Check{What: what, Level: bot.Poor, Found: "Slack does not say which scopes the token has.", Mend: mendScopes}
	}
	var lacking []string
	granted := grantedScopes(h)
	for _, scope := range scopes() {
		if !slices.Contains(granted, scope) && scope != scopeMarks { // of which marksCheck tells
			lacking = append(lacking, scope)
		}
	}
	if len(lacking) > 0 {
		return bot.Check{What: what, Level: bot.Broken, Found: "The app lacks " + strings.Join(lacking, ", ") + ".", Mend: mendScopes}
	}
	return bot.Check{What: what, Found: "The app has all that it needs."}
}

// marksCheck says whether crux can find its own posts again.
func marksCheck(h http.Header) bot.Check {
	const what = "slack: digests"
	granted := grantedScopes(h)
	switch {
	case len(granted) == 0:
		return bot.Check{What: what, Level: bot.Poor, Found: "Slack does not say whether crux can find its own posts again.", Mend: mendScopes}
	case !slices.Contains(granted, scopeMarks):
		return bot.Check{What: what, Level: bot.Poor, Mend: mendScopes, Found: "The app lacks " + scopeMarks + ", so crux can't see whether a digest was posted where Slack " +
			"did not say so. Rather than post one twice, it may leave one out."}
	}
	return bot.Check{What: what, Found: "Crux can find its own posts again, so that each digest is posted once."}
}

// grantedScopes are the scopes that Slack says the token has, with every answer.
func grantedScopes(h http.Header) []string {
	return strings.FieldsFunc(h.Get("X-Oauth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
}

// eventsCheck says whether Slack's events can reach crux. It takes none.
func (a *Adapter) eventsCheck(ctx context.Context) bot.Check {
	if a.o.AppToken != "" {
		const what = "slack: Socket Mode"
		err := a.rest.do(ctx, methodSockets, true, func(ctx context.Context, api *slack.Client) error {
			_, _, err := api.StartSocketModeContext(ctx)
			return err
		})
		if err != nil {
			return failed(what, err)
		}
		return bot.Check{What: what, Found: "Slack accepts the app token."}
	}
	const what = "slack: listen"
	if a.o.SigningSecret == "" {
		return bot.Check{What: what, Level: bot.Broken, Found: "There is neither an app token nor a signing secret, so nothing that happens in Slack reaches crux.",
			Mend: "Set slack.app_token for Socket Mode, or slack.signing_secret and slack.listen for requests over HTTP."}
	}
	var listening net.ListenConfig
	l, err := listening.Listen(ctx, "tcp", a.o.Listen)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return bot.Check{What: what, Level: bot.Poor, Found: fmt.Sprintf("Something listens at %s already.", a.o.Listen),
			Mend: "If that is crux, all is well. Else set slack.listen to a free port."}
	case err != nil:
		return bot.Check{What: what, Level: bot.Broken, Found: fmt.Sprintf("Crux can't listen at %s.", a.o.Listen),
			Mend: "Set slack.listen to a host and port of this machine, such as 127.0.0.1:8080."}
	}
	_ = l.Close()
	return bot.Check{What: what, Found: fmt.Sprintf("Crux can listen at %s. Whether Slack reaches it there, only Slack can say.", a.o.Listen)}
}

// channelChecks say in which channels crux is and what it can do there.
func (a *Adapter) channelChecks(ctx context.Context) []bot.Check {
	const what = "slack: channels"
	all, more, err := a.joined(ctx)
	if err != nil {
		return []bot.Check{failed(what, err)}
	}
	if len(all) == 0 {
		return []bot.Check{{What: what, Level: bot.Poor, Found: "Crux is in no channel.", Mend: "Type /invite @crux in the channels where debates are."}}
	}
	found := fmt.Sprintf("Crux is in %s.", bot.Count(len(all), "channel"))
	if more {
		found = fmt.Sprintf("Crux is in more than %d channels.", len(all))
	}
	checks := []bot.Check{{What: what, Found: found}}
	if c, found := a.foreignCheck(all); found {
		checks = append(checks, c)
	}
	return append(checks, a.throttleCheck(ctx, all))
}

// joined are the channels in which crux is, the archived ones left out. more is true where there are others.
func (a *Adapter) joined(ctx context.Context) (all []slack.Channel, more bool, err error) {
	cursor := ""
	for range channelPages {
		var page []slack.Channel
		from := cursor
		err := a.rest.do(ctx, "users.conversations", true, func(ctx context.Context, api *slack.Client) (err error) {
			page, cursor, err = api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{
				Cursor: from, Types: []string{"public_channel", "private_channel"}, Limit: channelsAPage, ExcludeArchived: true,
			})
			return err
		})
		if err != nil {
			return nil, false, err
		}
		all = append(all, page...)
		if cursor == "" {
			return all, false, nil
		}
		if cursor == from {
			return nil, false, errPages
		}
	}
	return all, true, nil
}

// foreignCheck tells of the channels that are shared with other organisations, if there are any.
func (a *Adapter) foreignCheck(all []slack.Channel) (c bot.Check, found bool) {
	var names []string
	for _, c := range all {
		if c.IsExtShared || c.IsPendingExtShared {
			names = append(names, "#"+c.Name)
		}
	}
	if len(names) == 0 {
		return bot.Check{}, false
	}
	c = bot.Check{What: "slack: shared channels", Found: fmt.Sprintf("Crux is in %s shared with another organisation", bot.Count(len(names), "channel"))}
	if len(names) > channelsNamed {
		names = append(names[:channelsNamed], "…")
	}
	c.Found += " (" + strings.Join(names, ", ") + ")"
	if a.o.Shared {
		c.Found += " and works there, as slack.shared_channels allows."
		return c, true
	}
	c.Level = bot.Poor
	c.Found += " and refuses to work there."
	c.Mend = "If all organisations concerned agree, set slack.shared_channels to true."
	return c, true
}

// throttleCheck looks whether Slack gives more than 15 messages at a time, in the first channels that have more.
func (a *Adapter) throttleCheck(ctx context.Context, all []slack.Channel) bot.Check {
	const what = "slack: history"
	throttled := bot.Check{What: what, Level: bot.Poor, Found: fmt.Sprintf("Slack lets this app read only %d messages a minute, so crux can report only on channels that it follows.", throttledPage),
		Mend: "Make the app one of your own workspace's, from the manifest that crux manifest slack prints, and don't distribute it to others. Or have channels followed: /debate watch."}
	for i, c := range all {
		if i == channelsProbed {
			break
		}
		var got page
		form := url.Values{"channel": {c.ID}, "limit": {strconv.Itoa(throttledPage + 1)}}
		err := a.rest.readWithin(ctx, probePause, "conversations.history", form, &got)
		switch {
		case errors.Is(err, bot.ErrThrottled):
			return throttled
		case err != nil:
			return failed(what, err)
		case got.isThrottled():
			return throttled
		case len(got.Messages) > throttledPage:
			return bot.Check{What: what, Found: "Crux can read the channels that it is in."}
		}
	}
	return bot.Check{What: what, Found: "Crux can read the channels that it is in; whether Slack slows it down shows only where there are more messages."}
}
