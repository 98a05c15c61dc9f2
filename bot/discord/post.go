package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/cenkalti/backoff/v5"

	"crux/bot"
)

// post sends content to a path, such as "channels/1/messages", and reads the answer into out.
// It sends again what may have got lost, so content must be such that this does no harm, as
// what carries an enforced nonce is. Errors are as those of get, but no *bot.Refusal, and wrap
// bot.ErrNotPosted where Discord certainly did nothing.
func (r *rest) post(ctx context.Context, path string, content, out any) error {
	encoded, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("%w: %w", bot.ErrNotPosted, err)
	}
	doubtful := false
	answer, err := backoff.Retry(ctx, func() ([]byte, error) {
		answer, err := r.once(ctx, request{http.MethodPost, r.base + path, path, encoded})
		doubtful = doubtful || isDoubtful(err)
		return answer, next(ctx, err)
	}, backoff.WithMaxTries(tries), backoff.WithBackOff(delays()))
	switch {
	case err == nil:
		return decode(answer, out)
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	}
	if doubtful {
		return err
	}
	return fmt.Errorf("%w: %w", bot.ErrNotPosted, err)
}

// isDoubtful reports whether Discord may have done what was asked for though this came of it.
func isDoubtful(err error) bool {
	if err == nil {
		return false
	}
	if failed, answered := errors.AsType[*wireError](err); answered {
		return failed.Status >= 500
	}
	if _, is := errors.AsType[unsent](err); is {
		return false
	}
	if dial, is := errors.AsType[*net.OpError](err); is && dial.Op == "dial" {
		return false
	}
	return !errors.Is(err, errToken) && !errors.Is(err, errTooManyInvalid)
}
