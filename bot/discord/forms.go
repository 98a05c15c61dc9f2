package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// fieldWords names the field of a form in which people write.
const fieldWords = "words"

// form is what Discord opens for people to write in.
type form struct {
	CustomID   string                       `json:"custom_id"`
	Title      string                       `json:"title"`
	Components []discordgo.MessageComponent `json:"components"`
}

// drawForm asks what somebody meant instead. What they write comes back with the press.
func drawForm(p press) form {
	return form{
		CustomID: p.customID(),
		Title:    bot.SayReword,
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.TextInput{
				CustomID: fieldWords, Label: "In your own words", Style: discordgo.TextInputParagraph,
				Placeholder: bot.SayRewordHint, Required: true, MinLength: 1, MaxLength: bot.LongestCorrection,
			},
		}}},
	}
}

// field is a field of a form that was sent, or a row or label with fields in it.
type field struct {
	CustomID   string  `json:"custom_id"`
	Value      string  `json:"value"`
	Components []field `json:"components"`
	Component  *field  `json:"component"`
}

// written is what somebody wrote in a form, "" where they wrote in none.
func (i *interaction) written() string { return writtenIn(i.Data.Components) }

func writtenIn(fields []field) string {
	for _, f := range fields {
		if f.CustomID == fieldWords {
			return strings.TrimSpace(f.Value)
		}
		inner := f.Components
		if f.Component != nil {
			inner = append(inner, *f.Component)
		}
		if words := writtenIn(inner); words != "" {
			return words
		}
	}
	return ""
}
