package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakeslack"
	"crux/summarize/transcript"
)

// workspace is a Slack workspace in the fake, with crux serve running against it as a process.
type workspace struct {
	*fakeslack.Slack
	*process
}

func newWorkspace(t testing.TB) *workspace {
	s := fakeslack.New(t)
	if underRace { // then the fake itself takes too long, and so does a start
		s.Deadline, s.RetryAfter = s.Patience, 5*time.Second
	}
	s.Progress = func(p fakeslack.Posted) bool {
		return len(p.Blocks) == 0 && strings.ContainsAny(p.Text, "⏳📖⚖")
	}
	return &workspace{Slack: s, process: newProcess(t, []string{s.BotToken, s.AppToken, s.SigningSecret}, []string{
		"CRUX_SLACK_BOT_TOKEN=" + s.BotToken, "CRUX_SLACK_APP_TOKEN=" + s.AppToken, "CRUX_SLACK_API_URL=" + s.APIURL(),
	})}
}

// serve starts crux under a name and waits until both of its connections stand.
func (s *workspace) serve(name string, env ...string) {
	s.t.Helper()
	before := len(s.Requests("apps.connections.open"))
	s.start(name, env...)
	s.WaitConnected(before + 2)
}

// square is a workspace whose channel #agora holds the seed thread.
type square struct {
	*workspace
	agora             string
	ids               []string // of its messages; the first begins the thread
	commenter, author string
}

func newSquare(t testing.TB) *square {
	s := newWorkspace(t)
	channel := s.channel("agora")
	ids, people := s.debate(channel, seed)
	return &square{workspace: s, agora: channel, ids: ids, commenter: people["commenter"], author: people["post-author"]}
}

func (s *workspace) channel(name string, members ...string) string {
	return s.AddChannel(fakeslack.Channel{Name: name, Members: members})
}

// debate posts a debate of testdata in a channel and returns the ids of its messages and
// the members by name. What replies to a message stands in a thread.
func (s *workspace) debate(channel, name string) (ids []string, people map[string]string) {
	s.t.Helper()
	return s.debateUntil(channel, name, time.Time{})
}

// debateUntil posts a debate that ends at a time; zero is when it did.
func (s *workspace) debateUntil(channel, name string, end time.Time) (ids []string, people map[string]string) {
	s.t.Helper()
	read, err := transcript.Open("../../summarize/testdata/debates/"+name+".json", transcript.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	people, posted, roots := map[string]string{}, map[string]string{}, map[string]string{}
	messages := read.Transcript.Messages
	var later time.Duration
	if !end.IsZero() {
		later = end.Sub(messages[len(messages)-1].Time)
	}
	for _, m := range messages {
		if people[m.Author] == "" {
			people[m.Author] = s.AddUser(fakeslack.User{Name: m.Author})
			s.Join(channel, people[m.Author])
		}
		root := posted[m.ReplyTo]
		if roots[m.ReplyTo] != "" {
			root = roots[m.ReplyTo]
		}
		roots[m.ID] = root
		posted[m.ID] = s.Post(channel, fakeslack.Message{
			Author: people[m.Author], Text: escapeSlack.Replace(m.Text), Thread: root, Bot: m.Bot, At: m.Time.Add(later),
		})
		ids = append(ids, posted[m.ID])
	}
	return ids, people
}

var escapeSlack = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// mention mentions crux and returns crux's answer in the thread below.
func (s *workspace) mention(user, channel, thread, words string) fakeslack.Posted {
	s.t.Helper()
	ts := s.Mention(user, channel, thread, words)
	if thread == "" {
		thread = ts
	}
	return s.WaitMessage(channel, func(p fakeslack.Posted) bool { return p.Author == s.Bot && p.Thread == thread && p.ID > ts })
}

func (s *workspace) command(user, channel, words string) *fakeslack.Exchange {
	return s.Command(fakeslack.Use{User: user, Channel: channel, Text: words})
}

// reads checks that somebody who reads the message reads all of these words.
func reads(t testing.TB, p fakeslack.Posted, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Visible(), w) {
			t.Errorf("%q is not in\n%s", w, p.Visible())
		}
	}
}

