package discord

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
	"crux/summarize"
)

// oracle answers as a test tells it, and notes what it is told. It stands where
// the bot stands, for what the bot itself never does: fail, panic, wait.
type oracle struct {
	answer func(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error)

	mu        sync.Mutex
	changed   chan struct{} // closed at every change
	told      []string
	published []bot.Post
	requests  map[string]bot.Request
}

func newOracle(answer func(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error)) *oracle {
	return &oracle{answer: answer, changed: make(chan struct{}), requests: map[string]bot.Request{}}
}

func (o *oracle) note(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, fmt.Sprintf(format, args...))
	close(o.changed)
	o.changed = make(chan struct{})
}

// wait waits until ok accepts what was told, and returns it.
func (o *oracle) wait(t *testing.T, ok func(told []string) bool) []string {
	t.Helper()
	patience := time.After(30 * time.Second)
	for {
		o.mu.Lock()
		told, changed := slices.Clone(o.told), o.changed
		o.mu.Unlock()
		if ok(told) {
			return told
		}
		select {
		case <-changed:
		case <-patience:
			t.Fatalf("the bot was told only %q", told)
		}
	}
}

func (o *oracle) Answer(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error) {
	a, err := o.answer(ctx, r, progress)
	if a != nil && a.Token != "" {
		o.mu.Lock()
		o.requests[a.Token] = a.Request
		o.mu.Unlock()
	}
	return a, err
}

func (o *oracle) Again(_ context.Context, token, asker string, here bot.Place) (bot.Request, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r, ok := o.requests[token]
	if !ok {
		return r, bot.Refusef("too old")
	}
	r.Asker, r.Here, r.Share = asker, here, false
	return r, nil
}

func (o *oracle) Published(_ context.Context, _ *bot.Answer, post bot.Post) error {
	o.mu.Lock()
	o.published = append(o.published, post)
	o.mu.Unlock()
	o.note("published %s", post.Message)
	return nil
}

func (o *oracle) Posted(_ context.Context, p bot.Place, parent string, m summarize.Message, _ string) {
	o.note("posted %s %s %s", p.Channel, parent, m.Text)
}

func (o *oracle) Edited(_ context.Context, p bot.Place, parent string, m summarize.Message, _ string) {
	o.note("edited %s %s %s", p.Channel, parent, m.Text)
}

func (o *oracle) Removed(_ context.Context, p bot.Place, ids ...string) {
	o.note("removed %s %s", p.Channel, strings.Join(ids, ","))
}

func (o *oracle) Closed(_ context.Context, p bot.Place) { o.note("closed %s", p.Channel) }
func (o *oracle) Left(_ context.Context, server string) { o.note("left %s", server) }
func (o *oracle) Interrupted()                          { o.note("interrupted") }
func (o *oracle) Connected(context.Context, []string)   { o.note("connected") }
func (o *oracle) posts() []bot.Post {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.published)
}

// report is an answer about one debate.
func report(r bot.Request) *bot.Answer {
	return &bot.Answer{
		Request: r,
		Token:   "token-" + string(r.Command),
		Channel: bot.Channel{Name: "agora"},
		Names:   map[string]string{"1": "ann", "2": "bob"},
		Sections: []bot.Section{{Report: &summarize.Report{
			Schema: summarize.Schema,
			Window: summarize.Window{Messages: 3, People: 2},
			Debates: []summarize.Debate{{
				ID: "d1", Question: "Should we use tabs?", Messages: []string{"11", "12"},
				Sides:   []summarize.Side{{ID: "a", Label: "Tabs", Members: []string{"1"}}, {ID: "b", Label: "Spaces", Members: []string{"2"}}},
				Neutral: []string{}, Agreements: []summarize.Agreement{},
				Points: []summarize.Point{{ID: "p1", Side: "a", By: []string{"1"}, Gist: "Tabs let everyone choose a width",
					Quotes: []summarize.Quote{{Message: "11", Text: "Tabs let everyone choose", URL: "https://discord.com/channels/1/2/11"}}}},
				Objections: []summarize.Objection{{ID: "o1", Side: "b", By: []string{"2"}, Gist: "They misalign tables", Target: "p1",
					Quotes: []summarize.Quote{{Message: "12", Text: "They misalign tables", URL: "https://discord.com/channels/1/2/12"}},
					Status: summarize.Unanswered, Responses: []summarize.Response{}, Confidence: 0.9}},
				Stats: summarize.Stats{Messages: 2, People: 2},
			}},
		}}},
	}
}

func answersAll(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
	return report(r), nil
}

// town is a fake Discord with a server, a channel and a person in it, and the adapter at work there.
type town struct {
	*fakediscord.Discord
	guild, agora, ann string
	adapter           *Adapter
	log               *logged
	stop              func() error // ends the adapter and returns what Run returned
}

