package fakeslack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// web is the state of what goes to the client over HTTP.
type web struct {
	base           string // "" while sockets are used
	queue          []*delivery
	busy, retrying int
}

func (w *web) outstanding() int { return len(w.queue) + w.busy + w.retrying }

// maxDeliveries is how many requests are on their way at once.
const maxDeliveries = 32

// Paths below the client's address.
const (
	eventsPath        = "/slack/events"
	commandsPath      = "/slack/commands"
	interactivityPath = "/slack/interactivity"
)

// UseHTTP sends events, commands and interactions as signed requests to an address
// ("http://127.0.0.1:8080", without a slash at its end) from now on, instead of over sockets.
func (s *Slack) UseHTTP(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.web.base = base
}

// Signed makes a request as Slack signs it, of a time and with a secret, s.SigningSecret if
// it is "". The path is one below the address that UseHTTP has named.
func (s *Slack) Signed(path, contentType string, body []byte, at time.Time, secret string) *http.Request {
	s.mu.Lock()
	base := s.web.base
	s.mu.Unlock()
	if secret == "" {
		secret = s.SigningSecret
	}
	req, err := http.NewRequestWithContext(s.life, http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		panic("fakeslack: UseHTTP named no address: " + err.Error())
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	return req
}

// Challenge asks the client to prove that the address for events is its own, as
// Slack does when the address is entered, and says what was wrong with the answer.
func (s *Slack) Challenge() error {
	const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	body := mustJSON(object{"token": "fake verification token", "challenge": challenge, "type": "url_verification"})
	resp, err := s.client.Do(s.Signed(eventsPath, "application/json", body, time.Now(), ""))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	var echoed struct {
		Challenge string `json:"challenge"`
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("the challenge was answered with status %d", resp.StatusCode)
	case string(bytes.TrimSpace(raw)) == challenge:
		return nil
	case json.Unmarshal(raw, &echoed) != nil || echoed.Challenge != challenge:
		return errors.New("the challenge was not echoed")
	}
	return nil
}

// pump starts as many workers as the queue needs; s.mu is held.
func (s *Slack) pump() {
	for n := len(s.web.queue); n > 0 && s.web.busy < maxDeliveries && !s.testOver; n-- {
		s.web.busy++
		s.start(s.drain)
	}
}

// drain sends deliveries until none is left.
func (s *Slack) drain() {
	for {
		s.mu.Lock()
		if len(s.web.queue) == 0 || s.testOver {
			s.web.busy--
			s.notify()
			s.mu.Unlock()
			return
		}
		d := s.web.queue[0]
		s.web.queue = s.web.queue[1:]
		s.mu.Unlock()
		s.push(d)
	}
}

// push makes one request and deals with the answer.
func (s *Slack) push(d *delivery) {
	req := s.request(d)
	ctx, cancel := context.WithTimeout(req.Context(), s.Deadline)
	defer cancel()
	sent := time.Now()
	status, body, noRetry, err := s.exchangeHTTP(req.WithContext(ctx))
	took := time.Since(sent)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.testOver:
	case errors.Is(err, context.DeadlineExceeded):
		s.violate("%s was not acknowledged in %v", d.name, s.Deadline)
		s.retry(d, "http_timeout")
	case err != nil:
		s.retry(d, "connection_failed")
	case status/100 == 2:
		s.acknowledged(d, took, ackBody(body))
	case noRetry:
		s.notify()
	default:
		s.retry(d, "http_error")
	}
}

func (s *Slack) exchangeHTTP(req *http.Request) (status int, body []byte, noRetry bool, err error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, false, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, body, resp.Header.Get("X-Slack-No-Retry") == "1", err
}

// ackBody makes of a plain text the payload that Slack takes it for.
func ackBody(body []byte) json.RawMessage {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return nil
	case json.Valid(body) && body[0] == '{':
		return body
	}
	return mustJSON(object{"text": string(body)})
}

// retry tries an event again: the first time at once, then after s.RetryAfter.
func (s *Slack) retry(d *delivery, reason string) {
	if d.attempt == 0 || d.exchange != nil || d.attempt >= maxAttempt {
		s.again(d, reason)
		return
	}
	s.web.retrying++
	s.start(func() {
		timer := time.NewTimer(s.RetryAfter)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.life.Done():
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.web.retrying--
		s.again(d, reason)
	})
}

// request makes a delivery's request.
func (s *Slack) request(d *delivery) *http.Request {
	const form = "application/x-www-form-urlencoded"
	switch d.kind {
	case slashCommands:
		return s.Signed(commandsPath, form, []byte(d.form.Encode()), time.Now(), "")
	case interactive:
		return s.Signed(interactivityPath, form, []byte(url.Values{"payload": {string(d.payload)}}.Encode()), time.Now(), "")
	}
	req := s.Signed(eventsPath, "application/json", d.payload, time.Now(), "")
	if d.attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(d.attempt))
		req.Header.Set("X-Slack-Retry-Reason", d.reason)
	}
	return req
}
