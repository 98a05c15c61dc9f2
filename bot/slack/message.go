package slack

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"crux/summarize"
)

// received is what crux reads of a message. Blocks and attachments are never looked
// into: their types grow, and one that is not known must not lose a message. What people
// type stands in Text too.
type received struct {
	TS       string `json:"ts"`
	Thread   string `json:"thread_ts"`
	Subtype  string `json:"subtype"`
	Hidden   bool   `json:"hidden"`
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Username string `json:"username"`
	Text     string `json:"text"`
	Edited   struct {
		TS string `json:"ts"`
	} `json:"edited"`
	Files []struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	} `json:"files"`

	// Slack shows these with some messages only.
	UserProfile struct {
		DisplayName string `json:"display_name"`
		RealName    string `json:"real_name"`
		Name        string `json:"name"`
	} `json:"user_profile"`
	BotProfile struct {
		Name string `json:"name"`
	} `json:"bot_profile"`

	// Of the first message of a thread: how many replies there are, and when the last one came.
	Replies     int    `json:"reply_count"`
	LatestReply string `json:"latest_reply"`
}

var errNoMessage = errors.New("message without the fields that every message has")

// decodeMessage reads a message of whatever kind. What it returns has a TS.
func decodeMessage(raw json.RawMessage) (received, error) {
	var m received
	if json.Unmarshal(raw, &m) != nil || !isTS(m.TS) { // encoding/json's error may quote it
		return received{}, errNoMessage
	}
	return m, nil
}

// isTombstone reports whether the message was deleted and stands only because there are replies to it.
func (m *received) isTombstone() bool { return m.Subtype == "tombstone" }

// isNotice reports whether nobody wrote the message: Slack tells who joined, or what was deleted.
func (m *received) isNotice() bool {
	switch m.Subtype {
	case "", "thread_broadcast", "bot_message", "me_message", "file_share", "file_comment":
		return m.Hidden
	}
	return true
}

// unescape undoes what Slack does to what people type, and to that alone.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// post is the message as the bot knows messages, and the display name of whoever
// wrote it where Slack shows it; keep is false for what nobody wrote.
func (m *received) post(me *identity, channel string) (post summarize.Message, name string, keep bool) {
	if m.isNotice() {
		return summarize.Message{}, "", false
	}
	post = summarize.Message{
		ID:     m.TS,
		Author: cmp.Or(m.User, m.BotID, m.Username),
		Time:   sentAt(m.TS),
		Edited: sentAt(m.Edited.TS),
		Text:   unescape.Replace(m.Text),
		Bot:    m.isBot(me),
	}
	if isTS(m.Thread) && m.Thread != m.TS {
		post.ReplyTo = m.Thread
	}
	post.URL = permalink(me, channel, m.TS, post.ReplyTo)
	for _, file := range m.Files {
		if name := cmp.Or(file.Name, file.Title); name != "" {
			post.Attachments = append(post.Attachments, name)
		}
	}
	if post.Bot && m.User != me.User { // what an app posts for a person is not said by that person
		post.Author = cmp.Or(m.BotID, m.User, m.Username)
	}
	name = cmp.Or(m.UserProfile.DisplayName, m.UserProfile.RealName, m.UserProfile.Name)
	if post.Bot {
		name = cmp.Or(m.Username, m.BotProfile.Name, name)
	}
	return post, name, true
}

// isBot reports whether a program wrote the message, crux or another. What an app
// posts in the name of a person has both a bot and a user, and no words of that person.
func (m *received) isBot(me *identity) bool {
	return m.Subtype == "bot_message" || m.BotID != "" || m.User == "USLACKBOT" || m.User != "" && m.User == me.User
}
