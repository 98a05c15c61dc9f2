package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// The commands as people see them. One that gets another name here leaves the old one
// registered until somebody deletes it.
const (
	slashName        = "debate"
	menuFromHere     = "Summarize debate from here"
	menuIsAnswered   = "Is this answered?"
	optionWindow     = "window"
	optionChannel    = "channel"
	optionAbout      = "about"
	optionShare      = "share"
	optionAction     = "action"
	subcommandHelp   = "help"
	subcommandWatch  = "watch"
	actionStartWatch = "start"
	actionStopWatch  = "stop"
	actionListWatch  = "list"
)

// topicLength is how many characters of a topic are taken.
const topicLength = 200

// commands are the commands of crux, all for use in servers alone.
func commands() []*discordgo.ApplicationCommand {
	window := &discordgo.ApplicationCommandOption{
		Type:         discordgo.ApplicationCommandOptionString,
		Name:         optionWindow,
		Description:  "How far back: 200, 24h, yesterday, monday, a message link, “since my last message”",
		Autocomplete: true,
		MaxLength:    200,
	}
	channel := &discordgo.ApplicationCommandOption{
		Type:         discordgo.ApplicationCommandOptionChannel,
		Name:         optionChannel,
		Description:  "The channel, thread or post to read; this one unless you pick another",
		ChannelTypes: readable(),
	}
	about := &discordgo.ApplicationCommandOption{
		Type:        discordgo.ApplicationCommandOptionString,
		Name:        optionAbout,
		Description: "Only what concerns these words",
		MaxLength:   topicLength,
	}
	share := &discordgo.ApplicationCommandOption{
		Type:        discordgo.ApplicationCommandOptionBoolean,
		Name:        optionShare,
		Description: "Show the answer to everyone here; otherwise only you see it",
	}
	slash := &discordgo.ApplicationCommand{
		Type:        discordgo.ChatApplicationCommand,
		Name:        slashName,
		Description: "What each side of a debate said, and which objections are still open",
		Options: []*discordgo.ApplicationCommandOption{
			subcommand("summary", "The debates here: the sides, their main points, and the objections still open",
				window, channel, about, share),
			subcommand("open", "Only the objections that nobody has answered yet", window, channel, about, share),
			subcommand("mine", "Objections to you that you have not answered, and yours that others have not", window, channel),
			subcommand(string(bot.Mistaken), "The points and objections that crux takes to be yours, to say which are not", window, channel),
			digestCommands(),
			privacyCommand(),
			subcommand(string(bot.Status), "What reads here, and what that uses (for who manages the server)"),
			subcommand(subcommandHelp, "What crux does, what it reads, and what it keeps"),
			subcommand(subcommandWatch, "Follow a channel, so that answers about it come at once (for who may manage it)",
				channel,
				&discordgo.ApplicationCommandOption{
					Type:        discordgo.ApplicationCommandOptionString,
					Name:        optionAction,
					Description: "Start or stop following, or list what is followed; start unless you pick another",
					Choices: []*discordgo.ApplicationCommandOptionChoice{
						{Name: "Start following it", Value: actionStartWatch},
						{Name: "Stop following it, and forget its messages", Value: actionStopWatch},
						{Name: "List the channels followed", Value: actionListWatch},
					},
				}),
		},
	}
	all := []*discordgo.ApplicationCommand{
		slash,
		{Type: discordgo.MessageApplicationCommand, Name: menuFromHere},
		{Type: discordgo.MessageApplicationCommand, Name: menuIsAnswered},
	}
	for _, c := range all {
		c.Contexts = &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild}
		c.IntegrationTypes = &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
	}
	return all
}

func subcommand(name, description string, options ...*discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
	return &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionSubCommand, Name: name, Description: description, Options: options,
	}
}

// readable are the types of channel in which people debate in writing.
func readable() []discordgo.ChannelType {
	return []discordgo.ChannelType{
		discordgo.ChannelTypeGuildText,
		discordgo.ChannelTypeGuildNews,
		discordgo.ChannelTypeGuildNewsThread,
		discordgo.ChannelTypeGuildPublicThread,
		discordgo.ChannelTypeGuildPrivateThread,
		discordgo.ChannelTypeGuildForum,
	}
}

