package fakediscord

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Discord's deadlines.
const (
	callbackDeadline = 3 * time.Second
	tokenLife        = 15 * time.Minute
)

// Kind is what a user does.
type Kind int

// What a user can do.
const (
	SlashCommand Kind = iota // sends a command: Name and Options
	Autocomplete             // types into an option: Name and Options, one of them focused
	MessageMenu              // chooses a command in a message's menu: Name and Target
	Press                    // presses a button or chooses in a menu: Message and CustomID or Button
)

// number is Discord's own type of interaction.
func (k Kind) number() int {
	switch k {
	case Press:
		return 3
	case Autocomplete:
		return 4
	}
	return 2
}

// Use is one use of the application by a user.
type Use struct {
	Kind          Kind
	User, Channel string
	// Name is the command's, with the subcommand after a space: "debate summary".
	Name    string
	Options []Option
	Target  string // MessageMenu: the message's id
	Message string // Press: the id of the message that holds the component
	// CustomID is the component's; Button finds a button by its label instead.
	CustomID, Button string
	Values           []string // Press: what was chosen in a menu
	Locale           string   // "en-US" unless set
}

// Option is a value that the user typed or chose: a string, a bool or a number; of
// users, channels and roles the id.
type Option struct {
	Name    string
	Value   any
	Focused bool // Autocomplete: it is being typed
}

// Interaction is a use that was sent, and what came of it.
type Interaction struct {
	ID, Token string
	Use       Use

	d         *Discord
	channel   *channel
	sent      time.Time
	deadline  *time.Timer
	answered  time.Time // of the first callback; zero before
	callback  int       // its type
	hidden    bool      // whether it asked for an ephemeral answer
	expired   bool      // whether the 3 s passed before a callback
	dead      bool      // whether the token has died
	pressed   *message
	original  *message
	choices   []Choice
	states    []Posted
	followups []*message
}

// Interact does what a user does and sends INTERACTION_CREATE. The use must be
// possible: the command registered, the user a member who sees the channel, the
// button there and enabled. If not, the test gets an error and the interaction is
// one that has expired.
func (d *Discord) Interact(u Use) *Interaction {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	id := d.mint(time.Time{})
	i := &Interaction{ID: id, Token: "interaction." + id, Use: u, d: d, channel: d.mustChannel(u.Channel), sent: time.Now()}
	i.deadline = time.AfterFunc(callbackDeadline, i.expire)
	d.interactions[i.ID], d.byToken[i.Token] = i, i
	data, problem := i.data()
	if problem == "" {
		problem = i.forbidden()
	}
	if problem != "" {
		d.t.Errorf("Interact: %s", problem)
		i.expired = true
		return i
	}
	d.emit(0, i.channel.guild, nil, "INTERACTION_CREATE", func(viewer) any { return i.json(data) })
	return i
}

// forbidden says why Discord would not let the user do this, "" if it would.
func (i *Interaction) forbidden() string {
	if i.d.users[i.Use.User] == nil {
		return "no such user"
	}
	p := i.d.permissions(i.Use.User, i.channel)
	switch {
	case p&ViewChannel == 0:
		return "the user cannot see the channel"
	case i.Use.Kind != Press && p&UseCommands == 0:
		return "the user may not use commands there"
	}
	return ""
}

func (i *Interaction) expire() {
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	if i.answered.IsZero() {
		i.expired = true
		i.d.notify()
	}
}

// ExpireToken ends the 15 minutes of the token now.
func (i *Interaction) ExpireToken() {
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	i.dead = true
}

func (i *Interaction) tokenDead() bool { return i.dead || time.Since(i.sent) > tokenLife }

