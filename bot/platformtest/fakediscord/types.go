package fakediscord

import (
	"encoding/json"
	"strings"
	"time"
)

// Permissions, as Discord numbers them.
const (
	ManageChannels     int64 = 1 << 4
	ManageGuild        int64 = 1 << 5
	Administrator      int64 = 1 << 3
	ViewChannel        int64 = 1 << 10
	SendMessages       int64 = 1 << 11
	ManageMessages     int64 = 1 << 13
	EmbedLinks         int64 = 1 << 14
	AttachFiles        int64 = 1 << 15
	ReadMessageHistory int64 = 1 << 16
	MentionEveryone    int64 = 1 << 17
	ManageRoles        int64 = 1 << 28
	UseCommands        int64 = 1 << 31
	ManageThreads      int64 = 1 << 34
	SendInThreads      int64 = 1 << 38

	// BotPermissions are what the bot's role has in a new guild: view, send, embed
	// links, attach files, read history, send in threads.
	BotPermissions = ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | SendInThreads
	// EveryonePermissions are what @everyone has in a new guild.
	EveryonePermissions = ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | SendInThreads | UseCommands
	allPermissions      = 1<<53 - 1
)

// Channel types.
const (
	TextChannel     = 0
	DirectMessage   = 1
	VoiceChannel    = 2
	Category        = 4
	NewsChannel     = 5
	NewsThread      = 10
	PublicThread    = 11
	PrivateThread   = 12
	ForumChannel    = 15
	threadTypeFirst = NewsThread
	threadTypeLast  = PrivateThread
)

// Gateway intents.
const (
	IntentGuilds         = 1 << 0
	IntentGuildMembers   = 1 << 1
	IntentPresences      = 1 << 8
	IntentGuildMessages  = 1 << 9
	IntentDirectMessages = 1 << 12
	IntentMessageContent = 1 << 15
)

// Message types.
const (
	messageReply         = 19
	messageCommandReply  = 20
	messageThreadStarter = 21
)

// Message flags.
const (
	FlagEphemeral    = 1 << 6
	FlagLoading      = 1 << 7
	FlagSilent       = 1 << 12
	flagComponentsV2 = 1 << 15
)

// Channel is a channel to add to a guild.
type Channel struct {
	Name       string
	Type       int    // TextChannel unless set
	Parent     string // the category's id; its overwrites are not inherited, as on Discord a channel carries its own
	Overwrites []Overwrite
}

// Overwrite changes what a role or a member may do in one channel.
type Overwrite struct {
	ID          string // a role's or a user's id; a guild's id is its @everyone role's
	Member      bool   // whether ID is a user's
	Allow, Deny int64
}

// Thread is a thread, or a forum's post, to add to a channel.
type Thread struct {
	Name     string
	Private  bool
	Owner    string   // a user's id; the guild's owner unless set
	Members  []string // beside the owner; only they (and who manages threads) see a private thread
	Archived bool
	// Starter is the id of the message in the channel that the thread grows from;
	// the thread then has this id too, and begins with a system message that
	// refers to it. Forum posts have none: their first message has the thread's own
	// id, see Message.Starter.
	Starter string
	At      time.Time // when it was opened; now unless set
}

// Message is a message that somebody writes.
type Message struct {
	Author  string // a user's id; the guild's owner unless set
	Text    string
	ReplyTo string // a message's id, which may have been deleted since
	// At is when; now unless set. The id is minted from it, so messages of the past
	// stand in the history where they belong.
	At          time.Time
	Attachments []File
	// Starter gives the message the id of the thread it is posted in, as the first
	// message of a forum's post has.
	Starter  bool
	Bot      bool // whether Author is shown as a bot
	Webhook  bool // whether a webhook wrote it, under the name in Author (a name, not an id)
	Type     int  // Discord's message type; 0, or 19 for a reply, unless set
	Snapshot *Message
	// Raw is laid over the message's JSON last, for whatever the fields cannot say,
	// such as a component of a type that does not exist yet.
	Raw map[string]any
}

// File is an attachment.
type File struct {
	Name        string
	ContentType string
	Data        []byte
	Description string
}

// Posted is a message as it stands.
type Posted struct {
	ID, Channel, Author string
	Content             string
	Embeds              []Embed
	Components          []Component
	Files               []File
	// AllowedMentions is what was sent with it, as it was sent; nil where nothing was.
	AllowedMentions json.RawMessage
	Flags           int
	At              time.Time
	Edited          time.Time // zero if never edited
	ReplyTo         string
	Nonce           string
	// Interaction is the id of the interaction that it answers, or "".
	Interaction string
}

