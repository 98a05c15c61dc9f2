package fakeslack

import (
	"encoding/json"
	"time"
)

// User is a user to add to the workspace.
type User struct {
	Name     string // the handle, and the display name
	RealName string // Name unless set
	// NoDisplayName leaves the display name empty, so that people see the real name.
	NoDisplayName bool
	Guest         bool // of several channels
	SingleGuest   bool // of one channel
	Admin, Owner  bool
	Bot           bool
	Deleted       bool
	// Team is another organisation's id, which makes the user a stranger here; "" is the own one.
	Team string
}

// Channel is a channel to add. Its members are Members, Creator and, without NoBot, the bot.
type Channel struct {
	Name          string
	Private       bool
	Creator       string // the workspace's owner unless set
	Members       []string
	NoBot         bool
	Archived      bool
	ExtShared     bool // with another organisation
	PendingShared bool // an invitation to one is not answered yet
	OrgShared     bool // with another workspace of the same organisation
}

// Message is a message that somebody writes.
type Message struct {
	Author string // a user's id; the workspace's owner unless set. Of a bot_message the name under which it stands.
	Text   string // in Slack's own markup, as Slack keeps it: &amp; &lt; &gt; <@U…> <https://…|…>
	Thread string // the timestamp of the message that it replies to
	// Broadcast shows a reply in the channel too.
	Broadcast bool
	// At is when; now unless set. The timestamp is minted from it, so messages of the
	// past stand in the history where they belong.
	At      time.Time
	Files   []string // names of files that hang on it
	Bot     bool     // whether another app wrote it
	Subtype string   // Slack's, such as "me_message", "bot_message" or "channel_topic"
	Blocks  json.RawMessage
	// Metadata is what another app sends with it, for programs alone.
	Metadata json.RawMessage
}

// Posted is a message, or a view of the App Home, as it stands.
type Posted struct {
	// ID is the message's timestamp, or the view's id.
	ID string
	// Channel is "" of a view.
	Channel string
	Thread  string // the timestamp of the message that it replies to, or ""
	Author  string // a user's id
	User    string // who alone sees it: an ephemeral message's or a view's user
	Text    string // the text beside the blocks, as it was sent
	Blocks  []json.RawMessage
	Files   []File
	// Metadata is what was sent as such, nil for nothing.
	Metadata json.RawMessage
	Subtype  string
	Edits    int
	// Deleted is true of what was deleted, and of the tombstone of a message that had replies.
	Deleted bool

	names *directory
}

// Ephemeral says whether only one person sees the message.
func (p Posted) Ephemeral() bool { return p.User != "" && p.Channel != "" }

// Button is a button of a message or a view.
type Button struct {
	Label, ActionID, Value, Style, URL string
	// Confirm is what it asks before it is taken for pressed, "" for nothing.
	Confirm string

	block string // the block's id
}

// Button finds a button by its label, or failing that by its action id.
func (p Posted) Button(name string) (Button, bool) {
	buttons := p.Buttons()
	for _, b := range buttons {
		if b.Label == name {
			return b, true
		}
	}
	for _, b := range buttons {
		if b.ActionID == name {
			return b, true
		}
	}
	return Button{}, false
}

// Menu is a menu of a message or a view: an overflow menu, or one to select from.
type Menu struct {
	// Kind is Slack's: "overflow", "static_select" or "radio_buttons".
	Kind, ActionID string
	Options        []MenuOption

	block string // the block's id
}

// MenuOption is what can be chosen in a Menu.
type MenuOption struct{ Label, Value, Description string }

// File is a file as it stands.
type File struct {
	ID, Name, Title string
	Data            []byte
	User            string   // who uploaded it
	Channels        []string // where it was shared
	Deleted         bool
}
