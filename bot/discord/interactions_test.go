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

	"github.com/google/go-cmp/cmp"

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
	if diff := cmp.Diff([]bot.Request{want}, seen); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
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
			if diff := cmp.Diff(test.want, <-asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
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

func TestFullReportStandsBesideTheReport(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.run(t, newOracle(answersAll))
	first := w.use("debate summary")
	full := first.Press("Full report").Followup(1)
	if len(full.Files) != 2 || !full.Ephemeral() {
		t.Errorf("%d files, privately %v", len(full.Files), full.Ephemeral())
	}
	if now, ok := w.Message(w.agora, first.Final().ID); !ok || len(now.Embeds) == 0 {
		t.Errorf("the report became %q", now.AllText())
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
