package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// privacyStore keeps in memory what people and servers decided, and fails where it is told to.
type privacyStore struct {
	Storage

	mu       sync.Mutex
	out      map[string]Exclusion
	rows     KeptRows
	posts    []Post
	ledgers  map[Place]Ledger
	changed  int // how often PutLedger says that somebody else was first
	own      time.Duration
	log      []LogEntry
	requests []Request
	fault    error // of Exclusions
	lost     error // of Ledgers
}

func (s *privacyStore) Exclusions(context.Context, string) ([]Exclusion, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Exclusion
	for _, e := range s.out {
		all = append(all, e)
	}
	return all, s.fault
}

func (s *privacyStore) Exclude(_ context.Context, _ string, e Exclusion) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil {
		s.out = map[string]Exclusion{}
	}
	s.out[e.Person] = e
	n := s.rows.Messages
	s.rows.Messages = 0
	return n, nil
}

func (s *privacyStore) KeptAbout(context.Context, string, string) (KeptRows, error) {
	return s.rows, nil
}

func (s *privacyStore) RemovePerson(context.Context, string, string) (KeptRows, error) {
	rows := s.rows
	s.rows = KeptRows{}
	return rows, nil
}

func (s *privacyStore) PostsAbout(context.Context, string, string) ([]Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts), nil
}

func (s *privacyStore) DropPost(_ context.Context, post Post) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts = slices.DeleteFunc(s.posts, func(p Post) bool { return isSame(p, post) })
	return nil
}

func (s *privacyStore) Ledgers(context.Context, string) ([]Place, error) {
	var places []Place
	for p := range s.ledgers {
		places = append(places, p)
	}
	return places, s.lost
}

func (s *privacyStore) Ledger(_ context.Context, _ string, p Place) (Ledger, error) {
	return s.ledgers[p], nil
}

func (s *privacyStore) PutLedger(_ context.Context, _ string, p Place, l Ledger) error {
	if s.changed > 0 {
		s.changed--
		return ErrChanged
	}
	s.ledgers[p] = l
	return nil
}

func (s *privacyStore) Disowned(context.Context, string, Place) ([]ledger.Disowned, error) {
	return []ledger.Disowned{{Author: "ann"}, {Author: "ben"}}, nil
}

func (s *privacyStore) Retention(context.Context, string, string) (time.Duration, error) {
	return s.own, nil
}

func (s *privacyStore) SetRetention(_ context.Context, _, _ string, d time.Duration) error {
	s.own = d
	return nil
}

func (s *privacyStore) Log(_ context.Context, _, _ string, e LogEntry) error {
	s.log = slices.Insert(s.log, 0, e)
	return nil
}

func (s *privacyStore) Changes(_ context.Context, _, _ string, n int) ([]LogEntry, error) {
	return s.log[:min(n, len(s.log))], nil
}

func (s *privacyStore) KeepRequest(_ context.Context, _, _ string, r Request, _ time.Time) error {
	s.requests = append(s.requests, r)
	return nil
}

func (s *privacyStore) Digests(context.Context, string, string) ([]Digest, error) {
	return make([]Digest, 1), nil
}

func (s *privacyStore) Watched(context.Context, string) ([]WatchedChannel, error) {
	return []WatchedChannel{{Place: athensAgora}, {Place: athensSecret}, {Place: Place{Server: "other", Channel: "stoa"}}}, nil
}

func (s *privacyStore) Kept(context.Context, string, Place, int) ([]string, bool, error) {
	return []string{"1"}, true, nil
}

func (s *privacyStore) Messages(_ context.Context, _ string, p Place, _ Range) (History, error) {
	return History{Names: map[string]string{"mod": "Moderator of " + p.Channel}}, nil
}

func (s *privacyStore) Prune(context.Context, time.Time, time.Duration, time.Duration) (int, error) {
	return 0, nil
}

var (
	athensAgora  = Place{Server: "athens", Channel: "agora"}
	athensSecret = Place{Server: "athens", Channel: "secret"}
)

// privacyPlatform has two channels of a server: all may read one of them, and "mod" manages it.
type privacyPlatform struct {
	Platform
	down chan Post
	// stuck is a message that can't be changed.
	stuck string
}

func (privacyPlatform) Name() string { return "discord" }

func (privacyPlatform) MayRead(_ context.Context, _ string, p Place) error {
	if p == athensAgora {
		return nil
	}
	return Refusef("No.")
}

func (privacyPlatform) MayManage(_ context.Context, user string, _ Place) error {
	if user == "mod" {
		return nil
	}
	return Refusef("You don't manage this channel.")
}

func (privacyPlatform) MayManageServer(_ context.Context, user, server string) error {
	if user == "mod" && server == "athens" {
		return nil
	}
	return Refusef("You don't manage this server.")
}

func (privacyPlatform) Describe(_ context.Context, p Place) (Channel, error) {
	return Channel{Name: p.Channel}, nil
}

func (f privacyPlatform) TakeDown(_ context.Context, post Post, why string) error {
	if post.Message == f.stuck {
		return errors.New("no access")
	}
	if why == whyLeftOut {
		f.down <- post
	}
	return nil
}

func newPrivacyBot(t *testing.T, store *privacyStore) *Bot {
	t.Helper()
	b := New(Options{
		Platform: privacyPlatform{down: make(chan Post, 10)}, Storage: store, Retention: 30 * 24 * time.Hour, Limits: Limits{Person: 1000, Server: 1000},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon },
	})
	t.Cleanup(b.Close)
	return b
}

// orderOf asks something about privacy.
func orderOf(asker string, o PrivacyOrder) Request {
	return Request{Command: Privacy, Asker: asker, Here: athensAgora, Place: athensAgora, Share: true, Privacy: o}
}

// said is what somebody is told, the reason where it is refused.
func (b *Bot) said(t *testing.T, r Request) string {
	t.Helper()
	a, err := b.privately(t.Context(), r)
	if refused := refusal(err); refused != nil {
		return refused.Reason
	}
	if err != nil {
		t.Fatal(err)
	}
	if a.Request.Share {
		t.Error("it may be shared")
	}
	return a.Said
}

// keptOfAnn is a store that knows something of ann.
func keptOfAnn() *privacyStore {
	quote := ledger.Quote{Quote: summarize.Quote{Message: "1", Text: "no"}, Author: "ann", Time: noon.Add(-time.Hour)}
	return &privacyStore{
		rows:  KeptRows{Messages: 1200, Channels: 2, Oldest: noon.AddDate(0, 0, -20), Requests: 5, Posts: 1, Disowned: 2},
		posts: []Post{{Platform: "discord", Place: athensAgora, Message: "77", People: []string{"ann"}, At: noon.Add(-time.Hour)}},
		ledgers: map[Place]Ledger{athensAgora: {Entries: []ledger.Entry{
			{ID: "a", By: []string{"ann"}, Gist: "no", Quotes: []ledger.Quote{quote}, Status: summarize.Unanswered},
			{ID: "b", By: []string{"ben"}, Gist: "yes", Quotes: []ledger.Quote{{Quote: summarize.Quote{Message: "2", Text: "yes"}, Author: "ben"}}, Status: summarize.Answered,
				Corrected: &ledger.Correction{Kind: ledger.SaidAnswered, By: "ann"}},
		}}},
	}
}
