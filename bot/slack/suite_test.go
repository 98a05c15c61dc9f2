package slack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"crux/bot"
	"crux/bot/platformtest"
	fake "crux/bot/platformtest/fakeslack"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	platformtest.Run(t, func(t *testing.T) platformtest.World { return newSuiteWorld(t) })
}

// suiteWorld is the workspace of the fake Slack.
type suiteWorld struct {
	*fake.Slack
	t       *testing.T
	adapter *Adapter
	// maker made all channels.
	maker string
}

func newSuiteWorld(t *testing.T) *suiteWorld {
	s := fake.New(t)
	interim := s.Progress
	s.Progress = func(p fake.Posted) bool { return interim(p) || strings.ContainsAny(p.Text, "⏳📖⚖") }
	w := &suiteWorld{Slack: s, t: t, maker: s.AddUser(fake.User{Name: "maker"})}
	s.Scopes(scopes()...)
	log := &suiteLog{}
	a, err := New(Options{
		BotToken: s.BotToken, AppToken: s.AppToken, APIURL: s.APIURL(), Deliveries: &suiteDeliveries{},
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.adapter = a
	t.Cleanup(func() {
		a.Close()
		if t.Failed() {
			t.Logf("log:\n%s", log)
		}
	})
	return w
}

func (w *suiteWorld) Platform() bot.Platform { return w.adapter }

func (w *suiteWorld) Start(o *platformtest.Oracle) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- w.adapter.run(ctx, o) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ran
	})
	w.t.Cleanup(func() { _ = stop() })
	w.WaitConnected(sockets)
	return stop
}

func (w *suiteWorld) place(channel string) bot.Place {
	return bot.Place{Server: w.Team, Channel: channel}
}

func (w *suiteWorld) Person(name string) string { return w.AddUser(fake.User{Name: name}) }

func (w *suiteWorld) Outsider(name string) string {
	return w.AddUser(fake.User{Name: name, Guest: true})
}

func (w *suiteWorld) Channel(name string) bot.Place {
	return w.place(w.AddChannel(fake.Channel{Name: name, Creator: w.maker}))
}

func (w *suiteWorld) Private(name string, members ...string) bot.Place {
	return w.place(w.AddChannel(fake.Channel{Name: name, Creator: w.maker, Private: true, Members: members}))
}

func (w *suiteWorld) Special(kind platformtest.Kind, _ bot.Place, people ...string) (p bot.Place, has bool) {
	switch kind {
	case platformtest.OpenToGuests:
		return w.place(w.AddChannel(fake.Channel{Name: "lobby", Creator: w.maker, Members: people})), true
	case platformtest.GuestsOnly:
		return w.Private("kitchen", people...), true
	case platformtest.Shared:
		return w.place(w.AddChannel(fake.Channel{Name: "allies", Creator: w.maker, Members: people, ExtShared: true})), true
	case platformtest.Archived:
		p = w.Channel("attic")
		w.Archive(p.Channel)
		return p, true
	case platformtest.Direct:
		return w.place(w.AddDM(people[0])), true
	case platformtest.PrivateThread, platformtest.Forum, platformtest.ForumPost: // threads are read by all who read their channel
	}
	return bot.Place{}, false
}

func (w *suiteWorld) Enter(p bot.Place, person string) { w.Join(p.Channel, person) }

func (w *suiteWorld) Silence(p bot.Place) { w.Archive(p.Channel) }

func (w *suiteWorld) Nowhere() bot.Place { return w.place("C0NOWHERE1") }

func (w *suiteWorld) Chief() string { return w.AddUser(fake.User{Name: "chief", Admin: true}) }

func (w *suiteWorld) Manager(bot.Place) string { return w.maker }

func (w *suiteWorld) Expel(p bot.Place, person string) { w.Leave(p.Channel, person) }

func (w *suiteWorld) Hide(p bot.Place) { w.Leave(p.Channel, w.Bot) }

func (w *suiteWorld) Remedy() string { return "/invite" }

func (w *suiteWorld) Close(p bot.Place) { w.DeleteChannel(p.Channel) }

func (w *suiteWorld) Withhold() {
	w.Scopes(slices.DeleteFunc(slices.Clone(scopes()), func(s string) bool { return strings.HasSuffix(s, ":history") })...)
}

// typed is what Slack makes of what people type.
var typed = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (w *suiteWorld) Post(p bot.Place, m platformtest.Message) string {
	thread := m.ReplyTo
	if p.Thread != "" {
		thread = p.Thread
	}
	id := w.Slack.Post(p.Channel, fake.Message{
		Author: m.Author, Text: typed.Replace(m.Text), At: m.At, Thread: thread, Files: m.Files, Bot: m.Bot,
	})
	if m.Malformed {
		w.MalformBlock(p.Channel, id)
	}
	return id
}

func (w *suiteWorld) Edit(p bot.Place, id, text string) {
	w.Slack.Edit(p.Channel, id, typed.Replace(text))
}

func (w *suiteWorld) Delete(p bot.Place, id string) { w.Slack.Delete(p.Channel, id) }

