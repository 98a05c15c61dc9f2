package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crux/bot"
	"crux/bot/store"
	"crux/config"
)

// settings loads what the environment says, and nothing of whoever runs the tests.
func settings(t *testing.T, env ...string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	c, err := config.Load(config.Options{Env: append([]string{"XDG_CONFIG_HOME=" + dir, "XDG_STATE_HOME=" + dir}, env...)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhichPlatformsAreServed(t *testing.T) {
	const (
		discord = "CRUX_DISCORD_TOKEN=t0ken"
		bot     = "CRUX_SLACK_BOT_TOKEN=xoxb-t0ken"
		app     = "CRUX_SLACK_APP_TOKEN=xapp-t0ken"
		signing = "CRUX_SLACK_SIGNING_SECRET=t0ken"
		listen  = "CRUX_SLACK_LISTEN=127.0.0.1:3000"
	)
	tests := []struct {
		env  []string
		want []string // in what is logged at the start
	}{
		{[]string{discord}, []string{`platforms=discord `, `discord_commands="in every server"`}},
		{[]string{discord, "CRUX_DISCORD_GUILD_ID=123"}, []string{`discord_commands="in server 123 alone"`}},
		{[]string{bot, app}, []string{`platforms=slack `, `slack_events="over Socket Mode"`}},
		{[]string{bot, signing, listen}, []string{`platforms=slack `, `slack_events="over HTTP at 127.0.0.1:3000"`}},
		{[]string{bot, app, signing, listen}, []string{`slack_events="over Socket Mode"`}},
		{[]string{bot, app, discord}, []string{`platforms="discord, slack"`, `discord_commands=`, `slack_events=`, `engine=embedded`}},
	}
	for _, test := range tests {
		c := settings(t, test.env...)
		var out bytes.Buffer
		announce(c, configuredPlatforms(c), slog.New(slog.NewTextHandler(&out, nil)))
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q: no %s in %s", test.env, want, out.String())
			}
		}
		if strings.Contains(out.String(), "t0ken") {
			t.Errorf("a token shows in %s", out.String())
		}
	}
	if found := configuredPlatforms(settings(t)); len(found) > 0 {
		t.Errorf("nothing is set, yet %s is served", names(found))
	}
}

// Two bots share one registry of figures, one store and one queue; each platform that is not
// connected is named.
func TestTwoPlatformsSideBySide(t *testing.T) {
	c := settings(t, "CRUX_DISCORD_TOKEN=t0ken", "CRUX_SLACK_BOT_TOKEN=xoxb-t0ken", "CRUX_SLACK_APP_TOKEN=xapp-t0ken",
		"CRUX_STORE_URL=sqlite://"+filepath.Join(t.TempDir(), "crux.db"))
	kept, err := store.Open(t.Context(), c.Store.URL, discarding)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	registry, queue := prometheus.NewRegistry(), bot.NewQueue(0)
	registerQueue(registry, queue)
	var all []served
	for _, p := range configuredPlatforms(c) {
		s, err := newServed(p, c, bot.Options{Storage: kept, Engine: c.Engine.Name, Queue: queue, Log: discarding, Now: time.Now, Metrics: registry})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.close)
		all = append(all, s)
	}
	if _, err := registry.Gather(); err != nil {
		t.Error(err)
	}
	var lines []string
	for _, err := range unready(context.Background(), kept, all) {
		lines = append(lines, err.Error())
	}
	if got, want := strings.Join(lines, "\n"), "discord: not connected\nslack: not connected"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
