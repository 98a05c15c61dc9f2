package fakediscord

import "fmt"

// Dialog is a dialog (a modal, as Discord says) that the app opened.
type Dialog struct {
	CustomID, Title string
	// Inputs are its fields for text, in the order of reading.
	Inputs []Component
}

// dialogOf reads the dialog with which an interaction is answered.
func (d *Discord) dialogOf(c *call, i *Interaction, r response) (*Dialog, answer, bool) {
	v := &checker{ids: map[string]bool{}}
	if i.Use.Kind == Submit || i.Use.Kind == Autocomplete {
		v.fault("a dialog does not answer what was done")
	}
	out := &Dialog{CustomID: r.Data.CustomID, Title: r.Data.Title}
	v.most("a dialog's title", out.Title, maxModalTitle)
	v.most("a dialog's custom id", out.CustomID, maxCustomID)
	if out.Title == "" || out.CustomID == "" {
		v.fault("a dialog without a title or a custom id")
	}
	var rows []Component
	if r.Data.Components != nil {
		rows = *r.Data.Components
	}
	if len(rows) == 0 || len(rows) > maxInputs {
		v.fault("a dialog of %d rows, 1 to %d are allowed", len(rows), maxInputs)
	}
	for _, row := range rows {
		if row.Type != componentRow || len(row.Components) != 1 || row.Components[0].Type != componentInput {
			v.fault("a dialog's row that is no row of one text input")
			continue
		}
		v.input(row.Components[0])
		out.Inputs = append(out.Inputs, row.Components[0])
	}
	for _, f := range v.found {
		d.violate("%s: %s", c.name, f)
	}
	if len(v.found) > 0 {
		return nil, invalid(v.found[0]), false
	}
	return out, answer{}, true
}

func (v *checker) input(c Component) {
	v.customID(c.CustomID)
	v.most("an input's label", c.Label, maxInputLabel)
	v.most("an input's placeholder", c.Placeholder, maxInputHint)
	v.most("an input's value", c.Value, maxInput)
	least, most := c.lengths()
	switch {
	case c.Label == "":
		v.fault("an input without a label")
	case c.Style != 1 && c.Style != 2:
		v.fault("an input of the unknown style %d", c.Style)
	case least < 0 || least > maxInput || most < 1 || most > maxInput || least > most:
		v.fault("an input of %d to %d characters, 0 to %d are allowed", least, most, maxInput)
	case c.Value != "" && (length(c.Value) < least || length(c.Value) > most):
		v.fault("an input whose value has %d characters, and may have %d to %d", length(c.Value), least, most)
	}
}

// lengths are how many characters an input takes.
func (c Component) lengths() (least, most int) {
	most = maxInput
	if c.MinLength != nil {
		least = *c.MinLength
	}
	if c.MaxLength != nil {
		most = *c.MaxLength
	}
	return least, most
}

// Dialog waits until the interaction is answered with a dialog, and returns it.
func (i *Interaction) Dialog() Dialog {
	i.d.t.Helper()
	if !i.acknowledged() {
		return Dialog{}
	}
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	if i.dialog == nil {
		i.d.t.Errorf("the interaction %q was answered with no dialog", i.name())
		return Dialog{}
	}
	return *i.dialog
}

// Submit waits for Dialog and sends it as the same user, with these words in its inputs.
func (i *Interaction) Submit(typed ...string) *Interaction {
	i.d.t.Helper()
	i.Dialog()
	return i.d.Interact(Use{Kind: Submit, User: i.Use.User, Channel: i.Use.Channel, Dialog: i, Typed: typed})
}

// submitData is what a dialog that is sent carries. What is too short, too long or missing a client does not send.
func (i *Interaction) submitData() (object, string) {
	from := i.Use.Dialog
	if from == nil || from.dialog == nil {
		return nil, "no dialog is open"
	}
	if from.Use.User != i.Use.User {
		return nil, "only the one for whom the dialog was opened sees it"
	}
	if len(i.Use.Typed) != len(from.dialog.Inputs) {
		return nil, fmt.Sprintf("the dialog has %d inputs, and %d were filled in", len(from.dialog.Inputs), len(i.Use.Typed))
	}
	rows := []object{}
	for n, in := range from.dialog.Inputs {
		typed := i.Use.Typed[n]
		isRequired := in.Required == nil || *in.Required
		least, most := in.lengths()
		if size := length(typed); size == 0 && isRequired || size > 0 && (size < least || size > most) {
			return nil, fmt.Sprintf("the input %q does not take %d characters", in.Label, size)
		}
		rows = append(rows, object{"type": componentRow, "id": n + 1, "components": []object{
			{"type": componentInput, "id": n + 100, "custom_id": in.CustomID, "value": typed},
		}})
	}
	i.pressed = from.pressed
	return object{"custom_id": from.dialog.CustomID, "components": rows}, ""
}