func wasTakenDown(p fakeslack.Posted) bool { return strings.Contains(p.Visible(), "was deleted") }

// permalink is where a message of the seed thread is found.
func (s *square) permalink(ts string) string {
	link := s.TeamURL() + "archives/" + s.agora + "/p" + strings.ReplaceAll(ts, ".", "")
	if ts != s.ids[0] {
		link += "?thread_ts=" + s.ids[0] + "&cid=" + s.agora
	}
	return link
}

func TestSlackMention(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")

	answer := s.mention(s.commenter, s.agora, "", "")
	reads(t, answer, "Still open (3)", "Maybe the new tool", "commenter", "post-author")
	for _, id := range s.ids[:2] {
		if !strings.Contains(strings.Join(answer.Links(), "\n"), s.permalink(id)) {
			t.Errorf("no link to %s among %q", s.permalink(id), answer.Links())
		}
	}
	reads(t, s.mention(s.commenter, s.agora, s.ids[0], "what's still open?"), "Still open", "a thread in #agora", "Maybe the new tool")

	reads(t, s.mention(s.commenter, s.agora, s.ids[0], "is this answered?"), "Raised in this message", "Maybe the new tool")

	open := s.Press(s.author, answer, "Only open").Final()
	reads(t, open, "Still open", "Maybe the new tool")
	if !open.Ephemeral() || open.User != s.author || strings.Contains(open.Visible(), "pretraining created") {
		t.Errorf("ephemeral %v, for %q:\n%s", open.Ephemeral(), open.User, open.Visible())
	}
	reads(t, s.Press(s.author, open, "Everything").Final(), "Still open (3)", "pretraining created")
	reads(t, s.Press(s.author, answer, "Full report").Final(), "direct message")
	if files := s.Files(s.author); len(files) != 2 || !strings.Contains(string(files[0].Data)+string(files[1].Data), "<html") {
		t.Errorf("the full report is %d files", len(files))
	}
}

func TestSlackWaysIn(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")

	private := s.command(s.commenter, s.agora, "summary").Final()
	reads(t, private, "Still open (3)")
	if !private.Ephemeral() {
		t.Error("a command is answered aloud")
	}
	reads(t, s.command(s.author, s.agora, "mine").Final(), "Objections to you", "Maybe the new tool")
	reads(t, s.command(s.author, s.agora, "help").Final(), "@crux", "15 minutes")
	reads(t, s.command(s.author, s.agora, "summry").Final(), "Did you mean", "summary")
	for _, use := range []struct{ callback, says string }{
		{"summarize_from_here", "Still open (3)"}, {"is_answered", "Raised in this message"},
	} {
		chosen := s.Shortcut(fakeslack.Use{User: s.commenter, Channel: s.agora, Message: s.ids[0], Callback: use.callback})
		reads(t, chosen.Final(), use.says, "Maybe the new tool")
	}
	s.Press(s.commenter, private, "Post here").Acked()
	reads(t, s.WaitMessage(s.agora, func(p fakeslack.Posted) bool { return p.Author == s.Bot }), "Still open (3)")

	dm := s.AddDM(s.commenter)
	said := func(words, answer string) {
		t.Helper()
		ts := s.Post(dm, fakeslack.Message{Author: s.commenter, Text: words})
		reads(t, s.WaitMessage(dm, func(p fakeslack.Posted) bool { return p.Author == s.Bot && p.ID > ts }), answer)
	}
	said("summary in <#"+s.agora+"|agora>", "Still open (3)")
	said("summary", "which channel")
	said("thanks!", "help")

	s.OpenHome(s.commenter)
	reads(t, s.WaitHome(s.commenter, func(p fakeslack.Posted) bool { return len(p.Blocks) > 0 }), "crux")
}

