package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
)

func with(name string, value any) fakediscord.Option {
	return fakediscord.Option{Name: name, Value: value}
}

func TestDeferredBeforeAnything(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	finish := make(chan struct{})
	var seen []bot.Request
	w.run(t, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		seen = append(seen, r)
		<-finish
		return report(r), nil
	}))
	i := w.use("debate summary", with("about", "tabs"), with("window", "200"))
	if deferred, private := i.Deferred(); !deferred || !private {
		t.Errorf("deferred %v, privately %v", deferred, private)
	}
	close(finish)
	answer := i.Final()
	if len(answer.Embeds) == 0 || !strings.Contains(answer.AllText(), "misalign") {
		t.Errorf("the answer is %q", answer.AllText())
	}
	here := bot.Place{Server: w.guild, Channel: w.agora}
	want := bot.Request{Command: bot.Summary, Asker: w.ann, Here: here, Place: here, Topic: "tabs", Window: bot.Window{Last: 200}}
	if len(seen) != 1 || seen[0] != want {
		t.Errorf("asked %+v, want %+v", seen, want)
	}
}

func TestWhatIsAsked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	stoa := w.AddChannel(w.guild, fakediscord.Channel{Name: "stoa"})
	message := w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: "hm"})
	distant := w.Post(stoa, fakediscord.Message{Author: w.ann, Text: "ah"})
	asked := make(chan bot.Request, 1)
	w.run(t, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		return &bot.Answer{Request: r, Said: "Noted."}, nil
	}))
	here := bot.Place{Server: w.guild, Channel: w.agora}
	there := bot.Place{Server: w.guild, Channel: stoa}
	slash := func(name string, options ...fakediscord.Option) fakediscord.Use {
		return fakediscord.Use{Name: name, Options: options}
	}
	tests := []struct {
		name string
		use  fakediscord.Use
		want bot.Request
	}{
		{"open elsewhere", slash("debate open", with("channel", stoa)), bot.Request{Command: bot.Open, Place: there}},
		{"share", slash("debate open", with("share", true)), bot.Request{Command: bot.Open, Place: here, Share: true}},
		{"mine", slash("debate mine"), bot.Request{Command: bot.Mine, Place: here}},
		{"a link to a message elsewhere", slash("debate summary", with("window", link(w.guild, stoa, distant))),
			bot.Request{Command: bot.Summary, Place: there, Window: bot.Window{From: distant}}},
		{"watch", slash("debate watch"), bot.Request{Command: bot.Watch, Place: here}},
		{"unwatch", slash("debate watch", with("action", "stop"), with("channel", stoa)), bot.Request{Command: bot.Unwatch, Place: there}},
		{"watched", slash("debate watch", with("action", "list")), bot.Request{Command: bot.Watched, Place: here}},
		{"from here", fakediscord.Use{Kind: fakediscord.MessageMenu, Name: menuFromHere, Target: message},
			bot.Request{Command: bot.Summary, Place: here, Window: bot.Window{From: message}}},
		{"is answered", fakediscord.Use{Kind: fakediscord.MessageMenu, Name: menuIsAnswered, Target: message},
			bot.Request{Command: bot.Answered, Place: here, Message: message}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.use.User, test.use.Channel = w.ann, w.agora
			test.want.Asker, test.want.Here = w.ann, here
			if got := w.Interact(test.use).Final().Content; got != "Noted." {
				t.Fatalf("told %q", got)
			}
			if got := <-asked; got != test.want {
				t.Errorf("asked %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	stoa := w.AddChannel(w.guild, fakediscord.Channel{Name: "stoa"})
	distant := w.Post(stoa, fakediscord.Message{Author: w.ann, Text: "ah"})
	w.run(t, newOracle(func(context.Context, bot.Request, func(bot.Progress)) (*bot.Answer, error) {
		return nil, fmt.Errorf("deep down: %w", bot.Refusef("You may not read #stoa."))
	}))
	tests := []struct {
		name    string
		options []fakediscord.Option
		want    string
	}{
		{"by the bot", nil, "You may not read #stoa."},
		{"no window", []fakediscord.Option{with("window", "when I was young")}, "when I was young"},
		{"a link to another server", []fakediscord.Option{with("window", link(stoa, stoa, distant))}, "another server"},
		{"a link to another channel than picked", []fakediscord.Option{with("window", link(w.guild, stoa, distant)), with("channel", w.agora)}, "another channel"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := w.use("debate summary", test.options...).Final()
			if !strings.Contains(got.Content, test.want) || !got.Ephemeral() {
				t.Errorf("told %q, privately %v", got.Content, got.Ephemeral())
			}
		})
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)
	i := w.use("debate summary", with("share", true))
	post := i.Followup(1)
	if post.Ephemeral() || len(post.Embeds) == 0 {
		t.Errorf("the post is private: %v, and says %q", post.Ephemeral(), post.AllText())
	}
	i.Until(func(p fakediscord.Posted) bool { return p.Content == "Posted below." && p.Ephemeral() })
	want := bot.Post{Place: bot.Place{Server: w.guild, Channel: w.agora}, Message: post.ID}
	if got := o.posts(); len(got) != 1 || got[0].Message != want.Message || got[0].Place != want.Place || got[0].Hook != "" {
		t.Errorf("filed %+v, want %+v", got, want)
	}
}

func TestShareThatMustStayPrivate(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		a := report(r)
		a.Private = "Not everyone here may read #stoa."
		return a, nil
	})
	w.run(t, o)
	i := w.use("debate summary", with("share", true))
	got := i.Final()
	if !got.Ephemeral() || !strings.Contains(got.AllText(), "Not everyone here") || !strings.Contains(got.AllText(), "misalign") {
		t.Errorf("privately %v: %q", got.Ephemeral(), got.AllText())
	}
	if posts := w.Messages(w.agora); len(posts) != 0 {
		t.Errorf("%d messages stand in the channel", len(posts))
	}
}

func TestButtonsOfAPrivateAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)
	first := w.use("debate summary")
	message := first.Final().ID

	open := first.Press("Only open")
	got := open.Until(func(p fakediscord.Posted) bool { _, ok := p.Button("Everything"); return ok })
	if got.ID != message {
		t.Error("the answer to a button is another message")
	}
	back := w.Interact(fakediscord.Use{Kind: fakediscord.Press, User: w.ann, Channel: w.agora, Message: message, Button: "Everything"})
	back.Until(func(p fakediscord.Posted) bool { _, ok := p.Button("Only open"); return ok })

	full := first.Press("Full report").Followup(1)
	if len(full.Files) != 2 || !full.Ephemeral() {
		t.Errorf("%d files, privately %v", len(full.Files), full.Ephemeral())
	}

	posted := first.Press("Post here").Followup(1)
	if posted.Ephemeral() || len(posted.Embeds) == 0 {
		t.Errorf("the post is private %v: %q", posted.Ephemeral(), posted.AllText())
	}
	if posts := w.Messages(w.agora); len(posts) != 1 {
		t.Errorf("%d messages stand in the channel, want the post alone", len(posts))
	}
}

func TestButtonsOfAPublicPostAnswerPrivately(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bob := w.AddMember(w.guild, "bob")
	var asker sync.Map
	w.run(t, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asker.Store(r.Command, r.Asker)
		return report(r), nil
	}))
	post := w.use("debate summary", with("share", true)).Followup(1)
	got := w.Interact(fakediscord.Use{Kind: fakediscord.Press, User: bob, Channel: w.agora, Message: post.ID, Button: "Only open"}).Final()
	if got.ID == post.ID || !got.Ephemeral() {
		t.Errorf("answered in the post: %v, privately: %v", got.ID == post.ID, got.Ephemeral())
	}
	if who, _ := asker.Load(bot.Open); who != bob {
		t.Errorf("asked for %v, want the one who pressed", who)
	}
	if now, _ := w.Message(w.agora, post.ID); !now.Edited.IsZero() {
		t.Error("the post was changed")
	}
}

func TestFaultsAreToldAndContained(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	faults := map[bot.Command]func() (*bot.Answer, error){
		bot.Summary: func() (*bot.Answer, error) { panic("argh") },
		bot.Open:    func() (*bot.Answer, error) { return nil, errors.New("the disk is full") },
		bot.Mine:    func() (*bot.Answer, error) { return &bot.Answer{Said: "fine"}, nil },
	}
	w.run(t, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		return faults[r.Command]()
	}))
	for _, command := range []string{"debate summary", "debate open"} {
		got := w.use(command).Final().Content
		id := strings.SplitN(got+"``", "`", 3)[1]
		if !strings.HasPrefix(got, "Something went wrong") || id == "" || !strings.Contains(w.log.String(), id) {
			t.Errorf("%s: told %q, and the log has no such id", command, got)
		}
	}
	if log := w.log.String(); !strings.Contains(log, "argh") || !strings.Contains(log, "stack=") {
		t.Error("the panic was not logged with its stack")
	}
	if got := w.use("debate mine").Final().Content; got != "fine" {
		t.Errorf("after a panic: %q", got)
	}
}

