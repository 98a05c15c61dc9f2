package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"crux/bot"
	"crux/bot/platformtest/fakeslack"
)

// reader is an adapter that is not connected, for what is read alone.
func reader(t testing.TB, s *fakeslack.Slack, change ...func(*Options)) *Adapter {
	t.Helper()
	o := Options{BotToken: s.BotToken, AppToken: s.AppToken, APIURL: s.APIURL(), Log: slog.New(slog.DiscardHandler)}
	for _, c := range change {
		c(&o)
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// served is a rest whose requests h answers without a network, so that it can stand in a bubble of synctest.
func served(t testing.TB, h http.HandlerFunc) *rest {
	t.Helper()
	return sent(t, func(req *http.Request) (*http.Response, error) {
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		w := httptest.NewRecorder()
		h(w, req)
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		return w.Result(), nil
	})
}

func sent(t testing.TB, trip roundTrip) *rest {
	t.Helper()
	r, err := newREST(Options{BotToken: "xoxb-secret-token", AppToken: "xapp-secret-token"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	r.client.Transport = bounded{trip}
	return r
}

// post is a call that must not be carried out twice, ask one that may.
func post(ctx context.Context, r *rest) error {
	return r.do(ctx, "chat.postMessage", false, func(ctx context.Context, api *slack.Client) error {
		_, _, err := api.PostMessageContext(ctx, "C1", slack.MsgOptionText("secret-content", false))
		return err
	})
}

func ask(ctx context.Context, r *rest) error {
	return r.do(ctx, "users.info", true, func(ctx context.Context, api *slack.Client) error {
		_, err := api.GetUserInfoContext(ctx, "U1")
		return err
	})
}

func read(ctx context.Context, r *rest) error {
	var p page
	return r.read(ctx, "conversations.history", url.Values{"channel": {"C1"}}, &p)
}

func respond(ctx context.Context, r *rest) error {
	return r.respond(ctx, "https://hooks.slack.com/actions/secret-token", map[string]string{"text": "secret-content"})
}

func limited(w http.ResponseWriter, seconds string) {
	w.Header().Set("Retry-After", seconds)
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = io.WriteString(w, `{"ok": false, "error": "ratelimited"}`)
}

func TestCallsAreMadeAgain(t *testing.T) {
	const fine = `{"ok": true, "user": {"id": "U1"}, "channel": "C1", "ts": "1.000001"}`
	status := func(code int) func(http.ResponseWriter, int64) {
		return func(w http.ResponseWriter, _ int64) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "<html>secret-content</html>")
		}
	}
	says := func(body string) func(http.ResponseWriter, int64) {
		return func(w http.ResponseWriter, _ int64) { _, _ = io.WriteString(w, body) }
	}
	times := func(n int64, fault func(http.ResponseWriter, int64)) func(http.ResponseWriter, int64) {
		return func(w http.ResponseWriter, i int64) {
			if i <= n {
				fault(w, i)
				return
			}
			_, _ = io.WriteString(w, fine)
		}
	}
	limit := func(seconds string) func(http.ResponseWriter, int64) {
		return func(w http.ResponseWriter, _ int64) { limited(w, seconds) }
	}
	tests := []struct {
		name   string
		answer func(w http.ResponseWriter, n int64)
		// How many requests a call makes that may be carried out twice, and one that may not.
		asked, posted int64
		takes         time.Duration // at least
		refusal       string
		fails         bool
	}{
		{name: "at once", answer: says(fine), asked: 1, posted: 1},
		{name: "after a limit", answer: times(1, limit("7")), asked: 2, posted: 2, takes: 7 * time.Second},
		{name: "after many limits", answer: times(9, limit("5")), asked: 10, posted: 10, takes: 45 * time.Second},
		{name: "after a limit that does not say how long it lasts", answer: times(1, status(http.StatusTooManyRequests)), asked: 2, posted: 2, takes: time.Second},
		{name: "after a limit that is no status", answer: times(1, says(`{"ok": false, "error": "ratelimited"}`)), asked: 2, posted: 2, takes: time.Second},
		{name: "limited without end", answer: limit("20"), asked: 4, posted: 4, takes: 60 * time.Second, refusal: "Try again in 20 seconds", fails: true},
		{name: "limited for long", answer: limit("3600"), asked: 1, posted: 1, refusal: "Try again in 3600 seconds", fails: true},
		{name: "after trouble", answer: times(2, status(http.StatusBadGateway)), asked: 3, posted: 1, refusal: "can't answer"},
		{name: "trouble without end", answer: status(http.StatusServiceUnavailable), asked: tries, posted: 1, refusal: "can't answer", fails: true},
		{name: "trouble that is no status", answer: says(`{"ok": false, "error": "internal_error"}`), asked: tries, posted: 1, refusal: "can't answer", fails: true},
		{name: "a scope is missing", answer: says(`{"ok": false, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"}`),
			asked: 1, posted: 1, refusal: "users:read", fails: true},
		{name: "refused", answer: says(`{"ok": false, "error": "channel_not_found"}`), asked: 1, posted: 1, fails: true},
		{name: "refused in strange words", answer: says(`{"ok": false, "error": "Secret-Content!"}`), asked: 1, posted: 1, fails: true},
		{name: "no JSON", answer: says(`secret-content`), asked: 1, posted: 1, fails: true},
		{name: "other JSON", answer: says(`{"ok": "secret-content"}`), asked: 1, posted: 1, fails: true},
		{name: "elsewhere", answer: func(w http.ResponseWriter, _ int64) {
			w.Header().Set("Location", "https://evil.example/secret-content")
			w.WriteHeader(http.StatusFound)
		}, asked: 1, posted: 1, fails: true},
		{name: "endless", answer: func(w http.ResponseWriter, _ int64) {
			_, _ = io.WriteString(w, `{"ok": true, "user": "`+strings.Repeat("secret-content", longestAnswer/14+1)+`"}`)
		}, asked: 1, posted: 1, fails: true},
	}
	calls := []struct {
		name   string
		call   func(context.Context, *rest) error
		repeat bool
	}{{"do", ask, true}, {"read", read, true}, {"post", post, false}}
	for _, tt := range tests {
		for _, c := range calls {
			t.Run(tt.name+"/"+c.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var requests atomic.Int64
					r := served(t, func(w http.ResponseWriter, _ *http.Request) { tt.answer(w, requests.Add(1)) })
					start := time.Now()
					err := c.call(t.Context(), r)
					want, fails := tt.asked, tt.fails
					if !c.repeat {
						want, fails = tt.posted, tt.fails || tt.posted < tt.asked
					}
					if requests.Load() != want {
						t.Errorf("%d requests, want %d", requests.Load(), want)
					}
					if took := time.Since(start); took < tt.takes || took > longestWait+20*time.Second {
						t.Errorf("took %v, want at least %v", took, tt.takes)
					}
					if fails != (err != nil) {
						t.Fatalf("got %v", err)
					}
					if err == nil {
						return
					}
					checkSecrets(t, err)
					refused, isRefusal := errors.AsType[*bot.Refusal](err)
					if isRefusal != (tt.refusal != "") || (isRefusal && !strings.Contains(refused.Reason, tt.refusal)) {
						t.Errorf("refusal is %v, want %q", err, tt.refusal)
					}
				})
			})
		}
	}
}

