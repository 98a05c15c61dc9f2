package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"

	"crux/bot"
)

const (
	// requestsAtOnce bounds the requests in flight.
	requestsAtOnce = 16
	// Discord lets a bot make 50 requests in any second, answers to interactions apart. These
	// stay below it, whatever second is looked at.
	requestsASecond = 40
	requestsInARow  = 8
	// tries is how often one request is sent at most.
	tries = 4
	// longestWait is how long a limit may last that is waited for; of a longer one the asker is told.
	longestWait = 60 * time.Second
	// longestAnswer is in bytes; a page of 100 messages with all their embeds stays far below.
	longestAnswer = 16 << 20
)

// rest reads from Discord's REST API into structs of our own, and posts what nobody waits for. It keeps discordgo's
// rate limiter, but sends by itself: discordgo sleeps out limits whatever becomes of the
// context, hides the status of some failures, and decodes a page of messages as a whole or not at all.
type rest struct {
	base   string // scheme, host and version
	token  string
	log    *slog.Logger
	guard  *transport
	client *http.Client

	limits  *discordgo.RateLimiter
	turns   turns               // one request a bucket at a time
	slots   *semaphore.Weighted // requestsAtOnce in all
	pace    *rate.Limiter
	paused  atomic.Int64 // until when the whole bot is limited, in Unix milliseconds
	flights singleflight.Group

	// The requests that several callers share end with the rest, not with one of the callers.
	ended context.Context
	end   context.CancelFunc

	me atomic.Pointer[user]
}

func newREST(o Options) (*rest, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	guard, err := newTransport(o)
	if err != nil {
		return nil, err
	}
	r := &rest{
		base:  discordgo.EndpointAPI,
		token: o.Token,
		log:   o.Log,
		guard: guard,
		client: &http.Client{
			Transport:     guard,
			Timeout:       requestTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		limits: discordgo.NewRatelimiter(),
		slots:  semaphore.NewWeighted(requestsAtOnce),
		pace:   rate.NewLimiter(requestsASecond, requestsInARow),
	}
	r.ended, r.end = context.WithCancel(context.Background())
	return r, nil
}

// transport is for other clients that must go where these requests go.
func (r *rest) transport() http.RoundTripper { return r.guard }

// close ends the shared requests and lets go of idle connections.
func (r *rest) close() {
	r.end()
	r.client.CloseIdleConnections()
}

// get reads path, such as "channels/1", into out. bucket names the requests that
// Discord limits together; it is path where "". Errors hold a *wireError where Discord answered, are
// errToken where it does not accept the token, and are a *bot.Refusal where trying later helps.
func (r *rest) get(ctx context.Context, path, bucket string, query url.Values, out any) error {
	answer, err := r.fetch(ctx, path, bucket, query)
	if err != nil {
		return err
	}
	return decode(answer, out)
}

// share is get for a path that several may ask for at once: whoever comes while
// it is being read gets the same answer. Nothing is kept beyond that, save within a piece of
// work that may rest on one look.
func (r *rest) share(ctx context.Context, path, bucket string, out any) error {
	asked := bot.AskedIn(ctx)
	if answer, known := asked.Answer(path); known {
		return decode(answer, out)
	}
	began := asked.Now()
	flight := r.flights.DoChan(path, func() (any, error) {
		return r.fetch(r.ended, path, bucket, nil)
	})
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case got := <-flight:
		if got.Err != nil {
			return got.Err
		}
		answer := got.Val.([]byte)
		asked.Remember(path, answer, began)
		return decode(answer, out)
	}
}

func decode(answer []byte, out any) error {
	if err := json.Unmarshal(answer, out); err != nil {
		return errors.New("answer not understood") // encoding/json's error may quote it
	}
	return nil
}

