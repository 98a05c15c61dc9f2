package discord

import (
	"slices"

	"github.com/bwmarrin/discordgo"
)

// This file proves that whoever sees one channel may read another. It asks that not
// only of the members there are but of every one that there could be: with any roles
// together, and with or without an overwrite of their own. So a member who joins or is
// given a role changes nothing, and no list of members is needed.
//
// There are too many sets of roles to try them all, but few that matter. Whether a
// set of roles sees a channel is decided by one role in it that allows it (or by none,
// where everyone may) and by the absence of others; whether it may not read the other
// channel, by one role that denies it (or by none, where not everyone may) and by the
// absence of others. So a set that sees the one and may not read the other can be cut
// down to the two roles that decide, and still does: it suffices to try every pair.

// breach is a way to see one channel without being able to read another.
type breach struct {
	// Roles are the names of the roles that together make it, at most two, none where everyone has it.
	Roles []string
	// Own is true where it takes an overwrite for one member.
	Own bool
	// Lacks is what is missing.
	Lacks permissions
}

// findBreach looks for somebody who could see there and not read from, both of
// them channels of g and no threads. It returns nil only where nobody could.
func findBreach(g *guild, from, there *channel) *breach {
	everyone := slices.IndexFunc(g.Roles, func(r role) bool { return r.ID == g.ID })
	if everyone < 0 {
		return &breach{Lacks: reading} // there always is this role; without it nothing is sure
	}
	if g.Roles[everyone].Permissions.has(administrator) {
		return nil
	}
	roles := rolesThatDiffer(g, from, there)
	for _, own := range membersThatDiffer(g, from, there) {
		inFrom, inThere := concerning(g, from, own, roles), concerning(g, there, own, roles)
		for i, first := range roles {
			for _, second := range roles[i:] {
				set := []string{first.ID, second.ID}
				base := g.Roles[everyone].Permissions | first.Permissions | second.Permissions
				if !overwritten(base, g.ID, inThere, set, own).has(viewChannel) {
					continue
				}
				if lacks := reading &^ overwritten(base, g.ID, inFrom, set, own); lacks != 0 {
					return &breach{Roles: names(first, second), Own: own != "", Lacks: lacks}
				}
			}
		}
	}
	return nil
}

// rolesThatDiffer are one role of each kind that makes a difference between the two
// channels, and before them a role that does nothing, for those who have none.
// Whoever is an administrator reads everything, so roles that make one are left out.
func rolesThatDiffer(g *guild, from, there *channel) []role {
	type kind struct{ base, allowFrom, denyFrom, allowThere, denyThere permissions }
	seen := map[kind]bool{{}: true}
	roles := []role{{}}
	for _, r := range g.Roles {
		if r.ID == g.ID || r.Permissions.has(administrator) {
			continue
		}
		k := kind{base: r.Permissions & reading}
		k.allowFrom, k.denyFrom = forThisRole(from, r.ID)
		k.allowThere, k.denyThere = forThisRole(there, r.ID)
		if !seen[k] {
			seen[k] = true
			roles = append(roles, r)
		}
	}
	return roles
}

func forThisRole(c *channel, id string) (allow, deny permissions) {
	for _, o := range c.Overwrites {
		if o.Type == discordgo.PermissionOverwriteTypeRole && o.ID == id {
			allow |= o.Allow & reading
			deny |= o.Deny & reading
		}
	}
	return allow, deny
}

// membersThatDiffer are one member of each kind that overwrites make in the two
// channels, and before them "", for those who have none. The owner reads everything.
func membersThatDiffer(g *guild, from, there *channel) []string {
	// What an overwrite makes of nothing and of everything says what it makes of anything.
	type kind struct{ nothingFrom, allFrom, nothingThere, allThere permissions }
	of := func(id string) kind {
		apply := func(c *channel, p permissions) permissions {
			for _, o := range c.Overwrites {
				if o.Type == discordgo.PermissionOverwriteTypeMember && o.ID == id {
					p = p&^o.Deny | o.Allow
				}
			}
			return p & reading
		}
		return kind{apply(from, 0), apply(from, anything), apply(there, 0), apply(there, anything)}
	}
	seen := map[kind]bool{of(""): true}
	members := []string{""}
	for _, c := range []*channel{from, there} {
		for _, o := range c.Overwrites {
			if o.Type != discordgo.PermissionOverwriteTypeMember || o.ID == g.Owner {
				continue
			}
			if k := of(o.ID); !seen[k] {
				seen[k] = true
				members = append(members, o.ID)
			}
		}
	}
	return members
}

// concerning are the overwrites of a channel for everyone, these roles and this member.
func concerning(g *guild, c *channel, member string, roles []role) []overwrite {
	var some []overwrite
	for _, o := range c.Overwrites {
		switch o.Type {
		case discordgo.PermissionOverwriteTypeRole:
			if o.ID == g.ID || slices.ContainsFunc(roles, func(r role) bool { return r.ID == o.ID }) {
				some = append(some, o)
			}
		case discordgo.PermissionOverwriteTypeMember:
			if o.ID == member {
				some = append(some, o)
			}
		}
	}
	return some
}

// names are the names of two roles, each once, without that of the role that does nothing.
func names(first, second role) []string {
	var named []string
	for _, r := range []role{first, second} {
		if r.ID != "" && !slices.Contains(named, r.Name) {
			named = append(named, r.Name)
		}
	}
	return named
}
