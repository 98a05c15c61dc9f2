package discord

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/bot"
	fake "crux/bot/platformtest/fakediscord"
)

// refusal is the reason of a refusal, "" for nil; any other error fails the test.
func refusal(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refused, ok := errors.AsType[*bot.Refusal](err)
	if !ok {
		t.Fatalf("no refusal but %v", err)
	}
	return refused.Reason
}

// closedTo hides a channel from everyone but some roles, and lets crux in.
func closedTo(d *fake.Discord, guild string, roles ...string) []fake.Overwrite {
	all := []fake.Overwrite{{ID: guild, Deny: fake.ViewChannel}, {ID: d.Bot, Member: true, Allow: fake.ViewChannel}}
	for _, r := range roles {
		all = append(all, fake.Overwrite{ID: r, Allow: fake.ViewChannel})
	}
	return all
}

func TestMayRead(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild, other := d.AddGuild("Athens"), d.AddGuild("Sparta")
	staff := d.AddRole(guild, "staff", 0)
	manager := d.AddRole(guild, "manager", fake.ManageThreads)
	ann, bob, max := d.AddMember(guild, "ann"), d.AddMember(guild, "bob", staff), d.AddMember(guild, "max", manager)
	stranger := d.AddMember(other, "stranger")

	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	closed := d.AddChannel(guild, fake.Channel{Name: "council", Overwrites: closedTo(d, guild, staff)})
	noHistory := d.AddChannel(guild, fake.Channel{Name: "lobby", Overwrites: []fake.Overwrite{
		{ID: guild, Deny: fake.ReadMessageHistory}, {ID: d.Bot, Member: true, Allow: fake.ReadMessageHistory}}})
	cruxIsOut := d.AddChannel(guild, fake.Channel{Name: "den", Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: fake.ViewChannel}}})
	cruxHasNoHistory := d.AddChannel(guild, fake.Channel{Name: "hall", Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: fake.ReadMessageHistory}}})
	voice := d.AddChannel(guild, fake.Channel{Name: "voice", Type: fake.VoiceChannel})
	category := d.AddChannel(guild, fake.Channel{Name: "category", Type: fake.Category})
	forum := d.AddChannel(guild, fake.Channel{Name: "forum", Type: fake.ForumChannel})
	thread := d.AddThread(open, fake.Thread{Name: "tabs"})
	closedThread := d.AddThread(closed, fake.Thread{Name: "secret tabs"})
	private := d.AddThread(open, fake.Thread{Name: "whispers", Private: true, Members: []string{bob, d.Bot}})

	tests := []struct {
		name, user, server, channel string
		says                        string // "" where it is allowed
	}{
		{"an open channel", ann, guild, open, ""},
		{"a closed one by one of its role", bob, guild, closed, ""},
		{"a closed one by its owner", d.Owner(guild), guild, closed, ""},
		{"a thread", ann, guild, thread, ""},
		{"a forum", ann, guild, forum, ""},
		{"a private thread by a member of it", bob, guild, private, ""},
		{"a private thread by who manages threads", max, guild, private, ""},
		{"a private thread by others", ann, guild, private, hidden},
		{"a closed one by others", ann, guild, closed, hidden},
		{"a thread in it by others", ann, guild, closedThread, hidden},
		{"one by who is in another server", stranger, guild, open, hidden},
		{"one under another server's id", stranger, other, open, hidden},
		{"one that is not", ann, guild, "99", hidden},
		{"one whose id is a path", ann, guild, "../users/@me", hidden},
		{"an asker whose id is a path", "@me", guild, open, hidden},
		{"one that crux can't see", ann, guild, cruxIsOut, hidden},
		{"a category", ann, guild, category, hidden},
		{"direct messages", ann, "", open, "not in direct messages"},
		{"one without history", ann, guild, noHistory, "you lack Read Message History there"},
		{"one where crux has no history", ann, guild, cruxHasNoHistory, "I can't read #hall: I lack Read Message History there"},
		{"a voice channel without the permission to connect", ann, guild, voice, "you lack Connect"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := reader(t, d)
			got := refusal(t, a.MayRead(t.Context(), tt.user, bot.Place{Server: tt.server, Channel: tt.channel}))
			switch {
			case tt.says == "" && got != "":
				t.Errorf("refused: %s", got)
			case tt.says == hidden && got != hidden:
				t.Errorf("said %q of what the asker must not learn of", got)
			case !strings.Contains(got, tt.says):
				t.Errorf("said %q, want %q", got, tt.says)
			}
		})
	}
}

