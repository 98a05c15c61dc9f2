package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakediscord"
)

func TestServeAnswers(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	// The first start of all makes the store.
	if err := os.Remove(filepath.Join(s.dir, "crux.db")); err != nil {
		t.Fatal(err)
	}
	s.serve("crux")

	i := s.ask(s.commenter, s.agora, "summary")
	if deferred, private := i.Deferred(); !deferred || !private {
		t.Errorf("deferred %v, privately %v", deferred, private)
	}
	answer := i.Final()
	says(t, answer, "Still open (3)", "Maybe the new tool", "commenter", "post-author",
		fmt.Sprintf("https://discord.com/channels/%s/%s/%s", s.guild, s.agora, s.ids[0]))

	open := i.Press("Only open").Final()
	says(t, open, "Still open", "Maybe the new tool")
	if strings.Contains(open.AllText(), "pretraining created") {
		t.Error("a point that nobody challenges stands under only open")
	}
	if files := i.Press("Full report").Followup(1).Files; len(files) != 2 || !strings.Contains(string(files[0].Data)+string(files[1].Data), "<html") {
		t.Errorf("the full report is %d files", len(files))
	}
	says(t, s.ask(s.author, s.agora, "mine").Final(), "Objections to you", "Maybe the new tool")
	says(t, s.ask(s.commenter, s.agora, "help").Answer(), "/debate summary", "15 minutes")

	fromHere := fakediscord.Use{Kind: fakediscord.MessageMenu, User: s.commenter, Channel: s.agora, Name: "Summarize debate from here", Target: s.ids[0]}
	says(t, s.Interact(fromHere).Final(), "Still open (3)")
	fromHere.Name = "Is this answered?"
	says(t, s.Interact(fromHere).Final(), "Raised in this message", "Maybe the new tool")
}

// What is shared stands for all until a message that it quotes is gone.
func TestServeTakesDown(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")

	shared := s.ask(s.commenter, s.agora, "summary", option("share", true)).Followup(1)
	says(t, shared, "Still open (3)")
	if shared.Ephemeral() {
		t.Error("shared with the asker alone")
	}
	private := s.ask(s.commenter, s.agora, "summary")
	private.Final()
	s.Delete(s.agora, s.ids[0])
	for _, now := range []fakediscord.Posted{
		s.WaitMessage(s.agora, func(p fakediscord.Posted) bool { return p.ID == shared.ID && isTakenDown(p) }),
		private.Until(isTakenDown),
	} {
		if strings.Contains(now.AllText(), "Maybe the new tool") {
			t.Error("the words of a deleted message are still shown")
		}
	}
}

// A message may be deleted while nobody listens.
func TestServeTakesDownAfterARestart(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	shared := s.ask(s.commenter, s.agora, "summary", option("share", true))
	post := shared.Followup(1)
	shared.Final() // it was filed before this was said
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	s.Delete(s.agora, s.ids[0])
	s.start("crux")
	s.WaitMessage(s.agora, func(p fakediscord.Posted) bool { return p.ID == post.ID && isTakenDown(p) })
}

// The words of a message may head a report that does not quote it.
func TestServeTakesDownHeadings(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	shared := s.ask(s.commenter, s.agora, "open", option("share", true)).Followup(1)
	says(t, shared, "Still open (3)", "Is Inner Alignment Now a Solved Problem?")
	s.Delete(s.agora, s.ids[1])
	s.WaitMessage(s.agora, func(p fakediscord.Posted) bool { return p.ID == shared.ID && isTakenDown(p) })
}

// A message is deleted after it was read, and before the answer stands.
func TestServeDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	var once sync.Once
	s.Before("PATCH /webhooks/*/*/messages/@original", func(r fakediscord.Request) {
		if strings.Contains(string(r.Body), "Maybe the new tool") {
			once.Do(func() { s.Delete(s.agora, s.ids[0]) })
		}
	})
	now := s.ask(s.commenter, s.agora, "summary").Until(isTakenDown)
	if strings.Contains(now.AllText(), "Maybe the new tool") {
		t.Error("the words of a deleted message are shown")
	}
}

