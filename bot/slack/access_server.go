package slack

import (
	"context"
	"slices"

	"crux/bot"
)

// MayManageServer implements bot.Platform for the workspace: it is its administrators and owners, and Options.Managers
// as far as they belong to it.
func (a *Adapter) MayManageServer(ctx context.Context, user, server string) error {
	if ctx.Err() != nil { // what is known of members for a moment needs no request that could fail
		return context.Cause(ctx)
	}
	me, err := a.self(ctx)
	if err != nil {
		return wrap("may manage workspace", err)
	}
	if server != me.Team {
		return bot.Refusef("That concerns a workspace. Ask for it in one of its channels.")
	}
	m, err := a.member(ctx, user)
	if err != nil {
		return wrap("may manage workspace", err)
	}
	if m.Deleted || !m.Full || !m.Admin && !slices.Contains(a.o.Managers, user) {
		return bot.Refusef("That takes an administrator of the workspace, or somebody whom my operator named in slack.managers.")
	}
	return nil
}
