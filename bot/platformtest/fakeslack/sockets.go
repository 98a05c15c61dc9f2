package fakeslack

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"crux/bot/platformtest/wire"
)

// gate is the state of Socket Mode.
type gate struct {
	conns   []*conn
	turn    int // whose turn it is to get a delivery
	tickets map[string]bool
	issued  map[string]bool // envelope ids
	holds   *wire.Holds     // of new connections
	opened  int
	waiting []*delivery // events that wait for a connection
}

// conn is one WebSocket connection. One goroutine alone writes to it, what is queued
// in the order of queueing.
type conn struct {
	s       *Slack
	ws      *websocket.Conn
	wake    chan struct{}
	gone    chan struct{} // closed when its reader has ended
	queue   []frame
	unacked []*envelope
	leaving bool // whether it gets no more deliveries
	closing bool // whether to say goodbye after what is queued
}

// frame is what is written at once.
type frame struct {
	body     any
	envelope *envelope // nil of hello and disconnect
}

// envelope is a delivery that was sent over a socket.
type envelope struct {
	id      string
	what    *delivery
	sent    time.Time
	timer   *time.Timer // nil until it is written
	dropped bool        // whether the acknowledgement came and was too big
}

const (
	// maxAck is the size in bytes at which Slack drops an acknowledgement.
	maxAck   = 20 << 10
	maxConns = 10
	// pingEvery is how often the fake pings. Clients take long silence for a dead connection.
	pingEvery = 10 * time.Second
)

func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	known := s.gate.tickets[ticket]
	delete(s.gate.tickets, ticket)
	s.mu.Unlock()
	if !known {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if !s.gate.holds.Pass(wire.All, r.Context().Done()) {
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	c := &conn{s: s, ws: ws, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if s.welcome(c) {
		c.read()
	}
}

// welcome says hello to a new connection and gives it what waits for one.
func (s *Slack) welcome(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.testOver {
		_ = c.ws.Close()
		return false
	}
	s.gate.conns = append(s.gate.conns, c)
	s.gate.opened++
	if len(s.gate.conns) > maxConns {
		s.violate("%d connections at once, %d are allowed", len(s.gate.conns), maxConns)
	}
	c.say(object{
		"type": "hello", "num_connections": len(s.gate.conns), "connection_info": object{"app_id": s.App},
		"debug_info": object{"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
	})
	s.start(c.write)
	s.work.Add(1) // for the reader, which is this very request
	waiting := s.gate.waiting
	s.gate.waiting = nil
	for _, d := range waiting {
		d.attempt, d.reason = max(1, d.attempt), "timeout"
		s.send(d)
	}
	s.notify()
	return true
}

// pick returns the connection whose turn it is, nil if there is none.
func (g *gate) pick() *conn {
	for range g.conns {
		g.turn++
		if c := g.conns[g.turn%len(g.conns)]; !c.leaving {
			return c
		}
	}
	return nil
}

// read serves what the client sends until the connection ends.
func (c *conn) read() {
	defer c.s.work.Done()
	defer c.ended()
	for {
		_ = c.ws.SetReadDeadline(time.Now().Add(time.Hour))
		if c.isClosing() {
			_ = c.ws.SetReadDeadline(time.Now().Add(time.Second))
		}
		_, raw, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		c.s.mu.Lock()
		c.receive(raw)
		c.s.mu.Unlock()
	}
}

func (c *conn) isClosing() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.closing
}

// ended takes the connection out and sends what it owes an acknowledgement for again.
func (c *conn) ended() {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c.leaving = true
	s.gate.conns = slices.DeleteFunc(s.gate.conns, func(other *conn) bool { return other == c })
	close(c.gone)
	_ = c.ws.Close()
	owed := c.unacked
	c.unacked = nil
	for _, e := range owed {
		if e.timer != nil {
			e.timer.Stop()
		}
		s.lost(e.what)
	}
	s.notify()
}

// cut ends the connection without a word; s.mu is held.
func (c *conn) cut() {
	c.leaving = true
	_ = c.ws.NetConn().Close()
}

// goodbye closes the connection after what is queued; s.mu is held.
func (c *conn) goodbye() {
	c.leaving, c.closing = true, true
	c.poke()
}

func (c *conn) say(body any) { c.enqueue(frame{body: body}) }

// deliver sends a delivery in an envelope of its own; s.mu is held.
func (c *conn) deliver(d *delivery) {
	e := &envelope{id: c.s.mintID("envelope-"), what: d}
	c.s.gate.issued[e.id] = true
	c.unacked = append(c.unacked, e)
	body := object{"envelope_id": e.id, "type": d.kind, "payload": d.payload, "accepts_response_payload": d.kind == slashCommands}
	if d.kind == eventsAPI {
		merge(body, object{"retry_attempt": d.attempt, "retry_reason": d.reason})
	}
	c.enqueue(frame{body, e})
}

func (c *conn) enqueue(f frame) {
	c.queue = append(c.queue, f)
	c.poke()
}

func (c *conn) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// write sends what is queued until the connection ends.
func (c *conn) write() {
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	c.ping()
	for {
		select {
		case <-c.wake:
		case <-pings.C:
			c.ping()
		case <-c.gone:
			return
		}
		frames, closing := c.queued()
		for _, f := range frames {
			c.writing(f.envelope)
			if err := c.ws.WriteJSON(f.body); err != nil {
				_ = c.ws.NetConn().Close() // so that the reader ends too
				return
			}
			c.written(f.envelope)
		}
		if closing {
			goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = c.ws.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Second))
			_ = c.ws.SetReadDeadline(time.Now().Add(time.Second)) // for what is still on its way
			return
		}
	}
}

