package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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

// remove removes a digest with its runs, save one that may have been posted.
func (m *runModel) remove(digest int64) {
	delete(m.digests, digest)
	for number, r := range m.runs {
		if r.Digest == digest && (r.finished || r.Posting.IsZero()) {
			delete(m.runs, number)
		}
	}
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
	far := now.Add(2*time.Minute + digest.FarAhead)
	since := func(r *modelRun) time.Time {
		if r.free.After(far) {
			return time.Time{}
		}
		return r.free
	}
	var again []*modelRun
	for _, r := range m.runs {
		if !r.finished && !since(r).After(now) {
			again = append(again, r)
		}
	}
	slices.SortFunc(again, func(a, b *modelRun) int { return cmp.Or(since(a).Compare(since(b)), cmp.Compare(a.ID, b.ID)) })
	for _, d := range m.digests {
		if d.asked.After(far) {
			d.asked = now
		}
	}
	var claimed []digest.Run
	takeAgain := func() {
		taken := again[0].Run
		taken.Tries++
		claimed, again = append(claimed, taken), again[1:]
	}
	for len(claimed) < n {
		var due []int64
		for id := range m.digests {
			if at := m.ready(id); !at.IsZero() && !at.After(now) && !slices.ContainsFunc(claimed, func(r digest.Run) bool { return r.Digest == id }) {
				due = append(due, id)
			}
		}
		if len(due) == 0 && len(again) == 0 {
			break
		}
		if len(due) == 0 {
			takeAgain()
			continue
		}
		slices.SortFunc(due, func(a, b int64) int { return cmp.Or(m.ready(a).Compare(m.ready(b)), cmp.Compare(a, b)) })
		if len(again) > 0 && !m.ready(due[0]).Before(since(again[0])) {
			takeAgain()
			continue
		}
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
		if rapid.IntRange(0, 15).Draw(t, "clock is ahead") == 0 {
			return noon.Add(24 * time.Hour)
		}
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
				m.remove(id)
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
				d, isThere := m.digests[r.Digest]
				if !isThere {
					m.remove(r.Digest)
					return
				}
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