// TestPermissionLostMeanwhileCounts shows that nothing is remembered from one check to the next.
func TestPermissionLostMeanwhileCounts(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	staff := d.AddRole(guild, "staff", 0)
	bob := d.AddMember(guild, "bob", staff)
	closed := d.AddChannel(guild, fake.Channel{Name: "council", Overwrites: closedTo(d, guild, staff)})
	a, p := reader(t, d), bot.Place{Server: guild, Channel: closed}

	if err := a.MayRead(t.Context(), bob, p); err != nil {
		t.Fatal(err)
	}
	for _, lose := range []func(){
		func() { d.SetMemberRoles(guild, bob) },
		func() { d.SetMemberRoles(guild, bob, staff); d.SetOverwrites(closed, closedTo(d, guild)...) },
		func() { d.SetOverwrites(closed, closedTo(d, guild, staff)...); d.RemoveMember(guild, bob) },
	} {
		lose()
		if got := refusal(t, a.MayRead(t.Context(), bob, p)); got != hidden {
			t.Errorf("said %q", got)
		}
	}
}

func TestMayReadAsksLittle(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	ann := d.AddMember(guild, "ann")
	p := bot.Place{Server: guild, Channel: d.AddChannel(guild, fake.Channel{Name: "agora"})}
	a := reader(t, d)
	if err := a.MayRead(t.Context(), ann, p); err != nil {
		t.Fatal(err)
	}
	before := len(d.Requests("* *"))
	if err := a.MayRead(t.Context(), ann, p); err != nil {
		t.Fatal(err)
	}
	if n := len(d.Requests("* *")) - before; n > 4 {
		t.Errorf("%d requests for one check", n)
	}
}

// TestFaultIsNoPermission shows that where Discord fails nothing is allowed.
func TestFaultIsNoPermission(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	ann := d.AddMember(guild, "ann")
	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	p := bot.Place{Server: guild, Channel: open}
	checks := map[string]func(a *Adapter) error{
		"read":   func(a *Adapter) error { return a.MayRead(t.Context(), ann, p) },
		"manage": func(a *Adapter) error { return a.MayManage(t.Context(), d.Owner(guild), p) },
		"share":  func(a *Adapter) error { return a.AllMayRead(t.Context(), p, p) },
		"post":   func(a *Adapter) error { return a.MayPost(t.Context(), p) },
		"write":  func(a *Adapter) error { return a.MayWrite(t.Context(), d.Owner(guild), p) },
	}
	// What each check needs to know.
	for pattern, needs := range map[string][]string{
		"GET /guilds/*":           {"read", "manage", "share", "post", "write"},
		"GET /channels/*":         {"read", "manage", "share", "post", "write"},
		"GET /guilds/*/members/*": {"read", "manage", "post", "write"},
		"GET /users/@me":          {"read", "post"},
	} {
		for _, body := range []string{`{}`, `null`, `[]`, `{"id": "1"}`, `{"user": {"id": "1"}}`} {
			d.Fail(pattern, http.StatusOK, body, 0)
			for _, what := range needs {
				if checks[what](reader(t, d)) == nil {
					t.Errorf("allowed to %s where %s answers %s", what, pattern, body)
				}
			}
			d.Heal()
		}
	}
	for what, check := range checks {
		if err := check(reader(t, d)); err != nil {
			t.Errorf("%s, without a fault: %v", what, err)
		}
	}
}

// TestPermissionsAgreeWithTheFake compares what is worked out from what Discord
// answers with what the fake, which shares no code with it, works out from its own state.
func TestPermissionsAgreeWithTheFake(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	a := reader(t, d)
	rights := rapid.SampledFrom([]int64{0, fake.ViewChannel, fake.ReadMessageHistory, fake.SendMessages, fake.ManageChannels,
		fake.ViewChannel | fake.ReadMessageHistory, fake.BotPermissions, fake.ManageThreads, fake.Administrator})
	rapid.Check(t, func(rt *rapid.T) {
		guild := d.AddGuild("Athens")
		d.SetRole(guild, guild, rights.Draw(rt, "everyone"))
		d.SetBotPermissions(guild, fake.Administrator) // crux sees everything, to compare it
		var roles []string
		for range rapid.IntRange(0, 3).Draw(rt, "roles") {
			roles = append(roles, d.AddRole(guild, "role", rights.Draw(rt, "role")))
		}
		has := rapid.SliceOfDistinct(rapid.SampledFrom(append(slices.Clone(roles), "5")), rapid.ID).Draw(rt, "has")
		user := d.AddMember(guild, "ann", has...)
		var overwrites []fake.Overwrite
		for _, id := range append(roles, guild, user) {
			if rapid.Bool().Draw(rt, "overwritten") {
				overwrites = append(overwrites, fake.Overwrite{ID: id, Member: id == user, Allow: rights.Draw(rt, "allow"), Deny: rights.Draw(rt, "deny")})
			}
		}
		channel := d.AddChannel(guild, fake.Channel{Name: "agora", Overwrites: overwrites})
		places := []string{channel, d.AddThread(channel, fake.Thread{Name: "tabs"}), d.AddThread(channel, fake.Thread{Name: "whispers", Private: true})}
		for _, place := range places {
			v, err := a.see(t.Context(), bot.Place{Server: guild, Channel: place})
			if err != nil {
				rt.Fatal(err)
			}
			got, err := a.allowed(t.Context(), v, user)
			if err != nil {
				rt.Fatal(err)
			}
			const compared = reading | sendMessages | manageChannels | manageThreads
			if want := permissions(d.Permissions(user, place)) & compared; got&compared != want {
				rt.Fatalf("%d: got %v, want %v", slices.Index(places, place), got&compared, want)
			}
		}
	})
}

