package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakediscord"
)

// followed is a server whose channel #agora crux follows, and in which the seed thread was said
// over some days: open objections by the commenter to the post author.
type followed struct {
	*agora
	raised  time.Time // when the objections were
	readies int       // how often crux connected
}

// tool is how an objection of the seed thread begins.
const tool = "Maybe the new tool"

func newFollowed(t testing.TB) *followed {
	s := newServer(t)
	a := &agora{server: s, agora: s.text("agora"), commenter: s.AddMember(s.guild, "commenter"), author: s.AddMember(s.guild, "post-author")}
	raised := time.Now().AddDate(0, 0, -6).Truncate(time.Second)
	for i, text := range seedTexts(s.t) {
		m := fakediscord.Message{Author: a.commenter, Text: text, At: raised.Add(time.Duration(i) * 10 * time.Hour)}
		if i == 1 {
			m.Author = a.author
		}
		if i > 0 {
			m.ReplyTo = a.ids[i-1]
		}
		a.ids = append(a.ids, s.Post(a.agora, m))
	}
	s.serve("crux")
	s.watch(a.agora)
	s.finishReading(a.agora)
	return &followed{agora: a, raised: raised, readies: 1}
}

// again stops crux and starts it again on the same store.
func (f *followed) again() {
	f.t.Helper()
	f.readies++
	if code := f.stop(syscall.SIGTERM); code != exitOK {
		f.t.Errorf("exit code %d", code)
	}
	f.start("crux")
	f.WaitReady(f.readies)
	f.finishReading(f.agora.agora)
}

// asks asks about #agora.
func (f *followed) asks(user, command string) *fakediscord.Interaction {
	f.t.Helper()
	return f.ask(user, f.agora.agora, command)
}

// eventually asks until the answer is ok: what was posted arrives at some time.
func (f *followed) eventually(user, command string, ok func(shown string) bool) fakediscord.Posted {
	f.t.Helper()
	var shown fakediscord.Posted
	for range 200 {
		if shown = f.asks(user, command).Final(); ok(shown.AllText()) {
			return shown
		}
	}
	f.t.Errorf("asked %q in vain; at last:\n%s", command, shown.AllText())
	return shown
}

// labelled is the label of what can be chosen in an answer that holds these words.
func labelled(t testing.TB, i *fakediscord.Interaction, words string) string {
	t.Helper()
	shown := i.Final()
	for _, menu := range shown.Menus() {
		for _, o := range menu.Options {
			if strings.Contains(o.Label, words) {
				return o.Label
			}
		}
	}
	t.Fatalf("nothing with %q can be chosen in:\n%s", words, shown.AllText())
	return ""
}

func saysNot(t testing.TB, p fakediscord.Posted, words string) {
	t.Helper()
	if strings.Contains(p.AllText(), words) {
		t.Errorf("it says %q:\n%s", words, p.AllText())
	}
}

// stillOpen is what an answer lists as open, without what was settled lately.
func stillOpen(shown string) string {
	open, _, _ := strings.Cut(shown, "Settled lately")
	return open
}

// settled checks that an objection is listed as settled, and not as open.
func (f *followed) settled(user, words string) {
	f.t.Helper()
	shown := f.asks(user, "open").Final().AllText()
	if strings.Contains(stillOpen(shown), words) || !strings.Contains(shown, words) {
		f.t.Errorf("%q is not listed as settled:\n%s", words, shown)
	}
}

// An objection is raised, and conceded days later.
func TestServeFollowsObjections(t *testing.T) {
	t.Parallel()
	f := newFollowed(t)
	open := f.asks(f.author, "open").Final()
	says(t, open, tool, "commenter", "against post-author", fmt.Sprintf("<t:%d:R>", f.raised.Unix()), "objections so far",
		fmt.Sprintf("https://discord.com/channels/%s/%s/%s", f.guild, f.agora.agora, f.ids[0]))
	if !open.Ephemeral() {
		t.Error("it is shown to all")
	}
	says(t, f.asks(f.author, "mine").Final(), "Objections to you", tool)
	says(t, f.asks(f.commenter, "mine").Final(), "Your objections", tool)

	f.Post(f.agora.agora, fakediscord.Message{
		Author: f.author, ReplyTo: f.ids[0],
		Text: "You are right about the new tool. I concede that the tool by Anthropic is not precise and reliable enough.",
	})
	f.eventually(f.author, "open", func(shown string) bool { return !strings.Contains(stillOpen(shown), tool) })
	saysNot(t, f.asks(f.author, "mine").Final(), tool)
	f.again()
	f.settled(f.author, tool)
}

// What members say of an objection outlives whatever is read later, a restart and an edit elsewhere.
func TestServeIsCorrected(t *testing.T) {
	t.Parallel()
	f := newFollowed(t)
	list := f.asks(f.author, "open")
	which := labelled(t, list, tool)
	one := list.Choose(which)
	says(t, one.Final(), tool, "It is answered")
	if _, found := one.Final().Button("That is not mine"); found {
		t.Error("somebody may disown what another said")
	}
	says(t, one.Press("It is answered").Final(), "now counts as answered")
	f.settled(f.commenter, tool)
	says(t, f.asks(f.commenter, "summary").Final(), "Members corrected what became of 1")

	f.again()
	f.Edit(f.agora.agora, f.ids[2], "Makes sense, thank you for the answer")
	f.finishReading(f.agora.agora)
	f.settled(f.commenter, tool)

	reopened := list.Choose(which)
	says(t, reopened.Final(), "answered, said", "It is not answered")
	says(t, reopened.Press("It is not answered").Final(), "now counts as not answered")
	says(t, f.asks(f.commenter, "open").Final(), tool, "not answered, said")

	// Who may read but not write there says nothing of it.
	f.SetRole(f.guild, f.guild, fakediscord.EveryonePermissions&^fakediscord.SendMessages)
	refused := list.Choose(which).Press("It is answered").Followup(1)
	saysNot(t, refused, "now counts as")
	says(t, f.asks(f.commenter, "open").Final(), tool)
}

