package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/slack-go/slack"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"crux/bot"
)

const (
	// readsAtOnce bounds the requests in flight that only read, and writesAtOnce all others, since
	// what people wait to see posted is not to queue behind what is read. Both are few enough that
	// a flood of requests leaves room for acknowledging the next.
	readsAtOnce, writesAtOnce = 8, 8
	// tries is how often one request is sent at most where it fails; waiting out limits does not count.
	tries = 4
	// longestWait is how long one call waits for limits in all; of a longer one the asker is told.
	longestWait = 60 * time.Second
	// longestAnswer is in bytes; a page of 200 messages with all their blocks stays far below.
	longestAnswer = 32 << 20
	// requestTimeout bounds one request, uploads included.
	requestTimeout = 30 * time.Second
	// tokenRest is how long a token that Slack did not accept is not tried again.
	tokenRest = time.Minute
)

// rest speaks to Slack's Web API. Slack-go makes the requests, save those whose answers
// it would refuse as a whole for one block that it doesn't know; waiting and trying again is done
// here, since slack-go does either not at all or whatever becomes of the context.
type rest struct {
	api    *slack.Client
	base   string // the API's address, with a slash at its end
	token  string
	log    *slog.Logger
	client *http.Client

	reads   *semaphore.Weighted
	writes  *semaphore.Weighted
	limits  limits
	flights singleflight.Group
	// channels are those of which Slack said a moment ago what they are.
	channels channels
	refused  atomic.Int64 // when Slack last did not accept the bot's token, in Unix milliseconds

	// The requests that several callers share end with the rest, not with one of the callers.
	ended context.Context
	end   context.CancelFunc
}

func newREST(o Options) (*rest, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	base, err := apiBase(o.APIURL)
	if err != nil {
		return nil, err
	}
	roads := http.DefaultTransport.(*http.Transport).Clone()
	roads.MaxIdleConnsPerHost = 2 * readsAtOnce
	r := &rest{
		base:  base,
		token: o.BotToken,
		log:   o.Log,
		client: &http.Client{
			Transport: bounded{roads},
			Timeout:   requestTimeout,
			// A redirect would carry the token to wherever it points.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		reads:  semaphore.NewWeighted(readsAtOnce),
		writes: semaphore.NewWeighted(writesAtOnce),
		limits: limits{until: map[string]time.Time{}},
	}
	r.api = slack.New(o.BotToken,
		slack.OptionAPIURL(base),
		slack.OptionAppLevelToken(o.AppToken),
		slack.OptionHTTPClient(r.client),
		slack.OptionDebug(false),
		slack.OptionLog(log.New(io.Discard, "", 0)),
	)
	r.ended, r.end = context.WithCancel(context.Background())
	return r, nil
}

// apiBase is the address of the Web API with a slash at its end.
func apiBase(address string) (string, error) {
	if address == "" {
		return slack.APIURL, nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		// The error of url.Parse would repeat the address, which may hold a password.
		return "", errors.New("slack: the API's URL must be a scheme, a host and a path, such as https://slack.com/api/")
	}
	return strings.TrimSuffix(u.String(), "/") + "/", nil
}

// close ends the shared requests and lets go of idle connections.
func (r *rest) close() {
	r.end()
	r.client.CloseIdleConnections()
}

// bounded is a transport whose answers are no longer than longestAnswer.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(req)
	if err == nil && resp.StatusCode != http.StatusSwitchingProtocols {
		resp.Body = http.MaxBytesReader(nil, resp.Body, longestAnswer)
	}
	return resp, err
}

// CloseIdleConnections is what http.Client's method of that name looks for.
func (b bounded) CloseIdleConnections() {
	if idle, ok := b.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}

// do makes a call of the Web API through slack-go. method names what call calls, such
// as "chat.postMessage". repeat says that it does no harm if Slack carries it out twice; without it a
// call is made again only where Slack can't have carried it out. Errors hold a *slackError where
// Slack answered, are errToken where it does not accept the token, and are a *bot.Refusal
// where the asker can be told what helps.
func (r *rest) do(ctx context.Context, method string, repeat bool, call func(ctx context.Context, api *slack.Client) error) error {
	return r.attempt(ctx, errand{method: method, repeat: repeat, patience: longestWait}, func(ctx context.Context) error {
		return call(ctx, r.api)
	})
}

// read is do for methods that read and whose answers slack-go might not understand.
// The answer is decoded into into.
func (r *rest) read(ctx context.Context, method string, form url.Values, into any) error {
	return r.readWithin(ctx, longestWait, method, form, into)
}

// readWithin is read for who waits for limits no longer than patience in all.
func (r *rest) readWithin(ctx context.Context, patience time.Duration, method string, form url.Values, into any) error {
	return r.attempt(ctx, errand{method: method, repeat: true, patience: patience}, func(ctx context.Context) error {
		answer, err := r.post(ctx, r.base+method, "application/x-www-form-urlencoded", r.token, []byte(form.Encode()))
		if err != nil {
			return err
		}
		var said struct {
			OK     bool   `json:"ok"`
			Error  string `json:"error"`
			Needed string `json:"needed"`
		}
		if json.Unmarshal(answer, &said) != nil {
			return errNotUnderstood
		}
		if !said.OK {
			return &slackError{Code: code(said.Error), Needed: code(said.Needed)}
		}
		if json.Unmarshal(answer, into) != nil { // its error may quote the answer
			return errNotUnderstood
		}
		return nil
	})
}

// errAddress is the error of a response_url to which crux posts nothing.
var errAddress = errors.New("not an address of Slack's")