func (i *Interaction) json(data object) object {
	d, c, locale := i.d, i.channel, i.Use.Locale
	if locale == "" {
		locale = "en-US"
	}
	o := object{
		"id": i.ID, "application_id": d.App, "type": i.Use.Kind.number(), "token": i.Token, "version": 1, "data": data,
		"channel_id": c.id, "channel": d.partialChannel(c, i.Use.User), "locale": locale, "entitlements": []any{},
		"app_permissions": bits(d.permissions(d.Bot, c)), "attachment_size_limit": maxFileSize,
	}
	if c.guild == nil {
		merge(o, object{"user": d.userJSON(i.Use.User), "context": 1, "authorizing_integration_owners": object{}})
	} else {
		m := c.guild.members[i.Use.User]
		merge(o, object{
			"guild_id": c.guild.id, "guild_locale": "en-US", "context": 0,
			"guild":                          object{"id": c.guild.id, "locale": "en-US", "features": []any{}},
			"authorizing_integration_owners": object{"0": c.guild.id},
			"member":                         merge(d.memberJSON(m), object{"permissions": bits(d.permissions(m.user, c))}),
		})
	}
	if i.pressed != nil {
		o["message"] = d.messageJSON(i.pressed, viewer{content: true})
	}
	return o
}

// partialChannel is a channel as interactions carry it, with what the user may do there.
func (d *Discord) partialChannel(c *channel, user string) object {
	o := d.channelJSON(c)
	for _, not := range []string{"permission_overwrites", "member"} {
		delete(o, not)
	}
	o["permissions"] = bits(d.permissions(user, c))
	return o
}

// data builds the part of the event that depends on what the user did, or says why
// the user could not have done it.
func (i *Interaction) data() (data object, problem string) {
	switch i.Use.Kind {
	case Press:
		return i.pressData()
	case MessageMenu:
		return i.menuData()
	}
	return i.commandData()
}

func (i *Interaction) pressData() (object, string) {
	m := i.channel.message(i.Use.Message)
	if m == nil {
		m = i.d.ephemeral[i.Use.Message]
	}
	if m == nil {
		return nil, "no such message to press a button on"
	}
	if m.flags&FlagEphemeral != 0 && m.interaction != nil && m.interaction.Use.User != i.Use.User {
		return nil, "only the one who asked sees that message"
	}
	i.pressed = m
	name := i.Use.CustomID
	if name == "" {
		name = i.Use.Button
	}
	c, found := findComponent(m.components, func(c Component) bool { return c.CustomID == i.Use.CustomID && c.CustomID != "" })
	if i.Use.CustomID == "" {
		c, found = m.posted().Button(name)
	}
	switch {
	case !found:
		return nil, fmt.Sprintf("the message has no component %q", name)
	case c.Disabled:
		return nil, fmt.Sprintf("the component %q is disabled", name)
	case c.CustomID == "":
		return nil, fmt.Sprintf("the button %q is only a link", name)
	}
	data := object{"custom_id": c.CustomID, "component_type": c.Type}
	if c.Type != componentButton {
		data["values"] = list(i.Use.Values)
	}
	return data, ""
}

func findComponent(cs []Component, is func(Component) bool) (Component, bool) {
	for _, c := range cs {
		if is(c) {
			return c, true
		}
		if inner, found := findComponent(c.Components, is); found {
			return inner, true
		}
	}
	return Component{}, false
}

func (i *Interaction) menuData() (object, string) {
	k := i.d.registered(i.channel.guild, i.Use.Name, 3)
	if k == nil {
		return nil, fmt.Sprintf("no message menu command %q is registered", i.Use.Name)
	}
	m := i.channel.message(i.Use.Target)
	if m == nil {
		return nil, "no such message to open the menu of"
	}
	return object{
		"id": k.ID, "name": k.Name, "type": 3, "target_id": m.id,
		// What somebody points the bot at, the bot sees, whatever its intents.
		"resolved": object{"messages": object{m.id: i.d.messageJSON(m, viewer{content: true})}},
	}, ""
}

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
		if i.Use.Kind == Autocomplete && o.Focused {
			if !defined[n].Autocomplete {
				return nil, fmt.Sprintf("the option %q has no autocomplete", o.Name)
			}
			value["focused"] = true
		}
		if !i.resolve(defined[n].Type, fmt.Sprint(o.Value), resolved) {
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

func (i *Interaction) resolve(kind int, id string, resolved object) bool {
	put := func(what string, o object) {
		if resolved[what] == nil {
			resolved[what] = object{}
		}
		resolved[what].(object)[id] = o
	}
	d, g := i.d, i.channel.guild
	switch kind {
	case optionChannel:
		// A client offers only what the user sees, but a forged request may name any.
		c := d.channels[id]
		if c == nil {
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
