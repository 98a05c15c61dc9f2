package fakeslack

import (
	"strings"
	"testing"

	"crux/bot/platformtest/wire"
)

func inputOf(more object) object {
	element := merge(object{"type": "plain_text_input", "action_id": "words", "multiline": true}, more)
	return object{"type": "input", "block_id": "meant", "label": plain("What you meant"), "element": element}
}

func modal(title string, blocks ...object) object {
	return object{
		"type": "modal", "title": plain(title), "submit": plain("Say it"), "callback_id": "reword", "private_metadata": "token:key", "blocks": blocks,
	}
}

func TestDialog(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	s.Subscribe()
	c.whisper(agora, ann, "yours", "blocks", string(mustJSON([]object{actions(button("Reword", "reword", object{"value": "key"}))})))
	mine := s.WaitEphemeral(ann, func(Posted) bool { return true })
	e := s.Press(ann, mine, "Reword")
	p := k.take()
	r := c.json("views.open", object{"trigger_id": p.Payload.Trigger, "view": modal("In your words", section("plain_text", "They said it."), inputOf(object{"max_length": 300}))})
	if !r.OK || r.View.ID == "" {
		t.Errorf("opening: %+v", r)
	}
	d := e.Dialog()
	if d.Title != "In your words" || d.PrivateMetadata != "token:key" || d.CallbackID != "reword" || d.Shown != "They said it." || len(d.Inputs) != 1 || d.ID != r.View.ID {
		t.Errorf("the dialog: %+v", d)
	}
	if in := d.Inputs[0]; in.Label != "What you meant" || in.MaxLength != 300 || !in.Multiline || in.Optional {
		t.Errorf("the input: %+v", in)
	}

	sent := e.Submit("Tabs align & spaces <don't>.")
	p = k.next()
	view := p.Payload.View
	if p.Type != "interactive" || p.Payload.Type != "view_submission" || view.ID != d.ID || view.CallbackID != "reword" || view.PrivateMetadata != "token:key" ||
		view.State.Values["meant"]["words"].Value != "Tabs align & spaces <don't>." || p.Payload.User.ID != ann {
		t.Errorf("sent: %+v", p)
	}
	k.ack(p, object{"response_action": "errors", "errors": object{"meant": "Too short."}})
	if got := sent.Faults(); got["meant"] != "Too short." {
		t.Errorf("faults: %q", got)
	}
	sent = e.Submit("Again.")
	k.take()
	if got := sent.Faults(); got != nil {
		t.Errorf("faults: %q", got)
	}
	wantViolations(t, s)

	if r := c.json("views.open", object{"trigger_id": e.ID, "view": modal("x", inputOf(nil))}); r.Error != "exchanged_trigger_id" {
		t.Errorf("a second dialog: %q", r.Error)
	}
	late := s.Press(ann, mine, "Reword")
	k.take()
	late.ExpireTrigger()
	if r := c.json("views.open", object{"trigger_id": late.ID, "view": modal("x", inputOf(nil))}); r.Error != "expired_trigger_id" {
		t.Errorf("a late dialog: %q", r.Error)
	}
	if r := c.json("views.open", object{"trigger_id": "1.2.3", "view": modal("x", inputOf(nil))}); r.Error != "invalid_trigger_id" {
		t.Errorf("no trigger: %q", r.Error)
	}
	wantViolations(t, s, "used before", "are allowed", "nothing had")

	said := &wire.Complaints{TB: t}
	s.t = said
	for n, typed := range [][]string{nil, {""}, {strings.Repeat("x", 301)}} {
		if e.Submit(typed...).Failed() == "" || len(said.Said()) != n+1 {
			t.Errorf("%q: no complaint", typed)
		}
	}
}

