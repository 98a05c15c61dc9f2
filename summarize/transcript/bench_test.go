package transcript

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

const benchMessages = 10_000

func benchmarkRead(b *testing.B, source string) {
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		r := mustRead(b, source, Options{})
		if len(r.Transcript.Messages) != benchMessages {
			b.Fatalf("%d messages", len(r.Transcript.Messages))
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	var messages []map[string]any
	for i := range benchMessages {
		messages = append(messages, map[string]any{
			"id": fmt.Sprint("m", i), "author": fmt.Sprint("person", i%7), "text": benchText(i), "reply_to": nil, "bot": false,
			"time": time.Unix(1772460300+int64(i)*30, 0).UTC(),
		})
	}
	source, err := json.MarshalIndent(map[string]any{"platform": "discord", "messages": messages}, "", " ")
	if err != nil {
		b.Fatal(err)
	}
	benchmarkRead(b, string(source))
}

func BenchmarkText(b *testing.B) {
	for _, form := range []string{"colon", "stamped", "Discord", "Slack, two lines"} {
		b.Run(form, func(b *testing.B) {
			var source strings.Builder
			m := mustRead(b, `[{"author": "a", "text": "x"}]`, Options{}).Transcript.Messages[0]
			for i := range benchMessages {
				m.Author, m.Text = fmt.Sprint("person", i%7), benchText(i)
				m.Time = time.Unix(1772460300+int64(i)*30, 0).UTC()
				source.WriteString(writers[form](m))
			}
			benchmarkRead(b, source.String())
		})
	}
}

func benchText(i int) string {
	return fmt.Sprintf("Message %d says that the release should wait until somebody measured it: twice, at least.\nAnd a second line.", i)
}
