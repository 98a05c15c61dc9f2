package fakediscord

import (
	"fmt"
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	path := "/channels/" + d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"}) + "/messages"
	x := func(n int) string { return strings.Repeat("x", n) }
	embed := func(e object) object { return object{"embeds": []object{e}, "allowed_mentions": quiet} }
	field := func(name, value string) object {
		return embed(object{"fields": []object{{"name": name, "value": value}}})
	}
	components := func(rows []object) object { return merge(say("x"), object{"components": rows}) }
	fields := func(n int) []object {
		var out []object
		for range n {
			out = append(out, object{"name": "n", "value": "v"})
		}
		return out
	}

	options := func(n int) []object {
		var out []object
		for i := range n {
			out = append(out, object{"label": x(100), "value": fmt.Sprint(i), "description": x(100)})
		}
		return out
	}

	for _, test := range []struct {
		name string
		body object
		want string // part of the violation; "" for none
	}{
		{"the longest content", say(x(2000)), ""},
		{"too long a content", say(x(2001)), "content has 2001"},
		{"content is counted in UTF-16", say(strings.Repeat("😀", 1001)), "content has 2002"},
		{"the longest embed", embed(object{"title": x(256), "description": x(3500), "footer": object{"text": x(2048)}, "author": object{"name": x(196)}}), ""},
		{"too much over all embeds", embed(object{"title": x(256), "description": x(3500), "footer": object{"text": x(2048)}, "author": object{"name": x(197)}}), "6001 characters together"},
		{"too long a title", embed(object{"title": x(257)}), "title has 257"},
		{"too long a description", embed(object{"description": x(4097)}), "description has 4097"},
		{"too long a footer", embed(object{"footer": object{"text": x(2049)}}), "footer has 2049"},
		{"too long an author", embed(object{"author": object{"name": x(257)}}), "author has 257"},
		{"the longest field", field(x(256), x(1024)), ""},
		{"too long a field's name", field(x(257), "v"), "name has 257"},
		{"too long a field's value", field("n", x(1025)), "value has 1025"},
		{"an empty field", field("n", ""), "without a name or a value"},
		{"too many fields", embed(object{"fields": fields(26)}), "26 fields"},
		{"an embed's bad link", embed(object{"title": "t", "url": "javascript:alert(1)"}), "no link"},
		{"an empty embed", embed(object{}), "nothing in it"},
		{"too many embeds", object{"embeds": make([]object, 11), "allowed_mentions": quiet}, "11 embeds"},
		{"five buttons", components(row(button("a", "1"), button("b", "2"), button("c", "3"), button("d", "4"), button("e", "5"))), ""},
		{"six buttons", components(row(button("a", "1"), button("b", "2"), button("c", "3"), button("d", "4"), button("e", "5"), button("f", "6"))), "6 components"},
		{"six rows", components([]object{row(button("a", "1"))[0], {"type": 1}, {"type": 1}, {"type": 1}, {"type": 1}, {"type": 1}}), "6 rows"},
		{"a button outside any row", components([]object{button("a", "1")}), "outside any row"},
		{"too long a label", components(row(button(x(81), "1"))), "label has 81"},
		{"no label", components(row(button("", "1"))), "neither label nor emoji"},
		{"too long a custom id", components(row(button("a", x(101)))), "custom id has 101"},
		{"the same custom id twice", components(row(button("a", "1"), button("b", "1"))), "twice"},
		{"no custom id", components(row(button("a", ""))), "without a custom id"},
		{"a link button", components(row(object{"type": 2, "style": 5, "label": "a", "url": "https://example.org"})), ""},
		{"a link button with a custom id", components(row(object{"type": 2, "style": 5, "label": "a", "url": "https://example.org", "custom_id": "1"})), "link button must"},
		{"a menu without options", components(row(object{"type": 3, "custom_id": "1"})), "menu of 0 options"},
		{"a menu of all options that may be", components(row(object{"type": 3, "custom_id": "1", "options": options(25)})), ""},
		{"a menu of too many options", components(row(object{"type": 3, "custom_id": "1", "options": options(26)})), "26 options"},
		{"two options of the same value", components(row(object{"type": 3, "custom_id": "1", "options": append(options(2), options(1)...)})), "the same value"},
		{"too long an option", components(row(object{"type": 3, "custom_id": "1", "options": []object{{"label": x(101), "value": x(101), "description": x(101)}}})), "description has 101"},
		{"more to choose than there is", components(row(object{"type": 3, "custom_id": "1", "max_values": 3, "options": options(2)})), "1 to 3 can be chosen"},
		{"a menu beside a button", components(row(button("a", "1"), object{"type": 3, "custom_id": "2", "options": options(1)})), "does not stand alone"},
		{"an input in a message", components(row(object{"type": 4, "custom_id": "1", "style": 1, "label": "x"})), "type 4 in a row"},
		{"nothing", object{"allowed_mentions": quiet}, "an empty message"},
		{"no allowed mentions", object{"content": "x"}, "allowed_mentions is missing"},
		{"null for allowed mentions", object{"content": "x", "allowed_mentions": nil}, "allowed_mentions"},
		{"null for parse", object{"content": "x", "allowed_mentions": object{"parse": nil}}, "parse is missing or null"},
		{"everyone may be pinged", object{"content": "x", "allowed_mentions": object{"parse": []string{"everyone"}}}, "ping"},
		{"somebody may be pinged", object{"content": "x", "allowed_mentions": object{"parse": []string{}, "users": []string{"1"}}}, "pinged"},
		{"the one replied to is pinged", object{"content": "x", "allowed_mentions": object{"parse": []string{}, "replied_user": true}}, "pinged"},
	} {
		status := c.do("POST", path, test.body, nil)
		found := strings.Join(d.Violations(), "\n")
		if (test.want == "") != (found == "") || !strings.Contains(found, test.want) {
			t.Errorf("%s: violations %q, want %q", test.name, found, test.want)
		}
		if test.want == "" && status != 200 {
			t.Errorf("%s: status %d", test.name, status)
		}
	}
	c.form("POST", path, say("big"), File{Name: "f", Data: make([]byte, maxFileSize+1)})
	wantViolations(t, d, "a file has")
}

