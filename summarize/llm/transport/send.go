package transport

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"crux/summarize/llm"
)

// Send sends a prompt once, by way of Prompt.Try. send returns what the vendor said instead of an
// answer, or what else was wrong. Where the prompt may have reached the vendor and nobody knows
// what that cost, it counts as about what was sent: the vendor may charge for it.
func Send(
	ctx context.Context, p llm.Prompt, send func(ctx context.Context) (llm.Reply, *Told, error),
) (reply llm.Reply, told *Told, err error) {
	reply, err = p.Try(ctx, func() (llm.Reply, error) {
		var connected atomic.Bool
		traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
		var got llm.Reply
		got, told, err = send(traced)
		if connected.Load() && got.Usage.Total() == 0 && isUntold(told, err) {
			got.Usage = p.About(0)
		}
		return got, err
	})
	return reply, told, err
}

// isUntold reports whether nobody says what became of a prompt: whether the answer never came, or
// something before the vendor did not wait for it.
func isUntold(told *Told, err error) bool {
	if told != nil {
		return told.Status == http.StatusGatewayTimeout
	}
	fault, ok := errors.AsType[*llm.Fault](err)
	return ok && fault.Kind == llm.Unreachable
}
