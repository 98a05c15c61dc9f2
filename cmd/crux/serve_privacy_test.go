package main

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
	"crux/summarize"
)

const (
	// rareWord is said by zenobia alone, and rareName is what she is called.
	rareWord = "floccinaucinihilipilification"
	rareName = "Zenobia Quillfeather"
	// fromSeed is what she says in the seed thread.
	fromSeed = "the generalization seems to be weaker than it appears"
)

// forum is a server in which zenobia debates with ben in a channel that crux follows and in one that it does not.
type forum struct {
	*server
	agora, stoa  string
	zenobia, ben string
}

// newForum has everything said at a time; zero is now.
func newForum(t testing.TB, at time.Time) *forum {
	s := newServer(t)
	f := &forum{server: s, agora: s.text("agora"), stoa: s.text("stoa"), zenobia: s.AddMember(s.guild, rareName), ben: s.AddMember(s.guild, "ben")}
	parts := s.seedTexts()
	for _, channel := range []string{f.agora, f.stoa} {
		before := ""
		for i, author := range []string{f.zenobia, f.ben, f.zenobia} {
			before = s.Post(channel, fakediscord.Message{Author: author, Text: parts[i], ReplyTo: before, At: at})
		}
		s.Post(channel, fakediscord.Message{Author: f.zenobia, Text: "This is " + rareWord + ".", At: at})
	}
	return f
}

// privacy asks for something about privacy in #stoa.
func (f *forum) privacy(user string, action bot.PrivacyAction, options ...fakediscord.Option) *fakediscord.Interaction {
	return f.ask(user, f.stoa, "privacy", append(options, option("action", string(action)))...)
}

// files are those of the store in which some words stand.
func (p *process) files(words string) []string {
	p.t.Helper()
	var found []string
	for _, name := range []string{"crux.db", "crux.db-wal", "crux.db-shm"} {
		if holds(p.t, filepath.Join(p.dir, name), words) {
			found = append(found, name)
		}
	}
	return found
}

// shows is what ben has posted in both channels, and what he alone sees.
type shows struct {
	posted  map[string]fakediscord.Posted // by channel
	private *fakediscord.Interaction
}

// fill has ben ask for everything that could keep words of zenobia's, and checks that it does.
func (f *forum) fill() shows {
	f.t.Helper()
	f.serve("crux")
	f.watch(f.agora)
	f.finishReading(f.agora)
	says(f.t, f.ask(f.ben, f.agora, "open").Final(), fromSeed) // the ledger
	all := shows{posted: map[string]fakediscord.Posted{}}
	for _, channel := range []string{f.agora, f.stoa} {
		shared := f.ask(f.ben, channel, "summary", option("share", true))
		all.posted[channel] = shared.Followup(1)
		shared.Final() // it was filed before this was said
		says(f.t, all.posted[channel], fromSeed, rareName)
	}
	all.private = f.ask(f.ben, f.agora, "summary")
	says(f.t, all.private.Final(), fromSeed, rareName)
	for _, words := range []string{fromSeed, rareWord, rareName} {
		if len(f.files(words)) == 0 {
			f.t.Errorf("%q is not in the store, so that it proves nothing where it is not later", words)
		}
	}
	return all
}

// gone checks that nothing of zenobia's is shown any more, nor told anew.
func (f *forum) gone(all shows) {
	f.t.Helper()
	for channel, post := range all.posted {
		now := f.WaitMessage(channel, func(p fakediscord.Posted) bool { return p.ID == post.ID && isWithdrawn(p) })
		f.silent(now)
	}
	f.silent(all.private.Until(isWithdrawn))
	for _, channel := range []string{f.agora, f.stoa} {
		for _, command := range []string{"summary", "open"} {
			f.silent(f.ask(f.ben, channel, command).Final())
		}
	}
}

func isWithdrawn(p fakediscord.Posted) bool { return strings.Contains(p.Content, "asked for that") }

func (f *forum) silent(p fakediscord.Posted) {
	f.t.Helper()
	for _, words := range []string{fromSeed, rareWord, rareName, "Zenobia"} {
		if strings.Contains(p.AllText(), words) {
			f.t.Errorf("%q is still in\n%s", words, p.AllText())
		}
	}
}

// erased checks that the files of the store hold none of these words.
func (f *forum) erased(all ...string) {
	f.t.Helper()
	for _, words := range all {
		if found := f.files(words); len(found) > 0 {
			f.t.Errorf("%q is in %v", words, found)
		}
	}
}

