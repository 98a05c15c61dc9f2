// Package openai has models answer that are reached by OpenAI's chat completions protocol: its
// own, and those of Ollama, vLLM, llama.cpp, LM Studio, OpenRouter and others under a base URL.
package openai

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"crux/summarize/llm"
	"crux/summarize/llm/transport"
)

// Options say how to reach a model. Nothing is taken from the environment, save the proxy of
// the default client.
type Options struct {
	// Key is the API key; "" for a server that wants none.
	Key string
	// BaseURL is up to and with /v1; "" is OpenAI's own.
	BaseURL string
	Model   string
	// Timeout is for one try, five minutes where it is 0; Total is for all of them together with
	// the waiting in between, twice Timeout where it is 0.
	Timeout, Total time.Duration
	// Retries is how many tries there are after the first.
	Retries int
	// Client is nil for the default client. No redirects are followed with either.
	Client *http.Client
}

// Model is a model behind OpenAI's protocol; it implements llm.Model.
type Model struct {
	o Options
	// own is true for OpenAI's own models.
	own         bool
	tries       transport.Tries
	completions sdk.ChatCompletionService

	mu    sync.Mutex
	lacks lacks
}

// New returns a Model. It talks to nobody yet.
func New(o Options) *Model {
	// The service is made without a client of the SDK's, which would read keys, addresses and
	// headers from the environment.
	opts := []option.RequestOption{
		option.WithEnvironmentProduction(), option.WithHTTPClient(transport.Client(o.Client)), option.WithMaxRetries(0),
	}
	if o.Key != "" {
		opts = append(opts, option.WithAPIKey(o.Key))
	}
	if o.BaseURL != "" {
		opts = append(opts, option.WithBaseURL(o.BaseURL))
	}
	return &Model{
		o: o, own: isOwn(o.BaseURL), completions: sdk.NewChatCompletionService(opts...),
		tries: transport.Tries{Each: o.Timeout, All: o.Total, More: o.Retries},
	}
}

// isOwn reports whether a base URL is one of OpenAI's.
func isOwn(base string) bool {
	if base == "" {
		return true
	}
	u, err := url.Parse(base)
	return err == nil && (u.Hostname() == "api.openai.com" || strings.HasSuffix(u.Hostname(), ".api.openai.com"))
}

// Name implements llm.Model.
func (m *Model) Name() string { return m.o.Model }

// Answer implements llm.Model.
func (m *Model) Answer(ctx context.Context, p llm.Prompt, progress func(bytes int)) (llm.Reply, error) {
	return m.tries.Do(ctx, func(ctx context.Context) (llm.Reply, error) { return m.try(ctx, p, progress) })
}

// try asks once, and again without what the server does not know.
func (m *Model) try(ctx context.Context, p llm.Prompt, progress func(bytes int)) (llm.Reply, error) {
	m.mu.Lock()
	lacks := m.lacks
	m.mu.Unlock()
	for {
		params, err := m.params(p, lacks)
		if err != nil {
			return llm.Reply{}, transport.Final(err)
		}
		reply, told, err := transport.Send(ctx, p, func(ctx context.Context) (llm.Reply, *transport.Told, error) {
			return m.stream(ctx, p, params, progress)
		})
		if told != nil {
			if more, found := lacks.with(told); found {
				lacks = more
				continue
			}
			return reply, told.Fault("openai")
		}
		if err == nil {
			m.mu.Lock()
			m.lacks = m.lacks.and(lacks)
			m.mu.Unlock()
		}
		return reply, err
	}
}

// params are a prompt as the server is asked it.
func (m *Model) params(p llm.Prompt, lacks lacks) (sdk.ChatCompletionNewParams, error) {
	marks := m.own && !lacks.marks
	params := sdk.ChatCompletionNewParams{Model: m.o.Model, Messages: messages(p, !m.own || lacks.schemas, marks)}
	switch {
	case lacks.limit == nothing:
	case m.own || lacks.limit == olderName:
		params.MaxCompletionTokens = sdk.Int(int64(p.MostTokens))
	default: // of the servers that speak the protocol, most know the older name alone
		params.MaxTokens = sdk.Int(int64(p.MostTokens))
	}
	if !lacks.usage {
		params.StreamOptions.IncludeUsage = sdk.Bool(true)
	}
	if m.own {
		// Its reasoning models take no temperature. Nothing is to be kept there, and prompts that
		// begin alike are to come where that is in the cache.
		params.Store = sdk.Bool(false)
		params.PromptCacheKey = sdk.String(cacheKey(p))
		if marks {
			params.PromptCacheOptions.Mode = "explicit"
		}
	} else if !lacks.temperature {
		params.Temperature = sdk.Float(0)
	}
	if lacks.schemas {
		return params, nil
	}
	var schema map[string]any
	if err := json.Unmarshal(p.Schema.JSON, &schema); err != nil {
		return params, &llm.Fault{Kind: llm.Rejected, Err: err}
	}
	params.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
		JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: p.Schema.Name, Schema: schema, Strict: sdk.Bool(true)},
	}
	return params, nil
}

// cacheKey is the same for prompts that begin alike, and says nothing of them.
func cacheKey(p llm.Prompt) string {
	sum := sha256.Sum256([]byte(p.Schema.Name + "\x00" + p.System + "\x00" + p.Shared))
	return hex.EncodeToString(sum[:16])
}
