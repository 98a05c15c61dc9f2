package enginetest_test

import (
	"context"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/enginetest"
)

// TestASimpleEnginePasses: the suite asks for nothing that takes more than care.
func TestASimpleEnginePasses(t *testing.T) {
	enginetest.Run(t, func() summarize.Engine { return doubter{} })
}

// doubter makes a debate of everything, and an objection of each message that says "but".
type doubter struct{}

func (doubter) Read(ctx context.Context, t *summarize.Transcript, progress func(done, total int)) (summarize.EngineInfo, []summarize.Debate, error) {
	d := summarize.Debate{ID: "all"}
	for i, m := range t.Messages {
		progress(i, len(t.Messages))
		if err := ctx.Err(); err != nil {
			return summarize.EngineInfo{}, nil, err
		}
		if m.Bot || strings.TrimSpace(m.Text) == "" {
			continue
		}
		d.Messages = append(d.Messages, m.ID)
		_, rest, doubts := strings.Cut(m.Text, "but ")
		rest = strings.TrimSpace(rest)
		if !doubts || rest == "" {
			continue
		}
		o := summarize.Objection{
			ID: "o" + m.ID, Gist: rest, Status: summarize.Unanswered, Raised: m.Time,
			Quotes: []summarize.Quote{{Message: m.ID, Text: rest, URL: m.URL}},
		}
		if m.Author != "" {
			o.By = []string{m.Author}
		}
		d.Objections = append(d.Objections, o)
	}
	progress(len(t.Messages), len(t.Messages))
	info := summarize.EngineInfo{Name: "doubter"}
	if len(d.Objections) == 0 {
		return info, nil, nil
	}
	d.Question = d.Objections[0].Gist
	return info, []summarize.Debate{d}, nil
}