// Whoever opts out is out of everything, at once and from then on.
func TestServeOptOut(t *testing.T) {
	t.Parallel()
	f := newForum(t, time.Time{})
	all := f.fill()
	says(t, f.privacy(f.zenobia, bot.ShowKept).Final(), "Messages: 3 in 1 channel", "Posted reports that rest on your words: 2", "have not opted out")
	says(t, f.privacy(f.zenobia, bot.OptOut).Final(), "You opted out.", "Deleted: 3 messages")
	f.gone(all)
	f.erased(fromSeed, rareWord, rareName) // at once, and not only when crux stops
	f.Post(f.agora, fakediscord.Message{Author: f.zenobia, Text: rareWord + " again"})
	reply := f.Post(f.agora, fakediscord.Message{Author: f.ben, Text: "As you like."})
	says(t, f.privacy(f.zenobia, bot.ShowKept).Final(), "Messages: none", "Posted reports that rest on your words: 0", "Objections that quote or name you: 0", "You opted out")
	f.stop(syscall.SIGTERM)
	f.erased(fromSeed, rareWord, rareName)

	// Neither does it come back when the channels are read in again.
	f.ForgetSessions()
	f.start("crux")
	f.WaitReady(2)
	f.finishReading(f.agora)
	f.silent(f.ask(f.ben, f.agora, "summary").Final())
	says(t, f.privacy(f.zenobia, bot.OptIn).Final(), "From now on I read your messages again")
	back := f.Post(f.agora, fakediscord.Message{Author: f.zenobia, Text: "Here I am again."})
	f.awaitKept("Messages: 1 in 1 channel")
	f.stop(syscall.SIGTERM)
	f.erased(fromSeed, rareWord)
	kept := f.kept("discord", f.guild, f.agora)
	if kept[back] == "" || kept[reply] == "" {
		t.Errorf("kept are %v", kept)
	}
}

// crux is killed before it could take anything down, and does it when it is back.
func TestServeOptOutKilled(t *testing.T) {
	t.Parallel()
	f := newForum(t, time.Time{})
	all := f.fill()
	release := f.Hold("PATCH /channels/*/messages/*")
	says(t, f.privacy(f.zenobia, bot.OptOut).Final(), "You opted out.", "that rested on your words: being taken down")
	f.stop(syscall.SIGKILL)
	release()
	f.erased(fromSeed, rareWord, rareName)
	f.ForgetSessions()
	f.start("crux")
	for channel, post := range all.posted {
		f.silent(f.WaitMessage(channel, func(p fakediscord.Posted) bool { return p.ID == post.ID && isWithdrawn(p) }))
	}
}

// Somebody opts out while a report is being made, and while one is being shown.
func TestServeOptOutMeanwhile(t *testing.T) {
	t.Parallel()
	f := newForum(t, time.Time{})
	f.serve("crux")
	release := f.Hold("GET /channels/*/messages")
	during := f.ask(f.ben, f.agora, "summary")
	f.WaitRequests("GET /channels/*/messages", 1)
	says(t, f.privacy(f.zenobia, bot.OptOut).Final(), "You opted out.")
	release()
	during.Final()
	for _, state := range during.States() {
		f.silent(state)
	}

	says(t, f.privacy(f.zenobia, bot.OptIn).Final(), "From now on")
	ids := []string{f.Post(f.stoa, fakediscord.Message{Author: f.zenobia, Text: f.seedTexts()[0]})}
	f.Post(f.stoa, fakediscord.Message{Author: f.ben, Text: f.seedTexts()[1], ReplyTo: ids[0]})
	var once sync.Once
	f.Before("PATCH /webhooks/*/*/messages/@original", func(r fakediscord.Request) {
		if strings.Contains(string(r.Body), fromSeed) {
			once.Do(func() { says(t, f.privacy(f.zenobia, bot.OptOut).Final(), "You opted out.") })
		}
	})
	shown := f.ask(f.ben, f.stoa, "summary", option("window", "2"))
	f.silent(shown.Until(isWithdrawn))
}

