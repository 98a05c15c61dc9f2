package embedded

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"crux/summarize"
	"crux/summarize/embedded/encoder"
)

// longChannel is n messages of one channel: the gold debates one after the
// other, over and over, with fresh ids and in times that go on.
func longChannel(b testing.TB, n int) *summarize.Transcript {
	b.Helper()
	var sources [][]summarize.Message
	for _, path := range goldPaths(b) {
		sources = append(sources, goldFrom(b, path).Messages)
	}
	t := &summarize.Transcript{Platform: "discord", Channel: "long", Messages: make([]summarize.Message, 0, n)}
	clock := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	for round := 0; len(t.Messages) < n; round++ {
		messages := sources[round%len(sources)]
		offset := clock.Sub(messages[0].Time)
		fresh := make(map[string]string, len(messages))
		for _, m := range messages[:min(len(messages), n-len(t.Messages))] {
			id := fmt.Sprintf("m%d", len(t.Messages))
			fresh[m.ID] = id
			m.ID, m.ReplyTo, m.Time = id, fresh[m.ReplyTo], m.Time.Add(offset)
			clock = m.Time
			t.Messages = append(t.Messages, m)
		}
		clock = clock.Add(30 * time.Minute)
	}
	return t
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%d messages", n), func(b *testing.B) {
			transcript := longChannel(b, n)
			engine := freshEngine(b)
			stop := watchHeap()
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := engine.Read(b.Context(), transcript, func(int, int) {}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(float64(stop())/(1<<20), "heap-MB")
		})
	}
}

// stages are those that a reading goes through once it is taken apart, in order.
var stages = []struct {
	name string
	run  func(ctx context.Context, r *reading)
}{
	{"understand", func(ctx context.Context, r *reading) { r.understand(ctx) }},
	{"assignRoles", func(_ context.Context, r *reading) { r.assignRoles() }},
	{"linkMessages", func(ctx context.Context, r *reading) { r.linkMessages(ctx) }},
	{"judgeStances", func(_ context.Context, r *reading) { r.judgeStances() }},
	{"findThreads", func(_ context.Context, r *reading) { r.findThreads() }},
	{"report", func(ctx context.Context, r *reading) { r.report(ctx) }},
}

// BenchmarkStages is what each stage takes for a thousand messages that were never
// seen before, where those before it are done.
func BenchmarkStages(b *testing.B) {
	const n = 1_000
	transcript := longChannel(b, n)
	tb := testTables(b)
	aMessage := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/message")
	}
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tb.read(transcript)
		}
		aMessage(b)
	})
	before := tb.read(transcript)
	for _, stage := range stages {
		b.Run(stage.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				r := copyOf(b, before)
				b.StartTimer()
				stage.run(b.Context(), r)
			}
			aMessage(b)
		})
		stage.run(b.Context(), before)
	}
}

// copyOf is a reading that a stage can go on with while the original stays as it
// is. Its encoder has encoded nothing yet.
func copyOf(b *testing.B, original *reading) *reading {
	b.Helper()
	fresh, err := encoder.New()
	if err != nil {
		b.Fatal(err)
	}
	tb, r := *original.tables, *original
	tb.encode = fresh.Encode
	r.tables, r.messages, r.units = &tb, slices.Clone(r.messages), slices.Clone(r.units)
	for i := range r.messages {
		r.messages[i].links = slices.Clone(r.messages[i].links)
	}
	return &r
}

// watchHeap samples how much of the heap is in use until the function that it
// returns is called, which returns the most that was seen, in bytes.
func watchHeap() func() uint64 {
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapInuse)
			select {
			case <-tick.C:
			case <-done:
				peak <- most
				return
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-peak
	}
}

// eachText runs do on every text of a thousand messages.
func eachText(b *testing.B, do func(text string)) {
	messages := longChannel(b, 1_000).Messages
	size := 0
	for _, m := range messages {
		size += len(m.Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for i := range messages {
			do(messages[i].Text)
		}
	}
}

func BenchmarkClean(b *testing.B) { eachText(b, func(text string) { clean(text) }) }

func BenchmarkSentences(b *testing.B) { eachText(b, func(text string) { sentences(text) }) }

func BenchmarkWords(b *testing.B) {
	tb := testTables(b)
	v := newVocabulary(tb.lexicon.function, tb.prior, tb.priorMessages)
	eachText(b, func(text string) { v.split(text) })
}