// register makes the commands in the scope (a server's id, or "" for everywhere)
// what commands says, and writes only what differs. Commands of other names stay
// as they are: another program may share the application.
//
// Where crux registers in one server, its global commands are removed, or that server
// would show each of them twice. Where it registers globally, what an earlier run
// registered in one server or another stays: finding it takes a request for each server.
func (a *Adapter) register(ctx context.Context, app string) error {
	wrote, err := a.registerIn(ctx, app, a.o.Guild, commands())
	if err != nil {
		return err
	}
	if a.o.Guild != "" {
		removed, err := a.registerIn(ctx, app, "", nil)
		if err != nil {
			return err
		}
		wrote += removed
	}
	a.o.Log.Info("discord: commands registered", "changed", wrote, "server", a.o.Guild)
	return nil
}

// registered is a command as Discord has it, with all that Discord says of it.
type registered struct {
	ID   string `json:"id"`
	Type int    `json:"type"`
	Name string `json:"name"`
	raw  json.RawMessage
}

// registerIn makes the commands of our names in a scope those wanted, and says how many it wrote.
func (a *Adapter) registerIn(ctx context.Context, app, guild string, wanted []*discordgo.ApplicationCommand) (int, error) {
	path := "/applications/" + app + "/commands"
	if guild != "" {
		path = "/applications/" + app + "/guilds/" + guild + "/commands"
	}
	existing, err := a.registered(ctx, path)
	if err != nil {
		return 0, err
	}
	wrote := 0
	write := func(method, path string, body any) error {
		wrote++
		return a.call(ctx, method, path, body, nil)
	}
	for _, c := range wanted {
		body, err := json.Marshal(c)
		if err != nil {
			return wrote, fmt.Errorf("discord: commands: %w", err)
		}
		i := slices.IndexFunc(existing, func(r registered) bool { return r.Name == c.Name && r.Type == int(c.Type) })
		switch {
		case i < 0:
			err = write(http.MethodPost, path, c)
		case !sameCommand(existing[i].raw, body):
			err = write(http.MethodPatch, path+"/"+existing[i].ID, c)
		}
		if err != nil {
			return wrote, fmt.Errorf("discord: commands: %w", err)
		}
	}
	for _, r := range existing {
		if isOurs(r) && !slices.ContainsFunc(wanted, func(c *discordgo.ApplicationCommand) bool {
			return c.Name == r.Name && int(c.Type) == r.Type
		}) {
			if err := write(http.MethodDelete, path+"/"+r.ID, nil); err != nil {
				return wrote, fmt.Errorf("discord: commands: %w", err)
			}
		}
	}
	return wrote, nil
}

func (a *Adapter) registered(ctx context.Context, path string) ([]registered, error) {
	var raw []json.RawMessage
	if err := a.call(ctx, http.MethodGet, path, nil, &raw); err != nil {
		return nil, fmt.Errorf("discord: commands: %w", err)
	}
	existing := make([]registered, len(raw))
	for i, r := range raw {
		if err := json.Unmarshal(r, &existing[i]); err != nil {
			return nil, fmt.Errorf("discord: commands: %w", err)
		}
		existing[i].raw = r
	}
	return existing, nil
}

// isOurs reports whether a command is one of crux's.
func isOurs(r registered) bool {
	return slices.ContainsFunc(commands(), func(c *discordgo.ApplicationCommand) bool {
		return c.Name == r.Name && int(c.Type) == r.Type
	})
}

// sameCommand reports whether a command as Discord returns it says what ours says.
// Discord leaves out what is empty or false, adds what it made up itself, and may
// return a list in an order of its own where the order means nothing.
func sameCommand(theirs, ours json.RawMessage) bool {
	t, err1 := normal(theirs)
	o, err2 := normal(ours)
	return errors.Join(err1, err2) == nil && reflect.DeepEqual(t, o)
}

// normal is a command with only what crux can set, without what is empty.
func normal(raw json.RawMessage) (any, error) {
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	settable := []string{"type", "name", "description", "options", "contexts", "integration_types"}
	for name := range fields {
		if !slices.Contains(settable, name) {
			delete(fields, name)
		}
	}
	return withoutEmpty(fields), nil
}

func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			field = withoutEmpty(field)
			if list, isList := field.([]any); isList && name == "channel_types" {
				slices.SortFunc(list, func(a, b any) int { return int(number(a) - number(b)) })
			}
			if isEmpty(field) {
				delete(v, name)
			} else {
				v[name] = field
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func number(v any) float64 {
	n, _ := v.(float64)
	return n
}
