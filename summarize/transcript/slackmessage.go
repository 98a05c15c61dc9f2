package transcript

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"crux/summarize"
)

const wantSlackMessage = `a list of Slack messages, each with "ts", "user" and "text"`

type slackUser struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	RealName string       `json:"real_name"`
	IsBot    bool         `json:"is_bot"`
	Profile  slackProfile `json:"profile"`
}

type slackProfile struct {
	DisplayName string `json:"display_name"`
	RealName    string `json:"real_name"`
	Name        string `json:"name"`
}

func (u slackUser) display() string {
	return cmp.Or(u.Profile.DisplayName, u.RealName, u.Profile.RealName, u.Name)
}

type slackMessage struct {
	Type        string       `json:"type"`
	Subtype     string       `json:"subtype"`
	TS          scalar       `json:"ts"`
	ThreadTS    scalar       `json:"thread_ts"`
	User        string       `json:"user"`
	Username    string       `json:"username"`
	BotID       string       `json:"bot_id"`
	Text        string       `json:"text"`
	UserProfile slackProfile `json:"user_profile"`
	BotProfile  struct {
		Name string `json:"name"`
	} `json:"bot_profile"`
	Edited struct {
		TS scalar `json:"ts"`
	} `json:"edited"`
	Files []struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	} `json:"files"`
}

// slackPosts collects the messages of one channel.
type slackPosts struct {
	users   map[string]slackUser
	names   map[string]string
	entries []entry
	tally   tally
}

func newSlackPosts(users map[string]slackUser) *slackPosts {
	p := &slackPosts{users: users, names: make(map[string]string, len(users))}
	for id, user := range users {
		p.names[id] = user.display()
	}
	return p
}

// unescape undoes what Slack does to what people type, and to that alone.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func (p *slackPosts) add(raw json.RawMessage, line int) error {
	var m slackMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	e := entry{line: line, Message: summarize.Message{ID: string(m.TS), Text: unescape.Replace(m.Text)}}
	if kind := m.systemKind(); kind != "" {
		p.tally.add(repair{"Left out", "system message", fmt.Sprintf("of type %.40q", kind)}, e.place())
		return nil
	}
	e.Author, e.Bot = p.author(m)
	if m.ThreadTS != m.TS {
		e.ReplyTo = string(m.ThreadTS)
	}
	var ok bool
	if e.Time, ok = slackTime(string(m.TS)); !ok {
		p.tally.add(badTime, e.place())
	}
	if e.Edited, ok = slackTime(string(m.Edited.TS)); !ok {
		p.tally.add(badEdit, e.place())
	}
	for _, file := range m.Files {
		if name := cmp.Or(file.Name, file.Title); name != "" {
			e.Attachments = append(e.Attachments, name)
		}
	}
	p.entries = append(p.entries, e)
	return nil
}

// systemKind names the kind of what Slack itself posted, "" for what people and programs say.
func (m slackMessage) systemKind() string {
	if m.Type != "" && m.Type != "message" {
		return m.Type
	}
	switch m.Subtype {
	case "", "thread_broadcast", "bot_message", "me_message", "file_share", "file_comment":
		return ""
	}
	return m.Subtype
}

// author is who wrote m, and whether that is a program. It learns names that users.json lacks.
func (p *slackPosts) author(m slackMessage) (author string, bot bool) {
	user, known := p.users[m.User]
	bot = m.Subtype == "bot_message" || user.IsBot || m.User == "USLACKBOT" || m.BotID != "" && !known
	author = cmp.Or(m.User, m.BotID, m.Username)
	name := cmp.Or(m.UserProfile.DisplayName, m.UserProfile.RealName, m.UserProfile.Name)
	if bot {
		name = cmp.Or(m.Username, m.BotProfile.Name, name)
	}
	if p.names[author] == "" && author != "" && name != "" {
		p.names[author] = name
	}
	return author, bot
}

func (p *slackPosts) draft(header) (*draft, error) {
	return &draft{format: formatSlack, platform: "slack", entries: p.entries, names: p.names, tally: p.tally}, nil
}

// slackTime reads seconds since 1970 with six decimals, exactly. "" is no time and fine.
func slackTime(ts string) (time.Time, bool) {
	if ts == "" {
		return time.Time{}, true
	}
	whole, part, _ := strings.Cut(ts, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds <= 0 || seconds > latestSecond || len(part) > 9 {
		return time.Time{}, false
	}
	nanos, err := strconv.ParseUint(part+"000000000"[len(part):], 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, int64(nanos)).UTC(), true
}
