package main

import (
	"fmt"
	"testing"
	"time"

	"crux/bot"
)

// BenchmarkDigests measures 10,000 digests of 400 servers that are due at the same moment: how long
// it takes until the last is noted as posted, within Discord's limits, and how much memory that takes.
func BenchmarkDigests(b *testing.B) {
	servers, each := 400, 25
	if testing.Short() {
		servers = 20
	}
	s := newServer(b)
	kept := s.open(b)
	due := time.Now().Add(time.Duration(servers)*150*time.Millisecond + 20*time.Second).Truncate(time.Second).UTC()
	var destinations []string
	for n := range servers {
		s.guild = s.AddGuild(fmt.Sprint("Athens ", n))
		agora, news := s.text("agora"), s.text("news")
		s.debateUntil(agora, seed, time.Now().Add(-time.Hour))
		destinations = append(destinations, news)
		if err := kept.Watch(b.Context(), "discord", bot.WatchedChannel{Place: s.place(agora), By: s.Owner(s.guild), At: time.Now().UTC()}); err != nil {
			b.Fatal(err)
		}
		for range each {
			if _, err := kept.AddDigest(b.Context(), "discord", bot.Digest{
				Server: s.guild, By: s.Owner(s.guild), Made: time.Now().UTC(), From: []bot.Place{s.place(agora)}, To: s.place(news),
				When: "daily", Zone: "UTC", Parts: []bot.DigestPart{bot.PartNew, bot.PartSettled, bot.PartOpen, bot.PartPoints},
				Next: due, Covered: due.AddDate(-1, 0, 0),
			}); err != nil {
				b.Fatal(err)
			}
		}
	}
	room := &newsroom{process: s.process, platform: "discord", kept: kept}
	s.Patience = 2 * time.Minute
	s.start("crux")
	s.WaitReady(1)
	b.Logf("%v until they are due", time.Until(due))
	if time.Until(due) < 10*time.Second {
		b.Fatal("it took too long to set the digests up")
	}
	time.Sleep(time.Until(due))
	read, posts := len(s.Requests("GET *")), len(s.Requests("POST *"))
	before := memory(b, s.cmd.Process.Pid, "VmRSS")
	for b.Loop() {
		room.waitNotedWithin(servers*each, 20*time.Minute)
		b.ReportMetric(time.Since(due).Seconds(), "s")
		b.ReportMetric(float64(servers*each)/time.Since(due).Seconds(), "digests/s")
		b.ReportMetric(float64(len(s.Requests("GET *"))-read)/float64(servers*each), "reads/digest")
		b.ReportMetric(float64(len(s.Requests("POST *"))-posts)/float64(servers*each), "posts/digest")
		b.ReportMetric(before, "MB-before")
		b.ReportMetric(memory(b, s.cmd.Process.Pid, "VmHWM"), "MB-peak")
	}
	if n := s.Limited(); n > 0 {
		b.Errorf("Discord refused %d requests because there were too many", n)
	}
	for _, news := range destinations {
		if n := len(s.own(news)); n != each {
			b.Errorf("%d digests stand in a channel, want %d", n, each)
		}
	}
}
