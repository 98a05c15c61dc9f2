package score

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"crux/summarize"
)

// Gold is a transcript and what a careful reader says of the debates in it.
type Gold struct {
	// ID names the file, Title is what a person would call the debate.
	ID, Title string
	Messages  []summarize.Message
	// Golds are the debates of a channel file, or the one of any other file.
	// A file without a debate has one entry, with fewer than two sides and no objections.
	Golds []GoldDebate
	// Channel is true where debates run side by side among chatter.
	Channel bool
}

// GoldDebate is what a careful reader says of one debate.
type GoldDebate struct {
	// Title and Messages are given in channel files only; Messages are the ids of the debate's messages.
	Title      string           `json:"title"`
	Messages   []string         `json:"messages"`
	Question   string           `json:"question"`
	Sides      []summarize.Side `json:"sides"`
	Neutral    []string         `json:"neutral"`
	Points     []GoldPoint      `json:"points"`
	Objections []GoldObjection  `json:"objections"`
	// Links are pairs of message ids, the first responds to the second. Files meant for training have them.
	Links [][2]string `json:"links"`
}

// GoldPoint is a gold point. A fair three-bullet summary of its side includes it where it is Major.
type GoldPoint struct {
	ID    string           `json:"id"`
	Side  summarize.SideID `json:"side"`
	Gist  string           `json:"gist"`
	Spans []Span           `json:"spans"`
	Major bool             `json:"major"`
}

// GoldObjection is a gold objection. Responses name what justifies its Status.
type GoldObjection struct {
	ID        string           `json:"id"`
	Side      summarize.SideID `json:"side"`
	Author    string           `json:"author"`
	Gist      string           `json:"gist"`
	Target    string           `json:"target"`
	Spans     []Span           `json:"spans"`
	Status    summarize.Status `json:"status"`
	Responses []Span           `json:"responses"`
}

// Span is a verbatim part of a message.
type Span struct {
	Message string `json:"message"`
	Quote   string `json:"quote"`
}

// ReadGold reads one gold file. It is an error when the file is not JSON or holds no gold.
func ReadGold(r io.Reader) (*Gold, error) {
	var file struct {
		ID       string          `json:"id"`
		Title    string          `json:"title"`
		Messages []goldMessage   `json:"messages"`
		Gold     json.RawMessage `json:"gold"`
	}
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, fmt.Errorf("score: gold: %w", err)
	}
	if len(file.Gold) == 0 || string(file.Gold) == "null" {
		return nil, errors.New("score: gold: the file holds a transcript without gold")
	}

	g := &Gold{ID: file.ID, Title: file.Title, Channel: file.Gold[0] == '['}
	for _, m := range file.Messages {
		g.Messages = append(g.Messages, m.message())
	}
	into := any(&g.Golds)
	if !g.Channel {
		g.Golds = make([]GoldDebate, 1)
		into = &g.Golds[0]
	}
	if err := json.Unmarshal(file.Gold, into); err != nil {
		return nil, fmt.Errorf("score: gold: %w", err)
	}
	return g, nil
}

// goldMessage is a message as a gold file holds it.
type goldMessage struct {
	ID      string    `json:"id"`
	Author  string    `json:"author"`
	Time    time.Time `json:"time"`
	Text    string    `json:"text"`
	ReplyTo string    `json:"reply_to"`
	Bot     bool      `json:"bot"`
}

func (m goldMessage) message() summarize.Message {
	return summarize.Message{ID: m.ID, Author: m.Author, Time: m.Time, Text: m.Text, ReplyTo: m.ReplyTo, Bot: m.Bot}
}