// What is asked elsewhere, or about oneself, is answered to the asker alone.
func TestSlackKeepsSecrets(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	stranger := s.AddUser(fakeslack.User{Name: "stranger"})
	guest := s.AddUser(fakeslack.User{Name: "guest", Guest: true})
	public := s.channel("public", s.commenter, stranger, guest)
	s.SetChannel(s.agora, func(c *fakeslack.Channel) { c.Private = true })
	s.serve("crux")

	s.Mention(s.commenter, public, "", "summary in <#"+s.agora+"|agora>")
	reads(t, s.WaitEphemeral(s.commenter, func(p fakeslack.Posted) bool { return p.Channel == public }), "Still open (3)")
	for _, who := range []string{stranger, guest} {
		refused := s.command(who, public, "summary "+"<"+s.permalink(s.ids[0])+">").Final()
		if text := refused.Visible(); text == "" || strings.Contains(text, "agora") || strings.Contains(text, "tool") {
			t.Errorf("a stranger is told %q", text)
		}
	}
	shared := s.command(s.commenter, public, "summary share in <#"+s.agora+"|agora>")
	reads(t, shared.Final(), "Still open (3)", "Only you see this, because")
	for _, p := range s.Messages(public) {
		if p.Author == s.Bot {
			t.Errorf("in a public channel stands\n%s", p.Visible())
		}
	}
}

func TestSlackTakesDown(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	answer := s.mention(s.commenter, s.agora, "", "")
	inThread := s.mention(s.commenter, s.agora, s.ids[0], "")
	private := s.command(s.author, s.agora, "summary")
	again := private.Press("Refresh")
	again.Final()
	s.Press(s.author, answer, "Full report").Final()

	s.Delete(s.agora, s.ids[1])
	for _, shown := range []fakeslack.Posted{answer, inThread} {
		now := s.WaitMessage(s.agora, func(p fakeslack.Posted) bool { return p.ID == shown.ID && wasTakenDown(p) })
		if strings.Contains(now.Visible(), "Maybe the new tool") {
			t.Error("the words of a deleted message are still shown")
		}
	}
	again.Until(wasTakenDown)
	s.WaitRequests("files.delete", 2)
	s.stop(syscall.SIGTERM)
	for _, f := range s.Files(s.author) {
		if !f.Deleted {
			t.Errorf("%s is still there", f.Name)
		}
	}
}

// Slack delivers everything three times.
func TestSlackDuplicates(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	s.Duplicate(3)
	answer := s.mention(s.commenter, s.agora, "", "")
	reads(t, answer, "Still open (3)")
	s.WaitDelivered()
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	s.answersOnce(s.agora, answer.Thread)
}

// answersOnce checks that crux's messages in a thread are one.
func (s *workspace) answersOnce(channel, thread string) {
	s.t.Helper()
	n := 0
	for _, p := range s.Thread(channel, thread) {
		if p.Author == s.Bot && !p.Deleted {
			n++
		}
	}
	if n != 1 {
		s.t.Errorf("%d answers to one mention", n)
	}
}

// crux is killed while it reads, or told to stop; after the restart the one answer comes.
func TestSlackRestarts(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "told to stop": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSquare(t)
			s.serve("crux")
			release := s.Hold("conversations.history")
			ts := s.Mention(s.commenter, s.agora, "", "")
			s.WaitRequests("conversations.history", 1)
			s.WaitShown(s.agora, func(p fakeslack.Posted) bool { return p.Thread == ts && p.Author == s.Bot })
			s.WaitDelivered()
			s.waitPlaceholderKept()
			s.stop(signal)
			release()
			s.start("crux")
			answer := s.WaitMessage(s.agora, func(p fakeslack.Posted) bool {
				return p.Author == s.Bot && p.Thread == ts && strings.Contains(p.Visible(), "Still open (3)")
			})
			s.stop(syscall.SIGTERM)
			s.answersOnce(s.agora, answer.Thread)
			for _, name := range []string{"crux.db", "crux.db-wal"} {
				if holds(t, filepath.Join(s.dir, name), "app_mention") {
					t.Errorf("%s still holds the request", name)
				}
			}
		})
	}
}

