package discord

import (
	"encoding/json"
	"slices"
	"testing"

	"crux/bot/platformtest/fakediscord"
)

func TestRegistrationWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.run(t, newOracle(answersAll))
	first := w.CommandWrites()
	if got := w.Commands(""); first != 3 || len(got) != 3 {
		t.Fatalf("%d commands stand after %d writes, want 3 after 3", len(got), first)
	}
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}

	again := w.start(t, newOracle(answersAll))
	w.WaitReady(2)
	if got := w.CommandWrites(); got != first {
		t.Errorf("the second start wrote %d commands, want none", got-first)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}

	// In one server they are written there, and taken from everywhere else.
	local := w.start(t, newOracle(answersAll), func(o *Options) { o.Guild = w.guild })
	w.WaitReady(3)
	if got := w.Commands(""); len(got) != 0 {
		t.Errorf("%d global commands stand beside those of the server", len(got))
	}
	if got := w.Commands(w.guild); len(got) != 3 {
		t.Errorf("%d commands stand in the server, want 3", len(got))
	}
	if got := w.CommandWrites() - first; got != 6 {
		t.Errorf("%d writes moved three commands, want 6", got)
	}
	if err := local(); err != nil {
		t.Fatal(err)
	}
}

func TestRegistrationLeavesOthersAndMendsOurs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	a, err := New(Options{Token: w.Token, APIURL: w.URL(), Guild: w.guild})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	path := "/applications/" + w.App + "/guilds/" + w.guild + "/commands"
	for _, c := range []map[string]any{
		{"name": "weather", "description": "Another program's", "type": 1},
		{"name": slashName, "description": "As it was once", "type": 1},
	} {
		if err := a.call(t.Context(), "POST", path, c, nil); err != nil {
			t.Fatal(err)
		}
	}
	wrote, err := a.registerIn(t.Context(), w.App, w.guild, commands())
	if err != nil || wrote != 3 {
		t.Errorf("wrote %d commands (%v), want 3: one mended, two new", wrote, err)
	}
	removed, err := a.registerIn(t.Context(), w.App, w.guild, nil)
	if err != nil || removed != 3 {
		t.Errorf("removed %d commands (%v), want 3", removed, err)
	}
	left := w.Commands(w.guild)
	if !slices.ContainsFunc(left, func(c fakediscord.Command) bool { return c.Name == "weather" }) || len(left) != 1 {
		t.Errorf("%v is left, want only the other program's command", left)
	}
}

func TestSameCommand(t *testing.T) {
	t.Parallel()
	ours, err := json.Marshal(commands()[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(map[string]any)) json.RawMessage {
		var fields map[string]any
		if err := json.Unmarshal(ours, &fields); err != nil {
			t.Fatal(err)
		}
		change(fields)
		raw, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	option := func(fields map[string]any, sub, n int) map[string]any {
		return fields["options"].([]any)[sub].(map[string]any)["options"].([]any)[n].(map[string]any)
	}
	tests := []struct {
		name   string
		change func(map[string]any)
		want   bool
	}{
		{"as it is", func(map[string]any) {}, true},
		{"with what Discord adds", func(c map[string]any) {
			c["id"], c["version"], c["default_permission"], c["nsfw"], c["name_localizations"] = "1", "2", true, false, nil
		}, true},
		{"without what is false", func(c map[string]any) { delete(option(c, 0, 1), "required") }, true},
		{"types of channel in another order", func(c map[string]any) { slices.Reverse(option(c, 0, 1)["channel_types"].([]any)) }, true},
		{"another description", func(c map[string]any) { option(c, 0, 0)["description"] = "else" }, false},
		{"no autocomplete", func(c map[string]any) { delete(option(c, 0, 0), "autocomplete") }, false},
		{"in direct messages too", func(c map[string]any) { c["contexts"] = []any{0, 1} }, false},
		{"options in another order", func(c map[string]any) { slices.Reverse(c["options"].([]any)) }, false},
	}
	for _, test := range tests {
		if got := sameCommand(changed(test.change), ours); got != test.want {
			t.Errorf("%s: same is %v, want %v", test.name, got, test.want)
		}
	}
}
