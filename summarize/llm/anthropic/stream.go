package anthropic

import (
	"context"
	"errors"
	"net/http"
	"strings"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"crux/summarize/llm"
	"crux/summarize/llm/transport"
)

// stream asks and reads the answer as it is written. What the server said instead of an answer
// is in told; err says what else was wrong.
func (m *Model) stream(ctx context.Context, p llm.Prompt, params sdk.MessageNewParams, progress func(bytes int)) (reply llm.Reply, told *transport.Told, err error) {
	var response *http.Response
	stream := m.messages.NewStreaming(ctx, params, option.WithResponseInto(&response))
	defer func() { _ = stream.Close() }() // what has been read stands
	if response != nil && response.StatusCode >= http.StatusBadRequest {
		return llm.Reply{}, transport.ToldBy(response), nil
	}
	if response == nil {
		return llm.Reply{}, nil, transport.Lost("anthropic", stream.Err())
	}
	var r reading
	for !transport.Overlong(r.bytes(), p.MostTokens) && stream.Next() {
		r.take(stream.Current())
		progress(r.bytes())
	}
	reply = r.reply(p)
	if said, ok := errors.AsType[*sdk.Error](stream.Err()); ok {
		return reply, transport.ToldWithin([]byte(said.RawJSON())), nil
	}
	switch {
	case stream.Err() != nil:
		return reply, nil, transport.Lost("anthropic", stream.Err())
	case r.stop == sdk.StopReasonRefusal:
		return reply, nil, &llm.Fault{Kind: llm.Declined}
	case !r.finished && r.bytes() == 0 && !transport.Streams(response):
		return reply, nil, transport.Elsewhere("anthropic")
	case !r.finished && !reply.Cut:
		return reply, nil, transport.Broken("anthropic")
	}
	return reply, nil, transport.Blank("anthropic", reply)
}

// reading is what has been read of an answer.
type reading struct {
	text strings.Builder
	// thought is how many bytes the model has written that are not its answer.
	thought  int
	read     llm.Usage // but for what was written
	written  int
	stop     sdk.StopReason
	finished bool
}

func (r *reading) take(event sdk.MessageStreamEventUnion) {
	switch event.Type {
	case "message_start":
		r.use(event.Message.Usage.InputTokens, event.Message.Usage.CacheCreationInputTokens, event.Message.Usage.CacheReadInputTokens)
	case "content_block_start":
		r.text.WriteString(event.ContentBlock.Text)
	case "content_block_delta":
		r.text.WriteString(event.Delta.Text)
		r.thought += len(event.Delta.Thinking) + len(event.Delta.PartialJSON)
	case "message_delta":
		r.use(event.Usage.InputTokens, event.Usage.CacheCreationInputTokens, event.Usage.CacheReadInputTokens)
		r.written = int(event.Usage.OutputTokens)
		r.stop = event.Delta.StopReason
	case "message_stop":
		r.finished = true
	}
}

// use notes tokens read; they are told at the beginning, and maybe again at the end.
func (r *reading) use(anew, kept, cached int64) {
	if anew+kept+cached > 0 {
		r.read = llm.Usage{Input: int(anew + kept), Cached: int(cached), Kept: int(kept)}
	}
}

func (r *reading) bytes() int { return r.text.Len() + r.thought }

func (r *reading) reply(p llm.Prompt) llm.Reply {
	reply := llm.Reply{
		Text: r.text.String(),
		Cut:  r.stop == sdk.StopReasonMaxTokens || r.stop == sdk.StopReasonModelContextWindowExceeded || transport.Overlong(r.bytes(), p.MostTokens),
	}
	reply.Usage = r.read
	reply.Usage.Output = r.written
	about := p.About(r.bytes())
	if r.written == 0 && r.bytes() > 0 { // it broke off, or the server doesn't say
		reply.Usage.Output = about.Output
	}
	if r.read.Total() == 0 && (r.finished || r.bytes() > 0) {
		reply.Usage.Input = about.Input
	}
	return reply
}