func TestCommandRules(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	path := "/applications/" + d.App + "/commands"
	option := func(o object) object {
		return object{"name": "debate", "description": "d", "options": []object{merge(object{"type": 3, "name": "o", "description": "d"}, o)}}
	}
	// wordy has so many choices of 101 characters.
	wordy := func(n int) object {
		options := []object{}
		for i := range n {
			if i%20 == 0 {
				options = append(options, object{"type": 3, "name": fmt.Sprint("o", i), "description": "d", "choices": []object{}})
			}
			in := options[len(options)-1]
			in["choices"] = append(in["choices"].([]object), object{"name": strings.Repeat("x", 100), "value": "v"})
		}
		return object{"name": "debate", "description": "d", "options": options}
	}
	if status := c.do("POST", path, wordy(78), nil); status != 201 {
		t.Errorf("a wordy command: status %d", status)
	}
	c.do("PUT", path, []object{}, nil)
	for name, body := range map[string]object{
		"capitals":                     {"name": "Debate", "description": "d"},
		"no description":               {"name": "debate"},
		"a menu with a description":    {"name": "Answered?", "type": 3, "description": "d"},
		"too long a description":       option(object{"description": strings.Repeat("x", 101)}),
		"autocomplete and choices":     option(object{"autocomplete": true, "choices": []object{{"name": "a", "value": "b"}}}),
		"autocomplete of a channel":    option(object{"autocomplete": true, "type": 7}),
		"a length of a number":         option(object{"type": 4, "max_length": 3}),
		"a least text":                 option(object{"min_value": 3}),
		"an unknown type":              option(object{"type": 12}),
		"a group in a group":           option(object{"type": 2, "options": []object{{"type": 2, "name": "g", "description": "d"}}}),
		"an empty group":               option(object{"type": 2}),
		"a subcommand in another":      option(object{"type": 1, "options": []object{{"type": 1, "name": "s", "description": "d"}}}),
		"an option of an option":       option(object{"options": []object{{"type": 3, "name": "s", "description": "d"}}}),
		"more words than allowed":      wordy(80),
		"a choice of too many letters": option(object{"choices": []object{{"name": "a", "value": strings.Repeat("x", 101)}}}),
	} {
		if code := c.errorCode("POST", path, body); code != 50035 {
			t.Errorf("%s: code %d", name, code)
		}
		if len(d.Violations()) != 1 {
			t.Errorf("%s: not one violation", name)
		}
	}
	if n := len(d.Commands("")); n != 0 {
		t.Errorf("%d commands were registered", n)
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	g := d.AddGuild("Athens")
	c.register(g)
	d.WaitCommands("debate", "Is this answered?")
	path := "/applications/" + d.App + "/guilds/" + g + "/commands"
	before := d.Commands(g)
	var back []map[string]any
	c.do("GET", path, nil, &back)
	if len(back) != 2 || back[0]["version"] == nil || back[0]["default_member_permissions"] != nil || back[0]["guild_id"] != g {
		t.Errorf("commands as Discord gives them back: %v", back)
	}
	sub := back[0]["options"].([]any)[0].(map[string]any)
	window := sub["options"].([]any)[0].(map[string]any)
	if _, found := window["required"]; found || window["autocomplete"] != true {
		t.Errorf("an option with what is false: %v", window)
	}
	c.register(g)
	if after := d.Commands(g); after[0].ID != before[0].ID || len(after) != 2 {
		t.Error("replacing commands changes their ids")
	}
	if status := c.do("PATCH", path+"/"+before[0].ID, object{"description": "Other"}, nil); status != 200 {
		t.Errorf("editing: status %d", status)
	}
	if k := d.Commands(g)[0]; k.Description != "Other" || len(k.Options) != 1 {
		t.Errorf("edited: %+v", k)
	}
	if status := c.do("POST", path, object{"name": "debate", "description": "Again"}, nil); status != 200 || len(d.Commands(g)) != 2 {
		t.Error("creating a command of the same name adds one")
	}
	if status := c.do("DELETE", path+"/"+before[0].ID, nil, nil); status != 204 || len(d.Commands(g)) != 1 {
		t.Errorf("deleting: status %d", status)
	}
	if n := d.CommandWrites(); n != 5 {
		t.Errorf("%d writes, want 5", n)
	}
	if code := c.errorCode("GET", "/applications/1/commands", nil); code != 20012 {
		t.Errorf("another application: code %d", code)
	}
}