// Ephemeral says whether only one person sees the message.
func (p Posted) Ephemeral() bool { return p.Flags&FlagEphemeral != 0 }

// Silent says whether it came without a sound.
func (p Posted) Silent() bool { return p.Flags&FlagSilent != 0 }

// Loading says whether it stands only as "thinking…".
func (p Posted) Loading() bool { return p.Flags&FlagLoading != 0 }

// AllText returns all the words a reader sees but those in files, a line each:
// content, embeds and the labels of buttons.
func (p Posted) AllText() string {
	lines := []string{p.Content}
	for _, e := range p.Embeds {
		lines = append(lines, e.Author.Name, e.Title, e.Description)
		for _, f := range e.Fields {
			lines = append(lines, f.Name, f.Value)
		}
		lines = append(lines, e.Footer.Text)
	}
	var walk func([]Component)
	walk = func(cs []Component) {
		for _, c := range cs {
			lines = append(lines, c.Label, c.Content)
			walk(c.Components)
		}
	}
	walk(p.Components)
	kept := lines[:0]
	for _, l := range lines {
		if l != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

// Buttons returns the message's buttons in the order of reading.
func (p Posted) Buttons() []Component {
	var out []Component
	var walk func([]Component)
	walk = func(cs []Component) {
		for _, c := range cs {
			if c.Type == componentButton {
				out = append(out, c)
			}
			walk(c.Components)
		}
	}
	walk(p.Components)
	return out
}

// Button finds a button by its label, or failing that by its custom id.
func (p Posted) Button(name string) (Component, bool) {
	buttons := p.Buttons()
	for _, b := range buttons {
		if b.Label == name {
			return b, true
		}
	}
	for _, b := range buttons {
		if b.CustomID == name {
			return b, true
		}
	}
	return Component{}, false
}

// Menus returns the message's menus in the order of reading.
func (p Posted) Menus() []Component {
	var out []Component
	for _, r := range p.Components {
		for _, c := range r.Components {
			if c.isMenu() {
				out = append(out, c)
			}
		}
	}
	return out
}

// isMenu says whether it is a menu to choose from.
func (c Component) isMenu() bool {
	return c.Type >= componentSelect && c.Type <= 8 && c.Type != componentInput
}

// Menu finds a menu that has an option of this label.
func (p Posted) Menu(label string) (menu Component, value string, found bool) {
	for _, c := range p.Menus() {
		for _, o := range c.Options {
			if o.Label == label {
				return c, o.Value, true
			}
		}
	}
	return Component{}, "", false
}

// Embed is an embed as it was sent.
type Embed struct {
	Type        string       `json:"type,omitempty"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"`
	Color       int          `json:"color,omitempty"`
	Footer      EmbedFooter  `json:"footer,omitzero"`
	Author      EmbedAuthor  `json:"author,omitzero"`
	Fields      []EmbedField `json:"fields,omitempty"`
}

// EmbedFooter is an embed's last line.
type EmbedFooter struct {
	Text string `json:"text,omitempty"`
}

// EmbedAuthor is an embed's first line.
type EmbedAuthor struct {
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// EmbedField is a named part of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

// Component is a row, a button, a menu or a text input.
type Component struct {
	Type        int             `json:"type"`
	Style       int             `json:"style,omitempty"`
	Label       string          `json:"label,omitempty"`
	CustomID    string          `json:"custom_id,omitempty"`
	URL         string          `json:"url,omitempty"`
	Disabled    bool            `json:"disabled,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
	Placeholder string          `json:"placeholder,omitempty"`
	Content     string          `json:"content,omitempty"`
	Options     []SelectOption  `json:"options,omitempty"`
	Components  []Component     `json:"components,omitempty"`
	// Of menus: how many options can be chosen, 1 unless set.
	MinValues *int `json:"min_values,omitempty"`
	MaxValues *int `json:"max_values,omitempty"`
	// Of text inputs. An input is required unless Required says otherwise.
	Value     string `json:"value,omitempty"`
	MinLength *int   `json:"min_length,omitempty"`
	MaxLength *int   `json:"max_length,omitempty"`
	Required  *bool  `json:"required,omitempty"`
}

// chosen are how many of a menu's options can be chosen.
func (c Component) chosen() (least, most int) {
	least, most = 1, 1
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	return least, most
}

// SelectOption is a choice in a menu.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// Component types that the fake knows by name.
const (
	componentRow    = 1
	componentButton = 2
	componentSelect = 3
	componentInput  = 4
	styleLink       = 5
)