// #agora is private: neither a stranger nor a public channel learns what it says.
func TestServeKeepsSecrets(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	public, stranger := s.text("public"), s.AddMember(s.guild, "stranger")
	s.SetOverwrites(s.agora,
		fakediscord.Overwrite{ID: s.guild, Deny: fakediscord.ViewChannel},
		fakediscord.Overwrite{ID: s.Bot, Member: true, Allow: fakediscord.ViewChannel},
		fakediscord.Overwrite{ID: s.commenter, Member: true, Allow: fakediscord.ViewChannel})
	s.serve("crux")

	// Now there is a report in memory.
	says(t, s.ask(s.commenter, public, "summary", option("channel", s.agora)).Final(), "Still open (3)")
	link := "https://discord.com/channels/" + s.guild + "/" + s.agora + "/" + s.ids[0]
	refused := s.ask(stranger, public, "summary", option("window", link)).Final()
	if text := refused.AllText(); text == "" || strings.Contains(text, "agora") || strings.Contains(text, "tool") || len(refused.Embeds) > 0 {
		t.Errorf("a stranger is told %q", text)
	}
	shared := s.ask(s.commenter, public, "summary", option("channel", s.agora), option("share", true))
	says(t, shared.Final(), "Still open (3)", "Only you see this, because")
	says(t, s.ask(s.commenter, public, "summary", option("channel", s.agora)).Press("Post here").Final(), "Only you see this, because")
	if len(shared.Followups()) > 0 || len(s.Messages(public)) > 0 {
		t.Error("a private channel was shared in a public one")
	}
}

func TestServeSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	s.SetOverwrites(s.agora, fakediscord.Overwrite{ID: s.Bot, Member: true, Deny: fakediscord.ReadMessageHistory})
	says(t, s.ask(s.commenter, s.agora, "summary").Final(), "Read Message History")
	s.SetOverwrites(s.agora)
	s.SetIntentAllowed(fakediscord.IntentMessageContent, false)
	says(t, s.ask(s.commenter, s.agora, "summary").Final(), "Message Content")
}

func TestServeWithoutIntent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.SetIntentAllowed(fakediscord.IntentMessageContent, false)
	s.start("crux")
	if code := s.wait(); code != exitFailed || !strings.Contains(s.logged(), "Message Content Intent") {
		t.Errorf("exit code %d", code)
	}
}

func TestServeWrongToken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.start("crux", "CRUX_DISCORD_TOKEN=not.the.token")
	if code := s.wait(); code != exitFailed || !strings.Contains(s.logged(), "token is not accepted") {
		t.Errorf("exit code %d", code)
	}
}

// A page of history holds a component of a kind that is not known yet.
func TestServeUnknownComponent(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.Post(s.agora, fakediscord.Message{Author: s.commenter, Text: "look", Raw: map[string]any{
		"components": []any{map[string]any{"type": 9999, "novel": map[string]any{"deep": true}}},
	}})
	s.serve("crux")
	says(t, s.ask(s.commenter, s.agora, "summary").Final(), "Still open (3)")
}

func TestServeManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const channels, each = 8, 25
	var asks []fakediscord.Use
	for n := range channels {
		channel := s.text(fmt.Sprint("agora-", n))
		_, people := s.debate(channel, seed)
		for range each {
			asks = append(asks, fakediscord.Use{User: people["commenter"], Channel: channel, Name: "debate summary"})
		}
	}
	s.serve("crux")
	var sent []*fakediscord.Interaction
	for _, use := range asks {
		sent = append(sent, s.Interact(use))
	}
	for _, i := range sent {
		if !i.Acknowledged() {
			t.Error("not acknowledged within Discord's 3 s")
		}
		says(t, i.Final(), "Still open (3)")
	}
}

// SIGTERM comes while a channel is being read.
func TestServeStopsDuringWork(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	release := s.Hold("GET /channels/*/messages")
	defer release()
	i := s.ask(s.commenter, s.agora, "summary")
	s.WaitRequests("GET /channels/*/messages", 1)
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	says(t, i.Final(), "restarted")
}

func TestServePanics(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve(cruxThatPanics)
	for range 2 { // the second shows that nothing was left locked
		says(t, s.ask(s.commenter, s.agora, "summary").Final(), "Something went wrong")
	}
	if !strings.Contains(s.logged(), "lost its head") {
		t.Error("the panic is not in the log")
	}
}

// Discord is busy for a moment. The fake notes whoever comes back too early.
func TestServeOutlastsFaults(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	s.Fail("GET /channels/*/messages", http.StatusBadGateway, "", 1)
	says(t, s.ask(s.commenter, s.agora, "summary").Final(), "Still open (3)")
	s.RateLimit("GET /channels/*/messages", 2, 300*time.Millisecond, false)
	says(t, s.ask(s.commenter, s.agora, "summary").Final(), "Still open (3)")
}

// says checks that somebody who reads the message reads all of these words.
func says(t testing.TB, p fakediscord.Posted, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.AllText(), w) {
			t.Errorf("%q is not in\n%s", w, p.AllText())
		}
	}
}

func isTakenDown(p fakediscord.Posted) bool { return strings.Contains(p.Content, "was deleted") }