func (r *rest) fetch(ctx context.Context, path, bucket string, query url.Values) ([]byte, error) {
	if bucket == "" {
		bucket = path
	}
	address := r.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	answer, err := backoff.Retry(ctx, func() ([]byte, error) {
		answer, err := r.once(ctx, request{method: http.MethodGet, address: address, bucket: bucket})
		return answer, next(ctx, err)
	}, backoff.WithMaxTries(tries), backoff.WithBackOff(delays()))
	if err == nil {
		return answer, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if errors.Is(err, errTooManyInvalid) || hasStatus(err, http.StatusTooManyRequests) {
		return nil, &bot.Refusal{Reason: "Discord asks me to slow down. Try again in a minute or two.", Err: fmt.Errorf("%w: %w", bot.ErrLater, err)}
	}
	if failed, ok := errors.AsType[*wireError](err); ok && failed.Status >= 500 {
		return nil, &bot.Refusal{Reason: "Discord can't answer me at the moment. Try again in a while.", Err: fmt.Errorf("%w: %w", bot.ErrLater, err)}
	}
	return nil, err
}

func delays() backoff.BackOff {
	d := backoff.NewExponentialBackOff()
	d.InitialInterval, d.MaxInterval = 250*time.Millisecond, 4*time.Second
	return d
}

// next tells backoff what to do after err.
func next(ctx context.Context, err error) error {
	failed, answered := errors.AsType[*wireError](err)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil, errors.Is(err, errToken), errors.Is(err, errTooManyInvalid):
		return backoff.Permanent(err)
	case !answered, failed.Status >= 500:
		return err
	case failed.Status == http.StatusTooManyRequests:
		if wait := seconds(failed.RetryAfter); wait <= longestWait {
			return fmt.Errorf("%w: %w", err, &backoff.RetryAfterError{Duration: wait})
		}
	}
	return backoff.Permanent(err)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// request is one request. bucket names those of the same method that Discord limits together.
type request struct {
	method, address, bucket string
	content                 []byte // JSON, nil for none
}

// unsent is why a request was not sent.
type unsent struct{ error }

func (u unsent) Unwrap() error { return u.error }

// once sends one request when its bucket's turn comes. An error before that is unsent.
func (r *rest) once(ctx context.Context, q request) ([]byte, error) {
	bucket := q.method + " " + q.bucket
	leave, err := r.turns.take(ctx, bucket)
	if err != nil {
		return nil, unsent{err}
	}
	defer leave()
	limit, err := r.await(ctx, bucket)
	if err != nil {
		return nil, unsent{err}
	}
	if err := r.slots.Acquire(ctx, 1); err != nil {
		_ = limit.Release(nil)
		return nil, unsent{err}
	}
	defer r.slots.Release(1)
	if err := r.pace.Wait(ctx); err != nil {
		_ = limit.Release(nil)
		return nil, unsent{err}
	}
	resp, err := r.send(ctx, q)
	if err != nil {
		_ = limit.Release(nil)
		return nil, err
	}
	defer resp.Body.Close()
	// A header that can't be read limits nothing; a 429 does so by its body, see fault.
	_ = limit.Release(resp.Header)
	answer, err := io.ReadAll(io.LimitReader(resp.Body, longestAnswer))
	if err != nil {
		return nil, withoutURL(err)
	}
	if resp.StatusCode == http.StatusOK {
		return answer, nil
	}
	failed := r.fault(resp, answer)
	if late, ok := errors.AsType[*wireError](failed); ok && late.RetryAfter > 0 {
		// It is still this bucket's turn, so nobody gets in before the wait is noted.
		limit.Lock()
		limit.Userdata = time.Now().Add(seconds(late.RetryAfter))
		limit.Unlock()
	}
	return nil, failed
}

// await waits until the limits let a request through, and returns the bucket locked.
func (r *rest) await(ctx context.Context, bucket string) (*discordgo.Bucket, error) {
	limit := r.limits.GetBucket(bucket)
	for {
		limit.Lock()
		wait := max(r.limits.GetWaitTime(limit, 1), time.Until(time.UnixMilli(r.paused.Load())))
		if until, ok := limit.Userdata.(time.Time); ok {
			wait = max(wait, time.Until(until))
		}
		if wait > longestWait {
			limit.Unlock()
			return nil, &wireError{Status: http.StatusTooManyRequests, Message: "limited for long", RetryAfter: wait.Seconds()}
		}
		if wait <= 0 {
			limit.Remaining--
			return limit, nil
		}
		limit.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

func (r *rest) send(ctx context.Context, q request) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, q.method, q.address, bytes.NewReader(q.content))
	if err != nil {
		return nil, unsent{errors.New("request could not be made")}
	}
	if q.content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bot "+r.token)
	req.Header.Set("User-Agent", "DiscordBot (crux, 1)")
	resp, err := r.client.Do(req)
	return resp, withoutURL(err)
}

// fault is the error of an answer that is none. Discord's words are left out, for they may repeat what was sent.
func (r *rest) fault(resp *http.Response, answer []byte) error {
	var said struct {
		Code       int     `json:"code"`
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
	}
	_ = json.Unmarshal(answer, &said) // gateways in between answer in HTML
	failed := &wireError{Status: resp.StatusCode, Code: said.Code, Message: http.StatusText(resp.StatusCode)}
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		return fmt.Errorf("%w: %w", errToken, failed)
	case http.StatusTooManyRequests:
		failed.RetryAfter = said.RetryAfter
		if failed.RetryAfter <= 0 {
			failed.RetryAfter, _ = strconv.ParseFloat(resp.Header.Get("Retry-After"), 64)
		}
		if failed.RetryAfter <= 0 {
			failed.RetryAfter = 1
		}
		// Without a scope it is not Discord's limiter that speaks but what stands before it, to the whole address.
		if scope := resp.Header.Get("X-RateLimit-Scope"); said.Global || scope == "" || scope == "global" {
			r.pause(seconds(failed.RetryAfter))
		}
	}
	return failed
}

// pause holds back every request, unless a longer pause is on.
func (r *rest) pause(d time.Duration) {
	until := time.Now().Add(d).UnixMilli() + 1
	for {
		old := r.paused.Load()
		if old >= until || r.paused.CompareAndSwap(old, until) {
			return
		}
	}
}

// self is the id of crux's own user, which never changes.
func (r *rest) self(ctx context.Context) (string, error) {
	if me := r.me.Load(); me != nil {
		return me.ID, nil
	}
	var me user
	if err := r.share(ctx, "users/@me", "", &me); err != nil {
		return "", err
	}
	if !isID(me.ID) {
		return "", errors.New("own user without an id")
	}
	r.me.Store(&me)
	return me.ID, nil
}
