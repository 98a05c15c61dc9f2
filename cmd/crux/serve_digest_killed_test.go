package main

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// kills are how often crux is killed.
func kills() int {
	if underRace || testing.Short() {
		return 10
	}
	return 100
}

// executioner kills a process a while after it made a request.
type executioner struct {
	begun chan struct{} // closed when cmd is set
	cmd   *exec.Cmd
	// request is how the request begins, nth which of these it is.
	request string
	nth     atomic.Int32
	after   time.Duration
}

func (e *executioner) sees(request string) {
	if !strings.HasPrefix(request, e.request) || e.nth.Add(-1) != 0 {
		return
	}
	if e.after == 0 {
		e.kill()
		return
	}
	time.AfterFunc(e.after, e.kill)
}

func (e *executioner) kill() {
	<-e.begun
	_ = e.cmd.Process.Kill() // it may have ended
}

// sentence is when crux is to die of which a digest is due: mostly about when that is posted.
func sentence(n *newsroom, rng *rand.Rand, to string) *executioner {
	e := &executioner{begun: make(chan struct{}), request: n.posting(to), after: time.Duration(rng.Int64N(int64(20 * time.Millisecond)))}
	e.nth.Store(1)
	switch rng.IntN(10) {
	case 0, 1: // in mid-request
		e.after = 0
	case 2: // while it is put together, or while what was left behind is looked for
		e.request = n.reading
		e.nth.Store(1 + rng.Int32N(20))
	}
	return e
}

// Whenever crux is killed, each digest is found in its channel once.
func TestServeDigestKilled(t *testing.T) {
	t.Parallel()
	killed(t, newReporting(t).newsroom())
}

// Slack knows nothing against posting twice.
func TestSlackDigestKilled(t *testing.T) {
	t.Parallel()
	killed(t, newSlackNewsroom(t))
}

func killed(t *testing.T, n *newsroom) {
	var watching atomic.Pointer[executioner]
	n.watch(func(request string) {
		if e := watching.Load(); e != nil {
			e.sees(request)
		}
	})
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	var channels []string
	betweens := 0
	for i := range kills() {
		to := n.addDue(fmt.Sprint("news-", i))
		channels = append(channels, to)
		before := n.unnoted(channels)
		e := sentence(n, rng, to)
		watching.Store(e)
		n.start(cruxOfShortLeases)
		e.cmd = n.cmd
		close(e.begun)
		late := time.AfterFunc(5*time.Second, e.kill) // it may make fewer requests
		n.wait()
		late.Stop()
		watching.Store(nil)
		n.forget()
		if n.unnoted(channels) > before {
			betweens++
		}
	}
	n.start(cruxOfShortLeases)
	n.finish(channels)
	t.Logf("killed %d times, %d times between a post and its being noted", kills(), betweens)
	if betweens == 0 {
		t.Error("crux was never killed between posting and noting it")
	}
}

// unnoted is how many digests stand in channels that are not noted as posted.
func (n *newsroom) unnoted(channels []string) int {
	stand := 0
	for _, channel := range channels {
		stand += len(n.posted(channel))
	}
	return stand - n.noted()
}
