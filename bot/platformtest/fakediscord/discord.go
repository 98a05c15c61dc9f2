package fakediscord

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"crux/bot/platformtest/wire"
)

// Discord is a fake Discord, with one application and its bot.
type Discord struct {
	// Token is the bot's token, without the word "Bot"; App and Bot are the ids of
	// the application and of its bot user.
	Token, App, Bot string
	// Patience is how long a waiting method waits before it reports an error: 30 s.
	Patience time.Duration
	// Progress says whether a state of an answer is only an interim one, which
	// Interaction.Final passes over. By default: text without embeds, components
	// and files, ending with "…" or "...".
	Progress func(Posted) bool

	t       testing.TB
	server  *httptest.Server
	done    chan struct{} // closed when the test ends, for all that hangs
	sockets sync.WaitGroup

	mu           *wire.Guard      // guards all below
	minted       map[int64]uint64 // ids per millisecond
	users        map[string]*user
	guilds       map[string]*guild
	channels     map[string]*channel
	ephemeral    map[string]*message
	nonces       map[string]*message   // that are known again
	commands     map[string][]*command // by guild; "" are the global ones
	writes       int
	refused      int // intents that are not granted
	interactions map[string]*Interaction
	byToken      map[string]*Interaction
	latencies    []time.Duration
	gate         gate
	traffic      *wire.Traffic[Request]
	faults       faults
	lately       []time.Time // of the requests within the last second
	limited      int         // requests refused because there were too many
	testOver     bool
}

// New starts a fake Discord on loopback. When the test ends it stops, and
// then fails the test for every violation that nobody has looked at.
func New(t testing.TB) *Discord {
	t.Helper()
	done := make(chan struct{})
	guard := wire.NewGuard(done)
	d := &Discord{
		Patience:     30 * time.Second,
		Progress:     looksUnfinished,
		t:            t,
		done:         done,
		mu:           guard,
		traffic:      wire.NewTraffic(guard, (*Request).matches),
		minted:       map[int64]uint64{},
		users:        map[string]*user{},
		guilds:       map[string]*guild{},
		channels:     map[string]*channel{},
		ephemeral:    map[string]*message{},
		nonces:       map[string]*message{},
		commands:     map[string][]*command{},
		interactions: map[string]*Interaction{},
		byToken:      map[string]*Interaction{},
	}
	d.gate.sessions = map[string]*session{}
	d.gate.conns = map[*conn]bool{}
	d.gate.holds = wire.NewHolds(guard)
	d.App = d.mint(time.Time{})
	bot := d.addUser("crux")
	bot.bot = true
	d.Bot = bot.id
	d.Token = "fake." + d.Bot + ".token"
	d.server = httptest.NewServer(d.handler())
	t.Cleanup(d.stop)
	return d
}

// URL is the scheme and host that replace https://discord.com.
func (d *Discord) URL() string { return d.server.URL }

// Violations returns what the client did that Discord forbids or that the bot must
// never do, in order. What it returns no longer fails the test: the caller judges.
func (d *Discord) Violations() []string { return d.mu.Violations() }

func (d *Discord) stop() {
	close(d.done)
	d.mu.Lock()
	d.testOver = true
	for _, i := range d.interactions {
		i.deadline.Stop()
	}
	for c := range d.gate.conns {
		c.cut()
	}
	d.mu.Unlock()
	d.sockets.Wait()
	d.server.CloseClientConnections()
	d.server.Close()
	for _, v := range d.Violations() {
		d.t.Errorf("the fake Discord saw a violation: %s", v)
	}
}

// violate records a violation; d.mu is held.
func (d *Discord) violate(format string, args ...any) { d.mu.Violate(format, args...) }

// notify wakes all that wait; d.mu is held.
func (d *Discord) notify() { d.mu.Notify() }

// wait waits until ok, which is called with d.mu held, says so, and reports an
// error on the test if that takes longer than d.Patience.
func (d *Discord) wait(what string, ok func() bool) bool {
	d.t.Helper()
	return d.mu.Wait(d.t, d.Patience, what, ok)
}

// discordEpoch is the first millisecond of 2015, from which snowflakes count.
const discordEpoch = 1420070400000

// mint makes an id of a time, now if it is zero; d.mu is held, or d is new. Ids of
// the same millisecond keep the order in which they were made.
func (d *Discord) mint(at time.Time) string {
	if at.IsZero() {
		at = time.Now()
	}
	ms := max(at.UnixMilli()-discordEpoch, 1)
	n := d.minted[ms]
	d.minted[ms]++
	return strconv.FormatUint(uint64(ms)<<22|n, 10)
}

// number returns an id as a number, by which ids are ordered; 0 if it is none.
func number(id string) uint64 {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// timeOf returns the time that an id carries.
func timeOf(id string) time.Time {
	return time.UnixMilli(int64(number(id)>>22) + discordEpoch).UTC()
}

func looksUnfinished(p Posted) bool {
	if len(p.Embeds)+len(p.Components)+len(p.Files) > 0 {
		return false
	}
	text := strings.TrimSpace(p.Content)
	return strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...")
}
