package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	aBotToken      = "xoxb-1-2-s3cr3t"
	anAppToken     = "xapp-1-A1-2-s3cr3t"
	aSigningSecret = "8f742231b10e8888abcd99yyyzzz85a5"
)

func TestSlackValues(t *testing.T) {
	tests := map[string]struct{ good, bad []string }{
		"slack.listen":          {[]string{":3000", "127.0.0.1:3000"}, []string{"3000", "https://h:3000"}},
		"slack.api_url":         {[]string{"https://slack.com/api/", "http://127.0.0.1:1/", "https://h/a%20b/c/"}, []string{"https://slack.com/api", "https://slack.com", "ftp://h/", "https://u:p@h/", "https://h/?x", "https://h/#x", "/api/", "slack.com/api/"}},
		"slack.managers":        {[]string{"U012AB3CD", "U012AB3CD, W045EF6GH", " U012AB3CD W045EF6GH,"}, []string{"ann", "@ann", "U012AB3CD;W045EF6GH", "C012AB3CD", "u012ab3cd"}},
		"slack.shared_channels": {[]string{"true", "false", "TRUE"}, []string{"yes", "1", "on"}},
	}
	for name, test := range tests {
		for ok, texts := range map[bool][]string{true: test.good, false: test.bad} {
			for _, text := range texts {
				env := home(t, key{name: name}.env()+"="+text, "CRUX_SLACK_BOT_TOKEN="+aBotToken, "CRUX_SLACK_SIGNING_SECRET="+aSigningSecret)
				if name != "slack.listen" {
					env = append(env, "CRUX_SLACK_LISTEN=:3000")
				}
				if _, err := Load(Options{Env: env}); (err == nil) != ok {
					t.Errorf("%s=%q: %v", name, text, err)
				}
			}
		}
	}
	got := faultsOf(t, Options{File: write(t, "crux.yaml", "slack:\n  shared_channels: 'true'\n  api_url: [x]\n  managers: [U012AB3CD, [x]]\n"), Env: home(t)})
	want := []string{
		"slack.api_url (crux.yaml:3): expected http:// or https://, a host and a path, such as https://slack.com/api/",
		"slack.shared_channels (crux.yaml:2): expected true or false, got text",
		"slack.managers (crux.yaml:4): expected the ids of members, such as U012AB3CD, with commas between them " +
			"(in a member's profile: ⋮ → Copy member ID), got nothing among them",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The three secrets are mistaken for one another; each fault says which one it looks like, and shows none.
func TestSlackSecretsInTheWrongPlace(t *testing.T) {
	hex := strings.Repeat("8f742231", 4)
	tests := []struct {
		bot, app, signing string
		want              []string
	}{
		{bot: aBotToken, app: anAppToken},
		{bot: aBotToken, signing: aSigningSecret},
		{bot: aBotToken, app: anAppToken, signing: hex},
		{bot: anAppToken, app: aBotToken, want: []string{
			"slack.bot_token (CRUX_SLACK_BOT_TOKEN): expected the bot token, which begins with xoxb-; this looks like the app-level token, which belongs in slack.app_token",
			"slack.app_token (CRUX_SLACK_APP_TOKEN): expected the app-level token, which begins with xapp-; this looks like the bot token, which belongs in slack.bot_token",
		}},
		{bot: hex, signing: aBotToken, want: []string{
			"slack.bot_token (CRUX_SLACK_BOT_TOKEN): expected the bot token, which begins with xoxb-; this looks like the signing secret, which belongs in slack.signing_secret",
			"slack.signing_secret (CRUX_SLACK_SIGNING_SECRET): expected the signing secret; this looks like the bot token, which belongs in slack.bot_token",
		}},
		{bot: "xoxp-1-s3cr3t", app: "xoxe.xoxb-1-s3cr3t", want: []string{
			"slack.bot_token (CRUX_SLACK_BOT_TOKEN): expected the bot token, which begins with xoxb-; this looks like a user's token",
			"slack.app_token (CRUX_SLACK_APP_TOKEN): expected the app-level token, which begins with xapp-; this looks like a token that expires: turn token rotation off, as crux's manifest does",
		}},
		{bot: "Bearer " + aBotToken, app: "s3cr3t", want: []string{
			"slack.bot_token (CRUX_SLACK_BOT_TOKEN): expected the bot token, which begins with xoxb-",
			"slack.app_token (CRUX_SLACK_APP_TOKEN): expected the app-level token, which begins with xapp-",
		}},
		{bot: aBotToken + " " + aBotToken, app: anAppToken, want: []string{
			"slack.bot_token (CRUX_SLACK_BOT_TOKEN): expected one word; there are blanks or line breaks in it",
		}},
	}
	for _, test := range tests {
		env := home(t, "CRUX_SLACK_BOT_TOKEN="+test.bot, "CRUX_SLACK_APP_TOKEN="+test.app, "CRUX_SLACK_SIGNING_SECRET="+test.signing)
		if test.signing != "" {
			env = append(env, "CRUX_SLACK_LISTEN=:3000")
		}
		if test.want == nil {
			c, err := Load(Options{Env: env})
			if err != nil || c.Slack.BotToken.Reveal() != test.bot || c.Slack.AppToken.Reveal() != test.app || c.Slack.SigningSecret.Reveal() != test.signing {
				t.Errorf("%+v: %v", test, err)
			}
			continue
		}
		got := faultsOf(t, Options{Env: env})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Error(diff)
		}
		if all := strings.Join(got, "\n"); strings.Contains(all, "s3cr3t") || strings.Contains(all, hex) {
			t.Errorf("a secret shows:\n%s", all)
		}
	}
}

func TestSlackKeysThatNeedOneAnother(t *testing.T) {
	const (
		bot, app, signing, listen = "CRUX_SLACK_BOT_TOKEN=" + aBotToken, "CRUX_SLACK_APP_TOKEN=" + anAppToken, "CRUX_SLACK_SIGNING_SECRET=" + aSigningSecret, "CRUX_SLACK_LISTEN=:3000"

		aloneBot     = "slack.bot_token (CRUX_SLACK_BOT_TOKEN): is not enough: set slack.app_token too (Socket Mode), or slack.signing_secret and slack.listen (HTTP)"
		aloneApp     = "slack.app_token (CRUX_SLACK_APP_TOKEN): is of no use without slack.bot_token; set that too"
		aloneSigning = "slack.signing_secret (CRUX_SLACK_SIGNING_SECRET): is of no use without slack.listen, where Slack's requests are taken; set that too"
		aloneListen  = "slack.listen (CRUX_SLACK_LISTEN): is not safe without slack.signing_secret, which proves that a request comes from Slack; set that too"
		noBot        = "slack.signing_secret (CRUX_SLACK_SIGNING_SECRET): is of no use without slack.bot_token; set that too"
	)
	tests := []struct{ set, want []string }{
		{[]string{bot, app}, nil},
		{[]string{bot, signing, listen}, nil},
		{[]string{bot, app, signing, listen}, nil},
		{[]string{"CRUX_SLACK_SHARED_CHANNELS=true", "CRUX_SLACK_API_URL=https://h/"}, nil},
		{[]string{bot}, []string{aloneBot}},
		{[]string{app}, []string{aloneApp}},
		{[]string{bot, signing}, []string{aloneSigning}},
		{[]string{bot, app, signing}, []string{aloneSigning}},
		{[]string{signing}, []string{aloneSigning}},
		{[]string{bot, listen}, []string{aloneListen}},
		{[]string{listen}, []string{aloneListen}},
		{[]string{signing, listen}, []string{noBot}},
	}
	for _, test := range tests {
		if test.want == nil {
			if _, err := Load(Options{Env: home(t, test.set...)}); err != nil {
				t.Errorf("%q: %v", test.set, err)
			}
			continue
		}
		if diff := cmp.Diff(test.want, faultsOf(t, Options{Env: home(t, test.set...)})); diff != "" {
			t.Errorf("%q: %s", test.set, diff)
		}
	}
}

// A secret may come from a file, and then its fault names that key; one that is
// wrong in itself is not also said to be missing.
func TestSlackSecretFiles(t *testing.T) {
	file := write(t, "crux.yaml", "slack:\n  bot_token_file: "+write(t, "bot", aBotToken+"\n")+"\n  app_token_file: "+write(t, "app", anAppToken)+"\n")
	c, err := Load(Options{File: file, Env: home(t)})
	if err != nil || c.Slack.BotToken.Reveal() != aBotToken || c.Slack.AppToken.Reveal() != anAppToken || len(c.Secrets()) != 2 || len(c.Sources.SecretFiles) != 2 {
		t.Fatalf("%v, %v", c, err)
	}
	swapped := write(t, "crux.yaml", "slack.app_token_file: "+write(t, "bot", aBotToken))
	got := faultsOf(t, Options{File: swapped, Env: home(t, "CRUX_SLACK_BOT_TOKEN="+aBotToken)})
	want := []string{"slack.app_token_file (crux.yaml:1): expected the app-level token, which begins with xapp-; this looks like the bot token, which belongs in slack.bot_token"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	alone := write(t, "crux.yaml", "slack.bot_token_file: "+write(t, "bot", aBotToken))
	got = faultsOf(t, Options{File: alone, Env: home(t)})
	if len(got) != 1 || !strings.HasPrefix(got[0], "slack.bot_token_file (crux.yaml:1): is not enough") {
		t.Errorf("got %q", got)
	}
}
