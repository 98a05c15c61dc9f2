package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"crux/bot/ledger"
	"crux/summarize"
)

func TestShowKept(t *testing.T) {
	store := keptOfAnn()
	b := newPrivacyBot(t, store)
	want := "What I keep about you, over all channels:\n" +
		"Messages: 1,200 in 2 channels that I follow, the oldest of 4 Nov 2026.\n" +
		"Your requests: 5. I keep them for 30 days, so that buttons work.\n" +
		"Posted reports that rest on your words: 1. I keep where they stand, for 30 days, so that they can be taken down.\n" +
		"Objections that quote or name you: 1. Corrections by you: 3.\n" +
		"Your messages are read like everybody's: you have not opted out.\n" +
		"Of channels that I don't follow I keep no messages. Of what you corrected there I keep where it stands, a checksum of it, and what you said that you meant.\n" +
		"I never keep what was deleted, what stood there before an edit, or what is in files.\n" +
		"What is written here is read on the machine that runs me, and goes to nobody else."
	if diff := cmp.Diff(want, b.said(t, orderOf("ann", PrivacyOrder{Action: ShowKept}))); diff != "" {
		t.Error(diff)
	}
	if len(store.requests) != 1 || store.requests[0].Share {
		t.Errorf("for the buttons %d requests are kept", len(store.requests))
	}
}

func TestKeptOfWhatAModelRead(t *testing.T) {
	store := keptOfAnn()
	for p, l := range store.ledgers {
		l.Reading = &ledger.Reading{Debates: []summarize.Debate{{
			Points:     []summarize.Point{{By: []string{"ann"}}, {By: []string{"ben"}}},
			Objections: []summarize.Objection{{By: []string{"ben", "ann"}}},
		}}}
		store.ledgers[p] = l
		break
	}
	if got := newPrivacyBot(t, store).said(t, orderOf("ann", PrivacyOrder{Action: ShowKept})); !strings.Contains(got, "Points and objections of yours that a language model found: 2.\n") {
		t.Errorf("said %q", got)
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

// A report that can't be taken down holds up no other.
func TestTakeDownGoesOn(t *testing.T) {
	store := keptOfAnn()
	store.posts = append(store.posts, Post{Platform: "discord", Place: athensSecret, Message: "78", People: []string{"ann"}})
	b := newPrivacyBot(t, store)
	down := make(chan Post)
	b.o.Platform = privacyPlatform{down: down, stuck: "77"}
	b.takeDownLater(store.posts, whyLeftOut)
	if post := <-down; post.Message != "78" {
		t.Errorf("%+v is taken down", post)
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
