package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// methodSockets opens a Socket Mode connection; it is the one method that takes the app's token.
const methodSockets = "apps.connections.open"

// slackError is what Slack says of a request that it refuses. Its text holds no address, for that may hold a token.
type slackError struct {
	// Status is HTTP's, 0 where it was 200.
	Status int
	// Code is Slack's, such as channel_not_found, "" where it gave none.
	Code string
	// Needed is the scope that is missing.
	Needed string
	// RetryAfter is how long Slack asks to wait, above zero where it limits.
	RetryAfter time.Duration
	// Err is slack-go's error, nil where the request was our own.
	Err error
}

func (e *slackError) Error() string {
	switch {
	case e.Needed != "":
		return fmt.Sprintf("Slack says %s, needed is %s", e.Code, e.Needed)
	case e.Code == "":
		return fmt.Sprintf("Slack answers with HTTP status %d", e.Status)
	}
	return "Slack says " + e.Code
}

func (e *slackError) Unwrap() error { return e.Err }

// Slack's codes for what is no fault of the request's.
const (
	codeLimited        = "ratelimited"
	codeMissingScope   = "missing_scope"
	codeNoChannel      = "channel_not_found"
	codeNotInChannel   = "not_in_channel"
	codeNoAccess       = "access_denied"
	codeNoThread       = "thread_not_found"
	codeNoMessage      = "message_not_found"
	codeNoUser         = "user_not_found"
	codeUserNotVisible = "user_not_visible"
	codeArchived       = "is_archived"
)

// The codes of a token that Slack does not accept, and of faults of Slack's own.
var (
	tokenCodes = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
	faultCodes = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)

func (e *slackError) isToken() bool {
	return slices.Contains(tokenCodes, e.Code) || e.Code == "" && e.Status == http.StatusUnauthorized
}

func (e *slackError) isLimit() bool {
	return e.Status == http.StatusTooManyRequests || e.Code == codeLimited || e.Code == "rate_limited"
}

// isFailure reports whether it is Slack that failed.
func (e *slackError) isFailure() bool { return e.Status >= 500 || slices.Contains(faultCodes, e.Code) }

// hasCode reports whether err is one of these answers of Slack's.
func hasCode(err error, codes ...string) bool {
	if own, ok := errors.AsType[*slackError](err); ok {
		return slices.Contains(codes, own.Code)
	}
	if theirs, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return slices.Contains(codes, theirs.Err)
	}
	return false
}

// errToken is wrapped by the errors of a token that Slack does not accept.
var (
	errToken    = errors.New("the token is not accepted")
	errBotToken = fmt.Errorf("slack.bot_token: %w: open https://api.slack.com/apps, your app, Install App, (re)install it, "+
		"and set the Bot User OAuth Token, which begins with xoxb-", errToken)
	errAppToken = fmt.Errorf("slack.app_token: %w: open https://api.slack.com/apps, your app, Basic Information, App-Level Tokens, "+
		"make one with the scope connections:write, and set it; it begins with xapp-", errToken)
)

// errTooLong is the error of an answer longer than longestAnswer.
var errTooLong = errors.New("answer too long")

// errNotUnderstood is the error of an answer that is no JSON, or other JSON than Slack documents.
var errNotUnderstood = errors.New("answer not understood")

// understood is err in our own terms, without addresses and without words of the answer.
func understood(err error) error {
	if err == nil {
		return nil
	}
	said, ok := errors.AsType[*slackError](err)
	if !ok {
		said, ok = answered(err)
	}
	if ok {
		if said.isLimit() && said.RetryAfter < time.Second {
			said.RetryAfter = time.Second // it does not say how long
		}
		return said
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLong
	}
	_, isSyntax := errors.AsType[*json.SyntaxError](err)
	_, isType := errors.AsType[*json.UnmarshalTypeError](err)
	if isSyntax || isType {
		return errNotUnderstood
	}
	return withoutURL(err)
}

// answered is what slack-go says of an answer, ok is false where there was none.
func answered(err error) (said *slackError, ok bool) {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &slackError{Status: http.StatusTooManyRequests, Code: codeLimited, RetryAfter: limited.RetryAfter, Err: err}, true
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return &slackError{Status: status.Code, Err: err}, true
	}
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return &slackError{Code: code(answer.Err), Needed: code(answer.Needed), Err: err}, true
	}
	return nil, false
}

// withoutURL is err without the address that net/http puts in, which may hold a token.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// isTransient reports whether the same request may well succeed a moment later.
func isTransient(err error) bool {
	if said, ok := errors.AsType[*slackError](err); ok {
		return said.isFailure()
	}
	_, isNet := errors.AsType[net.Error](err)
	return isNet || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// notSent reports whether a request did not even reach Slack.
func notSent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// code is s where it looks like one of Slack's codes or a list of scopes, so that nothing
// else that was answered gets into an error.
func code(s string) string {
	foreign := strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_:.,- ", r)
	})
	if foreign || len(s) > 200 {
		return "an_unknown_error"
	}
	return s
}

// retryAfter is how long a header asks to wait.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(h.Get("Retry-After"), 64)
	if err != nil || seconds < 1 {
		return time.Second
	}
	return time.Duration(min(seconds, 86_400) * float64(time.Second))
}
