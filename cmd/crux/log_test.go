package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"crux/config"
)

// A secret that gets into what is logged does not get into the log, however it got there.
func TestLogHidesSecrets(t *testing.T) {
	const token = "MTAw.Gabcde.s3cr3t"
	type header struct{ Authorization *string }
	held := "Bot " + token
	for _, format := range []string{"text", "json"} {
		c := &config.Config{Log: config.Log{Format: format}}
		c.Discord.Token = config.NewSecret(token)
		var out strings.Builder
		log := newLogger(c, &out)
		log.With("bound", token).WithGroup("group").Info("said "+token,
			"text", "Bot "+token,
			"error", fmt.Errorf("wrapped: %w", errors.New("401 for "+token)),
			"bytes", []byte(token),
			"list", []string{"a", token},
			"struct", header{&held},
			slog.Group("inner", "deep", token),
			"config", c,
			"harmless", 42)
		got := out.String()
		if strings.Contains(got, "s3cr3t") || strings.Contains(got, "TVRBdy5HYWJjZGUuczNjcjN0") {
			t.Errorf("%s: the token shows:\n%s", format, got)
		}
		for _, want := range []string{"said (secret)", "Bot (secret)", "401 for (secret)", "harmless", "42"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", format, want, got)
			}
		}
	}
}

func TestLogLevelAndFormat(t *testing.T) {
	var out strings.Builder
	log := newLogger(&config.Config{Log: config.Log{Level: slog.LevelWarn, Format: "json"}}, &out)
	log.Info("quiet")
	log.Warn("loud")
	if got := out.String(); strings.Contains(got, "quiet") || !strings.HasPrefix(got, "{") || !strings.Contains(got, `"msg":"loud"`) {
		t.Errorf("got %s", got)
	}
}
