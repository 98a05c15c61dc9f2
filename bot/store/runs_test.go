package store

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/bot/digest"
)

// runModel is digest.Storage and the part of bot.DigestStorage that changes what is due, written to be plainly right.
type runModel struct {
	digests map[int64]*modelDigest
	runs    map[int64]*modelRun
}

type modelDigest struct {
	paused      bool
	next, asked time.Time
	covered     time.Time
	failure     string
}

type modelRun struct {
	digest.Run
	free     time.Time
	finished bool
}

func (m *runModel) unfinished(digest int64) *modelRun {
	for _, r := range m.runs {
		if r.Digest == digest && !r.finished {
			return r
		}
	}
	return nil
}

func (m *runModel) ran(digest int64, due time.Time) bool {
	for _, r := range m.runs {
		if r.Digest == digest && r.Due.Equal(due) {
			return true
		}
	}
	return false
}

// ready is from when on a run of a digest may begin, zero for never.
func (m *runModel) ready(id int64) time.Time {
	d := m.digests[id]
	if m.unfinished(id) != nil {
		return time.Time{}
	}
	if d.paused || d.next.IsZero() || !d.asked.IsZero() && d.asked.Before(d.next) {
		return d.asked
	}
	return d.next
}

func (m *runModel) nextDue() time.Time {
	var first time.Time
	note := func(at time.Time) {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	for id := range m.digests {
		note(m.ready(id))
	}
	for _, r := range m.runs {
		if !r.finished {
			note(r.free)
		}
	}
	return first
}

// claim says what is to be claimed, as far as the store does not choose it: without ids, marks and claims.
func (m *runModel) claim(now time.Time, n int) []digest.Run {
	var again []*modelRun
	for _, r := range m.runs {
		if !r.finished && !r.free.After(now) {
			again = append(again, r)
		}
	}
	slices.SortFunc(again, func(a, b *modelRun) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	var claimed []digest.Run
	for _, r := range again[:min(n, len(again))] {
		taken := r.Run
		taken.Tries++
		claimed = append(claimed, taken)
	}
	for len(claimed) < n {
		var due []int64
		for id := range m.digests {
			if at := m.ready(id); !at.IsZero() && !at.After(now) && !slices.ContainsFunc(claimed, func(r digest.Run) bool { return r.Digest == id }) {
				due = append(due, id)
			}
		}
		if len(due) == 0 {
			break
		}
		slices.SortFunc(due, func(a, b int64) int { return cmp.Or(m.ready(a).Compare(m.ready(b)), cmp.Compare(a, b)) })
		d := m.digests[due[0]]
		at := d.asked
		if !d.paused && !d.next.IsZero() && !d.next.After(now) {
			if at = d.next; m.ran(due[0], at) {
				d.next = time.Time{}
				continue
			}
		}
		for m.ran(due[0], at) {
			at = at.Add(time.Microsecond)
		}
		if !d.asked.After(now) {
			d.asked = time.Time{}
		}
		claimed = append(claimed, digest.Run{Digest: due[0], Due: at, Tries: 1})
	}
	return claimed
}

func TestRunsModel(t *testing.T) {
	s := open(t, "sqlite::memory:")
	ctx := context.Background()
	round := 0
	when := rapid.Custom(func(t *rapid.T) time.Time {
		return noon.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "minute")) * time.Minute)
	})
	maybe := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "none") {
			return time.Time{}
		}
		return when.Draw(t, "when")
	})
	rapid.Check(t, func(t *rapid.T) {
		round++
		platform := fmt.Sprint("platform", round)
		m := runModel{map[int64]*modelDigest{}, map[int64]*modelRun{}}
		var held []digest.Run // all claims that ever were
		check := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		some := func(t *rapid.T) int64 {
			var ids []int64
			for id := range m.digests {
				ids = append(ids, id)
			}
			if len(ids) == 0 {
				t.Skip("no digests")
			}
			slices.Sort(ids)
			return rapid.SampledFrom(ids).Draw(t, "digest")
		}
		// with has a claim that may have ended do something, and returns its run where it holds.
		with := func(t *rapid.T, do func(digest.Run) error) *modelRun {
			if len(held) == 0 {
				t.Skip("no claims")
			}
			r := rapid.SampledFrom(held).Draw(t, "claim")
			kept := m.runs[r.ID]
			holds := kept != nil && !kept.finished && kept.Claim == r.Claim
			err := do(r)
			if holds != (err == nil) || err != nil && !errors.Is(err, digest.ErrLost) {
				t.Fatalf("with a claim that holds (%v): %v", holds, err)
			}
			if !holds {
				return nil
			}
			return kept
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				if len(m.digests) == 4 {
					t.Skip("enough")
				}
				d := hourly()
				d.Next = maybe.Draw(t, "next")
				d, err := s.AddDigest(ctx, platform, d)
				check(err)
				m.digests[d.ID] = &modelDigest{next: d.Next, covered: d.Covered}
			},
			"pause": func(t *rapid.T) {
				id, paused, next := some(t), rapid.Bool().Draw(t, "paused"), maybe.Draw(t, "next")
				check(s.PauseDigest(ctx, id, paused, next))
				m.digests[id].paused, m.digests[id].next = paused, next
			},
			"ask": func(t *rapid.T) {
				id, at := some(t), when.Draw(t, "at")
				check(s.Ask(ctx, id, at))
				if d := m.digests[id]; d.asked.IsZero() || at.Before(d.asked) {
					d.asked = at
				}
			},
			"remove": func(t *rapid.T) {
				id := some(t)
				check(s.RemoveDigest(ctx, id))
				delete(m.digests, id)
				for number, r := range m.runs {
					if r.Digest == id {
						delete(m.runs, number)
					}
				}
			},
			"claim": func(t *rapid.T) {
				now, n := when.Draw(t, "now"), rapid.IntRange(1, 3).Draw(t, "n")
				want := m.claim(now, n)
				got, err := s.Claim(ctx, platform, now, 2*time.Minute, n)
				check(err)
				if len(got) != len(want) {
					t.Fatalf("claimed %d runs, want %d", len(got), len(want))
				}
				for i, r := range got {
					bare := r
					bare.Claim, want[i].Claim = "", ""
					if want[i].ID == 0 {
						bare.ID, bare.Mark = 0, ""
					}
					if diff := gocmp.Diff(want[i], bare); diff != "" {
						t.Fatalf("run (-want +got):\n%s", diff)
					}
					m.runs[r.ID] = &modelRun{Run: r, free: now.Add(2 * time.Minute)}
					held = append(held, r)
				}
			},
			"posting": func(t *rapid.T) {
				now, sources := when.Draw(t, "now"), rapid.SliceOfN(rapid.Byte(), 1, 3).Draw(t, "sources")
				r := with(t, func(r digest.Run) error { return s.Posting(ctx, r, now, sources, 3*time.Minute) })
				if r == nil {
					return
				}
				r.Sources, r.free = sources, now.Add(3*time.Minute)
				if r.Posting.IsZero() {
					r.Posting = now
				}
			},
			"retry": func(t *rapid.T) {
				at := when.Draw(t, "at")
				if r := with(t, func(r digest.Run) error { return s.Retry(ctx, r, at) }); r != nil {
					r.Claim, r.free = "", at
				}
			},
			"finish": func(t *rapid.T) {
				o := digest.Outcome{
					At: when.Draw(t, "at"), Posted: rapid.Bool().Draw(t, "posted"), Covered: maybe.Draw(t, "covered"), Next: maybe.Draw(t, "next"),
					Failure: rapid.SampledFrom([]string{"", "why"}).Draw(t, "failure"),
				}
				r := with(t, func(r digest.Run) error { return s.Finish(ctx, r, o) })
				if r == nil {
					return
				}
				r.finished = true
				d := m.digests[r.Digest]
				d.next, d.failure = o.Next, o.Failure
				if d.paused {
					d.next = time.Time{}
				}
				if !o.Covered.IsZero() {
					d.covered = o.Covered
				}
			},
			"": func(t *rapid.T) {
				got, err := s.NextDue(ctx, platform)
				check(err)
				if want := m.nextDue(); !got.Equal(want) {
					t.Fatalf("next due at %v, want %v", got, want)
				}
				kept, err := s.Digests(ctx, platform, "")
				check(err)
				if len(kept) != len(m.digests) {
					t.Fatalf("%d digests are kept, want %d", len(kept), len(m.digests))
				}
				for _, d := range kept {
					got := modelDigest{paused: d.Paused, next: d.Next, asked: m.digests[d.ID].asked, covered: d.Covered, failure: d.Failure}
					if got != *m.digests[d.ID] {
						t.Fatalf("digest is %+v, want %+v", got, *m.digests[d.ID])
					}
				}
			},
		})
	})
}

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
		dueQuery:     {"digests_ready (platform=? AND ready<?)"},
		nextDueQuery: {"runs_free (platform=?)", "digests_ready (platform=?"},
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
