package discord

import (
	"context"
	"errors"
	"time"

	"crux/bot"
)

var errTODO = errors.New("discord: not written yet")

// MayWrite implements bot.Platform.
func (a *Adapter) MayWrite(ctx context.Context, user string, p bot.Place) error {
	return errTODO
}

// Publish implements bot.Platform.
func (a *Adapter) Publish(ctx context.Context, p bot.Place, answer *bot.Answer, mark string) (message string, err error) {
	return "", errTODO
}

// Published implements bot.Platform.
func (a *Adapter) Published(ctx context.Context, p bot.Place, mark string, since time.Time) (message string, err error) {
	return "", errTODO
}

// Tell implements bot.Platform.
func (a *Adapter) Tell(ctx context.Context, user, server, words string) error {
	return errTODO
}
