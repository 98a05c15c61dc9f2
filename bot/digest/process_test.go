package digest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// process is crux as it lives in the world: it can die at any step, and is then heard of no more.
type process struct {
	*world
	// steps is after how many it dies, below zero for never.
	steps int
	dead  bool
}

func (p *process) die() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = true
}

// step is where a process may die.
func (p *process) step() {
	p.mu.Lock()
	p.steps--
	p.dead = p.dead || p.steps == 0
	dead := p.dead
	p.mu.Unlock()
	if dead {
		runtime.Goexit()
	}
}

// transact does what a call of the store does, or fails before or after it was done.
func (p *process) transact(do func() error) error {
	p.step()
	if p.fails() {
		return errFault
	}
	p.mu.Lock()
	err := do()
	p.mu.Unlock()
	p.step()
	if err == nil && p.fails() {
		return errFault
	}
	return err
}

func (p *process) Claim(_ context.Context, _ string, now time.Time, lease time.Duration, n int) (claimed []Run, err error) {
	err = p.transact(func() error {
		take := func(r *runRow) {
			r.Tries++
			r.Claim, r.claimEnds = fmt.Sprint(r.ID, "/", r.Tries), now.Add(lease)
			claimed = append(claimed, r.Run)
		}
		busy := map[int64]bool{}
		for _, r := range p.runs {
			busy[r.Digest] = busy[r.Digest] || !r.ended
			if len(claimed) < n && !r.ended && (!now.Before(r.free()) || r.free().After(now.Add(lease+FarAhead))) {
				take(r)
			}
		}
		for id, d := range p.digests {
			if len(claimed) < n && !busy[id] && !d.next.IsZero() && !d.next.After(now) {
				r := &runRow{Run: Run{ID: int64(len(p.runs)), Digest: id, Due: d.next, Mark: fmt.Sprint("mark", len(p.runs))}}
				if slices.ContainsFunc(p.runs, func(other *runRow) bool { return other.Digest == id && other.Due.Equal(r.Due) }) {
					p.wrongf("digest %d: two runs for %v", id, r.Due)
				}
				p.runs = append(p.runs, r)
				take(r)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// free is when a run can be claimed.
func (r *runRow) free() time.Time {
	if r.Claim != "" {
		return r.claimEnds
	}
	return r.retryAt
}

func (p *process) NextDue(context.Context, string) (next time.Time, err error) {
	err = p.transact(func() error {
		earlier := func(t time.Time) {
			if next.IsZero() || t.Before(next) {
				next = t
			}
		}
		busy := map[int64]bool{}
		for _, r := range p.runs {
			if !r.ended {
				busy[r.Digest] = true
				earlier(r.free())
			}
		}
		for id, d := range p.digests {
			if !busy[id] && !d.next.IsZero() {
				earlier(d.next)
			}
		}
		return nil
	})
	return next, err
}

func (p *process) Ask(context.Context, int64, time.Time) error { return errFault } // not of a Runner

// held does something with a run whose claim still holds.
func (p *process) held(r Run, do func(*runRow)) error {
	return p.transact(func() error {
		row := p.runs[r.ID]
		if row.ended || row.Claim != r.Claim || p.strict && !p.wall().Before(row.claimEnds) {
			return ErrLost
		}
		do(row)
		return nil
	})
}

func (p *process) Posting(_ context.Context, r Run, now time.Time, sources []byte, lease time.Duration) error {
	return p.held(r, func(row *runRow) {
		if row.Posting.IsZero() {
			row.Posting = now
		}
		row.Sources, row.claimEnds = sources, now.Add(lease)
	})
}

func (p *process) Extend(_ context.Context, r Run, now time.Time, lease time.Duration) error {
	return p.held(r, func(row *runRow) { row.claimEnds = now.Add(lease) })
}

func (p *process) Retry(_ context.Context, r Run, at time.Time) error {
	return p.held(r, func(row *runRow) { row.Claim, row.retryAt = "", at.Round(0) })
}

func (p *process) Finish(_ context.Context, r Run, o Outcome) error {
	return p.held(r, func(row *runRow) {
		d := p.digests[r.Digest]
		if at := slices.IndexFunc(p.posts, func(p post) bool { return p.mark == r.Mark }); at >= 0 {
			if news := p.posts[at].news; !news.from.Equal(d.covered) || !news.to.Equal(o.Covered) {
				p.wrongf("run %d: covered up to %v, posted %v, noted %v", r.ID, d.covered, news, o.Covered)
			}
		}
		if o.Failure == "" && !o.Next.IsZero() && !o.Next.After(p.wall()) {
			p.wrongf("run %d: a missed due time is made up for by a run of its own", r.ID)
		}
		row.ended, row.outcome = true, o
		d.next, d.failure = o.Next, o.Failure
		if !o.Covered.IsZero() {
			d.covered = o.Covered
		}
	})
}

// Renew makes digests due of which it is not known when they are.
func (p *process) Renew(context.Context) error {
	return p.transact(func() error {
		last := map[int64]time.Time{}
		for _, r := range p.runs {
			last[r.Digest] = later(r.Due, last[r.Digest])
		}
		for id, d := range p.digests {
			if d.next.IsZero() {
				d.next = dueAfter(later(p.wall(), last[id]))
			}
		}
		return nil
	})
}

func (p *process) Draft(ctx context.Context, r Run) (Draft, error) {
	p.step()
	if p.fails() {
		time.Sleep(p.upTo(2 * testLease)) // whatever ctx says
	}
	if longest := p.longestDraft(); longest > 0 {
		select {
		case <-time.After(p.upTo(longest)):
		case <-ctx.Done():
			return Draft{}, ctx.Err()
		}
	}
	switch p.trouble(3) {
	case 1:
		return Draft{}, errFault
	case 2:
		panic("a draft that panics")
	case 3:
		return Draft{}, &Refused{Reason: "Not all may read it."}
	}
	p.mu.Lock()
	news := stretch{p.digests[r.Digest].covered, time.Now().Round(0)}
	p.mu.Unlock()
	p.step()
	return Draft{Content: news, Sources: []byte(r.Mark), Covers: news.to, Skip: p.chance(p.skips)}, ctx.Err()
}

// Post arrives before it ends, or a while after it, whatever becomes of the process.
func (p *process) Post(ctx context.Context, r Run, d Draft) (string, error) {
	p.step()
	switch p.trouble(4) {
	case 1, 2:
		return "", fmt.Errorf("429: %w", ErrNotPosted)
	case 3:
		return "", &Refused{Reason: "crux may not post there."}
	case 4:
		return "", errFault // nothing came of it
	}
	takes := p.upTo(time.Second)
	if p.fails() {
		takes = p.upTo(testLease)
	}
	if deadline, ok := ctx.Deadline(); ok {
		takes = min(takes, time.Until(deadline)+testMargin-1)
	}
	isCut := p.fails()
	if isCut {
		takes = min(takes, testMargin-1)
	}
	arrived := make(chan string, 1)
	go func() {
		time.Sleep(takes)
		arrived <- p.arrive(r, d.Content.(stretch))
	}()
	if isCut {
		return "", errFault // though it is under way
	}
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case message := <-arrived:
		p.step()
		switch p.trouble(2) {
		case 1:
			return "", errFault
		case 2:
			panic("a post that panics")
		}
		return message, nil
	}
}

func (p *process) Find(_ context.Context, r Run) (string, error) {
	p.step()
	p.mu.Lock()
	at := slices.IndexFunc(p.posts, func(p post) bool { return p.mark == r.Mark })
	message := ""
	if at >= 0 {
		message = p.posts[at].message
	}
	p.mu.Unlock()
	time.Sleep(p.upTo(time.Second))
	p.step()
	if p.fails() {
		return "", errFault
	}
	return message, nil
}

func (p *process) File(_ context.Context, r Run, sources []byte, message string) error {
	return p.transact(func() error {
		if string(sources) != r.Mark {
			p.wrongf("run %d is filed with what another rests on", r.ID)
		}
		if before, ok := p.filed[r.Mark]; ok && before != message {
			p.wrongf("run %d is filed as %s and %s", r.ID, before, message)
		}
		p.filed[r.Mark] = message
		return nil
	})
}

func (p *process) Next(_ context.Context, _ Run, after time.Time) (time.Time, error) {
	p.step()
	if p.fails() {
		return time.Time{}, errFault
	}
	return dueAfter(after), nil
}

func (p *process) Failed(_ context.Context, _ Run, why string) {
	p.step()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.owners = append(p.owners, why)
}
