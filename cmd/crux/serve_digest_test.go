package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakediscord"
)

// reporting is a server whose channel #agora is followed, and holds the seed thread as if it were
// of today.
type reporting struct {
	*server
	agora                string
	ids                  []string // of its messages
	commenter, moderator string
}

// newReporting leaves crux running.
func newReporting(t testing.TB) *reporting {
	s := newServer(t)
	agora := s.text("agora")
	ids, people := s.debateUntil(agora, seed, time.Now().Add(-time.Hour))
	s.serve(cruxOfShortLeases)
	s.watch(agora)
	return &reporting{server: s, agora: agora, ids: ids, commenter: people["commenter"], moderator: s.AddMember(s.guild, "reporter")}
}

// newSilent leaves crux running. The seed thread is yet to be said, by argue.
func newSilent(t testing.TB) *reporting {
	s := newServer(t)
	agora := s.text("agora")
	s.serve(cruxOfShortLeases)
	s.watch(agora)
	return &reporting{server: s, agora: agora, commenter: s.AddMember(s.guild, "commenter"), moderator: s.AddMember(s.guild, "reporter")}
}

// argue has the seed thread said now, and waits until crux knows it.
func (s *reporting) argue() {
	s.t.Helper()
	s.dispute(s.agora, "new", s.AddMember(s.guild, "post-author"), s.commenter)
	for _, p := range s.Messages(s.agora) {
		s.ids = append(s.ids, p.ID)
	}
	var shown string
	for end := time.Now().Add(30 * time.Second); !strings.Contains(shown, tool); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("what is said never becomes known; at last:\n%s", shown)
		}
		shown = s.ask(s.commenter, s.agora, "open").Final().AllText()
	}
}

// digest asks for something of digests, and returns the answer.
func (s *reporting) digest(what string, options ...fakediscord.Option) fakediscord.Posted {
	s.t.Helper()
	return s.ask(s.moderator, s.agora, "digest "+what, options...).Final()
}

// own are the messages of crux's own in a channel.
func (s *server) own(channel string) []fakediscord.Posted {
	return slices.DeleteFunc(s.Messages(channel), func(p fakediscord.Posted) bool { return p.Author != s.Bot })
}

// newsroom stops crux.
func (s *reporting) newsroom() *newsroom {
	return newNewsroom(&newsroom{
		process: s.process, platform: "discord", agora: s.place(s.agora), owner: s.moderator,
		channel: s.text,
		posted: func(channel string) []string {
			var all []string
			for _, p := range s.own(channel) {
				all = append(all, p.AllText())
			}
			return all
		},
		watch: func(look func(string)) {
			s.Before("* *", func(r fakediscord.Request) { look(r.Method + " " + r.Path) })
		},
		posting: func(to string) string { return "POST /channels/" + to },
		reading: "GET /channels/",
		forget:  s.ExpireNonces,
	})
}

func TestServeDigest(t *testing.T) {
	t.Parallel()
	s := newSilent(t)
	news := s.text("news")
	says(t, s.digest("add", option("schedule", "daily 09:00"), option("to", news), option("dry", true)), "Nothing was set up", "09:00")
	says(t, s.digest("list"), "no digest")
	says(t, s.digest("add", option("schedule", "daily 09:00"), option("to", news)), "Digest 1 is set up", "#agora", "#news", "09:00")
	s.argue()
	says(t, s.digest("run", option("number", 1), option("dry", true)), "Digest of", "Maybe the new tool")
	if n := len(s.own(news)); n > 0 {
		t.Fatalf("%d digests are posted that were only to be shown", n)
	}
	says(t, s.digest("run", option("number", 1)), "Digest 1")
	first := s.WaitMessage(news, func(p fakediscord.Posted) bool { return p.Author == s.Bot })
	says(t, first, "Digest of", "agora", "New objections", "Maybe the new tool", s.ids[0])

	open := s.Interact(fakediscord.Use{
		Kind: fakediscord.Press, User: s.commenter, Channel: news, Message: first.ID, Button: "What is still open",
	}).Final()
	says(t, open, "Still open", "Maybe the new tool")
	if !open.Ephemeral() {
		t.Error("what somebody asked under a digest is shown to all")
	}

	// Asked for again while the first is not noted yet, it would be the same.
	room := &newsroom{process: s.process, platform: "discord", kept: s.open(t)}
	room.waitNoted(1)
	says(t, s.digest("run", option("number", 1)), "Digest 1")
	says(t, s.WaitMessage(news, func(p fakediscord.Posted) bool { return p.Author == s.Bot && p.ID != first.ID }), "Nothing new")
	says(t, s.digest("show", option("number", 1)), "daily", "09:00")
	says(t, s.digest("remove", option("number", 1)), "1")
	says(t, s.digest("list"), "no digest")
	if n := len(s.own(news)); n != 2 {
		t.Errorf("%d digests were posted, want 2", n)
	}
}

