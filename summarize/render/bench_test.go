package render

import (
	"io"
	"strings"
	"testing"

	"crux/summarize"
)

// BenchmarkRender draws a long report, of 20 debates with 240 points and objections.
func BenchmarkRender(b *testing.B) {
	r := richReport()
	for len(r.Debates) < 20 {
		r.Debates = append(r.Debates, r.Debates[0])
	}
	for _, format := range []string{"txt", "md", "html", "argdown", "json"} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := formats[format](io.Discard, r, options()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLongQuote draws one quote of a megabyte of special characters, whose cost must not grow with its square.
func BenchmarkLongQuote(b *testing.B) {
	r := &summarize.Report{Debates: []summarize.Debate{{
		Points: []summarize.Point{{Gist: "Long.", Quotes: quotes(said("m1", strings.Repeat("<@1> &#_*[ ", 1<<20/11)))}},
	}}}
	for format, render := range formats {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if err := render(io.Discard, r, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
