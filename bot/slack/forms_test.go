package slack

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/ledger"
	"crux/bot/platformtest"
	"crux/bot/platformtest/answers"
	fake "crux/bot/platformtest/fakeslack"
)

// town is a workspace in which a ledger is asked about, and what was asked.
type town struct {
	*suiteWorld
	oracle   *platformtest.Oracle
	asked    chan bot.Request
	ann, bob string
	agora    bot.Place
}

// newTown answers what is asked with a list, with one item or in words, as the bot does.
func newTown(t *testing.T) *town {
	w := newSuiteWorld(t)
	w.AllowHost("acme.slack.com")
	c := &town{suiteWorld: w, asked: make(chan bot.Request, 16), ann: w.Person("ann"), bob: w.Person("bob"), agora: w.Channel("agora")}
	w.Join(c.agora.Channel, c.ann)
	w.Join(c.agora.Channel, c.bob)
	item := leases()["open"]
	c.oracle = platformtest.NewOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		c.asked <- r
		switch r.Command {
		case bot.Open:
			a := listed(bot.Open, bot.List{Items: []bot.Item{item}})
			a.Request = r
			return a, nil
		case bot.One:
			a := listed(bot.One, bot.List{Items: []bot.Item{item}})
			a.Request, a.Token = r, strings.ToLower(answers.Token)
			a.Offers = []bot.Offer{
				{Action: bot.ActSayAnswered, Label: "It is answered", Item: item.Key}, {Action: bot.ActReword, Label: "I meant something else…", Item: item.Key},
				{Action: bot.ActNotMine, Label: "Not mine", Item: item.Key, Danger: true},
			}
			return a, nil
		case bot.Summary, bot.Mine, bot.Mistaken, bot.Correct, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy:
		}
		return &bot.Answer{Request: r, Said: "Noted: " + r.Correction.Words + "."}, nil
	})
	w.Start(c.oracle)
	return c
}

// next is what was asked next.
func (c *town) next(t *testing.T) bot.Request {
	t.Helper()
	select {
	case r := <-c.asked:
		return r
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was asked")
		return bot.Request{}
	}
}

func TestAnItemIsCorrectedInAChannel(t *testing.T) {
	t.Parallel()
	c := newTown(t)
	key := leases()["open"].Key
	first := c.Command(fake.Use{User: c.ann, Channel: c.agora.Channel, Text: "open"})
	list := first.Final()
	c.next(t)
	if !list.Ephemeral() || !strings.Contains(list.Visible(), "Leases expire") {
		t.Fatalf("the list is private %v: %s", list.Ephemeral(), list.Visible())
	}

	pressed := c.Slack.Press(c.ann, list, "1")
	one := pressed.Final()
	if r := c.next(t); r.Command != bot.One || r.Item != key || r.Asker != c.ann || r.Share || r.Place != c.agora {
		t.Errorf("the number of an item asked %+v", r)
	}
	if !one.Ephemeral() || one.User != c.ann || one.ID == list.ID {
		t.Errorf("one item is shown to %q, in place of the list %v", one.User, one.ID == list.ID)
	}
	if seen := c.Ephemerals(c.ann); len(seen) != 2 || seen[0].Visible() != list.Visible() {
		t.Errorf("beside it stands %+v", seen)
	}
	if b, found := one.Button("Not mine"); !found || b.Style != "danger" || b.Confirm == "" {
		t.Errorf("what can't be undone is %+v", b)
	}

	done := c.Slack.Press(c.ann, one, "It is answered").Final()
	if r := c.next(t); r.Command != bot.Correct || r.Item != key || r.Correction.Kind != ledger.SaidAnswered {
		t.Errorf("“It is answered” asked %+v", r)
	}
	if done.ID != one.ID || !done.Ephemeral() {
		t.Errorf("the answer takes the place of the item %v, private %v", done.ID == one.ID, done.Ephemeral())
	}
	c.oracle.WaitFiled(t, c.agora, 2) // the list, and the item
}

