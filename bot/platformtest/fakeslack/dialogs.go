package fakeslack

import (
	"encoding/json"
	"fmt"
	"time"
)

// triggerLife is for how long the app may open a dialog after what a user did, once.
const triggerLife = 3 * time.Second

// Dialog is a dialog (a modal, as Slack says) that the app opened.
type Dialog struct {
	ID, Title, CallbackID, PrivateMetadata string
	// Inputs are its fields for text, in the order of reading.
	Inputs []Input
	// Shown is what a person reads in it but for the title and the inputs.
	Shown string
}

// Input is a field for text.
type Input struct {
	Label, Hint, Value   string
	BlockID, ActionID    string
	MinLength, MaxLength int // of no account where 0
	Optional, Multiline  bool
}

// frameFaults says what is wrong with a dialog beside its blocks.
func (m *message) frameFaults(sent sentView) []string {
	v := &checker{}
	v.text("a dialog's title", sent.Title, 1, maxFrame, "plain_text")
	for what, raw := range map[string]any{"a dialog's button that sends it": sent.Submit, "a dialog's button that closes it": sent.Close} {
		if raw != nil {
			v.text(what, raw, 1, maxFrame, "plain_text")
		}
	}
	if sent.Submit == nil && len(m.inputs()) > 0 {
		v.fault("a dialog with inputs and no button that sends it")
	}
	return v.found
}

// inputs are the fields for text of a view.
func (m *message) inputs() []Input {
	var all []Input
	for _, b := range decodeBlocks(m.blocks) {
		if textOf(b, "type") != "input" {
			continue
		}
		e := nodeOf(b, "element")
		in := Input{
			Label: textOf(nodeOf(b, "label"), "text"), Hint: textOf(nodeOf(b, "hint"), "text"), Value: textOf(e, "initial_value"),
			BlockID: textOf(b, "block_id"), ActionID: textOf(e, "action_id"), MinLength: intOf(e, "min_length"), MaxLength: intOf(e, "max_length"),
		}
		in.Optional, _ = b["optional"].(bool)
		in.Multiline, _ = e["multiline"].(bool)
		all = append(all, in)
	}
	return all
}

func intOf(n node, key string) int {
	number, _ := n[key].(float64)
	return int(number)
}

// viewsOpen serves views.open, which needs the trigger of what a user did just now.
func (s *Slack) viewsOpen(c *call) answer {
	e := s.triggers[c.get("trigger_id")]
	switch {
	case e == nil:
		s.violate("views.open: a trigger that nothing had")
		return refuse("invalid_trigger_id")
	case e.triggered:
		s.violate("views.open: a trigger that was used before")
		return refuse("exchanged_trigger_id")
	case e.stale || time.Since(e.sent) > triggerLife:
		s.violate("views.open: %v after what the user did, %v are allowed", time.Since(e.sent).Round(time.Millisecond), triggerLife)
		return refuse("expired_trigger_id")
	}
	m, code := s.newView("views.open", "modal", c.get("view"), e.User)
	if code != "" {
		return refuse(code)
	}
	e.triggered, e.dialog = true, m
	s.notify()
	return ok(object{"view": s.viewJSON(m)})
}

// ExpireTrigger ends the 3 s in which the app may open a dialog now.
func (e *Exchange) ExpireTrigger() {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	e.stale = true
}

// Dialog waits until the app has opened a dialog because of it, and returns that.
func (e *Exchange) Dialog() Dialog {
	e.s.t.Helper()
	var d Dialog
	e.s.wait("the dialog that "+e.name+" opens", func() bool {
		if e.dialog == nil {
			return false
		}
		var sent struct {
			Title           struct{ Text string }
			PrivateMetadata string `json:"private_metadata"`
			CallbackID      string `json:"callback_id"`
		}
		_ = json.Unmarshal(e.dialog.view, &sent) // it was decoded before
		d = Dialog{
			ID: e.dialog.ts, Title: sent.Title.Text, CallbackID: sent.CallbackID, PrivateMetadata: sent.PrivateMetadata,
			Inputs: e.dialog.inputs(), Shown: e.s.posted(e.dialog).Visible(),
		}
		return true
	})
	return d
}

// Submit waits for Dialog and sends it as the same user, with these words in its inputs.
func (e *Exchange) Submit(typed ...string) *Exchange {
	e.s.t.Helper()
	e.Dialog()
	s := e.s
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.newExchange(Use{User: e.User}, nil, "the dialog that "+e.name+" opened")
	sent.Channel = e.Channel
	values, problem := e.fill(typed)
	if problem != "" {
		s.t.Errorf("Submit: %s", problem)
		sent.failed = problem
		return sent
	}
	o := s.interaction(sent, "view_submission")
	delete(o, "action_ts")
	view := merge(s.viewJSON(e.dialog), object{"state": object{"values": values}})
	s.send(&delivery{
		kind: interactive, name: sent.name, exchange: sent, payload: mustJSON(merge(o, object{"view": view, "response_urls": []any{}})),
	})
	return sent
}

// fill is what the inputs hold, or says why a client would not send that.
func (e *Exchange) fill(typed []string) (values object, problem string) {
	if e.dialog == nil {
		return nil, "no dialog is open"
	}
	inputs := e.dialog.inputs()
	if len(typed) != len(inputs) {
		return nil, fmt.Sprintf("the dialog has %d inputs, and %d were filled in", len(inputs), len(typed))
	}
	values = object{}
	for n, in := range inputs {
		size := length(typed[n])
		if size == 0 && !in.Optional || size > 0 && size < in.MinLength || in.MaxLength > 0 && size > in.MaxLength {
			return nil, fmt.Sprintf("the input %q does not take %d characters", in.Label, size)
		}
		var value any // Slack sends null for what is empty
		if size > 0 {
			value = typed[n]
		}
		values[in.BlockID] = object{in.ActionID: object{"type": "plain_text_input", "value": value}}
	}
	return values, ""
}

// Faults waits for the acknowledgement of a dialog that was sent, and returns what the app
// found wrong with it, by the ids of its blocks; nil where it was taken, and closed.
func (e *Exchange) Faults() map[string]string {
	e.s.t.Helper()
	var r struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	if raw := e.Acked(); len(raw) > 0 {
		if err := json.Unmarshal(raw, &r); err != nil {
			e.s.t.Errorf("%s was acknowledged with malformed JSON", e.name)
		}
	}
	if r.Action != "errors" {
		return nil
	}
	return r.Errors
}
