package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/bot/gate"
	"crux/summarize/llm"
)

// modelBot is a bot that may be allowed a language model, and where that is kept.
func modelBot(t *testing.T, to gate.Destination, budget gate.Budget) (*Bot, *privacyStore, *till) {
	t.Helper()
	store := keptOfAnn()
	b := newPrivacyBot(t, store)
	kept := &till{consents: map[gate.Account]gate.Consent{}}
	b.o.Model = &Model{Gate: gate.New(gate.Options{
		Storage: kept, To: to, Budget: budget, Prices: gate.Prices{Input: 2, Output: 10}, Log: b.o.Log, Now: b.o.Now,
	})}
	return b, store, kept
}

var (
	anthropic = gate.Destination{Vendor: "Anthropic", Model: "clever-1"}
	athens    = gate.Account{Platform: "discord", Server: "athens"}
)

// wordsOf are those that stand in testdata as name.txt, which the adapters' tests draw too.
func wordsOf(t *testing.T, name string) string {
	t.Helper()
	words, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(words), "\n")
}

// question asks who reads, and returns what is said with the request that its buttons ask anew.
func question(t *testing.T, b *Bot, asker string) (string, *Answer) {
	t.Helper()
	a, err := b.privately(t.Context(), orderOf(asker, PrivacyOrder{Action: ShowModel}))
	if err != nil {
		t.Fatal(err)
	}
	return a.Said, a
}

func TestWhoManagesTheServerDecidesAboutTheModel(t *testing.T) {
	b, store, kept := modelBot(t, anthropic, gate.Budget{Tokens: 200_000, USD: 1.5})
	words, a := question(t, b, "mod")
	if diff := cmp.Diff(wordsOf(t, "consent"), words); diff != "" {
		t.Error(diff)
	}
	if len(a.Offers) != 2 || a.Offers[0].Action != ActAllowModel || a.Offers[1].Action != ActForbidModel || a.Token == "" {
		t.Errorf("offers %+v", a.Offers)
	}

	// The button's words are what was shown; who presses it counts.
	pressed := func(by string) Request {
		r := ActAllowModel.Apply(store.requests[len(store.requests)-1], "", "")
		r.Asker = by
		return r
	}
	if got := b.said(t, pressed("ann")); got != "You don't manage this server." || len(kept.consents) != 0 {
		t.Errorf("a member's press: %q, %v", got, kept.consents)
	}
	if got := b.said(t, pressed("mod")); !strings.HasPrefix(got, "From now on a language model reads this server's debates: clever-1 by Anthropic.") {
		t.Errorf("said %q", got)
	}
	if c := kept.consents[athens]; c != (gate.Consent{Terms: "Anthropic", Given: true, By: "mod", At: noon}) {
		t.Errorf("kept %+v", c)
	}
	if words, a = question(t, b, "ann"); !strings.HasPrefix(words, "What is written here is read by a language model: clever-1 by Anthropic. Moderator of agora allowed that on 24 Nov 2026") || len(a.Offers) != 0 {
		t.Errorf("a member is told %q, and offered %v", words, a.Offers)
	}
	if got := b.said(t, orderOf("ann", PrivacyOrder{Action: ShowKept})); !strings.Contains(got, "is read by a language model: clever-1 by Anthropic.") {
		t.Errorf("privacy says %q", got)
	}
	for _, action := range []PrivacyAction{ShowKept, ShowModel} {
		direct := orderOf("ann", PrivacyOrder{Action: action})
		direct.Here, direct.Place = Place{Channel: "direct"}, Place{Channel: "direct"}
		if got := b.said(t, direct); !strings.Contains(got, sayReadHere) || strings.Contains(got, "Anthropic") {
			t.Errorf("%s in direct messages says %q", action, got)
		}
	}
	if got := b.said(t, orderOf("ann", PrivacyOrder{Action: ForbidModel})); got != "You don't manage this server." || !kept.consents[athens].Given {
		t.Errorf("a member forbids: %q, %v", got, kept.consents)
	}
	if got := b.said(t, orderOf("mod", PrivacyOrder{Action: ForbidModel})); !strings.HasPrefix(got, "From now on nothing") || kept.consents[athens].Given {
		t.Errorf("said %q, kept %+v", got, kept.consents[athens])
	}
	for _, want := range []string{"kept this server's messages from the language model", "let a language model read this server's messages: Anthropic"} {
		if e := store.log[0]; e.What != want || e.By != "mod" {
			t.Errorf("logged %+v, want %q", e, want)
		}
		store.log = store.log[1:]
	}
}

// What was not shown is not allowed: neither by words alone, nor once it is something else.
func TestNobodyAllowsWhatTheyWereNotShown(t *testing.T) {
	b, store, kept := modelBot(t, anthropic, gate.Budget{})
	if got := b.said(t, orderOf("mod", PrivacyOrder{Action: AllowModel})); !strings.Contains(got, "If that is allowed:") || len(kept.consents) != 0 {
		t.Errorf("said %q, kept %v", got, kept.consents)
	}
	shown := store.requests[len(store.requests)-1]
	named := anthropic
	named.Named = true
	later, laterStore, laterKept := modelBot(t, named, gate.Budget{})
	if got := later.said(t, ActAllowModel.Apply(shown, "", "")); !strings.Contains(got, "People's names go there") || len(laterKept.consents) != 0 {
		t.Errorf("said %q, kept %v", got, laterKept.consents)
	}
	// What was allowed before is no leave for what it is now.
	laterKept.consents[athens] = gate.Consent{Terms: anthropic.Terms(), Given: true, By: "mod", At: noon}
	if words, _ := question(t, later, "mod"); !strings.Contains(words, "What was allowed before is something else: Anthropic.") {
		t.Errorf("said %q", words)
	}
	if by, err := later.readerFor(t.Context(), "athens"); err != nil || by.isModel() {
		t.Errorf("read by a model that was not allowed, %v", err)
	}
	if len(laterStore.log) != 0 {
		t.Errorf("logged %v", laterStore.log)
	}
}

func TestStatus(t *testing.T) {
	b, _, kept := modelBot(t, anthropic, gate.Budget{Tokens: 200_000})
	status := func(asker string, here Place) string {
		t.Helper()
		a, err := b.status(t.Context(), Request{Command: Status, Asker: asker, Here: here, Place: here, Share: true})
		if refused := refusal(err); refused != nil {
			return refused.Reason
		}
		if err != nil || a.Request.Share || !a.Request.Command.Private() {
			t.Fatal(err, a)
		}
		return a.Said
	}
	kept.consents[athens] = gate.Consent{Terms: "Anthropic", Given: true, By: "mod", At: noon}
	if err := kept.Spend(t.Context(), athens, noon, gate.Spent{Usage: llm.Usage{Input: 60_000, Cached: 1000, Output: 2000}, Prompts: 3, USD: 0.14}); err != nil {
		t.Fatal(err)
	}
	b.began = noon.Add(-time.Hour)
	if diff := cmp.Diff(wordsOf(t, "status"), status("mod", athensAgora)); diff != "" {
		t.Error(diff)
	}
	if got := status("ann", athensAgora); got != "You don't manage this server." {
		t.Errorf("a member is told %q", got)
	}
	if got := status("mod", Place{Channel: "direct"}); !strings.HasPrefix(got, "That concerns a server.") {
		t.Errorf("in direct messages: %q", got)
	}
	b.o.Model = nil
	if got := status("mod", athensAgora); !strings.Contains(got, sayReadHere) || !strings.Contains(got, sayNoModel) || strings.Contains(got, "Used") {
		t.Errorf("without a model: %q", got)
	}
}
