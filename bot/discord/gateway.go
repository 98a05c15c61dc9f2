package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/cenkalti/backoff/v5"
	"github.com/gorilla/websocket"
)

// gateway keeps discordgo connected. discordgo could reconnect by itself, but it
// cannot be stopped while it does so, and hides why Discord hung up.
type gateway struct {
	a       *Adapter
	onAsked func(raw []byte) // an interaction came

	// hungUp is told when a connection ends.
	hungUp chan struct{}
	conns  conns
	// patience is how long a connection may take until Discord is ready.
	patience time.Duration
}

func newGateway(a *Adapter, onAsked func(raw []byte)) *gateway {
	return &gateway{a: a, onAsked: onAsked, hungUp: make(chan struct{}, 1), patience: openTimeout}
}

const (
	// openTimeout is how long connecting may take.
	openTimeout = 45 * time.Second
	// settled is how long a connection lives that was not refused.
	settled = 10 * time.Second
)

// run keeps a connection until ctx ends or Discord will never have one.
func (g *gateway) run(ctx context.Context) error {
	session := g.session(ctx)
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = time.Second, time.Minute
	for ctx.Err() == nil {
		began := g.a.o.Now()
		err := g.open(ctx, session)
		if err == nil {
			select {
			case <-g.hungUp:
				err = errors.New("discord: connection lost")
			case <-ctx.Done():
				return g.close(session)
			}
		}
		wait := time.Duration(0)
		if g.a.o.Now().Sub(began) >= settled {
			delays.Reset()
		} else if fatal := g.fatal(ctx, err); fatal != nil {
			return fatal
		} else {
			wait = delays.NextBackOff()
		}
		if errors.Is(err, errStuck) { // discordgo waits for itself: leave it behind
			session = g.session(ctx)
		}
		if ctx.Err() == nil {
			g.a.o.Log.Warn("discord: not connected; connecting again", "in", wait.Round(time.Millisecond), "error", err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	return nil
}

// errStuck is returned where discordgo did not come back from opening a connection.
var errStuck = errors.New("discord: connecting took too long")

// open connects and waits for the first answer to identifying.
func (g *gateway) open(ctx context.Context, session *discordgo.Session) error {
	select { // what an earlier connection left
	case <-g.hungUp:
	default:
	}
	g.conns.cut()
	opened := make(chan error, 1)
	go func() { opened <- session.Open() }()
	timeout := time.NewTimer(g.patience)
	defer timeout.Stop()
	select {
	case err := <-opened:
		return unlessOpen(err)
	case <-ctx.Done():
	case <-timeout.C:
	}
	// discordgo cannot be interrupted, but its connection can be taken away. It stays
	// stuck all the same where it waits for a lock of its own, which it does if Discord answers
	// RESUME by asking to reconnect.
	g.conns.cut()
	select {
	case err := <-opened:
		return unlessOpen(err)
	case <-time.After(time.Second):
		return errStuck
	}
}

func unlessOpen(err error) error {
	if errors.Is(err, discordgo.ErrWSAlreadyOpen) {
		return nil
	}
	return withoutURL(err)
}

// close ends the connection as Discord wants it ended.
func (g *gateway) close(session *discordgo.Session) error {
	if err := session.Close(); err != nil {
		g.a.o.Log.Debug("discord: closing", "error", withoutURL(err))
	}
	g.conns.cut()
	return nil
}

// Codes with which Discord closes connections of those whom it will not have.
const (
	closedForToken    = 4004
	closedForSharding = 4011
	closedForIntents  = 4014
)

// fatal is the error that no trying again mends, nil where there is none.
func (g *gateway) fatal(ctx context.Context, err error) error {
	closed, _ := errors.AsType[*websocket.CloseError](err)
	if closed != nil {
		switch closed.Code {
		case closedForToken:
			return errToken
		case closedForIntents:
			return errIntent
		case closedForSharding:
			return errors.New("discord: crux is in too many servers for one connection (2,500)")
		}
	}
	// discordgo hides the code of a connection that was open, so ask why there is none.
	if _, err = g.a.check(ctx); errors.Is(err, errToken) || errors.Is(err, errIntent) {
		return errors.Unwrap(err)
	}
	return nil
}

// session is a new session of discordgo for the gateway alone.
// What it opens ends with ctx, which discordgo itself would not notice.
func (g *gateway) session(ctx context.Context) *discordgo.Session {
	s, _ := discordgo.New("Bot " + g.a.o.Token) // it has no error to return
	s.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentMessageContent
	s.Identify.LargeThreshold = 50
	s.StateEnabled = false              // nothing that people write is to be kept
	s.LogLevel = discordgo.LogError - 1 // its log could hold what people write
	s.ShouldReconnectOnError = false    // run does
	s.SyncEvents = true                 // order matters
	s.Client = &http.Client{Transport: bound{ctx, g.a.rest.transport()}, Timeout: requestTimeout}
	s.Dialer = &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: openTimeout,
		NetDialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
			return g.conns.dial(ctx, network, addr)
		},
	}
	s.AddHandler(g.onDisconnect)
	s.AddHandler(g.onEvent)
	return s
}

func (g *gateway) onDisconnect(*discordgo.Session, *discordgo.Disconnect) {
	defer g.a.contain("disconnect")
	g.a.connected.Store(false)
	g.a.events.interrupted()
	select {
	case g.hungUp <- struct{}{}:
	default:
	}
}

// onEvent hands an event over and returns at once, since the next one waits for it.
// The data is Discord's own, not discordgo's reading of it: that gives a message without an
// author where it meets a component that it does not know.
func (g *gateway) onEvent(_ *discordgo.Session, e *discordgo.Event) {
	defer g.a.contain("event " + e.Type)
	switch e.Type {
	case "INTERACTION_CREATE":
		g.onAsked(e.RawData)
	case "READY", "RESUMED":
		g.onReady(e)
	default:
		g.a.events.add(e.Type, e.RawData)
	}
}

func (g *gateway) onReady(e *discordgo.Event) {
	if g.a.connected.Swap(true) { // a new session in the same connection: events were lost
		g.a.events.interrupted()
	}
	if e.Type == "RESUMED" {
		g.a.events.reconnected(nil)
		g.a.o.Log.Info("discord: connected again")
		return
	}
	var ready struct {
		User struct {
			ID       string `json:"id"`
			Username string `json:"username"`
		} `json:"user"`
		Guilds []struct {
			ID string `json:"id"`
		} `json:"guilds"`
	}
	if err := json.Unmarshal(e.RawData, &ready); err != nil {
		g.a.events.reconnected(nil)
		g.a.o.Log.Error("discord: READY not understood", "error", err)
		return
	}
	servers := []string{} // not nil: crux may be in none
	for _, guild := range ready.Guilds {
		servers = append(servers, guild.ID)
	}
	g.a.events.reconnected(servers)
	g.a.self.Store(ready.User.ID)
	g.a.o.Log.Info("discord: connected", "as", ready.User.Username, "servers", len(ready.Guilds))
}

// conns are the connections that are open, so that they can be taken away.
type conns struct {
	mu   sync.Mutex
	open []net.Conn
}

func (c *conns) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: openTimeout}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = append(c.open, conn)
	return conn, nil
}

// cut closes the connections.
func (c *conns) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close() // it may have been closed before
	}
	c.open = nil
}

// bound makes requests that end with ctx.
type bound struct {
	ctx  context.Context
	base http.RoundTripper
}

func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	return b.base.RoundTrip(r.WithContext(b.ctx))
}

// withoutURL is err without the address that net/http puts in, which may hold a token.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
