package discord

import (
	"context"

	"crux/bot"
)

// MayManageServer implements bot.Platform. It takes the permission in the whole server, which no
// channel's overwrites give.
func (a *Adapter) MayManageServer(ctx context.Context, user, server string) error {
	if !isID(server) {
		return bot.Refusef("That concerns a server. Ask for it in one of its channels.")
	}
	var g guild
	err := a.rest.share(ctx, "guilds/"+server, "", &g)
	if isRefused(err) || err == nil && g.ID != server {
		return bot.Refusef(hidden)
	}
	if err != nil {
		return wrap("may manage server", err)
	}
	if !isID(user) {
		return lacksServer()
	}
	var m member
	err = a.rest.share(ctx, "guilds/"+server+"/members/"+user, "guilds/"+server+"/members", &m)
	if isRefused(err) {
		return lacksServer()
	}
	if err != nil {
		return wrap("may manage server", err)
	}
	if m.User.ID != user || !permissionsInServer(&g, &m, a.o.Now()).has(manageServer) {
		return lacksServer()
	}
	return nil
}

func lacksServer() *bot.Refusal {
	return bot.Refusef("That takes the permission %s, which you lack.", manageServer)
}