// Who is said to have said something says that it is not theirs, or what they meant.
func TestServeDisowns(t *testing.T) {
	t.Parallel()
	f := newFollowed(t)
	said := f.asks(f.commenter, "said")
	says(t, said.Final(), "Points", "Objections", tool)
	if !said.Final().Ephemeral() {
		t.Error("it is shown to all")
	}
	saysNot(t, f.asks(f.author, "said").Final(), tool)
	says(t, said.Choose(labelled(t, said, tool)).Press("That is not mine").Final(), "not told as yours any more")
	const weaker = "the generalization seems to be weaker"
	dialog := said.Choose(labelled(t, said, weaker)).Press("I meant something else…")
	says(t, dialog.Submit("I only asked how far it carries.").Final(), "in your own words")

	for range 2 {
		for _, command := range []string{"open", "summary", "said", "mine"} {
			shown := f.asks(f.commenter, command).Final()
			saysNot(t, shown, tool)
			says(t, shown, "I only asked how far it carries.")
		}
		f.again()
	}
}

// Also where nothing is kept of the channel.
func TestServeDisownsAnywhere(t *testing.T) {
	t.Parallel()
	s := newAgora(t)
	s.serve("crux")
	said := s.ask(s.commenter, s.agora, "said")
	one := said.Choose(labelled(t, said, tool))
	if _, found := one.Final().Button("It is answered"); found {
		t.Error("the status of what is in no ledger may be corrected")
	}
	says(t, one.Press("That is not mine").Final(), "not told as yours any more")
	for _, command := range []string{"summary", "open", "mine", "said"} {
		shown := s.ask(s.commenter, s.agora, command).Final()
		saysNot(t, shown, tool)
		says(t, shown, "generalization")
	}
}

// What is deleted vanishes from the ledger, and from the disk.
func TestServeLedgerForgets(t *testing.T) {
	t.Parallel()
	f := newFollowed(t)
	says(t, f.asks(f.author, "open").Final(), tool)
	f.Delete(f.agora.agora, f.ids[0])
	f.eventually(f.author, "open", func(shown string) bool { return !strings.Contains(shown, "commenter") })
	f.stop(syscall.SIGTERM)
	for _, name := range []string{"crux.db", "crux.db-wal"} {
		if holds(t, filepath.Join(f.dir, name), tool) {
			t.Errorf("%s holds what was deleted", name)
		}
	}
}

// What is edited while nobody listens is told as it reads now, or not at all.
func TestServeLedgerRereads(t *testing.T) {
	t.Parallel()
	f := newFollowed(t)
	says(t, f.asks(f.author, "open").Final(), tool)
	f.stop(syscall.SIGTERM)
	f.ForgetSessions()
	f.Edit(f.agora.agora, f.ids[0], strings.ReplaceAll(seedTexts(t)[0], tool, "Perhaps some tool"))
	f.start("crux")
	f.WaitReady(2)
	f.finishReading(f.agora.agora)
	open := f.asks(f.author, "open").Final()
	saysNot(t, open, tool)
	says(t, open, "Perhaps some tool")
}

// What is said in a public thread is said in the channel; what is said in a private one is not.
func TestServeLedgerReadsThreads(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	channel := s.text("agora")
	ann, bob := s.AddMember(s.guild, "ann"), s.AddMember(s.guild, "bob")
	starter := s.Post(channel, fakediscord.Message{Author: ann, Text: "Topics of the week", At: time.Now().AddDate(0, 0, -3)})
	s.serve("crux")
	s.watch(channel)
	s.finishReading(channel)
	public := s.AddThread(channel, fakediscord.Thread{Name: "public", Starter: starter})
	private := s.AddThread(channel, fakediscord.Thread{Name: "secret", Private: true, Members: []string{ann, bob, s.Bot}})
	for _, thread := range []string{public, private} {
		texts := seedTexts(s.t)
		first := s.Post(thread, fakediscord.Message{Author: ann, Text: texts[0]})
		s.Post(thread, fakediscord.Message{Author: bob, Text: texts[1], ReplyTo: first})
		s.Post(thread, fakediscord.Message{Author: ann, Text: texts[2]})
	}
	f := &followed{agora: &agora{server: s, agora: channel, commenter: ann, author: bob}}
	links := func(thread string) string { return "channels/" + s.guild + "/" + thread + "/" }
	open := f.eventually(ann, "open", func(shown string) bool { return strings.Contains(shown, links(public)) })
	saysNot(t, open, links(private))
	s.DeleteChannel(public)
	f.eventually(ann, "open", func(shown string) bool { return !strings.Contains(shown, links(public)) })
}
