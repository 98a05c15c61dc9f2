package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/digest"
	"crux/summarize"
)

// realistic are messages as Discord has them: long ids, and about as long as people write.
func realistic(from, n int) ([]summarize.Message, map[string]string) {
	messages, names := make([]summarize.Message, n), map[string]string{}
	for i := range messages {
		at := from + i
		author := fmt.Sprint(300_000_000_000_000_000 + at*7919%997)
		id := fmt.Sprint(1_300_000_000_000_000_000 + at*4_194_304)
		messages[i] = summarize.Message{
			ID: id, Author: author, Time: noon.Add(time.Duration(at) * 10 * time.Second),
			Text: fmt.Sprint(at, strings.Repeat(" words that somebody wrote", 1+at%8)),
			URL:  "https://discord.com/channels/300000000000000001/300000000000000002/" + id,
		}
		names[author] = "Name " + author[12:]
	}
	return messages, names
}

func BenchmarkPutMessage(b *testing.B) {
	s := open(b, inFolder(b))
	ctx := context.Background()
	follow(b, s, platform, general)
	messages, names := realistic(0, 100_000)
	n := 0
	for b.Loop() {
		m := messages[n%len(messages)]
		m.ID = fmt.Sprint(1_300_000_000_000_000_000 + n)
		if err := s.PutMessages(ctx, platform, general, "", []summarize.Message{m}, map[string]string{m.Author: names[m.Author]}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkPutMessages(b *testing.B) {
	s := open(b, inFolder(b))
	ctx := context.Background()
	follow(b, s, platform, general)
	n := 0
	for b.Loop() {
		messages, names := realistic(n, 100)
		if err := s.PutMessages(ctx, platform, general, "", messages, names); err != nil {
			b.Fatal(err)
		}
		n += 100
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
}

// payload is about as long as an event of Slack's.
var payload = []byte(strings.Repeat(`{"type":"message"},`, 70))

func BenchmarkDeliver(b *testing.B) {
	s := open(b, inFolder(b))
	n := 0
	for b.Loop() {
		if _, err := s.Deliver(context.Background(), platform, bot.Delivery{ID: fmt.Sprint("Ev", n), Payload: payload, At: noon}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "deliveries/s")
}

func BenchmarkDeliverAndSettle(b *testing.B) {
	s := open(b, inFolder(b))
	ctx := context.Background()
	follow(b, s, platform, general)
	n := 0
	for b.Loop() {
		id := fmt.Sprint("Ev", n)
		_, err := s.Deliver(ctx, platform, bot.Delivery{ID: id, Payload: payload, At: noon})
		if err := errors.Join(err, s.Settle(ctx, platform, id)); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "deliveries/s")
}

func BenchmarkMessages(b *testing.B) {
	if testing.Short() {
		b.Skip("builds a store of a million messages")
	}
	const stored, chunk = 1_000_000, 5000
	s := open(b, inFolder(b))
	ctx := context.Background()
	follow(b, s, platform, general)
	for n := 0; n < stored; n += chunk {
		messages, names := realistic(n, chunk)
		if err := s.PutMessages(ctx, platform, general, "", messages, names); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Cover(ctx, platform, general, ""); err != nil {
		b.Fatal(err)
	}
	near, _ := realistic(stored-4000, 1)
	for _, bench := range []struct {
		name string
		r    bot.Range
	}{
		{"last 500", bot.Range{Last: 500}},
		{"last 5000", bot.Range{Last: 5000}},
		{"from", bot.Range{From: near[0].ID, Last: 5000}},
		{"since", bot.Range{Since: near[0].Time, Last: 5000}},
		{"to", bot.Range{To: near[0].ID, Last: 500}},
		{"author", bot.Range{Author: near[0].Author, Last: 5000}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				h, err := s.Messages(ctx, platform, general, bench.r)
				if err != nil || len(h.Messages) == 0 {
					b.Fatal(len(h.Messages), err)
				}
			}
		})
	}
}

// BenchmarkClaim works off 10,000 digests that are due at once.
func BenchmarkClaim(b *testing.B) {
	const due, batch = 10_000, 16
	ctx := context.Background()
	runs := 0
	for b.Loop() {
		b.StopTimer()
		s := open(b, inFolder(b))
		for n := range due {
			d := hourly()
			d.Server = fmt.Sprint(n / 25)
			addDigest(b, s, d)
		}
		b.StartTimer()
		for {
			claimed, err := s.Claim(ctx, platform, noon, lease, batch)
			if err != nil {
				b.Fatal(err)
			}
			if len(claimed) == 0 {
				break
			}
			for _, r := range claimed {
				err := errors.Join(
					s.Posting(ctx, r, noon, []byte(`["1300000000000000000"]`), lease),
					s.Finish(ctx, r, digest.Outcome{At: noon, Posted: true, Covered: noon, Next: noon.Add(time.Hour)}),
				)
				if err != nil {
					b.Fatal(err)
				}
				runs++
			}
		}
	}
	b.ReportMetric(float64(runs)/b.Elapsed().Seconds(), "runs/s")
}

// BenchmarkPutLedger replaces a ledger of 200 KB, and has what it replaces erased.
func BenchmarkPutLedger(b *testing.B) {
	s := open(b, inFolder(b))
	ctx := context.Background()
	follow(b, s, platform, general)
	n := 0
	for b.Loop() {
		l, err := s.Ledger(ctx, platform, general)
		if err != nil {
			b.Fatal(err)
		}
		l.Entries = ledgerOf(fmt.Sprint(n), strings.Repeat("words ", 16_000)).Entries
		if err := s.PutLedger(ctx, platform, general, l); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
