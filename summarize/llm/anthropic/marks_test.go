package anthropic_test

import (
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
	"crux/summarize/llm/modeltest"
)

var prompt = llm.Prompt{
	System: "System.", Shared: "Shared.", Ask: "Ask.", MostTokens: 100,
	Schema: llm.Schema{Name: "nothing", JSON: []byte(`{"type":"object","properties":{},"required":[],"additionalProperties":false}`)},
}

// What is reused is marked for the cache, and nothing else.
func TestMarks(t *testing.T) {
	for name, c := range map[string]struct {
		shared string
		reused llm.Reuse
		want   []string
	}{
		"nothing is reused":        {"Shared.", llm.NothingReused, nil},
		"the system is":            {"Shared.", llm.SystemReused, []string{"System."}},
		"the conversation is":      {"Shared.", llm.SharedReused, []string{"System.", "Shared."}},
		"there is no conversation": {"", llm.SharedReused, []string{"System."}},
	} {
		synctest.Test(t, func(t *testing.T) {
			vendor := fakevendor.New(t, "")
			vendor.Answer(fakevendor.Answer{Text: "{}"})
			p := prompt
			p.Shared, p.Reused = c.shared, c.reused
			if _, err := newModel(modeltest.Setup{Client: vendor.Client()}).Answer(t.Context(), p, func(int) {}); err != nil {
				t.Fatal(err)
			}
			type block struct {
				Text  string          `json:"text"`
				Cache json.RawMessage `json:"cache_control"`
			}
			var body struct {
				System   []block `json:"system"`
				Messages []struct {
					Content []block `json:"content"`
				} `json:"messages"`
			}
			if err := json.Unmarshal(vendor.Requests()[0].Body, &body); err != nil {
				t.Fatal(err)
			}
			var marked []string
			for _, b := range append(body.System, body.Messages[0].Content...) {
				if len(b.Cache) > 0 {
					marked = append(marked, b.Text)
				}
			}
			if !slices.Equal(marked, c.want) {
				t.Errorf("%s: marked are %q, want %q", name, marked, c.want)
			}
		})
	}
}
