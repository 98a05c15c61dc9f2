package discord

import (
	"context"

	"crux/bot"
)

// MayManageServer implements bot.Platform.
func (a *Adapter) MayManageServer(ctx context.Context, user, server string) error {
	return bot.Refusef("That takes the permission Manage Server, which you lack.")
}
