package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot/platformtest/fakeslack"
)

// serveHTTP starts crux where Slack reaches it over HTTP, and returns its address.
func (s *workspace) serveHTTP() string {
	s.t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	address := socket.Addr().String()
	_ = socket.Close() // crux listens there next
	s.UseHTTP("http://" + address)
	s.start("crux", "CRUX_SLACK_APP_TOKEN=", "CRUX_SLACK_SIGNING_SECRET="+s.SigningSecret, "CRUX_SLACK_LISTEN="+address)
	s.waitLogged("slack: listening")
	return address
}

func TestSlackHTTP(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.serveHTTP()
	if err := s.Challenge(); err != nil {
		t.Error(err)
	}
	s.Duplicate(2)
	answer := s.mention(s.commenter, s.agora, "", "")
	reads(t, answer, "Still open (3)")
	private := s.command(s.commenter, s.agora, "open").Final()
	reads(t, private, "Still open", "Maybe the new tool")
	reads(t, s.Press(s.commenter, private, "Everything").Final(), "Still open (3)")
	s.WaitDelivered()
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	s.answersOnce(s.agora, answer.Thread)
}

// crux is away when a mention is delivered, and there again when Slack retries.
func TestSlackHTTPRetriesAfterARestart(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.RetryAfter = max(s.RetryAfter, time.Second)
	address := s.serveHTTP()
	s.stop(syscall.SIGKILL)
	ts := s.Mention(s.commenter, s.agora, "", "")
	s.start("crux", "CRUX_SLACK_APP_TOKEN=", "CRUX_SLACK_SIGNING_SECRET="+s.SigningSecret, "CRUX_SLACK_LISTEN="+address)
	s.WaitMessage(s.agora, func(p fakeslack.Posted) bool {
		return p.Author == s.Bot && p.Thread == ts && strings.Contains(p.Visible(), "Still open (3)")
	})
	s.WaitDelivered()
	s.stop(syscall.SIGTERM)
	s.answersOnce(s.agora, ts)
}

// Whoever finds the address and is not Slack gets nothing done.
func TestSlackHTTPForgeries(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	address := s.serveHTTP()
	body := func(event string) []byte {
		return fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev%d","event":`+
			`{"type":"app_mention","user":%q,"channel":%q,"ts":"1790000000.000100","text":"<@%s> %s"}}`,
			s.Team, time.Now().UnixNano(), s.commenter, s.agora, s.Bot, event)
	}
	form := func(text string) []byte {
		return []byte(url.Values{"trigger_id": {"1.2.3"}, "channel_id": {s.agora}, "user_id": {s.commenter}, "text": {text}}.Encode())
	}
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	now := time.Now()
	unsigned := s.Signed("/slack/events", asJSON, body(""), now, "")
	unsigned.Header.Del("X-Slack-Signature")
	altered := s.Signed("/slack/events", asJSON, body(""), now, "")
	altered.Body = io.NopCloser(bytes.NewReader(body("open")))
	altered.ContentLength = -1
	for _, try := range []struct {
		name    string
		request *http.Request
		status  int
	}{
		{"forged signature", s.Signed("/slack/events", asJSON, body(""), now, "not the secret"), http.StatusUnauthorized},
		{"no signature", unsigned, http.StatusUnauthorized},
		{"another body", altered, http.StatusUnauthorized},
		{"stale", s.Signed("/slack/events", asJSON, body(""), now.Add(-6*time.Minute), ""), http.StatusUnauthorized},
		{"from the future", s.Signed("/slack/events", asJSON, body(""), now.Add(6*time.Minute), ""), http.StatusUnauthorized},
		{"forged command", s.Signed("/slack/commands", asForm, form("summary"), now, "not the secret"), http.StatusUnauthorized},
		{"forged press", s.Signed("/slack/interactivity", asForm, []byte("payload=%7B%7D"), now, "not the secret"), http.StatusUnauthorized},
		{"50 MB", s.Signed("/slack/events", asJSON, bytes.Repeat([]byte("a"), 50<<20), now, ""), http.StatusRequestEntityTooLarge},
		{"50 MB, forged", s.Signed("/slack/commands", asForm, bytes.Repeat([]byte("a"), 50<<20), now, "not the secret"), http.StatusRequestEntityTooLarge},
		{"no JSON", s.Signed("/slack/events", asJSON, []byte("{"), now, ""), http.StatusBadRequest},
		{"no command", s.Signed("/slack/commands", asForm, []byte("text=summary"), now, ""), http.StatusBadRequest},
		{"no interaction", s.Signed("/slack/interactivity", asForm, []byte("payload=1"), now, ""), http.StatusBadRequest},
		{"another path", s.Signed("/slack/else", asJSON, body(""), now, ""), http.StatusNotFound},
	} {
		response, err := client.Do(try.request)
		if err != nil {
			// A server that reads no more of 50 MB may hang up before all is sent.
			if !strings.HasPrefix(try.name, "50 MB") {
				t.Errorf("%s: %v", try.name, err)
			}
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode != try.status {
			t.Errorf("%s: status %d", try.name, response.StatusCode)
		}
	}
	got, err := client.Get("http://" + address + "/slack/events")
	if err != nil {
		t.Fatal(err)
	}
	_ = got.Body.Close()
	if got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", got.StatusCode)
	}
	reads(t, s.mention(s.commenter, s.agora, "", ""), "Still open (3)") // it still works
	s.stop(syscall.SIGTERM)
	if n := len(s.Requests("chat.postMessage")); n > 1 {
		t.Errorf("%d messages were posted", n)
	}
}
