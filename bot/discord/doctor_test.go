package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"crux/bot"
	fake "crux/bot/platformtest/fakediscord"
)

// checksOf is what the doctor says of one thing.
func checksOf(checks []bot.Check, what string) (all []bot.Check) {
	for _, c := range checks {
		if c.What == what {
			all = append(all, c)
		}
	}
	return all
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	d.AddChannel(guild, fake.Channel{Name: "agora"})
	d.AddChannel(guild, fake.Channel{Name: "debates", Type: fake.Category})
	without := func(name string, kind int, p int64) {
		d.AddChannel(guild, fake.Channel{Name: name, Type: kind, Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: p}}})
	}
	without("council", fake.TextChannel, fake.ViewChannel)
	without("hall", fake.TextChannel, fake.ReadMessageHistory|fake.AttachFiles)

	a := reader(t, d)
	checks := a.Doctor(t.Context())
	link := InviteLink(d.App)
	if link != "https://discord.com/oauth2/authorize?client_id="+d.App+"&scope=bot+applications.commands&permissions=274878024704" {
		t.Errorf("link %s", link)
	}
	for what, want := range map[string]bot.Check{
		"discord: token":                  {Found: "application crux (" + d.App + ")"},
		"discord: invite":                 {Found: link},
		"discord: Message Content intent": {Found: "It is on."},
		"discord: gateway":                {Found: "1000 of 1000"},
		"discord: servers":                {Found: "in 1 server."},
		"discord: Athens":                 {Found: "Crux can read 1 of 3 channels."},
		"discord: Athens #council":        {Level: bot.Poor, Found: "can't see it", Mend: "View Channel and Read Message History"},
		"discord: Athens #hall":           {Level: bot.Poor, Found: "lacks Attach Files and Read Message History", Mend: "allow Attach Files and Read Message History"},
	} {
		got := checksOf(checks, what)
		if len(got) != 1 || got[0].Level != want.Level || !strings.Contains(got[0].Found, want.Found) || !strings.Contains(got[0].Mend, want.Mend) {
			t.Errorf("%s: got %+v, want %+v", what, got, want)
		}
	}
	if got := checks[len(checks)-1].What; got != "discord: Athens #council" {
		t.Errorf("%s comes last, not what crux is probably meant not to see", got)
	}
	for _, r := range d.Requests("* *") {
		if r.Method != http.MethodGet {
			t.Errorf("the doctor made a %s request", r.Method)
		}
	}
}

func TestDoctorFindsFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault func(d *fake.Discord, o *Options)
		what  string
		level bot.Level
		found string
		mend  string
	}{
		{"a wrong token", func(_ *fake.Discord, o *Options) { o.Token = "wrong" },
			"discord: token", bot.Broken, "not accept", "Reset Token"},
		{"no answer", func(d *fake.Discord, _ *Options) { d.Fail("GET /applications/@me", http.StatusNotFound, "", 0) },
			"discord: token", bot.Broken, "status 404", "discord.api_url"},
		{"no intent", func(d *fake.Discord, _ *Options) { d.SetIntentAllowed(fake.IntentMessageContent, false) },
			"discord: Message Content intent", bot.Broken, "off", "turn on Message Content Intent"},
		{"no server", func(*fake.Discord, *Options) {}, "discord: servers", bot.Broken, "in no server", "oauth2/authorize"},
		{"another server", func(d *fake.Discord, o *Options) { d.AddGuild("Athens"); o.Guild = "42" },
			"discord: guild_id", bot.Broken, "not in the server 42", "oauth2/authorize"},
		{"no connections left", func(d *fake.Discord, _ *Options) {
			d.Fail("GET /gateway/bot", http.StatusOK, `{"shards": 1, "session_start_limit": {"total": 1000, "remaining": 0, "reset_after": 120000}}`, 0)
		}, "discord: gateway", bot.Broken, "0 of 1000", "Wait 3 minutes"},
		{"too many servers", func(d *fake.Discord, _ *Options) {
			d.Fail("GET /gateway/bot", http.StatusOK, `{"shards": 3, "session_start_limit": {"total": 1000, "remaining": 999}}`, 0)
		}, "discord: gateway", bot.Poor, "3 connections", "2,500"},
		{"nothing readable", func(d *fake.Discord, _ *Options) {
			guild := d.AddGuild("Athens")
			d.AddChannel(guild, fake.Channel{Name: "agora"})
			d.SetRole(guild, guild, 0)
			d.SetBotPermissions(guild, fake.ViewChannel)
		}, "discord: Athens", bot.Broken, "0 of 1 channel.", "Server Settings"},
		{"channels not listed", func(d *fake.Discord, _ *Options) {
			d.AddGuild("Athens")
			d.Fail("GET /guilds/*/channels", http.StatusForbidden, `{"code": 50001}`, 0)
		}, "discord: Athens", bot.Broken, "status 403", "try again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := fake.New(t)
			o := Options{Token: d.Token, APIURL: d.URL()}
			tt.fault(d, &o)
			a, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(a.Close)
			got := checksOf(a.Doctor(t.Context()), tt.what)
			if len(got) == 0 || got[0].Level != tt.level || !strings.Contains(got[0].Found, tt.found) || !strings.Contains(got[0].Mend, tt.mend) {
				t.Errorf("got %+v", got)
			}
			if strings.Contains(fmt.Sprint(got), d.Token) {
				t.Error("the token is shown")
			}
		})
	}
}

func TestDoctorSaysNotTooMuch(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	for i := range 30 {
		d.AddChannel(guild, fake.Channel{Name: fmt.Sprint("c", i), Overwrites: []fake.Overwrite{{ID: d.Bot, Member: true, Deny: fake.EmbedLinks}}})
	}
	checks := reader(t, d).Doctor(t.Context())
	named := 0
	for _, c := range checks {
		if strings.HasPrefix(c.What, "discord: Athens #") {
			named++
		}
	}
	server := checksOf(checks, "discord: Athens")
	if named != channelsNamed || len(server) != 2 || !strings.Contains(server[1].Found, "20 channels more") {
		t.Errorf("%d named, %+v", named, server)
	}
}
