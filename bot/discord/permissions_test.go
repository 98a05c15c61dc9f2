package discord

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
)

func TestPermissionsIn(t *testing.T) {
	const user, red, blue, boss = "200", "10", "11", "12"
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	later, earlier := now.Add(time.Minute), now.Add(-time.Minute)
	g := &guild{ID: everyoneID, Owner: "100", Roles: []role{
		{ID: everyoneID, Permissions: reading | sendMessages},
		{ID: red, Permissions: manageChannels},
		{ID: blue},
		{ID: boss, Permissions: administrator},
	}}
	hide := roleOverwrite(everyoneID, 0, viewChannel)
	tests := []struct {
		name       string
		overwrites []overwrite
		member     member
		want       permissions
	}{
		{name: "everyone's", want: reading | sendMessages},
		{name: "a role's on top", member: member{Roles: []string{red}}, want: reading | sendMessages | manageChannels},
		{name: "a role that is not there", member: member{Roles: []string{"77"}}, want: reading | sendMessages},
		{name: "hidden from everyone", overwrites: []overwrite{hide}, want: 0},
		{name: "who sees nothing may do nothing", overwrites: []overwrite{hide}, member: member{Roles: []string{red}}, want: 0},
		{name: "let in by a role", overwrites: []overwrite{roleOverwrite(blue, viewChannel, 0), hide},
			member: member{Roles: []string{blue}}, want: reading | sendMessages},
		{name: "an allowance beats a denial among roles", overwrites: []overwrite{roleOverwrite(blue, viewChannel, 0), roleOverwrite(red, 0, viewChannel)},
			member: member{Roles: []string{red, blue}}, want: reading | sendMessages | manageChannels},
		{name: "a member's denial beats a role's allowance", overwrites: []overwrite{memberOverwrite(user, 0, viewChannel), roleOverwrite(blue, viewChannel, 0)},
			member: member{Roles: []string{blue}}, want: 0},
		{name: "let in by name", overwrites: []overwrite{memberOverwrite(user, viewChannel, 0), hide}, want: reading | sendMessages},
		{name: "another's overwrite", overwrites: []overwrite{memberOverwrite("201", viewChannel, 0), hide}, want: 0},
		{name: "a role's overwrite under a member's id", overwrites: []overwrite{roleOverwrite(user, viewChannel, 0), hide}, want: 0},
		{name: "an administrator", overwrites: []overwrite{hide, roleOverwrite(boss, 0, viewChannel)}, member: member{Roles: []string{boss}}, want: anything},
		{name: "timed out", member: member{Roles: []string{red}, TimedOutTill: &later}, want: reading},
		{name: "timed out once", member: member{TimedOutTill: &earlier}, want: reading | sendMessages},
		{name: "a voice channel's guest", member: member{Flags: flagGuest}, want: 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.member.User.ID = user
			if got := permissionsIn(g, &channel{Overwrites: tt.overwrites}, &tt.member, now); got != tt.want {
				t.Errorf("got %v (%b), want %v (%b)", got, got, tt.want, tt.want)
			}
		})
	}
	t.Run("the owner", func(t *testing.T) {
		owner := member{}
		owner.User.ID = g.Owner
		if got := permissionsIn(g, &channel{Overwrites: []overwrite{hide, memberOverwrite(g.Owner, 0, viewChannel)}}, &owner, now); got != anything {
			t.Errorf("got %v", got)
		}
	})
}

func TestPermissionsInServer(t *testing.T) {
	const user, chiefs, boss = "200", "10", "12"
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	later := now.Add(time.Minute)
	g := &guild{ID: everyoneID, Owner: "100", Roles: []role{
		{ID: everyoneID, Permissions: reading}, {ID: chiefs, Permissions: manageServer}, {ID: boss, Permissions: administrator},
	}}
	for name, tt := range map[string]struct {
		user   string
		member member
		want   bool
	}{
		"everyone":                 {user, member{}, false},
		"who has the role":         {user, member{Roles: []string{chiefs}}, true},
		"an administrator":         {user, member{Roles: []string{boss}}, true},
		"the owner":                {g.Owner, member{}, true},
		"a role that is not there": {user, member{Roles: []string{"77"}}, false},
		"timed out":                {user, member{Roles: []string{chiefs}, TimedOutTill: &later}, false},
		"a voice channel's guest":  {user, member{Roles: []string{boss}, Flags: flagGuest}, false},
		"nobody":                   {"", member{Roles: []string{boss}}, false},
	} {
		tt.member.User.ID = tt.user
		if got := permissionsInServer(g, &tt.member, now).has(manageServer); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestPermissionNumbers(t *testing.T) {
	if wanted != 274878024704 {
		t.Errorf("crux asks for %d", wanted)
	}
	tests := []struct {
		text string
		want permissions
		ok   bool
	}{
		{`"274878024704"`, wanted, true},
		{`"0"`, 0, true},
		{`1024`, viewChannel, true},
		{`"36893488147419104256"`, viewChannel, true}, // a bit beyond the 64th
		{`"-1"`, 0, false},
		{`"many"`, 0, false},
		{`{}`, 0, false},
	}
	for _, tt := range tests {
		var got permissions
		if err := json.Unmarshal([]byte(tt.text), &got); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%s: %d, %v", tt.text, got, err)
		}
	}
	if got, want := (wanted &^ sendInThreads).String(), "View Channel, Send Messages, Embed Links, Attach Files and Read Message History"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatReadingTakes(t *testing.T) {
	for kind, want := range map[discordgo.ChannelType]struct {
		read bool
		take permissions
	}{
		discordgo.ChannelTypeGuildText:          {true, reading},
		discordgo.ChannelTypeGuildNews:          {true, reading},
		discordgo.ChannelTypeGuildForum:         {true, reading},
		discordgo.ChannelTypeGuildPrivateThread: {true, reading},
		discordgo.ChannelTypeGuildVoice:         {true, reading | connect},
		discordgo.ChannelTypeGuildStageVoice:    {true, reading | connect},
		discordgo.ChannelTypeDM:                 {false, reading},
		discordgo.ChannelTypeGuildCategory:      {false, reading},
		discordgo.ChannelType(99):               {false, reading},
	} {
		c := channel{Type: kind}
		if c.isRead() != want.read || c.toRead() != want.take {
			t.Errorf("type %d: %v, %v", kind, c.isRead(), c.toRead())
		}
	}
}
