package slack

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/slack-go/slack"

	"crux/bot"
)

func TestRespondGoesToSlackAlone(t *testing.T) {
	tests := []struct {
		address string
		api     string
		goes    bool
	}{
		{"https://hooks.slack.com/actions/T1/2/abc", "", true},
		{"https://hooks.slack-gov.com/commands/T1/2/abc", "", true},
		{"http://hooks.slack.com/actions/T1/2/abc", "", false},
		{"https://hooks.slack.com.evil.example/x", "", false},
		{"https://hooks.slack.com:8443/x", "", false},
		{"https://user@hooks.slack.com/x", "", false},
		{"https://evil.example/hooks.slack.com", "", false},
		{"http://127.0.0.1:99/respond/1", "http://127.0.0.1:99/api/", true},
		{"http://127.0.0.1:98/respond/1", "http://127.0.0.1:99/api/", false},
		{"file:///etc/passwd", "", false},
		{"", "", false},
		{"::", "", false},
	}
	for _, tt := range tests {
		var went atomic.Int64
		r, err := newREST(Options{BotToken: "xoxb-secret-token", APIURL: tt.api})
		if err != nil {
			t.Fatal(err)
		}
		r.client.Transport = bounded{roundTrip(func(req *http.Request) (*http.Response, error) {
			went.Add(1)
			if req.Header.Get("Authorization") != "" {
				t.Errorf("%s: the token was sent", tt.address)
			}
			w := httptest.NewRecorder()
			_, _ = io.WriteString(w, "ok")
			return w.Result(), nil
		})}
		err = r.respond(t.Context(), tt.address, map[string]string{"text": "x"})
		if (err == nil) != tt.goes || (went.Load() == 1) != tt.goes {
			t.Errorf("%s: %v, %d requests", tt.address, err, went.Load())
		}
		if err != nil && tt.address != "" && strings.Contains(err.Error(), tt.address) {
			t.Errorf("error tells the address: %v", err)
		}
		r.close()
	}
}

func TestRespondSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		code       string
		requests   int64
		fails      bool
	}{
		{"fine", "ok", 200, "", 1, false},
		{"fine in JSON", `{"ok": true}`, 200, "", 1, false},
		{"used up", `{"ok": false, "error": "used_url"}`, 404, "used_url", 1, true},
		{"too old, in plain text", "expired_url\n", 404, "expired_url", 1, true},
		{"refused with 200", `{"ok": false, "error": "invalid_blocks"}`, 200, "invalid_blocks", 1, true},
		{"trouble", "<html>secret</html>", 503, "", tries, true},
		{"gone", "No secret!", 410, "an_unknown_error", 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests atomic.Int64
				r := served(t, func(w http.ResponseWriter, req *http.Request) {
					requests.Add(1)
					if req.Header.Get("Content-Type") != "application/json" {
						t.Error("no JSON")
					}
					w.WriteHeader(tt.status)
					_, _ = io.WriteString(w, tt.body)
				})
				err := respond(t.Context(), r)
				if (err != nil) != tt.fails || requests.Load() != tt.requests {
					t.Fatalf("%v, %d requests", err, requests.Load())
				}
				if tt.code != "" && !hasCode(err, tt.code) {
					t.Errorf("got %v", err)
				}
				if err != nil {
					checkSecrets(t, err)
				}
			})
		})
	}
}

func TestAPIURL(t *testing.T) {
	tests := []struct{ given, want string }{
		{"", "https://slack.com/api/"},
		{"https://slack.com/api/", "https://slack.com/api/"},
		{"https://slack-gov.com/api", "https://slack-gov.com/api/"},
		{"http://127.0.0.1:80/api/", "http://127.0.0.1:80/api/"},
		{"slack.com/api/", ""},
		{"ftp://slack.com/api/", ""},
		{"https://ann:secret@slack.com/api/", ""},
		{"https://slack.com/api/?token=secret", ""},
		{"https://sla ck.com/secret", ""},
	}
	for _, tt := range tests {
		got, err := apiBase(tt.given)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("apiBase(%q) = %q, %v", tt.given, got, err)
		}
		if err != nil {
			checkSecrets(t, errors.New(strings.ReplaceAll(err.Error(), "https://slack.com/api/", "")))
		}
	}
}

func TestHasCode(t *testing.T) {
	for _, err := range []error{
		slack.SlackErrorResponse{Err: "is_archived"},
		&slackError{Code: "is_archived"},
		fmt.Errorf("post: %w", &bot.Refusal{Reason: "no", Err: &slackError{Code: "is_archived"}}),
	} {
		if !hasCode(err, "not_in_channel", "is_archived") || hasCode(err, "not_in_channel") {
			t.Errorf("%v", err)
		}
	}
	if hasCode(nil, "is_archived") || hasCode(errors.New("is_archived"), "is_archived") {
		t.Error("what is no answer of Slack's has a code")
	}
}
