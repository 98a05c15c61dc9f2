package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
)

// reader is an adapter that is not connected, for what is read alone.
func reader(t testing.TB, d *fakediscord.Discord) *Adapter {
	t.Helper()
	a, err := New(Options{Token: d.Token, APIURL: d.URL(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// served is a rest whose requests h answers without a network, so that it can stand in a bubble of synctest.
func served(t testing.TB, h http.HandlerFunc) *rest {
	t.Helper()
	r, err := newREST(Options{Token: "secret-token"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	r.guard.base = roundTrip(func(req *http.Request) (*http.Response, error) {
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		w := httptest.NewRecorder()
		h(w, req)
		return w.Result(), req.Context().Err()
	})
	return r
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestGetTriesAgain(t *testing.T) {
	limited := func(w http.ResponseWriter, seconds string) {
		w.Header().Set("X-RateLimit-Scope", "user")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"retry_after": `+seconds+`, "global": false}`)
	}
	tests := []struct {
		name     string
		answer   func(w http.ResponseWriter, n int64)
		requests int64
		takes    time.Duration // at least
		refusal  string
		fails    bool
	}{
		{name: "at once", answer: func(w http.ResponseWriter, _ int64) { _, _ = io.WriteString(w, `{"id": "5"}`) }, requests: 1},
		{name: "after a limit", answer: func(w http.ResponseWriter, n int64) {
			if n == 1 {
				limited(w, "7.5")
				return
			}
			_, _ = io.WriteString(w, `{"id": "5"}`)
		}, requests: 2, takes: 7500 * time.Millisecond},
		{name: "after trouble", answer: func(w http.ResponseWriter, n int64) {
			if n < 3 {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = io.WriteString(w, `<html>secret-content</html>`)
				return
			}
			_, _ = io.WriteString(w, `{"id": "5"}`)
		}, requests: 3},
		{name: "limited without end", answer: func(w http.ResponseWriter, _ int64) { limited(w, "1") }, requests: tries, refusal: "slow down", fails: true},
		{name: "limited for long", answer: func(w http.ResponseWriter, _ int64) { limited(w, "3600") }, requests: 1, refusal: "slow down", fails: true},
		{name: "trouble without end", answer: func(w http.ResponseWriter, _ int64) { w.WriteHeader(http.StatusServiceUnavailable) },
			requests: tries, refusal: "can't answer", fails: true},
		{name: "forbidden", answer: func(w http.ResponseWriter, _ int64) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"code": 50001, "message": "secret-content"}`)
		}, requests: 1, fails: true},
		{name: "no JSON", answer: func(w http.ResponseWriter, _ int64) { _, _ = io.WriteString(w, `secret-content`) }, requests: 1, fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests atomic.Int64
				r := served(t, func(w http.ResponseWriter, _ *http.Request) { tt.answer(w, requests.Add(1)) })
				began := time.Now()
				var got struct {
					ID string `json:"id"`
				}
				err := r.get(t.Context(), "channels/5", "", nil, &got)
				if (err != nil) != tt.fails || (!tt.fails && got.ID != "5") {
					t.Fatalf("got %+v, %v", got, err)
				}
				refused, ok := errors.AsType[*bot.Refusal](err)
				if ok != (tt.refusal != "") || (ok && !strings.Contains(refused.Reason, tt.refusal)) {
					t.Errorf("refusal %v, want one with %q", refused, tt.refusal)
				}
				if n := requests.Load(); n != tt.requests {
					t.Errorf("%d requests, want %d", n, tt.requests)
				}
				if took := time.Since(began); took < tt.takes {
					t.Errorf("tried again after %v, want at least %v", took, tt.takes)
				}
				if ok {
					err = refused.Err
				}
				if err != nil && strings.Contains(err.Error(), "secret") {
					t.Errorf("the error tells too much: %v", err)
				}
			})
		})
	}
}

