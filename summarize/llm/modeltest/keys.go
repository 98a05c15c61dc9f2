package modeltest

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// trap is a word that stands in the environment wherever the vendors' libraries look.
const trap = "trap"

// environment is what the vendors' libraries would read.
var environment = map[string]string{
	"OPENAI_API_KEY": trap, "OPENAI_ADMIN_KEY": trap, "OPENAI_ORG_ID": trap, "OPENAI_PROJECT_ID": trap, "OPENAI_WEBHOOK_SECRET": trap,
	"OPENAI_BASE_URL": "http://trap.test/v1", "OPENAI_CUSTOM_HEADERS": "X-Trap: trap", "OPENAI_LOG": "debug",
	"ANTHROPIC_API_KEY": trap, "ANTHROPIC_AUTH_TOKEN": trap, "ANTHROPIC_PROFILE": trap, "ANTHROPIC_ORGANIZATION_ID": trap,
	"ANTHROPIC_WORKSPACE_ID": trap, "ANTHROPIC_BASE_URL": "http://trap.test", "ANTHROPIC_CUSTOM_HEADERS": "X-Trap: trap", "ANTHROPIC_LOG": "debug",
	"ANTHROPIC_FEDERATION_RULE_ID": trap, "ANTHROPIC_IDENTITY_TOKEN": trap, "ANTHROPIC_OPEN_TELEMETRY": "true",
}

// keys are tested for who gets them.
func (v Vendor) keys(t *testing.T) {
	v.in(t, "a wrong key", Setup{Key: anotherKey, Retries: 2}, func(w *world) {
		w.fails(llm.Denied)
		w.asked(1)
	})
	v.in(t, "redirects are not followed", Setup{BaseURL: v.Other}, func(w *world) {
		for _, status := range []int{301, 302, 303, 307, 308} {
			w.vendor.Answer(fakevendor.Answer{Status: status, Location: "http://elsewhere.test/v1", Body: "{}"})
			w.fails(llm.Rejected)
		}
		for _, r := range w.asked(5) {
			if strings.Contains(r.URL, "elsewhere") {
				w.Errorf("asked at %s", r.URL)
			}
		}
	})
	t.Run("nothing is taken from the environment", func(t *testing.T) {
		for name, value := range environment {
			t.Setenv(name, value)
		}
		profiles := t.TempDir()
		if err := os.WriteFile(filepath.Join(profiles, "active_config"), []byte(trap), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("ANTHROPIC_CONFIG_DIR", profiles)
		v.in(t, "with a key", Setup{}, func(w *world) {
			w.vendor.Answer(fakevendor.Answer{Text: good})
			w.wants(good)
			v.untrapped(w.T, w.asked(1)[0])
		})
		v.in(t, "without a key", Setup{BaseURL: v.Other}, func(w *world) {
			w.vendor.Key = ""
			w.model = v.New(Setup{BaseURL: v.Other, Client: w.vendor.Client()})
			w.vendor.Answer(fakevendor.Answer{Text: good})
			w.wants(good)
			v.untrapped(w.T, w.asked(1)[0])
		})
	})
	t.Run("nothing is logged", func(t *testing.T) {
		for name, value := range environment {
			t.Setenv(name, value)
		}
		var logged bytes.Buffer
		log.SetOutput(&logged)
		earlier := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
		t.Cleanup(func() {
			slog.SetDefault(earlier)
			log.SetOutput(os.Stderr)
		})
		said := stderrOf(t, func() {
			v.in(t, "of answers and failures", Setup{Retries: 1}, func(w *world) {
				w.vendor.Answer(fakevendor.Answer{Status: 500}, fakevendor.Answer{Text: good})
				w.wants(good)
				w.vendor.Answer(fakevendor.Answer{Status: 400, Error: "invalid_request_error"})
				w.fails(llm.Rejected)
			})
		})
		if logged.Len() > 0 || said != "" {
			t.Errorf("logged %q, and on standard error %q", logged.String(), said)
		}
	})
}

func (v Vendor) untrapped(t *testing.T, r fakevendor.Request) {
	t.Helper()
	if strings.Contains(r.URL, trap) {
		t.Errorf("asked at %s", r.URL)
	}
	for name, values := range r.Header {
		if strings.Contains(strings.ToLower(name+strings.Join(values, " ")), trap) {
			t.Errorf("sent the header %s: %q", name, values)
		}
	}
}

// stderrOf is what is written to standard error meanwhile.
func stderrOf(t *testing.T, do func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	earlier := os.Stderr
	os.Stderr = w
	read := make(chan string)
	go func() {
		all, _ := io.ReadAll(r)
		read <- string(all)
	}()
	do()
	os.Stderr = earlier
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return <-read
}
