package discord

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
)

func TestOrders(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	stoa := w.AddChannel(w.guild, fakediscord.Channel{Name: "stoa"})
	forum := w.AddChannel(w.guild, fakediscord.Channel{Name: "forum", Type: fakediscord.ForumChannel})
	asked := make(chan bot.Request, 1)
	w.run(t, newOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		return &bot.Answer{Request: r, Said: "Noted."}, nil
	}))
	here := bot.Place{Server: w.guild, Channel: w.agora}
	at := func(channel string) bot.Place { return bot.Place{Server: w.guild, Channel: channel} }
	digest := func(o bot.DigestOrder) bot.Request { return bot.Request{Command: bot.Digests, Digest: o} }
	private := func(o bot.PrivacyOrder) bot.Request { return bot.Request{Command: bot.Privacy, Privacy: o} }
	tests := []struct {
		name    string
		options []fakediscord.Option
		want    bot.Request
	}{
		{"digest add", []fakediscord.Option{with("schedule", "weekdays 8:30")}, digest(bot.DigestOrder{Action: bot.DigestAdd, When: "weekdays 8:30"})},
		{"digest add", []fakediscord.Option{with("schedule", "every 6h"), with("channel", w.agora), with("channel3", forum), with("to", stoa),
			with("timezone", "Europe/Berlin"), with("include", "changes"), with("nothing-new", "skip"), with("dry", true)},
			digest(bot.DigestOrder{Action: bot.DigestAdd, When: "every 6h", From: []bot.Place{here, at(forum)}, To: at(stoa), Zone: "Europe/Berlin",
				Parts: []bot.DigestPart{bot.PartNew, bot.PartSettled}, Quiet: true, Dry: true})},
		{"digest add", []fakediscord.Option{with("schedule", "mondays"), with("all", true), with("include", "everything"), with("nothing-new", "say")},
			digest(bot.DigestOrder{Action: bot.DigestAdd, When: "mondays", All: true})},
		{"digest list", nil, digest(bot.DigestOrder{Action: bot.DigestList})},
		{"digest show", []fakediscord.Option{with("number", 3)}, digest(bot.DigestOrder{Action: bot.DigestShow, Number: 3})},
		{"digest pause", []fakediscord.Option{with("number", 1)}, digest(bot.DigestOrder{Action: bot.DigestPause, Number: 1})},
		{"digest resume", []fakediscord.Option{with("number", 1)}, digest(bot.DigestOrder{Action: bot.DigestResume, Number: 1})},
		{"digest remove", []fakediscord.Option{with("number", 12)}, digest(bot.DigestOrder{Action: bot.DigestRemove, Number: 12})},
		{"digest run", []fakediscord.Option{with("number", 2), with("dry", true)}, digest(bot.DigestOrder{Action: bot.DigestRun, Number: 2, Dry: true})},
		{"privacy", nil, private(bot.PrivacyOrder{Action: bot.ShowKept})},
		{"privacy", []fakediscord.Option{with("action", "show")}, private(bot.PrivacyOrder{Action: bot.ShowKept})},
		{"privacy", []fakediscord.Option{with("action", "out")}, private(bot.PrivacyOrder{Action: bot.OptOut})},
		{"privacy", []fakediscord.Option{with("action", "in")}, private(bot.PrivacyOrder{Action: bot.OptIn})},
		{"privacy", []fakediscord.Option{with("action", "erase")}, private(bot.PrivacyOrder{Action: bot.Erase})},
		{"privacy", []fakediscord.Option{with("action", "keep"), with("days", 14)}, private(bot.PrivacyOrder{Action: bot.KeepFor, Days: 14})},
		{"privacy", []fakediscord.Option{with("action", "keep")}, private(bot.PrivacyOrder{Action: bot.KeepFor})},
		{"privacy", []fakediscord.Option{with("action", "log")}, private(bot.PrivacyOrder{Action: bot.ShowLog})},
		{"said", []fakediscord.Option{with("window", "200"), with("channel", stoa)},
			bot.Request{Command: bot.Mistaken, Place: at(stoa), Window: bot.Window{Last: 200}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := w.use("debate "+tt.name, tt.options...).Final()
			if answer.Content != "Noted." || !answer.Ephemeral() {
				t.Fatalf("told %q, privately %v", answer.Content, answer.Ephemeral())
			}
			tt.want.Asker, tt.want.Here = w.ann, here
			if tt.want.Place == (bot.Place{}) {
				tt.want.Place = here
			}
			if diff := cmp.Diff(tt.want, <-asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("days of something else", func(t *testing.T) {
		if got := w.use("debate privacy", with("action", "erase"), with("days", 3)).Final(); !strings.Contains(got.Content, "Days are for") {
			t.Errorf("told %q", got.Content)
		}
	})
	t.Run("zones", func(t *testing.T) {
		typed := w.Interact(fakediscord.Use{Kind: fakediscord.Autocomplete, User: w.ann, Channel: w.agora, Name: "debate digest add",
			Options: []fakediscord.Option{with("schedule", "daily"), {Name: "timezone", Value: "berl", Focused: true}}})
		if choices := typed.Choices(); !slices.ContainsFunc(choices, func(c fakediscord.Choice) bool { return c.Value == "Europe/Berlin" }) {
			t.Errorf("offered %v", choices)
		}
	})
}

func TestOrdersThatAreNone(t *testing.T) {
	for name, sub := range map[string]option{
		"no subcommand":         {Name: "digest"},
		"an unknown subcommand": {Name: "digest", Options: []option{{Name: "explode"}}},
		"two subcommands":       {Name: "digest", Options: []option{{Name: "list"}, {Name: "list"}}},
		"an unknown action":     {Name: "privacy", Options: []option{{Name: "action", Value: json.RawMessage(`"sell"`)}}},
		"a command of old":      {Name: "shout"},
	} {
		if _, err := subcommanded(bot.Request{}, sub, time.Now(), nil); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
}

// Discord counts the names, descriptions and values of a command together.
func TestCommandIsNotTooBig(t *testing.T) {
	var size func(options []*discordgo.ApplicationCommandOption) int
	size = func(options []*discordgo.ApplicationCommandOption) int {
		n := 0
		for _, o := range options {
			n += units(o.Name) + units(o.Description) + size(o.Options)
			for _, c := range o.Choices {
				n += units(c.Name)
				if value, isText := c.Value.(string); isText {
					n += units(value)
				}
			}
		}
		return n
	}
	for _, c := range commands() {
		if n := units(c.Name) + units(c.Description) + size(c.Options); n > 8000 {
			t.Errorf("%s has %d characters, 8,000 are allowed", c.Name, n)
		}
	}
}
