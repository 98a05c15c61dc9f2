package fakediscord

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"crux/bot/platformtest/wire"
)

// gate is the gateway's state.
type gate struct {
	sessions       map[string]*session
	conns          map[*conn]bool
	holds          *wire.Holds // of new connections
	ready, resumed int
}

// conn is one WebSocket connection. One goroutine alone writes to it, what is queued
// in the order of queueing.
type conn struct {
	d       *Discord
	ws      *websocket.Conn
	wake    chan struct{}
	gone    chan struct{} // closed when its reader has ended
	session *session
	queue   []any // frames to write
	beaten  bool  // whether a heartbeat has come
	ready   int   // READY and RESUMED that were sent before that
	resumed int
	closing int // close code to send after what is queued; 0 for none
}

// Gateway opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// Close codes of the gateway.
const (
	closeUnknownOp         = 4001
	closeDecodeError       = 4002
	closeNotAuthenticated  = 4003
	closeWrongToken        = 4004
	closeAlreadyIdentified = 4005
	closeWrongSeq          = 4007
	closeTimedOut          = 4009
	closeIntentRefused     = 4014
)

// heartbeatInterval is what Hello asks for, in milliseconds; Discord asks for the same.
const heartbeatInterval = 41250

func (d *Discord) serveGateway(w http.ResponseWriter, r *http.Request) {
	if !d.gate.holds.Pass(wire.All, r.Context().Done()) {
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	c := &conn{d: d, ws: ws, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	d.mu.Lock()
	if d.testOver {
		d.mu.Unlock()
		_ = ws.Close()
		return
	}
	if v := r.URL.Query().Get("v"); v != "9" && v != "10" {
		d.violate("the gateway was asked for version %q", v)
	}
	d.sockets.Add(2)
	d.gate.conns[c] = true
	c.say(object{"op": opHello, "d": object{"heartbeat_interval": heartbeatInterval}})
	d.mu.Unlock()
	go func() {
		defer d.sockets.Done()
		c.write()
	}()
	defer d.sockets.Done()
	c.read()
}

// read serves what the client sends until the connection ends.
func (c *conn) read() {
	defer func() {
		c.d.mu.Lock()
		defer c.d.mu.Unlock()
		c.leave()
		delete(c.d.gate.conns, c)
		close(c.gone)
		_ = c.ws.Close()
	}()
	for {
		_ = c.ws.SetReadDeadline(time.Now().Add(2 * heartbeatInterval * time.Millisecond))
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			c.ended(err)
			return
		}
		c.d.mu.Lock()
		c.receive(frame)
		c.d.mu.Unlock()
	}
}

// ended notes how a connection ended: a client that says goodbye with 1000 or 1001
// gives its session up.
func (c *conn) ended(err error) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	if c.session != nil && c.closing == 0 && websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
		delete(c.d.gate.sessions, c.session.id)
	}
}

// leave parts the connection from its session; d.mu is held.
func (c *conn) leave() {
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
	}
	c.session = nil
}

// cut ends the connection without a word; d.mu is held.
func (c *conn) cut() {
	c.leave()
	_ = c.ws.NetConn().Close()
}

// end closes the connection with a code after what is queued; d.mu is held.
func (c *conn) end(code int) {
	c.closing = code
	c.poke()
}

// say queues a frame; d.mu is held.
func (c *conn) say(frame any) {
	c.queue = append(c.queue, frame)
	c.poke()
}

func (c *conn) tell(e event) {
	c.say(object{"op": opDispatch, "s": e.seq, "t": e.kind, "d": e.data})
}

func (c *conn) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// write sends what is queued until the connection ends.
func (c *conn) write() {
	for {
		select {
		case <-c.wake:
		case <-c.gone:
			return
		}
		frames, closing := c.queued()
		for _, f := range frames {
			if err := c.ws.WriteJSON(f); err != nil {
				_ = c.ws.NetConn().Close() // so that the reader ends too
				return
			}
		}
		if closing != 0 {
			goodbye := websocket.FormatCloseMessage(closing, "")
			_ = c.ws.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Second))
			_ = c.ws.SetReadDeadline(time.Now().Add(time.Second)) // for the client's own close frame
			return
		}
	}
}

// queued takes the frames that wait to be written.
func (c *conn) queued() (frames []any, closing int) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	frames, c.queue = c.queue, nil
	return frames, c.closing
}