func (w *suiteWorld) Thread(p bot.Place, first string) bot.Place {
	p.Thread = first
	return p
}

func (w *suiteWorld) Whisper(person, text string) {
	w.Slack.Post(w.AddDM(person), fake.Message{Author: person, Text: text})
}

func (w *suiteWorld) Told(person string) []platformtest.Shown {
	return w.Public(w.place(w.AddDM(person)))
}

func (w *suiteWorld) Shut(person string) {
	w.SetUser(person, func(u *fake.User) { u.Deleted = true })
}

func (w *suiteWorld) Forgive() { _ = w.Violations() }

func (w *suiteWorld) Forge(p bot.Place, id string) {
	for _, m := range w.Messages(p.Channel) {
		if m.ID == id {
			blocks, err := json.Marshal(m.Blocks)
			if err != nil {
				w.t.Fatal(err)
			}
			w.Slack.Post(p.Channel, fake.Message{Author: "another app", Subtype: "bot_message", Text: m.Text, Blocks: blocks, Metadata: m.Metadata})
		}
	}
}

func (w *suiteWorld) Link(p bot.Place, id string) string {
	link := w.TeamURL() + "archives/" + p.Channel + "/p" + strings.Replace(id, ".", "", 1)
	for _, m := range w.Messages(p.Channel) {
		if m.ID == id && m.Thread != "" {
			link += "?thread_ts=" + m.Thread + "&cid=" + p.Channel
		}
	}
	return link
}

func (w *suiteWorld) Remove() { w.Uninstall() }

func (w *suiteWorld) Cut() (restore func()) {
	restore = w.HoldSockets()
	w.CutSockets()
	return restore
}

// Ask asks in private with the command, and aloud with a mention.
func (w *suiteWorld) Ask(person string, p bot.Place, aloud bool) platformtest.Talk {
	w.Join(p.Channel, person)
	if aloud {
		ts := w.Mention(person, p.Channel, p.Thread, "summary")
		return suiteMention{w: w, person: person, channel: p.Channel, ts: ts, thread: cmp.Or(p.Thread, ts)}
	}
	return suiteExchange{w.Command(fake.Use{User: person, Channel: p.Channel, Text: "summary"})}
}

func (w *suiteWorld) Press(person string, p bot.Place, on platformtest.Shown, button string) platformtest.Talk {
	w.Join(p.Channel, person)
	return suiteExchange{w.Slack.Press(person, fake.Posted{ID: on.ID, Channel: p.Channel}, button)}
}

// Choose presses the number of the item that has these words.
func (w *suiteWorld) Choose(person string, p bot.Place, on platformtest.Shown, item string) platformtest.Talk {
	w.Join(p.Channel, person)
	for _, m := range append(w.Messages(p.Channel), w.Ephemerals(person)...) {
		if m.ID != on.ID {
			continue
		}
		for _, raw := range m.Blocks {
			words := fake.Posted{Blocks: []json.RawMessage{raw}}.Visible()
			if number, _, isItem := strings.Cut(words, ". "); isItem && strings.Contains(words, item) {
				return suiteExchange{w.Slack.Press(person, m, number)}
			}
		}
	}
	w.t.Fatalf("%q can't be chosen in %q", item, on.Text)
	return nil
}

func (w *suiteWorld) Reword(person string, p bot.Place, on platformtest.Shown, button, words string) platformtest.Talk {
	before := w.Ephemerals(person)
	w.Slack.Press(person, fake.Posted{ID: on.ID, Channel: p.Channel}, button).Submit(words)
	return suiteAside{w: w, person: person, last: before[len(before)-1].ID}
}

func (w *suiteWorld) Public(p bot.Place) []platformtest.Shown {
	var all []platformtest.Shown
	for _, m := range w.Messages(p.Channel) {
		if m.Author == w.Bot {
			all = append(all, suiteShown(m))
		}
	}
	return all
}

// suiteExchange is a command or a press, which is answered to the asker alone.
type suiteExchange struct{ e *fake.Exchange }

func (t suiteExchange) Until(ok func(platformtest.Shown) bool) platformtest.Shown {
	return suiteShown(t.e.Until(func(p fake.Posted) bool { return !p.Deleted && ok(suiteShown(p)) }))
}

func (t suiteExchange) Aside(ok func(platformtest.Shown) bool) platformtest.Shown { return t.Until(ok) }

func (t suiteExchange) Answer() platformtest.Shown { return suiteShown(t.e.Final()) }

func (t suiteExchange) Standing() []platformtest.Shown {
	var all []platformtest.Shown
	for _, p := range t.e.Answers() {
		if !p.Deleted {
			all = append(all, suiteShown(p))
		}
	}
	return all
}

// suiteMention is a mention, which is answered in its thread, where everyone sees it.
type suiteMention struct {
	w                   *suiteWorld
	person, channel, ts string
	// thread is in which it is answered.
	thread string
}

func (t suiteMention) isAnswer(p fake.Posted) bool {
	return p.Author == t.w.Bot && p.Thread == t.thread && p.ID > t.ts
}

