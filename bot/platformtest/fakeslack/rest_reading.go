package fakeslack

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Slack slows reading down for some apps; see Slack.Throttle.
const (
	throttleEvery = time.Minute
	throttlePage  = 15
)

var timestamp = regexp.MustCompile(`^\d{1,12}(\.\d{1,6})?$`)

// span is which messages a call reads.
type span struct {
	oldest, latest string // "" where it is open
	inclusive      bool
	limit          int
	cursor         string // the timestamp with which the page begins, "" for the first
}

// spanOf reads which messages a call is about. Without a limit it reads as many as
// usual, and it may ask for most.
func (s *Slack) spanOf(c *call, usual, most int) (span, string) {
	sp := span{oldest: c.get("oldest"), latest: c.get("latest"), inclusive: c.is("inclusive"), limit: usual}
	if l := c.get("limit"); l != "" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 1 || n > most {
			s.violate("%s: the limit %q, 1 to %d are allowed", c.method, l, most)
			return sp, "invalid_limit"
		}
		sp.limit = n
	}
	if sp.oldest != "" && !timestamp.MatchString(sp.oldest) {
		s.violate("%s: oldest is no timestamp", c.method)
		return sp, "invalid_ts_oldest"
	}
	if sp.latest != "" && !timestamp.MatchString(sp.latest) {
		s.violate("%s: latest is no timestamp", c.method)
		return sp, "invalid_ts_latest"
	}
	if cursor := c.get("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		ts, is := strings.CutPrefix(string(raw), "next_ts:")
		if err != nil || !is || !timestamp.MatchString(ts) {
			s.violate("%s: a cursor that no call has returned", c.method)
			return sp, "invalid_cursor"
		}
		sp.cursor = ts
	}
	if s.faults.throttled {
		sp.limit = min(sp.limit, throttlePage)
	}
	return sp, ""
}

// nextCursor is what a page ends with if the message m comes after it.
func nextCursor(m *message) object {
	return object{"next_cursor": base64.StdEncoding.EncodeToString([]byte("next_ts:" + m.ts))}
}

func (sp span) holds(ts string) bool {
	after := sp.oldest == "" || before(sp.oldest, ts) || sp.inclusive && compareTS(sp.oldest, ts) == 0
	until := sp.latest == "" || before(ts, sp.latest) || sp.inclusive && compareTS(sp.latest, ts) == 0
	return after && until
}

// readable finds the channel that a call reads, which the bot must be in.
func (s *Slack) readable(c *call) (*channel, answer) {
	ch, refusal := s.find(c)
	switch {
	case refusal != nil:
		return nil, refusal
	case !s.granted(historyScope(ch)):
		return nil, s.missing(historyScope(ch))
	case !ch.has(s.Bot):
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

// tooOften says whether a throttled app has read within the last minute already, and
// notes that it reads now.
func (s *Slack) tooOften(method string) bool {
	if !s.faults.throttled {
		return false
	}
	now := time.Now()
	if last, read := s.faults.lastRead[method]; read && now.Sub(last) < throttleEvery {
		return true
	}
	s.faults.lastRead[method] = now
	return false
}

// history serves what stands in the channel itself, newest first.
func (s *Slack) history(c *call) answer {
	ch, refusal := s.readable(c)
	if refusal != nil {
		return refusal
	}
	sp, code := s.spanOf(c, 100, 999)
	if code != "" {
		return refuse(code)
	}
	if s.tooOften(c.method) {
		return refuse("ratelimited")
	}
	from := len(ch.messages) - 1
	if sp.cursor != "" {
		at, found := find(ch.messages, sp.cursor)
		if !found {
			at-- // the message has been deleted since
		}
		from = at
	}
	messages := []object{}
	for i := from; i >= 0; i-- {
		m := ch.messages[i]
		if sp.oldest != "" && before(m.ts, sp.oldest) {
			break
		}
		if !m.topLevel() || !sp.holds(m.ts) {
			continue
		}
		if len(messages) == sp.limit {
			return ok(object{"messages": messages, "has_more": true, "pin_count": 0, "response_metadata": nextCursor(m)})
		}
		messages = append(messages, s.historyJSON(c, m))
	}
	return ok(object{"messages": messages, "has_more": false, "pin_count": 0})
}

// replies serves a thread, oldest first, each page beginning with the message that the
// others reply to. Asked for a reply it serves that alone.
func (s *Slack) replies(c *call) answer {
	ch, refusal := s.readable(c)
	if refusal != nil {
		return refusal
	}
	sp, code := s.spanOf(c, 1000, 1000)
	if code != "" {
		return refuse(code)
	}
	m := ch.message(c.get("ts"))
	if m == nil {
		return refuse("thread_not_found")
	}
	if s.tooOften(c.method) {
		return refuse("ratelimited")
	}
	messages := []object{s.historyJSON(c, m)}
	if m.thread != "" {
		return ok(object{"messages": messages, "has_more": false})
	}
	for _, r := range ch.threads[m.ts] {
		if !sp.holds(r.ts) || sp.cursor != "" && before(r.ts, sp.cursor) {
			continue
		}
		if len(messages) >= max(2, sp.limit) {
			return ok(object{"messages": messages, "has_more": true, "response_metadata": nextCursor(r)})
		}
		messages = append(messages, s.historyJSON(c, r))
	}
	return ok(object{"messages": messages, "has_more": false})
}

// historyJSON is a message as a call reads it. That a file hangs on it only events say
// by a subtype. Metadata is told who asks for it and has the scope; without the scope
// nothing says that it is missing, so that a client must know what it may read.
func (s *Slack) historyJSON(c *call, m *message) object {
	o := s.messageJSON(m)
	if m.subtype == "file_share" {
		delete(o, "subtype")
	}
	if m.metadata != nil && c.is("include_all_metadata") && s.granted(metadataScope) {
		o["metadata"] = m.metadata
	}
	return o
}
