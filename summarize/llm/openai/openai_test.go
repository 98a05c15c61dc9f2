package openai_test

import (
	"testing"

	"go.uber.org/goleak"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
	"crux/summarize/llm/modeltest"
	"crux/summarize/llm/openai"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newModel(s modeltest.Setup) llm.Model {
	return openai.New(openai.Options{
		Key: s.Key, BaseURL: s.BaseURL, Model: "fake", Timeout: s.Timeout, Total: s.Total, Retries: s.Retries, Client: s.Client,
	})
}

func TestModel(t *testing.T) {
	modeltest.Vendor{
		New: newModel, Own: "api.openai.com", Other: fakevendor.URL + "/v1", Schema: "response_format",
		Refusals: map[string]fakevendor.Refusal{
			"llama.cpp": fakevendor.LlamaCpp, "vLLM": fakevendor.VLLM, "Ollama": fakevendor.Ollama,
			"OpenRouter": fakevendor.OpenRouter, "OpenAI": fakevendor.OpenAI, "FastAPI": fakevendor.FastAPI,
		},
	}.Run(t)
}
