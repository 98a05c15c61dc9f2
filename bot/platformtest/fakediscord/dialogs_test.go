package fakediscord

import (
	"strings"
	"testing"

	"crux/bot/platformtest/wire"
)

func input(more object) object {
	return row(merge(object{"type": 4, "custom_id": "words", "style": 2, "label": "What you meant"}, more))[0]
}

func dialog(title string, rows ...object) object {
	return object{"custom_id": "reword:1", "title": title, "components": rows}
}

func TestDialog(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
	st.respond(st.hear(t), callbackMessage, merge(say("Report"), object{"flags": FlagEphemeral, "components": row(button("Reword", "r:1"))}))
	pressed := i.Press("Reword")
	e := st.hear(t)
	if status := st.respond(e, callbackDialog, dialog("Say it in your words", input(object{"max_length": 300, "required": true}))); status != 204 {
		t.Fatalf("status %d", status)
	}
	if got := pressed.Dialog(); got.Title != "Say it in your words" || got.CustomID != "reword:1" || len(got.Inputs) != 1 || got.Inputs[0].Label != "What you meant" {
		t.Errorf("the dialog: %+v", got)
	}
	sent := pressed.Submit("Tabs align, spaces don't.")
	e = st.hear(t)
	if e.Type != 5 || e.Data.CustomID != "reword:1" || e.Message.ID != i.Final().ID || e.Data.Components[0].Components[0].Value != "Tabs align, spaces don't." {
		t.Errorf("the event: %+v", e)
	}
	st.respond(e, callbackUpdate, say("Noted"))
	if got := sent.Final(); got.Content != "Noted" || got.ID != i.Final().ID {
		t.Errorf("the answer: %+v", got)
	}
	// A dialog does not answer a dialog.
	pressed.Submit("Again")
	st.respond(st.hear(t), callbackDialog, dialog("Once more", input(nil)))
	wantViolations(t, st.d, "does not answer what was done")

	said := &wire.Complaints{TB: t}
	st.d.t = said
	for n, use := range []Use{
		{Kind: Submit, User: st.ann, Channel: st.agora, Dialog: i, Typed: []string{"x"}},
		{Kind: Submit, User: st.d.AddMember(st.guild, "bob"), Channel: st.agora, Dialog: pressed, Typed: []string{"x"}},
		{Kind: Submit, User: st.ann, Channel: st.agora, Dialog: pressed},
		{Kind: Submit, User: st.ann, Channel: st.agora, Dialog: pressed, Typed: []string{""}},
		{Kind: Submit, User: st.ann, Channel: st.agora, Dialog: pressed, Typed: []string{strings.Repeat("x", 301)}},
	} {
		if st.d.Interact(use).Acknowledged() || len(said.Said()) != n+1 {
			t.Errorf("use %d: no complaint", n)
		}
	}
}

func TestDialogLimits(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	for _, test := range []struct {
		name string
		body object
		want string // part of the violation; "" for none
	}{
		{"the longest title", dialog(strings.Repeat("x", 45), input(nil)), ""},
		{"too long a title", dialog(strings.Repeat("x", 46), input(nil)), "title has 46"},
		{"no title", dialog("", input(nil)), "without a title"},
		{"no inputs", dialog("x"), "0 rows"},
		{"six inputs", dialog("x", input(nil), input(object{"custom_id": "2"}), input(object{"custom_id": "3"}), input(object{"custom_id": "4"}), input(object{"custom_id": "5"}), input(object{"custom_id": "6"})), "6 rows"},
		{"a button", dialog("x", row(button("a", "1"))...), "no row of one text input"},
		{"no label", dialog("x", input(object{"label": ""})), "without a label"},
		{"too long a label", dialog("x", input(object{"label": strings.Repeat("x", 46)})), "label has 46"},
		{"too long a placeholder", dialog("x", input(object{"placeholder": strings.Repeat("x", 101)})), "placeholder has 101"},
		{"too long a custom id", dialog("x", input(object{"custom_id": strings.Repeat("x", 101)})), "custom id has 101"},
		{"too many characters", dialog("x", input(object{"max_length": 4001})), "0 to 4001 characters"},
		{"a value that is too long", dialog("x", input(object{"max_length": 3, "value": "four"})), "value has 4"},
		{"no style", dialog("x", input(object{"style": 0})), "unknown style"},
	} {
		st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
		status := st.respond(st.hear(t), callbackDialog, test.body)
		found := strings.Join(st.d.Violations(), "\n")
		if (test.want == "") != (found == "") || !strings.Contains(found, test.want) || (status == 204) != (test.want == "") {
			t.Errorf("%s: status %d, violations %q, want %q", test.name, status, found, test.want)
		}
	}
}

