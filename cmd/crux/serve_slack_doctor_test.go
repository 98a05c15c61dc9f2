package main

import (
	"strings"
	"testing"

	"crux/bot/platformtest/fakeslack"
)

func TestDoctorSlack(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	ann := s.AddUser(fakeslack.User{Name: "ann"})
	agora := s.channel("agora", ann)
	all := []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:write",
		"groups:history", "groups:read", "im:history", "im:write", "users:read",
	}
	for _, test := range []struct {
		name   string
		change func()
		env    []string
		code   int
		says   []string
	}{
		{"as it should be", func() {}, nil, exitOK, []string{"ok      slack", "1 channel"}},
		{"not the bot token", func() {}, []string{"CRUX_SLACK_BOT_TOKEN=xoxb-wrong"}, exitFailed, []string{"broken", "Install App", "slack.bot_token"}},
		{"not the app token", func() {}, []string{"CRUX_SLACK_APP_TOKEN=xapp-wrong"}, exitFailed, []string{"broken", "connections:write"}},
		{"swapped", func() {}, []string{"CRUX_SLACK_BOT_TOKEN=" + s.AppToken}, exitFailed, []string{"broken", "slack.bot_token", "slack.app_token"}},
		{"without users:read", func() { s.Scopes(all[:len(all)-1]...) }, nil, exitFailed, []string{"users:read", "crux manifest slack"}},
		{"in no channel", func() { s.Scopes(all...); s.Leave(agora, s.Bot) }, nil, exitOK, []string{"/invite @crux"}},
		{"shared", func() {
			s.Join(agora, s.Bot)
			s.SetChannel(agora, func(c *fakeslack.Channel) { c.ExtShared = true })
		}, nil, exitOK, []string{"poor", "slack.shared_channels"}},
	} {
		test.change()
		out, code := s.doctor(test.env...)
		if code != test.code {
			t.Errorf("%s: exit code %d\n%s", test.name, code, out)
		}
		for _, words := range test.says {
			if !strings.Contains(out, words) {
				t.Errorf("%s: %q is not in\n%s", test.name, words, out)
			}
		}
	}
	for _, method := range []string{"chat.postMessage", "chat.postEphemeral"} {
		if len(s.Requests(method)) > 0 {
			t.Errorf("crux doctor calls %s", method)
		}
	}
}
