package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakeslack"
)

// Whoever opts out on Slack, and then has everything deleted, is out of everything: posts, files, the store, and whatever comes later.
func TestSlackOptOut(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	admin := s.AddUser(fakeslack.User{Name: "admin", Admin: true})
	zenobia, ben := s.AddUser(fakeslack.User{Name: rareName}), s.AddUser(fakeslack.User{Name: "ben"})
	agora := s.channel("agora", admin, zenobia, ben)
	root := ""
	for i, text := range seedTexts(t) {
		ts := s.Post(agora, fakeslack.Message{Author: []string{zenobia, ben}[i%2], Text: escapeSlack.Replace(text), Thread: root, At: time.Now()})
		if root == "" {
			root = ts
		}
	}
	s.Post(agora, fakeslack.Message{Author: zenobia, Text: "This is " + rareWord + "."})
	s.serve("crux")
	s.watch(admin, agora)
	s.finishReading(admin, agora)
	reads(t, s.command(ben, agora, "open").Final(), fromSeed)
	answer := s.mention(ben, agora, "", "")
	reads(t, answer, fromSeed, rareName)
	s.Press(ben, answer, "Full report").Final()
	private := s.command(ben, agora, "summary")
	reads(t, private.Final(), fromSeed)
	again := private.Press("Refresh")
	again.Final()
	for _, words := range []string{fromSeed, rareWord, rareName} {
		if len(s.files(words)) == 0 {
			t.Errorf("%q is not in the store, so that it proves nothing where it is not later", words)
		}
	}

	reads(t, s.command(zenobia, agora, "privacy").Final(), "Messages: 3 in 1 channel", "have not opted out")
	dm := s.AddDM(zenobia)
	told := func(words string) fakeslack.Posted {
		ts := s.Post(dm, fakeslack.Message{Author: zenobia, Text: words})
		return s.WaitMessage(dm, func(p fakeslack.Posted) bool { return p.Author == s.Bot && p.ID > ts })
	}
	reads(t, told("opt out"), "You opted out.", "Deleted: 3 messages")
	silent := func(p fakeslack.Posted) {
		t.Helper()
		for _, words := range []string{fromSeed, rareWord, rareName} {
			if strings.Contains(p.Visible(), words) {
				t.Errorf("%q is still in\n%s", words, p.Visible())
			}
		}
	}
	isWithdrawn := func(p fakeslack.Posted) bool { return strings.Contains(p.Visible(), "asked for that") }
	silent(s.WaitMessage(agora, func(p fakeslack.Posted) bool { return p.ID == answer.ID && isWithdrawn(p) }))
	silent(again.Until(isWithdrawn))
	s.WaitRequests("files.delete", 2)
	silent(s.command(ben, agora, "summary").Final())
	silent(s.command(ben, agora, "open").Final())
	s.Post(agora, fakeslack.Message{Author: zenobia, Text: rareWord + " again"})
	reads(t, told("delete everything about me"), "This deletes all that I keep about you: 0 messages")
	s.WaitDelivered()
	s.stop(syscall.SIGTERM)
	for _, words := range []string{fromSeed, rareWord, rareName} {
		if found := s.files(words); len(found) > 0 {
			t.Errorf("%q is in %v", words, found)
		}
	}
	for _, f := range s.Files(ben) {
		if !f.Deleted {
			t.Errorf("%s is still there", f.Name)
		}
	}
}
