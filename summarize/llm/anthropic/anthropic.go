// Package anthropic has Anthropic's models answer.
package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"crux/summarize/llm"
)

// Options say how to reach a model.
type Options struct {
	Key string
	// BaseURL is without /v1; "" is Anthropic's own.
	BaseURL string
	Model   string
	// Timeout is for one try, Retries how many more there are.
	Timeout time.Duration
	Retries int
	// Client is nil for a client of the package's own.
	Client *http.Client
}

// Model is a model of Anthropic's; it implements llm.Model.
type Model struct {
	o      Options
	client sdk.Client
}

// New returns a Model. It talks to nobody yet.
func New(o Options) *Model {
	opts := []option.RequestOption{
		option.WithAPIKey(o.Key), option.WithMaxRetries(o.Retries), option.WithRequestTimeout(o.Timeout),
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
	var schema map[string]any
	if err := json.Unmarshal(p.Schema.JSON, &schema); err != nil {
		return llm.Reply{}, &llm.Fault{Kind: llm.Rejected, Err: err}
	}
	reply, err := m.read(ctx, sdk.MessageNewParams{
		Model:     m.o.Model,
		MaxTokens: int64(p.MostTokens),
		System:    []sdk.TextBlockParam{cached(p.System)},
		Messages:  turns(p),
		OutputConfig: sdk.OutputConfigParam{
			Format: sdk.JSONOutputFormatParam{Schema: schema},
		},
	}, progress)
	if err != nil {
		return llm.Reply{}, fault(err)
	}
	return reply, nil
}

// cached is a text up to which Anthropic may read a prompt from its cache.
func cached(text string) sdk.TextBlockParam {
	return sdk.TextBlockParam{Text: text, CacheControl: sdk.NewCacheControlEphemeralParam()}
}

func turns(p llm.Prompt) []sdk.MessageParam {
	var first []sdk.ContentBlockParamUnion
	if p.Shared != "" {
		shared := cached(p.Shared)
		first = append(first, sdk.ContentBlockParamUnion{OfText: &shared})
	}
	messages := []sdk.MessageParam{sdk.NewUserMessage(append(first, sdk.NewTextBlock(p.Ask))...)}
	for _, turn := range p.Repair {
		messages = append(messages, sdk.NewAssistantMessage(sdk.NewTextBlock(turn.Answer)), sdk.NewUserMessage(sdk.NewTextBlock(turn.Told)))
	}
	return messages
}

func (m *Model) read(ctx context.Context, params sdk.MessageNewParams, progress func(bytes int)) (llm.Reply, error) {
	stream := m.client.Messages.NewStreaming(ctx, params)
	defer stream.Close()
	var message sdk.Message
	written, stopped := 0, false
	for stream.Next() {
		event := stream.Current()
		if err := message.Accumulate(event); err != nil {
			return llm.Reply{}, &llm.Fault{Kind: llm.Unreadable, Err: errors.New("anthropic: an event of the answer could not be read")}
		}
		switch event.Type {
		case "content_block_delta":
			written += len(event.Delta.Text)
			progress(written)
		case "message_stop":
			stopped = true
		}
	}
	if err := stream.Err(); err != nil {
		return llm.Reply{}, err
	}
	return replyOf(&message, stopped)
}

func replyOf(message *sdk.Message, stopped bool) (llm.Reply, error) {
	var text strings.Builder
	for _, block := range message.Content {
		text.WriteString(block.Text)
	}
	used := message.Usage
	reply := llm.Reply{
		Text: text.String(),
		Cut:  message.StopReason == sdk.StopReasonMaxTokens || message.StopReason == sdk.StopReasonModelContextWindowExceeded,
		Usage: llm.Usage{
			Input:  int(used.InputTokens + used.CacheCreationInputTokens),
			Cached: int(used.CacheReadInputTokens), Output: int(used.OutputTokens),
		},
	}
	switch {
	case !stopped:
		return reply, &llm.Fault{Kind: llm.Unreachable, Err: errors.New("anthropic: the answer broke off")}
	case message.StopReason == sdk.StopReasonRefusal:
		return reply, &llm.Fault{Kind: llm.Declined}
	case strings.TrimSpace(reply.Text) == "":
		return reply, &llm.Fault{Kind: llm.Unreadable, Err: errors.New("anthropic: the answer is empty")}
	}
	return reply, nil
}

// statusOverloaded is Anthropic's own.
const statusOverloaded = 529

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
		return &llm.Fault{Kind: llm.Unreachable, Err: errors.New("anthropic: no answer")}
	}
	f := &llm.Fault{Kind: llm.Rejected, Err: errors.New("anthropic: status " + strconv.Itoa(said.StatusCode))}
	switch code := said.StatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		f.Kind = llm.Denied
	case code == http.StatusRequestTimeout, code == http.StatusGatewayTimeout:
		f.Kind = llm.TimedOut
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable, code == statusOverloaded:
		f.Kind = llm.Overloaded
		if after, err := strconv.Atoi(said.Response.Header.Get("Retry-After")); err == nil {
			f.RetryAfter = time.Duration(after) * time.Second
		}
	case code >= http.StatusInternalServerError:
		f.Kind = llm.Unreachable
	}
	return f
}