func (t suiteMention) Until(ok func(platformtest.Shown) bool) platformtest.Shown {
	return suiteShown(t.w.WaitShown(t.channel, func(p fake.Posted) bool { return t.isAnswer(p) && ok(suiteShown(p)) }))
}

func (t suiteMention) Aside(ok func(platformtest.Shown) bool) platformtest.Shown {
	return suiteShown(t.w.WaitEphemeral(t.person, func(p fake.Posted) bool { return ok(suiteShown(p)) }))
}

func (t suiteMention) Answer() platformtest.Shown {
	return suiteShown(t.w.WaitMessage(t.channel, t.isAnswer))
}

func (t suiteMention) Standing() []platformtest.Shown {
	var all []platformtest.Shown
	for _, p := range append(t.w.Slack.Thread(t.channel, t.thread), t.w.Ephemerals(t.person)...) {
		if p.Author == t.w.Bot {
			all = append(all, suiteShown(p))
		}
	}
	return all
}

// suiteAside is what somebody alone is shown after a message.
type suiteAside struct {
	w            *suiteWorld
	person, last string
}

func (t suiteAside) Until(ok func(platformtest.Shown) bool) platformtest.Shown {
	return suiteShown(t.w.WaitEphemeral(t.person, func(p fake.Posted) bool { return p.ID > t.last && ok(suiteShown(p)) }))
}

func (t suiteAside) Aside(ok func(platformtest.Shown) bool) platformtest.Shown { return t.Until(ok) }

func (t suiteAside) Answer() platformtest.Shown {
	return t.Until(func(platformtest.Shown) bool { return true })
}

func (t suiteAside) Standing() []platformtest.Shown {
	var all []platformtest.Shown
	for _, p := range t.w.Ephemerals(t.person) {
		if p.ID > t.last {
			all = append(all, suiteShown(p))
		}
	}
	return all
}

// suiteShown is what Slack's clients make of a message.
func suiteShown(p fake.Posted) platformtest.Shown {
	s := platformtest.Shown{ID: p.ID, Private: p.Ephemeral(), Links: p.Links(), Pings: p.Pings()}
	var labels []string
	for _, b := range p.Buttons() {
		s.Buttons = append(s.Buttons, b.Label)
		labels = append(labels, b.Label)
	}
	s.Text = strings.TrimSuffix(p.Visible(), strings.Join(labels, "\n"))
	s.Markup = formats("mrkdwn", p.Text)
	for _, raw := range p.Blocks {
		var block any
		if err := json.Unmarshal(raw, &block); err != nil {
			s.Markup = append(s.Markup, "malformed")
		}
		s.Markup = append(s.Markup, markup(block)...)
	}
	return s
}

// markup are the kinds and styles of all elements of blocks, and what formats their texts.
func markup(node any) []string {
	var all []string
	switch node := node.(type) {
	case []any:
		for _, inner := range node {
			all = append(all, markup(inner)...)
		}
	case map[string]any:
		kind, _ := node["type"].(string)
		if kind == "text" {
			style, _ := json.Marshal(node["style"])
			return []string{"text " + string(style)}
		}
		all = append(all, kind)
		if text, ok := node["text"].(string); ok {
			all = append(all, formats(kind, text)...)
		}
		for _, key := range []string{"text", "elements", "fields", "accessory", "title"} {
			if _, isText := node[key].(string); !isText && node[key] != nil {
				all = append(all, markup(node[key])...)
			}
		}
	}
	return all
}

// formats is what formats a text.
func formats(kind, text string) []string {
	if kind != "mrkdwn" {
		return nil
	}
	var all []string
	for _, c := range readMrkdwn(text) {
		all = append(all, c.name)
	}
	return all
}

// suiteLog is a log that may be read while it is written.
type suiteLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *suiteLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *suiteLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// suiteDeliveries keeps deliveries as a store does, in memory.
type suiteDeliveries struct {
	mu   sync.Mutex
	kept []bot.Delivery
	done map[string]bool
}

func (k *suiteDeliveries) index(id string) int {
	return slices.IndexFunc(k.kept, func(d bot.Delivery) bool { return d.ID == id })
}

func (k *suiteDeliveries) Deliver(_ context.Context, _ string, d bot.Delivery) (first bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index(d.ID) >= 0 || k.done[d.ID] {
		return false, nil
	}
	k.kept = append(k.kept, d)
	return true, nil
}

func (k *suiteDeliveries) Amend(_ context.Context, _, id string, payload []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if i := k.index(id); i >= 0 {
		k.kept[i].Payload = payload
	}
	return nil
}

func (k *suiteDeliveries) Settle(_ context.Context, _, id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if i := k.index(id); i >= 0 {
		k.kept = slices.Delete(k.kept, i, i+1)
	}
	if k.done == nil {
		k.done = map[string]bool{}
	}
	k.done[id] = true
	return nil
}

func (k *suiteDeliveries) Unsettled(context.Context, string) ([]bot.Delivery, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.kept), nil
}