func TestFaultOfAButtonLeavesTheReport(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.run(t, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		if r.Fresh {
			return nil, bot.Refusef("Slow down.")
		}
		return report(r), nil
	}))
	first := w.use("debate summary")
	told := first.Press("Refresh").Followup(1)
	if told.Content != "Slow down." || !told.Ephemeral() {
		t.Errorf("told %q, privately %v", told.Content, told.Ephemeral())
	}
	if got := first.Final(); len(got.Embeds) == 0 {
		t.Errorf("the report became %q", got.AllText())
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	finish := make(chan struct{})
	w.run(t, newOracle(func(_ context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error) {
		for n := range 1000 {
			progress(bot.Progress{Stage: bot.Reading, Done: n + 1})
		}
		<-finish
		return report(r), nil
	}))
	i := w.use("debate summary")
	got := i.Until(func(p fakediscord.Posted) bool { return p.Content != "" })
	if !strings.Contains(got.Content, "1,000") {
		t.Errorf("progress is %q, want the latest", got.Content)
	}
	close(finish)
	i.Until(func(p fakediscord.Posted) bool { return len(p.Embeds) > 0 && p.Content != got.Content })
	if n := len(i.States()); n > 3 {
		t.Errorf("%d states, so progress was shown more often than once", n)
	}
}

func TestHelpAndAutocomplete(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.run(t, newOracle(answersAll), func(o *Options) { o.Retention = 720 * time.Hour })
	help := w.use("debate help")
	if deferred, _ := help.Deferred(); deferred {
		t.Error("help is put off")
	}
	if got := help.Final(); !got.Ephemeral() || !strings.Contains(got.AllText(), "30 days") {
		t.Errorf("privately %v: %q", got.Ephemeral(), got.AllText())
	}
	typed := w.Interact(fakediscord.Use{Kind: fakediscord.Autocomplete, User: w.ann, Channel: w.agora, Name: "debate summary",
		Options: []fakediscord.Option{{Name: "window", Value: "yest", Focused: true}}})
	choices := typed.Choices()
	if !slices.ContainsFunc(choices, func(c fakediscord.Choice) bool { return c.Value == "yesterday" }) {
		t.Errorf("offered %v", choices)
	}
}

func TestTakeDown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)
	private := w.use("debate summary")
	shown := private.Final()
	post := w.use("debate open", with("share", true)).Followup(1)
	o.wait(t, func(told []string) bool {
		return slices.Contains(told, "published "+post.ID) && slices.Contains(told, "published "+shown.ID)
	})
	for _, p := range o.posts() {
		p.Token = "token-summary"
		if err := w.adapter.TakeDown(t.Context(), p, "A message was deleted."); err != nil {
			t.Error(err)
		}
		got, ok := w.Message(w.agora, p.Message)
		if _, asks := got.Button("Ask again"); !ok || !asks || len(got.Embeds) > 0 || got.Content != "A message was deleted." {
			t.Errorf("hook %v: %q stands, with %d embeds", p.Hook != "", got.Content, len(got.Embeds))
		}
	}
	private.ExpireToken()
	w.Delete(w.agora, post.ID)
	for _, p := range o.posts() {
		if err := w.adapter.TakeDown(t.Context(), p, "A message was deleted."); err != nil {
			t.Errorf("hook %v: what cannot be changed is an error: %v", p.Hook != "", err)
		}
	}
}

// BenchmarkDeferred measures from an interaction's arrival to the deferred answer,
// with 200 people asking at once while answers take their time.
func BenchmarkDeferred(b *testing.B) {
	const people = 200
	w := newTown(b)
	w.run(b, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		return report(r), nil
	}))
	for b.Loop() {
		var all sync.WaitGroup
		for range people {
			all.Go(func() { w.use("debate summary").Acknowledged() })
		}
		all.Wait()
	}
	took := w.Latencies()
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(at(1), "max-ms")
}