func TestAllMayRead(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild, other := d.AddGuild("Athens"), d.AddGuild("Sparta")
	staff := d.AddRole(guild, "staff", 0)
	bob := d.AddMember(guild, "bob")
	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	forum := d.AddChannel(guild, fake.Channel{Name: "forum", Type: fake.ForumChannel})
	closed := d.AddChannel(guild, fake.Channel{Name: "council", Overwrites: closedTo(d, guild, staff)})
	cruxIsOut := d.AddChannel(guild, fake.Channel{Name: "den", Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: fake.ViewChannel}}})
	voice := d.AddChannel(guild, fake.Channel{Name: "voice", Type: fake.VoiceChannel})
	lobby := d.AddChannel(guild, fake.Channel{Name: "lobby", Overwrites: []fake.Overwrite{{ID: guild, Deny: fake.ReadMessageHistory}}})
	post := d.AddThread(forum, fake.Thread{Name: "post"})
	thread, closedThread := d.AddThread(open, fake.Thread{Name: "tabs"}), d.AddThread(closed, fake.Thread{Name: "secret tabs"})
	private := d.AddThread(open, fake.Thread{Name: "whispers", Private: true, Members: []string{bob, d.Bot}})
	sparta := d.AddChannel(other, fake.Channel{Name: "sparta"})

	tests := []struct {
		name, from, there string
		says              string
	}{
		{"a channel in itself", open, open, ""},
		{"a thread in itself", thread, thread, ""},
		{"a private thread in itself", private, private, ""},
		{"a channel in its thread", open, thread, ""},
		{"a channel in a private thread of it", open, private, ""},
		{"a thread in its channel", thread, open, ""},
		{"an open channel in a closed one", open, closed, ""},
		{"a forum's post in another channel", post, open, ""},
		{"a closed channel in its thread", closed, closedThread, ""},
		{"a closed channel in an open one", closed, open, "people here may see this channel and not #council"},
		{"a closed channel's thread in an open channel", closedThread, open, "people here may see this channel and not #secret tabs"},
		{"a private thread in its channel", private, open, "private thread"},
		{"a private thread in another thread of its channel", private, thread, "private thread"},
		{"a voice channel in another", voice, open, "voice"},
		{"another channel in a voice channel", open, voice, "voice"},
		{"one without history in itself", lobby, lobby, "not what was written here before"},
		{"one without history in another", lobby, open, "people here may not read what was written in #lobby before"},
		{"in one that crux can't see", open, cruxIsOut, "I can't see who reads here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := refusal(t, reader(t, d).AllMayRead(t.Context(), bot.Place{Server: guild, Channel: tt.from}, bot.Place{Server: guild, Channel: tt.there}))
			if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
				t.Errorf("said %q, want %q", got, tt.says)
			}
		})
	}
	t.Run("another server", func(t *testing.T) {
		got := refusal(t, reader(t, d).AllMayRead(t.Context(), bot.Place{Server: guild, Channel: open}, bot.Place{Server: other, Channel: sparta}))
		if !strings.Contains(got, "another server") {
			t.Errorf("said %q", got)
		}
	})
	t.Run("for adults only", func(t *testing.T) {
		adults, all := view{guild: &plainGuild, place: &channel{ID: "1", Restricted: true}}, view{guild: &plainGuild, place: &channel{ID: "2"}}
		adults.rules, all.rules = adults.place, all.place
		if got := refusal(t, allMayRead(adults, all)); !strings.Contains(got, "age-restricted") {
			t.Errorf("said %q", got)
		}
		if got := refusal(t, allMayRead(all, adults)); got != "" {
			t.Errorf("said %q", got)
		}
	})
}

