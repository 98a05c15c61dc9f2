package discord

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// permissions are a set of what somebody may do, as Discord numbers it.
type permissions uint64

// The permissions that crux knows of.
const (
	administrator  permissions = discordgo.PermissionAdministrator
	manageChannels permissions = discordgo.PermissionManageChannels
	manageServer   permissions = discordgo.PermissionManageGuild
	viewChannel    permissions = discordgo.PermissionViewChannel
	sendMessages   permissions = discordgo.PermissionSendMessages
	embedLinks     permissions = discordgo.PermissionEmbedLinks
	attachFiles    permissions = discordgo.PermissionAttachFiles
	readHistory    permissions = discordgo.PermissionReadMessageHistory
	connect        permissions = discordgo.PermissionVoiceConnect
	manageThreads  permissions = discordgo.PermissionManageThreads
	sendInThreads  permissions = discordgo.PermissionSendMessagesInThreads

	anything = ^permissions(0)
	// reading is what it takes to read a text channel.
	reading = viewChannel | readHistory
	// wanted is what crux asks for when it is invited.
	wanted = viewChannel | sendMessages | embedLinks | attachFiles | readHistory | sendInThreads
)

// permissionNames are the names that Discord shows, in the order in which it shows them.
var permissionNames = []struct {
	bit  permissions
	name string
}{
	{viewChannel, "View Channel"},
	{manageServer, "Manage Server"},
	{manageChannels, "Manage Channels"},
	{sendMessages, "Send Messages"},
	{sendInThreads, "Send Messages in Threads"},
	{embedLinks, "Embed Links"},
	{attachFiles, "Attach Files"},
	{manageThreads, "Manage Threads"},
	{readHistory, "Read Message History"},
	{connect, "Connect"},
}

func (p permissions) has(all permissions) bool { return p&all == all }

// String names the permissions, as in "View Channel and Connect".
func (p permissions) String() string {
	var names []string
	for _, known := range permissionNames {
		if p.has(known.bit) {
			names = append(names, known.name)
		}
	}
	return enumerate(names)
}

// enumerate joins words as in "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// UnmarshalJSON reads the decimal string that Discord writes. Bits beyond the 64th, which no permission has yet, are dropped.
func (p *permissions) UnmarshalJSON(raw []byte) error {
	n, ok := new(big.Int).SetString(strings.Trim(string(raw), `"`), 10)
	if !ok || n.Sign() < 0 {
		return errors.New("permissions are no number")
	}
	*p = permissions(new(big.Int).And(n, new(big.Int).SetUint64(uint64(anything))).Uint64())
	return nil
}

// guild is a server, as far as permissions depend on it. The role with the guild's own id is everyone's.
type guild struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Owner string `json:"owner_id"`
	Roles []role `json:"roles"`
}

type role struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Permissions permissions `json:"permissions"`
}

// overwrite changes in one channel what a role or a member may do.
type overwrite struct {
	ID    string                            `json:"id"`
	Type  discordgo.PermissionOverwriteType `json:"type"`
	Allow permissions                       `json:"allow"`
	Deny  permissions                       `json:"deny"`
}

// channel is a channel or thread of a server.
type channel struct {
	ID         string                `json:"id"`
	Type       discordgo.ChannelType `json:"type"`
	Guild      string                `json:"guild_id"`
	Name       string                `json:"name"`
	Parent     string                `json:"parent_id"`
	Overwrites []overwrite           `json:"permission_overwrites"`
	// Restricted is true for channels that only adults may see; a thread is as its parent is.
	Restricted bool `json:"nsfw"`
	// Messages is how many messages a thread has, without its first.
	Messages int `json:"message_count"`
	Thread   *struct {
		Archived bool `json:"archived"`
		Locked   bool `json:"locked"`
	} `json:"thread_metadata"`
}

func (c *channel) isThread() bool {
	return c.Type == discordgo.ChannelTypeGuildNewsThread || c.Type == discordgo.ChannelTypeGuildPublicThread || c.isPrivate()
}

