package transport

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"crux/summarize/llm"
)

// Told is what a vendor said instead of answering.
type Told struct {
	// Status is the HTTP status; of an error in the middle of an answer the one that means the same.
	Status int
	// RetryAfter is how long the vendor wants to be left alone, 0 where it does not say.
	RetryAfter time.Duration
	// Final is true where the vendor says that trying again is of no use.
	Final bool
	// names are the words by which vendors name errors; text, in lower case, is all that was
	// said. It may repeat what was sent, and is for comparing alone.
	names []string
	text  string
}

// mostTold is how much of an error is looked at.
const mostTold = 64 << 10

// ToldBy reads a response with an error status.
func ToldBy(response *http.Response) *Told {
	body, err := io.ReadAll(io.LimitReader(response.Body, mostTold))
	if err != nil {
		body = nil // the status says enough
	}
	t := toldIn(body)
	t.Status = response.StatusCode
	t.RetryAfter = retryAfter(response.Header, time.Now())
	t.Final = response.Header.Get("X-Should-Retry") == "false"
	return t
}

// ToldWithin reads an error that stands in the middle of an answer.
func ToldWithin(data []byte) *Told {
	t := toldIn(data)
	t.Status = http.StatusInternalServerError
	for _, name := range t.names {
		if code, err := strconv.Atoi(name); err == nil && code >= 400 && code < 600 {
			t.Status = code
		} else if code, known := statusOf[name]; known {
			t.Status = code
		}
	}
	return t
}

// statusOverloaded is Anthropic's own.
const statusOverloaded = 529

// statusOf are the statuses that errors with these names have outside an answer.
var statusOf = map[string]int{
	"invalid_request_error": http.StatusBadRequest,
	"authentication_error":  http.StatusUnauthorized,
	"billing_error":         http.StatusPaymentRequired,
	"insufficient_quota":    http.StatusPaymentRequired,
	"permission_error":      http.StatusForbidden,
	"not_found_error":       http.StatusNotFound,
	"request_too_large":     http.StatusRequestEntityTooLarge,
	"rate_limit_error":      http.StatusTooManyRequests,
	"rate_limit_exceeded":   http.StatusTooManyRequests,
	"timeout_error":         http.StatusGatewayTimeout,
	"overloaded_error":      statusOverloaded,
}

// toldIn reads an error in any of the forms in which servers give them: {"error": {…}}, the
// same without "error", or no JSON at all.
func toldIn(body []byte) *Told {
	t := &Told{text: strings.ToLower(string(body))}
	var outer struct {
		Error json.RawMessage `json:"error"`
	}
	inner := body
	if json.Unmarshal(body, &outer) == nil && len(outer.Error) > 0 {
		inner = outer.Error
	}
	var said struct{ Type, Code any }
	if json.Unmarshal(inner, &said) == nil {
		for _, word := range []any{said.Type, said.Code} {
			switch word := word.(type) {
			case string:
				t.names = append(t.names, word)
			case float64:
				t.names = append(t.names, strconv.FormatFloat(word, 'f', -1, 64))
			}
		}
	}
	return t
}

// Mentions reports whether any of some words, in lower case, was said.
func (t *Told) Mentions(words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(t.text, word) })
}

// Fault is the *llm.Fault that it is, in an error that Tries understands. Of what the vendor
// said, nothing is in it but the status and the name of the error.
func (t *Told) Fault(vendor string) error {
	f := &llm.Fault{Kind: t.kind(), RetryAfter: t.RetryAfter, Err: fmt.Errorf("%s: status %d%s", vendor, t.Status, t.name())}
	if t.Final {
		return Final(f)
	}
	return f
}

func (t *Told) kind() llm.FaultKind {
	switch code := t.Status; {
	case code == http.StatusPaymentRequired, slices.Contains(t.names, "insufficient_quota"), slices.Contains(t.names, "billing_error"),
		code == http.StatusBadRequest && t.Mentions("credit balance is too low"):
		return llm.Unpaid
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return llm.Denied
	case code == http.StatusRequestTimeout, code == http.StatusGatewayTimeout:
		return llm.TimedOut
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable, code == statusOverloaded,
		code >= http.StatusInternalServerError && t.RetryAfter > 0:
		return llm.Overloaded
	case code >= http.StatusInternalServerError, code == http.StatusConflict:
		return llm.Unreachable
	default:
		return llm.Rejected
	}
}

// name is the name of the error where it is one that a vendor would make up, and not something
// that was sent.
func (t *Told) name() string {
	for _, name := range slices.Backward(t.names) {
		if known[name] {
			return ", " + name
		}
	}
	return ""
}

// known are the names of errors that help whoever runs crux.
var known = map[string]bool{
	"authentication_error": true, "billing_error": true, "context_length_exceeded": true, "insufficient_quota": true,
	"invalid_api_key": true, "invalid_request_error": true, "model_not_found": true, "not_found_error": true,
	"overloaded_error": true, "permission_error": true, "rate_limit_error": true, "rate_limit_exceeded": true,
	"request_too_large": true, "server_error": true, "unsupported_parameter": true, "unsupported_value": true,
}

// retryAfter is how long a vendor wants to be left alone, in any of the forms in which it may say so.
func retryAfter(header http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(header.Get("Retry-After-Ms"), 64); err == nil {
		return units(ms, time.Millisecond)
	}
	after := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(after, 64); err == nil {
		return units(seconds, time.Second)
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// units is so many units, within what a duration holds; what is no number of them is none.
func units(n float64, unit time.Duration) time.Duration {
	if !(n > 0) {
		return 0
	}
	return time.Duration(min(n, float64(longestTold/unit)) * float64(unit))
}

// longestTold is the longest time that is believed; nothing waits so long.
const longestTold = 7 * 24 * time.Hour
