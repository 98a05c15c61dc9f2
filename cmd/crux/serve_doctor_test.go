package main

import (
	"strings"
	"testing"

	"crux/bot/platformtest/fakediscord"
)

func TestDoctorDiscord(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.text("agora")
	council := s.AddChannel(s.guild, fakediscord.Channel{Name: "council", Overwrites: []fakediscord.Overwrite{
		{ID: s.Bot, Member: true, Deny: fakediscord.ReadMessageHistory},
	}})
	tests := []struct {
		name   string
		change func()
		env    []string
		code   int
		says   []string
	}{
		{"as it should be", func() {}, nil, exitOK,
			[]string{"permissions=274878024704", "council", "Read Message History"}},
		{"mended", func() { s.SetOverwrites(council) }, nil, exitOK, []string{"can read 2 of 2"}},
		{"another server", func() {}, []string{"CRUX_DISCORD_GUILD_ID=123456789012345678"}, exitFailed, []string{"discord.guild_id"}},
		{"no intent", func() { s.SetIntentAllowed(fakediscord.IntentMessageContent, false) }, nil, exitFailed,
			[]string{"Message Content"}},
		{"wrong token", func() {}, []string{"CRUX_DISCORD_TOKEN=not.the.token"}, exitFailed, []string{"token"}},
	}
	for _, test := range tests {
		test.change()
		out, code := s.doctor(test.env...)
		if code != test.code {
			t.Errorf("%s: exit code %d, want %d", test.name, code, test.code)
		}
		for _, words := range test.says {
			if !strings.Contains(out, words) {
				t.Errorf("%s: %q is not in\n%s", test.name, words, out)
			}
		}
	}
	for _, r := range s.Requests("* *") {
		if r.Method != "GET" {
			t.Errorf("crux doctor sends %s %s", r.Method, r.Path)
		}
	}
}
