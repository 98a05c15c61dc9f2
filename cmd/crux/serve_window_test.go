package main

import (
	"fmt"
	"strings"
	"testing"

	"crux/bot/platformtest/fakediscord"
)

// What was not read is said, in unwatched channels and in watched ones, where the number is known.
func TestServeSaysWhatWasNotRead(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	ann, ben := s.AddMember(s.guild, "ann"), s.AddMember(s.guild, "ben")
	for n := range 1200 {
		author := ben
		if n == 600 {
			author = ann
		}
		s.Post(agora, fakediscord.Message{Author: author, Text: fmt.Sprint("message ", n)})
	}
	s.serve("crux", "CRUX_LIMITS_MESSAGES=1000")
	window := func(user, words string) fakediscord.Posted {
		return s.ask(user, agora, "summary", option("window", words)).Final()
	}
	says(t, window(ann, "3d"), "I read the newest 1,000 messages, which is as far as I read; there are earlier ones.", "1,000 messages, 2 people")
	says(t, window(ann, "200"), "200 messages, 1 person")
	says(t, window(ann, ""), "500 messages, 1 person")
	says(t, window(ann, "my last message"), "600 messages, 2 people")
	stranger := s.AddMember(s.guild, "stranger")
	says(t, window(stranger, "my last message"), "Your last message lies further back than the newest 1,000 messages")
	says(t, window(stranger, "yesterday"), "1,000 messages")

	says(t, window(s.AddMember(s.guild, "new"), "my last request"), "You have not asked")
	s.Post(agora, fakediscord.Message{Author: ben, Text: "news"})
	says(t, window(stranger, "my last request"), "1 message, 1 person")
	says(t, window(ann, "2020-01-01 10:00"), "1,000 messages")
	says(t, window(ann, "tomorrow"), "tomorrow")

	s.watch(agora)
	s.finishReading(agora)
	before := len(s.Requests("GET /channels/" + agora + "/messages"))
	says(t, window(ann, "500"), "500 messages")
	if after := len(s.Requests("GET /channels/" + agora + "/messages")); after != before {
		t.Errorf("a watched channel was read %d times anew", after-before)
	}
}

// Requests beyond the limits are refused in a friendly way, and buttons still work.
func TestServeLimits(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux", "CRUX_LIMITS_PERSON=2")
	ann, ben, agora := s.commenter, s.author, s.agora
	first := s.ask(ann, agora, "summary")
	says(t, first.Final(), "Still open (3)")
	says(t, s.ask(ann, agora, "open").Final(), "Still open (3)")
	says(t, s.ask(ann, agora, "summary").Final(), "You may ask 2 times a minute. Try again in")
	says(t, s.ask(ben, agora, "summary").Final(), "Still open (3)")
	says(t, first.Press("Post here").Followup(1), "Still open (3)")
}

// A long debate has pages, which are turned without reading the channel anew.
func TestServePages(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	_, people := s.debate(agora, "discord-general-three-days")
	s.serve("crux")
	i := s.ask(people["juno"], agora, "summary")
	first := i.Final()
	says(t, first, "Page 1 of")
	before := len(s.Requests("GET /channels/*/messages"))
	second := i.Press("▶").Until(func(p fakediscord.Posted) bool { return strings.Contains(p.AllText(), "Page 2 of") })
	if second.AllText() == first.AllText() {
		t.Error("the second page is the first")
	}
	if after := len(s.Requests("GET /channels/*/messages")); after != before {
		t.Errorf("turning a page read the channel %d times", after-before)
	}
	s.Post(agora, fakediscord.Message{Author: people["juno"], Text: "one more thing"})
	says(t, i.Press("Refresh").Until(func(p fakediscord.Posted) bool { return strings.Contains(p.AllText(), "117 messages") }), "Page 1 of")
}

// Forum posts and threads are read whole; a forum has nothing to read but its posts.
func TestServeForum(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	agora := s.text("agora")
	forum := s.AddChannel(s.guild, fakediscord.Channel{Name: "questions", Type: fakediscord.ForumChannel})
	post := s.AddThread(forum, fakediscord.Thread{Name: "is it solved"})
	_, people := s.debate(post, seed)
	s.serve("crux")
	says(t, s.ask(people["commenter"], post, "summary").Final(), "Still open (3)", "is it solved")
	says(t, s.ask(people["commenter"], agora, "summary", option("channel", post)).Final(), "Still open (3)")
	says(t, s.ask(people["commenter"], agora, "summary", option("channel", forum)).Final(), "In a forum the debates are in its posts")
}
