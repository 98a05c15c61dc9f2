package discord

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Discord bans an address that gets 10,000 answers of 401, 403 or 429 within 10
// minutes. Crux has two transports, for reading and for answering; each stops after
// this many, and may go on as these 10 minutes pass, which makes 5,000 at most within any.
const (
	invalidAllowed = 1_250
	invalidWithin  = 10 * time.Minute
)

var errTooManyInvalid = errors.New("discord: too many requests were refused in the last minutes, so none is sent for now")

// transport sends requests to Options.APIURL in place of Discord, and none that
// would get crux banned: nothing more with a token that was not accepted, nothing after too many refusals.
type transport struct {
	base   http.RoundTripper
	target *url.URL // nil leaves requests as they are
	now    func() time.Time

	refused atomic.Bool   // Discord does not accept the token
	invalid *rate.Limiter // a token for each refusal that Discord would put up with
}

func newTransport(o Options) (*transport, error) {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxIdleConnsPerHost = requestsAtOnce
	t := &transport{
		base:    base,
		now:     o.Now,
		invalid: rate.NewLimiter(rate.Limit(invalidAllowed/invalidWithin.Seconds()), invalidAllowed),
	}
	if o.APIURL == "" {
		return t, nil
	}
	target, err := url.Parse(o.APIURL)
	if err != nil || (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" ||
		strings.Trim(target.Path, "/") != "" || target.RawQuery != "" || target.User != nil {
		// The error of url.Parse would repeat the address, which may hold a password.
		return nil, fmt.Errorf("discord: the API's URL must be a scheme and a host, such as https://discord.com")
	}
	t.target = target
	return t, nil
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.refused.Load() {
		return nil, errToken
	}
	if t.invalid.TokensAt(t.now()) < 1 {
		return nil, errTooManyInvalid
	}
	if t.target != nil {
		req = req.Clone(req.Context())
		req.URL.Scheme, req.URL.Host, req.Host = t.target.Scheme, t.target.Host, ""
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		// An interaction's own token lies in the path, and its end says nothing of the bot's.
		if !strings.Contains(req.URL.Path, "/webhooks/") && !strings.Contains(req.URL.Path, "/interactions/") {
			t.refused.Store(true)
		}
		t.invalid.AllowN(t.now(), 1)
	case http.StatusForbidden:
		t.invalid.AllowN(t.now(), 1)
	case http.StatusTooManyRequests:
		if resp.Header.Get("X-RateLimit-Scope") != "shared" { // those are nobody's fault
			t.invalid.AllowN(t.now(), 1)
		}
	}
	return resp, nil
}

// CloseIdleConnections is what http.Client's method of that name looks for.
func (t *transport) CloseIdleConnections() {
	if base, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}
