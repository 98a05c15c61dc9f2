package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// slackSecret is one of the three secrets of a Slack app, which people mistake for one another.
type slackSecret struct {
	key, what string
	// prefix begins every one of its kind; "" is none that is known.
	prefix string
}

func slackBotToken() slackSecret {
	return slackSecret{key: "slack.bot_token", what: "bot token", prefix: "xoxb-"}
}

func slackAppToken() slackSecret {
	return slackSecret{key: "slack.app_token", what: "app-level token", prefix: "xapp-"}
}

func slackSigningSecret() slackSecret {
	return slackSecret{key: "slack.signing_secret", what: "signing secret"}
}

// slackToken takes a secret of Slack's that is of the right kind. Its errors never show it.
func slackToken(field func(*Config) *Secret, wanted slackSecret) func(*Config, value) error {
	set := secret(field)
	return func(c *Config, v value) error {
		switch look := lookOf(v.text); {
		case !v.isText(), v.text == "", wanted.prefix == "" && look == "":
		case wanted.prefix == "" && look != wanted.look():
			return fmt.Errorf("expected the %s%s", wanted.what, look)
		case wanted.prefix != "" && !strings.HasPrefix(v.text, wanted.prefix):
			return fmt.Errorf("expected the %s, which begins with %s%s", wanted.what, wanted.prefix, look)
		}
		return set(c, v)
	}
}

// slackMember is the id of a member of a workspace.
var slackMember = regexp.MustCompile(`^[UW][A-Z0-9]{2,30}$`)

// slackMembers takes the ids of members: a list, or text with commas or blanks between them.
func slackMembers(c *Config, v value) error {
	const wanted = "the ids of members, such as U012AB3CD, with commas between them (in a member's profile: ⋮ → Copy member ID)"
	items := v.items
	switch {
	case v.shape == list:
	case v.isText():
		items = strings.FieldsFunc(v.text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	default:
		return expected(wanted, v)
	}
	c.Slack.Managers = []string{}
	for _, id := range items {
		if !slackMember.MatchString(id) {
			return fmt.Errorf("expected %s, got %s among them", wanted, value{text: id}.got())
		}
		if !slices.Contains(c.Slack.Managers, id) {
			c.Slack.Managers = append(c.Slack.Managers, id)
		}
	}
	return nil
}

// lookOf says what kind of secret something looks like, "" where nobody can tell.
func lookOf(text string) string {
	for _, kind := range []slackSecret{slackBotToken(), slackAppToken()} {
		if strings.HasPrefix(text, kind.prefix) {
			return kind.look()
		}
	}
	switch {
	case strings.HasPrefix(text, "xoxp-"):
		return "; this looks like a user's token"
	case strings.HasPrefix(text, "xoxe"):
		return "; this looks like a token that expires: turn token rotation off, as crux's manifest does"
	case len(text) == 32 && strings.Trim(text, "0123456789abcdef") == "":
		return slackSigningSecret().look()
	}
	return ""
}

func (s slackSecret) look() string {
	return fmt.Sprintf("; this looks like the %s, which belongs in %s", s.what, s.key)
}

// slackFaults are what is wrong with Slack's keys as a whole: which of them stand without
// one that they need. inForce are the values by key, whether or not they are right in themselves.
func slackFaults(inForce map[string]value) Faults {
	const listen = "slack.listen"
	botToken, appToken, signingSecret := slackBotToken().key, slackAppToken().key, slackSigningSecret().key
	given := func(key string) bool {
		v := inForce[key]
		return v.layer != byDefault && (v.text != "" || !v.isText())
	}
	var faults Faults
	lacks := func(key, problem string) {
		faults = append(faults, Fault{Key: inForce[key].key, Where: inForce[key].where, Problem: problem})
	}
	bot, app, signing, listens := given(botToken), given(appToken), given(signingSecret), given(listen)
	if bot && !app && !signing && !listens {
		lacks(botToken, "is not enough: set slack.app_token too (Socket Mode), or slack.signing_secret and slack.listen (HTTP)")
	}
	if signing && !listens {
		lacks(signingSecret, "is of no use without slack.listen, where Slack's requests are taken; set that too")
	}
	if listens && !signing {
		lacks(listen, "is not safe without slack.signing_secret, which proves that a request comes from Slack; set that too")
	}
	if app && !bot {
		lacks(appToken, "is of no use without slack.bot_token; set that too")
	}
	if signing && listens && !app && !bot {
		lacks(signingSecret, "is of no use without slack.bot_token; set that too")
	}
	return faults
}