// receive handles one frame from the client; d.mu is held.
func (c *conn) receive(frame []byte) {
	var f struct {
		Op int             `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(frame, &f); err != nil {
		c.d.violate("the gateway was sent malformed JSON")
		c.end(closeDecodeError)
		return
	}
	switch f.Op {
	case opHeartbeat:
		c.heartbeat(f.D)
	case opIdentify:
		c.identify(f.D)
	case opResume:
		c.resume(f.D)
	case opPresence, opVoiceState, opRequestMembers:
		if c.session == nil {
			c.end(closeNotAuthenticated)
		}
	default:
		c.d.violate("the gateway was sent the unknown opcode %d", f.Op)
		c.end(closeUnknownOp)
	}
}

// heartbeat forgets what the client says it has.
func (c *conn) heartbeat(raw json.RawMessage) {
	var seq int64
	_ = json.Unmarshal(raw, &seq) // null before the first event
	if s := c.session; s != nil {
		s.events = slices.Clone(s.events[s.index(seq+1):])
	}
	c.say(object{"op": opHeartbeatAck})
	c.beaten = true
	c.settle()
}

// settle counts sessions as made and resumed once a heartbeat has come. Clients send the first
// one when they have finished opening; discordgo takes it badly when a connection
// ends before.
func (c *conn) settle() {
	if !c.beaten {
		return
	}
	c.d.gate.ready += c.ready
	c.d.gate.resumed += c.resumed
	c.ready, c.resumed = 0, 0
	c.d.notify()
}

func (c *conn) identify(raw json.RawMessage) {
	d := c.d
	var who struct {
		Token   string     `json:"token"`
		Intents int        `json:"intents"`
		Shard   *[2]uint64 `json:"shard"`
	}
	if err := json.Unmarshal(raw, &who); err != nil {
		c.end(closeDecodeError)
		return
	}
	switch {
	case c.session != nil:
		c.end(closeAlreadyIdentified)
	case !d.tokenRight(who.Token):
		c.end(closeWrongToken)
	case who.Intents&d.refused != 0:
		c.end(closeIntentRefused)
	default:
		s := &session{id: d.mint(time.Time{}), intents: who.Intents, shard: [2]uint64{0, 1}, conn: c}
		if who.Shard != nil && who.Shard[1] > 0 {
			s.shard = *who.Shard
		}
		d.gate.sessions[s.id] = s
		c.session = s
		c.welcome(s)
	}
}

// welcome sends READY, in which all guilds are unavailable, and then each guild.
func (c *conn) welcome(s *session) {
	d := c.d
	unavailable := []object{}
	guilds := d.botGuilds()
	for _, g := range guilds {
		if s.covers(g) {
			unavailable = append(unavailable, object{"id": g.id, "unavailable": true})
		}
	}
	s.add("READY", object{
		"v": 9, "user": d.userJSON(d.Bot), "guilds": unavailable, "session_id": s.id, "resume_gateway_url": d.gatewayURL(),
		"session_type": "normal", "private_channels": []any{}, "relationships": []any{}, "shard": s.shard,
		"application": object{"id": d.App, "flags": d.appFlags()},
	})
	for _, g := range guilds {
		if s.covers(g) && s.intents&IntentGuilds != 0 {
			s.add("GUILD_CREATE", d.guildCreate(g))
		}
	}
	c.ready++
	c.settle()
}

func (c *conn) resume(raw json.RawMessage) {
	d := c.d
	var who struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	if err := json.Unmarshal(raw, &who); err != nil {
		c.end(closeDecodeError)
		return
	}
	s := d.gate.sessions[who.SessionID]
	switch {
	case !d.tokenRight(who.Token):
		c.end(closeWrongToken)
	case s == nil:
		c.say(object{"op": opInvalidSession, "d": false})
	case who.Seq > s.seq || who.Seq < s.seq-int64(len(s.events)):
		delete(d.gate.sessions, s.id)
		c.end(closeWrongSeq)
	default:
		if s.conn != nil {
			s.conn.cut()
		}
		s.conn, c.session = c, s
		for _, e := range s.events[s.index(who.Seq+1):] {
			c.tell(e)
		}
		s.add("RESUMED", object{})
		c.resumed++
		c.settle()
	}
}
