package fakediscord

import (
	"fmt"
	"slices"
	"strings"
)

func (i *Interaction) commandData() (object, string) {
	words := strings.Fields(i.Use.Name)
	if len(words) == 0 {
		return nil, "no command is named"
	}
	k := i.d.registered(i.channel.guild, words[0], 1)
	if k == nil {
		return nil, fmt.Sprintf("no command %q is registered", words[0])
	}
	data := object{"id": k.ID, "name": k.Name, "type": 1}
	at, defined := data, k.Options
	for _, w := range words[1:] {
		n := slices.IndexFunc(defined, func(o CommandOption) bool { return o.Name == w && o.Type <= optionGroup })
		if n < 0 {
			return nil, fmt.Sprintf("the command %q has no subcommand %q", k.Name, w)
		}
		inner := object{"name": w, "type": defined[n].Type}
		at["options"] = []object{inner}
		at, defined = inner, defined[n].Options
	}
	if slices.ContainsFunc(defined, func(o CommandOption) bool { return o.Type <= optionGroup }) {
		return nil, fmt.Sprintf("%q is no command by itself", i.Use.Name)
	}
	resolved := object{}
	values, problem := i.values(defined, resolved)
	if problem != "" {
		return nil, problem
	}
	if len(values) > 0 || len(words) > 1 {
		at["options"] = values
	}
	if len(resolved) > 0 {
		data["resolved"] = resolved
	}
	return data, ""
}

// values gives the options the types with which they are registered, and resolves
// users, channels and roles.
func (i *Interaction) values(defined []CommandOption, resolved object) ([]object, string) {
	out := []object{}
	for _, o := range i.Use.Options {
		n := slices.IndexFunc(defined, func(def CommandOption) bool { return def.Name == o.Name && def.Type > optionGroup })
		if n < 0 {
			return nil, fmt.Sprintf("%q has no option %q", i.Use.Name, o.Name)
		}
		value := object{"name": o.Name, "type": defined[n].Type, "value": o.Value}
		switch isTyped := i.Use.Kind == Autocomplete && o.Focused; {
		case isTyped && !defined[n].Autocomplete:
			return nil, fmt.Sprintf("the option %q has no autocomplete", o.Name)
		case isTyped:
			value["focused"] = true
		default:
			if problem := defined[n].refuses(o.Value); problem != "" {
				return nil, fmt.Sprintf("the option %q can't be %v: %s", o.Name, o.Value, problem)
			}
		}
		if !i.resolve(defined[n], fmt.Sprint(o.Value), resolved) {
			return nil, fmt.Sprintf("the option %q names something that the user cannot choose", o.Name)
		}
		out = append(out, value)
	}
	for _, def := range defined {
		given := slices.ContainsFunc(i.Use.Options, func(o Option) bool { return o.Name == def.Name })
		if def.Required && !given && i.Use.Kind == SlashCommand {
			return nil, fmt.Sprintf("%q requires the option %q", i.Use.Name, def.Name)
		}
	}
	return out, ""
}

func (i *Interaction) resolve(o CommandOption, id string, resolved object) bool {
	put := func(what string, o object) {
		if resolved[what] == nil {
			resolved[what] = object{}
		}
		resolved[what].(object)[id] = o
	}
	d, g := i.d, i.channel.guild
	switch o.Type {
	case optionChannel:
		// A client offers only what the user sees, but a forged request may name any.
		c := d.channels[id]
		if c == nil || len(o.ChannelTypes) > 0 && !slices.Contains(o.ChannelTypes, c.kind) {
			return false
		}
		put("channels", d.partialChannel(c, i.Use.User))
	case optionUser:
		if d.users[id] == nil {
			return false
		}
		put("users", d.userJSON(id))
		if g != nil && g.members[id] != nil {
			m := d.memberJSON(g.members[id])
			delete(m, "user")
			put("members", merge(m, object{"permissions": bits(d.permissions(id, i.channel))}))
		}
	case optionRole:
		if g == nil || g.role(id) == nil {
			return false
		}
		put("roles", g.roleJSON(g.role(id)))
	}
	return true
}

// registered finds a command by name where a user would: the guild's own, then the global ones.
func (d *Discord) registered(g *guild, name string, kind int) *command {
	lists := []string{""}
	if g != nil {
		lists = []string{g.id, ""}
	}
	for _, l := range lists {
		for _, c := range d.commands[l] {
			if c.Name == name && c.Type == kind {
				return c
			}
		}
	}
	return nil
}
