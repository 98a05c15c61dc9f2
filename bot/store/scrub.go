package store

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// scrub brings the log into the database and cuts it. Where somebody reads just
// then it can't, and is tried again with the next write.
func (s *Store) scrub(ctx context.Context) error {
	if s.address.path == "" {
		s.unscrubbed.Store(false)
		return nil
	}
	// Before the log is cut: what is erased meanwhile marks it anew.
	s.unscrubbed.Store(false)
	var busy, pages, moved int
	err := s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err != nil {
		s.unscrubbed.Store(true)
		return fmt.Errorf("store: log not cut: %w", s.address.explain(err))
	}
	if busy != 0 {
		s.unscrubbed.Store(true)
		s.log.Warn("store: what was removed stays in the log for now, since another process reads it", "path", s.address.path)
	}
	return nil
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
	mu    sync.Mutex
	timer *time.Timer
	left  func()
	ended bool
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
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.ended {
			return
		}
		s.timer = nil
		work()
	})
}

// end waits for work that is being done, and has none done after it.
func (s *soon) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.timer != nil {
		s.timer.Stop()
		s.left()
	}
}
