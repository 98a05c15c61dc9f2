package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/digest"
	"crux/bot/gate"
	"crux/summarize/llm"
)

var (
	guild      = gate.Account{Platform: platform, Server: general.Server}
	otherGuild = gate.Account{Platform: platform, Server: abroad.Server}
	workspace  = gate.Account{Platform: "slack", Server: general.Server}
)

func consenting(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	check := func(what string, a gate.Account, want gate.Consent) {
		t.Helper()
		c, err := s.Consent(ctx, a)
		must(t, err)
		same(t, what, c, want)
	}
	check("nothing decided", guild, gate.Consent{})
	given := gate.Consent{Terms: "Somebody, with names", Given: true, By: "u0", At: noon}
	must(t, s.SetConsent(ctx, guild, given))
	check("given", guild, given)
	check("another server", otherGuild, gate.Consent{})
	check("another platform", workspace, gate.Consent{})
	taken := gate.Consent{Terms: "Somebody", By: "u1", At: noon.Add(time.Hour)}
	must(t, s.SetConsent(ctx, guild, taken))
	check("taken back", guild, taken)
	must(t, s.SetConsent(ctx, workspace, given))
	_, err := s.RemovePerson(ctx, platform, "u1")
	must(t, err)
	taken.By = ""
	check("by somebody who is not known any more", guild, taken)
	check("of another platform's person", workspace, given)
	servers, err := s.Decided(ctx, platform)
	must(t, err)
	same(t, "who decided", servers, []string{guild.Server})
	must(t, s.RemoveServer(ctx, platform, guild.Server))
	check("after the server was left", guild, gate.Consent{})
	check("that of another platform", workspace, given)
}

func spent(input, cached, output int, usd float64) gate.Spent {
	return gate.Spent{Usage: llm.Usage{Input: input, Cached: cached, Output: output}, Prompts: 1, USD: usd}
}

func spending(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	check := func(what string, a gate.Account, from time.Time, want ...gate.DaySpent) {
		t.Helper()
		days, err := s.SpentSince(ctx, a, from)
		must(t, err)
		same(t, what, days, want)
	}
	check("nothing", guild, noon)
	// Days begin at midnight in UTC, wherever the clock is.
	day := noon.Truncate(24 * time.Hour)
	east := time.FixedZone("east", 14*3600)
	must(t, s.Spend(ctx, guild, day, spent(1, 2, 3, 0.25)))
	must(t, s.Spend(ctx, guild, day.Add(24*time.Hour-time.Microsecond).In(east), spent(10, 20, 30, 0.5)))
	must(t, s.Spend(ctx, guild, day.Add(24*time.Hour), spent(100, 0, 0, 0)))
	must(t, s.Spend(ctx, guild, day.Add(-time.Microsecond), spent(7, 0, 0, 0)))
	must(t, s.Spend(ctx, workspace, noon, spent(5, 0, 0, 0)))
	today := gate.DaySpent{Day: day, Spent: gate.Spent{Usage: llm.Usage{Input: 11, Cached: 22, Output: 33}, Prompts: 2, USD: 0.75}}
	next := gate.DaySpent{Day: day.Add(24 * time.Hour), Spent: spent(100, 0, 0, 0)}
	check("since a day", guild, noon, today, next)
	check("another server", otherGuild, noon)
	check("another platform", workspace, noon, gate.DaySpent{Day: day, Spent: spent(5, 0, 0, 0)})

	var adding sync.WaitGroup
	for range 20 {
		adding.Go(func() {
			if err := s.Spend(context.WithoutCancel(ctx), otherGuild, noon, spent(1, 1, 1, 1)); err != nil {
				t.Error(err)
			}
		})
	}
	adding.Wait()
	check("added at once", otherGuild, noon, gate.DaySpent{Day: day, Spent: gate.Spent{Usage: llm.Usage{Input: 20, Cached: 20, Output: 20}, Prompts: 20, USD: 20}})

	must(t, s.RemoveServer(ctx, platform, guild.Server))
	check("after the server was left", guild, noon, today, next)
	_, err := s.Prune(ctx, day.Add(365*24*time.Hour+time.Hour), 30*24*time.Hour, 30*24*time.Hour)
	must(t, err)
	check("after a year", guild, noon.Add(-48*time.Hour), next)
}

// A claim that is extended holds on, and is nobody's once another has taken over.
func extending(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	addDigest(t, s, hourly())
	r := claimOne(t, s, noon)
	must(t, s.Extend(ctx, r, noon.Add(time.Minute), lease))
	same(t, "taken while it was extended", claim(t, s, noon.Add(lease+time.Second), 9), []digest.Run(nil))
	nextDue(t, s, noon.Add(time.Minute+lease))
	again := claimOne(t, s, noon.Add(time.Minute+lease+time.Second))
	same(t, "the same run", again.ID, r.ID)
	lost(t, "extending what another has", s.Extend(ctx, r, noon.Add(4*time.Minute), lease))
	must(t, s.Finish(ctx, again, digest.Outcome{At: noon.Add(4 * time.Minute), Next: noon.Add(time.Hour)}))
	lost(t, "extending what ended", s.Extend(ctx, again, noon.Add(4*time.Minute), lease))
}
