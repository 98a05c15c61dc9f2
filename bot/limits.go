package bot

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// Limits bound what people may ask. Zero fields take the defaults.
type Limits struct {
	// Person and Server are how many requests one person, and all people of one
	// server, may make in a minute; 6 and 60 where nothing is said.
	Person, Server int
	// Messages is how many messages one request reads at most, 5,000 where nothing is said.
	Messages int
}

func (l Limits) orDefaults() Limits {
	if l.Person <= 0 {
		l.Person = 6
	}
	if l.Server <= 0 {
		l.Server = 60
	}
	if l.Messages <= 0 {
		l.Messages = 5000
	}
	return l
}

// How many of those who asked last are remembered. Whoever asked nothing for a
// minute may ask as often as anybody new, so it is safe to forget the idle.
const (
	peopleKept  = 20_000
	serversKept = 5000
)

// limiter says who may ask now.
type limiter struct {
	limits Limits

	mu              sync.Mutex
	people, servers *simplelru.LRU[string, *rate.Limiter]
}

func newLimiter(l Limits) *limiter {
	return &limiter{limits: l.orDefaults(), people: newBuckets(peopleKept), servers: newBuckets(serversKept)}
}

func newBuckets(size int) *simplelru.LRU[string, *rate.Limiter] {
	buckets, err := simplelru.NewLRU[string, *rate.Limiter](size, nil)
	if err != nil { // only where the size is not above zero
		panic(err)
	}
	return buckets
}

// allow counts a request, or returns a *Refusal and counts nothing. The limit of
// a server does not hold for direct messages, where server is "".
func (l *limiter) allow(person, server string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := bucket(l.people, person, l.limits.Person).ReserveN(now, 1)
	if wait := own.DelayFrom(now); wait > 0 {
		own.CancelAt(now)
		return Refusef("You may ask %s a minute. Try again in %s.", Count(l.limits.Person, "time"), Count(seconds(wait), "second"))
	}
	if server == "" {
		return nil
	}
	all := bucket(l.servers, server, l.limits.Server).ReserveN(now, 1)
	if wait := all.DelayFrom(now); wait > 0 {
		all.CancelAt(now)
		own.CancelAt(now)
		return Refusef("All of this server together may ask %s a minute. Try again in %s.",
			Count(l.limits.Server, "time"), Count(seconds(wait), "second"))
	}
	return nil
}

func bucket(buckets *simplelru.LRU[string, *rate.Limiter], id string, aMinute int) *rate.Limiter {
	b, ok := buckets.Get(id)
	if !ok {
		b = rate.NewLimiter(rate.Every(time.Minute/time.Duration(aMinute)), aMinute)
		buckets.Add(id, b)
	}
	return b
}

// seconds are whole, so that whoever waits them is not refused again.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}
