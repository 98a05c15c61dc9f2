package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const (
	// readyWithin is how long the parts of crux may take to say that they are ready.
	readyWithin = 5 * time.Second
	// observerEndsWithin is how long answers under way may take once crux ends.
	observerEndsWithin = 3 * time.Second
)

// observer answers those who watch over crux: /healthz, /readyz and /metrics.
type observer struct {
	listen  string
	handler http.Handler
	log     *slog.Logger
}

// newObserver returns an observer of the registry's figures, to which it adds those
// of Go and of the process. ready says what is not ready, nothing where all is.
func newObserver(listen string, registry *prometheus.Registry, ready func(context.Context) []error, log *slog.Logger) *observer {
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		var lines []string
		for _, err := range ready(ctx) {
			lines = append(lines, strings.ReplaceAll(err.Error(), "\n", "; "))
		}
		if len(lines) > 0 {
			say(w, http.StatusServiceUnavailable, lines...)
			return
		}
		say(w, http.StatusOK, "ok")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		Registry:            registry,
		MaxRequestsInFlight: 8,
		Timeout:             10 * time.Second,
		ErrorLog:            slog.NewLogLogger(log.Handler(), slog.LevelError),
	}))
	return &observer{listen: listen, handler: mux, log: log}
}

// say answers with lines of plain text, which nobody on the way may keep.
func say(w http.ResponseWriter, status int, lines ...string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, strings.Join(lines, "\n")) // whoever asked is gone, should this fail
}

// Run listens until ctx ends, and then lets the answers under way finish. Its
// error says why it can't listen, or not any more.
func (o *observer) Run(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	return o.serve(ctx, listener)
}

func (o *observer) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           o.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(o.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	o.log.Info("health and metrics are served", "address", listener.Addr().String())

	select {
	case err := <-failed:
		return fmt.Errorf("http.listen: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), observerEndsWithin)
	defer cancel()
	err := server.Shutdown(ending)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // who is still reading had their time
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
