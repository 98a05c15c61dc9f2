package discord

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/summarize"
)

// received is what crux reads of a message. Embeds and components are never looked
// into: their types grow, and one that is not known must not lose a message.
type received struct {
	ID        string                `json:"id"`
	Type      discordgo.MessageType `json:"type"`
	Server    string                `json:"guild_id"` // only in events
	Channel   string                `json:"channel_id"`
	Author    *person               `json:"author"`
	Webhook   string                `json:"webhook_id"`
	Content   string                `json:"content"`
	Timestamp string                `json:"timestamp"`
	Edited    string                `json:"edited_timestamp"`
	Member    *struct {
		Nick string `json:"nick"`
	} `json:"member"` // only in events
	Mentions    []person `json:"mentions"`
	Attachments []struct {
		Filename string `json:"filename"`
	} `json:"attachments"`
	Stickers []struct {
		Name string `json:"name"`
	} `json:"sticker_items"`
	Poll *struct {
		Question struct {
			Text string `json:"text"`
		} `json:"question"`
	} `json:"poll"`
	Reference *struct {
		Type    int    `json:"type"`
		Message string `json:"message_id"`
	} `json:"message_reference"`
	Referenced json.RawMessage `json:"referenced_message"`

	// Of these it only matters whether there are any.
	Embeds     []json.RawMessage `json:"embeds"`
	Components []json.RawMessage `json:"components"`
	Activity   json.RawMessage   `json:"activity"`
}

// person is a user as messages show them.
type person struct {
	ID     string `json:"id"`
	Name   string `json:"username"`
	Global string `json:"global_name"`
	Bot    bool   `json:"bot"`
	System bool   `json:"system"`
	Member *struct {
		Nick string `json:"nick"`
	} `json:"member"` // only in the mentions of events
}

// shown is the name that people see.
func (p person) shown() string {
	switch {
	case p.Member != nil && p.Member.Nick != "":
		return p.Member.Nick
	case p.Global != "":
		return p.Global
	}
	return p.Name
}

// referenceForward is the type of a reference to a message that is forwarded.
const referenceForward = 1

var errNoMessage = errors.New("discord: message without the fields that every message has")

// decodeMessage reads a message of whatever type. What it returns has an id, a channel and an author.
func decodeMessage(raw json.RawMessage) (received, error) {
	var m received
	if err := json.Unmarshal(raw, &m); err != nil {
		return received{}, errNoMessage // encoding/json's error may quote it
	}
	if !isID(m.ID) || !isID(m.Channel) || m.Author == nil || !isID(m.Author.ID) {
		return received{}, errNoMessage
	}
	return m, nil
}

// post is the message as the bot knows messages; keep is false for what nobody
// wrote. The start of a thread gives the message that the thread is about, which stands in another channel.
func (m *received) post(server string) (post summarize.Message, keep bool) {
	switch m.Type {
	case discordgo.MessageTypeDefault, discordgo.MessageTypeReply, discordgo.MessageTypeChatInputCommand, discordgo.MessageTypeContextMenuCommand:
	case discordgo.MessageTypeThreadStarterMessage:
		starter, err := decodeMessage(m.Referenced)
		if err != nil || starter.Type == discordgo.MessageTypeThreadStarterMessage { // deleted
			return summarize.Message{}, false
		}
		return starter.post(server)
	default:
		return summarize.Message{}, false
	}
	post = summarize.Message{
		ID:     m.ID,
		Author: m.Author.ID,
		Time:   stamp(m.Timestamp),
		Edited: stamp(m.Edited),
		Text:   m.Content,
		Bot:    m.Author.Bot || m.Author.System || m.Webhook != "",
		URL:    link(server, m.Channel, m.ID),
	}
	if post.Time.IsZero() {
		post.Time = sentAt(idNumber(m.ID))
	}
	if m.Type == discordgo.MessageTypeReply && m.Reference != nil && isID(m.Reference.Message) {
		post.ReplyTo = m.Reference.Message
	}
	if post.Text == "" && m.Poll != nil {
		post.Text = m.Poll.Question.Text
	}
	for _, file := range m.Attachments {
		post.Attachments = append(post.Attachments, file.Filename)
	}
	for _, sticker := range m.Stickers {
		post.Attachments = append(post.Attachments, "sticker: "+sticker.Name)
	}
	if m.forwards() {
		// Its words are another's, perhaps from another server, so they are not quoted as this author's.
		post.Attachments = append(post.Attachments, "forwarded message")
	}
	return post, true
}

// stamp reads a timestamp, zero where there is none.
func stamp(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func (m *received) forwards() bool {
	return m.Reference != nil && m.Reference.Type == referenceForward
}

// names adds the names of whoever wrote the message and whoever it mentions.
func (m *received) names(into map[string]string) {
	if m.Type == discordgo.MessageTypeThreadStarterMessage {
		if starter, err := decodeMessage(m.Referenced); err == nil && starter.Type != discordgo.MessageTypeThreadStarterMessage {
			starter.names(into)
		}
		return
	}
	for _, p := range m.Mentions {
		if _, known := into[p.ID]; !known && isID(p.ID) {
			into[p.ID] = p.shown()
		}
	}
	into[m.Author.ID] = m.name()
}

// name is the display name of whoever wrote the message.
func (m *received) name() string {
	if m.Member != nil && m.Member.Nick != "" {
		return m.Member.Nick
	}
	return m.Author.shown()
}

// silent reports whether the message looks as if its text had been withheld: a
// person wrote it, so there must be something in it, and there is nothing. What speaks to crux is never withheld.
func (m *received) silent(self string) bool {
	if (m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply) || m.Author.Bot || m.Author.System || m.Webhook != "" || m.Author.ID == self {
		return false
	}
	elsewhere := len(m.Stickers) > 0 || m.forwards() || len(m.Activity) > 0 && string(m.Activity) != "null"
	return !elsewhere && !m.speaks()
}

// speaks reports whether something of what Discord withholds without the intent is there.
func (m *received) speaks() bool {
	return m.Content != "" || len(m.Attachments) > 0 || len(m.Embeds) > 0 || len(m.Components) > 0 || m.Poll != nil
}

// mentions reports whether the message speaks to a user.
func (m *received) mentions(user string) bool {
	for _, p := range m.Mentions {
		if p.ID == user {
			return true
		}
	}
	return false
}

// messageFrom converts one message of a server, and names its author. keep is
// false where it is nothing that anybody wrote, or is broken.
func messageFrom(raw json.RawMessage, server string) (post summarize.Message, name string, keep bool) {
	m, err := decodeMessage(raw)
	if err != nil {
		return summarize.Message{}, "", false
	}
	if post, keep = m.post(server); !keep {
		return summarize.Message{}, "", false
	}
	names := map[string]string{}
	m.names(names)
	return post, names[post.Author], true
}
