package fakediscord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"crux/bot/platformtest/wire"
)

// client speaks to the fake with nothing but net/http.
type client struct {
	t     testing.TB
	d     *Discord
	http  *http.Client
	token string
}

func newClient(t testing.TB, d *Discord) *client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t, d, &http.Client{Transport: transport}, d.Token}
}

// do makes a request and decodes the answer into into, if that is not nil.
func (c *client) do(method, path string, body, into any) (status int) {
	c.t.Helper()
	var raw io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		raw = bytes.NewReader(b)
	}
	return c.send(method, path, "application/json", raw, into)
}

func (c *client) send(method, path, kind string, body io.Reader, into any) int {
	c.t.Helper()
	req, err := http.NewRequest(method, c.d.URL()+"/api/v9"+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+c.token)
	req.Header.Set("Content-Type", kind)
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
		return 0
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			c.t.Errorf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return resp.StatusCode
}

// errorCode makes a request that is refused and returns Discord's own code.
func (c *client) errorCode(method, path string, body any) int {
	c.t.Helper()
	var e struct{ Code int }
	c.do(method, path, body, &e)
	return e.Code
}

// form sends a message with files.
func (c *client) form(method, path string, body any, files ...File) int {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = w.WriteField("payload_json", string(raw))
	for n, f := range files {
		part, err := w.CreateFormFile(fmt.Sprintf("files[%d]", n), f.Name)
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = part.Write(f.Data)
	}
	_ = w.Close()
	return c.send(method, path, w.FormDataContentType(), &b, nil)
}

// quiet is allowed_mentions that pings nobody.
var quiet = object{"parse": []string{}}

func say(text string) object { return object{"content": text, "allowed_mentions": quiet} }

// register registers /debate with a subcommand and a message menu.
func (c *client) register(guild string) {
	c.t.Helper()
	commands := []object{
		{"name": "debate", "description": "Debates", "options": []object{
			{"type": 1, "name": "summary", "description": "Summarize", "options": []object{
				{"type": 3, "name": "window", "description": "How far back", "autocomplete": true},
				{"type": 7, "name": "channel", "description": "Where"},
			}},
		}},
		{"name": "Is this answered?", "type": 3},
	}
	if status := c.do("PUT", "/applications/"+c.d.App+"/guilds/"+guild+"/commands", commands, nil); status != 200 {
		c.t.Fatalf("registering commands: status %d", status)
	}
}

// socket is a client of the gateway.
type socket struct {
	t  testing.TB
	ws *websocket.Conn
}

type packet struct {
	Op int
	S  int64
	T  string
	D  json.RawMessage
}

func dial(t testing.TB, d *Discord) *socket {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.Dial(d.gatewayURL()+"?v=9&encoding=json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s := &socket{t, ws}
	t.Cleanup(func() { _ = ws.Close() })
	if p := s.next(); p.Op != opHello {
		t.Fatalf("the first packet has opcode %d", p.Op)
	}
	return s
}

// identified dials, identifies and reads READY; it returns the session's id.
func identified(t testing.TB, d *Discord, intents int) (*socket, string) {
	t.Helper()
	s := dial(t, d)
	s.identify(d, intents)
	p := s.next()
	var ready struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(p.D, &ready); err != nil || p.T != "READY" {
		t.Fatalf("got %q for READY: %v", p.T, err)
	}
	return s, ready.SessionID
}

func (s *socket) identify(d *Discord, intents int) {
	s.say(opIdentify, object{"token": "Bot " + d.Token, "intents": intents, "properties": object{}})
}

func (s *socket) say(op int, data any) {
	s.t.Helper()
	if err := s.ws.WriteJSON(object{"op": op, "d": data}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *socket) read() (packet, error) {
	var p packet
	_ = s.ws.SetReadDeadline(time.Now().Add(30 * time.Second))
	err := s.ws.ReadJSON(&p)
	return p, err
}

func (s *socket) next() packet {
	s.t.Helper()
	p, err := s.read()
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// until reads on to the next event of a kind.
func (s *socket) until(kind string) packet {
	s.t.Helper()
	for {
		if p := s.next(); p.T == kind {
			return p
		}
	}
}

// closed reads on to the connection's end and returns the code; 0 if there was none.
func (s *socket) closed() int {
	for {
		if _, err := s.read(); err != nil {
			if e, is := err.(*websocket.CloseError); is {
				return e.Code
			}
			return 0
		}
	}
}

// wantViolations checks that just these violations, told by a part of each, have been recorded.
func wantViolations(t *testing.T, d *Discord, parts ...string) {
	t.Helper()
	wire.WantViolations(t, d.Violations(), parts...)
}
