package slack

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What Slack knows crux by. The manifest sets it, and Slack sends it back.
const (
	// slashCommand is the command as people type it.
	slashCommand = "/debate"
	// shortcutFromHere and shortcutAnswered are the callback ids of the shortcuts in a message's menu.
	shortcutFromHere = "summarize_from_here"
	shortcutAnswered = "is_answered"
)

// Where Slack's requests arrive, where they come over HTTP.
const (
	eventsPath        = "/slack/events"
	commandsPath      = "/slack/commands"
	interactivityPath = "/slack/interactivity"
)

// scopes are what crux asks to be allowed, and no more than it uses.
func scopes() []string {
	return []string{
		"app_mentions:read",
		"channels:history",
		"channels:read",
		"chat:write",
		"commands",
		"files:write",
		"groups:history",
		"groups:read",
		"im:history",
		"im:write",
		scopeMarks,
		"users:read",
	}
}

// botEvents are the events that crux is told of.
func botEvents() []string {
	return []string{
		"app_home_opened",
		"app_mention",
		"app_uninstalled",
		"channel_deleted",
		"channel_left",
		"channel_shared",
		"group_deleted",
		"group_left",
		"message.channels",
		"message.groups",
		"message.im",
		"tokens_revoked",
	}
}

// ManifestOptions say how Slack is to reach crux.
type ManifestOptions struct {
	// URL is the https address under which Slack finds crux, such as
	// https://crux.example.com; "" is Socket Mode, in which crux calls Slack.
	URL string
}

// Manifest is the app manifest that a workspace pastes to make crux its own app, in YAML.
// Its error says what URL was expected.
func Manifest(o ManifestOptions) ([]byte, error) {
	if err := checkBase(o.URL); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(manifestOf(strings.TrimRight(o.URL, "/"))); err != nil {
		return nil, fmt.Errorf("slack: manifest: %w", err)
	}
	return out.Bytes(), nil
}

func checkBase(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return errors.New("expected https:// and a host, such as https://crux.example.com: Slack calls nothing else")
	}
	return nil
}

// manifestOf fills the manifest in; base is "" for Socket Mode.
func manifestOf(base string) manifest {
	at := func(path string) string {
		if base == "" {
			return ""
		}
		return base + path
	}
	return manifest{
		Display: manifestDisplay{
			Name:        "crux",
			Description: "Shows each side's main points in a debate, and which objections are still open.",
			Color:       "#3b4a5a",
		},
		Features: manifestFeatures{
			Home: manifestHome{HomeTab: true, MessagesTab: true, MessagesReadOnly: false},
			Bot:  manifestBot{Name: "crux", AlwaysOnline: true},
			Shortcuts: []manifestShortcut{
				{
					Name: "Summarize from here", Type: "message", Callback: shortcutFromHere,
					Description: "Shows the debate from this message on: its sides, and what is still open.",
				},
				{
					Name: "Is this answered?", Type: "message", Callback: shortcutAnswered,
					Description: "Shows what became of the objections in this message.",
				},
			},
			Commands: []manifestCommand{{
				Name:        slashCommand,
				URL:         at(commandsPath),
				Description: "Show each side's main points and the objections that are still open",
				Hint:        "summary 3d about evals | open since monday | mine | said | watch | digest list | privacy | status | help",
				Escape:      true,
			}},
		},
		OAuth: manifestOAuth{Scopes: manifestScopes{Bot: scopes()}},
		Settings: manifestSettings{
			Events:        manifestEvents{URL: at(eventsPath), Bot: botEvents()},
			Interactivity: manifestInteractivity{Enabled: true, URL: at(interactivityPath)},
			SocketMode:    base == "",
		},
	}
}

// manifest is Slack's app manifest, as far as crux sets it. The SDK's own type leaves out
// whatever is false, and Slack then decides; these say it.
type manifest struct {
	Display  manifestDisplay  `yaml:"display_information"`
	Features manifestFeatures `yaml:"features"`
	OAuth    manifestOAuth    `yaml:"oauth_config"`
	Settings manifestSettings `yaml:"settings"`
}

type manifestDisplay struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Color       string `yaml:"background_color"`
}

type manifestFeatures struct {
	Home      manifestHome       `yaml:"app_home"`
	Bot       manifestBot        `yaml:"bot_user"`
	Shortcuts []manifestShortcut `yaml:"shortcuts"`
	Commands  []manifestCommand  `yaml:"slash_commands"`
}

type manifestHome struct {
	HomeTab          bool `yaml:"home_tab_enabled"`
	MessagesTab      bool `yaml:"messages_tab_enabled"`
	MessagesReadOnly bool `yaml:"messages_tab_read_only_enabled"`
}

type manifestBot struct {
	Name         string `yaml:"display_name"`
	AlwaysOnline bool   `yaml:"always_online"`
}

type manifestShortcut struct {
	Name        string `yaml:"name"`
	Type        string `yaml:"type"`
	Callback    string `yaml:"callback_id"`
	Description string `yaml:"description"`
}

type manifestCommand struct {
	Name        string `yaml:"command"`
	URL         string `yaml:"url,omitempty"`
	Description string `yaml:"description"`
	Hint        string `yaml:"usage_hint"`
	Escape      bool   `yaml:"should_escape"`
}

type manifestOAuth struct {
	Scopes manifestScopes `yaml:"scopes"`
}

type manifestScopes struct {
	Bot []string `yaml:"bot"`
}

type manifestSettings struct {
	Events        manifestEvents        `yaml:"event_subscriptions"`
	Interactivity manifestInteractivity `yaml:"interactivity"`
	OrgDeploy     bool                  `yaml:"org_deploy_enabled"`
	SocketMode    bool                  `yaml:"socket_mode_enabled"`
	TokenRotation bool                  `yaml:"token_rotation_enabled"`
}

type manifestEvents struct {
	URL string   `yaml:"request_url,omitempty"`
	Bot []string `yaml:"bot_events"`
}

type manifestInteractivity struct {
	Enabled bool   `yaml:"is_enabled"`
	URL     string `yaml:"request_url,omitempty"`
}
