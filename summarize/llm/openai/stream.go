package openai

import (
	"context"
	"errors"
	"net/http"
	"strings"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"

	"crux/summarize/llm"
	"crux/summarize/llm/transport"
)

// stream asks and reads the answer as it is written. What the server said instead of an answer
// is in told; err says what else was wrong.
func (m *Model) stream(ctx context.Context, p llm.Prompt, params sdk.ChatCompletionNewParams, progress func(bytes int)) (reply llm.Reply, told *transport.Told, err error) {
	var response *http.Response
	stream := m.completions.NewStreaming(ctx, params, option.WithResponseInto(&response))
	defer func() { _ = stream.Close() }() // what has been read stands
	if response != nil && response.StatusCode >= http.StatusBadRequest {
		return llm.Reply{}, transport.ToldBy(response), nil
	}
	if response == nil {
		return llm.Reply{}, nil, transport.Lost("openai", stream.Err())
	}
	var r reading
	for !transport.Overlong(r.bytes(), p.MostTokens) && stream.Next() {
		r.take(stream.Current())
		progress(r.bytes())
	}
	reply = r.reply(p)
	if said, ok := errors.AsType[*ssestream.StreamError](stream.Err()); ok {
		return reply, transport.ToldWithin(said.Event.Data), nil
	}
	switch {
	case stream.Err() != nil:
		return reply, nil, transport.Lost("openai", stream.Err())
	case r.refused:
		return reply, nil, &llm.Fault{Kind: llm.Declined}
	case !r.finished && r.bytes() == 0 && !transport.Streams(response):
		return reply, nil, transport.Elsewhere("openai")
	case r.failed, !r.finished && !reply.Cut:
		return reply, nil, transport.Broken("openai")
	}
	return reply, nil, transport.Blank("openai", reply)
}

// reading is what has been read of an answer.
type reading struct {
	text strings.Builder
	// thought is how many bytes a reasoning model has written that are not its answer.
	thought                   int
	usage                     llm.Usage
	finished, refused, failed bool
	cut                       bool
}

func (r *reading) take(chunk sdk.ChatCompletionChunk) {
	if used := chunk.Usage; used.PromptTokens > 0 {
		cached := min(used.PromptTokensDetails.CachedTokens, used.PromptTokens)
		anew := used.PromptTokens - cached
		r.usage = llm.Usage{
			Input: int(anew), Cached: int(cached), Output: int(used.CompletionTokens),
			Kept: int(min(used.PromptTokensDetails.CacheWriteTokens, anew)),
		}
	}
	for _, choice := range chunk.Choices {
		delta := choice.Delta
		r.text.WriteString(delta.Content)
		for _, name := range []string{"reasoning_content", "reasoning"} {
			if said := delta.JSON.ExtraFields[name].Raw(); said != "null" {
				r.thought += len(said)
			}
		}
		r.refused = r.refused || delta.Refusal != "" || choice.FinishReason == "content_filter"
		r.failed = r.failed || choice.FinishReason == "error" // OpenRouter's
		r.cut = r.cut || choice.FinishReason == "length"
		r.finished = r.finished || choice.FinishReason != ""
	}
}

func (r *reading) bytes() int { return r.text.Len() + r.thought }

func (r *reading) reply(p llm.Prompt) llm.Reply {
	reply := llm.Reply{Text: r.text.String(), Cut: r.cut || transport.Overlong(r.bytes(), p.MostTokens), Usage: r.usage}
	if reply.Usage.Total() == 0 && (r.finished || r.bytes() > 0) { // it broke off, or the server doesn't say
		reply.Usage = p.About(r.bytes())
	}
	return reply
}
