package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakeslack"
)

// On Slack, too, an objection is followed in a thread, corrected and disowned, and that outlives a restart.
func TestSlackFollowsObjections(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	admin := s.AddUser(fakeslack.User{Name: "admin", Admin: true})
	ann, ben := s.AddUser(fakeslack.User{Name: "ann"}), s.AddUser(fakeslack.User{Name: "ben"})
	agora := s.channel("agora", admin, ann, ben)
	root := ""
	for i, text := range seedTexts(t) {
		ts := s.Post(agora, fakeslack.Message{
			Author: []string{ann, ben}[i%2], Text: escapeSlack.Replace(text), Thread: root, At: time.Now().Add(time.Duration(i)*10*time.Hour - 72*time.Hour),
		})
		if root == "" {
			root = ts
		}
	}
	s.serve("crux")
	s.watch(admin, agora)
	s.finishReading(admin, agora)

	open := s.command(ben, agora, "open")
	reads(t, open.Final(), tool, "ann")
	reads(t, s.command(ann, agora, "mine").Final(), "Your objections", tool)
	choose := func(user string, of fakeslack.Posted, words string) *fakeslack.Exchange {
		t.Helper()
		number := ""
		for line := range strings.Lines(of.Visible()) {
			if before, _, found := strings.Cut(line, ". "); found && strings.Trim(before, "0123456789") == "" {
				number = before
			}
			if number != "" && strings.Contains(line, words) {
				return s.Press(user, of, number)
			}
		}
		t.Fatalf("nothing with %q can be chosen in\n%s", words, of.Visible())
		return nil
	}
	one := choose(ben, open.Final(), tool)
	reads(t, one.Press("It is answered").Final(), "now counts as answered")
	silent := func(user, words, of string) {
		t.Helper()
		if shown := s.command(user, agora, words).Final(); strings.Contains(shown.Visible(), of) {
			t.Errorf("%q is still in\n%s", of, shown.Visible())
		}
	}
	settled := func(user, words string) {
		t.Helper()
		if shown := s.command(user, agora, "open").Final().Visible(); strings.Contains(stillOpen(shown), words) || !strings.Contains(shown, words) {
			t.Errorf("%q is not listed as settled:\n%s", words, shown)
		}
	}
	settled(ann, tool)
	const weaker = "the generalization seems to be weaker"
	said := s.command(ann, agora, "said").Final()
	reads(t, said, tool, weaker)
	reads(t, choose(ann, said, weaker).Press("That is not mine").Final(), "not told as yours any more")
	s.stop(syscall.SIGTERM)
	s.serve("crux")
	s.finishReading(admin, agora)
	settled(ben, tool)
	for _, words := range []string{"open", "said", "summary"} {
		silent(ann, words, weaker)
	}
}
