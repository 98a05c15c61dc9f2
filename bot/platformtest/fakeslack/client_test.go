package fakeslack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"crux/bot/platformtest/wire"
)

// client speaks to the fake with nothing but net/http.
type client struct {
	t     testing.TB
	s     *Slack
	http  *http.Client
	token string
}

func newClient(t testing.TB, s *Slack) *client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t, s, &http.Client{Transport: transport}, s.BotToken}
}

// reply is what any method may answer.
type reply struct {
	OK       bool
	Error    string
	Needed   string
	TS       string
	MessageT string `json:"message_ts"`
	Messages []told
	HasMore  bool `json:"has_more"`
	Meta     struct {
		NextCursor string `json:"next_cursor"`
	} `json:"response_metadata"`
	Channel  json.RawMessage
	Channels []struct{ ID, Name string }
	Members  []json.RawMessage
	Message  told
	URL      string
	Upload   string `json:"upload_url"`
	FileID   string `json:"file_id"`
	File     struct {
		Private string `json:"url_private"`
	}
	Link string `json:"permalink"`
	View struct{ ID, Hash string }
	User any

	status int
	header http.Header
}

// told is a message as the client is told of it.
type told struct {
	Type, Subtype, User, Text, TS string
	Thread                        string `json:"thread_ts"`
	ReplyCount                    int    `json:"reply_count"`
	LatestReply                   string `json:"latest_reply"`
	BotID                         string `json:"bot_id"`
	Blocks                        json.RawMessage
	Files                         []struct{ Name string }
	Metadata                      json.RawMessage
	Root                          *struct{ Text string }
	Edited                        *struct{ User string }
}

func (c *client) send(req *http.Request) (int, http.Header, []byte) {
	c.t.Helper()
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Errorf("%s: %v", req.URL.Path, err)
		return 0, nil, nil
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Errorf("%s: %v", req.URL.Path, err)
	}
	return resp.StatusCode, resp.Header, raw
}

// call calls a method with a form.
func (c *client) call(method string, args ...string) reply {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	return c.body(method, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// json calls a method with JSON.
func (c *client) json(method string, args object) reply {
	c.t.Helper()
	return c.body(method, "application/json; charset=utf-8", mustJSON(args))
}

func (c *client) body(method, kind string, body []byte) reply {
	c.t.Helper()
	req, err := http.NewRequest("POST", c.s.APIURL()+method, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+c.token)
	status, header, raw := c.send(req)
	r := reply{status: status, header: header}
	if err := json.Unmarshal(raw, &r); err != nil && status == 200 {
		c.t.Errorf("%s: %v in %s", method, err, raw)
	}
	return r
}

// must calls a method that must succeed.
func (c *client) must(method string, args ...string) reply {
	c.t.Helper()
	r := c.call(method, args...)
	if !r.OK {
		c.t.Errorf("%s: %s", method, r.Error)
	}
	return r
}

// say posts a message as the house demands it.
func (c *client) say(channel, text string, more ...string) reply {
	c.t.Helper()
	return c.call("chat.postMessage", append([]string{
		"channel", channel, "text", text, "unfurl_links", "false", "unfurl_media", "false",
	}, more...)...)
}

func (c *client) whisper(channel, user, text string, more ...string) reply {
	c.t.Helper()
	return c.call("chat.postEphemeral", append([]string{
		"channel", channel, "user", user, "text", text, "unfurl_links", "false", "unfurl_media", "false",
	}, more...)...)
}

// post posts JSON to a response URL.
func (c *client) post(to string, body object) int {
	c.t.Helper()
	req, err := http.NewRequest("POST", to, bytes.NewReader(mustJSON(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	status, _, _ := c.send(req)
	return status
}

// quiet is a response of words alone.
func quiet(text string, more object) object {
	return merge(object{"text": text, "unfurl_links": false, "unfurl_media": false}, more)
}

func (c *client) texts(r reply) string {
	var out []string
	for _, m := range r.Messages {
		out = append(out, m.Text)
	}
	return strings.Join(out, " ")
}

// socket is a client of Socket Mode.
type socket struct {
	t  testing.TB
	s  *Slack
	ws *websocket.Conn
}

type packet struct {
	Type, Reason string
	EnvelopeID   string `json:"envelope_id"`
	RetryAttempt int    `json:"retry_attempt"`
	Accepts      bool   `json:"accepts_response_payload"`
	Payload      payload
}

type payload struct {
	Type     string
	EventID  string `json:"event_id"`
	Event    event
	Command  string
	Text     string
	Response string `json:"response_url"`
	Message  *told
	User     struct{ ID string }
	Trigger  string `json:"trigger_id"`
	View     struct {
		ID              string
		CallbackID      string `json:"callback_id"`
		PrivateMetadata string `json:"private_metadata"`
		State           struct {
			Values map[string]map[string]struct{ Value string }
		}
	}
	Actions []struct {
		Type     string
		ActionID string `json:"action_id"`
		Value    string
		Selected struct{ Value string } `json:"selected_option"`
	}
	Container struct {
		Type      string
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	}
	CallbackID string `json:"callback_id"`
}

type event struct {
	Type, Subtype, User, Text, TS, Tab string
	Channel                            string
	ChannelType                        string `json:"channel_type"`
	Thread                             string `json:"thread_ts"`
	DeletedTS                          string `json:"deleted_ts"`
	Message                            *told
	Previous                           *told `json:"previous_message"`
}

// UnmarshalJSON forgives users that are objects, as user_change has them.
func (e *event) UnmarshalJSON(raw []byte) error {
	type plain event
	_ = json.Unmarshal(raw, (*plain)(e))
	return nil
}

func dial(t testing.TB, s *Slack) *socket {
	t.Helper()
	c := newClient(t, s)
	c.token = s.AppToken
	address := c.must("apps.connections.open").URL
	ws, resp, err := websocket.DefaultDialer.Dial(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	k := &socket{t, s, ws}
	t.Cleanup(func() { _ = ws.Close() })
	if p := k.next(); p.Type != "hello" {
		t.Fatalf("the first packet is %q", p.Type)
	}
	return k
}

func (k *socket) read() (packet, error) {
	var p packet
	_ = k.ws.SetReadDeadline(time.Now().Add(30 * time.Second))
	err := k.ws.ReadJSON(&p)
	return p, err
}

func (k *socket) next() packet {
	k.t.Helper()
	p, err := k.read()
	if err != nil {
		k.t.Fatal(err)
	}
	return p
}

func (k *socket) ack(p packet, payload any) {
	k.t.Helper()
	body := object{"envelope_id": p.EnvelopeID}
	if payload != nil {
		body["payload"] = payload
	}
	if err := k.ws.WriteJSON(body); err != nil {
		k.t.Error(err)
	}
}

// take reads the next packet and acknowledges it.
func (k *socket) take() packet {
	k.t.Helper()
	p := k.next()
	k.ack(p, nil)
	return p
}

// until takes packets up to the next event of a type.
func (k *socket) until(kind string) event {
	k.t.Helper()
	for {
		if p := k.take(); p.Payload.Event.Type == kind {
			return p.Payload.Event
		}
	}
}

// wantViolations checks that just these violations, told by a part of each, have been recorded.
func wantViolations(t *testing.T, s *Slack, parts ...string) {
	t.Helper()
	wire.WantViolations(t, s.Violations(), parts...)
}

// raw posts a body as it is.
func (c *client) raw(address, kind, body string) int {
	c.t.Helper()
	req, err := http.NewRequest("POST", address, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	status, _, _ := c.send(req)
	return status
}
