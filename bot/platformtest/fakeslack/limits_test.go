package fakeslack

import (
	"strings"
	"testing"
)

// section is a section of one text.
func section(kind, text string) object {
	return object{"type": "section", "text": object{"type": kind, "text": text}}
}

func plain(text string) object { return object{"type": "plain_text", "text": text} }

func button(label, id string, more object) object {
	return merge(object{"type": "button", "text": plain(label), "action_id": id}, more)
}

func actions(elements ...object) object { return object{"type": "actions", "elements": elements} }

func menu(kind string, n int) object {
	var options []object
	for range n {
		options = append(options, object{"text": plain("x"), "value": "v"})
	}
	return object{"type": kind, "action_id": "m", "options": options}
}

// rich is rich text of one section.
func rich(elements ...object) object { return richIn("rich_text_section", elements...) }

func richIn(part string, elements ...object) object {
	return object{"type": "rich_text", "elements": []object{{"type": part, "elements": elements}}}
}

func leaf(kind string, more object) object { return merge(object{"type": kind}, more) }

func words(text string) object { return leaf("text", object{"text": text}) }

func TestLimits(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	x := func(n int) string { return strings.Repeat("x", n) }
	many := func(n int, b object) []object {
		var out []object
		for range n {
			out = append(out, b)
		}
		return out
	}
	one := func(b object) []object { return []object{b} }
	list := func(style string, items ...object) object {
		return object{"type": "rich_text", "elements": []object{{"type": "rich_text_list", "style": style, "indent": 0, "border": 0, "offset": 0, "elements": items}}}
	}
	item := object{"type": "rich_text_section", "elements": []object{words("item")}}

	for _, test := range []struct {
		name   string
		blocks []object
		want   string // part of the violation; "" for none
		code   string
	}{
		{"as many blocks as may be", many(50, object{"type": "divider"}), "", ""},
		{"too many blocks", many(51, object{"type": "divider"}), "51 blocks", "invalid_blocks"},
		{"an unknown block", one(object{"type": "carousel9"}), `"carousel9"`, "invalid_blocks"},
		{"the longest section", one(section("mrkdwn", x(3000))), "", ""},
		{"too long a section", one(section("mrkdwn", x(3001))), "section has 3001", "invalid_blocks"},
		{"an empty section", one(section("mrkdwn", "")), "is empty", "invalid_blocks"},
		{"a section of nothing", one(object{"type": "section"}), "neither text nor fields", "invalid_blocks"},
		{"a section of a wrong text", one(section("html", "x")), `of the type "html"`, "invalid_blocks"},
		{"too long a field", one(object{"type": "section", "fields": one(plain(x(2001)))}), "field has 2001", "invalid_blocks"},
		{"a header", one(object{"type": "header", "text": plain(x(150))}), "", ""},
		{"too long a header", one(object{"type": "header", "text": plain(x(151))}), "header has 151", "invalid_blocks"},
		{"a header of markup", one(object{"type": "header", "text": object{"type": "mrkdwn", "text": "x"}}), `of the type "mrkdwn"`, "invalid_blocks"},
		{"a context", one(object{"type": "context", "elements": many(10, plain("x"))}), "", ""},
		{"too wide a context", one(object{"type": "context", "elements": many(11, plain("x"))}), "11 elements", "invalid_blocks"},
		{"buttons", one(actions(button(x(75), "1", object{"value": x(2000), "style": "primary"}), button("b", "2", object{"url": "https://athens.slack.com/x"}))), "", ""},
		{"no buttons", one(actions()), "0 elements", "invalid_blocks"},
		{"too many buttons", one(actions(many(26, button("a", "", nil))...)), "26 elements", "invalid_blocks"},
		{"the same action twice", one(actions(button("a", "1", nil), button("b", "1", nil))), "occurs twice", "invalid_blocks"},
		{"too long a label", one(actions(button(x(76), "1", nil))), "label has 76", "invalid_blocks"},
		{"too long a value", one(actions(button("a", "1", object{"value": x(2001)}))), "value has 2001", "invalid_blocks"},
		{"too long an action's id", one(actions(button("a", x(256), nil))), "id has 256", "invalid_blocks"},
		{"an odd style", one(actions(button("a", "1", object{"style": "loud"}))), `style "loud"`, "invalid_blocks"},
		{"a bad link", one(actions(button("a", "1", object{"url": "javascript:alert(1)"}))), "no link that Slack takes", "invalid_blocks"},
		{"a confirmation", one(actions(button("a", "1", object{"confirm": object{"title": plain("Sure?"), "text": plain("It goes."), "confirm": plain("Yes"), "deny": plain("No")}}))), "", ""},
		{"a confirmation of too many words", one(actions(button("a", "1", object{"confirm": object{"title": plain(x(101)), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}}))), "title has 101", "invalid_blocks"},
		{"a menu", one(actions(menu("static_select", 100))), "", ""},
		{"too long a menu", one(actions(menu("static_select", 101))), "101 options", "invalid_blocks"},
		{"too long an overflow", one(object{"type": "section", "text": plain("x"), "accessory": menu("overflow", 6)}), "6 options", "invalid_blocks"},
		{"an unknown element", one(actions(object{"type": "slider", "action_id": "1"})), `"slider"`, "invalid_blocks"},
		{"an image", one(object{"type": "image", "image_url": "https://athens.slack.com/x.png", "alt_text": "map", "title": plain("Map")}), "", ""},
		{"an image without a description", one(object{"type": "image", "image_url": "https://athens.slack.com/x.png"}), "description", "invalid_blocks"},
		{"an image of nothing", one(object{"type": "image", "alt_text": "map"}), "link is missing", "invalid_blocks"},
		{"a markdown block", one(object{"type": "markdown", "text": "# hello"}), "", ""},
		{"the same block twice", many(2, object{"type": "divider", "block_id": "b"}), "block's id occurs twice", "invalid_blocks"},
		{"all that may be", many(4, section("mrkdwn", x(3000))), "", ""},
		{"too much over all blocks", many(5, section("mrkdwn", x(2700))), "13500 characters together", "msg_blocks_too_long"},
		{"rich text", one(rich(words("a"), leaf("emoji", object{"name": "x"}), leaf("text", object{"text": "b", "style": object{"bold": true}}),
			leaf("date", object{"timestamp": 1700000000, "format": "{date}"}), leaf("color", object{"value": "#fff"}))), "", ""},
		{"a list", one(list("bullet", item, item)), "", ""},
		{"a list of an odd style", one(list("dashed", item)), `style "dashed"`, "invalid_blocks"},
		{"an empty list", one(list("bullet")), "no elements", "invalid_blocks"},
		{"a list in a list", one(list("bullet", list("bullet", item))), "no section", "invalid_blocks"},
		{"rich text of nothing", one(rich()), "without elements", "invalid_blocks"},
		{"rich text of an empty text", one(rich(words(""))), "lacks text", "invalid_blocks"},
		{"rich text of a button", one(rich(button("a", "1", nil))), `type "button"`, "invalid_blocks"},
		{"rich text of an odd part", one(richIn("rich_text_table", words("a"))), `type "rich_text_table"`, "invalid_blocks"},
		{"an odd style of rich text", one(rich(leaf("text", object{"text": "b", "style": object{"blink": true}}))), `style "blink"`, "invalid_blocks"},
		{"a style that is no bool", one(rich(leaf("text", object{"text": "b", "style": object{"bold": "yes"}}))), "neither true nor false", "invalid_blocks"},
		{"emoji in preformatted text", one(richIn("rich_text_preformatted", leaf("emoji", object{"name": "x"}))), "preformatted", "invalid_blocks"},
		{"a date without a time", one(rich(leaf("date", object{"format": "{date}"}))), "without a timestamp", "invalid_blocks"},
		{"a link home", one(rich(leaf("link", object{"url": "https://athens.slack.com/archives/C1/p1", "text": "there"}))), "", ""},
		{"a link elsewhere", one(rich(leaf("link", object{"url": "https://evil.example/x"}))), `leads to "evil.example"`, ""},
		{"words that look like links", one(rich(words("https://evil.example <!channel> @here <@U1>"))), "", ""},
		{"a link in markup", one(section("mrkdwn", "<https://evil.example|good>")), `leads to "evil.example"`, ""},
		{"a bare link in markup", one(section("mrkdwn", "see https://evil.example.")), `leads to "evil.example"`, ""},
		{"a user", one(rich(leaf("user", object{"user_id": "U1"}))), `notify ["U1"]`, ""},
		{"everybody", one(rich(leaf("broadcast", object{"range": "here"}))), `notify ["here"]`, ""},
		{"a mention in markup", one(section("mrkdwn", "hi <@U1>")), `notify ["U1"]`, ""},
		{"a broadcast in markup", one(section("mrkdwn", "hi <!channel|all>")), `notify ["channel"]`, ""},
		{"a bare broadcast in markup", one(section("mrkdwn", "hi @channel")), `notify ["channel"]`, ""},
		{"escaped markup", one(section("mrkdwn", "hi &lt;!channel&gt;")), "", ""},
	} {
		r := c.say(agora, "x", "blocks", string(mustJSON(test.blocks)))
		found := strings.Join(s.Violations(), "\n")
		if (test.want == "") != (found == "") || !strings.Contains(found, test.want) {
			t.Errorf("%s: violations %q, want %q", test.name, found, test.want)
		}
		if r.Error != test.code {
			t.Errorf("%s: error %q, want %q", test.name, r.Error, test.code)
		}
	}
}

