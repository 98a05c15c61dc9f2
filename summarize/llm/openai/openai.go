// Package openai has models answer that are reached by OpenAI's chat completions protocol: its
// own, and those of Ollama, vLLM, llama.cpp, LM Studio, OpenRouter and others under a base URL.
package openai

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/shared"

	"crux/summarize/llm"
)

// Options say how to reach a model.
type Options struct {
	// Key is the API key; "" for a server that wants none.
	Key string
	// BaseURL is up to and with /v1; "" is OpenAI's own.
	BaseURL string
	Model   string
	// Timeout is for one try, Retries how many more there are.
	Timeout time.Duration
	Retries int
	// Client is nil for a client of the package's own.
	Client *http.Client
}

// Model is a model behind OpenAI's protocol; it implements llm.Model.
type Model struct {
	o      Options
	client sdk.Client
	// plain is true once the server has refused schemas.
	plain atomic.Bool
}

// New returns a Model. It talks to nobody yet.
func New(o Options) *Model {
	opts := []option.RequestOption{
		option.WithAPIKey(o.Key), option.WithMaxRetries(o.Retries), option.WithRequestTimeout(o.Timeout),
	}
	if o.Key == "" {
		opts = append(opts, option.WithHeaderDel("Authorization"))
	}
	if o.BaseURL != "" {
		opts = append(opts, option.WithBaseURL(o.BaseURL))
	}
	if o.Client != nil {
		opts = append(opts, option.WithHTTPClient(o.Client))
	}
	return &Model{o: o, client: sdk.NewClient(opts...)}
}

// Name implements llm.Model.
func (m *Model) Name() string { return m.o.Model }

// Answer implements llm.Model.
func (m *Model) Answer(ctx context.Context, p llm.Prompt, progress func(bytes int)) (llm.Reply, error) {
	reply, err := m.stream(ctx, p, progress, !m.plain.Load())
	if refusesSchemas(err) && m.plain.CompareAndSwap(false, true) {
		reply, err = m.stream(ctx, p, progress, false)
	}
	if err != nil {
		return llm.Reply{}, fault(err)
	}
	return reply, nil
}

func (m *Model) stream(ctx context.Context, p llm.Prompt, progress func(bytes int), schemas bool) (llm.Reply, error) {
	ask := p.Ask
	if !schemas {
		ask += "\n\nAnswer with one JSON object of this schema, and nothing else:\n" + string(p.Schema.JSON)
	}
	if p.Shared != "" {
		ask = p.Shared + "\n\n" + ask
	}
	messages := []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(p.System), sdk.UserMessage(ask)}
	for _, turn := range p.Repair {
		messages = append(messages, sdk.AssistantMessage(turn.Answer), sdk.UserMessage(turn.Told))
	}
	params := sdk.ChatCompletionNewParams{
		Model: m.o.Model, Messages: messages, MaxCompletionTokens: sdk.Int(int64(p.MostTokens)),
		StreamOptions: sdk.ChatCompletionStreamOptionsParam{IncludeUsage: sdk.Bool(true)},
	}
	if m.o.BaseURL != "" { // of the servers that speak the protocol, most know the older name alone
		params.MaxCompletionTokens, params.MaxTokens = param.Opt[int64]{}, sdk.Int(int64(p.MostTokens))
		params.Temperature = sdk.Float(0)
	}
	if schemas {
		var schema map[string]any
		if err := json.Unmarshal(p.Schema.JSON, &schema); err != nil {
			return llm.Reply{}, err
		}
		params.ResponseFormat = sdk.ChatCompletionNewParamsResponseFormatUnion{
			OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
				JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: p.Schema.Name, Schema: schema, Strict: sdk.Bool(true)},
			},
		}
	}
	return m.read(ctx, params, 4*p.MostTokens*longestToken, progress)
}

// longestToken is how many bytes a token may have, so that a model that never stops is stopped.
const longestToken = 4

func (m *Model) read(ctx context.Context, params sdk.ChatCompletionNewParams, most int, progress func(bytes int)) (llm.Reply, error) {
	var reply llm.Reply
	var text strings.Builder
	refused, finished := false, false
	stream := m.client.Chat.Completions.NewStreaming(ctx, params)
	defer stream.Close()
	for stream.Next() {
		chunk := stream.Current()
		if used := chunk.Usage; used.TotalTokens > 0 {
			cached := int(used.PromptTokensDetails.CachedTokens)
			reply.Usage = llm.Usage{Input: int(used.PromptTokens) - cached, Cached: cached, Output: int(used.CompletionTokens)}
		}
		for _, choice := range chunk.Choices {
			text.WriteString(choice.Delta.Content)
			refused = refused || choice.Delta.Refusal != "" || choice.FinishReason == "content_filter"
			finished = finished || choice.FinishReason != ""
			reply.Cut = reply.Cut || choice.FinishReason == "length"
		}
		progress(text.Len())
		if text.Len() > most {
			reply.Cut, finished = true, true
			break
		}
	}
	reply.Text = text.String()
	switch err := stream.Err(); {
	case err != nil:
		return reply, err
	case refused:
		return reply, &llm.Fault{Kind: llm.Declined}
	case !finished:
		return reply, &llm.Fault{Kind: llm.Unreachable, Err: errors.New("openai: the answer broke off")}
	case strings.TrimSpace(reply.Text) == "":
		return reply, &llm.Fault{Kind: llm.Unreadable, Err: errors.New("openai: the answer is empty")}
	}
	return reply, nil
}

// refusesSchemas reports whether a server says that it takes no JSON schema.
func refusesSchemas(err error) bool {
	said, ok := errors.AsType[*sdk.Error](err)
	if !ok || said.StatusCode != http.StatusBadRequest && said.StatusCode != http.StatusUnprocessableEntity && said.StatusCode != http.StatusNotImplemented {
		return false
	}
	words := strings.ToLower(said.Message + " " + said.Param)
	return strings.Contains(words, "response_format") || strings.Contains(words, "json_schema") || strings.Contains(words, "schema") || strings.Contains(words, "grammar")
}

// fault is what went wrong, without what the server wrote: it may repeat what was sent.
func fault(err error) error {
	if f, ok := errors.AsType[*llm.Fault](err); ok {
		return f
	}
	said, ok := errors.AsType[*sdk.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &llm.Fault{Kind: llm.TimedOut}
	case !ok:
		return &llm.Fault{Kind: llm.Unreachable, Err: errors.New("openai: no answer")}
	}
	f := &llm.Fault{Kind: llm.Rejected, Err: errors.New("openai: status " + strconv.Itoa(said.StatusCode))}
	switch code := said.StatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		f.Kind = llm.Denied
	case code == http.StatusRequestTimeout, code == http.StatusGatewayTimeout:
		f.Kind = llm.TimedOut
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		f.Kind = llm.Overloaded
		if after, err := strconv.Atoi(said.Response.Header.Get("Retry-After")); err == nil {
			f.RetryAfter = time.Duration(after) * time.Second
		}
	case code >= http.StatusInternalServerError:
		f.Kind = llm.Unreachable
	}
	return f
}
