// Package slack connects the bot to Slack.
//
// What Slack tells comes over Socket Mode (gateway.go) or as signed HTTP requests
// (listener.go), is kept before it is acknowledged (deliveries.go), and is then either an event, of
// which the bot is told (events.go), or a request, which is answered in a
// goroutine of its own (interactions.go).
package slack

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"crux/bot"
)

// Options say how to reach Slack.
type Options struct {
	// BotToken is the bot's token, which begins with xoxb-.
	BotToken string
	// AppToken is the app's token, which begins with xapp-; with it crux uses Socket Mode.
	AppToken string
	// SigningSecret proves that a request comes from Slack. Without AppToken it is needed, and so is Listen.
	SigningSecret string
	// Listen is the host and port on which Slack's requests are taken.
	Listen string
	// APIURL is the address of the Web API, with a slash at its end; "" is Slack's own.
	APIURL string
	// Shared allows channels that are shared with other organisations.
	Shared bool
	// Managers are the ids of members who may manage every channel that they can read, besides the
	// workspace's administrators and owners, and whoever created the channel.
	Managers []string
	// Zone is the time zone of days such as "yesterday"; nil is UTC.
	Zone *time.Location
	// Retention is how long the messages of watched channels are kept, as people are told.
	Retention time.Duration
	// Deliveries keeps what Slack delivered until it is worked off. Only Run needs it.
	Deliveries bot.DeliveryStorage
	Log        *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Adapter is the Slack side of the bot; it implements bot.Platform.
type Adapter struct {
	o    Options
	rest *rest

	// me is who crux is, once Slack has said so.
	me atomic.Pointer[identity]
	// people are the members that were met lately.
	people *people

	connected atomic.Bool
	// asked counts the requests that are being answered.
	asked    bot.Tally
	stopping atomic.Bool
}

// answerer is what the adapter needs of the bot.
type answerer interface {
	bot.Follower
	Follows(p bot.Place) bool
	Followed(ctx context.Context, person, server string) ([]string, error)
	Answer(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error)
	Again(ctx context.Context, token, asker string, here bot.Place) (bot.Request, error)
	Published(ctx context.Context, a *bot.Answer, post bot.Post) error
}

// identity is who crux is in the workspace.
type identity struct {
	// Team is the workspace's id, URL its address with a slash at its end, such as https://acme.slack.com/.
	Team, URL string
	// User is the id of crux's user, Bot that of its bot.
	User, Bot string
}

var (
	_ answerer     = (*bot.Bot)(nil)
	_ bot.Platform = (*Adapter)(nil)
)

// New returns an Adapter. It talks to nobody yet. Close ends it.
func New(o Options) (*Adapter, error) {
	if o.BotToken == "" {
		return nil, errors.New("slack: no bot token")
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
	return &Adapter{o: o, rest: r, people: newPeople(o.Now)}, nil
}

// Name is "slack".
func (a *Adapter) Name() string { return "slack" }

// Close lets go of what the Adapter holds, once neither Run nor anything else uses it.
func (a *Adapter) Close() { a.rest.close() }

// Connected reports whether Slack's events arrive.
func (a *Adapter) Connected() bool { return a.connected.Load() }

// How long an end may take, within the 10 s that Run promises.
const (
	// grace is how long what runs may go on.
	grace = 7 * time.Second
	// farewell is how long telling the askers may take after that.
	farewell = 2 * time.Second
)

var errRestarting = errors.New("slack: crux is being restarted")

// Run connects and serves until ctx ends. Then it takes nothing new, lets what runs
// finish or tells the askers that it won't, within 10 s. It returns nil at such an end, and an
// error that says what to do where Slack will not have it. While the network is
// down, it keeps trying.
func (a *Adapter) Run(ctx context.Context, b *bot.Bot) error { return a.run(ctx, b) }

func (a *Adapter) run(ctx context.Context, b answerer) error {
	if err := a.introduce(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	// Work ends later than ctx does, and the line to Slack last, so that what comes meanwhile is taken.
	work, endWork := context.WithCancelCause(context.WithoutCancel(ctx))
	defer endWork(nil)
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()

	desk := newDesk(work, a, b)
	if err := desk.resume(ctx); err != nil {
		return err
	}
	lost := make(chan error, 1)
	go func() { lost <- a.listen(line, desk) }()

	var err error
	select {
	case err = <-lost: // Slack will not have us
		lost <- nil
	case <-ctx.Done():
	}
	a.stopping.Store(true)
	if err == nil {
		a.o.Log.Info("slack: stopping")
		a.asked.Wait(grace)
	}
	endWork(errRestarting)
	a.asked.Wait(farewell + time.Second/2)
	hangUp()
	if fault := <-lost; err == nil {
		err = fault
	}
	return err
}

// listen takes what Slack tells, over Socket Mode where there is an app token, else over HTTP.
func (a *Adapter) listen(ctx context.Context, d *desk) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.follow.run(ctx) })
	group.Go(func() error {
		if a.o.AppToken != "" {
			return newGateway(a, d).run(ctx)
		}
		return newListener(a, d).run(ctx)
	})
	return group.Wait()
}

// introduce finds out who crux is and whether Slack will have it. It keeps trying while the network is down.
func (a *Adapter) introduce(ctx context.Context) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = time.Second, time.Minute
	me, err := backoff.Retry(ctx, func() (*identity, error) {
		me, err := a.self(ctx)
		if errors.Is(err, errToken) {
			err = backoff.Permanent(err)
		}
		return me, err
	}, backoff.WithBackOff(delays), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, wait time.Duration) {
			a.o.Log.Warn("slack: reaching Slack failed; trying again", "in", wait.Round(time.Second), "error", err)
		}))
	if err != nil {
		return err
	}
	a.o.Log.Info("slack: here", "workspace", me.URL)
	return nil
}

// contain is deferred where a panic must stop nothing else.
func (a *Adapter) contain(what string) {
	if r := recover(); r != nil {
		a.o.Log.Error("slack: panic", "in", what, "panic", r, "stack", string(debug.Stack()))
	}
}
