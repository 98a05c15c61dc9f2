package discord

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Where Discord answers by asking to reconnect, discordgo waits for a lock that it
// holds itself, for ever.
func TestGatewayLeavesAStuckConnectionBehind(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	answers := make(chan string, 2)
	answers <- `{"op":7,"d":null}`
	answers <- `{"op":0,"s":1,"t":"READY","d":{"v":9,"session_id":"s","user":{"id":"5","username":"crux"},"guilds":[]}}`
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	mux.HandleFunc("/api/v9/gateway", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"url":"ws%s/ws/"}`, strings.TrimPrefix(server.URL, "http"))
	})
	mux.HandleFunc("/api/v9/applications/@me", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"id":"5","flags":%d}`, flagMessageContent)
	})
	mux.HandleFunc("/ws/", func(w http.ResponseWriter, r *http.Request) {
		connections.Add(1)
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		for _, message := range []string{`{"op":10,"d":{"heartbeat_interval":45000}}`, <-answers} {
			if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
				t.Error(err)
			}
		}
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
	})

	log := &logged{}
	a, err := New(Options{Token: "t", APIURL: server.URL, Log: log.slog()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	o := newOracle(answersAll)
	ctx, cancel := context.WithCancel(t.Context())
	a.events = newEvents(a, o)
	g := newGateway(a, nil)
	g.patience = 100 * time.Millisecond
	events, gateway := make(chan struct{}), make(chan error)
	go func() { defer close(events); a.events.run(ctx) }()
	go func() { gateway <- g.run(ctx) }()
	o.wait(t, hasLast("connected"))
	if n := connections.Load(); n != 2 {
		t.Errorf("%d connections, want 2", n)
	}
	cancel()
	if err := <-gateway; err != nil {
		t.Error(err)
	}
	<-events
}
