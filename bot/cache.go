package bot

import (
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"crux/summarize"
)

// forgottenKept is how many messages and places are remembered as forgotten, for the
// reports that are being made meanwhile. What was begun before they were overflowed is not kept.
const forgottenKept = 20_000

// cache holds reports, by cacheKey, for a while. Its methods may be called from several goroutines.
type cache struct {
	ttl  time.Duration
	now  func() time.Time
	seed maphash.Seed

	mu   sync.Mutex
	kept *simplelru.LRU[string, *kept]
	// forgets counts what was forgotten; a mark is its value at a moment.
	forgets mark
	// forgotten says when each message was forgotten last, and each place, as a message without an id.
	forgotten *simplelru.LRU[messageKey, mark]
	// known is the mark since which forgotten knows everything.
	known mark
}

// mark is a moment in the life of a cache.
type mark uint64

type kept struct {
	judged
	// sources are the places that were read, with hashes of the ids of all messages that were
	// read of each, in order. Ids that share a hash only make a report be forgotten too early.
	sources map[Place][]uint64
	until   time.Time
}

func newCache(size int, ttl time.Duration, now func() time.Time) *cache {
	c := &cache{ttl: ttl, now: now, seed: maphash.MakeSeed()}
	var err error
	if c.kept, err = simplelru.NewLRU[string, *kept](size, nil); err != nil {
		panic(err) // only where the size is not above zero
	}
	overflowed := func(_ messageKey, at mark) { c.known = at }
	if c.forgotten, err = simplelru.NewLRU(forgottenKept, overflowed); err != nil {
		panic(err)
	}
	return c
}

// get returns what was found with a copy of the report, which is the caller's to change.
func (c *cache) get(key string) (judged, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.kept.Get(key)
	if !ok || !c.now().Before(k.until) {
		return judged{}, false
	}
	found := k.judged
	found.report = cloneReport(found.report)
	return found, true
}

// begin returns the mark to put a report with. Take it before the messages are read.
func (c *cache) begin() mark {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgets
}

// put keeps what was found in these messages for a while, with a copy of the report, unless one of them was forgotten since the mark.
func (c *cache) put(key string, from []Source, found judged, since mark, ttl time.Duration) {
	sources := make(map[Place][]uint64, len(from))
	for _, s := range from {
		sources[s.Place] = c.hashes(s.Messages)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	// What nobody may see any more needs no memory.
	c.drop(func(k *kept) bool { return !now.Before(k.until) })
	if slices.ContainsFunc(from, func(s Source) bool { return c.changed(s.Place, s.Messages, since) }) {
		return
	}
	found.report = cloneReport(found.report)
	c.kept.Add(key, &kept{judged: found, sources: sources, until: now.Add(ttl)})
}

// hashes are the ids' hashes, in order.
func (c *cache) hashes(ids []string) []uint64 {
	hashes := make([]uint64, len(ids))
	for i, id := range ids {
		hashes[i] = maphash.String(c.seed, id)
	}
	slices.Sort(hashes)
	return hashes
}

// changedSince reports whether something happened to one of the messages, or to their place, since the mark.
func (c *cache) changedSince(p Place, ids []string, since mark) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed(p, ids, since)
}

func (c *cache) changed(p Place, ids []string, since mark) bool {
	return since < c.known || c.forgottenSince(since, messageKey{place: p}) ||
		slices.ContainsFunc(ids, func(id string) bool { return c.forgottenSince(since, messageKey{p, id}) })
}

// closedSince reports whether the place was closed since the mark.
func (c *cache) closedSince(p Place, since mark) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgottenSince(since, messageKey{place: p})
}

func (c *cache) forgottenSince(since mark, key messageKey) bool {
	at, ok := c.forgotten.Peek(key)
	return ok && at > since
}

// expire drops the reports whose time is over.
func (c *cache) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	c.drop(func(k *kept) bool { return !now.Before(k.until) })
}

// forget drops the reports on what holds one of these messages of a place.
func (c *cache) forget(p Place, ids ...string) {
	if len(ids) == 0 {
		return
	}
	hashes := c.hashes(ids)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		c.note(messageKey{p, id})
	}
	c.drop(func(k *kept) bool {
		return slices.ContainsFunc(hashes, func(hash uint64) bool {
			_, found := slices.BinarySearch(k.sources[p], hash)
			return found
		})
	})
}

// forgetPlace drops the reports on a place.
func (c *cache) forgetPlace(p Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note(messageKey{place: p})
	c.drop(func(k *kept) bool {
		_, is := k.sources[p]
		return is
	})
}

// clear drops all reports, also those that are being made.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgets++
	c.known = c.forgets
	c.kept.Purge()
}

func (c *cache) note(key messageKey) {
	c.forgets++
	c.forgotten.Add(key, c.forgets)
}

func (c *cache) drop(pick func(*kept) bool) {
	for _, key := range c.kept.Keys() {
		if k, ok := c.kept.Peek(key); ok && pick(k) {
			c.kept.Remove(key)
		}
	}
}

// cloneReport copies a report with all that it holds.
func cloneReport(r *summarize.Report) *summarize.Report {
	clone := *r
	clone.Debates = cloneEach(r.Debates, func(d summarize.Debate) summarize.Debate {
		d.Messages = slices.Clone(d.Messages)
		d.Sides = cloneEach(d.Sides, func(s summarize.Side) summarize.Side {
			s.Members = slices.Clone(s.Members)
			return s
		})
		d.Neutral = slices.Clone(d.Neutral)
		d.Points = cloneEach(d.Points, func(p summarize.Point) summarize.Point {
			p.By, p.Quotes = slices.Clone(p.By), slices.Clone(p.Quotes)
			return p
		})
		d.Objections = cloneEach(d.Objections, func(o summarize.Objection) summarize.Objection {
			o.By, o.Quotes, o.Responses = slices.Clone(o.By), slices.Clone(o.Quotes), slices.Clone(o.Responses)
			return o
		})
		d.Agreements = cloneEach(d.Agreements, func(a summarize.Agreement) summarize.Agreement {
			a.Quotes = slices.Clone(a.Quotes)
			return a
		})
		return d
	})
	return &clone
}

// cloneEach copies a list whose elements hold lists; nil stays nil, and empty empty.
func cloneEach[T any](all []T, clone func(T) T) []T {
	copied := slices.Clone(all)
	for i := range copied {
		copied[i] = clone(copied[i])
	}
	return copied
}
