package discord

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// reply is a message as it is sent, with its files. In an edit it replaces all that was there.
type reply struct {
	message
	Flags       discordgo.MessageFlags `json:"flags,omitempty"`
	Attachments []attachment           `json:"attachments"`
	files       []*discordgo.File
}

// attachment names one of the files that are sent along.
type attachment struct {
	ID   int    `json:"id"` // its index
	Name string `json:"filename"`
}

func replied(m message) reply { return reply{message: m, Attachments: []attachment{}} }

// sentence is a reply of our own words alone.
func sentence(words string) reply { return replied(said(words)) }

// hidden is the reply as one that only the asker sees.
func (r reply) hidden() reply {
	r.Flags |= discordgo.MessageFlagsEphemeral
	return r
}

// full is the whole report as files.
func full(a *bot.Answer) (reply, error) {
	files, note, err := fullReport(a, fileLimit)
	if err != nil {
		return reply{}, err
	}
	r := sentence("The full report, to open in a browser or to paste elsewhere.")
	if note != "" {
		r = sentence(note)
	}
	for i, f := range files {
		r.Attachments = append(r.Attachments, attachment{ID: i, Name: f.Name})
	}
	r.files = files
	return r, nil
}

// TakeDown replaces the report in a message of crux's own by a notice. A message that
// is gone, or that cannot be changed any more, is no error.
func (a *Adapter) TakeDown(ctx context.Context, post bot.Post, why string) error {
	path := "/channels/" + post.Place.Channel + "/messages/" + post.Message
	if post.Hook != "" {
		path = "/webhooks/" + a.appID() + "/" + post.Hook + "/messages/" + post.Message
	}
	err := a.call(ctx, http.MethodPatch, path, replied(drawTakenDown(why, post.Token)), nil)
	if hasCode(err, codeUnknownMessage, codeUnknownChannel, codeUnknownWebhook, codeInvalidWebhookToken) {
		return nil
	}
	return err
}
