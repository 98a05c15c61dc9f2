package anthropic_test

import (
	"encoding/json"
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

// What is the same in many prompts is marked for the cache, and nothing else.
func TestMarks(t *testing.T) {
	for shared, want := range map[string][]string{"Shared.": {"System.", "Shared."}, "": {"System."}} {
		synctest.Test(t, func(t *testing.T) {
			vendor := fakevendor.New(t, "")
			vendor.Answer(fakevendor.Answer{Text: "{}"})
			p := prompt
			p.Shared = shared
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
			if len(marked) != len(want) || marked[0] != want[0] || marked[len(marked)-1] != want[len(want)-1] {
				t.Errorf("marked are %q, want %q", marked, want)
			}
		})
	}
}