var plainGuild = guild{ID: everyoneID, Roles: []role{{ID: everyoneID, Permissions: reading}}}

func TestMayManage(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	manager := d.AddRole(guild, "manager", fake.ManageChannels)
	ann, max := d.AddMember(guild, "ann"), d.AddMember(guild, "max", manager)
	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	closed := d.AddChannel(guild, fake.Channel{Name: "council", Overwrites: closedTo(d, guild)})
	own := d.AddChannel(guild, fake.Channel{Name: "own", Overwrites: []fake.Overwrite{{ID: ann, Member: true, Allow: fake.ManageChannels}}})
	thread := d.AddThread(own, fake.Thread{Name: "tabs"})
	a := reader(t, d)
	for _, tt := range []struct{ user, channel, says string }{
		{max, open, ""},
		{ann, own, ""},
		{ann, thread, ""},
		{d.Owner(guild), closed, ""},
		{ann, open, "takes the permission Manage Channels in #agora"},
		{max, closed, hidden},
	} {
		got := refusal(t, a.MayManage(t.Context(), tt.user, bot.Place{Server: guild, Channel: tt.channel}))
		if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
			t.Errorf("said %q, want %q", got, tt.says)
		}
	}
}

func TestMayManageServer(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild, other := d.AddGuild("Athens"), d.AddGuild("Sparta")
	chiefs, all := d.AddRole(guild, "chiefs", fake.ManageGuild), d.AddRole(guild, "admins", fake.Administrator)
	channels := d.AddRole(guild, "stewards", fake.ManageChannels)
	ann, max, ada, sam := d.AddMember(guild, "ann"), d.AddMember(guild, "max", chiefs), d.AddMember(guild, "ada", all), d.AddMember(guild, "sam", channels)
	// What a channel's overwrites allow does not count for the server.
	d.AddChannel(guild, fake.Channel{Name: "own", Overwrites: []fake.Overwrite{{ID: ann, Member: true, Allow: fake.ManageGuild}}})
	a := reader(t, d)
	for _, tt := range []struct{ user, guild, says string }{
		{max, guild, ""},
		{ada, guild, ""},
		{d.Owner(guild), guild, ""},
		{ann, guild, "takes the permission Manage Server"},
		{sam, guild, "takes the permission Manage Server"},
		{max, other, "takes the permission Manage Server"},
		{d.Owner(other), guild, "takes the permission Manage Server"},
	} {
		got := refusal(t, a.MayManageServer(t.Context(), tt.user, tt.guild))
		if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
			t.Errorf("said %q, want %q", got, tt.says)
		}
	}
	d.SetMemberRoles(guild, max)
	if got := refusal(t, a.MayManageServer(t.Context(), max, guild)); got == "" {
		t.Error("allowed after the role was taken away")
	}
}

func TestDescribeAndThreads(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	open := d.AddChannel(guild, fake.Channel{Name: "agora"})
	forum := d.AddChannel(guild, fake.Channel{Name: "forum", Type: fake.ForumChannel})
	first, second := d.AddThread(open, fake.Thread{Name: "tabs", At: time.Now().Add(-time.Hour)}), d.AddThread(open, fake.Thread{Name: "spaces"})
	post := d.AddThread(forum, fake.Thread{Name: "post"})
	d.AddThread(open, fake.Thread{Name: "old", Archived: true})
	d.AddThread(open, fake.Thread{Name: "whispers", Private: true, Members: []string{d.Bot}})
	den := d.AddChannel(guild, fake.Channel{Name: "den", Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: fake.ReadMessageHistory}}})
	a := reader(t, d)
	at := func(channel string) bot.Place { return bot.Place{Server: guild, Channel: channel} }

	for channel, want := range map[string]bot.Channel{
		open:  {Name: "agora"},
		first: {Name: "tabs", Parent: open, Thread: true},
		forum: {Name: "forum", Container: true},
		post:  {Name: "post", Parent: forum, Thread: true},
	} {
		got, err := a.Describe(t.Context(), at(channel))
		if err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	if _, err := a.Describe(t.Context(), at(den)); !strings.Contains(refusal(t, err), "allow Read Message History") {
		t.Errorf("got %v", err)
	}
	for channel, want := range map[string][]bot.Place{open: {at(first), at(second)}, forum: {at(post)}, den: nil} {
		got, err := a.Threads(t.Context(), at(channel))
		slices.SortFunc(got, func(a, b bot.Place) int { return strings.Compare(a.Channel, b.Channel) })
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
}
