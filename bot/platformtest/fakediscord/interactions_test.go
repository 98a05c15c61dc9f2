package fakediscord

import (
	"encoding/json"
	"sync"
	"testing"

	"crux/bot/platformtest/wire"
)

// stage is a guild with a channel, a member and registered commands, and a client
// that hears of interactions.
type stage struct {
	d                 *Discord
	c                 *client
	s                 *socket
	guild, agora, ann string
}

func newStage(t *testing.T) *stage {
	d := New(t)
	g := d.AddGuild("Athens")
	st := &stage{d: d, c: newClient(t, d), guild: g, agora: d.AddChannel(g, Channel{Name: "agora"}), ann: d.AddMember(g, "ann")}
	st.c.register(g)
	st.s, _ = identified(t, d, everything)
	return st
}

type heardInteraction struct {
	ID, Token string
	Type      int
	Member    struct{ Permissions string }
	AppPerms  string `json:"app_permissions"`
	GuildID   string `json:"guild_id"`
	Channel   struct{ Name string }
	Message   struct{ ID string }
	Data      struct {
		Name     string
		CustomID string `json:"custom_id"`
		TargetID string `json:"target_id"`
		Options  []struct {
			Name    string
			Type    int
			Options []struct {
				Name    string
				Type    int
				Value   any
				Focused bool
				Options []struct {
					Name  string
					Value any
				}
			}
		}
		ComponentType int `json:"component_type"`
		Values        []string
		Components    []struct {
			Components []struct{ Value string }
		}
		Resolved struct {
			Channels map[string]struct{ Name, Permissions string }
			Messages map[string]struct{ Content string }
		}
	}
}

// hear reads the next interaction from the gateway.
func (st *stage) hear(t testing.TB) heardInteraction {
	t.Helper()
	var e heardInteraction
	if err := json.Unmarshal(st.s.until("INTERACTION_CREATE").D, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func (st *stage) respond(e heardInteraction, kind int, data object) int {
	return st.c.do("POST", "/interactions/"+e.ID+"/"+e.Token+"/callback", object{"type": kind, "data": data}, nil)
}

func (st *stage) hook(e heardInteraction, rest string) string {
	return "/webhooks/" + st.d.App + "/" + e.Token + rest
}

func row(buttons ...object) []object { return []object{{"type": 1, "components": buttons}} }

func button(label, id string) object {
	return object{"type": 2, "style": 1, "label": label, "custom_id": id}
}

func TestDeferredAnswer(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary", Options: []Option{
		{Name: "window", Value: "24h"}, {Name: "channel", Value: st.agora},
	}})
	e := st.hear(t)
	sub := e.Data.Options[0]
	if e.Type != 2 || e.Data.Name != "debate" || sub.Name != "summary" || sub.Options[0].Value != "24h" || sub.Options[1].Type != optionChannel {
		t.Errorf("the event's options: %+v", e)
	}
	if e.GuildID != st.guild || e.Member.Permissions != bits(EveryonePermissions) || e.AppPerms == "" || e.Channel.Name != "agora" ||
		e.Data.Resolved.Channels[st.agora].Permissions != bits(EveryonePermissions) {
		t.Errorf("the event's surroundings: %+v", e)
	}
	if status := st.respond(e, callbackDeferred, object{"flags": FlagEphemeral}); status != 204 {
		t.Fatalf("status %d", status)
	}
	if deferred, ephemeral := i.Deferred(); !deferred || !ephemeral || i.Latency() <= 0 {
		t.Errorf("deferred %v, ephemeral %v", deferred, ephemeral)
	}
	if code := st.c.errorCode("POST", "/interactions/"+e.ID+"/"+e.Token+"/callback", object{"type": 5}); code != 40060 {
		t.Errorf("a second callback: code %d", code)
	}
	st.c.do("PATCH", st.hook(e, "/messages/@original"), say("Reading…"), nil)
	st.c.do("PATCH", st.hook(e, "/messages/@original"), merge(say("Done."), object{"components": row(button("Post here", "post"))}), nil)
	if p := i.Final(); p.Content != "Done." || !p.Ephemeral() || p.Loading() || p.Interaction != i.ID {
		t.Errorf("final: %+v", p)
	}
	if n := len(i.States()); n != 2 {
		t.Errorf("%d states", n)
	}
	var follow sent
	st.c.do("POST", st.hook(e, ""), say("And this."), &follow)
	if i.Followup(1).Content != "And this." || len(i.Followups()) != 1 {
		t.Error("no follow-up")
	}
	if standing := st.d.Messages(st.agora); len(standing) != 1 || standing[0].ID != follow.ID {
		t.Errorf("the channel shows %+v, and not only the visible answer", standing)
	}
	st.c.do("DELETE", st.hook(e, "/messages/"+follow.ID), nil, nil)
	if len(i.Followups()) != 0 {
		t.Error("a deleted follow-up stands")
	}
	i.ExpireToken()
	if code := st.c.errorCode("PATCH", st.hook(e, "/messages/@original"), say("late")); code != 50027 {
		t.Errorf("a dead token: code %d", code)
	}
}

