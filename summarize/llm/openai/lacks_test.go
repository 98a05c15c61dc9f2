package openai_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
	"crux/summarize/llm/modeltest"
)

// What servers say of what they don't know.
var (
	noTemperature = fakevendor.Refusal{Status: 400, Body: `{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}`}
	noOlderName   = fakevendor.Refusal{Status: 400, Body: `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}`}
	tooMany       = fakevendor.Refusal{Status: 400, Body: `{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 tokens and your request has 4000 input tokens (8000 > 8192 - 4000).","type":"BadRequestError","param":"max_tokens","code":400}}`}
	noOptions     = fakevendor.Refusal{Status: 422, Body: `{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}`}
)

var noMarks = fakevendor.Refusal{Status: 400, Body: `{"error":{"message":"Unsupported parameter: 'prompt_cache_options' is not supported with this model.","type":"invalid_request_error","param":"prompt_cache_options","code":"unsupported_parameter"}}`}

func TestServersThatDontKnowAll(t *testing.T) {
	for name, c := range map[string]struct {
		base     string
		refuses  map[string]fakevendor.Refusal
		requests int // with the one more that comes later
		without  []string
		with     []string
	}{
		"all is known":         {fakevendor.URL + "/v1", nil, 2, []string{"max_completion_tokens", "store", "prompt_cache_key", "prompt_cache_options", "prompt_cache_breakpoint"}, []string{"temperature", "max_tokens", "stream_options", "response_format"}},
		"OpenAI's own":         {"", nil, 2, []string{"temperature", "max_tokens"}, []string{"max_completion_tokens", "store", "prompt_cache_key", "prompt_cache_options", "prompt_cache_breakpoint", "stream_options", "response_format"}},
		"its older models":     {"", map[string]fakevendor.Refusal{"prompt_cache_options": noMarks}, 3, []string{"prompt_cache_options", "prompt_cache_breakpoint"}, []string{"prompt_cache_key", "response_format"}},
		"its European address": {"https://eu.api.openai.com/v1", nil, 2, []string{"temperature", "max_tokens"}, []string{"max_completion_tokens", "store"}},
		"no temperature":       {fakevendor.URL + "/v1", map[string]fakevendor.Refusal{"temperature": noTemperature}, 3, []string{"temperature"}, []string{"max_tokens", "response_format"}},
		"no older name":        {fakevendor.URL + "/v1", map[string]fakevendor.Refusal{"max_tokens": noOlderName}, 3, []string{"max_tokens"}, []string{"max_completion_tokens", "temperature"}},
		"a bound beyond its own": {
			fakevendor.URL + "/v1", map[string]fakevendor.Refusal{"max_tokens": tooMany, "max_completion_tokens": tooMany}, 3,
			[]string{"max_tokens", "max_completion_tokens"}, []string{"temperature", "response_format"},
		},
		"no stream options": {fakevendor.URL + "/v1", map[string]fakevendor.Refusal{"stream_options": noOptions}, 3, []string{"stream_options"}, []string{"temperature"}},
		"next to nothing": {
			fakevendor.URL + "/v1",
			map[string]fakevendor.Refusal{"stream_options": noOptions, "temperature": noTemperature, "max_tokens": noOlderName, "response_format": fakevendor.LlamaCpp}, 6,
			[]string{"stream_options", "temperature", "max_tokens", "response_format"}, []string{"max_completion_tokens"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				vendor := fakevendor.New(t, "")
				for field, how := range c.refuses {
					vendor.Refuse(field, how)
				}
				vendor.Answer(fakevendor.Answer{Text: "{}"}, fakevendor.Answer{Text: "{}"})
				model := newModel(modeltest.Setup{BaseURL: c.base, Client: vendor.Client()})
				for range 2 {
					if reply, err := model.Answer(t.Context(), prompt, func(int) {}); err != nil || reply.Text != "{}" {
						t.Fatalf("answered %q, %v", reply.Text, err)
					}
				}
				requests := vendor.Requests()
				if len(requests) != c.requests {
					t.Fatalf("asked %d times, want %d", len(requests), c.requests)
				}
				last := string(requests[c.requests-1].Body)
				for _, field := range c.without {
					if strings.Contains(last, `"`+field+`":`) {
						t.Errorf("the last request has %s: %s", field, last)
					}
				}
				for _, field := range c.with {
					if !strings.Contains(last, `"`+field+`":`) {
						t.Errorf("the last request lacks %s: %s", field, last)
					}
				}
			})
		})
	}
}

var prompt = llm.Prompt{
	System: "System.", Shared: "Shared.", Ask: "Ask.", MostTokens: 100, Reused: llm.SharedReused,
	Schema: llm.Schema{Name: "nothing", JSON: []byte(`{"type":"object","properties":{},"required":[],"additionalProperties":false}`)},
}

// What helped nothing is not left out for good.
func TestWhatIsNotTheReasonIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vendor := fakevendor.New(t, "")
		about := fakevendor.Answer{Status: 400, Body: `{"error":{"message":"The grammar of this temperature is wrong.","type":"invalid_request_error"}}`}
		vendor.Answer(about, about, about, fakevendor.Answer{Text: "{}"})
		model := newModel(modeltest.Setup{BaseURL: fakevendor.URL + "/v1", Client: vendor.Client()})
		if _, err := model.Answer(t.Context(), prompt, func(int) {}); err == nil {
			t.Fatal("no error")
		}
		if _, err := model.Answer(t.Context(), prompt, func(int) {}); err != nil {
			t.Fatal(err)
		}
		requests := vendor.Requests()
		if last := string(requests[len(requests)-1].Body); len(requests) != 4 || !strings.Contains(last, "temperature") || !strings.Contains(last, "response_format") {
			t.Errorf("asked %d times, at last %s", len(requests), last)
		}
	})
}