func TestHouseRules(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	for _, test := range []struct {
		name, want, code string
		args             []string
	}{
		{"the longest text", "", "", []string{"text", strings.Repeat("x", 40000)}},
		{"too long a text", "40001 characters", "msg_too_long", []string{"text", strings.Repeat("x", 40001)}},
		{"nothing", "an empty message", "no_text", []string{"text", ""}},
		{"blocks alone", "which notifications show", "", []string{"text", "", "blocks", `[{"type":"divider"}]`}},
		{"blocks that are none", "no JSON list", "invalid_blocks_format", []string{"blocks", `{}`}},
		{"a ping in the text", `notify ["here"]`, "", []string{"text", "hi <!here>", "blocks", `[{"type":"divider"}]`}},
		{"a link in the text", "evil.example", "", []string{"text", "http://evil.example", "blocks", `[{"type":"divider"}]`}},
		{"an allowed link", "", "", []string{"text", "http://good.example/x"}},
		{"unfurling", "must both be false", "", []string{"text", "x", "unfurl_links", "true"}},
		{"names made mentions", "link_names", "", []string{"text", "x", "link_names", "1"}},
		{"metadata", "", "", []string{"text", "x", "metadata", `{"event_type":"digest","event_payload":{"key":"1"}}`}},
		{"metadata of nothing", "without event_type", "invalid_metadata_format", []string{"text", "x", "metadata", `{"event_type":""}`}},
		{"attachments", "attachments", "", []string{"text", "x", "attachments", `[{"text":"old"}]`}},
	} {
		s.AllowHost("good.example")
		r := c.say(agora, "x", test.args...)
		found := strings.Join(s.Violations(), "\n")
		if (test.want == "") != (found == "") || !strings.Contains(found, test.want) || r.Error != test.code {
			t.Errorf("%s: violations %q, error %q; want %q, %q", test.name, found, r.Error, test.want, test.code)
		}
	}
	c.call("chat.postMessage", "channel", agora, "text", "x")
	wantViolations(t, s, "must both be false")
}

func TestViewLimits(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	publish := func(view object) reply { return c.json("views.publish", object{"user_id": ann, "view": view}) }
	blocks := func(n int) []object {
		var out []object
		for range n {
			out = append(out, section("mrkdwn", "<#C1> for <@U1>"))
		}
		return out
	}
	if r := publish(object{"type": "home", "blocks": blocks(100)}); !r.OK || r.View.ID == "" {
		t.Errorf("a view: %s", r.Error)
	}
	wantViolations(t, s)
	publish(object{"type": "home", "blocks": blocks(101)})
	publish(object{"type": "modal", "blocks": blocks(1)})
	publish(object{"type": "home"})
	publish(object{"type": "home", "blocks": blocks(1), "private_metadata": strings.Repeat("x", 3001)})
	wantViolations(t, s, "101 blocks", "no home", "without blocks", "too long an id or metadata")
	if p := s.Home(ann); len(p.Blocks) != 100 || p.Edits != 0 {
		t.Errorf("the home: %d blocks, %d edits", len(p.Blocks), p.Edits)
	}
}
