package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"crux/bot"
)

const (
	// serversChecked and channelsNamed bound what the doctor looks at and says.
	serversChecked = 20
	channelsNamed  = 10
	// serversAPage is how many servers Discord lists at a time.
	serversAPage = 200
	// fewStarts is how few connections may be left for the day before it is worth a word.
	fewStarts = 10
)

// InviteLink is the address at which an administrator adds the application to a
// server, with the permissions that crux needs and no others.
func InviteLink(app string) string {
	return fmt.Sprintf("https://discord.com/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d", app, wanted)
}

// Doctor looks at everything that crux needs of Discord, and posts nothing. Where
// the token is not accepted, that is all it can say.
func (a *Adapter) Doctor(ctx context.Context) []bot.Check {
	defer a.rest.client.CloseIdleConnections()
	var app struct {
		application
		Name string `json:"name"`
	}
	if err := a.rest.get(ctx, "applications/@me", "", nil, &app); err != nil {
		return []bot.Check{failed("discord: token", err)}
	}
	checks := []bot.Check{
		{What: "discord: token", Found: fmt.Sprintf("Discord accepts it for the application %s (%s).", app.Name, app.ID)},
		{What: "discord: invite", Found: "To add crux to a server, open " + InviteLink(app.ID)},
		contentCheck(app.Flags),
		a.gatewayCheck(ctx),
	}
	return append(checks, a.serverChecks(ctx, app.ID)...)
}

// failed is the check of something that could not be looked at.
func failed(what string, err error) bot.Check {
	c := bot.Check{What: what, Level: bot.Broken, Found: "Discord did not answer: " + err.Error() + "."}
	if errors.Is(err, errToken) {
		c.Found = "Discord does not accept the token."
		c.Mend = "Make a new one in the Developer Portal (your application, Bot, Reset Token) and set it as discord.token."
		return c
	}
	if refused, ok := errors.AsType[*bot.Refusal](err); ok && refused.Err != nil {
		c.Found = "Discord did not answer: " + refused.Err.Error() + "."
	}
	c.Mend = "Check the network and discord.api_url, and try again."
	return c
}

func contentCheck(flags int) bot.Check {
	const what = "discord: Message Content intent"
	if flags&(flagMessageContent|flagMessageContentLimited) == 0 {
		return bot.Check{What: what, Level: bot.Broken, Found: "It is off, so all messages look empty.",
			Mend: "In the Developer Portal, open your application, Bot, Privileged Gateway Intents, turn on Message Content Intent and save."}
	}
	return bot.Check{What: what, Found: "It is on."}
}

func (a *Adapter) gatewayCheck(ctx context.Context) bot.Check {
	const what = "discord: gateway"
	var g struct {
		URL    string `json:"url"`
		Shards int    `json:"shards"`
		Starts struct {
			Total     int   `json:"total"`
			Remaining int   `json:"remaining"`
			After     int64 `json:"reset_after"` // milliseconds
		} `json:"session_start_limit"`
	}
	if err := a.rest.get(ctx, "gateway/bot", "", nil, &g); err != nil {
		return failed(what, err)
	}
	c := bot.Check{What: what, Found: fmt.Sprintf("It can be reached; %d of %d connections are left for today.", g.Starts.Remaining, g.Starts.Total)}
	switch {
	case g.Starts.Remaining == 0:
		c.Level, c.Mend = bot.Broken, fmt.Sprintf("Wait %d minutes. Something keeps starting crux anew; see its log.", g.Starts.After/60_000+1)
	case g.Starts.Remaining < fewStarts:
		c.Level, c.Mend = bot.Poor, "Something keeps starting crux anew; see its log."
	case g.Shards > 1:
		c.Level = bot.Poor
		c.Found = fmt.Sprintf("It can be reached, but Discord wants %d connections at once, and crux makes one.", g.Shards)
		c.Mend = "Remove crux from servers that do not use it; from 2,500 servers on Discord turns it away."
	}
	return c
}

// serverChecks look at the servers in which crux is.
func (a *Adapter) serverChecks(ctx context.Context, app string) []bot.Check {
	const what = "discord: servers"
	servers, err := a.servers(ctx)
	if err != nil {
		return []bot.Check{failed(what, err)}
	}
	var checks []bot.Check
	if len(servers) == 0 {
		checks = append(checks, bot.Check{What: what, Level: bot.Broken, Found: "Crux is in no server.",
			Mend: "Add it to yours: open " + InviteLink(app)})
	} else {
		checks = append(checks, bot.Check{What: what, Found: fmt.Sprintf("Crux is in %s.", count(len(servers), "server"))})
	}
	if want := a.o.Guild; want != "" {
		i := slices.IndexFunc(servers, func(g guild) bool { return g.ID == want })
		if i < 0 {
			return append(checks, bot.Check{What: "discord: guild_id", Level: bot.Broken,
				Found: "Crux is not in the server " + want + ", where discord.guild_id registers the commands.",
				Mend:  "Add it there with " + InviteLink(app) + " or correct discord.guild_id."})
		}
		// The one that matters most comes first.
		servers[0], servers[i] = servers[i], servers[0]
	}
	for i, g := range servers {
		if i == serversChecked {
			checks = append(checks, bot.Check{What: what, Found: fmt.Sprintf("The channels of %d more were not looked at.", len(servers)-i)})
			break
		}
		checks = append(checks, a.channelChecks(ctx, g)...)
	}
	return checks
}

