package main

import (
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakeslack"
)

// newSlackNewsroom is on Slack.
func newSlackNewsroom(t testing.TB) *newsroom {
	s := newWorkspace(t)
	admin := s.AddUser(fakeslack.User{Name: "ann", Admin: true})
	agora := s.channel("agora", admin)
	s.debateUntil(agora, seed, time.Now().Add(-time.Hour))
	s.serve(cruxOfShortLeases)
	s.watch(admin, agora)
	return newNewsroom(&newsroom{
		process: s.process, platform: "slack", agora: bot.Place{Server: s.Team, Channel: agora}, owner: admin,
		channel: func(name string) string { return s.channel(name, admin) },
		posted: func(channel string) []string {
			var all []string
			for _, p := range s.Messages(channel) {
				if p.Author == s.Bot {
					all = append(all, p.Visible())
				}
			}
			return all
		},
		watch: func(look func(string)) {
			s.Before("*", func(r fakeslack.Request) { look(r.Method + " " + r.Args.Get("channel")) })
		},
		posting: func(to string) string { return "chat.postMessage " + to },
		reading: "conversations.",
		forget:  func() {},
	})
}
