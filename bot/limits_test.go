package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLimitsDefaults(t *testing.T) {
	if got, want := (Limits{}).orDefaults(), (Limits{Person: 6, Server: 60, Messages: 5000}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if set := (Limits{Person: 1, Server: 2, Messages: 3}); set.orDefaults() != set {
		t.Errorf("%+v became %+v", set, set.orDefaults())
	}
}

// allowed checks whether a request is allowed, or what the refusal says.
func allowed(t *testing.T, l *limiter, person, server string, now time.Time, refusedWith string) {
	t.Helper()
	err := l.allow(person, server, now)
	switch {
	case refusedWith == "" && err != nil:
		t.Errorf("%s in %s: %v", person, server, err)
	case refusedWith != "" && (refusal(err) == nil || !strings.Contains(err.Error(), refusedWith)):
		t.Errorf("%s in %s: %v; want a refusal with %q", person, server, err, refusedWith)
	}
}

func TestLimitOfAPerson(t *testing.T) {
	l := newLimiter(Limits{Person: 3, Server: 100})
	now := tuesday
	for range 3 {
		allowed(t, l, "ann", "s", now, "")
	}
	allowed(t, l, "ann", "s", now, "You may ask 3 times a minute. Try again in 20 seconds.")
	allowed(t, l, "ann", "elsewhere", now, "You may ask")
	allowed(t, l, "ann", "", now, "You may ask")
	allowed(t, l, "bob", "s", now, "")
	allowed(t, l, "ann", "s", now.Add(5*time.Second), "in 15 seconds")
	// Being refused costs nothing, so that the time told is right.
	allowed(t, l, "ann", "s", now.Add(20*time.Second), "")
	allowed(t, l, "ann", "s", now.Add(20*time.Second), "in 20 seconds")
	for range 3 {
		allowed(t, l, "ann", "s", now.Add(10*time.Minute), "")
	}
	allowed(t, l, "ann", "s", now.Add(10*time.Minute), "You may ask")
}

func TestLimitOfAServer(t *testing.T) {
	l := newLimiter(Limits{Person: 2, Server: 4})
	now := tuesday
	allowed(t, l, "ann", "s", now, "")
	allowed(t, l, "ann", "s", now, "")
	for range 10 { // none of these counts for the server
		allowed(t, l, "ann", "s", now, "You may")
	}
	allowed(t, l, "bob", "s", now, "")
	allowed(t, l, "cem", "s", now, "")
	for range 5 { // and none of these for the person
		allowed(t, l, "dora", "s", now, "All of this server together may ask 4 times a minute. Try again in 15 seconds.")
	}
	allowed(t, l, "dora", "other", now, "")
	allowed(t, l, "dora", "other", now, "")
	for i := range 10 { // direct messages have no server
		allowed(t, l, fmt.Sprint(i), "", now, "")
	}
}

// The clock may be put back.
func TestLimitsWhenTheClockGoesBack(t *testing.T) {
	l := newLimiter(Limits{Person: 1, Server: 10})
	allowed(t, l, "ann", "s", tuesday, "")
	allowed(t, l, "ann", "s", tuesday.Add(-time.Hour), "You may ask 1 time a minute.")
	allowed(t, l, "ann", "s", tuesday.Add(time.Minute), "")
}

func TestLimitsForgetTheIdle(t *testing.T) {
	l := newLimiter(Limits{})
	for i := range peopleKept + 1000 {
		allowed(t, l, fmt.Sprint(i), fmt.Sprint(i), tuesday, "")
	}
	if l.people.Len() > peopleKept || l.servers.Len() > serversKept {
		t.Errorf("%d people and %d servers are remembered", l.people.Len(), l.servers.Len())
	}
}
