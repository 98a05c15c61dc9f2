package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"crux/bot/digest"
	"crux/bot/ledger"
	"crux/summarize"
)

// townStore keeps in memory what digests need of a store.
type townStore struct {
	Storage
	*town
	watch    []WatchedChannel
	digests  []Digest
	asked    []int64
	ledgers  map[Place]Ledger
	requests map[string]Request
	filed    []Post
	log      []string
	// reading, if not nil, is told before a place is read, and how often it was.
	reading func(p Place, times int)
	read    map[Place]int
}

func (s *townStore) Watch(_ context.Context, _ string, w WatchedChannel) error {
	s.watch = append(s.watch, w)
	return nil
}

func (s *townStore) Watched(context.Context, string) ([]WatchedChannel, error) { return s.watch, nil }

func (s *townStore) AddDigest(_ context.Context, _ string, d Digest) (Digest, error) {
	d.ID, d.Number = int64(100+len(s.digests)), len(s.digests)+1
	s.digests = append(s.digests, d)
	return d, nil
}

func (s *townStore) Digests(_ context.Context, _, server string) ([]Digest, error) {
	return slices.DeleteFunc(slices.Clone(s.digests), func(d Digest) bool { return server != "" && d.Server != server }), nil
}

func (s *townStore) find(is func(d *Digest) bool) (*Digest, error) {
	for i := range s.digests {
		if is(&s.digests[i]) {
			return &s.digests[i], nil
		}
	}
	return &Digest{}, ErrNotKept
}

func (s *townStore) Digest(_ context.Context, _, server string, number int) (Digest, error) {
	d, err := s.find(func(d *Digest) bool { return d.Server == server && d.Number == number })
	return *d, err
}

func (s *townStore) DigestOf(_ context.Context, id int64) (Digest, error) {
	d, err := s.find(func(d *Digest) bool { return d.ID == id })
	return *d, err
}

func (s *townStore) PauseDigest(_ context.Context, id int64, paused bool, next time.Time) error {
	d, err := s.find(func(d *Digest) bool { return d.ID == id })
	d.Paused, d.Next = paused, next
	return err
}

func (s *townStore) ResetDigest(_ context.Context, was Digest, next time.Time) error {
	if d, err := s.find(func(d *Digest) bool { return d.ID == was.ID }); err == nil && !d.Paused && d.Next.Equal(was.Next) {
		d.Next = next
	}
	return nil
}

func (s *townStore) RemoveDigest(_ context.Context, id int64) error {
	s.digests = slices.DeleteFunc(s.digests, func(d Digest) bool { return d.ID == id })
	return nil
}

func (s *townStore) Ask(_ context.Context, id int64, _ time.Time) error {
	s.asked = append(s.asked, id)
	return nil
}

func (s *townStore) Ledger(_ context.Context, _ string, p Place) (Ledger, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledgers[p], nil
}

func (s *townStore) PutLedger(_ context.Context, _ string, p Place, l Ledger) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledgers[p] = l
	return nil
}

func (s *townStore) Disowned(context.Context, string, Place) ([]ledger.Disowned, error) {
	return nil, nil
}

func (s *townStore) ThreadsKept(_ context.Context, _ string, p Place) ([]Place, error) {
	s.mu.Lock()
	s.read[p]++
	times := s.read[p]
	s.mu.Unlock()
	if s.reading != nil {
		s.reading(p, times)
	}
	return nil, nil
}

func (s *townStore) Kept(_ context.Context, _ string, p Place, _ int) ([]string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, m := range s.said[p] {
		ids = append(ids, m.ID)
	}
	return ids, true, nil
}

func (s *townStore) Messages(ctx context.Context, _ string, p Place, r Range) (History, error) {
	return s.History(ctx, p, r, nil)
}

func (s *townStore) PutMessages(context.Context, string, Place, string, []summarize.Message, map[string]string) error {
	return nil
}

func (s *townStore) Cover(context.Context, string, Place, string) error { return nil }

func (s *townStore) Exclusions(context.Context, string) ([]Exclusion, error) { return nil, nil }

func (s *townStore) Retention(context.Context, string, string) (time.Duration, error) { return 0, nil }

func (s *townStore) KeepRequest(_ context.Context, _, token string, r Request, _ time.Time) error {
	s.requests[token] = r
	return nil
}

func (s *townStore) KeepPost(_ context.Context, post Post) error {
	s.filed = append(s.filed, post)
	return nil
}

func (s *townStore) DropPost(context.Context, Post) error { return nil }

func (s *townStore) Log(_ context.Context, _, _ string, e LogEntry) error {
	s.log = append(s.log, e.By+" "+e.What)
	return nil
}

func (s *townStore) Claim(context.Context, string, time.Time, time.Duration, int) ([]digest.Run, error) {
	return nil, errors.New("no runner in this test")
}

func (s *townStore) Unwatch(_ context.Context, _ string, p Place) (int, error) {
	n := len(s.watch)
	s.watch = slices.DeleteFunc(s.watch, func(w WatchedChannel) bool { return w.Place == p })
	if len(s.watch) == n {
		return 0, ErrNotKept
	}
	return 0, nil
}

func (s *townStore) Asked(context.Context, string, string, Place, time.Time) error { return nil }
