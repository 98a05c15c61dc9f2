package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"crux/bot"
	fake "crux/bot/platformtest/fakediscord"
)

func TestMayWrite(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	staff, manager := d.AddRole(guild, "staff", 0), d.AddRole(guild, "manager", fake.ManageThreads)
	ann, bob, max := d.AddMember(guild, "ann"), d.AddMember(guild, "bob", staff), d.AddMember(guild, "max", manager)
	stranger := d.AddMember(d.AddGuild("Sparta"), "stranger")
	without := func(name string, kind int, p int64) string {
		return d.AddChannel(guild, fake.Channel{Name: name, Type: kind, Overwrites: []fake.Overwrite{{ID: guild, Deny: p}}})
	}
	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	closed := d.AddChannel(guild, fake.Channel{Name: "council", Overwrites: closedTo(d, guild, staff)})
	silent, noThreads := without("silent", fake.TextChannel, fake.SendMessages), without("no-threads", fake.TextChannel, fake.SendInThreads)
	whispers := d.AddThread(open, fake.Thread{Name: "whispers", Private: true, Members: []string{bob, d.Bot}})
	shut := d.AddThread(open, fake.Thread{Name: "shut"})
	d.Fail("GET /channels/"+shut, http.StatusOK, fmt.Sprintf(
		`{"id": %q, "type": 11, "guild_id": %q, "parent_id": %q, "name": "shut", "thread_metadata": {"locked": true, "archived": true}}`, shut, guild, open), 0)
	a := reader(t, d)
	for _, tt := range []struct{ user, channel, says string }{
		{ann, open, ""},
		{ann, silent, "you lack Send Messages there"},
		{d.Owner(guild), silent, ""},
		{ann, noThreads, ""},
		{ann, d.AddThread(silent, fake.Thread{Name: "tabs"}), ""},
		{ann, d.AddThread(noThreads, fake.Thread{Name: "tabs"}), "you lack Send Messages in Threads there"},
		{ann, d.AddThread(open, fake.Thread{Name: "old", Archived: true}), ""},
		{ann, without("forum", fake.ForumChannel, fake.SendMessages), ""},
		{ann, without("still-forum", fake.ForumChannel, fake.SendInThreads), "you lack Send Messages in Threads there"},
		{ann, without("voice", fake.VoiceChannel, fake.SendMessages), "you lack Send Messages and Connect there"},
		{ann, closed, hidden},
		{bob, closed, ""},
		{ann, whispers, hidden},
		{bob, whispers, ""},
		{ann, shut, "The thread #shut is locked"},
		{max, shut, ""},
		{stranger, open, hidden},
		{ann, "99", hidden},
	} {
		got := refusal(t, a.MayWrite(t.Context(), tt.user, bot.Place{Server: guild, Channel: tt.channel}))
		if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
			t.Errorf("in %s: said %q, want %q", tt.channel, got, tt.says)
		}
	}
	t.Run("timed out", func(t *testing.T) {
		d.Fail("GET /guilds/"+guild+"/members/"+ann, http.StatusOK, fmt.Sprintf(
			`{"user": {"id": %q}, "roles": [], "communication_disabled_until": "2999-01-01T00:00:00Z"}`, ann), 0)
		if got := refusal(t, a.MayWrite(t.Context(), ann, bot.Place{Server: guild, Channel: open})); !strings.Contains(got, "you lack Send Messages") {
			t.Errorf("said %q", got)
		}
	})
}

func TestMayPost(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	without := func(name string, kind int, p int64) string {
		return d.AddChannel(guild, fake.Channel{Name: name, Type: kind, Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: p}}})
	}
	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	noThreads := without("no-threads", fake.TextChannel, fake.SendInThreads)
	a := reader(t, d)
	for _, tt := range []struct{ channel, says string }{
		{open, ""},
		{noThreads, ""},
		{d.AddThread(open, fake.Thread{Name: "old", Archived: true}), ""},
		{d.AddThread(without("read-only", fake.TextChannel, fake.SendMessages), fake.Thread{Name: "tabs"}), ""},
		{d.AddThread(noThreads, fake.Thread{Name: "tabs"}), "I lack Send Messages in Threads there. Whoever manages"},
		{without("news", fake.NewsChannel, fake.SendMessages|fake.EmbedLinks), "I can't post in #news: I lack Send Messages and Embed Links there"},
		{without("no-files", fake.TextChannel, fake.AttachFiles), "Attach Files"},
		{without("den", fake.TextChannel, fake.ViewChannel), "I can't see this channel, so I can't post in it."},
		{d.AddChannel(guild, fake.Channel{Name: "forum", Type: fake.ForumChannel}), "only in its posts"},
	} {
		got := refusal(t, a.MayPost(t.Context(), bot.Place{Server: guild, Channel: tt.channel}))
		if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
			t.Errorf("said %q, want %q", got, tt.says)
		}
	}
	t.Run("locked", func(t *testing.T) {
		thread := d.AddThread(open, fake.Thread{Name: "shut"})
		d.Fail("GET /channels/"+thread, http.StatusOK, fmt.Sprintf(
			`{"id": %q, "type": 11, "guild_id": %q, "parent_id": %q, "name": "shut", "thread_metadata": {"locked": true}}`, thread, guild, open), 0)
		if got := refusal(t, a.MayPost(t.Context(), bot.Place{Server: guild, Channel: thread})); !strings.Contains(got, "#shut is locked") {
			t.Errorf("said %q", got)
		}
	})
}
