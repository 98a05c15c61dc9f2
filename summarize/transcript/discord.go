package transcript

import (
	"encoding/json"
	"fmt"
	"strings"

	"crux/summarize"
)

// discordMessage is a message as DiscordChatExporter writes it. Mentions stand in content as "@Name" already.
type discordMessage struct {
	ID              scalar        `json:"id"`
	Type            scalar        `json:"type"`
	Timestamp       scalar        `json:"timestamp"`
	TimestampEdited scalar        `json:"timestampEdited"`
	Content         string        `json:"content"`
	Author          discordUser   `json:"author"`
	Mentions        []discordUser `json:"mentions"`
	Attachments     []struct {
		FileName string `json:"fileName"`
	} `json:"attachments"`
	Reference struct {
		MessageID scalar `json:"messageId"`
	} `json:"reference"`
}

type discordUser struct {
	ID       scalar `json:"id"`
	Name     scalar `json:"name"`
	Nickname scalar `json:"nickname"`
	IsBot    bool   `json:"isBot"`
}

// display is the name that the server's members see.
func (u discordUser) display() string {
	if u.Nickname != "" {
		return string(u.Nickname)
	}
	return string(u.Name)
}

// discordPosts collects the messages of a DiscordChatExporter file.
type discordPosts struct {
	entries []entry
	names   map[string]string
	tally   tally
}

func (p *discordPosts) add(raw json.RawMessage, line int) error {
	var m discordMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	e := entry{line: line, Message: summarize.Message{
		ID: string(m.ID), Author: string(m.Author.ID), Text: m.Content,
		ReplyTo: string(m.Reference.MessageID), Bot: m.Author.IsBot,
	}}
	if e.Author == "" {
		e.Author = string(m.Author.Name)
	}
	if !isPost(string(m.Type)) {
		p.tally.add(repair{"Left out", "system message", fmt.Sprintf("of type %.40q", string(m.Type))}, e.place())
		return nil
	}
	for _, file := range m.Attachments {
		e.Attachments = append(e.Attachments, file.FileName)
	}
	var ok bool
	if e.Time, ok = parseTime(string(m.Timestamp)); !ok {
		p.tally.add(badTime, e.place())
	}
	if e.Edited, ok = parseTime(string(m.TimestampEdited)); !ok {
		p.tally.add(badEdit, e.place())
	}
	for _, user := range append(m.Mentions, m.Author) {
		p.names[string(user.ID)] = user.display()
	}
	p.entries = append(p.entries, e)
	return nil
}

// isPost reports whether messages of this type are what people say. Older exports write the types as numbers.
func isPost(kind string) bool {
	switch kind {
	case "", "Default", "Reply", "0", "19":
		return true
	}
	return false
}

func (p *discordPosts) draft(head header) (*draft, error) {
	var guild, channel struct {
		ID   scalar `json:"id"`
		Name string `json:"name"`
	}
	// Both only name and link; a file without them, or with others, reads as well.
	_ = json.Unmarshal(head.guild, &guild)
	_ = json.Unmarshal(head.channel, &channel)
	for i := range p.entries {
		p.entries[i].URL = discordURL(string(guild.ID), string(channel.ID), p.entries[i].ID)
	}
	return &draft{format: formatDiscord, platform: "discord", channel: channel.Name,
		entries: p.entries, names: p.names, tally: p.tally}, nil
}

// discordURL links to a message, "" where an id is not one of Discord's. Guild 0 stands for direct messages.
func discordURL(guild, channel, message string) string {
	for _, id := range []string{guild, channel, message} {
		if id == "" || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
			return ""
		}
	}
	if guild == "0" {
		guild = "@me"
	}
	return "https://discord.com/channels/" + guild + "/" + channel + "/" + message
}
