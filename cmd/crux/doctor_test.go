package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crux/bot"
	"crux/config"
)

// doctor runs crux doctor with platforms that answer what they are given to answer.
func doctor(ctx context.Context, t *testing.T, platforms doctorPlatforms, args ...string) (string, error) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	cmd := newDoctorCommand(platforms)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	var out strings.Builder
	cmd.SetOut(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(ctx)
	return out.String(), err
}

// discordSays is a Discord that was found like this.
func discordSays(checks ...bot.Check) doctorPlatforms {
	return doctorPlatforms{"discord": func(context.Context, *config.Config) []bot.Check { return checks }}
}

func TestDoctorFailsOnlyWhereSomethingIsBroken(t *testing.T) {
	t.Setenv("CRUX_DISCORD_TOKEN", "t0ken")
	out, err := doctor(t.Context(), t, discordSays(
		bot.Check{What: "discord: token", Found: "is that of crux"},
		bot.Check{What: "discord: #a\x1b[2Jb", Level: bot.Poor, Found: "one\ntwo", Mend: "mend it"},
	))
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{"ok      config", "environment: CRUX_DISCORD_TOKEN\n", "ok      discord: token", "poor    discord: #a[2Jb", "  one two\n        → mend it\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, err := doctor(t.Context(), t, discordSays(bot.Check{What: "discord", Level: bot.Broken})); err == nil || err.Error() != "broken: 1 of 4 checks" {
		t.Errorf("got %v", err)
	}
}

func TestDoctorTellsOfSecretsThatLieOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "crux.yaml")
	if err := os.WriteFile(file, []byte("discord.token: t0ken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := doctor(t.Context(), t, discordSays(), "--config", file)
	if err != nil || !strings.Contains(out, "ok      config        "+file+", 1 key\n") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err = doctor(t.Context(), t, discordSays(), "--config", file)
	if err != nil || !strings.Contains(out, "poor    config") || !strings.Contains(out, "→ chmod o-r "+file) || strings.Contains(out, "t0ken") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Each platform that has a token is checked, and no other; the checks stand in order, whoever answers first.
func TestDoctorChecksEachPlatform(t *testing.T) {
	t.Setenv("CRUX_SLACK_BOT_TOKEN", "xoxb-t0ken")
	t.Setenv("CRUX_SLACK_APP_TOKEN", "xapp-t0ken")
	slackDone := make(chan struct{})
	both := doctorPlatforms{
		"discord": func(context.Context, *config.Config) []bot.Check {
			<-slackDone
			return []bot.Check{{What: "discord: token"}}
		},
		"slack": func(context.Context, *config.Config) []bot.Check {
			close(slackDone)
			return []bot.Check{{What: "slack: token"}}
		},
	}
	t.Setenv("CRUX_DISCORD_TOKEN", "t0ken")
	out, err := doctor(t.Context(), t, both)
	discord, slack := strings.Index(out, "ok      discord: token"), strings.Index(out, "ok      slack: token")
	if err != nil || discord < 0 || slack < discord || strings.Contains(out, "t0ken") {
		t.Errorf("%v\n%s", err, out)
	}

	t.Setenv("CRUX_DISCORD_TOKEN", "")
	slackDone = make(chan struct{})
	out, err = doctor(t.Context(), t, both)
	if err != nil || strings.Contains(out, "discord") || !strings.Contains(out, "ok      slack: token") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDoctorIsInterrupted(t *testing.T) {
	t.Setenv("CRUX_DISCORD_TOKEN", "t0ken")
	ctx, interrupt := context.WithCancel(t.Context())
	waits := doctorPlatforms{"discord": func(ctx context.Context, _ *config.Config) []bot.Check {
		interrupt()
		<-ctx.Done()
		return []bot.Check{{What: "discord", Level: bot.Broken}}
	}}
	if out, err := doctor(ctx, t, waits); err == nil || out != "" {
		t.Errorf("got %v\n%s", err, out)
	}
}
