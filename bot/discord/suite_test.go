package discord

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"crux/bot"
	"crux/bot/platformtest"
	fake "crux/bot/platformtest/fakediscord"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	platformtest.Run(t, func(t *testing.T) platformtest.World { return newSuiteWorld(t) })
}

// suiteWorld is a server of the fake Discord.
type suiteWorld struct {
	*fake.Discord
	t       *testing.T
	adapter *Adapter
	guild   string
	// members are those of the private channels.
	members map[string][]string
}

func newSuiteWorld(t *testing.T) *suiteWorld {
	d := fake.New(t)
	interim := d.Progress
	d.Progress = func(p fake.Posted) bool { return interim(p) || strings.ContainsAny(p.Content, "⏳📖⚖") }
	w := &suiteWorld{Discord: d, t: t, guild: d.AddGuild("Athens"), members: map[string][]string{}}
	log := &logged{}
	a, err := New(Options{Token: d.Token, APIURL: d.URL(), Log: slog.New(slog.NewTextHandler(log, nil))})
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
	w.WaitReady(1)
	w.WaitCommands(slashName)
	return stop
}

func (w *suiteWorld) place(channel string) bot.Place {
	return bot.Place{Server: w.guild, Channel: channel}
}

func (w *suiteWorld) Person(name string) string { return w.AddMember(w.guild, name) }

func (w *suiteWorld) Outsider(name string) string { return w.AddMember(w.AddGuild("Persia"), name) }

func (w *suiteWorld) Channel(name string) bot.Place {
	return w.place(w.AddChannel(w.guild, fake.Channel{Name: name}))
}

func (w *suiteWorld) Private(name string, members ...string) bot.Place {
	channel := w.AddChannel(w.guild, fake.Channel{Name: name, Overwrites: w.closedTo(members)})
	w.members[channel] = members
	return w.place(channel)
}

// closedTo hides a channel from everyone but these people, and lets crux in.
func (w *suiteWorld) closedTo(people []string) []fake.Overwrite {
	all := closedTo(w.Discord, w.guild)
	for _, p := range people {
		all = append(all, fake.Overwrite{ID: p, Member: true, Allow: fake.ViewChannel})
	}
	return all
}

func (w *suiteWorld) Special(kind platformtest.Kind, in bot.Place, people ...string) (p bot.Place, has bool) {
	switch kind {
	case platformtest.PrivateThread:
		return w.place(w.AddThread(in.Channel, fake.Thread{Name: "nook", Private: true, Owner: people[0], Members: append(people[1:], w.Bot)})), true
	case platformtest.Forum:
		return w.place(w.AddChannel(w.guild, fake.Channel{Name: "forum", Type: fake.ForumChannel})), true
	case platformtest.ForumPost:
		post := w.AddThread(in.Channel, fake.Thread{Name: "Tabs?", Owner: people[0]})
		w.Discord.Post(post, fake.Message{Author: people[0], Text: "Tabs?", Starter: true})
		return w.place(post), true
	case platformtest.Archived:
		return w.place(w.AddThread(in.Channel, fake.Thread{Name: "attic", Archived: true})), true
	case platformtest.Direct:
		return bot.Place{Channel: w.AddDM(people[0])}, true
	case platformtest.OpenToGuests, platformtest.GuestsOnly, platformtest.Shared: // whoever is in the server is a member
	}
	return bot.Place{}, false
}

// Enter has nothing to do: whoever reads a channel writes in it.
func (w *suiteWorld) Enter(bot.Place, string) {}

func (w *suiteWorld) Silence(p bot.Place) {
	w.SetOverwrites(p.Channel, fake.Overwrite{ID: w.guild, Deny: fake.SendMessages}, fake.Overwrite{ID: w.Bot, Member: true, Allow: fake.SendMessages})
}

func (w *suiteWorld) Nowhere() bot.Place { return w.place("99") }

func (w *suiteWorld) Chief() string {
	return w.AddMember(w.guild, "chief", w.AddRole(w.guild, "chiefs", fake.ManageGuild))
}

func (w *suiteWorld) Manager(bot.Place) string { return w.Owner(w.guild) }

func (w *suiteWorld) Expel(p bot.Place, person string) {
	w.members[p.Channel] = slices.DeleteFunc(slices.Clone(w.members[p.Channel]), func(m string) bool { return m == person })
	w.SetOverwrites(p.Channel, w.closedTo(w.members[p.Channel])...)
}

func (w *suiteWorld) Hide(p bot.Place) {
	w.SetOverwrites(p.Channel, fake.Overwrite{ID: w.Bot, Member: true, Deny: fake.ViewChannel})
}

func (w *suiteWorld) Remedy() string { return "Permissions" }

func (w *suiteWorld) Close(p bot.Place) { w.DeleteChannel(p.Channel) }

func (w *suiteWorld) Withhold() { w.SetIntentAllowed(fake.IntentMessageContent, false) }

func (w *suiteWorld) Post(p bot.Place, m platformtest.Message) string {
	post := fake.Message{Author: m.Author, Text: m.Text, At: m.At, ReplyTo: m.ReplyTo, Bot: m.Bot}
	for _, name := range m.Files {
		post.Attachments = append(post.Attachments, fake.File{Name: name})
	}
	if m.Malformed {
		post.Raw = map[string]any{"author": nil, "components": []any{map[string]any{"type": 9999, "items": 7}}, "embeds": []any{"?"}}
	}
	return w.Discord.Post(p.Channel, post)
}

func (w *suiteWorld) Edit(p bot.Place, id, text string) { w.Discord.Edit(p.Channel, id, text) }

func (w *suiteWorld) Delete(p bot.Place, id string) { w.Discord.Delete(p.Channel, id) }

