package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/cenkalti/backoff/v5"
)

// wire speaks to the endpoints that must not wait for other work: the answers to
// interactions and what is done before a session exists. discordgo's own client keeps a lock for
// every interaction for ever, and makes each wait where any other request met a limit
// that does not concern it.
type wire struct {
	base   string // scheme, host and version
	token  string
	client *http.Client
}

func newWire(o Options) (*wire, error) {
	guard, err := newTransport(o)
	if err != nil {
		return nil, err
	}
	guard.base.(*http.Transport).MaxIdleConnsPerHost = interactionsAtOnce
	return &wire{
		base:   strings.TrimSuffix(discordgo.EndpointAPI, "/"),
		token:  o.Token,
		client: &http.Client{Transport: guard, Timeout: requestTimeout},
	}, nil
}

// interactionsAtOnce is how many connections are kept for the next interactions.
const interactionsAtOnce = 64

func (w *wire) close() { w.client.CloseIdleConnections() }

// requestTimeout bounds one request, uploads included.
const requestTimeout = 30 * time.Second

// wireError is what Discord says of a request that it refuses. Its text holds no path, for that may hold a token.
type wireError struct {
	Status int
	// Code is Discord's own, 0 where it gave none.
	Code int `json:"code"`
	// Message is Discord's own words.
	Message string `json:"message"`
	// RetryAfter is in seconds, on status 429.
	RetryAfter float64 `json:"retry_after"`
}

func (e *wireError) Error() string {
	return fmt.Sprintf("HTTP status %d, code %d: %s", e.Status, e.Code, e.Message)
}

// Discord's codes for what is no fault of ours.
const (
	codeUnknownChannel      = 10003
	codeUnknownMessage      = 10008
	codeUnknownWebhook      = 10015
	codeMissingAccess       = 50001
	codeNoText              = 50008
	codeInvalidWebhookToken = 50027
	codeInvalidRecipient    = 50033
	codeAcknowledged        = 40060
	codeThreadLocked        = 160005
)

func hasCode(err error, codes ...int) bool {
	w, ok := errors.AsType[*wireError](err)
	if !ok {
		return false
	}
	for _, code := range codes {
		if w.Code == code {
			return true
		}
	}
	return false
}

func hasStatus(err error, status int) bool {
	w, ok := errors.AsType[*wireError](err)
	return ok && w.Status == status
}

// body is what a request carries.
type body struct {
	json  any
	files []*discordgo.File
}

// do sends a request and decodes the answer into into, which may be nil. It tries again
// where Discord asks for patience or did not get the request, until ctx ends.
func (w *wire) do(ctx context.Context, method, path string, b body, into any) error {
	contentType, content, err := b.encode()
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 250 * time.Millisecond
	try := func() (struct{}, error) {
		err := w.once(ctx, method, path, contentType, content, into)
		return struct{}{}, again(err, method)
	}
	_, err = backoff.Retry(ctx, try, backoff.WithBackOff(delays), backoff.WithMaxTries(5))
	if late, ok := errors.AsType[*backoff.RetryAfterError](err); ok { // out of tries
		err = &wireError{Status: http.StatusTooManyRequests, Message: "still limited", RetryAfter: late.Duration.Seconds()}
	}
	return err
}

// again tells backoff what to do after err. A POST whose answer got lost may have been
// carried out, so it is repeated only where Discord says that it was not.
func again(err error, method string) error {
	w, isAnswer := errors.AsType[*wireError](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errToken), errors.Is(err, errTooManyInvalid):
		return backoff.Permanent(err)
	case isAnswer && w.Status == http.StatusTooManyRequests:
		return &backoff.RetryAfterError{Duration: time.Duration(w.RetryAfter * float64(time.Second))}
	case isAnswer && w.Status >= 500 && (method != http.MethodPost || w.Status != http.StatusGatewayTimeout):
		return err
	case !isAnswer && method != http.MethodPost:
		return err
	}
	return backoff.Permanent(err)
}

func (w *wire) once(ctx context.Context, method, path, contentType string, content []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, bytes.NewReader(content))
	if err != nil {
		return errors.New("discord: request could not be made")
	}
	if content != nil {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Authorization", "Bot "+w.token)
	req.Header.Set("User-Agent", "DiscordBot (crux, 1)")
	resp, err := w.client.Do(req)
	if err != nil {
		return fmt.Errorf("discord: %w", withoutURL(err))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return fmt.Errorf("discord: %w", withoutURL(err))
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		fault := &wireError{}
		if json.Unmarshal(answer, fault) != nil {
			fault.Message = "no details"
		}
		fault.Status = resp.StatusCode
		return fmt.Errorf("discord: %w", fault)
	}
	if into == nil || len(answer) == 0 {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("discord: answer not understood: %w", err)
	}
	return nil
}

func (b body) encode() (contentType string, content []byte, err error) {
	switch {
	case len(b.files) > 0:
		return discordgo.MultipartBodyWithJSON(b.json, b.files)
	case b.json == nil:
		return "", nil, nil
	}
	content, err = json.Marshal(b.json)
	return "application/json", content, err
}

// call is do for a request without files.
func (a *Adapter) call(ctx context.Context, method, path string, content, into any) error {
	return a.wire.do(ctx, method, path, body{json: content}, into)
}
