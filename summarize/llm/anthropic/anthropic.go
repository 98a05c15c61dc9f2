// Package anthropic has Anthropic's models answer.
package anthropic

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"crux/summarize/llm"
	"crux/summarize/llm/transport"
)

// Options say how to reach a model. Nothing is taken from the environment, save the proxy of
// the default client.
type Options struct {
	Key string
	// BaseURL is without /v1; "" is Anthropic's own.
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

// Model is a model of Anthropic's; it implements llm.Model.
type Model struct {
	o Options
	// own is true where Anthropic's own servers answer.
	own      bool
	tries    transport.Tries
	messages sdk.MessageService
	// plain is true once a server has shown that it takes no schemas.
	plain atomic.Bool
}

// New returns a Model. It talks to nobody yet.
func New(o Options) *Model {
	// The service is made without a client of the SDK's, which would read keys, addresses and
	// headers from the environment and from the files of other programs.
	opts := []option.RequestOption{
		option.WithEnvironmentProduction(), option.WithHTTPClient(transport.Client(o.Client)), option.WithMaxRetries(0),
		option.WithoutOpenTelemetry(),
	}
	if o.Key != "" {
		opts = append(opts, option.WithAPIKey(o.Key))
	}
	if o.BaseURL != "" {
		opts = append(opts, option.WithBaseURL(o.BaseURL))
	}
	return &Model{
		o: o, own: isOwn(o.BaseURL), messages: sdk.NewMessageService(opts...),
		tries: transport.Tries{Each: o.Timeout, All: o.Total, More: o.Retries},
	}
}

// isOwn reports whether a base URL is Anthropic's.
func isOwn(base string) bool {
	if base == "" {
		return true
	}
	u, err := url.Parse(base)
	return err == nil && u.Hostname() == "api.anthropic.com"
}

// Name implements llm.Model.
func (m *Model) Name() string { return m.o.Model }

// Answer implements llm.Model.
func (m *Model) Answer(ctx context.Context, p llm.Prompt, progress func(bytes int)) (llm.Reply, error) {
	return m.tries.Do(ctx, func(ctx context.Context) (llm.Reply, error) { return m.try(ctx, p, progress) })
}

// try asks once, and again without the schema where the model takes none.
func (m *Model) try(ctx context.Context, p llm.Prompt, progress func(bytes int)) (llm.Reply, error) {
	plain := m.plain.Load()
	reply, told, err := m.ask(ctx, p, plain, progress)
	if told != nil && !plain && refusesSchemas(told) {
		plain = true
		reply, told, err = m.ask(ctx, p, plain, progress)
	}
	switch {
	case told != nil:
		return reply, told.Fault("anthropic")
	case err == nil && plain:
		m.plain.Store(true)
	}
	return reply, err
}

// refusesSchemas reports whether a server says that the model takes no JSON schema, or not this one.
func refusesSchemas(t *transport.Told) bool {
	statuses := []int{http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusNotImplemented}
	return slices.Contains(statuses, t.Status) && t.Mentions("output_config", "output_format", "structured output", "json_schema", "grammar")
}

// ask asks with the schema, or with the schema in words alone.
func (m *Model) ask(ctx context.Context, p llm.Prompt, plain bool, progress func(bytes int)) (llm.Reply, *transport.Told, error) {
	params := sdk.MessageNewParams{
		Model: m.o.Model, MaxTokens: int64(p.MostTokens),
		System: []sdk.TextBlockParam{text(p.System, p.Reused >= llm.SystemReused)}, Messages: turns(p, plain || !m.own),
	}
	if !plain {
		var schema map[string]any
		if err := json.Unmarshal(p.Schema.JSON, &schema); err != nil {
			return llm.Reply{}, nil, transport.Final(&llm.Fault{Kind: llm.Rejected, Err: err})
		}
		params.OutputConfig.Format = sdk.JSONOutputFormatParam{Schema: schema}
	}
	return transport.Send(ctx, p, func(ctx context.Context) (llm.Reply, *transport.Told, error) {
		return m.stream(ctx, p, params, progress)
	})
}

// text is part of a prompt. Where it is reused Anthropic keeps the prompt up to its end in its cache, for five minutes.
func text(words string, isReused bool) sdk.TextBlockParam {
	block := sdk.TextBlockParam{Text: words}
	if isReused {
		block.CacheControl = sdk.NewCacheControlEphemeralParam()
	}
	return block
}

// turns are the messages of a prompt, with the schema in words where it is spelled.
func turns(p llm.Prompt, spelled bool) []sdk.MessageParam {
	var first []sdk.ContentBlockParamUnion
	if p.Shared != "" {
		shared := text(p.Shared, p.Reused == llm.SharedReused)
		first = append(first, sdk.ContentBlockParamUnion{OfText: &shared})
	}
	ask := p.Ask
	if spelled {
		ask = p.Spelled()
	}
	messages := []sdk.MessageParam{sdk.NewUserMessage(append(first, sdk.NewTextBlock(ask))...)}
	for _, turn := range p.Repair {
		messages = append(messages, sdk.NewAssistantMessage(sdk.NewTextBlock(turn.Answer)), sdk.NewUserMessage(sdk.NewTextBlock(turn.Told)))
	}
	return messages
}
