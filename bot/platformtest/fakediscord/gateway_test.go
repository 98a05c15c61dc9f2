package fakediscord

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
)

const everything = IntentGuilds | IntentGuildMessages | IntentMessageContent

func TestIdentify(t *testing.T) {
	t.Parallel()
	d := New(t)
	g := d.AddGuild("Athens")
	d.AddChannel(g, Channel{Name: "agora"})
	s, _ := identified(t, d, everything)
	var created struct {
		ID       string
		Channels []struct{ Name string }
		Roles    []struct{ Permissions string }
	}
	if err := json.Unmarshal(s.until("GUILD_CREATE").D, &created); err != nil {
		t.Fatal(err)
	}
	if created.ID != g || len(created.Channels) != 1 || len(created.Roles) != 2 {
		t.Errorf("GUILD_CREATE: %+v", created)
	}
	s.say(opHeartbeat, 2)
	if p := s.next(); p.Op != opHeartbeatAck {
		t.Errorf("opcode %d after a heartbeat", p.Op)
	}
	d.WaitReady(1)
	s.identify(d, everything)
	if code := s.closed(); code != closeAlreadyIdentified {
		t.Errorf("identifying twice: code %d", code)
	}
}

func TestRefusedAtTheGate(t *testing.T) {
	t.Parallel()
	d := New(t)
	d.SetIntentAllowed(IntentMessageContent, false)
	s := dial(t, d)
	s.identify(d, everything)
	if code := s.closed(); code != closeIntentRefused {
		t.Errorf("a refused intent: code %d", code)
	}
	s = dial(t, d)
	s.say(opIdentify, object{"token": "wrong", "intents": IntentGuilds})
	if code := s.closed(); code != closeWrongToken {
		t.Errorf("a wrong token: code %d", code)
	}
	s = dial(t, d)
	s.say(opPresence, object{})
	if code := s.closed(); code != closeNotAuthenticated {
		t.Errorf("nobody: code %d", code)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	d := New(t)
	g := d.AddGuild("Athens")
	agora := d.AddChannel(g, Channel{Name: "agora"})
	secret := d.AddChannel(g, Channel{Name: "secret", Overwrites: []Overwrite{{ID: g, Deny: ViewChannel}}})
	s, _ := identified(t, d, everything)
	blind, _ := identified(t, d, IntentGuilds|IntentGuildMessages)
	deaf, _ := identified(t, d, IntentGuilds)

	d.Post(secret, Message{Text: "unseen"})
	ids := d.PostMany(agora, Message{Text: "one"}, Message{Text: "two"}, Message{Text: "three"})
	d.Edit(agora, ids[0], "uno")
	d.Delete(agora, ids[0])
	d.Delete(agora, ids[1], ids[2])
	d.DeleteChannel(agora)

	type heard struct {
		Content   string
		ID        string
		IDs       []string
		GuildID   string `json:"guild_id"`
		ChannelID string `json:"channel_id"`
	}
	decode := func(p packet) heard {
		var h heard
		if err := json.Unmarshal(p.D, &h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	if h := decode(s.until("MESSAGE_CREATE")); h.Content != "one" || h.GuildID != g || h.ChannelID != agora {
		t.Errorf("MESSAGE_CREATE: %+v", h)
	}
	if h := decode(s.until("MESSAGE_UPDATE")); h.Content != "uno" {
		t.Errorf("MESSAGE_UPDATE: %+v", h)
	}
	if h := decode(s.until("MESSAGE_DELETE")); h.ID != ids[0] {
		t.Errorf("MESSAGE_DELETE: %+v", h)
	}
	if h := decode(s.until("MESSAGE_DELETE_BULK")); len(h.IDs) != 2 {
		t.Errorf("MESSAGE_DELETE_BULK: %+v", h)
	}
	s.until("CHANNEL_DELETE")
	if h := decode(blind.until("MESSAGE_CREATE")); h.Content != "" {
		t.Error("the content is seen without the intent")
	}
	for p := deaf.next(); p.T != "CHANNEL_DELETE"; p = deaf.next() {
		if p.T != "GUILD_CREATE" {
			t.Errorf("got %s without the intent", p.T)
		}
	}
}

func resume(t *testing.T, d *Discord, session string, seq int64) *socket {
	t.Helper()
	s := dial(t, d)
	s.say(opResume, object{"token": d.Token, "session_id": session, "seq": seq})
	return s
}

func TestResume(t *testing.T) {
	t.Parallel()
	d := New(t)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	s, session := identified(t, d, everything)
	seq := s.until("GUILD_CREATE").S

	d.CutGateway()
	if code := s.closed(); code == websocket.CloseNormalClosure {
		t.Error("a cut connection was closed properly")
	}
	for n := range 5 {
		d.Post(agora, Message{Text: fmt.Sprint(n)})
	}
	s = resume(t, d, session, seq)
	for n := range 5 {
		if p := s.next(); p.T != "MESSAGE_CREATE" || p.S != seq+int64(n)+1 {
			t.Fatalf("replayed %s %d", p.T, p.S)
		}
	}
	if p := s.next(); p.T != "RESUMED" {
		t.Errorf("got %s for RESUMED", p.T)
	}
	d.Reconnect()
	if p := s.next(); p.Op != opReconnect {
		t.Errorf("opcode %d for a reconnect", p.Op)
	}
	d.CloseGateway(4000)
	if code := s.closed(); code != 4000 {
		t.Errorf("closed with %d", code)
	}
	s = resume(t, d, session, seq+6)
	s.until("RESUMED")

	// Who says goodbye gives the session up.
	_ = s.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	s.closed()
	d.WaitGatewayGone()
	if p := resume(t, d, session, seq).next(); p.Op != opInvalidSession || string(p.D) != "false" {
		t.Errorf("resuming after a goodbye: opcode %d, %s", p.Op, p.D)
	}
}

func TestLostSessions(t *testing.T) {
	t.Parallel()
	d := New(t)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	s, session := identified(t, d, everything)
	d.CutGateway()
	s.closed()
	d.ForgetSessions()
	s = resume(t, d, session, 1)
	if p := s.next(); p.Op != opInvalidSession {
		t.Errorf("resuming a forgotten session: opcode %d", p.Op)
	}
	s.identify(d, everything)
	s.until("READY")
	d.InvalidSession(false)
	for p := s.next(); p.Op != opInvalidSession; p = s.next() {
	}
	d.Post(agora, Message{Text: "lost"})
	s.identify(d, everything)
	for p := s.next(); p.T != "GUILD_CREATE"; p = s.next() {
		if p.T == "MESSAGE_CREATE" {
			t.Error("an event outlived its session")
		}
	}
}

func TestHoldGateway(t *testing.T) {
	t.Parallel()
	d := New(t)
	release := d.HoldGateway()
	dialled := make(chan int)
	go func() {
		ws, resp, err := websocket.DefaultDialer.Dial(d.gatewayURL()+"?v=10", nil)
		if err != nil {
			dialled <- 0
			return
		}
		_ = resp.Body.Close()
		_ = ws.Close()
		dialled <- 1
	}()
	select {
	case <-dialled:
		t.Error("a connection came through while the gateway was held")
	default:
	}
	release()
	if <-dialled != 1 {
		t.Error("no connection came through after the release")
	}
}
