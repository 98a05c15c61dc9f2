package fakeslack

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crux/bot/platformtest/wire"
)

// Slack is a fake Slack: one workspace, in which one app is installed.
type Slack struct {
	// BotToken begins with xoxb-, AppToken with xapp-. SigningSecret signs what comes over HTTP.
	BotToken, AppToken, SigningSecret string
	// Team is the workspace's id, Bot the bot's user id, BotID its id as a bot, App
	// the app's id, Owner the workspace's owner's user id.
	Team, Bot, BotID, App, Owner string
	// Patience is how long a waiting method waits before it reports an error: 30 s.
	Patience time.Duration
	// Deadline is how long an acknowledgement may take: 3 s. Change it before anything is sent.
	Deadline time.Duration
	// RetryAfter is how long after its first retry, which comes at once, an event is
	// tried again over HTTP: 50 ms. Slack waits 1 and 5 minutes.
	RetryAfter time.Duration
	// Progress says whether a message of the bot is only an interim one, which
	// Exchange.Final and the Wait methods pass over. By default: no buttons, no files,
	// and a text that ends with "…" or "...".
	Progress func(Posted) bool

	t      testing.TB
	server *httptest.Server
	client *http.Client
	life   context.Context // ends with the test, and with it all that hangs
	end    context.CancelFunc
	work   sync.WaitGroup
	names  directory

	mu         *wire.Guard // guards all below
	serial     int
	minted     map[string]bool // timestamps that are taken
	lastMicro  int64
	revision   int
	users      map[string]*user
	channels   map[string]*channel
	ephemerals []*message
	homes      map[string]*message // by user
	files      map[string]*file
	uploads    map[string]*file // by the secret in the upload's address
	hooks      map[string]*responseURL
	triggers   map[string]*Exchange
	scopes     []string // nil: all
	subscribed []string // nil: to everything
	hosts      []string // that links may lead to
	revoked    bool
	late       int // calls after that
	latencies  []time.Duration
	gate       gate
	web        web
	traffic    *wire.Traffic[Request]
	faults     faults
	testOver   bool
}

// New starts a fake Slack on loopback. When the test ends it stops, and then fails
// the test for every violation that nobody has looked at.
func New(t testing.TB) *Slack {
	t.Helper()
	life, end := context.WithCancel(context.Background())
	guard := wire.NewGuard(life.Done())
	s := &Slack{
		BotToken:      "xoxb-fake-bot",
		AppToken:      "xapp-1-fake-app",
		SigningSecret: "fake-signing-secret",
		Patience:      30 * time.Second,
		Deadline:      3 * time.Second,
		RetryAfter:    50 * time.Millisecond,
		Progress:      looksUnfinished,
		t:             t,
		client:        &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: maxDeliveries}},
		life:          life,
		end:           end,
		mu:            guard,
		traffic:       wire.NewTraffic(guard, (*Request).matches),
		minted:        map[string]bool{},
		users:         map[string]*user{},
		channels:      map[string]*channel{},
		homes:         map[string]*message{},
		files:         map[string]*file{},
		uploads:       map[string]*file{},
		hooks:         map[string]*responseURL{},
		triggers:      map[string]*Exchange{},
	}
	s.names.known = map[string]string{}
	s.gate.holds = wire.NewHolds(guard)
	s.gate.tickets, s.gate.issued = map[string]bool{}, map[string]bool{}
	s.Team, s.App, s.BotID = s.mintID("T"), s.mintID("A"), s.mintID("B")
	s.Bot = s.addUser(User{Name: "crux", Bot: true}).id
	s.Owner = s.addUser(User{Name: "owner", RealName: "Olga Owner", Owner: true, Admin: true}).id
	s.server = httptest.NewServer(s.handler())
	t.Cleanup(s.stop)
	return s
}

// APIURL is the Web API's address, with a slash at its end.
func (s *Slack) APIURL() string { return s.server.URL + "/api/" }

// TeamURL is the workspace's address, with which permalinks begin.
func (s *Slack) TeamURL() string { return "https://" + teamHost + "/" }

const (
	teamName   = "Athens"
	teamDomain = "athens"
	teamHost   = teamDomain + ".slack.com"
)

