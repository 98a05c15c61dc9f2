package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func testObserver(listen string, ready func(context.Context) []error) *observer {
	return newObserver(listen, prometheus.NewRegistry(), ready, slog.New(slog.DiscardHandler))
}

func TestObserverAnswers(t *testing.T) {
	var faults []error
	o := testObserver("", func(context.Context) []error { return faults })
	get := func(method, path string) (int, string) {
		w := httptest.NewRecorder()
		o.handler.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w.Code, w.Body.String()
	}
	expect := func(path string, code int, body string) {
		t.Helper()
		if gotCode, gotBody := get(http.MethodGet, path); gotCode != code || gotBody != body {
			t.Errorf("%s: got %d %q, want %d %q", path, gotCode, gotBody, code, body)
		}
	}
	expect("/healthz", 200, "ok\n")
	expect("/readyz", 200, "ok\n")
	faults = []error{errors.New("store: locked"), errors.New("discord: not\nconnected")}
	expect("/healthz", 200, "ok\n")
	expect("/readyz", 503, "store: locked\ndiscord: not; connected\n")
	if code, body := get(http.MethodGet, "/metrics"); code != 200 || !strings.Contains(body, "\ngo_goroutines ") || !strings.Contains(body, "\nprocess_start_time_seconds ") {
		t.Errorf("/metrics: got %d\n%s", code, body)
	}
	if code, _ := get(http.MethodPost, "/healthz"); code != http.StatusMethodNotAllowed {
		t.Errorf("POST: got %d", code)
	}
	if code, _ := get(http.MethodGet, "/"); code != http.StatusNotFound {
		t.Errorf("/: got %d", code)
	}
}

// An answer that is under way when crux ends is still given.
func TestObserverEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	o := testObserver("", func(context.Context) []error {
		end()
		return nil
	})
	ended := make(chan error)
	go func() { ended <- o.serve(ctx, listener) }()

	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + listener.Addr().String() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "ok\n" {
		t.Errorf("got %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestObserverSaysWhyItCannotListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	o := testObserver(taken.Addr().String(), nil)
	if err := o.Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "http.listen: ") {
		t.Errorf("got %v", err)
	}
}
