package fakediscord

import "slices"

// Permissions computes what a user may do in a channel or thread, as Discord does.
func (d *Discord) Permissions(user, channel string) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.permissions(user, d.mustChannel(channel))
}

func (d *Discord) permissions(user string, c *channel) int64 {
	if c.guild == nil {
		if user == d.Bot || user == c.recipient {
			return allPermissions &^ (Administrator | ManageMessages)
		}
		return 0
	}
	m := c.guild.members[user]
	if m == nil {
		return 0
	}
	base := basePermissions(c.guild, m)
	if base&Administrator != 0 {
		return allPermissions
	}
	// A thread has no overwrites of its own: its channel's hold.
	holder := c
	if c.isThread() {
		holder = c.parent
	}
	p := applyOverwrites(base, c.guild, m, holder.overwrites)
	if p&ViewChannel == 0 {
		return 0 // who cannot see a channel can do nothing in it
	}
	if c.kind == PrivateThread && p&ManageThreads == 0 && !slices.Contains(c.members, user) {
		return 0
	}
	if !c.isThread() && p&SendMessages == 0 {
		p &^= MentionEveryone | AttachFiles | EmbedLinks
	}
	return p
}

func basePermissions(g *guild, m *member) int64 {
	if g.owner == m.user {
		return allPermissions
	}
	p := g.roles[0].permissions
	for _, id := range m.roles {
		if r := g.role(id); r != nil {
			p |= r.permissions
		}
	}
	if p&Administrator != 0 {
		return allPermissions
	}
	return p
}

// applyOverwrites applies first what holds for @everyone, then what the member's
// roles are denied and allowed all together, then what holds for the member.
func applyOverwrites(p int64, g *guild, m *member, overwrites []Overwrite) int64 {
	var allow, deny int64
	for _, o := range overwrites {
		switch {
		case o.Member:
		case o.ID == g.id:
			p = p&^o.Deny | o.Allow
		case slices.Contains(m.roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	p = p&^deny | allow
	for _, o := range overwrites {
		if o.Member && o.ID == m.user {
			p = p&^o.Deny | o.Allow
		}
	}
	return p
}

// maySend says whether somebody may write in a channel, threads minded.
func maySend(p int64, c *channel) bool {
	if c.isThread() {
		return p&SendInThreads != 0
	}
	return p&SendMessages != 0
}