func (w *suiteWorld) Thread(p bot.Place, first string) bot.Place {
	return w.place(w.AddThread(p.Channel, fake.Thread{Name: "aside", Starter: first, At: sentAt(idNumber(first))}))
}

func (w *suiteWorld) Whisper(person, text string) {
	w.Discord.Post(w.AddDM(person), fake.Message{Author: person, Text: text})
}

func (w *suiteWorld) Told(person string) []platformtest.Shown {
	var all []platformtest.Shown
	for _, m := range w.Discord.Told(person) {
		all = append(all, suiteShown(m))
	}
	return all
}

func (w *suiteWorld) Shut(person string) { w.CloseDMs(person) }

func (w *suiteWorld) Forgive() { _ = w.Violations() }

func (w *suiteWorld) Forge(p bot.Place, id string) {
	m, _ := w.Message(p.Channel, id)
	w.Discord.Post(p.Channel, fake.Message{
		Author: "another app", Webhook: true, Text: m.Content, Raw: map[string]any{"embeds": m.Embeds, "components": m.Components, "nonce": m.Nonce},
	})
}

func (w *suiteWorld) Link(p bot.Place, id string) string {
	return "https://discord.com/channels/" + p.Server + "/" + p.Channel + "/" + id
}

func (w *suiteWorld) Remove() { w.RemoveMember(w.guild, w.Bot) }

func (w *suiteWorld) Cut() (restore func()) {
	restore = w.HoldGateway()
	w.CutGateway()
	return restore
}

func (w *suiteWorld) Ask(person string, p bot.Place, aloud bool) platformtest.Talk {
	use := fake.Use{User: person, Channel: p.Channel, Name: "debate summary"}
	if aloud {
		use.Options = []fake.Option{with("share", true)}
	}
	return suiteTalk{w.Interact(use)}
}

func (w *suiteWorld) Press(person string, p bot.Place, on platformtest.Shown, button string) platformtest.Talk {
	return suiteTalk{w.Interact(fake.Use{Kind: fake.Press, User: person, Channel: p.Channel, Message: on.ID, Button: button})}
}

func (w *suiteWorld) Choose(person string, p bot.Place, on platformtest.Shown, item string) platformtest.Talk {
	m, _ := w.Message(p.Channel, on.ID)
	for _, menu := range m.Menus() {
		for _, o := range menu.Options {
			if strings.Contains(o.Label, item) {
				return suiteTalk{w.Interact(fake.Use{Kind: fake.Press, User: person, Channel: p.Channel, Message: on.ID, Choose: o.Label})}
			}
		}
	}
	w.t.Fatalf("%q can't be chosen under %q", item, on.Text)
	return nil
}

func (w *suiteWorld) Reword(person string, p bot.Place, on platformtest.Shown, button, words string) platformtest.Talk {
	i := w.Interact(fake.Use{Kind: fake.Press, User: person, Channel: p.Channel, Message: on.ID, Button: button})
	return suiteTalk{i.Submit(words)}
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

// suiteTalk is an interaction. What everyone is to see follows on what the asker alone sees.
type suiteTalk struct{ i *fake.Interaction }

// postedBelow is what the asker sees above what everyone sees.
func postedBelow(p fake.Posted) bool { return p.Content == "Posted below." }

func (t suiteTalk) Until(ok func(platformtest.Shown) bool) platformtest.Shown {
	p := t.i.Until(func(p fake.Posted) bool { return postedBelow(p) || ok(suiteShown(p)) })
	if postedBelow(p) {
		p = t.i.Followup(1)
	}
	return suiteShown(p)
}

func (t suiteTalk) Aside(ok func(platformtest.Shown) bool) platformtest.Shown {
	return suiteShown(t.i.Until(func(p fake.Posted) bool { return p.Ephemeral() && ok(suiteShown(p)) }))
}

func (t suiteTalk) Answer() platformtest.Shown {
	p := t.i.Final()
	if postedBelow(p) {
		p = t.i.Followup(1)
	}
	return suiteShown(p)
}

func (t suiteTalk) Standing() []platformtest.Shown {
	var all []platformtest.Shown
	if states := t.i.States(); len(states) > 0 {
		all = append(all, suiteShown(states[len(states)-1]))
	}
	for _, p := range t.i.Followups() {
		all = append(all, suiteShown(p))
	}
	return all
}

// target is where a link leads.
var target = regexp.MustCompile(`\]\(([^)]*)\)$`)

// suiteShown is what Discord's clients make of a message.
func suiteShown(p fake.Posted) platformtest.Shown {
	s := platformtest.Shown{ID: p.ID, Private: p.Ephemeral()}
	var lines []string
	marked := func(text string) {
		words, found := read(text)
		if text != "" {
			lines = append(lines, visible(words))
		}
		for _, c := range found {
			s.Markup = append(s.Markup, c.name)
			switch {
			case c.name == "ping", strings.HasPrefix(c.text, "<@"):
				s.Pings = append(s.Pings, c.text)
			case c.name == "link":
				s.Links = append(s.Links, target.FindStringSubmatch(c.text)[1])
			case c.name == "url", c.name == "invitation", strings.Contains(c.text, "://"):
				s.Links = append(s.Links, c.text)
			}
		}
	}
	plain := func(text string) {
		if text != "" {
			lines = append(lines, visible(text))
		}
	}
	marked(p.Content)
	for _, e := range p.Embeds {
		plain(e.Author.Name)
		marked(e.Title)
		marked(e.Description)
		for _, f := range e.Fields {
			marked(f.Name)
			marked(f.Value)
		}
		plain(e.Footer.Text)
	}
	s.Text = strings.Join(lines, "\n")
	for _, b := range p.Buttons() {
		if !b.Disabled {
			s.Buttons = append(s.Buttons, b.Label)
		}
	}
	return s
}
