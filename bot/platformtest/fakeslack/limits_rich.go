package fakeslack

// richText holds a rich_text block to its grammar: sections, quotes, preformatted
// parts and lists of sections, which hold text, links, emoji, mentions, dates and colours.
func (v *checker) richText(b node) {
	parts, _ := b["elements"].([]any)
	if len(parts) == 0 {
		v.fault("rich text of no elements")
	}
	for _, raw := range parts {
		part, is := raw.(node)
		if !is {
			v.fault("rich text with an element that is no object")
			continue
		}
		switch kind := textOf(part, "type"); kind {
		case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
			v.inline(part)
		case "rich_text_list":
			v.richList(part)
		default:
			v.fault("rich text with an element of the type %q", kind)
		}
	}
}

func (v *checker) richList(part node) {
	if style := textOf(part, "style"); style != "bullet" && style != "ordered" {
		v.fault("a list of the style %q", style)
	}
	for key, most := range map[string]float64{"indent": 8, "offset": 1 << 20, "border": 1} {
		if n, is := part[key].(float64); part[key] != nil && (!is || n < 0 || n > most || n != float64(int(n))) {
			v.fault("a list whose %s is not from 0 to %d", key, int(most))
		}
	}
	items, _ := part["elements"].([]any)
	if len(items) == 0 {
		v.fault("a list of no elements")
	}
	for _, raw := range items {
		item, is := raw.(node)
		if !is || textOf(item, "type") != "rich_text_section" {
			v.fault("a list with an element that is no section")
			continue
		}
		v.inline(item)
	}
}

// inline checks what stands in a section.
func (v *checker) inline(part node) {
	elements, _ := part["elements"].([]any)
	if len(elements) == 0 {
		v.fault("a part of rich text without elements")
	}
	for _, raw := range elements {
		e, is := raw.(node)
		if !is {
			v.fault("rich text with an element that is no object")
			continue
		}
		v.leaf(e, textOf(part, "type") == "rich_text_preformatted")
	}
}

// needed are the properties, which must be texts, of what stands in rich text.
var needed = map[string][]string{
	"text": {"text"}, "link": {"url"}, "emoji": {"name"}, "user": {"user_id"}, "channel": {"channel_id"}, "usergroup": {"usergroup_id"},
	"broadcast": {"range"}, "date": {"format"}, "color": {"value"}, "team": {"team_id"},
}

func (v *checker) leaf(e node, preformatted bool) {
	kind := textOf(e, "type")
	keys, known := needed[kind]
	if !known {
		v.fault("rich text with an element of the type %q", kind)
		return
	}
	if preformatted && kind != "text" && kind != "link" {
		v.fault("preformatted rich text with an element of the type %q", kind)
	}
	for _, key := range keys {
		if textOf(e, key) == "" {
			v.fault("rich text with an element of the type %q that lacks %s", kind, key)
		}
	}
	switch kind {
	case "link":
		v.url("a link", textOf(e, "url"), false)
	case "broadcast":
		if r := textOf(e, "range"); r != "here" && r != "channel" && r != "everyone" {
			v.fault("a broadcast to %q", r)
		}
	case "date":
		if at, is := e["timestamp"].(float64); !is || at != float64(int64(at)) {
			v.fault("a date without a timestamp in seconds")
		}
	}
	if e["text"] != nil {
		if _, is := e["text"].(string); !is {
			v.fault("rich text whose text is no text")
		}
		v.most("a text in rich text", textOf(e, "text"), maxText)
		v.total += length(textOf(e, "text"))
	}
	v.style(e)
}

// style checks how an element of rich text is set.
func (v *checker) style(e node) {
	if e["style"] == nil {
		return
	}
	style, is := e["style"].(node)
	if !is {
		v.fault("rich text whose style is no object")
		return
	}
	for key, on := range style {
		if _, is := on.(bool); !is {
			v.fault("rich text whose style %q is neither true nor false", key)
		}
		switch key {
		case "bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink":
		default:
			v.fault("rich text of the style %q", key)
		}
	}
}
