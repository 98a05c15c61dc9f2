package main

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"crux/bot"
	"crux/bot/store"
)

// cruxOfShortLeases is the name under which the test binary runs as a crux that soon takes over
// what another left behind.
const cruxOfShortLeases = "crux-of-short-leases"

func mainOfShortLeases() {
	lease := 2 * time.Second // for everything, also on a busy machine
	if underRace {
		lease *= 5
	}
	runServe(makings{own: newOwnEngine, lease: lease})
}

// newsroom is a server of some platform with a followed channel, of which digests go to channels of
// their own.
type newsroom struct {
	*process
	platform string
	// agora is the channel, which holds the seed thread; owner is who sets digests up.
	agora bot.Place
	owner string
	kept  *store.Store

	// channel adds a channel, and posted are crux's own messages in one, as people read them.
	channel func(name string) string
	posted  func(channel string) []string
	// watch has each request looked at before it is carried out, in words. posting is how those
	// begin that post in a channel, reading how others do.
	watch   func(look func(request string))
	posting func(channel string) string
	reading string
	// forget has the platform forget what it knows against posting twice.
	forget func()
}

// newNewsroom stops crux.
func newNewsroom(n *newsroom) *newsroom {
	n.stop(syscall.SIGTERM)
	n.kept = n.open(n.t)
	return n
}

// addDue keeps a digest that was due a moment ago, and is not again for long. It returns
// the channel of its own that it goes to.
func (n *newsroom) addDue(name string) (to string) {
	n.t.Helper()
	to = n.channel(name)
	now := time.Now().UTC()
	if _, err := n.kept.AddDigest(n.t.Context(), n.platform, bot.Digest{
		Server: n.agora.Server, By: n.owner, Made: now, From: []bot.Place{n.agora}, To: bot.Place{Server: n.agora.Server, Channel: to},
		When: fmt.Sprintf("0 0 1 %d *", now.AddDate(0, -1, -1).Month()), Zone: "UTC", Parts: []bot.DigestPart{bot.PartNew, bot.PartOpen},
		Next: now.Add(-time.Second), Covered: now.AddDate(-1, 0, 0),
	}); err != nil {
		n.t.Fatal(err)
	}
	return to
}

// noted is how many digests are noted as posted.
func (n *newsroom) noted() int {
	n.t.Helper()
	all, err := n.kept.Digests(n.t.Context(), n.platform, "")
	if err != nil {
		n.t.Fatal(err)
	}
	posted := 0
	for _, d := range all {
		if !d.Posted.IsZero() {
			posted++
		}
	}
	return posted
}

// waitNoted waits until so many digests are noted as posted.
func (n *newsroom) waitNoted(want int) {
	n.t.Helper()
	n.waitNotedWithin(want, 2*time.Minute)
}

func (n *newsroom) waitNotedWithin(want int, patience time.Duration) {
	n.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(patience / 5000) {
		if posted := n.noted(); posted >= want {
			return
		} else if time.Now().After(end) {
			n.t.Fatalf("%d digests are noted as posted, want %d", posted, want)
		}
	}
}

// finish waits until all is posted, stops crux, and finds one digest in each of the channels.
func (n *newsroom) finish(channels []string) {
	n.t.Helper()
	n.waitNoted(len(channels))
	n.stop(syscall.SIGTERM)
	for i, channel := range channels {
		all := n.posted(channel)
		if len(all) != 1 {
			n.t.Errorf("%d digests stand in channel %d, want one", len(all), i)
			continue
		}
		for _, words := range []string{"Digest of", "Maybe the new tool"} {
			if !strings.Contains(all[0], words) {
				n.t.Errorf("%q is not in\n%s", words, all[0])
			}
		}
	}
}