func TestDialogLimits(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	x := func(n int) string { return strings.Repeat("x", n) }
	for _, test := range []struct {
		name string
		view object
		want string // part of the violation; "" for none
	}{
		{"the longest title", modal(x(24), inputOf(nil)), ""},
		{"too long a title", modal(x(25), inputOf(nil)), "title has 25"},
		{"no title", merge(modal("", inputOf(nil)), object{"title": nil}), "title without"},
		{"too long a button", merge(modal("x", inputOf(nil)), object{"submit": plain(x(25))}), "sends it has 25"},
		{"inputs and no button", merge(modal("x", inputOf(nil)), object{"submit": nil}), "no button that sends it"},
		{"words alone", merge(modal("x", section("plain_text", "x")), object{"submit": nil}), ""},
		{"a home", merge(modal("x", inputOf(nil)), object{"type": "home"}), "no modal"},
		{"too much metadata", merge(modal("x", inputOf(nil)), object{"private_metadata": x(3001)}), "too long an id or metadata"},
		{"no label", modal("x", merge(inputOf(nil), object{"label": nil})), "label without"},
		{"no action's id", modal("x", inputOf(object{"action_id": ""})), "without an action's id"},
		{"too many characters", modal("x", inputOf(object{"max_length": 3001})), "0 to 3001"},
		{"fewer at most than at least", modal("x", inputOf(object{"min_length": 3, "max_length": 2})), "3 to 2"},
		{"a value that is too long", modal("x", inputOf(object{"max_length": 3, "initial_value": "four"})), "value has 4"},
		{"too long a placeholder", modal("x", inputOf(object{"placeholder": plain(x(151))})), "placeholder has 151"},
		{"an unknown input", modal("x", inputOf(object{"type": "slider"})), `"slider"`},
	} {
		e := s.Command(Use{User: ann, Channel: agora})
		k.take()
		r := c.json("views.open", object{"trigger_id": e.ID, "view": test.view})
		found := strings.Join(s.Violations(), "\n")
		if (test.want == "") != (found == "") || !strings.Contains(found, test.want) || r.OK != (test.want == "") {
			t.Errorf("%s: %q, violations %q, want %q", test.name, r.Error, found, test.want)
		}
	}
}

func TestMenu(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	s.Subscribe()
	options := []object{{"text": plain("Answered"), "value": "k1"}, {"text": plain("Not mine"), "value": "k2"}}
	row := merge(section("plain_text", "an objection"), object{"accessory": object{"type": "overflow", "action_id": "more", "options": options}})
	ts := c.say(agora, "open", "blocks", string(mustJSON([]object{row, actions(button("Delete", "erase", object{
		"style": "danger", "confirm": object{"title": plain("Sure?"), "text": plain("It is gone for good."), "confirm": plain("Yes"), "deny": plain("No")},
	}))}))).TS
	shown := s.WaitMessage(agora, func(p Posted) bool { return p.ID == ts })
	if m := shown.Menus(); len(m) != 1 || m[0].Kind != "overflow" || m[0].Options[1].Label != "Not mine" {
		t.Errorf("menus: %+v", m)
	}
	if b, _ := shown.Button("Delete"); b.Confirm != "It is gone for good." {
		t.Errorf("the button: %+v", b)
	}
	s.Choose(ann, shown, "Not mine")
	p := k.take()
	if a := p.Payload.Actions; p.Payload.Type != "block_actions" || len(a) != 1 || a[0].Type != "overflow" || a[0].ActionID != "more" || a[0].Selected.Value != "k2" {
		t.Errorf("chosen: %+v", p)
	}
	said := &wire.Complaints{TB: t}
	s.t = said
	if s.Choose(ann, shown, "Nothing such").Failed() == "" || len(said.Said()) != 1 {
		t.Errorf("complaints: %q", said.Said())
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	s.Subscribe()
	mark := `{"event_type":"digest","event_payload":{"mark":"abc"}}`
	parent := c.say(agora, "parent").TS
	c.say(agora, "digest", "metadata", mark)
	c.say(agora, "reply", "metadata", mark, "thread_ts", parent)
	reads := map[string][]string{"conversations.history": {"channel", agora}, "conversations.replies": {"channel", agora, "ts", parent}}
	marked := func(more ...string) int {
		n := 0
		for method, args := range reads {
			for _, m := range c.must(method, append(args, more...)...).Messages {
				if strings.Contains(string(m.Metadata), `"abc"`) {
					n++
				}
			}
		}
		return n
	}
	if n := marked(); n != 0 {
		t.Errorf("unasked, %d messages tell their metadata", n)
	}
	if n := marked("include_all_metadata", "true"); n != 2 {
		t.Errorf("asked, %d messages tell their metadata", n)
	}
	s.Scopes("channels:history", "chat:write")
	if n := marked("include_all_metadata", "true"); n != 0 {
		t.Errorf("without the scope, %d messages tell their metadata", n)
	}
}

func TestAnswersAreLost(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	release := s.HoldAnswers("chat.postMessage")
	stood := make(chan int, 1)
	s.After("chat.postMessage", func(Request) {
		stood <- len(s.Messages(agora))
		release()
	})
	if r := c.say(agora, "x"); !r.OK || <-stood != 1 {
		t.Errorf("held back: %+v", r)
	}
}
