package slack

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"
)

// The manifest as a workspace gets it, in both modes.
func TestManifestGolden(t *testing.T) {
	for name, o := range map[string]ManifestOptions{
		"manifest-socket.golden": {},
		"manifest-http.golden":   {URL: "https://crux.example.com/bot/"},
	} {
		got, err := Manifest(o)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if updating() {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// updating says whether the golden files are to be rewritten.
func updating() bool {
	set := flag.Lookup("update")
	return set != nil && set.Value.String() == "true"
}

// The SDK's own type of a manifest knows every field, and each is within Slack's limits.
func TestManifestIsOneThatSlackTakes(t *testing.T) {
	for _, base := range []string{"", "https://crux.example.com"} {
		text, err := Manifest(ManifestOptions{URL: base})
		if err != nil {
			t.Fatal(err)
		}
		var m slackgo.Manifest
		decoder := yaml.NewDecoder(strings.NewReader(string(text)))
		decoder.KnownFields(true)
		if err := decoder.Decode(&m); err != nil {
			t.Fatal(err)
		}
		within := func(what, text string, most int) {
			t.Helper()
			if n := utf8.RuneCountInString(text); n == 0 || n > most {
				t.Errorf("%s has %d characters, want 1 to %d: %q", what, n, most, text)
			}
		}
		within("the name", m.Display.Name, 35)
		within("the description", m.Display.Description, 139) // 140 are documented, and refused
		if !regexp.MustCompile(`^[a-z0-9._-]{1,80}$`).MatchString(m.Features.BotUser.DisplayName) {
			t.Errorf("the bot user is called %q", m.Features.BotUser.DisplayName)
		}
		var callbacks []string
		for _, s := range m.Features.Shortcuts {
			within("a shortcut's name", s.Name, 24)
			within("a shortcut's description", s.Description, 150)
			callbacks = append(callbacks, s.CallbackID)
			if s.Type != slackgo.MessageShortcut {
				t.Errorf("%s is of type %q, so it has no message", s.Name, s.Type)
			}
		}
		if want := []string{shortcutFromHere, shortcutAnswered}; !slices.Equal(callbacks, want) {
			t.Errorf("the shortcuts are %q, and crux answers %q", callbacks, want)
		}
		if c := m.Features.SlashCommands; len(c) != 1 || c[0].Command != slashCommand || !c[0].ShouldEscape || c[0].Url != urlFor(base, commandsPath) {
			t.Errorf("the commands are %+v", c)
		}
		s := m.Settings
		if s.SocketModeEnabled != (base == "") || s.EventSubscriptions.RequestUrl != urlFor(base, eventsPath) || s.Interactivity.RequestUrl != urlFor(base, interactivityPath) {
			t.Errorf("under %q Slack is told to use %+v, %+v, %+v", base, s, s.EventSubscriptions, s.Interactivity)
		}
		if !slices.Equal(m.OAuthConfig.Scopes.Bot, scopes()) || !slices.Equal(s.EventSubscriptions.BotEvents, botEvents()) {
			t.Errorf("asks for %q and %q", m.OAuthConfig.Scopes.Bot, s.EventSubscriptions.BotEvents)
		}
	}
}

func urlFor(base, path string) string {
	if base == "" {
		return ""
	}
	return base + path
}

// Slack drops events for which the scope was not asked, and says nothing.
func TestEveryEventHasItsScope(t *testing.T) {
	needs := map[string]string{
		"app_home_opened": "", "app_uninstalled": "", "tokens_revoked": "",
		"app_mention":     "app_mentions:read",
		"channel_deleted": "channels:read", "channel_left": "channels:read", "channel_shared": "channels:read",
		"group_deleted": "groups:read", "group_left": "groups:read",
		"message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history",
	}
	for _, event := range botEvents() {
		scope, known := needs[event]
		if !known || scope != "" && !slices.Contains(scopes(), scope) {
			t.Errorf("%s needs %q (known: %v)", event, scope, known)
		}
	}
	for _, list := range [][]string{scopes(), botEvents()} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("not in order, or something is there twice: %q", list)
		}
	}
}

func TestManifestRefusesWhatSlackCannotCall(t *testing.T) {
	for _, bad := range []string{
		"http://crux.example.com", "crux.example.com", "https://", "https://:443", "https://u:p@crux.example.com",
		"https://crux.example.com?x", "https://crux.example.com?", "https://crux.example.com#x", "https://crux.example.com/%zz", " ",
	} {
		if text, err := Manifest(ManifestOptions{URL: bad}); err == nil || text != nil || strings.Contains(err.Error(), "u:p") {
			t.Errorf("%q: %q, %v", bad, text, err)
		}
	}
}
