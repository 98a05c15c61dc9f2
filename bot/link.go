package bot

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	discordPath = regexp.MustCompile(`^/channels/(@me|[0-9]{15,20})/([0-9]{15,20})/([0-9]{15,20})/?$`)
	slackPath   = regexp.MustCompile(`^/archives/([A-Z0-9]{3,24})/p([0-9]{10})([0-9]{6})/?$`)
	slackTime   = regexp.MustCompile(`^[0-9]{10}\.[0-9]{6}$`)
)

// ParseLink reads a link to a Discord message or a Slack permalink, bare or in the
// angle brackets in which both platforms put links, after "since" or "from" or
// alone: every link that ParseWindow takes. A Slack link names no workspace
// that an id could be told from, so its place has no Server; a Discord link into
// direct messages has none either. Place.Thread is set where a Slack link names the thread.
func ParseLink(s string) (p Place, message string, ok bool) {
	words := strings.Fields(s)
	if len(words) == 2 && (strings.EqualFold(words[0], "since") || strings.EqualFold(words[0], "from")) {
		words = words[1:]
	}
	if len(words) != 1 {
		return Place{}, "", false
	}
	s = words[0]
	if inner, found := strings.CutPrefix(s, "<"); found {
		if s, found = strings.CutSuffix(inner, ">"); !found {
			return Place{}, "", false
		}
		s, _, _ = strings.Cut(s, "|") // Slack: <address|what is shown>
	}
	u, err := url.Parse(strings.ReplaceAll(s, "&amp;", "&")) // Slack escapes ampersands in what people type
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return Place{}, "", false
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case isDiscord(host):
		part := discordPath.FindStringSubmatch(u.Path)
		if part == nil {
			return Place{}, "", false
		}
		server := part[1]
		if server == "@me" {
			server = ""
		}
		return Place{Server: server, Channel: part[2]}, part[3], true
	case strings.HasSuffix(host, ".slack.com"), strings.HasSuffix(host, ".slack-gov.com"):
		part := slackPath.FindStringSubmatch(u.Path)
		if part == nil {
			return Place{}, "", false
		}
		thread := u.Query().Get("thread_ts")
		if !slackTime.MatchString(thread) {
			thread = ""
		}
		return Place{Channel: part[1], Thread: thread}, part[2] + "." + part[3], true
	}
	return Place{}, "", false
}

func isDiscord(host string) bool {
	for _, start := range []string{"www.", "ptb.", "canary."} {
		host = strings.TrimPrefix(host, start)
	}
	return host == "discord.com" || host == "discordapp.com"
}
