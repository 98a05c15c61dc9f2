package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// scrubPatience is how long cutting the log waits for whoever reads, in milliseconds: no longer,
// since every write waits for it, and a backup may read for minutes.
const scrubPatience = 100

// scrub brings the log into the database and cuts it. Where somebody reads just
// then it can't, and is tried again a little later.
func (s *Store) scrub(ctx context.Context) error {
	if s.address.path == "" {
		s.unscrubbed.Store(false)
		return nil
	}
	// Before the log is cut: what is erased meanwhile marks it anew.
	s.unscrubbed.Store(false)
	busy, err := s.cutLog(ctx)
	if err != nil {
		s.unscrubbed.Store(true)
		return fmt.Errorf("store: log not cut: %w", s.address.explain(err))
	}
	if busy {
		s.unscrubbed.Store(true)
		s.log.Debug("store: what was removed stays in the log for now, since somebody reads it", "path", s.address.path)
		s.scrubSoon()
	}
	return nil
}

func (s *Store) cutLog(ctx context.Context) (busy bool, err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var before int
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&before); err != nil {
		return false, err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", min(before, scrubPatience))); err != nil {
		return false, err
	}
	defer func() { // whatever became of ctx: all later writes use this connection
		_, restored := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA busy_timeout = %d", before))
		err = errors.Join(err, restored)
	}()
	var blocked, pages, moved int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&blocked, &pages, &moved)
	return blocked != 0, err
}

// scrubDelay is how long what was worked off may stay in the log. To cut the log takes longer
// than all else, so it is done once for whatever is settled meanwhile.
const scrubDelay = time.Second

// scrubSoon has the log cut within scrubDelay.
func (s *Store) scrubSoon() {
	s.soon.do(func() {
		if err := s.scrub(context.Background()); err != nil {
			s.log.Warn("store: what was removed stays in the log for now", "error", err)
		}
	}, func() { s.unscrubbed.Store(true) })
}

// soon does one thing a little later, however often it is asked for meanwhile.
type soon struct {
	mu      sync.Mutex
	timer   *time.Timer
	left    func()
	ended   bool
	working sync.WaitGroup
}

// do has work done within scrubDelay, or left where the end comes first.
func (s *soon) do(work, left func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		left()
		return
	}
	if s.timer != nil {
		return
	}
	s.left = left
	s.timer = time.AfterFunc(scrubDelay, func() {
		if s.begin() {
			defer s.working.Done()
			work()
		}
	})
}

// begin reports whether work is still to be done.
func (s *soon) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	s.timer = nil
	s.working.Add(1)
	return true
}

// end waits for work that is being done, and has none done after it.
func (s *soon) end() {
	s.mu.Lock()
	s.ended = true
	if s.timer != nil {
		s.timer.Stop()
		s.left()
	}
	s.mu.Unlock()
	s.working.Wait()
}
