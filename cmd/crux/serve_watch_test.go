package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
)

// watch makes crux follow a channel and waits until it has read it in.
func (s *server) watch(channel string) {
	s.t.Helper()
	before := len(s.Requests("GET /channels/" + channel + "/messages"))
	s.SetRole(s.guild, s.guild, fakediscord.EveryonePermissions|fakediscord.ManageChannels)
	moderator := s.AddMember(s.guild, "moderator")
	says(s.t, s.ask(moderator, channel, "watch").Final(), "I follow", "30 days")
	s.WaitRequests("GET /channels/"+channel+"/messages", before+1)
}

// kept are the texts in the store of a channel, after crux has stopped.
func (p *process) kept(platform, server, channel string) map[string]string {
	p.t.Helper()
	h, err := p.open(p.t).Messages(p.t.Context(), platform, bot.Place{Server: server, Channel: channel}, bot.Range{Last: 100_000})
	if err != nil {
		p.t.Fatal(err)
	}
	texts := map[string]string{}
	for _, m := range h.Messages {
		texts[m.ID] = m.Text
	}
	return texts
}

// The gateway is cut in mid-conversation: whatever was said, edited and deleted meanwhile arrives after RESUME.
func TestServeLosesNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	ann := s.AddMember(s.guild, "ann")
	old := s.Post(agora, fakediscord.Message{Author: ann, Text: "before anything"})
	s.serve("crux")
	s.watch(agora)

	want := map[string]string{}
	say := func(from, to int) {
		for n := from; n < to; n++ {
			text := fmt.Sprint("argument ", n)
			want[s.Post(agora, fakediscord.Message{Author: ann, Text: text})] = text
		}
	}
	say(0, 50)
	release := s.HoldGateway()
	s.CutGateway()
	say(50, 150)
	edited := s.Post(agora, fakediscord.Message{Author: ann, Text: "first words"})
	s.Edit(agora, edited, "second words")
	want[edited] = "second words"
	s.Delete(agora, old)
	release()
	s.WaitResumed(1)
	say(150, 160)
	s.finishReading(agora)
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	same(t, s.kept("discord", s.guild, agora), want)
}

// Nobody listens for a while, and the session is lost.
func TestServeReadsInWhatItMissed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	ann := s.AddMember(s.guild, "ann")
	gone := s.Post(agora, fakediscord.Message{Author: ann, Text: "to be deleted"})
	stays := s.Post(agora, fakediscord.Message{Author: ann, Text: "to be edited"})
	s.serve("crux")
	s.watch(agora)
	s.finishReading(agora)
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	s.ForgetSessions()
	want := map[string]string{stays: "edited meanwhile"}
	s.Delete(agora, gone)
	s.Edit(agora, stays, "edited meanwhile")
	for n := range 250 {
		text := fmt.Sprint("said meanwhile ", n)
		want[s.Post(agora, fakediscord.Message{Author: ann, Text: text})] = text
	}
	s.start("crux")
	s.WaitReady(2)
	s.finishReading(agora)
	s.stop(syscall.SIGTERM)
	same(t, s.kept("discord", s.guild, agora), want)
}

// Whatever is unwatched is kept no more.
func TestServeUnwatch(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	ann := s.AddMember(s.guild, "ann")
	s.Post(agora, fakediscord.Message{Author: ann, Text: "zeugma"})
	s.serve("crux")
	s.watch(agora)
	s.finishReading(agora)
	says(t, s.ask(ann, agora, "watch", option("action", "list")).Final(), "#agora")
	says(t, s.ask(ann, agora, "watch", option("action", "stop")).Final(), "deleted what I kept of it: 1 message.")
	s.Post(agora, fakediscord.Message{Author: ann, Text: "zeugma again"})
	s.ask(ann, agora, "watch", option("action", "list")).Final()
	s.stop(syscall.SIGTERM)
	for _, name := range []string{"crux.db", "crux.db-wal"} {
		if holds(t, filepath.Join(s.dir, name), "zeugma") {
			t.Errorf("%s holds what was said in a channel that is watched no more", name)
		}
	}
}