func TestGetEndsWithItsContext(t *testing.T) {
	waits := map[string]func(r *rest, w http.ResponseWriter){
		"a limit": func(_ *rest, w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Scope", "user")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"retry_after": 50}`)
		},
		"a limit on everything": func(_ *rest, w http.ResponseWriter) {
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"retry_after": 50, "global": true}`)
		},
		"a bucket that is used up": func(_ *rest, w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset-After", "50")
			_, _ = io.WriteString(w, `{}`)
		},
	}
	for name, answer := range waits {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r *rest
				requests := 0
				r = served(t, func(w http.ResponseWriter, _ *http.Request) { requests++; answer(r, w) })
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				began := time.Now()
				var got struct{}
				err := r.get(ctx, "channels/5", "", nil, &got)
				if err == nil { // used up by this one, so the next waits
					err = r.get(ctx, "channels/5", "", nil, &got)
				}
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second || requests != 1 {
					t.Errorf("after %v and %d requests: %v", time.Since(began), requests, err)
				}
			})
		})
	}
}

func TestNothingIsSentWhileLimited(t *testing.T) {
	for _, scope := range []string{"user", "global", ""} { // none where it is not Discord's own limiter that answers
		t.Run(scope, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var until time.Time
				others := 0
				r := served(t, func(w http.ResponseWriter, req *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					limited := strings.HasSuffix(req.URL.Path, "/0") || scope != "user"
					switch {
					case until.IsZero():
						until = time.Now().Add(3 * time.Second)
						if scope != "" {
							w.Header().Set("X-RateLimit-Scope", scope)
						}
						w.WriteHeader(http.StatusTooManyRequests)
						_, _ = io.WriteString(w, `{"retry_after": 3}`)
						return
					case limited && time.Now().Before(until):
						t.Errorf("a request came %v too early", time.Until(until))
					case !limited && time.Now().Before(until):
						others++
					}
					_, _ = io.WriteString(w, `{}`)
				})
				get := func(channel int) {
					var got struct{}
					if err := r.get(t.Context(), fmt.Sprintf("channels/%d", channel), "", nil, &got); err != nil {
						t.Error(err)
					}
				}
				var all sync.WaitGroup
				all.Go(func() { get(0) })
				synctest.Wait()
				for i := range 20 {
					all.Go(func() { get(i % 4) })
				}
				all.Wait()
				if want := map[string]int{"user": 15}[scope]; others != want {
					t.Errorf("%d of other buckets were sent meanwhile, want %d", others, want)
				}
			})
		})
	}
}

func TestRefusedTokenIsNotTriedAgain(t *testing.T) {
	requests := 0
	r := served(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.WriteHeader(http.StatusUnauthorized)
	})
	for range 3 {
		var got struct{}
		if err := r.get(t.Context(), "users/@me", "", nil, &got); !errors.Is(err, errToken) {
			t.Errorf("got %v", err)
		}
	}
	if requests != 1 {
		t.Errorf("%d requests with a token that is not accepted", requests)
	}
}

func TestExpiredInteractionSaysNothingOfTheToken(t *testing.T) {
	r := served(t, func(w http.ResponseWriter, req *http.Request) {
		if strings.Contains(req.URL.Path, "/webhooks/") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{}`)
	})
	resp, err := (&http.Client{Transport: r.transport()}).Get("https://discord.com/api/v9/webhooks/1/x/messages/@original")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	var got struct{}
	if err := r.get(t.Context(), "users/@me", "", nil, &got); err != nil {
		t.Error(err)
	}
}

func TestBanIsNotRisked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		r := served(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			w.WriteHeader(http.StatusForbidden)
		})
		var got struct{}
		var err error
		began := time.Now()
		for range 2 * invalidAllowed {
			err = r.get(t.Context(), "channels/5", "", nil, &got)
		}
		// As time passes, which it does since requests are paced, more are allowed.
		most := invalidAllowed + int(time.Since(began)*invalidAllowed/invalidWithin) + 1
		if requests < invalidAllowed || requests > most || !errors.Is(err, errTooManyInvalid) {
			t.Errorf("%d requests, then %v", requests, err)
		}
		time.Sleep(invalidWithin)
		requests = 0
		if _ = r.get(t.Context(), "channels/5", "", nil, &got); requests != 1 {
			t.Error("nothing is sent any more")
		}
	})
}

func TestSharedRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var requests atomic.Int64
		r := served(t, func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			<-release
			_, _ = io.WriteString(w, `{"id": "5"}`)
		})
		ask := func(ctx context.Context) error {
			var got user
			if err := r.share(ctx, "channels/5", "", &got); err != nil {
				return err
			}
			if got.ID != "5" {
				return fmt.Errorf("got %q", got.ID)
			}
			return nil
		}
		impatient, leave := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() { first <- ask(impatient) }()
		synctest.Wait()
		others := make(chan error, 10)
		for range cap(others) {
			go func() { others <- ask(t.Context()) }()
		}
		synctest.Wait()
		leave() // who asked first goes; the others still get their answer
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(release)
		for range cap(others) {
			if err := <-others; err != nil {
				t.Error(err)
			}
		}
		if n := requests.Load(); n != 1 {
			t.Errorf("%d requests at once for the same", n)
		}
		if err := ask(t.Context()); err != nil || requests.Load() != 2 {
			t.Errorf("after that %d requests, %v: an answer was kept", requests.Load(), err)
		}
	})
}

func TestAPIURL(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "https://discord.com": true, "http://127.0.0.1:80/": true,
		"discord.com": false, "ftp://discord.com": false, "https://": false, "https://discord.com/api": false, "https://u:secret@discord.com": false, ":secret": false,
	} {
		_, err := newREST(Options{Token: "t", APIURL: address})
		if (err == nil) != ok || (err != nil && strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