func (c *channel) isPrivate() bool { return c.Type == discordgo.ChannelTypeGuildPrivateThread }

func (c *channel) isVoice() bool {
	return c.Type == discordgo.ChannelTypeGuildVoice || c.Type == discordgo.ChannelTypeGuildStageVoice
}

// isContainer reports whether messages stand only in the channel's threads.
func (c *channel) isContainer() bool {
	return c.Type == discordgo.ChannelTypeGuildForum || c.Type == discordgo.ChannelTypeGuildMedia
}

// isRead reports whether crux knows what reading in a channel of this type takes.
func (c *channel) isRead() bool {
	return c.Type == discordgo.ChannelTypeGuildText || c.Type == discordgo.ChannelTypeGuildNews ||
		c.isThread() || c.isVoice() || c.isContainer()
}

// toRead is what it takes to read the channel.
func (c *channel) toRead() permissions {
	if c.isVoice() {
		return reading | connect
	}
	return reading
}

// toWrite is what it takes to write in the channel, or in the posts of a forum.
func (c *channel) toWrite() permissions {
	switch {
	case c.isThread(), c.isContainer():
		return viewChannel | sendInThreads
	case c.isVoice():
		return viewChannel | connect | sendMessages
	}
	return viewChannel | sendMessages
}

// toPost is what it takes to post a report in the channel.
func (c *channel) toPost() permissions { return c.toWrite() | embedLinks | attachFiles }

// member is somebody in a server.
type member struct {
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Roles        []string   `json:"roles"`
	Flags        int        `json:"flags"`
	TimedOutTill *time.Time `json:"communication_disabled_until"`
}

// flagGuest marks who was let into one voice channel and nothing else.
const flagGuest = 1 << 4

// permissionsIn is what m may do at a time in a channel that is no thread; of a thread
// give the channel that it is in. It errs on the side of nothing.
func permissionsIn(g *guild, c *channel, m *member, now time.Time) permissions {
	id := m.User.ID
	if id == "" || m.Flags&flagGuest != 0 {
		return 0
	}
	if id == g.Owner {
		return anything
	}
	base := basePermissions(g, m.Roles)
	if base.has(administrator) {
		return anything
	}
	p := overwritten(base, g.ID, c.Overwrites, m.Roles, id)
	if !p.has(viewChannel) {
		return 0
	}
	if m.TimedOutTill != nil && m.TimedOutTill.After(now) {
		p &= reading
	}
	return p
}

// permissionsInServer is what m may do at a time in a whole server. It errs on the side of nothing.
func permissionsInServer(g *guild, m *member, now time.Time) permissions {
	id := m.User.ID
	if id == "" || m.Flags&flagGuest != 0 {
		return 0
	}
	base := basePermissions(g, m.Roles)
	switch {
	case id == g.Owner || base.has(administrator):
		return anything
	case m.TimedOutTill != nil && m.TimedOutTill.After(now):
		return base & reading
	}
	return base
}

// basePermissions is what the roles, and everyone's, allow in the whole server.
func basePermissions(g *guild, roles []string) permissions {
	var p permissions
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(roles, r.ID) {
			p |= r.Permissions
		}
	}
	return p
}

// overwritten applies a channel's overwrites: everyone's, then those of the roles
// together, in which an allowance beats a denial, then the member's.
func overwritten(p permissions, everyone string, overwrites []overwrite, roles []string, user string) permissions {
	var allow, deny permissions
	for _, o := range overwrites {
		switch {
		case o.Type != discordgo.PermissionOverwriteTypeRole:
		case o.ID == everyone:
			p = p&^o.Deny | o.Allow
		case slices.Contains(roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	p = p&^deny | allow
	for _, o := range overwrites {
		if o.Type == discordgo.PermissionOverwriteTypeMember && o.ID == user {
			p = p&^o.Deny | o.Allow
		}
	}
	return p
}
