package fakediscord

import (
	"fmt"
	"slices"
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
	Press                    // presses a button or chooses in a menu: Message and CustomID, Button or Choose
	Submit                   // sends a dialog that was opened: Dialog and Typed
)

// number is Discord's own type of interaction.
func (k Kind) number() int {
	switch k {
	case Press:
		return 3
	case Autocomplete:
		return 4
	case Submit:
		return 5
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
	// Choose is the label of an option of some menu, instead of CustomID and Values.
	Choose string
	// Dialog is the interaction that was answered with the dialog, and Typed what stands in
	// its inputs when it is sent, in their order.
	Dialog *Interaction
	Typed  []string
	Locale string // "en-US" unless set
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
	dialog    *Dialog // with which it was answered
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
	case i.Use.Kind != Press && i.Use.Kind != Submit && p&UseCommands == 0:
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
	case Submit:
		return i.submitData()
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
	values := i.Use.Values
	switch {
	case i.Use.Choose != "":
		var value string
		c, value, found = m.posted().Menu(i.Use.Choose)
		name, values = i.Use.Choose, []string{value}
	case i.Use.CustomID == "":
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
		if problem := c.refuses(values); problem != "" {
			return nil, problem
		}
		data["values"] = list(values)
	}
	return data, ""
}

// refuses says why these values can't be chosen in a menu, "" if they can.
func (c Component) refuses(values []string) string {
	if least, most := c.chosen(); len(values) < least || len(values) > most {
		return fmt.Sprintf("%d values chosen, of which the menu takes %d to %d", len(values), least, most)
	}
	for _, v := range values {
		if c.Type == componentSelect && !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == v }) {
			return fmt.Sprintf("the menu has no option %q", v)
		}
	}
	return ""
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