func TestMenu(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	menu := row(object{"type": 3, "custom_id": "pick:1", "placeholder": "Pick one", "options": []object{
		{"label": "Tabs misalign", "value": "o1", "description": "open for 3 days"}, {"label": "Who pays?", "value": "o2"},
	}})
	i := st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate summary"})
	st.respond(st.hear(t), callbackMessage, merge(say("Open"), object{"components": menu}))
	if menus := i.Final().Menus(); len(menus) != 1 || menus[0].Placeholder != "Pick one" || menus[0].Options[0].Description != "open for 3 days" {
		t.Errorf("menus: %+v", menus)
	}
	chosen := i.Choose("Who pays?")
	e := st.hear(t)
	if e.Type != 3 || e.Data.CustomID != "pick:1" || e.Data.ComponentType != 3 || len(e.Data.Values) != 1 || e.Data.Values[0] != "o2" {
		t.Errorf("the event: %+v", e)
	}
	st.respond(e, callbackMessage, merge(say("Nobody said"), object{"flags": FlagEphemeral}))
	if chosen.Final().Content != "Nobody said" {
		t.Errorf("the answer: %+v", chosen.Final())
	}
	said := &wire.Complaints{TB: t}
	st.d.t = said
	press := Use{Kind: Press, User: st.ann, Channel: st.agora, Message: i.Final().ID, CustomID: "pick:1"}
	for n, values := range [][]string{nil, {"o3"}, {"o1", "o2"}} {
		press.Values = values
		if st.d.Interact(press).Acknowledged() || len(said.Said()) != n+1 {
			t.Errorf("%q: no complaint", values)
		}
	}
	press.CustomID, press.Choose = "", "Nothing such"
	if st.d.Interact(press); len(said.Said()) != 4 {
		t.Error("an option that is not there: no complaint")
	}
}

func TestGroupsAndNumbers(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	number := object{"type": 4, "name": "number", "description": "Which", "required": true, "min_value": 1, "max_value": 99}
	st.c.do("PUT", "/applications/"+st.d.App+"/guilds/"+st.guild+"/commands", []object{{"name": "debate", "description": "Debates", "options": []object{
		{"type": 2, "name": "digest", "description": "Digests", "options": []object{
			{"type": 1, "name": "list", "description": "List"},
			{"type": 1, "name": "pause", "description": "Pause", "options": []object{number}},
		}},
	}}}, nil)
	st.d.Interact(Use{User: st.ann, Channel: st.agora, Name: "debate digest pause", Options: []Option{{Name: "number", Value: 7}}})
	e := st.hear(t)
	group := e.Data.Options[0]
	if group.Type != 2 || group.Name != "digest" || group.Options[0].Name != "pause" || group.Options[0].Type != 1 || group.Options[0].Options[0].Value != 7.0 {
		t.Errorf("the event: %+v", e)
	}
	st.respond(e, callbackDeferred, nil)
	said := &wire.Complaints{TB: t}
	st.d.t = said
	for n, use := range []Use{
		{Name: "debate digest"},
		{Name: "debate digest pause"},
		{Name: "debate digest pause", Options: []Option{{Name: "number", Value: 100}}},
		{Name: "debate digest pause", Options: []Option{{Name: "number", Value: "7"}}},
	} {
		use.User, use.Channel = st.ann, st.agora
		if st.d.Interact(use).Acknowledged() || len(said.Said()) != n+1 {
			t.Errorf("%+v: no complaint", use)
		}
	}
}
