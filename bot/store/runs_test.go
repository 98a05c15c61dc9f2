package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"crux/bot/digest"
)

// Two processes on one file: no run is claimed twice at a time, and none is finished twice.
func TestRunsOfTwoHandles(t *testing.T) {
	url := inFolder(t)
	ctx := t.Context()
	const digests, rounds = 40, 3
	first := open(t, url)
	for range digests {
		addDigest(t, first, hourly())
	}
	var mu sync.Mutex
	holder, finished := map[int64]string{}, map[string]int{}
	var wait sync.WaitGroup
	for w := range 4 {
		s := first
		if w%2 == 1 {
			s = open(t, url)
		}
		wait.Go(func() {
			for n := 0; ; n++ {
				now := noon.Add(rounds * time.Hour)
				runs, err := s.Claim(ctx, platform, now, time.Hour, 3)
				if err != nil {
					t.Error(err)
					return
				}
				if len(runs) == 0 {
					return
				}
				for i, r := range runs {
					mu.Lock()
					if other, isHeld := holder[r.ID]; isHeld {
						t.Errorf("run %d was claimed while %s held it", r.ID, other)
					}
					holder[r.ID] = r.Claim
					mu.Unlock()
					err := s.Posting(ctx, r, now, []byte("sources"), time.Hour)
					// Given back, it may be another's before the call returns.
					mu.Lock()
					delete(holder, r.ID)
					mu.Unlock()
					if (n+i)%4 == 0 {
						err = errors.Join(err, s.Retry(ctx, r, now))
					} else {
						err = errors.Join(err, s.Finish(ctx, r, digest.Outcome{At: now, Posted: true, Next: r.Due.Add(time.Hour)}))
						mu.Lock()
						finished[fmt.Sprint(r.Digest, r.Due)]++
						mu.Unlock()
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wait.Wait()
	same(t, "due times", len(finished), digests*(rounds+1))
	for due, times := range finished {
		if times != 1 {
			t.Errorf("%s: finished %d times", due, times)
		}
	}
	same(t, "left over", claim(t, first, noon.Add(rounds*time.Hour), 99), []digest.Run(nil))
}

// Whoever holds a run that was taken over can't change it, whichever handle was used.
func TestTakenOverOnAnotherHandle(t *testing.T) {
	url := inFolder(t)
	a, b := open(t, url), open(t, url)
	d := addDigest(t, a, hourly())
	r := claimOne(t, a, noon)
	over := claimOne(t, b, noon.Add(lease))
	loses(t, a, r)
	loses(t, b, r)
	must(t, b.Posting(t.Context(), over, noon, nil, lease))
	must(t, a.Finish(t.Context(), over, digest.Outcome{At: noon, Posted: true, Next: noon.Add(time.Hour)}))
	same(t, "next", digestOf(t, b, d.ID).Next, noon.Add(time.Hour))
}

// endlessRunner is the environment variable with the URL of the store on which the test binary,
// run again as another process, works off digests until it is killed. It says what it does before the one
// and after the other end of each posting.
const endlessRunner = "CRUX_TEST_ENDLESS_RUNNER"

func runEndlessly(url string) {
	ctx := context.Background()
	s, err := Open(ctx, url, quiet)
	now := noon
	for err == nil {
		var runs []digest.Run
		if runs, err = s.Claim(ctx, platform, now, time.Minute, 2); len(runs) == 0 {
			now = now.Add(time.Hour)
		}
		for _, r := range runs {
			if err = errors.Join(err, s.Posting(ctx, r, now, []byte(r.Mark), time.Minute)); err == nil {
				fmt.Println("posting", r.Mark)
				err = s.Finish(ctx, r, digest.Outcome{At: now, Posted: true, Covered: r.Due, Next: r.Due.Add(time.Hour)})
				fmt.Println("finished", r.Mark)
			}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// A process that is killed leaves every run either finished, or to be claimed again with what was known of it.
func TestKilledRunner(t *testing.T) {
	url := inFolder(t)
	s := open(t, url)
	const digests = 3
	for range digests {
		addDigest(t, s, hourly())
	}
	posting, finished := map[string]bool{}, map[string]bool{}
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), endlessRunner+"="+url)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		lines := bufio.NewScanner(out)
		note := func() bool {
			if !lines.Scan() {
				return false
			}
			what, mark, _ := strings.Cut(lines.Text(), " ")
			map[string]map[string]bool{"posting": posting, "finished": finished}[what][mark] = true
			return true
		}
		for range 20 + 7*round {
			note()
		}
		must(t, child.Process.Kill())
		for note() { // what it told before it died
		}
		_, _ = io.Copy(io.Discard, out)
		_ = child.Wait() // says that it was killed
	}
	must(t, integrity(t.Context(), s))
	far := noon.Add(1000 * time.Hour)
	begun := 0
	for _, r := range claim(t, s, far, 99) {
		switch {
		case finished[r.Mark]:
			t.Errorf("the finished run %s was claimed again", r.Mark)
		case posting[r.Mark] && (r.Posting.IsZero() || string(r.Sources) != r.Mark):
			t.Errorf("of run %s it is not known any more that it may have been posted", r.Mark)
		}
		begun++
	}
	same(t, "one run of each digest", begun, digests)
	for mark := range posting {
		var isKept int
		must(t, s.writer.QueryRow("SELECT count(*) FROM runs WHERE mark = ? AND posting IS NOT NULL", mark).Scan(&isKept))
		same(t, "run "+mark, isKept, 1)
	}
	all, err := s.Digests(t.Context(), platform, "")
	must(t, err)
	for _, d := range all {
		// Hour after hour, each was finished once, with its cursor.
		var ended int
		must(t, s.writer.QueryRow("SELECT count(*) FROM runs WHERE digest = ? AND finished IS NOT NULL", d.ID).Scan(&ended))
		same(t, "next", d.Next, noon.Add(time.Duration(ended)*time.Hour))
		if ended > 0 {
			same(t, "covered", d.Covered, d.Next.Add(-time.Hour))
		}
	}
}

// What is due is found along indexes that hold nothing else.
func TestRunQueryPlans(t *testing.T) {
	s := open(t, inFolder(t))
	for query, indexes := range map[string][]string{
		dueQuery:      {"digests_ready (platform=? AND ready<?)"},
		askedFarQuery: {"digests_asked (platform=? AND asked>?)"},
		nextDueQuery:  {"runs_free (platform=?)", "digests_ready (platform=?"},
	} {
		args := []any{platform, platform, 5, 5}
		plan := explain(t, s, query, args)
		for _, index := range indexes {
			if !strings.Contains(plan, index) || strings.Contains(plan, "SCAN digests") || strings.Contains(plan, "SCAN runs") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s\nis planned as\n%s", query, plan)
			}
		}
	}
}