// A followed channel is deleted, or crux is removed from a server, while nobody listens.
func TestServeForgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora, stoa := s.text("agora"), s.text("stoa")
	ann := s.AddMember(s.guild, "ann")
	s.Post(agora, fakediscord.Message{Author: ann, Text: "zeugma"})
	_, people := s.debate(agora, seed)
	s.serve("crux")
	s.watch(agora)
	s.finishReading(agora)
	shared := s.ask(people["commenter"], stoa, "summary", option("channel", agora), option("share", true))
	post := shared.Followup(1)
	shared.Final()
	s.stop(syscall.SIGTERM)
	s.DeleteChannel(agora)
	s.start("crux")
	s.WaitMessage(stoa, func(p fakediscord.Posted) bool { return p.ID == post.ID && isTakenDown(p) })
	s.stop(syscall.SIGTERM)
	for _, name := range []string{"crux.db", "crux.db-wal"} {
		if holds(t, filepath.Join(s.dir, name), "zeugma") {
			t.Errorf("%s holds what was said in a channel that is gone", name)
		}
	}
	watched, err := s.open(t).Watched(t.Context(), "discord")
	if err != nil || len(watched) > 0 {
		t.Errorf("%d channels are followed (%v)", len(watched), err)
	}
}

// What is older than anything is kept is not stored, not even after an edit.
func TestServeKeepsNothingOld(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	ann := s.AddMember(s.guild, "ann")
	old := s.Post(agora, fakediscord.Message{Author: ann, Text: "long ago", At: time.Now().AddDate(0, 0, -31)})
	recent := s.Post(agora, fakediscord.Message{Author: ann, Text: "of late", At: time.Now().AddDate(0, 0, -29)})
	s.serve("crux")
	s.watch(agora)
	s.finishReading(agora)
	s.Edit(agora, old, "long ago, in other words")
	now := s.Post(agora, fakediscord.Message{Author: ann, Text: "now"})
	says(t, s.ask(ann, agora, "summary").Final(), "3 messages") // read from the channel, where there is more
	s.stop(syscall.SIGTERM)
	h, err := s.open(t).Messages(t.Context(), "discord", s.place(agora), bot.Range{From: recent, Last: 10})
	if err != nil || len(h.Messages) != 2 || h.Messages[1].ID != now {
		t.Errorf("%d messages are kept (%v)", len(h.Messages), err)
	}
	if holds(t, filepath.Join(s.dir, "crux.db"), "long ago") || holds(t, filepath.Join(s.dir, "crux.db-wal"), "long ago") {
		t.Error("an old message is kept")
	}
}

// The message from which a thread grew is part of its debate, and stands in another channel.
func TestServeThreadStarter(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	_, people := s.debate(s.text("elsewhere"), seed)
	first, second := people["commenter"], people["post-author"]
	parts := s.seedTexts()
	starter := s.Post(agora, fakediscord.Message{Author: first, Text: parts[0]})
	thread := s.AddThread(agora, fakediscord.Thread{Name: "inner alignment", Starter: starter})
	s.Post(thread, fakediscord.Message{Author: second, Text: parts[1]})
	s.Post(thread, fakediscord.Message{Author: first, Text: parts[2]})
	s.serve("crux")
	shared := s.ask(first, thread, "summary", option("share", true)).Followup(1)
	says(t, shared, "Maybe the new tool")
	s.Delete(agora, starter)
	s.WaitMessage(thread, func(p fakediscord.Posted) bool { return p.ID == shared.ID && isTakenDown(p) })
}

// finishReading waits until an answer comes from the store: until then channels are read anew.
func (s *server) finishReading(channel string) {
	s.t.Helper()
	ann := s.AddMember(s.guild, fmt.Sprint("reader-", time.Now().UnixNano()))
	pattern := "GET /channels/" + channel + "/messages"
	for range 100 {
		before := len(s.Requests(pattern))
		s.ask(ann, channel, "summary", option("window", "1")).Final()
		if len(s.Requests(pattern)) == before {
			return
		}
	}
	s.t.Error("the channel is never answered from the store")
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(got) < len(want) {
		t.Errorf("%d messages are kept of %d", len(got), len(want))
		return
	}
	for id, text := range want {
		if got[id] != text {
			t.Errorf("of %q is kept %q", text, got[id])
		}
	}
	for id, text := range got {
		if _, ok := want[id]; !ok && !strings.Contains(text, "crux") {
			t.Errorf("%q is kept", text)
		}
	}
}
