package main

import (
	"fmt"
	"testing"

	"crux/bot/platformtest/fakeslack"
)

// BenchmarkMentions measures 200 mentions at once: from sending one to its acknowledgement,
// which Slack expects within 3 s, and until all are answered.
func BenchmarkMentions(b *testing.B) {
	s := newWorkspace(b)
	const channels, each = 8, 25
	people := map[string]string{} // somebody of each channel
	for n := range channels {
		channel := s.channel(fmt.Sprint("agora-", n))
		_, named := s.debate(channel, seed)
		people[channel] = named["commenter"]
	}
	s.serve("crux", "CRUX_LIMITS_PERSON=1000", "CRUX_LIMITS_SERVER=10000")
	for b.Loop() {
		sent := map[string]string{}
		for channel, person := range people {
			for range each {
				sent[s.Mention(person, channel, "", "summary last 3")] = channel
			}
		}
		for ts, channel := range sent {
			s.WaitMessage(channel, func(p fakeslack.Posted) bool { return p.Author == s.Bot && p.Thread == ts })
		}
		s.WaitDelivered()
	}
	all := s.Latencies()
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
}