// checkSecrets fails the test where an error tells more than it may, itself or beneath.
func checkSecrets(t testing.TB, err error) {
	t.Helper()
	said := []string{err.Error()}
	if refused, ok := errors.AsType[*bot.Refusal](err); ok && refused.Err != nil {
		said = append(said, refused.Err.Error())
	}
	for _, s := range said {
		for _, secret := range []string{"secret", "xoxb", "hooks.slack.com", "evil", "slack.com/api"} {
			// The words on tokens name what tokens begin with and where they come from.
			if strings.Contains(strings.ToLower(s), secret) && !errors.Is(err, errToken) {
				t.Errorf("error tells %q: %s", secret, s)
			}
		}
		if strings.Contains(s, "secret") {
			t.Errorf("error tells a secret: %s", s)
		}
	}
}

func TestThrottlingIsToldAsSuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := served(t, func(w http.ResponseWriter, _ *http.Request) { limited(w, "90") })
		if err := ask(t.Context(), r); !errors.Is(err, bot.ErrThrottled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatDidNotReachSlackIsSentAgain(t *testing.T) {
	faults := map[string]struct {
		err           error
		asked, posted int64
	}{
		"dial":  {&net.OpError{Op: "dial", Err: errors.New("refused")}, 2, 2},
		"read":  {&net.OpError{Op: "read", Err: errors.New("reset")}, 2, 1},
		"close": {io.EOF, 2, 1},
		"other": {errors.New("x509: unknown authority"), 1, 1},
	}
	for name, f := range faults {
		for _, repeat := range []bool{true, false} {
			t.Run(fmt.Sprint(name, repeat), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var requests atomic.Int64
					r := sent(t, func(req *http.Request) (*http.Response, error) {
						if requests.Add(1) == 1 {
							return nil, f.err
						}
						w := httptest.NewRecorder()
						_, _ = io.WriteString(w, `{"ok": true, "user": {"id": "U1"}}`)
						return w.Result(), nil
					})
					call, want := post, f.posted
					if repeat {
						call, want = ask, f.asked
					}
					err := call(t.Context(), r)
					if requests.Load() != want || (err == nil) != (want == 2) {
						t.Errorf("%d requests, want %d; error %v", requests.Load(), want, err)
					}
					if err != nil {
						checkSecrets(t, err)
					}
				})
			})
		}
	}
}

func TestOneWhoMetALimitWaitsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int64
		start := time.Now()
		r := served(t, func(w http.ResponseWriter, _ *http.Request) {
			if requests.Add(1); time.Since(start) < 10*time.Second {
				limited(w, "10")
				return
			}
			_, _ = io.WriteString(w, `{"ok": true, "user": {"id": "U1"}}`)
		})
		var asking sync.WaitGroup
		for range 30 {
			asking.Go(func() {
				if err := ask(t.Context(), r); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if n := requests.Load(); n > readsAtOnce {
			t.Errorf("%d requests met the limit", n)
		}
		asking.Wait()
		if time.Since(start) != 10*time.Second {
			t.Errorf("took %v", time.Since(start))
		}
	})
}

func TestALongLimitIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int64
		r := served(t, func(w http.ResponseWriter, _ *http.Request) { requests.Add(1); limited(w, "3600") })
		for range 5 {
			if err := ask(t.Context(), r); !errors.Is(err, bot.ErrThrottled) {
				t.Errorf("got %v", err)
			}
			time.Sleep(time.Minute)
		}
		if n := requests.Load(); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"limit":   func(w http.ResponseWriter, _ *http.Request) { limited(w, "30") },
		"trouble": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"slow":    func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				start := time.Now()
				if err := ask(ctx, served(t, answer)); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 100*time.Millisecond {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			})
		})
	}
}

func TestReadsAreFewAtOnceAndHoldNothingElseUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flying atomic.Int64
		release := make(chan struct{})
		r := served(t, func(w http.ResponseWriter, req *http.Request) {
			if strings.Contains(req.URL.Path, "users.info") {
				flying.Add(1)
				<-release
			}
			_, _ = io.WriteString(w, `{"ok": true, "user": {"id": "U1"}, "channel": "C1", "ts": "1.000001"}`)
		})
		var asking sync.WaitGroup
		for range 20 {
			asking.Go(func() { _ = ask(t.Context(), r) })
		}
		synctest.Wait()
		if n := flying.Load(); n != readsAtOnce {
			t.Errorf("%d reads at once", n)
		}
		if err := post(t.Context(), r); err != nil {
			t.Error(err)
		}
		close(release)
		asking.Wait()
	})
}

func TestATokenThatIsNotAcceptedIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		code := "account_inactive"
		var requests atomic.Int64
		r := served(t, func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			if code == "" {
				_, _ = io.WriteString(w, `{"ok": true, "user": {"id": "U1"}, "url": "wss://example.org"}`)
				return
			}
			_, _ = io.WriteString(w, `{"ok": false, "error": "`+code+`"}`)
		})
		time.Sleep(time.Hour) // the clock of the bubble begins in 2000, not in 1970
		for range 5 {
			err := ask(t.Context(), r)
			if !errors.Is(err, errToken) || !strings.Contains(err.Error(), "slack.bot_token") {
				t.Errorf("got %v", err)
			}
			checkSecrets(t, err)
		}
		if n := requests.Load(); n != 1 {
			t.Errorf("%d requests with a dead token", n)
		}
		open := func() error {
			return r.do(t.Context(), methodSockets, true, func(ctx context.Context, api *slack.Client) error {
				_, _, err := api.StartSocketModeContext(ctx)
				return err
			})
		}
		if err := open(); !errors.Is(err, errToken) || !strings.Contains(err.Error(), "slack.app_token") {
			t.Errorf("got %v", err)
		}
		code = ""
		if err := open(); err != nil {
			t.Error(err)
		}
		time.Sleep(tokenRest)
		if err := ask(t.Context(), r); err != nil {
			t.Error(err)
		}
	})
}