// Violations returns what the client did that Slack forbids or that the bot must
// never do, in order. What it returns no longer fails the test: the caller judges.
func (s *Slack) Violations() []string { return s.mu.Violations() }

// AllowHost lets the bot's links lead to more hosts than the workspace's own.
func (s *Slack) AllowHost(hosts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hosts = append(s.hosts, hosts...)
}

func (s *Slack) stop() {
	s.end()
	s.mu.Lock()
	s.testOver = true
	for _, c := range s.gate.conns {
		c.cut()
	}
	s.mu.Unlock()
	s.work.Wait()
	s.client.CloseIdleConnections()
	s.server.CloseClientConnections()
	s.server.Close()
	for _, v := range s.Violations() {
		s.t.Errorf("the fake Slack saw a violation: %s", v)
	}
}

// start runs f in a goroutine that stop waits for, unless the test is over; s.mu is held.
func (s *Slack) start(f func()) {
	if s.testOver {
		return
	}
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		f()
	}()
}

// violate records a violation; s.mu is held.
func (s *Slack) violate(format string, args ...any) { s.mu.Violate(format, args...) }

// violation records a violation.
func (s *Slack) violation(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violate(format, args...)
}

// notify wakes all that wait; s.mu is held.
func (s *Slack) notify() { s.mu.Notify() }

// wait waits until ok, which is called with s.mu held, says so, and reports an
// error on the test if that takes longer than s.Patience.
func (s *Slack) wait(what string, ok func() bool) bool {
	s.t.Helper()
	return s.mu.Wait(s.t, s.Patience, what, ok)
}

// mintID makes an id that begins with a kind's letter; s.mu is held, or s is new.
func (s *Slack) mintID(kind string) string {
	s.serial++
	return fmt.Sprintf("%s0FAKE%05d", kind, s.serial)
}

// mintTS makes a timestamp of a time that nothing else has, now if it is zero; s.mu
// is held. What is posted now never comes before what was.
func (s *Slack) mintTS(at time.Time) string {
	micro := at.UnixMicro()
	if at.IsZero() {
		micro = max(time.Now().UnixMicro(), s.lastMicro+1)
		s.lastMicro = micro
	}
	for {
		ts := fmt.Sprintf("%d.%06d", micro/1e6, micro%1e6)
		if !s.minted[ts] {
			s.minted[ts] = true
			return ts
		}
		micro++
	}
}

// before says whether one timestamp is earlier than another.
func before(a, b string) bool { return compareTS(a, b) < 0 }

func compareTS(a, b string) int {
	aSec, aFrac, _ := strings.Cut(a, ".")
	bSec, bFrac, _ := strings.Cut(b, ".")
	if len(aSec) != len(bSec) {
		return len(aSec) - len(bSec)
	}
	if c := strings.Compare(aSec, bSec); c != 0 {
		return c
	}
	return strings.Compare(fraction(aFrac), fraction(bFrac))
}

// fraction pads the digits after a timestamp's point, so that 1.5 and 1.500000 are the same time.
func fraction(digits string) string { return (digits + "000000")[:max(6, len(digits))] }

func looksUnfinished(p Posted) bool {
	ellipsis := strings.Contains(p.Text, "…") || strings.Contains(p.Text, "...")
	if p.Deleted || len(p.Files) > 0 || len(p.Blocks) == 0 && !ellipsis || len(p.Buttons()) > 0 {
		return false
	}
	text := strings.TrimSpace(p.Visible())
	return strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...")
}

// Latencies returns the times from sending to the acknowledgement, of all events,
// commands and presses that were acknowledged so far, ascending.
func (s *Slack) Latencies() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.latencies)
	slices.Sort(out)
	return out
}

// directory says how people and channels are called. It has a lock of its own, so
// that Posted.Visible may be asked while s.mu is held.
type directory struct {
	mu    sync.RWMutex
	known map[string]string
}

func (d *directory) set(id, name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known[id] = name
}

func (d *directory) name(id string) string {
	if d == nil {
		return id
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	if name, found := d.known[id]; found {
		return name
	}
	return id
}
