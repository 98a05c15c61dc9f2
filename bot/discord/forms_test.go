package discord

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crux/bot"
	"crux/bot/ledger"
	"crux/bot/platformtest/fakediscord"
)

// correctable answers as the bot does about a ledger with one objection and one point in it.
func correctable(asked chan<- bot.Request) func(context.Context, bot.Request, func(bot.Progress)) (*bot.Answer, error) {
	return func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		a := answerWith(r.Command)
		a.Request, a.Token = r, "token-"+string(r.Command)
		switch r.Command {
		case bot.Open:
			a.Lists = []bot.List{{Items: picked("open", "unclear")}}
		case bot.One:
			a.Lists = []bot.List{{Items: picked("open")}}
			a.Offers = []bot.Offer{
				{Action: bot.ActSayAnswered, Label: "It is answered", Item: r.Item},
				{Action: bot.ActNotMine, Label: "Not mine", Item: r.Item, Danger: true},
				{Action: bot.ActReword, Label: "I meant something else…", Item: r.Item},
			}
		default:
			a.Said, a.Token = "Noted, and it will last.", ""
		}
		return a, nil
	}
}

const (
	openLabel = "1. Leases expire while the holder still writes"
	openKey   = "KEYOPEN234567abc"
)

func TestCorrecting(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	asked := make(chan bot.Request, 8)
	w.run(t, newOracle(correctable(asked)))
	list := w.use("debate open")
	shown := list.Final()
	<-asked

	one := list.Choose(openLabel)
	if r := <-asked; r.Command != bot.One || r.Item != openKey || r.Asker != w.ann {
		t.Errorf("choosing asked %+v", r)
	}
	item := one.Final()
	if item.ID == shown.ID || !item.Ephemeral() {
		t.Errorf("the item stands in place of the list: %v, privately %v", item.ID == shown.ID, item.Ephemeral())
	}
	if still, _ := w.Message(w.agora, shown.ID); still.AllText() != shown.AllText() {
		t.Errorf("the list became %q", still.AllText())
	}

	done := one.Press("It is answered").Final()
	r := <-asked
	if diff := cmp.Diff(bot.Correction{Kind: ledger.SaidAnswered}, r.Correction); diff != "" || r.Item != openKey || r.Command != bot.Correct {
		t.Errorf("pressing asked %+v", r)
	}
	if done.Content != "Noted, and it will last." || done.ID != item.ID || len(done.Buttons()) != 0 {
		t.Errorf("told %q, in the message of the item %v", done.Content, done.ID == item.ID)
	}
}

func TestRewording(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	asked := make(chan bot.Request, 8)
	w.run(t, newOracle(correctable(asked)))
	one := w.use("debate open").Choose(openLabel)
	one.Final()
	for range 2 {
		<-asked
	}
	// Without words it would say that the item is not theirs at all.
	if got := one.Press("I meant something else…").Submit(" \n ").Followup(1); !strings.Contains(got.Content, "Say in a few words") || !got.Ephemeral() {
		t.Errorf("told %q, privately %v", got.Content, got.Ephemeral())
	}
	press := one.Press("I meant something else…")
	if d := press.Dialog(); d.Title != bot.SayReword || len(d.Inputs) != 1 {
		t.Errorf("opened %+v", d)
	}
	done := press.Submit("  I only *asked* who <@1> is. ")
	if got := done.Final(); got.Content != "Noted, and it will last." || !got.Ephemeral() {
		t.Errorf("told %q, privately %v", got.Content, got.Ephemeral())
	}
	r := <-asked
	if diff := cmp.Diff(bot.Correction{Kind: ledger.NotMine, Words: "I only *asked* who <@1> is."}, r.Correction); diff != "" || r.Item != openKey {
		t.Errorf("asked %+v:\n%s", r, diff)
	}
}

// What somebody chooses under what everyone sees is shown to them alone.
func TestCorrectingUnderAPost(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bob := w.AddMember(w.guild, "bob")
	asked := make(chan bot.Request, 8)
	o := newOracle(correctable(asked))
	w.run(t, o)
	post := w.use("debate open", with("share", true)).Followup(1)
	if r := <-asked; !r.Share || post.Ephemeral() {
		t.Fatalf("shared %v, privately %v", r.Share, post.Ephemeral())
	}
	o.wait(t, func(told []string) bool { return strings.Contains(strings.Join(told, "\n"), "published "+post.ID) })
	got := w.Interact(fakediscord.Use{Kind: fakediscord.Press, User: bob, Channel: w.agora, Message: post.ID, Choose: openLabel}).Final()
	if r := <-asked; r.Asker != bob || r.Command != bot.One || r.Share {
		t.Errorf("asked %+v", r)
	}
	if !got.Ephemeral() || got.ID == post.ID {
		t.Errorf("shown privately %v, in the post %v", got.Ephemeral(), got.ID == post.ID)
	}
	if still, _ := w.Message(w.agora, post.ID); still.AllText() != post.AllText() {
		t.Errorf("the post became %q", still.AllText())
	}
}

func TestPressesThatCanNotBe(t *testing.T) {
	for name, data := range map[string]string{
		"an item's button without an item": `{"custom_id": "crux1|one|0|x"}`,
		"several chosen":                   `{"custom_id": "crux1|one|0|x", "values": ["a", "b"]}`,
		"a key that is none":               `{"custom_id": "crux1|one|0|x", "values": ["a|b"]}`,
		"an item where none belongs":       `{"custom_id": "crux1|refresh|0|x|a"}`,
		"another's":                        `{"custom_id": "poll:1"}`,
	} {
		var i interaction
		if err := json.Unmarshal([]byte(`{"data": `+data+`}`), &i); err != nil {
			t.Fatal(err)
		}
		if p, ok := i.press(); ok {
			t.Errorf("%s is %+v", name, p)
		}
	}
}

func TestWrittenIsFoundInRowsAndLabels(t *testing.T) {
	for _, components := range []string{
		`[{"type": 1, "components": [{"type": 4, "custom_id": "words", "value": " so "}]}]`,
		`[{"type": 10}, {"type": 18, "component": {"type": 4, "custom_id": "words", "value": "so"}}]`,
	} {
		var i interaction
		if err := json.Unmarshal([]byte(`{"data": {"components": `+components+`}}`), &i); err != nil {
			t.Fatal(err)
		}
		if got := i.written(); got != "so" {
			t.Errorf("%s holds %q", components, got)
		}
	}
}
