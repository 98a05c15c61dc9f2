package slack

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot"
	fake "crux/bot/platformtest/fakeslack"
)

// found is the check of a thing, the zero Check where it was not looked at.
func found(checks []bot.Check, what string) bot.Check {
	for _, c := range checks {
		if c.What == what {
			return c
		}
	}
	return bot.Check{}
}

// without are the scopes that crux asks for, but one.
func without(scope string) []string {
	return slices.DeleteFunc(scopes(), func(s string) bool { return s == scope })
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	many := func(s *fake.Slack) {
		c := s.AddChannel(fake.Channel{Name: "agora"})
		for range 20 {
			s.Post(c, fake.Message{Text: "x"})
		}
	}
	http := func(o *Options) { o.AppToken, o.SigningSecret, o.Listen = "", "secret", "127.0.0.1:0" }
	tests := []struct {
		name   string
		world  func(*fake.Slack)
		change func(*Options)
		what   string
		level  bot.Level
		says   string // in Found or Mend
	}{
		{"the token", nil, nil, "slack: bot token", bot.Good, "accepts it for the workspace"},
		{"a wrong token", nil, func(o *Options) { o.BotToken = "xoxb-wrong" }, "slack: bot token", bot.Broken, "slack.bot_token"},
		{"no answer", func(s *fake.Slack) { s.Fail("auth.test", "channel_not_found", 0) }, nil, "slack: bot token", bot.Broken, "could not look: Slack says channel_not_found."},
		{"scopes", nil, nil, "slack: scopes", bot.Good, "all that it needs"},
		{"a scope is missing", func(s *fake.Slack) { s.Scopes("chat:write", "channels:read", "groups:read") }, nil, "slack: scopes", bot.Broken, "users:read"},
		{"its own posts", nil, nil, "slack: digests", bot.Good, "posted once"},
		{"its own posts are not shown", func(s *fake.Slack) { s.Scopes(without(scopeMarks)...) }, nil, "slack: digests", bot.Poor, "metadata.message:read"},
		{"all else is there", func(s *fake.Slack) { s.Scopes(without(scopeMarks)...) }, nil, "slack: scopes", bot.Good, "all that it needs"},
		{"Socket Mode", nil, nil, "slack: Socket Mode", bot.Good, "accepts"},
		{"a wrong app token", nil, func(o *Options) { o.AppToken = "xapp-wrong" }, "slack: Socket Mode", bot.Broken, "slack.app_token"},
		{"HTTP", nil, http, "slack: listen", bot.Good, "can listen at 127.0.0.1:0"},
		{"an address of another machine", nil, func(o *Options) { http(o); o.Listen = "192.0.2.1:80" }, "slack: listen", bot.Broken, "can't listen"},
		{"no way in", nil, func(o *Options) { o.AppToken = "" }, "slack: listen", bot.Broken, "neither an app token nor a signing secret"},
		{"no channel", nil, nil, "slack: channels", bot.Poor, "/invite @crux"},
		{"a channel", many, nil, "slack: channels", bot.Good, "in 1 channel."},
		{"the channels may not be listed", func(s *fake.Slack) { s.Scopes("chat:write") }, nil, "slack: channels", bot.Broken, "channels:read"},
		{"none is shared", many, nil, "slack: shared channels", bot.Good, ""},
		{"one is shared", func(s *fake.Slack) { s.AddChannel(fake.Channel{Name: "allies", ExtShared: true}) }, nil, "slack: shared channels", bot.Poor, "#allies"},
		{"one is shared, as configured", func(s *fake.Slack) { s.AddChannel(fake.Channel{Name: "allies", ExtShared: true}) }, shareable, "slack: shared channels", bot.Good, "#allies"},
		{"history", many, nil, "slack: history", bot.Good, "can read the channels"},
		{"throttled history", func(s *fake.Slack) { many(s); s.Throttle(true) }, nil, "slack: history", bot.Poor, "only 15 messages a minute"},
		{"limited history", func(s *fake.Slack) { many(s); s.Limit("conversations.history", 0, time.Minute, 0) }, nil, "slack: history", bot.Poor, "only 15 messages a minute"},
		{"no history", func(s *fake.Slack) { many(s); s.Scopes("channels:read", "groups:read") }, nil, "slack: history", bot.Broken, "channels:history"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fake.New(t)
			asInstalled(s)
			if tt.world != nil {
				tt.world(s)
			}
			var change []func(*Options)
			if tt.change != nil {
				change = append(change, tt.change)
			}
			c := found(reader(t, s, change...).Doctor(t.Context()), tt.what)
			if c.Level != tt.level || !strings.Contains(c.Found+c.Mend, tt.says) || (tt.says == "") != (c == bot.Check{}) {
				t.Errorf("%+v, want level %v and %q", c, tt.level, tt.says)
			}
			if (c.Level != bot.Good) != (c.Mend != "") {
				t.Errorf("nothing is said on how to mend %+v", c)
			}
			for _, r := range s.Requests("*") {
				if strings.HasPrefix(r.Method, "chat.") || strings.HasPrefix(r.Method, "views.") {
					t.Errorf("the doctor called %s", r.Method)
				}
			}
		})
	}
}

func TestDoctorAndCruxAtTheSameAddress(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	a := reader(t, fake.New(t), func(o *Options) { o.AppToken, o.SigningSecret, o.Listen = "", "secret", l.Addr().String() })
	if c := found(a.Doctor(t.Context()), "slack: listen"); c.Level != bot.Poor || !strings.Contains(c.Found, "listens at "+l.Addr().String()+" already") {
		t.Errorf("%+v", c)
	}
}
