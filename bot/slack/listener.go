package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	api "github.com/slack-go/slack"
)

// longestBody is how much a request may hold, in bytes. Slack's hold a few kilobytes, and with a long message some hundred.
const longestBody = 1 << 20

// listener takes what Slack delivers over HTTP.
type listener struct {
	a *Adapter
	d *desk
}

func newListener(a *Adapter, d *desk) *listener { return &listener{a, d} }

// run listens until ctx ends.
func (l *listener) run(ctx context.Context) error {
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", l.a.o.Listen)
	if err != nil {
		return fmt.Errorf("slack: cannot listen at %s (slack.listen): %w", l.a.o.Listen, err)
	}
	server := &http.Server{
		Handler:           l.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	stopped := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		defer close(stopped)
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			_ = server.Close() // whoever is cut off delivers again
		}
	})()
	l.a.o.Log.Info("slack: listening", "address", socket.Addr().String())
	l.d.follow.reconnected()
	err = server.Serve(socket)
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	return fmt.Errorf("slack: %w", err)
}

func (l *listener) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+eventsPath, l.signed(l.event))
	mux.HandleFunc("POST "+commandsPath, l.signed(l.command))
	mux.HandleFunc("POST "+interactivityPath, l.signed(l.interaction))
	return mux
}

// signed hands over the body of a request that Slack has signed within the last five minutes, and looks at no other.
func (l *listener) signed(handle func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer l.a.contain("request over HTTP")
		verifier, err := api.NewSecretsVerifier(r.Header, l.a.o.SigningSecret)
		if err != nil {
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestBody))
		if _, isLong := errors.AsType[*http.MaxBytesError](err); isLong {
			http.Error(w, "too long", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "not read", http.StatusBadRequest)
			return
		}
		if _, err := verifier.Write(body); err != nil || verifier.Ensure() != nil {
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		handle(w, r, body)
	}
}

func (l *listener) event(w http.ResponseWriter, r *http.Request, body []byte) {
	var c callback
	if err := json.Unmarshal(body, &c); err != nil {
		http.Error(w, "no event", http.StatusBadRequest)
		return
	}
	if c.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, c.Challenge)
		return
	}
	l.take(w, r, delivery{Kind: anEvent, Raw: body})
}

// command reads a command, which over HTTP comes as a form.
func (l *listener) command(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	d, err := commandDelivery(raw)
	if err != nil {
		http.Error(w, "no command", http.StatusBadRequest)
		return
	}
	l.take(w, r, d)
}

func (l *listener) interaction(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	d, err := interactionDelivery(json.RawMessage(form.Get("payload")))
	if err != nil {
		http.Error(w, "no interaction", http.StatusBadRequest)
		return
	}
	l.take(w, r, d)
}

func (l *listener) take(w http.ResponseWriter, r *http.Request, d delivery) {
	if err := l.d.take(r.Context(), d); err != nil {
		l.a.o.Log.Error("slack: delivery not taken, so Slack is to deliver it again", "kind", d.Kind, "error", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}
