package fakediscord

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Command is a registered command.
type Command struct {
	ID          string          `json:"id"`
	Type        int             `json:"type"` // 1 slash command, 2 user menu, 3 message menu
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Options     []CommandOption `json:"options"`
	// MemberPermissions are what a member needs to see it, in decimal; nil for nothing.
	MemberPermissions *string `json:"default_member_permissions"`
}

// CommandOption is an option of a command, a subcommand or a group of them.
type CommandOption struct {
	Type         int             `json:"type"`
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	Required     bool            `json:"required"`
	Autocomplete bool            `json:"autocomplete"`
	Choices      []Choice        `json:"choices"`
	Options      []CommandOption `json:"options"`
	// Of text and numbers: how long or large they may be. Nil is any.
	MinLength *int     `json:"min_length"`
	MaxLength *int     `json:"max_length"`
	MinValue  *float64 `json:"min_value"`
	MaxValue  *float64 `json:"max_value"`
	// ChannelTypes are which channels can be chosen, empty for all.
	ChannelTypes []int `json:"channel_types"`
}

// Choice is a value that is offered to the user.
type Choice struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// Types of options that matter to the fake.
const (
	optionSubcommand = 1
	optionGroup      = 2
	optionString     = 3
	optionInteger    = 4
	optionBoolean    = 5
	optionUser       = 6
	optionChannel    = 7
	optionRole       = 8
	optionNumber     = 10
	optionLast       = 11
)

// command keeps what was sent, as Discord would give it back, beside its meaning.
type command struct {
	Command
	stored object
}

// Commands returns the registered commands of a guild, or the global ones for "".
func (d *Discord) Commands(guild string) []Command {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Command
	for _, c := range d.commands[guild] {
		out = append(out, c.Command)
	}
	return out
}

// CommandWrites counts the requests that created, changed, replaced or deleted commands.
func (d *Discord) CommandWrites() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.writes
}

// WaitCommands waits until commands of all these names are registered, in whatever guild
// or globally.
func (d *Discord) WaitCommands(names ...string) {
	d.t.Helper()
	d.wait(fmt.Sprintf("the commands %q to be registered", names), func() bool {
		for _, n := range names {
			found := false
			for _, cs := range d.commands {
				found = found || slices.ContainsFunc(cs, func(c *command) bool { return c.Name == n })
			}
			if !found {
				return false
			}
		}
		return true
	})
}

// commandList returns which list a request is about. It refuses another
// application's and a guild's that the bot is not in.
func (d *Discord) commandList(c *call) (guild string, refusal answer, good bool) {
	if c.path("app") != d.App {
		return "", refuse(403, 20012, "You are not authorized to perform this action on this application"), false
	}
	guild = c.path("guild")
	if guild != "" && (d.guilds[guild] == nil || d.guilds[guild].members[d.Bot] == nil) {
		return "", missingAccess, false
	}
	return guild, answer{}, true
}

func (d *Discord) getCommands(c *call) answer {
	guild, refusal, good := d.commandList(c)
	if !good {
		return refusal
	}
	return ok(d.commandsJSON(guild))
}

func (d *Discord) commandsJSON(guild string) []object {
	out := []object{}
	for _, k := range d.commands[guild] {
		out = append(out, k.stored)
	}
	return out
}

func (d *Discord) findCommand(c *call) (guild string, at int, refusal answer) {
	guild, refusal, good := d.commandList(c)
	if !good {
		return "", -1, refusal
	}
	at = slices.IndexFunc(d.commands[guild], func(k *command) bool { return k.ID == c.path("command") })
	return guild, at, unknownCommand
}

func (d *Discord) getCommand(c *call) answer {
	guild, at, refusal := d.findCommand(c)
	if at < 0 {
		return refusal
	}
	return ok(d.commands[guild][at].stored)
}

func (d *Discord) createCommand(c *call) answer {
	guild, refusal, good := d.commandList(c)
	if !good {
		return refusal
	}
	d.wrote()
	k, refusal, good := d.newCommand(c, c.body, guild)
	if !good {
		return refusal
	}
	status := 201
	cs := slices.DeleteFunc(slices.Clone(d.commands[guild]), func(old *command) bool {
		same := old.Name == k.Name && old.Type == k.Type
		if same {
			status = 200 // Discord replaces a command of the same name
			k.setID(old.ID)
		}
		return same
	})
	d.commands[guild] = append(cs, k)
	return answer{status, k.stored}
}

