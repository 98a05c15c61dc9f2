package fakeslack

import "net/url"

func (v *checker) block(b node) {
	if id := textOf(b, "block_id"); id != "" {
		v.most("a block's id", id, maxID)
		if v.ids[id] {
			v.fault("a block's id occurs twice")
		}
		v.ids[id] = true
	}
	switch kind := textOf(b, "type"); kind {
	case "section":
		v.section(b)
	case "header":
		v.text("a header", b["text"], 1, maxHeader, "plain_text")
	case "context":
		elements := v.elements(b, "a context", maxContext)
		for _, e := range elements {
			if textOf(e, "type") == "image" {
				v.image(e)
				continue
			}
			v.text("a context's text", e, 1, maxSection, "plain_text", "mrkdwn")
		}
	case "actions":
		v.interactive(v.elements(b, "actions", maxActions))
	case "divider":
	case "image":
		v.image(b)
		if b["title"] != nil {
			v.text("an image's title", b["title"], 1, maxAlt, "plain_text")
		}
	case "input":
		v.input(b)
	case "rich_text":
		v.richText(b)
	case "markdown":
		v.most("a markdown block", textOf(b, "text"), maxMarkdown)
		v.total += length(textOf(b, "text"))
	default:
		v.fault("a block of the type %q, which the fake does not know", kind)
	}
}

func (v *checker) section(b node) {
	fields, _ := b["fields"].([]any)
	if b["text"] == nil && len(fields) == 0 {
		v.fault("a section with neither text nor fields")
	}
	if b["text"] != nil {
		v.text("a section", b["text"], 1, maxSection, "plain_text", "mrkdwn")
	}
	if len(fields) > maxFields {
		v.fault("%d fields, %d are allowed", len(fields), maxFields)
	}
	for _, f := range fields {
		v.text("a field", f, 1, maxField, "plain_text", "mrkdwn")
	}
	if b["accessory"] != nil {
		v.interactive([]node{nodeOf(b, "accessory")})
	}
}

func (v *checker) input(b node) {
	v.text("an input's label", b["label"], 1, maxInputLabel, "plain_text")
	if b["hint"] != nil {
		v.text("an input's hint", b["hint"], 1, maxInputLabel, "plain_text")
	}
	e := nodeOf(b, "element")
	if kind := textOf(e, "type"); kind != "plain_text_input" {
		v.fault("an input of the type %q, which the fake does not know", kind)
		return
	}
	v.most("an action's id", textOf(e, "action_id"), maxID)
	if textOf(e, "action_id") == "" {
		v.fault("an input without an action's id, by which its value is found")
	}
	if e["placeholder"] != nil {
		v.text("an input's placeholder", e["placeholder"], 1, maxPlaceholder, "plain_text")
	}
	least, most := intOf(e, "min_length"), intOf(e, "max_length")
	if e["max_length"] == nil {
		most = maxInput
	}
	if least < 0 || most < 1 || most > maxInput || least > most {
		v.fault("an input of %d to %d characters, 0 to %d are allowed", least, most, maxInput)
	}
	v.most("an input's value", textOf(e, "initial_value"), most)
}

// elements returns a block's elements if there are as many as may be.
func (v *checker) elements(b node, what string, limit int) []node {
	raw, _ := b["elements"].([]any)
	elements := nodesOf(b, "elements")
	if len(raw) == 0 || len(raw) > limit {
		v.fault("%s of %d elements, 1 to %d are allowed", what, len(raw), limit)
	}
	if len(elements) < len(raw) {
		v.fault("%s with an element that is no object", what)
	}
	return elements
}

// text checks a text object.
func (v *checker) text(what string, raw any, least, most int, kinds ...string) {
	o, is := raw.(node)
	if !is {
		v.fault("%s without a text object", what)
		return
	}
	known := false
	for _, k := range kinds {
		known = known || textOf(o, "type") == k
	}
	text, is := o["text"].(string)
	switch {
	case !known:
		v.fault("%s has a text of the type %q", what, textOf(o, "type"))
	case !is || length(text) < least:
		v.fault("%s is empty", what)
	}
	if o["emoji"] != nil && textOf(o, "type") != "plain_text" {
		v.fault("%s says emoji of what is no plain text", what)
	}
	v.most(what, text, most)
	v.total += length(text)
}

// interactive checks buttons and menus that stand in the same block.
func (v *checker) interactive(elements []node) {
	ids := map[string]bool{}
	for _, e := range elements {
		if textOf(e, "type") == "image" {
			v.image(e)
			continue
		}
		id := textOf(e, "action_id")
		v.most("an action's id", id, maxID)
		if id != "" && ids[id] {
			v.fault("an action's id occurs twice in a block")
		}
		ids[id] = true
		v.control(e)
		if e["confirm"] != nil {
			v.confirm(nodeOf(e, "confirm"))
		}
	}
}

func (v *checker) control(e node) {
	switch kind := textOf(e, "type"); kind {
	case "button":
		v.text("a button's label", e["text"], 1, maxButton, "plain_text")
		v.most("a button's value", textOf(e, "value"), maxValue)
		v.url("a button's link", textOf(e, "url"), false)
		v.most("a button's label for screen readers", textOf(e, "accessibility_label"), maxButton)
		if style := textOf(e, "style"); e["style"] != nil && style != "primary" && style != "danger" {
			v.fault("a button of the style %q", style)
		}
	case "overflow":
		v.menu(e, 5)
	case "radio_buttons", "checkboxes":
		v.menu(e, 10)
	case "static_select":
		if e["placeholder"] != nil {
			v.text("a menu's placeholder", e["placeholder"], 1, maxPlaceholder, "plain_text")
		}
		v.menu(e, maxOptions)
	default:
		v.fault("an element of the type %q, which the fake does not know", kind)
	}
}

func (v *checker) menu(e node, most int) {
	options := nodesOf(e, "options")
	if len(options) == 0 || len(options) > most {
		v.fault("a menu of %d options, 1 to %d are allowed", len(options), most)
	}
	for _, o := range options {
		v.text("an option", o["text"], 1, maxOption, "plain_text", "mrkdwn")
		v.most("an option's value", textOf(o, "value"), maxOptionValue)
		if textOf(o, "value") == "" {
			v.fault("an option without a value")
		}
		if o["description"] != nil {
			v.text("an option's description", o["description"], 1, maxOption, "plain_text", "mrkdwn")
		}
	}
}

func (v *checker) confirm(c node) {
	v.text("a dialog's title", c["title"], 1, maxConfirmTitle, "plain_text")
	v.text("a dialog's text", c["text"], 1, maxConfirmText, "plain_text", "mrkdwn")
	v.text("a dialog's button", c["confirm"], 1, maxConfirmLabel, "plain_text")
	v.text("a dialog's button", c["deny"], 1, maxConfirmLabel, "plain_text")
}

func (v *checker) image(e node) {
	if e["slack_file"] == nil {
		v.url("an image's link", textOf(e, "image_url"), true)
	}
	if alt := textOf(e, "alt_text"); alt == "" || length(alt) > maxAlt {
		v.fault("an image's description must have 1 to %d characters", maxAlt)
	}
}

func (v *checker) url(what, link string, required bool) {
	if link == "" {
		if required {
			v.fault("%s is missing", what)
		}
		return
	}
	v.most(what, link, maxURL)
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "mailto" && u.Scheme != "slack" && u.Host == "" ||
		u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" && u.Scheme != "slack" {
		v.fault("%s is no link that Slack takes", what)
	}
}
