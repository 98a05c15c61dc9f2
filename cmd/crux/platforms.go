package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"crux/bot"
	"crux/bot/discord"
	"crux/bot/slack"
	"crux/config"
)

// slackCatchUp is how many messages of a channel are compared after a gap on Slack,
// which allows far fewer requests a minute than Discord.
const slackCatchUp = 2000

// adapter is a platform as crux serves and checks it.
type adapter interface {
	bot.Platform
	// Run serves until ctx ends, and within 10 s more.
	Run(ctx context.Context, b *bot.Bot) error
	// Connected reports whether events arrive.
	Connected() bool
	// Doctor looks at what the adapter needs, and changes nothing.
	Doctor(ctx context.Context) []bot.Check
	// Close comes after Run.
	Close()
}

// platform is a kind of adapter, and how one is made of the configuration.
type platform struct {
	name string
	// configured says whether there is a token for it.
	configured func(*config.Config) bool
	// connect makes the adapter, which talks to nobody yet. deliveries may be nil where it is not to Run.
	connect func(c *config.Config, deliveries bot.DeliveryStorage, log *slog.Logger) (adapter, error)
	// catchUp is as in bot.Options.
	catchUp int
	// about says how people are reached there, for the log.
	about func(*config.Config) slog.Attr
}

// platforms are those that there are, in the order in which they are named.
func platforms() []platform {
	return []platform{
		{
			name:       "discord",
			configured: func(c *config.Config) bool { return c.Discord.Token.IsSet() },
			connect:    connectDiscord,
			about:      aboutDiscord,
		},
		{
			name:       "slack",
			configured: func(c *config.Config) bool { return c.Slack.BotToken.IsSet() },
			connect:    connectSlack,
			catchUp:    slackCatchUp,
			about:      aboutSlack,
		},
	}
}

// configuredPlatforms are those that have a token.
func configuredPlatforms(c *config.Config) []platform {
	var found []platform
	for _, p := range platforms() {
		if p.configured(c) {
			found = append(found, p)
		}
	}
	return found
}

func connectDiscord(c *config.Config, _ bot.DeliveryStorage, log *slog.Logger) (adapter, error) {
	return discord.New(discord.Options{
		Token:     c.Discord.Token.Reveal(),
		APIURL:    c.Discord.APIURL,
		Guild:     c.Discord.Guild,
		Zone:      c.TimeZone.Location,
		Retention: time.Duration(c.Store.Retention),
		Log:       log,
	})
}

func aboutDiscord(c *config.Config) slog.Attr {
	commands := "in every server"
	if c.Discord.Guild != "" {
		commands = "in server " + c.Discord.Guild + " alone"
	}
	return slog.String("discord_commands", commands)
}

func connectSlack(c *config.Config, deliveries bot.DeliveryStorage, log *slog.Logger) (adapter, error) {
	return slack.New(slack.Options{
		BotToken:      c.Slack.BotToken.Reveal(),
		AppToken:      c.Slack.AppToken.Reveal(),
		SigningSecret: c.Slack.SigningSecret.Reveal(),
		Listen:        c.Slack.Listen,
		APIURL:        c.Slack.APIURL,
		Shared:        c.Slack.SharedChannels,
		Managers:      c.Slack.Managers,
		Zone:          c.TimeZone.Location,
		Retention:     time.Duration(c.Store.Retention),
		Deliveries:    deliveries,
		Log:           log,
	})
}

func aboutSlack(c *config.Config) slog.Attr {
	events := "over Socket Mode"
	if !c.Slack.AppToken.IsSet() {
		events = "over HTTP at " + c.Slack.Listen
	}
	return slog.String("slack_events", events)
}

// names are the platforms' names, as people read them.
func names(all []platform) string {
	var names []string
	for _, p := range all {
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}

// served is a platform and the bot that answers there.
type served struct {
	adapter adapter
	bot     *bot.Bot
}

// newServed makes a platform's adapter, and its bot of what all bots share.
func newServed(p platform, c *config.Config, shared bot.Options) (served, error) {
	a, err := p.connect(c, shared.Storage, shared.Log)
	if err != nil {
		return served{}, err
	}
	shared.Platform, shared.CatchUp = a, p.catchUp
	return served{adapter: a, bot: bot.New(shared)}, nil
}

// close ends the bot before what it asks.
func (s served) close() {
	s.bot.Close()
	s.adapter.Close()
}

// doctors make the checks of each platform.
func doctors() doctorPlatforms {
	all := doctorPlatforms{}
	for _, p := range platforms() {
		all[p.name] = p.check
	}
	return all
}

func (p platform) check(ctx context.Context, c *config.Config) []bot.Check {
	a, err := p.connect(c, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return []bot.Check{{What: p.name, Level: bot.Broken, Found: err.Error()}}
	}
	defer a.Close()
	return a.Doctor(ctx)
}