// logged is a log that may be read while it is written.
type logged struct {
	mu      sync.Mutex
	b       bytes.Buffer
	changed chan struct{} // closed at the next line; nil where nobody waits
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
	return l.b.Write(p)
}

// wait waits until the log holds words.
func (l *logged) wait(t *testing.T, words string) {
	t.Helper()
	patience := time.After(30 * time.Second)
	for {
		l.mu.Lock()
		found := strings.Contains(l.b.String(), words)
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-patience:
			t.Fatalf("the log never said %q", words)
		}
	}
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestMain(m *testing.M) {
	// Requests are paced, so these tests wait more than they work.
	if err := flag.Set("test.parallel", strconv.Itoa(max(8, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	// discordgo leaves this one behind, see TestGatewayLeavesAStuckConnectionBehind.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/bwmarrin/discordgo.(*Session).CloseWithCode"))
}

func newTown(t testing.TB) *town {
	d := fakediscord.New(t)
	w := &town{Discord: d, log: &logged{}}
	w.guild = d.AddGuild("Athens")
	w.agora = d.AddChannel(w.guild, fakediscord.Channel{Name: "agora"})
	w.ann = d.AddMember(w.guild, "ann")
	return w
}

// run starts the adapter and waits until it is connected and its commands are there.
func (w *town) run(t testing.TB, b answerer, change ...func(*Options)) {
	t.Helper()
	wait := w.start(t, b, change...)
	w.WaitReady(1)
	w.WaitCommands(slashName)
	w.stop = wait
}

// start starts the adapter. wait ends it.
func (w *town) start(t testing.TB, b answerer, change ...func(*Options)) (wait func() error) {
	t.Helper()
	o := Options{Token: w.Token, APIURL: w.URL(), Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&o)
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.adapter = a
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- a.run(ctx, b) }()
	wait = sync.OnceValue(func() error {
		cancel()
		return <-ran
	})
	t.Cleanup(func() {
		if err := wait(); err != nil && !t.Failed() {
			t.Logf("Run: %v", err)
		}
		a.Close()
		if t.Failed() {
			t.Logf("log:\n%s", w.log)
		}
	})
	return wait
}

func (w *town) use(name string, options ...fakediscord.Option) *fakediscord.Interaction {
	return w.Interact(fakediscord.Use{User: w.ann, Channel: w.agora, Name: name, Options: options})
}

func TestRunWillNotGoOnWhereDiscordWillNotHaveIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*town) func(*Options)
		want   error
	}{
		{"a wrong token", func(*town) func(*Options) { return func(o *Options) { o.Token = "wrong" } }, errToken},
		{"no Message Content intent", func(w *town) func(*Options) {
			w.SetIntentAllowed(fakediscord.IntentMessageContent, false)
			return func(*Options) {}
		}, errIntent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			o := Options{Token: w.Token, APIURL: w.URL(), Log: w.quiet()}
			test.change(w)(&o)
			a, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if err := a.run(t.Context(), newOracle(answersAll)); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			w.Violations()
		})
	}
}

func TestIntentTakenAwayWhileRunning(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	a, err := New(Options{Token: w.Token, APIURL: w.URL(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ran := make(chan error, 1)
	go func() { ran <- a.run(t.Context(), o) }()
	w.WaitReady(1)
	w.SetIntentAllowed(fakediscord.IntentMessageContent, false)
	w.CloseGateway(closedForIntents)
	if err := <-ran; !errors.Is(err, errIntent) {
		t.Errorf("got %v, want %v", err, errIntent)
	}
	w.Violations()
}

func TestStartsOnceDiscordAnswers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.Fail("GET /applications/@me", 503, "", 1)
	w.run(t, newOracle(answersAll))
	if err := w.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestShutdownLetsWorkFinish(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	o := newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		close(begun)
		<-finish
		return report(r), nil
	})
	w.run(t, o)
	i := w.use("debate summary")
	<-begun
	stopped := make(chan error)
	go func() { stopped <- w.stop() }()
	w.log.wait(t, "discord: stopping")
	late := w.use("debate open")
	if got := late.Final(); got.Content != bot.SayRestarting || !got.Ephemeral() {
		t.Errorf("somebody who asks during the end is told %q, privately: %v", got.Content, got.Ephemeral())
	}
	close(finish)
	if err := <-stopped; err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := i.Final(); len(got.Embeds) == 0 {
		t.Errorf("the work that ran was answered with %q", got.AllText())
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)
	w.Post(w.agora, fakediscord.Message{Text: "quite confidential"})
	o.wait(t, func(told []string) bool { return strings.Contains(strings.Join(told, "\n"), "confidential") })
	i := w.use("debate summary")
	i.Final()
	w.CutGateway()
	w.WaitResumed(1)
	if err := w.stop(); err != nil {
		t.Error(err)
	}
	for _, secret := range []string{w.Token, i.Token, "confidential", "misalign"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func (w *town) quiet() *slog.Logger { return w.log.slog() }

func (l *logged) slog() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
