package fakediscord

import "encoding/json"

// session outlives its connections, so that what was missed can be replayed.
type session struct {
	id      string
	intents int
	shard   [2]uint64
	seq     int64
	events  []event // what the client has not acknowledged by a heartbeat
	conn    *conn   // nil while disconnected
}

type event struct {
	seq  int64
	kind string
	data json.RawMessage
}

// askAfter is how many unacknowledged events make the gateway ask for a heartbeat
// out of turn, so that a flood of events does not pile up for the whole interval.
const askAfter = 20000

// add queues an event for a session, connected or not; d.mu is held.
func (s *session) add(kind string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic("fakediscord: an event cannot be encoded: " + err.Error())
	}
	s.addRaw(kind, raw)
}

func (s *session) addRaw(kind string, raw json.RawMessage) {
	s.seq++
	e := event{s.seq, kind, raw}
	s.events = append(s.events, e)
	if len(s.events)%askAfter == 0 && s.conn != nil {
		s.conn.say(object{"op": opHeartbeat, "d": nil})
	}
	if s.conn != nil {
		s.conn.tell(e)
	}
}

// index returns where the event of a number stands, or would stand, in s.events.
func (s *session) index(seq int64) int {
	first := s.seq - int64(len(s.events)) + 1
	return int(min(max(seq-first, 0), int64(len(s.events))))
}

// covers says whether the session's shard serves a guild; nil stands for direct messages.
func (s *session) covers(g *guild) bool {
	if g == nil {
		return s.shard[0] == 0
	}
	return (number(g.id)>>22)%s.shard[1] == s.shard[0]
}

// emit sends an event to every session that has the intent, if the bot is in the guild
// and, where a channel is given, may see it; d.mu is held. Intent 0 needs none.
func (d *Discord) emit(intent int, g *guild, c *channel, kind string, data func(viewer) any) {
	if g != nil && g.members[d.Bot] == nil {
		return
	}
	if c != nil && d.permissions(d.Bot, c)&ViewChannel == 0 {
		return
	}
	encoded := map[viewer]json.RawMessage{}
	for _, s := range d.gate.sessions {
		if intent != 0 && s.intents&intent == 0 || !s.covers(g) {
			continue
		}
		v := viewer{content: s.intents&IntentMessageContent != 0 && d.refused&IntentMessageContent == 0}
		if encoded[v] == nil {
			raw, err := json.Marshal(data(v))
			if err != nil {
				panic("fakediscord: an event cannot be encoded: " + err.Error())
			}
			encoded[v] = raw
		}
		s.addRaw(kind, encoded[v])
	}
}