// waitPlaceholderKept waits until crux has noted where the one message stands that is to become the answer.
func (s *workspace) waitPlaceholderKept() {
	s.t.Helper()
	kept := s.open(s.t)
	for begun := time.Now(); time.Since(begun) < s.Patience; {
		left, err := kept.Unsettled(s.t.Context(), "slack")
		if err != nil {
			s.t.Fatal(err)
		}
		if len(left) > 0 && strings.Contains(string(left[0].Payload), "placeholder") {
			return
		}
	}
	s.t.Error("no placeholder is kept")
}

// Slack wants connections to be opened anew, or they break; whatever is said, edited and deleted meanwhile is kept.
func TestSlackLosesNothing(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	ann := s.AddUser(fakeslack.User{Name: "ann", Admin: true})
	agora := s.channel("agora", ann)
	old := s.Post(agora, fakeslack.Message{Author: ann, Text: "before anything"})
	s.serve("crux")
	s.watch(ann, agora)

	want := map[string]string{}
	root := ""
	say := func(from, to int) {
		for n := from; n < to; n++ {
			text := fmt.Sprint("argument ", n)
			thread := ""
			if n%3 == 0 {
				thread = root
			}
			ts := s.Post(agora, fakeslack.Message{Author: ann, Text: text, Thread: thread})
			if root == "" {
				root = ts
			}
			want[ts] = text
		}
	}
	say(1, 30)
	s.RefreshSockets()
	say(30, 60)
	release := s.HoldSockets()
	s.CutSockets()
	say(60, 120)
	edited := s.Post(agora, fakeslack.Message{Author: ann, Text: "first words"})
	s.Edit(agora, edited, "second words")
	want[edited] = "second words"
	s.Delete(agora, old)
	release()
	say(120, 140)
	s.WaitDelivered()
	s.finishReading(ann, agora)
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	same(t, s.kept("slack", s.Team, agora), want)
}

// Nobody listens for a long while: what Slack does not deliver any more is read in.
func TestSlackReadsInWhatItMissed(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	ann := s.AddUser(fakeslack.User{Name: "ann", Admin: true})
	agora := s.channel("agora", ann)
	gone := s.Post(agora, fakeslack.Message{Author: ann, Text: "to be deleted"})
	stays := s.Post(agora, fakeslack.Message{Author: ann, Text: "to be edited"})
	reply := s.Post(agora, fakeslack.Message{Author: ann, Text: "a reply to be deleted", Thread: stays})
	s.serve("crux")
	s.watch(ann, agora)
	s.finishReading(ann, agora)
	s.stop(syscall.SIGTERM)
	s.Delete(agora, gone)
	s.Delete(agora, reply)
	s.Edit(agora, stays, "edited meanwhile")
	want := map[string]string{stays: "edited meanwhile"}
	for n := range 250 {
		text, thread := fmt.Sprint("said meanwhile ", n), ""
		if n%50 == 0 {
			thread = stays
		}
		want[s.Post(agora, fakeslack.Message{Author: ann, Text: text, Thread: thread})] = text
	}
	s.ForgetEvents()
	s.serve("crux")
	s.finishReading(ann, agora)
	s.stop(syscall.SIGTERM)
	same(t, s.kept("slack", s.Team, agora), want)
}

// watch makes crux follow a channel.
func (s *workspace) watch(admin, channel string) {
	s.t.Helper()
	reads(s.t, s.command(admin, channel, "watch").Final(), "I follow")
}

// finishReading waits until an answer comes from the store: until then channels are read anew.
func (s *workspace) finishReading(user, channel string) {
	s.t.Helper()
	for range 100 {
		before := len(s.Requests("conversations.history"))
		s.command(user, channel, "summary last 1").Final()
		if len(s.Requests("conversations.history")) == before {
			return
		}
	}
	s.t.Error("the channel is never answered from the store")
}

