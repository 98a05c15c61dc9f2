package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
	"crux/bot/store"
	"crux/summarize"
)

// BenchmarkResident measures the memory of an idle crux serve, with an empty store
// and with one of a million messages.
func BenchmarkResident(b *testing.B) {
	for _, messages := range []int{0, 1_000_000} {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			s := newServer(b)
			fill(b, s, messages)
			s.serve("crux")
			channel := s.text("agora")
			s.Post(channel, fakediscord.Message{Author: s.Owner(s.guild), Text: "one"})
			s.ask(s.Owner(s.guild), channel, "summary").Final()
			for b.Loop() {
				b.ReportMetric(memory(b, s.cmd.Process.Pid, "VmRSS"), "MB")
			}
		})
	}
}

// BenchmarkIngest measures messages of a watched channel, from the gateway into the store.
func BenchmarkIngest(b *testing.B) {
	s := newServer(b)
	agora := s.text("agora")
	ann := s.AddMember(s.guild, "ann")
	s.Post(agora, fakediscord.Message{Author: ann, Text: "first"})
	s.serve("crux")
	s.watch(agora)
	s.finishReading(agora)
	kept := s.open(b)
	const text = "I don't think that follows: the monitor sees the text, and the text is not the computation."
	var last string
	began := time.Now() // the benchmark's own clock stops with its loop, and the last messages arrive later
	for b.Loop() {
		last = s.Post(agora, fakediscord.Message{Author: ann, Text: text})
	}
	for newest := []string{""}; newest[0] != last; time.Sleep(time.Millisecond) {
		var err error
		if newest, _, err = kept.Kept(b.Context(), "discord", s.place(agora), 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "messages/s")
}

// fill puts messages of 20 watched channels in the store of s.
func fill(b *testing.B, s *server, messages int) {
	b.Helper()
	kept := s.open(b)
	const channels, batch = 20, 1000
	names := map[string]string{}
	for n := range 500 {
		names[fmt.Sprint("person-", n)] = fmt.Sprint("Name ", n)
	}
	at := time.Now().Add(-24 * time.Hour)
	for n := 0; n < messages; n += batch {
		p := s.place(fmt.Sprint(1000 + n/batch%channels))
		all := make([]summarize.Message, batch)
		for i := range all {
			at = at.Add(time.Millisecond)
			all[i] = summarize.Message{
				ID: fmt.Sprint(100_000_000_000_000_000 + n + i), Author: fmt.Sprint("person-", (n+i)%500), Time: at,
				Text: "I don't think that follows: the monitor sees the text, and the text is not the computation.",
			}
		}
		if err := kept.Watch(context.Background(), "discord", bot.WatchedChannel{Place: p, At: at}); err != nil {
			b.Fatal(err)
		}
		if err := kept.PutMessages(context.Background(), "discord", p, "", all, names); err != nil {
			b.Fatal(err)
		}
	}
}

func (s *server) place(channel string) bot.Place { return bot.Place{Server: s.guild, Channel: channel} }

// open opens the store of p, for as long as the test runs.
func (p *process) open(t testing.TB) *store.Store {
	t.Helper()
	kept, err := store.Open(t.Context(), "sqlite://"+filepath.Join(p.dir, "crux.db"), discarding)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	return kept
}

// memory is what a process holds of it, or held at most (VmHWM), in MB. Where the system does not say, the benchmark is skipped.
func memory(b *testing.B, pid int, line string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("this system does not say how much memory a process holds")
	}
	found := regexp.MustCompile(line + `:\s+(\d+) kB`).FindStringSubmatch(string(status))
	if found == nil {
		b.Skip("this system does not say how much memory a process holds")
	}
	kb, err := strconv.Atoi(found[1])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1000
}