// servers lists the servers in which crux is, by their ids.
func (a *Adapter) servers(ctx context.Context) ([]guild, error) {
	var all []guild
	after := "0"
	for {
		var page []guild
		query := url.Values{"limit": {strconv.Itoa(serversAPage)}, "after": {after}}
		if err := a.rest.get(ctx, "users/@me/guilds", "", query, &page); err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < serversAPage {
			return all, nil
		}
		last := page[len(page)-1].ID
		if idNumber(last) <= idNumber(after) {
			return nil, errors.New("pages do not go on")
		}
		after = last
	}
}

// channelChecks say what crux may do in the channels of a server.
func (a *Adapter) channelChecks(ctx context.Context, listed guild) []bot.Check {
	what := "discord: " + listed.Name
	me, err := a.me(ctx)
	if err != nil {
		return []bot.Check{failed(what, err)}
	}
	var g guild
	var m member
	var channels []channel
	path := "guilds/" + listed.ID
	err = cmp.Or(
		a.rest.get(ctx, path, "", nil, &g),
		a.rest.get(ctx, path+"/members/"+me, path+"/members", nil, &m),
		a.rest.get(ctx, path+"/channels", "", nil, &channels),
	)
	if err != nil {
		return []bot.Check{failed(what, err)}
	}
	return channelsSaid(what, lacking(&g, &m, channels, a.o.Now()))
}

// lack is what crux lacks in a channel.
type lack struct {
	channel channel
	lacks   permissions
}

// lacking lists what crux lacks in each channel in which people write, in order of their names.
func lacking(g *guild, m *member, channels []channel, now time.Time) []lack {
	var all []lack
	for _, c := range channels {
		if !c.isRead() {
			continue
		}
		needs := wanted
		if c.isVoice() {
			needs = wanted&^sendInThreads | connect
		}
		all = append(all, lack{c, needs &^ permissionsIn(g, &c, m, now)})
	}
	slices.SortFunc(all, func(a, b lack) int {
		return cmp.Or(cmp.Compare(a.channel.Name, b.channel.Name), cmp.Compare(a.channel.ID, b.channel.ID))
	})
	return all
}

// channelsSaid is a line for the server and one for every channel in which something is missing.
func channelsSaid(what string, all []lack) []bot.Check {
	readable := 0
	// Channels that crux sees and still can't use come first: they are likelier
	// mistakes than those that are kept from it.
	var faults, unseen []bot.Check
	for _, l := range all {
		if l.lacks&l.channel.toRead() == 0 {
			readable++
		}
		if l.lacks == 0 {
			continue
		}
		c := bot.Check{What: what + " #" + l.channel.Name, Level: bot.Poor}
		if l.lacks.has(viewChannel) {
			// Who lacks this lacks everything, so naming the rest would say nothing.
			c.Found = "Crux can't see it."
			c.Mend = "If crux is to read here: Edit Channel → Permissions, add crux, allow View Channel and Read Message History."
			unseen = append(unseen, c)
			continue
		}
		c.Found = fmt.Sprintf("Crux lacks %s.", l.lacks)
		c.Mend = fmt.Sprintf("Edit Channel → Permissions, add crux, allow %s.", l.lacks)
		faults = append(faults, c)
	}
	faults = append(faults, unseen...)
	server := bot.Check{What: what, Found: fmt.Sprintf("Crux can read %d of %s.", readable, count(len(all), "channel"))}
	if readable == 0 && len(all) > 0 {
		server.Level = bot.Broken
		server.Mend = "Server Settings → Roles → crux: allow View Channels and Read Message History, or allow them in the channels where debates are."
	}
	checks := append([]bot.Check{server}, faults...)
	if len(faults) > channelsNamed {
		checks = append(checks[:1+channelsNamed], bot.Check{What: what, Level: bot.Poor,
			Found: fmt.Sprintf("Something is missing in %s more.", count(len(faults)-channelsNamed, "channel"))})
	}
	return checks
}

// count is a number with its noun, as in "1 server" and "2 servers".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
