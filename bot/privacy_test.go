package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

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

func (privacyPlatform) Describe(_ context.Context, p Place) (Channel, error) {
	return Channel{Name: p.Channel}, nil
}

func (f privacyPlatform) TakeDown(_ context.Context, post Post, why string) error {
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
		rows:  KeptRows{Messages: 1200, Channels: 2, Oldest: noon.AddDate(0, 0, -20), Requests: 5, Posts: 1},
		posts: []Post{{Platform: "discord", Place: athensAgora, Message: "77", People: []string{"ann"}, At: noon.Add(-time.Hour)}},
		ledgers: map[Place]Ledger{athensAgora: {Entries: []ledger.Entry{
			{ID: "a", By: []string{"ann"}, Gist: "no", Quotes: []ledger.Quote{quote}, Status: summarize.Unanswered},
			{ID: "b", By: []string{"ben"}, Gist: "yes", Quotes: []ledger.Quote{{Quote: summarize.Quote{Message: "2", Text: "yes"}, Author: "ben"}}, Status: summarize.Answered,
				Corrected: &ledger.Correction{Kind: ledger.SaidAnswered, By: "ann"}},
		}}},
	}
}

func TestShowKept(t *testing.T) {
	store := keptOfAnn()
	b := newPrivacyBot(t, store)
	want := "What I keep about you, over all channels:\n" +
		"Messages: 1,200 in 2 channels that I follow, the oldest of 4 Nov 2026.\n" +
		"Your requests: 5. I keep them for 30 days, so that buttons work.\n" +
		"Posted reports that rest on your words: 1. I keep where they stand, so that they can be taken down.\n" +
		"Objections that quote or name you: 1. Corrections by you: 2.\n" +
		"Your messages are read like everybody's: you have not opted out.\n" +
		"I never keep the words of a channel that I don't follow, what was deleted, what stood there before an edit, or what is in files."
	if diff := cmp.Diff(want, b.said(t, orderOf("ann", PrivacyOrder{Action: ShowKept}))); diff != "" {
		t.Error(diff)
	}
	if len(store.requests) != 1 || store.requests[0].Share {
		t.Errorf("for the buttons %d requests are kept", len(store.requests))
	}
}

// Erase asks back, changes nothing before that, and leaves no trace of having been asked.
func TestErase(t *testing.T) {
	store := keptOfAnn()
	store.changed = 2
	b := newPrivacyBot(t, store)
	a, err := b.privately(t.Context(), orderOf("ann", PrivacyOrder{Action: Erase}))
	if err != nil || len(a.Offers) != 1 || a.Offers[0].Action != ActEraseSure || a.Token == "" {
		t.Fatalf("%+v (%v)", a, err)
	}
	if len(store.out) > 0 || store.rows.Requests != 5 {
		t.Fatal("something was deleted already")
	}
	kept := len(store.requests)
	said := b.said(t, ActEraseSure.Apply(a.Request, "", ""))
	for _, words := range []string{"1,200 messages", "5 requests", "2 objections", "1 report that", "left out, also where it still stands"} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is not in %q", words, said)
		}
	}
	if down := <-b.o.Platform.(privacyPlatform).down; down.Message != "77" {
		t.Errorf("%+v is taken down", down)
	}
	if got := store.out["ann"]; !got.Until.Equal(noon) {
		t.Errorf("left out is %+v", got)
	}
	if entries := store.ledgers[athensAgora].Entries; len(entries) != 1 || entries[0].ID != "b" || isCorrectedBy(&entries[0], "ann") {
		t.Errorf("the ledger holds %+v", entries)
	}
	if len(store.requests) != kept || len(store.log) != 1 || store.log[0] != (LogEntry{At: noon, What: privacyChoice}) {
		t.Errorf("%d requests are kept, and the log says %+v", len(store.requests)-kept, store.log)
	}
}

// Whoever opted out stays so when they have everything deleted.
func TestEraseAfterOptOut(t *testing.T) {
	store := keptOfAnn()
	b := newPrivacyBot(t, store)
	for _, o := range []PrivacyOrder{{Action: OptOut}, {Action: Erase, Sure: true}} {
		b.said(t, orderOf("ann", o))
	}
	if e := store.out["ann"]; !e.Until.IsZero() {
		t.Errorf("left out is %+v", e)
	}
	if said := b.said(t, orderOf("ann", PrivacyOrder{Action: OptIn})); !strings.Contains(said, "From now on") || !store.out["ann"].Until.Equal(noon) {
		t.Errorf("%q, and left out is %+v", said, store.out["ann"])
	}
	if said := b.said(t, orderOf("ann", PrivacyOrder{Action: OptIn})); !strings.Contains(said, "You have not opted out") {
		t.Errorf("asked again: %q", said)
	}
}

// After a fault midway it is said what was done, and asking again does the rest.
func TestEraseIsGoneOnWith(t *testing.T) {
	store := keptOfAnn()
	store.lost = errors.New("disk full")
	b := newPrivacyBot(t, store)
	said := b.said(t, orderOf("ann", PrivacyOrder{Action: Erase, Sure: true}))
	if !strings.Contains(said, "1,200 messages") || !strings.Contains(said, "Ask once more") || strings.Contains(said, "disk") {
		t.Errorf("said was %q", said)
	}
	store.lost = nil
	if said := b.said(t, orderOf("ann", PrivacyOrder{Action: Erase, Sure: true})); !strings.Contains(said, "2 objections") {
		t.Errorf("said was %q", said)
	}
}