// Slack asks for patience in the middle of a long history, and fails for a moment. The fake notes whoever comes back too early.
func TestSlackOutlastsFaults(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	var chatter []fakeslack.Message
	for n := range 450 {
		chatter = append(chatter, fakeslack.Message{Author: s.commenter, Text: fmt.Sprint("good morning ", n)})
	}
	s.PostMany(s.agora, chatter...)
	s.serve("crux")
	s.Limit("conversations.history", 1, time.Second, 1)
	s.Fail("conversations.replies", http.StatusBadGateway, 1)
	reads(t, s.mention(s.commenter, s.agora, "", "summary last 500"), "Still open (3)")
	s.Fail("conversations.history", "fatal_error", 0)
	reads(t, s.mention(s.commenter, s.agora, "", "summary last 499"), "Slack")
}

func TestSlackMalformedBlock(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	look := s.Post(s.agora, fakeslack.Message{Author: s.commenter, Text: "look"})
	s.serve("crux")
	s.MalformBlock(s.agora, look)
	s.MalformBlock(s.agora, s.ids[1])
	reads(t, s.mention(s.commenter, s.agora, "", ""), "Still open (3)")
}

func TestSlackManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	const channels, each = 8, 25
	type ask struct{ user, channel string }
	var asks []ask
	for n := range channels {
		channel := s.channel(fmt.Sprint("agora-", n))
		_, people := s.debate(channel, seed)
		for range each {
			asks = append(asks, ask{people["commenter"], channel})
		}
	}
	s.serve("crux")
	sent := map[string]string{}
	for _, a := range asks {
		sent[s.Mention(a.user, a.channel, "", "summary last 3")] = a.channel
	}
	for ts, channel := range sent {
		s.WaitMessage(channel, func(p fakeslack.Posted) bool {
			return p.Author == s.Bot && p.Thread == ts && strings.Contains(p.Visible(), "debate")
		})
	}
	s.WaitDelivered()
	all := s.Latencies()
	t.Logf("acknowledged after %v at most", all[len(all)-1])
}

// Slack lets crux read 15 messages a minute.
func TestSlackThrottled(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	admin := s.AddUser(fakeslack.User{Name: "admin", Admin: true})
	s.Join(s.agora, admin)
	const forever = "CRUX_STORE_RETENTION=3650d" // the seed thread is old
	s.serve("crux", forever)
	s.watch(admin, s.agora)
	s.finishReading(admin, s.agora)
	s.stop(syscall.SIGTERM)
	var chatter []fakeslack.Message
	for n := range 40 {
		chatter = append(chatter, fakeslack.Message{Author: s.commenter, Text: fmt.Sprint("good morning ", n)})
	}
	s.ForgetEvents()
	other := s.channel("other", s.commenter)
	s.PostMany(s.agora, chatter...)
	s.PostMany(other, chatter...)
	s.ForgetEvents()
	s.Throttle(true)
	s.serve("crux", forever)
	reads(t, s.mention(s.commenter, s.agora, "", ""), "Still open (3)", "only a few messages a minute", "reaches back to 10 May 2026")
	s.Mention(s.commenter, other, "", "")
	reads(t, s.WaitEphemeral(s.commenter, func(p fakeslack.Posted) bool { return p.Channel == other }), "Have the channel followed")
}

func TestSlackPanics(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve(cruxThatPanics)
	for range 2 { // the second shows that nothing was left locked
		reads(t, s.command(s.commenter, s.agora, "summary").Final(), "Something went wrong")
	}
	if !strings.Contains(s.logged(), "lost its head") {
		t.Error("the panic is not in the log")
	}
}

// A message is deleted after it was read, and before the answer stands.
func TestSlackDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	var once sync.Once
	deletes := func(r fakeslack.Request) {
		if strings.Contains(string(r.Body), "Maybe") {
			once.Do(func() { s.Delete(s.agora, s.ids[1]) })
		}
	}
	s.Before("chat.postMessage", deletes)
	s.Before("chat.update", deletes)
	ts := s.Mention(s.commenter, s.agora, "", "")
	now := s.WaitMessage(s.agora, func(p fakeslack.Posted) bool { return p.Thread == ts && p.Author == s.Bot && wasTakenDown(p) })
	if strings.Contains(now.Visible(), "Maybe the new tool") {
		t.Error("the words of a deleted message are shown")
	}
}