func TestWhoMeantSomethingElseSaysSoInAForm(t *testing.T) {
	t.Parallel()
	c := newTown(t)
	root := c.Post(c.agora, platformtest.Message{Author: c.ann, Text: "root"})
	for name, ask := range map[string]func() fake.Posted{
		"in a channel": func() fake.Posted {
			return c.Command(fake.Use{User: c.ann, Channel: c.agora.Channel, Text: "open"}).Final()
		},
		"in a thread": func() fake.Posted {
			c.Mention(c.ann, c.agora.Channel, root, "open")
			return c.WaitMessage(c.agora.Channel, func(p fake.Posted) bool { return p.Thread == root && len(p.Buttons()) > 0 })
		},
		"in direct messages": func() fake.Posted {
			dm := c.AddDM(c.ann)
			c.Slack.Post(dm, fake.Message{Author: c.ann, Text: "open in <#" + c.agora.Channel + ">"})
			return c.WaitMessage(dm, func(p fake.Posted) bool { return len(p.Buttons()) > 0 })
		},
	} {
		shown := ask()
		c.next(t)
		pressed := c.Slack.Press(c.ann, shown, "1")
		c.next(t)
		var one fake.Posted
		isOne := func(p fake.Posted) bool { _, found := p.Button("I meant something else…"); return found }
		if name == "in direct messages" {
			one = c.WaitMessage(shown.Channel, isOne)
			if one.ID == shown.ID {
				t.Errorf("%s: the item took the place of the list", name)
			}
		} else if one = pressed.Until(isOne); !one.Ephemeral() || one.Thread != shown.Thread {
			t.Errorf("%s: the item is private %v, in the thread %q", name, one.Ephemeral(), one.Thread)
		}
		form := c.Slack.Press(c.ann, one, "I meant something else…")
		if d := form.Dialog(); d.Title != bot.SayReword || len(d.Inputs) != 1 || d.Inputs[0].MaxLength != bot.LongestCorrection || !d.Inputs[0].Multiline {
			t.Errorf("%s: the form is %+v", name, d)
		}
		form.Submit(" I meant *fencing* " + name + " <!here> \n")
		r := c.next(t)
		want := bot.Correction{Kind: ledger.NotMine, Words: "I meant *fencing* " + name + " <!here>"}
		if r.Command != bot.Correct || r.Item != leases()["open"].Key || r.Correction != want || r.Asker != c.ann || r.Place.Channel != c.agora.Channel {
			t.Errorf("%s: the form asked %+v", name, r)
		}
		isDone := func(p fake.Posted) bool { return strings.Contains(p.Visible(), "I meant ∗fencing∗ "+name+" @here") }
		if name == "in direct messages" {
			c.WaitMessage(shown.Channel, isDone)
			continue
		}
		if got := c.WaitEphemeral(c.ann, isDone); got.Channel != c.agora.Channel || got.Thread != shown.Thread {
			t.Errorf("%s: the answer stands in the thread %q, want %q", name, got.Thread, shown.Thread)
		}
	}
	for _, m := range c.Messages(c.agora.Channel) {
		if strings.Contains(m.Visible(), "Noted") {
			t.Error("everyone sees a correction")
		}
	}
}

func TestAFormThatComesTooLate(t *testing.T) {
	t.Parallel()
	c := newTown(t)
	list := c.Command(fake.Use{User: c.ann, Channel: c.agora.Channel, Text: "open"}).Final()
	one := c.Slack.Press(c.ann, list, "1").Final()
	c.Fail("views.open", "expired_trigger_id", 1)
	late := c.Slack.Press(c.ann, one, "I meant something else…")
	if got := late.Final(); !strings.Contains(got.Visible(), "Press the button again") || !got.Ephemeral() {
		t.Errorf("the asker is told %q", got.Visible())
	}
	// The next press opens it.
	c.Slack.Press(c.ann, one, "I meant something else…").Dialog()
}

func TestSomebodyElsesCorrectionIsTheirsAlone(t *testing.T) {
	t.Parallel()
	c := newTown(t)
	c.Mention(c.ann, c.agora.Channel, "", "open")
	post := c.WaitMessage(c.agora.Channel, func(p fake.Posted) bool { return len(p.Buttons()) > 0 })
	c.next(t)
	c.oracle.WaitFiled(t, c.agora, 1)
	one := c.Slack.Press(c.bob, post, "1").Final()
	if r := c.next(t); r.Command != bot.One || r.Asker != c.bob || r.Share {
		t.Errorf("bob asked %+v", r)
	}
	if !one.Ephemeral() || one.User != c.bob {
		t.Errorf("the item is shown to %q", one.User)
	}
}

func TestFormsOfOthersAreNotOurs(t *testing.T) {
	filled := func(callback, private string) *submission { return &submission{Callback: callback, Private: private} }
	good := `{"token":"` + answers.Token + `","item":"k1","channel":"C06AGORA","thread":"1700000000.000100"}`
	if f := filled(formReword, good).form(); f.Item != "k1" || f.Thread != "1700000000.000100" {
		t.Errorf("got %+v", f)
	}
	for _, s := range []*submission{
		filled("other", good), filled(formReword, ""), filled(formReword, "[]"), filled(formReword, strings.Replace(good, "C06AGORA", "general", 1)),
		filled(formReword, strings.Replace(good, "k1", "k 1", 1)), filled(formReword, strings.Replace(good, "1700000000.000100", "x", 1)),
		filled(formReword, strings.Replace(good, answers.Token, "", 1)),
	} {
		if f := s.form(); f != (form{}) {
			t.Errorf("%+v reads as %+v", s, f)
		}
	}
}

func TestFormAsSlackSendsIt(t *testing.T) {
	raw := `{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","hash":"1.a","callback_id":"crux1_reword","private_metadata":"{}",` +
		`"state":{"values":{"words":{"words":{"type":"plain_text_input","value":null}}}}}}`
	d, err := interactionDelivery(json.RawMessage(raw))
	if err != nil || d.ID != "V1/1.a" {
		t.Fatalf("%+v: %v", d, err)
	}
	var i interaction
	if err := json.Unmarshal(d.Raw, &i); err != nil || i.View.words() != "" {
		t.Errorf("%+v: %v", i, err)
	}
	if d, err := interactionDelivery(json.RawMessage(strings.Replace(raw, "view_submission", "block_actions", 1))); err == nil {
		t.Errorf("a press without a trigger is %+v", d)
	}
}

