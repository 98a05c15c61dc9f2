package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/sync/errgroup"
)

// sockets is how many connections are held at once. Slack closes each every few hours and
// announces it, but slack-go closes at once and then opens the next; meanwhile the other takes what comes.
const sockets = 2

// gateway takes what Slack delivers over Socket Mode.
type gateway struct {
	a *Adapter
	d *desk

	mu sync.Mutex
	up int // connections over which events come
}

func newGateway(a *Adapter, d *desk) *gateway { return &gateway{a: a, d: d} }

// run holds the connections until ctx ends or Slack will not have them.
func (g *gateway) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for range sockets {
		group.Go(func() error { return g.hold(ctx) })
	}
	return group.Wait()
}

// hold holds one connection, which slack-go opens again whenever it ends.
func (g *gateway) hold(ctx context.Context) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = time.Second, time.Minute
	for ctx.Err() == nil {
		err := g.once(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case hasCode(err, tokenCodes...):
			return errAppToken
		}
		wait := delays.NextBackOff()
		g.a.o.Log.Warn("slack: not connected; connecting again", "in", wait.Round(time.Second), "error", withoutURL(err))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	return nil
}

func (g *gateway) once(ctx context.Context) error {
	client := socketmode.New(g.a.rest.api, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(ctx)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		g.hear(ctx, client)
	}()
	err := client.RunContext(ctx)
	cancel()
	<-heard
	return err
}

// hear takes what comes over one connection, one thing after the other.
func (g *gateway) hear(ctx context.Context, client *socketmode.Client) {
	isUp := false
	defer func() {
		if isUp {
			g.count(-1)
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			switch e.Type {
			case socketmode.EventTypeHello:
				if !isUp {
					isUp = true
					g.count(1)
				}
			case socketmode.EventTypeConnecting:
				if isUp {
					isUp = false
					g.count(-1)
				}
			case socketmode.EventTypeConnectionError:
				g.a.o.Log.Warn("slack: connecting failed; trying again")
			default:
				g.request(ctx, client, e)
			}
		}
	}
}

// count counts the connections, and tells where events begin or cease to come.
func (g *gateway) count(change int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	was := g.up
	g.up += change
	switch {
	case was == 0:
		g.a.o.Log.Info("slack: connected")
		g.d.follow.reconnected()
	case g.up == 0:
		g.a.o.Log.Warn("slack: connection lost")
		g.d.follow.interrupted()
	}
}

// request takes a delivery and acknowledges it.
func (g *gateway) request(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	r := e.Request
	if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
		// slack-go refuses a whole event for one block that it does not know how to read.
		r = &socketmode.Request{}
		if json.Unmarshal(bad.Message, r) != nil {
			return
		}
	}
	if r == nil || r.EnvelopeID == "" {
		return
	}
	d, err := fromEnvelope(r)
	if err != nil {
		g.a.o.Log.Error("slack: delivery not understood", "type", r.Type, "error", err)
	} else if err := g.d.take(ctx, d); err != nil {
		g.a.o.Log.Error("slack: delivery not taken, so Slack is to deliver it again", "type", r.Type, "error", err)
		return
	}
	if err := client.AckCtx(ctx, r.EnvelopeID, nil); err != nil && ctx.Err() == nil {
		g.a.o.Log.Warn("slack: delivery not acknowledged", "type", r.Type, "error", err)
	}
}

// fromEnvelope is what an envelope holds. Commands come as JSON here.
func fromEnvelope(r *socketmode.Request) (delivery, error) {
	switch r.Type {
	case socketmode.RequestTypeEventsAPI:
		return delivery{Kind: anEvent, Raw: r.Payload}, nil
	case socketmode.RequestTypeSlashCommands:
		return commandDelivery(r.Payload)
	case socketmode.RequestTypeInteractive:
		return interactionDelivery(r.Payload)
	}
	return delivery{}, errors.New("unknown type")
}