func (d *Discord) replaceCommands(c *call) answer {
	guild, refusal, good := d.commandList(c)
	if !good {
		return refusal
	}
	d.wrote()
	var bodies []json.RawMessage
	if refusal, good := d.decode(c, &bodies); !good {
		return refusal
	}
	var cs []*command
	for _, b := range bodies {
		k, refusal, good := d.newCommand(c, b, guild)
		if !good {
			return refusal
		}
		for _, old := range d.commands[guild] {
			if old.Name == k.Name && old.Type == k.Type {
				k.setID(old.ID)
			}
		}
		cs = append(cs, k)
	}
	d.commands[guild] = cs
	return ok(d.commandsJSON(guild))
}

func (d *Discord) editCommand(c *call) answer {
	guild, at, refusal := d.findCommand(c)
	if at < 0 {
		return refusal
	}
	d.wrote()
	old := d.commands[guild][at]
	whole := merge(object{}, old.stored)
	if refusal, good := d.decode(c, &whole); !good {
		return refusal
	}
	raw, err := json.Marshal(whole)
	if err != nil {
		panic("fakediscord: a command cannot be encoded: " + err.Error())
	}
	k, refusal, good := d.newCommand(c, raw, guild)
	if !good {
		return refusal
	}
	k.setID(old.ID)
	d.commands[guild][at] = k
	return ok(k.stored)
}

func (d *Discord) deleteCommand(c *call) answer {
	guild, at, refusal := d.findCommand(c)
	if at < 0 {
		return refusal
	}
	d.wrote()
	d.commands[guild] = slices.Delete(d.commands[guild], at, at+1)
	return noContent
}

func (d *Discord) wrote() {
	d.writes++
	d.notify()
}

// newCommand makes a command of what was sent, as Discord would give it back.
func (d *Discord) newCommand(c *call, raw json.RawMessage, guild string) (*command, answer, bool) {
	k := &command{}
	inner := *c
	inner.body = raw
	if refusal, good := d.decode(&inner, &k.Command); !good {
		return nil, refusal, false
	}
	if refusal, good := d.decode(&inner, &k.stored); !good {
		return nil, refusal, false
	}
	if k.Type == 0 {
		k.Type = 1
	}
	if faults := k.faults(); len(faults) > 0 {
		d.violate("%s: %s", c.name, faults[0])
		return nil, invalid(faults[0]), false
	}
	k.normalize(d, guild)
	return k, answer{}, true
}

func (k *command) setID(id string) {
	k.ID = id
	k.stored["id"] = id
}

// normalize fills in and leaves out what Discord does: defaults stand there, and
// options lack what is false or empty.
func (k *command) normalize(d *Discord, guild string) {
	id := d.mint(time.Time{})
	for key, v := range k.stored {
		if v == nil {
			delete(k.stored, key)
		}
	}
	defaults := object{
		"description": "", "default_member_permissions": nil, "nsfw": false, "dm_permission": true,
		"integration_types": []any{0}, "contexts": nil, "name_localizations": nil, "description_localizations": nil,
	}
	k.stored = merge(defaults, k.stored)
	if guild != "" {
		k.stored["guild_id"] = guild
		delete(k.stored, "dm_permission")
	}
	merge(k.stored, object{"application_id": d.App, "type": k.Type, "version": id})
	if options, is := k.stored["options"].([]any); is && len(options) > 0 {
		slimOptions(options)
	} else {
		delete(k.stored, "options")
	}
	k.setID(id)
}

func slimOptions(options []any) {
	for _, o := range options {
		option, is := o.(object)
		if !is {
			continue
		}
		for key, v := range option {
			switch v := v.(type) {
			case nil:
				delete(option, key)
			case bool:
				if !v {
					delete(option, key)
				}
			case []any:
				if len(v) == 0 {
					delete(option, key)
				}
			}
		}
		if inner, is := option["options"].([]any); is {
			slimOptions(inner)
		}
	}
}