func TestSlackWrongToken(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"CRUX_SLACK_BOT_TOKEN=xoxb-not-the-token", "CRUX_SLACK_APP_TOKEN=xapp-not-the-token"} {
		s := newWorkspace(t)
		s.start("crux", key)
		if code := s.wait(); code != exitFailed || !strings.Contains(s.logged(), "token is not accepted") {
			t.Errorf("exit code %d", code)
		}
	}
}

// What somebody alone sees of a public report is not mixed up with that report when a message is deleted.
func TestSlackTakesDownTheRightOne(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	whole := s.mention(s.commenter, s.agora, "", "")
	private := s.Press(s.author, whole, "Only open").Final()
	if !private.Ephemeral() {
		t.Error("everyone sees what somebody asked for")
	}
	s.Delete(s.agora, s.ids[1])
	now := s.WaitMessage(s.agora, func(p fakeslack.Posted) bool { return p.ID == whole.ID && wasTakenDown(p) })
	if strings.Contains(now.Visible(), "dismiss") {
		t.Errorf("the public report became\n%s", now.Visible())
	}
	reads(t, s.WaitEphemeral(s.author, wasTakenDown), "dismiss")
}

// crux is put out of a channel and let in again; what it kept is gone, and reports stand again.
func TestSlackInvitedAgain(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	s.mention(s.commenter, s.agora, "", "")
	s.Leave(s.agora, s.Bot)
	s.WaitDelivered()
	s.Join(s.agora, s.Bot)
	answer := s.mention(s.author, s.agora, "", "")
	reads(t, answer, "Still open (3)")
	s.WaitDelivered()
	s.stop(syscall.SIGTERM)
	for _, p := range s.Messages(s.agora) {
		if p.ID == answer.ID && wasTakenDown(p) {
			t.Error("the new report was taken down too")
		}
	}
}

// Somebody deletes the message that says that the answer comes.
func TestSlackPlaceholderDeleted(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	release := s.Hold("conversations.history")
	ts := s.Mention(s.commenter, s.agora, "", "")
	placeholder := s.WaitShown(s.agora, func(p fakeslack.Posted) bool { return p.Author == s.Bot && p.Thread == ts })
	s.Delete(s.agora, placeholder.ID)
	release()
	s.WaitMessage(s.agora, func(p fakeslack.Posted) bool {
		return p.Author == s.Bot && p.Thread == ts && strings.Contains(p.Visible(), "Still open (3)")
	})
}

// Two reports of one channel rest on messages far apart, and one is deleted while crux is away.
func TestSlackTakesDownWhatLiesFarBack(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serve("crux")
	first := s.mention(s.commenter, s.agora, "", "")
	reads(t, first, "Still open (3)")
	var chatter []fakeslack.Message
	for n := range 2100 { // more than is compared at a time
		chatter = append(chatter, fakeslack.Message{Author: s.commenter, Text: fmt.Sprint("good morning ", n)})
	}
	s.PostMany(s.agora, chatter...)
	root := ""
	for _, m := range s.Messages(s.agora)[:3] { // the debate once more, now
		ts := s.Post(s.agora, fakeslack.Message{Author: m.Author, Text: m.Text, Thread: root})
		if root == "" {
			root = ts
		}
	}
	second := s.mention(s.commenter, s.agora, root, "")
	reads(t, second, "Still open")
	s.WaitDelivered()
	s.stop(syscall.SIGTERM)
	s.Delete(s.agora, s.ids[1])
	s.ForgetEvents()
	s.start("crux")
	s.WaitMessage(s.agora, func(p fakeslack.Posted) bool { return p.ID == first.ID && wasTakenDown(p) })
	s.stop(syscall.SIGTERM)
	for _, p := range s.Messages(s.agora) {
		if p.ID == second.ID && wasTakenDown(p) {
			t.Error("a report of which nothing was deleted was taken down")
		}
	}
}
