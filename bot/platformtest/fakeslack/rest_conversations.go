package fakeslack

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

func (s *Slack) conversationsInfo(c *call) answer {
	ch, refusal := s.find(c)
	switch {
	case refusal != nil:
		return refusal
	case !s.granted(readScope(ch)):
		return s.missing(readScope(ch))
	}
	o := s.channelJSON(ch)
	if c.is("include_num_members") {
		o["num_members"] = len(ch.members)
	}
	return ok(object{"channel": o})
}

func (s *Slack) conversationsMembers(c *call) answer {
	ch, refusal := s.find(c)
	switch {
	case refusal != nil:
		return refusal
	case !s.granted(readScope(ch)):
		return s.missing(readScope(ch))
	}
	part, next, problem := page(c, ch.members, 100, 1000)
	if problem != "" {
		return refuse(problem)
	}
	return ok(object{"members": list(part), "response_metadata": object{"next_cursor": next}})
}

func (s *Slack) conversationsOpen(c *call) answer {
	user := c.get("users")
	if user == "" {
		ch, refusal := s.find(c)
		if refusal != nil {
			return refusal
		}
		user = ch.dm
	}
	u := s.users[user]
	switch {
	case u == nil:
		return refuse("user_not_found")
	case u.Deleted:
		return refuse("user_disabled")
	case u.id == s.Bot:
		return refuse("cannot_dm_bot")
	}
	ch := s.dm(u.id)
	if c.is("return_im") {
		return ok(object{"channel": s.channelJSON(ch)})
	}
	return ok(object{"channel": object{"id": ch.id}})
}

func (s *Slack) conversationsJoin(c *call) answer {
	ch, refusal := s.find(c)
	switch {
	case refusal != nil:
		return refusal
	case ch.kind() != "channel":
		return refuse("method_not_supported_for_channel_type")
	case ch.Archived:
		return refuse("is_archived")
	}
	s.join(ch, s.Bot)
	return ok(object{"channel": s.channelJSON(ch)})
}

func (s *Slack) conversationsList(c *call) answer {
	return s.listChannels(c, s.visible)
}

func (s *Slack) usersConversations(c *call) answer {
	user := c.get("user")
	if user == "" {
		user = s.Bot
	}
	if s.users[user] == nil {
		return refuse("user_not_found")
	}
	return s.listChannels(c, func(ch *channel) bool { return s.visible(ch) && ch.has(user) })
}

// channelTypes are Slack's types of channel and the fake's.
var channelTypes = map[string]string{"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}

// listChannels lists the channels of the types that a call names, oldest first.
func (s *Slack) listChannels(c *call, keep func(*channel) bool) answer {
	types := c.get("types")
	if types == "" {
		types = "public_channel"
	}
	kinds := map[string]bool{}
	for t := range strings.SplitSeq(types, ",") {
		kind, known := channelTypes[strings.TrimSpace(t)]
		if !known {
			return refuse("invalid_types")
		}
		if scope := plural(kind) + ":read"; kind != "mpim" && !s.granted(scope) {
			return s.missing(scope)
		}
		kinds[kind] = true
	}
	var channels []object
	for _, ch := range s.sortedChannels() {
		if kinds[ch.kind()] && keep(ch) && !(c.is("exclude_archived") && ch.Archived) {
			channels = append(channels, s.channelJSON(ch))
		}
	}
	part, next, problem := page(c, channels, 100, 1000)
	if problem != "" {
		return refuse(problem)
	}
	return ok(object{"channels": list(part), "response_metadata": object{"next_cursor": next}})
}

func (s *Slack) sortedChannels() []*channel {
	var out []*channel
	for _, c := range s.channels {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *channel) int { return strings.Compare(a.id[1:], b.id[1:]) })
	return out
}

// page cuts the part out of a list that a call asks for, and says with what cursor the
// next begins, "" if there is none.
func page[T any](c *call, all []T, usual, most int) (part []T, next, problem string) {
	limit := usual
	if l := c.get("limit"); l != "" && l != "0" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 1 || n > most {
			return nil, "", "invalid_limit"
		}
		limit = n
	}
	from := 0
	if cursor := c.get("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		offset, is := strings.CutPrefix(string(raw), "offset:")
		if from, _ = strconv.Atoi(offset); err != nil || !is || from < 0 || from > len(all) {
			return nil, "", "invalid_cursor"
		}
	}
	until := min(from+limit, len(all))
	if until < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("offset:" + strconv.Itoa(until)))
	}
	return all[from:until], next, ""
}
