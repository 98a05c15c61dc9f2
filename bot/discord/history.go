package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	"crux/summarize"
)

// pageSize is how many messages Discord gives at a time at most.
const pageSize = 100

// noticesPerMessage bounds how much is read of a channel in which Discord's notices (who joined) outnumber what people say.
const noticesPerMessage = 5

// noContent is what the asker is told where Discord withholds all texts.
const noContent = "Discord does not let me see what the messages say. Whoever set me up can open the Developer Portal, my application, " +
	"Bot → Privileged Gateway Intents, turn on Message Content Intent, and save."

// History implements bot.Platform.
func (a *Adapter) History(ctx context.Context, p bot.Place, r bot.Range, progress func(read int)) (bot.History, error) {
	if !isID(p.Server) || !isID(p.Channel) {
		return bot.History{}, bot.Refusef(hidden)
	}
	me, err := a.me(ctx)
	if err != nil {
		return bot.History{}, wrap("history", err)
	}
	s := &stretch{place: p, r: r, self: me, names: map[string]string{}}
	if err := a.readBack(ctx, s, progress); err != nil {
		if isRefused(err) {
			return bot.History{}, &bot.Refusal{Reason: hidden, Err: err}
		}
		return bot.History{}, wrap("history", err)
	}
	if s.broken > 0 {
		a.rest.log.Warn("discord: messages left out that could not be understood", "channel", p.Channel, "count", s.broken)
	}
	if s.withheld && !s.heard {
		if err := a.contentAllowed(ctx); err != nil {
			return bot.History{}, err
		}
	}
	h := s.history()
	if h.Whole {
		h.Total = len(h.Messages)
	} else if r.Since.IsZero() && r.Until.IsZero() && r.From == "" && r.To == "" && r.Author == "" {
		h.Total = a.threadTotal(ctx, p, len(h.Messages))
	}
	return h, nil
}

// readBack reads pages, the newest first, until the range is exhausted.
func (a *Adapter) readBack(ctx context.Context, s *stretch, progress func(int)) error {
	path := "channels/" + s.place.Channel + "/messages"
	before, seen := s.upper(), 0
	for !s.done {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		query := url.Values{"limit": {strconv.Itoa(pageSize)}}
		if before != 0 {
			query.Set("before", strconv.FormatUint(before, 10))
		}
		var page []json.RawMessage
		if err := a.rest.get(ctx, path, "", query, &page); err != nil {
			return err
		}
		oldest := s.add(page)
		progress(min(len(s.found), s.r.Last))
		if len(page) < pageSize {
			s.whole = s.whole || !s.done
			return nil
		}
		if seen += len(page); seen > noticesPerMessage*s.r.Last+10*pageSize {
			return nil
		}
		if oldest == 0 || (before != 0 && oldest >= before) {
			return errors.New("pages do not go back")
		}
		before = oldest
	}
	return nil
}

// stretch is the part of a place that has been read, the newest message first.
type stretch struct {
	place bot.Place
	r     bot.Range
	self  string

	found  []summarize.Message
	names  map[string]string
	broken int
	// done is true where nothing earlier is wanted, whole where the range was read to its beginning.
	done, whole bool
	// withheld is true where a message lacks a text that it must have, heard where one has it.
	withheld, heard bool
}

// upper is the id before which everything is in the range, 0 where there is no such bound.
func (s *stretch) upper() uint64 {
	var before uint64
	if to := idNumber(s.r.To); to != 0 {
		before = to + 1
	}
	if !s.r.Until.IsZero() {
		if until := firstAt(s.r.Until); before == 0 || until < before {
			before = until
		}
	}
	return before
}

// add takes in a page, until it meets the beginning of the range, and returns the lowest id in it.
func (s *stretch) add(page []json.RawMessage) (oldest uint64) {
	type numbered struct {
		id  uint64
		raw json.RawMessage
	}
	var rows []numbered
	for _, raw := range page {
		var key struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(raw, &key)
		if id := idNumber(key.ID); id != 0 {
			rows = append(rows, numbered{id, raw})
			if oldest == 0 || id < oldest {
				oldest = id
			}
		} else {
			s.broken++
		}
	}
	slices.SortFunc(rows, func(a, b numbered) int { return cmp.Compare(b.id, a.id) })
	for _, row := range rows {
		if s.done {
			break
		}
		if s.early(row.id) {
			s.done, s.whole = true, true
			break
		}
		s.take(row.raw)
	}
	return oldest
}

// early reports whether a message lies before the range.
func (s *stretch) early(id uint64) bool {
	if from := idNumber(s.r.From); from != 0 && id < from {
		return true
	}
	return !s.r.Since.IsZero() && sentAt(id).Before(s.r.Since)
}

// take adds a message that is not early.
func (s *stretch) take(raw json.RawMessage) {
	m, err := decodeMessage(raw)
	if err != nil {
		s.broken++
		return
	}
	post, keep := m.post(s.place.Server)
	if !keep {
		return
	}
	if m.Type == discordgo.MessageTypeThreadStarterMessage && s.early(idNumber(post.ID)) {
		return // the thread begins in the range, what it is about lies before it
	}
	if len(s.found) == s.r.Last {
		s.done = true // there is more than was asked for
		return
	}
	s.found = append(s.found, post)
	m.names(s.names)
	s.listen(&m)
	if s.r.Author != "" && post.Author == s.r.Author {
		s.done, s.whole = true, true
	}
}

// listen notes whether the message's text was withheld. What crux wrote and what speaks to it is always whole.
func (s *stretch) listen(m *received) {
	switch {
	case m.silent(s.self):
		s.withheld = true
	case m.Author.ID != s.self && !m.mentions(s.self) && m.speaks():
		s.heard = true
	}
}

func (s *stretch) history() bot.History {
	slices.Reverse(s.found)
	return bot.History{Messages: s.found, Names: s.names, Whole: s.whole}
}

// contentAllowed refuses where Discord says that crux may not see what messages say.
func (a *Adapter) contentAllowed(ctx context.Context) error {
	var about application
	if err := a.rest.share(ctx, "applications/@me", "", &about); err != nil {
		return wrap("application", err)
	}
	if about.Flags&(flagMessageContent|flagMessageContentLimited) == 0 {
		return bot.Refusef(noContent)
	}
	return nil
}

// threadTotal is how many messages a thread has, 0 where Discord does not say so.
// It counts them without the first, and in threads of before July 2022 only to 50.
func (a *Adapter) threadTotal(ctx context.Context, p bot.Place, read int) int {
	var c channel
	if err := a.rest.share(ctx, "channels/"+p.Channel, "", &c); err != nil || !c.isThread() || c.Messages+1 <= read {
		return 0
	}
	return c.Messages + 1
}

// Gone implements bot.Platform: Discord's history has every message that still stands.
func (a *Adapter) Gone(_ context.Context, _ bot.Place, ids []string) ([]string, error) {
	return ids, nil
}
