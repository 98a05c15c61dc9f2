// Package discord connects the bot to Discord.
//
// What happens in channels comes over discordgo's gateway, is put in one queue, and reaches the
// bot in the order in which it happened (events.go). What people ask for does
// not wait in that queue: each interaction is answered in a goroutine of its own (interactions.go).
package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"crux/bot"
)

// Options say how to reach Discord.
type Options struct {
	// Token is the bot's token, without the word "Bot".
	Token string
	// APIURL is the scheme and host that replace https://discord.com in every REST call; "" replaces nothing.
	APIURL string
	// Guild registers the commands in this one server, where they can be used at
	// once; "" registers them everywhere.
	Guild string
	// Zone is the time zone of days such as "yesterday"; nil is UTC.
	Zone *time.Location
	// Retention is how long the messages of watched channels are kept, as people are told.
	Retention time.Duration
	Log       *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Adapter is the Discord side of the bot; it implements bot.Platform.
type Adapter struct {
	o    Options
	rest *rest // what is read for the bot
	wire *wire // answers to interactions, which wait for nothing

	// app and self are the ids of the application and of its bot user, known once Run has begun to connect.
	app, self atomic.Value // string

	gateway   *gateway
	events    *events
	connected atomic.Bool

	// asked counts the interactions that are being answered.
	asked    bot.Tally
	stopping atomic.Bool
}

// answerer is what the adapter needs of the bot.
type answerer interface {
	bot.Follower
	Answer(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error)
	Again(ctx context.Context, token, asker string, here bot.Place) (bot.Request, error)
	Published(ctx context.Context, a *bot.Answer, post bot.Post) error
}

var (
	_ answerer     = (*bot.Bot)(nil)
	_ bot.Platform = (*Adapter)(nil)
)

// New returns an Adapter. It talks to nobody yet. Close ends it.
func New(o Options) (*Adapter, error) {
	if o.Token == "" {
		return nil, errors.New("discord: no token")
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	r, err := newREST(o)
	if err != nil {
		return nil, err
	}
	w, err := newWire(o)
	if err != nil {
		return nil, err
	}
	return &Adapter{o: o, rest: r, wire: w}, nil
}

// Name is "discord".
func (a *Adapter) Name() string { return "discord" }

// Close lets go of what the Adapter holds, once neither Run nor anything else uses it.
func (a *Adapter) Close() {
	a.rest.close()
	a.wire.close()
}

// Connected reports whether Discord's events arrive.
func (a *Adapter) Connected() bool { return a.connected.Load() }

func (a *Adapter) appID() string {
	id, _ := a.app.Load().(string)
	return id
}

func (a *Adapter) selfID() string {
	id, _ := a.self.Load().(string)
	return id
}

// How long an end may take, within the 10 s that Run promises.
const (
	// grace is how long what runs may go on.
	grace = 7 * time.Second
	// farewell is how long telling the askers may take after that.
	farewell = 2 * time.Second
)

// Run connects, registers the commands and serves until ctx ends. Then it takes
// nothing new, lets what runs finish or tells the askers that it won't, within 10 s.
// It returns nil at such an end, and an error that says what to do where Discord will
// not have it. While the network is down, it keeps trying.
func (a *Adapter) Run(ctx context.Context, b *bot.Bot) error { return a.run(ctx, b) }

func (a *Adapter) run(ctx context.Context, b answerer) error {
	about, err := a.introduce(ctx)
	if err == nil {
		err = a.persist(ctx, "registering the commands", func() error { return a.registerOrSay(ctx, about.ID) })
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}

	// Work ends later than ctx does, and the gateway last, so that whoever asks meanwhile is told.
	work, endWork := context.WithCancelCause(context.WithoutCancel(ctx))
	defer endWork(nil)
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()

	a.events = newEvents(a, b)
	a.gateway = newGateway(a, func(raw []byte) { a.take(work, b, raw) })
	following := make(chan struct{})
	go func() {
		defer close(following)
		a.events.run(work)
	}()
	lost := make(chan error, 1)
	go func() { lost <- a.gateway.run(line) }()

	select {
	case err = <-lost: // Discord will not have us
		lost <- nil
	case <-ctx.Done():
	}
	a.stopping.Store(true)
	if err == nil {
		a.o.Log.Info("discord: stopping")
		a.asked.Wait(grace)
	}
	endWork(errRestarting)
	hangUp()
	a.asked.Wait(farewell + time.Second/2)
	if fault := <-lost; err == nil {
		err = fault
	}
	<-following
	return err
}

// application is what Discord says of the application.
type application struct {
	ID    string `json:"id"`
	Flags int    `json:"flags"`
	Bot   struct {
		ID string `json:"id"`
	} `json:"bot"`
}

// The flags of an application that may ask for the texts of messages: reviewed by
// Discord, or in few servers.
const (
	flagMessageContent        = 1 << 18
	flagMessageContentLimited = 1 << 19
)

// introduce finds out who crux is and whether Discord will have it.
func (a *Adapter) introduce(ctx context.Context) (application, error) {
	var about application
	err := a.persist(ctx, "reaching Discord", func() error {
		var err error
		about, err = a.check(ctx)
		return err
	})
	a.app.Store(about.ID)
	a.self.Store(about.Bot.ID)
	return about, err
}

// check asks who crux is. Its error is Permanent where trying again is of no use.
func (a *Adapter) check(ctx context.Context) (application, error) {
	var about application
	err := a.call(ctx, http.MethodGet, "/applications/@me", nil, &about)
	switch {
	case hasStatus(err, http.StatusUnauthorized), errors.Is(err, errToken):
		return about, backoff.Permanent(errToken)
	case err != nil:
		return about, err
	case about.Flags&(flagMessageContent|flagMessageContentLimited) == 0:
		return about, backoff.Permanent(errIntent)
	}
	if about.Bot.ID == "" { // of old, both ids are the same
		about.Bot.ID = about.ID
	}
	return about, nil
}

var (
	errToken = errors.New("discord: the token is not accepted: make a new one in the Developer Portal " +
		"(your application, Bot, Reset Token) and set it as discord.token")
	errIntent = errors.New("discord: crux may not read what messages say: in the Developer Portal, open your application, " +
		"Bot, Privileged Gateway Intents, turn on Message Content Intent and save")
	errRestarting = errors.New("discord: crux is being restarted")
)

// registerOrSay registers the commands; where crux is not let in, its error says what to do.
func (a *Adapter) registerOrSay(ctx context.Context, app string) error {
	err := a.register(ctx, app)
	if hasCode(err, codeMissingAccess) || hasStatus(err, http.StatusForbidden) {
		return backoff.Permanent(fmt.Errorf("discord: crux may not register commands in the server %s (discord.guild_id): "+
			"invite it there with the scope applications.commands, see crux doctor: %w", a.o.Guild, err))
	}
	if w, ok := errors.AsType[*wireError](err); ok && w.Status >= 400 && w.Status < 500 && w.Status != http.StatusTooManyRequests {
		return backoff.Permanent(err)
	}
	return err
}

// persist tries until it succeeds, ctx ends or try's error is Permanent, and waits longer every time.
func (a *Adapter) persist(ctx context.Context, what string, try func() error) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = time.Second, time.Minute
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, try() },
		backoff.WithBackOff(delays),
		backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, wait time.Duration) {
			a.o.Log.Warn("discord: "+what+" failed; trying again", "in", wait.Round(time.Second), "error", err)
		}))
	return err
}