// Discord is out of order just when a digest is to be posted, in all the ways in which it can be.
func TestServeDigestInAStorm(t *testing.T) {
	t.Parallel()
	s := newReporting(t)
	room := s.newsroom()
	var channels []string
	storm := func(name string, set func(pattern string)) {
		to := room.addDue(name)
		channels = append(channels, to)
		set("POST /channels/" + to + "/messages")
	}
	storm("calm", func(string) {})
	storm("unavailable", func(p string) { s.Fail(p, http.StatusServiceUnavailable, "", 4) })
	storm("broken", func(p string) { s.Fail(p, http.StatusInternalServerError, "{}", 2) })
	storm("cut", func(p string) { s.Fail(p, 0, "", 3) })
	storm("lost", func(p string) { s.Lose(p, 2) })
	storm("limited", func(p string) { s.RateLimit(p, 2, 300*time.Millisecond, false) })
	storm("limited-for-long", func(p string) { s.RateLimit(p, 1, 4*time.Second, false) })
	storm("all", func(p string) {
		s.Fail(p, http.StatusBadGateway, "<html>", 2)
		s.RateLimit(p, 1, 200*time.Millisecond, true)
		s.Lose(p, 2)
	})
	s.start(cruxOfShortLeases)
	room.finish(channels)
}

// What a digest quotes may be deleted later; then the digest comes down.
func TestServeDigestIsTakenDown(t *testing.T) {
	t.Parallel()
	s := newSilent(t)
	news := s.text("news")
	s.digest("add", option("schedule", "daily 09:00"), option("to", news))
	s.argue()
	s.digest("run", option("number", 1))
	says(t, s.WaitMessage(news, func(p fakediscord.Posted) bool { return p.Author == s.Bot }), "Maybe the new tool")
	s.Delete(s.agora, s.ids[0])
	if down := s.WaitMessage(news, isTakenDown); strings.Contains(down.AllText(), "Maybe the new tool") {
		t.Error("a digest shows what was deleted")
	}
}

// Of the time in which crux did not run, one digest tells all.
func TestServeDigestAfterDowntime(t *testing.T) {
	t.Parallel()
	s := newReporting(t)
	news := s.text("news")
	s.digest("add", option("schedule", "hourly"), option("to", news))
	s.stop(syscall.SIGTERM)
	room := &newsroom{process: s.process, platform: "discord", kept: s.open(t)}
	if err := room.kept.PauseDigest(t.Context(), 1, false, time.Now().Add(-25*time.Hour).UTC()); err != nil {
		t.Fatal(err)
	}
	s.start(cruxOfShortLeases)
	room.waitNoted(1)
	s.stop(syscall.SIGTERM)
	if n := len(s.own(news)); n != 1 {
		t.Errorf("%d digests were posted, want 1", n)
	}
	d, err := room.kept.DigestOf(t.Context(), 1)
	if err != nil || !d.Next.After(time.Now()) || time.Since(d.Covered) > time.Minute {
		t.Errorf("after a day of downtime the digest is %+v (%v)", d, err)
	}
}

// Two processes on one store post each digest once.
func TestServeDigestTwice(t *testing.T) {
	t.Parallel()
	room := newReporting(t).newsroom()
	twin := newProcess(t, room.secrets, room.env)
	twin.dir = room.dir
	var channels []string
	for n := range 20 {
		channels = append(channels, room.addDue(fmt.Sprint("news-", n)))
	}
	room.start(cruxOfShortLeases)
	twin.start(cruxOfShortLeases)
	room.waitNoted(len(channels))
	twin.stop(syscall.SIGTERM)
	room.finish(channels)
}