// What is asked in typed words comes to the bot with the places of the workspace.
func TestTypedOrders(t *testing.T) {
	t.Parallel()
	talk := func(channel string) *talk {
		return &talk{a: &Adapter{o: Options{Now: time.Now, Zone: time.UTC}}, me: &identity{Team: "T1"}, asker: "U1", here: bot.Place{Server: "T1", Channel: channel}}
	}
	order := bot.DigestOrder{Action: bot.DigestAdd, From: []bot.Place{{Channel: "C1"}, {Channel: "C2"}}, To: bot.Place{Channel: "C3"}}
	got := talk("C9").ordered(order)
	if got.From[1] != (bot.Place{Server: "T1", Channel: "C2"}) || got.To != (bot.Place{Server: "T1", Channel: "C3"}) || order.From[1].Server != "" {
		t.Errorf("got %+v of %+v", got, order)
	}
	if got := talk("C9").ordered(bot.DigestOrder{}); got.To != (bot.Place{}) {
		t.Errorf("a digest goes to %+v though nobody said so", got.To)
	}
}

func TestTypedWords(t *testing.T) {
	t.Parallel()
	place := func(channel string) bot.Place { return bot.Place{Server: "T1", Channel: channel} }
	tests := []struct {
		words, in string
		check     func(r bot.Request) bool
	}{
		{"digest add <#C0FIRST1|a> <#C0SECOND|b> to <#C0THIRD1|c> daily 09:00 Europe/Berlin", "C0HERE01", func(r bot.Request) bool {
			d := r.Digest
			return r.Command == bot.Digests && d.Action == bot.DigestAdd && slices.Equal(d.From, []bot.Place{place("C0FIRST1"), place("C0SECOND")}) &&
				d.To == place("C0THIRD1") && d.When == "daily 09:00" && d.Zone == "Europe/Berlin"
		}},
		{"digest add <#C0FIRST1> to <#C0THIRD1> weekdays 8:30", "D0DIRECT", func(r bot.Request) bool { return r.Digest.To == place("C0THIRD1") }},
		{"digest add weekdays 8:30", "C0HERE01", func(r bot.Request) bool { return r.Digest.To == bot.Place{} && r.Here == place("C0HERE01") }},
		{"digest list", "D0DIRECT", func(r bot.Request) bool { return r.Digest.Action == bot.DigestList }},
		{"digest pause 2", "C0HERE01", func(r bot.Request) bool { return r.Digest.Action == bot.DigestPause && r.Digest.Number == 2 }},
		{"said", "C0HERE01", func(r bot.Request) bool { return r.Command == bot.Mistaken && r.Place == place("C0HERE01") }},
		{"said in <#C0FIRST1>", "D0DIRECT", func(r bot.Request) bool { return r.Command == bot.Mistaken && r.Place == place("C0FIRST1") }},
		{"privacy", "D0DIRECT", func(r bot.Request) bool { return r.Command == bot.Privacy && r.Privacy.Action == bot.ShowKept }},
		{"opt out", "C0HERE01", func(r bot.Request) bool { return r.Command == bot.Privacy && r.Privacy.Action == bot.OptOut }},
	}
	understood := func(words, in string) (bot.Request, error) {
		a := &Adapter{o: Options{Now: time.Now, Zone: time.UTC}}
		got, err := (&talk{a: a, me: &identity{Team: "T1"}, asker: "U1", here: place(in)}).typed(words)
		return got.request, err
	}
	for _, tt := range tests {
		if r, err := understood(tt.words, tt.in); err != nil || r.Asker != "U1" || !tt.check(r) {
			t.Errorf("%q asks %+v: %v", tt.words, r, err)
		}
	}
	for _, words := range []string{"digest add weekdays 8:30", "digest add <#C0FIRST1> weekdays 8:30", "said", "open"} {
		if _, err := understood(words, "D0DIRECT"); err == nil || !strings.Contains(refusal(t, err), "channel") {
			t.Errorf("%q in direct messages: %v", words, err)
		}
	}
}

func TestWhoSeesTheAnswer(t *testing.T) {
	here := bot.Place{Server: "T1", Channel: "C1"}
	for _, c := range []bot.Command{
		bot.Summary, bot.Open, bot.Mine, bot.Mistaken, bot.One, bot.Correct, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy,
	} {
		aloud := c == bot.Summary || c == bot.Open || c == bot.Answered || c == bot.Watch || c == bot.Unwatch
		s, r := surface{open: true}, bot.Request{Command: c, Place: here}
		s.settle(&r, here)
		if s.open != aloud || r.Share != aloud {
			t.Errorf("%s is answered aloud: %v, shared %v", c, s.open, r.Share)
		}
	}
}
