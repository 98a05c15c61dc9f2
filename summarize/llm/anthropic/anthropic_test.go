package anthropic_test

import (
	"testing"

	"go.uber.org/goleak"

	"crux/summarize/llm"
	"crux/summarize/llm/anthropic"
	"crux/summarize/llm/fakevendor"
	"crux/summarize/llm/modeltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newModel(s modeltest.Setup) llm.Model {
	return anthropic.New(anthropic.Options{
		Key: s.Key, BaseURL: s.BaseURL, Model: "fake", Timeout: s.Timeout, Total: s.Total, Retries: s.Retries, Client: s.Client,
	})
}

func TestModel(t *testing.T) {
	modeltest.Vendor{
		New: newModel, Own: "api.anthropic.com", Other: fakevendor.URL, Schema: "output_config",
		Refusals: map[string]fakevendor.Refusal{"Anthropic": fakevendor.Anthropic},
	}.Run(t)
}