// Whoever has everything deleted leaves neither words nor a name, and is read again from then on.
func TestServeErase(t *testing.T) {
	t.Parallel()
	f := newForum(t, time.Time{})
	all := f.fill()
	says(t, f.ask(f.zenobia, f.agora, "summary").Final(), fromSeed) // a request of hers is kept too
	asked := f.privacy(f.zenobia, bot.Erase)
	says(t, asked.Final(), "This deletes all that I keep about you: 3 messages", "2 posted reports", "can't be undone")
	if len(f.files(fromSeed)) == 0 {
		t.Error("it was deleted before that was confirmed")
	}
	says(t, asked.Press("Yes, delete it all").Until(func(p fakediscord.Posted) bool { return strings.Contains(p.AllText(), "Deleted:") }),
		"Deleted: 3 messages and", "stays left out")
	f.gone(all)
	f.erased(fromSeed, rareWord, rareName)
	f.stop(syscall.SIGTERM)
	f.erased(fromSeed, rareWord, rareName)
	requests, err := f.open(t).KeptAbout(t.Context(), "discord", f.zenobia)
	if err != nil || requests != (bot.KeptRows{}) {
		t.Errorf("kept is %+v (%v)", requests, err)
	}

	f.ForgetSessions()
	f.start("crux")
	f.WaitReady(2)
	f.finishReading(f.agora)
	later := f.Post(f.agora, fakediscord.Message{Author: f.zenobia, Text: "I start anew."})
	f.awaitKept("Messages: 1 in 1 channel")
	f.silent(f.ask(f.ben, f.stoa, "summary").Final())
	f.stop(syscall.SIGTERM)
	f.erased(fromSeed, rareWord)
	if kept := f.kept("discord", f.guild, f.agora); kept[later] == "" {
		t.Errorf("kept are %v", kept)
	}
}

// awaitKept asks what is kept about zenobia until it is this.
func (f *forum) awaitKept(words string) {
	f.t.Helper()
	var last fakediscord.Posted
	for range 200 {
		if last = f.privacy(f.zenobia, bot.ShowKept).Final(); strings.Contains(last.AllText(), words) {
			return
		}
	}
	f.t.Errorf("%q is not in\n%s", words, last.AllText())
}

// A server shortens how long texts are kept: what is older is gone from the file, and what became of it is still counted.
func TestServeRetention(t *testing.T) {
	t.Parallel()
	f := newForum(t, time.Now().AddDate(0, 0, -20))
	young := f.Post(f.agora, fakediscord.Message{Author: f.zenobia, Text: "Of late I say nothing.", At: time.Now().AddDate(0, 0, -2)})
	f.serve("crux")
	f.watch(f.agora)
	f.finishReading(f.agora)
	open := f.ask(f.ben, f.agora, "open").Final()
	says(t, open, fromSeed, "I have found 5 objections so far")
	for _, words := range []string{fromSeed, rareWord} {
		if len(f.files(words)) == 0 {
			t.Errorf("%q is not in the store", words)
		}
	}
	says(t, f.privacy(f.ben, bot.KeepFor, option("days", 14)).Final(), "for 14 days", "Older ones are deleted now")
	f.awaitKept("Messages: 1 in 1 channel")
	log := f.privacy(f.ben, bot.ShowLog).Final()
	says(t, log, "set that texts are kept for 14 days", "began to have a channel followed, in #agora")
	f.stop(syscall.SIGTERM)

	// The sweep at the start does the same for what a process left that was stopped before it was done.
	f.ForgetSessions()
	f.start("crux")
	f.WaitReady(2)
	f.finishReading(f.agora)
	open = f.ask(f.ben, f.agora, "open").Final()
	says(t, open, "I have found 5 objections so far")
	f.silent(open)
	f.stop(syscall.SIGTERM)
	f.erased(fromSeed, rareWord)
	kept := f.open(t)
	h, err := kept.Messages(t.Context(), "discord", f.place(f.agora), bot.Range{From: young, Last: 100})
	if err != nil || !slices.ContainsFunc(h.Messages, func(m summarize.Message) bool { return m.ID == young }) {
		t.Errorf("what is young enough is gone (%v)", err)
	}
}

// Who may not manage the channel changes nothing of the server's.
func TestServeRetentionIsNotEverybodys(t *testing.T) {
	t.Parallel()
	f := newForum(t, time.Time{})
	f.serve("crux")
	for _, action := range []bot.PrivacyAction{bot.KeepFor, bot.ShowLog} {
		answer := f.privacy(f.ben, action).Final()
		if text := answer.AllText(); !strings.Contains(text, "Manage") || strings.Contains(text, "From now on") {
			t.Errorf("a member is told %q", text)
		}
	}
}