// What another process left of somebody is removed when crux is connected anew.
func TestEnforceLeftOut(t *testing.T) {
	for name, test := range map[string]struct {
		out  Exclusion
		down bool
	}{
		"altogether": {Exclusion{Person: "ann"}, true},
		"up to now":  {Exclusion{Person: "ann", Until: noon}, true},
		"long ago":   {Exclusion{Person: "ann", Until: noon.AddDate(0, 0, -1)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			store := keptOfAnn()
			store.out = map[string]Exclusion{"ann": test.out}
			b := newPrivacyBot(t, store)
			if err := b.enforceLeftOut(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.background.Wait()
			if isDown := len(store.posts) == 0; isDown != test.down {
				t.Errorf("taken down: %v", isDown)
			}
			entries := store.ledgers[athensAgora].Entries
			if isGone := !slices.ContainsFunc(entries, func(e ledger.Entry) bool { return e.ID == "a" }); isGone != test.down {
				t.Errorf("out of the ledger: %v", isGone)
			}
		})
	}
}

func TestPrivacyOfNobody(t *testing.T) {
	store := keptOfAnn()
	b := newPrivacyBot(t, store)
	if b.said(t, orderOf("", PrivacyOrder{Action: OptOut})); len(store.out) > 0 {
		t.Error("everybody without a name is left out")
	}
}

func TestKeepFor(t *testing.T) {
	for name, test := range map[string]struct {
		asker, server string
		days          int
		says          string
		own, holds    time.Duration
	}{
		"two weeks":      {"mod", "athens", 14, "for 14 days", 14 * day, 14 * day},
		"as long as may": {"mod", "athens", 30, "for 30 days", 30 * day, 30 * day},
		"the default":    {"mod", "athens", 0, "for 30 days", 0, 30 * day},
		"too long":       {"mod", "athens", 31, "1 to 30 days", 9 * day, 9 * day},
		"below nothing":  {"mod", "athens", -1, "1 to 30 days", 9 * day, 9 * day},
		"not theirs":     {"ann", "athens", 14, "You don't manage", 9 * day, 9 * day},
		"nowhere":        {"mod", "", 14, "concerns a server", 9 * day, 9 * day},
	} {
		t.Run(name, func(t *testing.T) {
			store := &privacyStore{own: 9 * day}
			b := newPrivacyBot(t, store)
			r := orderOf(test.asker, PrivacyOrder{Action: KeepFor, Days: test.days})
			r.Here.Server = test.server
			if said := b.said(t, r); !strings.Contains(said, test.says) {
				t.Errorf("said was %q", said)
			}
			if holds := b.retentionOf(t.Context(), "athens"); store.own != test.own || holds != test.holds {
				t.Errorf("set is %v, and %v holds", store.own, holds)
			}
		})
	}
	b := newPrivacyBot(t, &privacyStore{own: 90 * day})
	if holds := b.retentionOf(t.Context(), "athens"); holds != 30*day {
		t.Errorf("a server that set more than there is keeps for %v", holds)
	}
	b.o.Retention = time.Hour
	if said := b.said(t, orderOf("mod", PrivacyOrder{Action: KeepFor, Days: 1})); !strings.Contains(said, "1 hour") {
		t.Errorf("said was %q", said)
	}
}

// The log names places and people where the asker may know them, and tells choices of privacy by count.
func TestShowLog(t *testing.T) {
	store := &privacyStore{log: []LogEntry{
		{At: noon, By: "mod", What: "added digest 2", Place: athensAgora},
		{At: noon.Add(-time.Hour), What: privacyChoice},
		{At: noon.Add(-2 * time.Hour), By: "eve", What: "said that an objection is answered", Place: athensSecret},
		{At: noon.Add(-3 * time.Hour), What: privacyChoice},
		{At: noon.Add(-4 * time.Hour), What: "removed digest 1"},
	}}
	b := newPrivacyBot(t, store)
	want := "Who changed what here, the newest first:\n" +
		"• 24 Nov 2026, 12:00 UTC: Moderator of agora added digest 2, in #agora\n" +
		"• 24 Nov 2026, 10:00 UTC: somebody said that an objection is answered\n" +
		"• 24 Nov 2026, 08:00 UTC: somebody removed digest 1\n" +
		"2 choices of members about their own privacy."
	if diff := cmp.Diff(want, b.said(t, orderOf("mod", PrivacyOrder{Action: ShowLog}))); diff != "" {
		t.Error(diff)
	}
	if said := b.said(t, orderOf("ann", PrivacyOrder{Action: ShowLog})); !strings.Contains(said, "You don't manage") {
		t.Errorf("a member is told %q", said)
	}
	for range 30 {
		b.note(t.Context(), "mod", athensAgora, "did something")
	}
	if said := b.said(t, orderOf("mod", PrivacyOrder{Action: ShowLog})); strings.Count(said, "\n•") != changesShown {
		t.Errorf("of many changes it shows\n%s", said)
	}
	b.note(t.Context(), "mod", Place{Channel: "a direct message"}, "did something")
	if len(store.log) != 35 {
		t.Error("what concerns no server is in a log")
	}
}

func TestSayKeptFits(t *testing.T) {
	for _, platform := range []string{"Discord", "Slack"} {
		if n := utf8.RuneCountInString(SayKept(platform, 3650*day)); n > 1000 {
			t.Errorf("for %s it has %d characters", platform, n)
		}
	}
}
