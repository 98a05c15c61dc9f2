package bot

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// recent holds the last answers by what was asked, so that a button on a report
// (another page, the same for all to see) need not read the channel again.
type recent struct {
	ttl time.Duration
	now func() time.Time

	mu      sync.Mutex
	answers *simplelru.LRU[string, recentAnswer]
}

type recentAnswer struct {
	Answer
	until time.Time
}

func newRecent(size int, ttl time.Duration, now func() time.Time) *recent {
	answers, err := simplelru.NewLRU[string, recentAnswer](size, nil)
	if err != nil { // only where the size is not above zero
		panic(err)
	}
	return &recent{ttl: ttl, now: now, answers: answers}
}

// recentKey is what an answer depends on besides the messages; "" where the
// request's window is not bound to certain messages.
func recentKey(r Request) string {
	if r.Window.To == "" || r.Fresh {
		return ""
	}
	if !r.Command.Private() {
		r.Asker = ""
	}
	r.Here, r.Share = Place{}, false
	key, err := json.Marshal(r)
	if err != nil { // a Request is made of strings, numbers and times
		panic(err)
	}
	return string(key)
}

func (c *recent) get(r Request) (*Answer, bool) {
	key := recentKey(r)
	if key == "" {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.answers.Get(key)
	if !ok || !c.now().Before(found.until) {
		return nil, false
	}
	a := found.Answer
	a.Cached = true
	return &a, true
}

// put keeps an answer; its sections are not changed from now on.
func (c *recent) put(a *Answer) {
	key := recentKey(a.Request)
	if key == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ttl := c.ttl
	if a.isDegraded() { // and may soon be better
		ttl = min(ttl, degradedFor)
	}
	c.answers.Add(key, recentAnswer{*a, c.now().Add(ttl)})
}

// isDegraded reports whether another engine answered than should have, or it lacks something.
func (a *Answer) isDegraded() bool {
	return slices.ContainsFunc(a.Sections, func(s Section) bool { return s.Report.Engine.Degraded != "" })
}

// forget drops the answers about a place that quote one of the messages.
func (c *recent) forget(p Place, ids ...string) {
	c.drop(func(a *Answer) bool { return restsOn(a.Sources(), p, ids) })
}

// expire drops the answers whose time is over.
func (c *recent) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range c.answers.Keys() {
		if a, ok := c.answers.Peek(key); ok && !c.now().Before(a.until) {
			c.answers.Remove(key)
		}
	}
}

func (c *recent) forgetPlace(p Place) {
	c.drop(func(a *Answer) bool { return restsOn(a.Sources(), p, nil) })
}

func (c *recent) clear() {
	c.drop(func(*Answer) bool { return true })
}

func (c *recent) drop(pick func(*Answer) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range c.answers.Keys() {
		if a, ok := c.answers.Peek(key); ok && pick(&a.Answer) {
			c.answers.Remove(key)
		}
	}
}
