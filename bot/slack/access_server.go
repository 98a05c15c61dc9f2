package slack

import (
	"context"

	"crux/bot"
)

// MayManageServer implements bot.Platform.
func (a *Adapter) MayManageServer(ctx context.Context, user, server string) error {
	return bot.Refusef("That takes an administrator of the workspace, or somebody whom my operator named in slack.managers.")
}