// respond posts a message in JSON to the address that Slack gave with an interaction or command.
func (r *rest) respond(ctx context.Context, responseURL string, body any) error {
	if !r.isResponseURL(responseURL) {
		return fmt.Errorf("response_url: %w", errAddress)
	}
	content, err := json.Marshal(body)
	if err != nil {
		return errors.New("response_url: message could not be encoded")
	}
	return r.attempt(ctx, errand{method: "response_url", repeat: true, patience: longestWait}, func(ctx context.Context) error {
		answer, err := r.post(ctx, responseURL, "application/json", "", content)
		if err != nil {
			return err
		}
		var said struct {
			OK    bool   `json:"ok"`
			Error string `json:"error"`
		}
		if json.Unmarshal(answer, &said) == nil && !said.OK && said.Error != "" {
			return &slackError{Code: code(said.Error)}
		}
		return nil
	})
}

// isResponseURL reports whether an address leads to Slack, or to what stands in for it.
func (r *rest) isResponseURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Host == "" {
		return false
	}
	if u.Scheme == "https" && (u.Host == "hooks.slack.com" || u.Host == "hooks.slack-gov.com") {
		return true
	}
	own, err := url.Parse(r.base)
	return err == nil && u.Scheme == own.Scheme && u.Host == own.Host
}

// post sends one request and returns the answer; token is "" where none is sent.
func (r *rest) post(ctx context.Context, address, contentType, token string, content []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return nil, errors.New("request could not be made")
	}
	req.Header.Set("Content-Type", contentType)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return answer, nil
	}
	// A response_url says in plain text or in JSON what is wrong, with a status of 4xx.
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(answer, &said) != nil {
		said.Error = strings.TrimSpace(string(answer))
	}
	return nil, &slackError{Status: resp.StatusCode, Code: code(said.Error), RetryAfter: retryAfter(resp.Header)}
}

// errand is one call with what may be done for it.
type errand struct {
	method   string
	repeat   bool
	patience time.Duration // how long to wait for limits in all
}

// isRead reports whether the call only reads.
func (e errand) isRead() bool {
	return strings.HasPrefix(e.method, "conversations.") || strings.HasPrefix(e.method, "users.")
}

// usesBotToken reports whether the call shows Slack the bot's token.
func (e errand) usesBotToken() bool { return e.method != "response_url" && e.method != methodSockets }

// attempt carries out an errand: it waits for limits, tries again what failed on the way, and
// ends with ctx.
func (r *rest) attempt(ctx context.Context, e errand, once func(context.Context) error) error {
	if e.usesBotToken() && time.Since(time.UnixMilli(r.refused.Load())) < tokenRest {
		return fmt.Errorf("%s: %w", e.method, errBotToken)
	}
	waited, failures := time.Duration(0), 0
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		if wait := r.limits.wait(e.method); wait > 0 {
			// Somebody else met the limit already.
			if waited += wait; waited > e.patience {
				return struct{}{}, backoff.Permanent(&slackError{Status: http.StatusTooManyRequests, Code: codeLimited, RetryAfter: wait})
			}
			return struct{}{}, &backoff.RetryAfterError{Duration: wait}
		}
		err := understood(r.once(ctx, e, once))
		limited, isAnswer := errors.AsType[*slackError](err)
		switch {
		case err == nil:
			return struct{}{}, nil
		case ctx.Err() != nil:
			return struct{}{}, backoff.Permanent(err)
		case isAnswer && limited.isLimit():
			r.limits.hold(e.method, limited.RetryAfter)
			if waited += limited.RetryAfter; waited > e.patience {
				return struct{}{}, backoff.Permanent(err)
			}
			return struct{}{}, &backoff.RetryAfterError{Duration: limited.RetryAfter}
		case isTransient(err) && (e.repeat || notSent(err)):
			if failures++; failures < tries {
				return struct{}{}, err
			}
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(delays()))
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return r.explained(e, err)
}

func delays() backoff.BackOff {
	d := backoff.NewExponentialBackOff()
	d.InitialInterval, d.MaxInterval = 250*time.Millisecond, 4*time.Second
	return d
}

// once makes the call when there is room for it.
func (r *rest) once(ctx context.Context, e errand, once func(context.Context) error) error {
	room := r.writes
	if e.isRead() {
		room = r.reads
	}
	if err := room.Acquire(ctx, 1); err != nil {
		return err
	}
	defer room.Release(1)
	return once(ctx)
}

// explained makes of a fault what the asker or the operator can use.
func (r *rest) explained(e errand, err error) error {
	said, isAnswer := errors.AsType[*slackError](err)
	switch {
	case !isAnswer:
	case said.isToken():
		if !e.usesBotToken() {
			return fmt.Errorf("%s: %w: %w", e.method, errAppToken, err)
		}
		r.refused.Store(time.Now().UnixMilli())
		return fmt.Errorf("%s: %w: %w", e.method, errBotToken, err)
	case said.isLimit():
		err = &bot.Refusal{
			Reason: fmt.Sprintf("Slack lets me ask only so often. Try again in %d seconds.", int(said.RetryAfter.Seconds()+0.999)),
			Err:    fmt.Errorf("%w: %w", bot.ErrThrottled, err),
		}
	case said.Code == codeMissingScope:
		err = &bot.Refusal{
			Reason: fmt.Sprintf("Slack does not let me do that: my app lacks the scope %s. "+
				"Whoever set me up can reinstall it with the manifest that crux manifest slack prints.", said.Needed),
			Err: err,
		}
	case said.isFailure():
		err = &bot.Refusal{Reason: "Slack can't answer me at the moment. Try again in a while.", Err: fmt.Errorf("%w: %w", bot.ErrLater, err)}
	}
	return fmt.Errorf("%s: %w", e.method, err)
}

// limits is how long Slack wants not to be asked, by method.
type limits struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (l *limits) hold(method string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.until[method]) {
		l.until[method] = until
	}
}

func (l *limits) wait(method string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.until[method])
}