func (c *conn) ping() {
	_ = c.ws.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(time.Second))
}

// queued takes the frames that wait to be written.
func (c *conn) queued() (frames []frame, closing bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	frames, c.queue = c.queue, nil
	return frames, c.closing
}

// writing notes when an envelope is sent.
func (c *conn) writing(e *envelope) {
	if e == nil {
		return
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	e.sent = time.Now()
}

// written starts the time in which an envelope must be acknowledged.
func (c *conn) written(e *envelope) {
	if e == nil {
		return
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if slices.Contains(c.unacked, e) {
		e.timer = time.AfterFunc(c.s.Deadline, func() { c.overdue(e) })
	}
}

// overdue is what happens to an envelope that was not acknowledged in time.
func (c *conn) overdue(e *envelope) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.take(e) || s.testOver {
		return
	}
	if !e.dropped {
		s.violate("%s was not acknowledged in %v", e.what.name, s.Deadline)
	}
	s.again(e.what, "timeout")
}

// take takes an envelope from those that owe an acknowledgement, and says whether it was among them.
func (c *conn) take(e *envelope) bool {
	at := slices.Index(c.unacked, e)
	if at < 0 {
		return false
	}
	c.unacked = slices.Delete(c.unacked, at, at+1)
	return true
}

// receive handles one frame from the client; s.mu is held.
func (c *conn) receive(raw []byte) {
	s := c.s
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(raw, &ack); err != nil || ack.EnvelopeID == "" {
		s.violate("a socket was sent something that acknowledges nothing")
		return
	}
	at := slices.IndexFunc(c.unacked, func(e *envelope) bool { return e.id == ack.EnvelopeID })
	if at < 0 {
		if !s.gate.issued[ack.EnvelopeID] {
			s.violate("a socket was sent an acknowledgement of something that was never sent")
		}
		return
	}
	e := c.unacked[at]
	if len(raw) >= maxAck {
		s.violate("the acknowledgement of %s has %d bytes and was dropped, fewer than %d are allowed", e.what.name, len(raw), maxAck)
		e.dropped = true
		return
	}
	c.take(e)
	if e.timer != nil {
		e.timer.Stop()
	}
	s.acknowledged(e.what, time.Since(e.sent), ack.Payload)
}

func (s *Slack) socketURL() string { return "ws" + strings.TrimPrefix(s.server.URL, "http") + "/link/" }
