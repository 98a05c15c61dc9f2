package fakediscord

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// WaitReady waits until n sessions in all have been made: READY was sent and the
// connection's first heartbeat, which discordgo sends at once, has come.
func (d *Discord) WaitReady(n int) {
	d.t.Helper()
	d.wait(fmt.Sprintf("%d sessions to be made", n), func() bool { return d.gate.ready >= n })
}

// WaitResumed waits until sessions have been resumed n times in all, with the first
// heartbeat as in WaitReady.
func (d *Discord) WaitResumed(n int) {
	d.t.Helper()
	d.wait(fmt.Sprintf("%d sessions to be resumed", n), func() bool { return d.gate.resumed >= n })
}

// WaitGatewayGone waits until no connection to the gateway is left.
func (d *Discord) WaitGatewayGone() {
	d.t.Helper()
	for {
		d.mu.Lock()
		var left *conn
		for c := range d.gate.conns {
			left = c
		}
		d.mu.Unlock()
		if left == nil {
			return
		}
		select {
		case <-left.gone:
		case <-time.After(d.Patience):
			d.t.Errorf("waited %v in vain for the client to leave the gateway", d.Patience)
			return
		}
	}
}

// CutGateway ends every gateway connection abruptly, without a close frame.
// Sessions can be resumed.
func (d *Discord) CutGateway() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.gate.conns {
		c.cut()
	}
}

// CloseGateway closes every gateway connection with a code. Sessions can be
// resumed where Discord lets them be: not after 4007, 4009 and what says that the
// client is at fault (4004, 4010 to 4014).
func (d *Discord) CloseGateway(code int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	final := code == closeWrongToken || code == closeWrongSeq || code == closeTimedOut || code >= 4010 && code <= closeIntentRefused
	for c := range d.gate.conns {
		if final && c.session != nil {
			delete(d.gate.sessions, c.session.id)
		}
		c.end(code)
		c.leave()
	}
}

// Reconnect tells every connection to reconnect (op 7). Sessions can be resumed.
func (d *Discord) Reconnect() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.gate.conns {
		c.say(object{"op": opReconnect, "d": nil})
	}
}

// InvalidSession tells every connection that its session is invalid (op 9). If it is
// not resumable, the session is forgotten with the events that were still to come.
func (d *Discord) InvalidSession(resumable bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.gate.conns {
		if !resumable && c.session != nil {
			delete(d.gate.sessions, c.session.id)
		}
		c.leave()
		c.say(object{"op": opInvalidSession, "d": resumable})
	}
}

// ForgetSessions makes every session that has no connection unresumable: its next
// RESUME is answered with op 9, and what it missed is lost.
func (d *Discord) ForgetSessions() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, s := range d.gate.sessions {
		if s.conn == nil {
			delete(d.gate.sessions, id)
		}
	}
}

// HoldGateway makes new connections wait until the function that it returns is
// called. With CutGateway it makes a gap of which the test knows both ends.
func (d *Discord) HoldGateway() (release func()) { return d.gate.holds.Add("*") }

// SetIntentAllowed grants or refuses a privileged intent, as the switch in the
// developer portal does; all are granted at first. A client that asks for a refused one
// is closed with 4014. While IntentMessageContent is refused, the texts, embeds,
// attachments and components of others' messages are empty, in REST too.
func (d *Discord) SetIntentAllowed(intent int, allowed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if allowed {
		d.refused &^= intent
	} else {
		d.refused |= intent
	}
}

func (d *Discord) appFlags() int {
	flags := 0
	for _, f := range []struct{ intent, flag int }{
		{IntentPresences, 1 << 13}, {IntentGuildMembers, 1 << 15}, {IntentMessageContent, 1 << 19},
	} {
		if d.refused&f.intent == 0 {
			flags |= f.flag // the flags of applications in fewer than 100 guilds
		}
	}
	return flags
}

func (d *Discord) tokenRight(token string) bool {
	return strings.TrimPrefix(token, "Bot ") == d.Token
}

func (d *Discord) gatewayURL() string {
	return "ws" + strings.TrimPrefix(d.server.URL, "http")
}

// botGuilds returns the guilds that the bot is in, oldest first.
func (d *Discord) botGuilds() []*guild {
	var out []*guild
	for _, g := range d.guilds {
		if g.members[d.Bot] != nil {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *guild) int { return strings.Compare(a.id, b.id) })
	return out
}