func TestFirstFollowupTakesTheLoadingMessagesPlace(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
	e := st.hear(t)
	st.respond(e, callbackDeferred, nil)
	st.c.do("POST", st.hook(e, ""), merge(say("here"), object{"flags": FlagEphemeral}), nil)
	if p := i.Final(); p.Content != "here" || p.Ephemeral() || len(i.Followups()) != 0 {
		t.Errorf("final: %+v", p)
	}
}

func TestPress(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
	st.respond(st.hear(t), callbackMessage, merge(say("Report"), object{"flags": FlagEphemeral, "components": row(button("Refresh", "r:1"))}))
	pressed := i.Press("Refresh")
	e := st.hear(t)
	if e.Type != 3 || e.Data.CustomID != "r:1" || e.Message.ID != i.Final().ID {
		t.Errorf("the event: %+v", e)
	}
	st.respond(e, callbackUpdate, say("Report again"))
	if pressed.Final().Content != "Report again" || i.Until(func(p Posted) bool { return p.Content == "Report again" }).ID == "" {
		t.Error("the message was not updated for both who follow it")
	}
	pressed = i.Press("r:1")
	e = st.hear(t)
	st.respond(e, callbackDeferredUpdate, nil)
	st.c.do("PATCH", st.hook(e, "/messages/@original"), say("Third"), nil)
	if pressed.Final().Content != "Third" {
		t.Error("the deferred update was not made")
	}
}

func TestAutocompleteAndMenu(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	st.d.SetIntentAllowed(IntentMessageContent, false)
	i := st.d.Interact(Use{Kind: Autocomplete, User: st.ann, Channel: st.agora, Name: "debate summary",
		Options: []Option{{Name: "window", Value: "2", Focused: true}}})
	e := st.hear(t)
	if e.Type != 4 || !e.Data.Options[0].Options[0].Focused {
		t.Errorf("the event: %+v", e)
	}
	st.respond(e, callbackChoices, object{"choices": []object{{"name": "24 hours", "value": "24h"}}})
	if got := i.Choices(); len(got) != 1 || got[0].Value != "24h" {
		t.Errorf("choices: %+v", got)
	}
	target := st.d.Post(st.agora, Message{Text: "pointed at"})
	st.d.Interact(Use{Kind: MessageMenu, User: st.ann, Channel: st.agora, Name: "Is this answered?", Target: target})
	if e = st.hear(t); e.Data.TargetID != target || e.Data.Resolved.Messages[target].Content != "pointed at" {
		t.Errorf("the event: %+v", e)
	}
	st.respond(e, callbackChoices, nil)
	wantViolations(t, st.d, "does not fit")
}

func TestLateCallback(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
	e := st.hear(t)
	if i.Acknowledged() { // waits for the deadline to pass
		t.Error("acknowledged by nobody")
	}
	if code := st.c.errorCode("POST", "/interactions/"+e.ID+"/"+e.Token+"/callback", object{"type": 5}); code != 10062 {
		t.Errorf("code %d", code)
	}
	if code := st.c.errorCode("PATCH", st.hook(e, "/messages/@original"), say("late")); code != 10015 {
		t.Errorf("editing what never was: code %d", code)
	}
	wantViolations(t, st.d, "a callback came")
}

func TestInteractionsAtOnce(t *testing.T) {
	t.Parallel()
	const n = 200
	st := newStage(t)
	var people, server sync.WaitGroup
	server.Go(func() {
		for range n {
			e := st.hear(t)
			server.Go(func() {
				st.respond(e, callbackDeferred, object{"flags": FlagEphemeral})
				st.c.do("PATCH", st.hook(e, "/messages/@original"), say("for "+e.ID), nil)
			})
		}
	})
	for range n {
		people.Go(func() {
			i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
			if got := i.Final().Content; got != "for "+i.ID {
				t.Errorf("got %q", got)
			}
		})
	}
	people.Wait()
	server.Wait()
	if got := len(st.d.Latencies()); got != n {
		t.Errorf("%d latencies", got)
	}
}

func TestImpossibleUses(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	said := &wire.Complaints{TB: t}
	st.d.t = said
	secret := st.d.AddChannel(st.guild, Channel{Name: "secret", Overwrites: []Overwrite{{ID: st.guild, Deny: ViewChannel}}})
	plain := st.d.Post(st.agora, Message{Text: "no buttons"})
	for n, u := range []Use{
		{User: st.ann, Channel: st.agora, Name: "debate nonsense"},
		{User: st.ann, Channel: st.agora, Name: "nonsense"},
		{User: st.ann, Channel: st.agora, Name: "debate summary", Options: []Option{{Name: "nonsense"}}},
		{User: st.ann, Channel: secret, Name: "debate summary"},
		{User: "1", Channel: st.agora, Name: "debate summary"},
		{Kind: Press, User: st.ann, Channel: st.agora, Message: plain, Button: "nonsense"},
		{Kind: MessageMenu, User: st.ann, Channel: st.agora, Name: "Is this answered?", Target: "1"},
	} {
		if st.d.Interact(u).Acknowledged() || len(said.Said()) != n+1 {
			t.Errorf("%+v: no complaint", u)
		}
	}
}
