package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"crux/bot"
	"crux/summarize"
)

const (
	// pageSize is how many messages crux asks for at a time.
	pageSize = 200
	// throttledPage is how many Slack gives at most, once a minute, where it throttles an app.
	throttledPage = 15
	// longestPause is how long reading a page waits for limits; beyond that, Slack throttles.
	longestPause = 29 * time.Second
	// noticesPerMessage bounds how much is read of a channel in which Slack's notices (who joined) outnumber what people say.
	noticesPerMessage = 5
	// threadsRead is how many threads are read for one answer, threadsAtOnce how many at a time.
	threadsRead   = 150
	threadsAtOnce = 4
)

// page is what Slack gives of a channel or thread at a time.
type page struct {
	Messages []json.RawMessage `json:"messages"`
	More     bool              `json:"has_more"`
	Next     struct {
		Cursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// isThrottled reports whether Slack gave less than it has and was asked for.
func (p *page) isThrottled() bool { return p.More && len(p.Messages) == throttledPage }

// errThrottledPage is what was wrong where Slack gives small pages.
var errThrottledPage = fmt.Errorf("%w: pages of %d messages", bot.ErrThrottled, throttledPage)

// History implements bot.Platform.
func (a *Adapter) History(ctx context.Context, p bot.Place, r bot.Range, progress func(read int)) (bot.History, error) {
	if !isChannel(p.Channel) || (p.Thread != "" && !isTS(p.Thread)) {
		return bot.History{}, bot.Refusef(hidden)
	}
	me, err := a.self(ctx)
	if err != nil {
		return bot.History{}, wrap("history", err)
	}
	s := newStretch(me, p, r)
	s.progress = progress
	read := a.readTimeline
	if p.Thread != "" {
		read = a.readThread
	}
	if err := read(ctx, s); err != nil {
		return bot.History{}, a.historyError(ctx, p, err)
	}
	if s.broken > 0 {
		a.rest.log.Warn("slack: messages left out that could not be understood", "channel", p.Channel, "count", s.broken)
	}
	h, throttled := s.history()
	a.addNames(ctx, &h, s.names)
	if throttled != nil {
		return h, throttledRefusal(throttled)
	}
	return h, nil
}

// historyError says in the words of the permission checks why a place can't be read.
func (a *Adapter) historyError(ctx context.Context, p bot.Place, err error) error {
	if hasCode(err, codeNoThread) && p.Thread != "" {
		return &bot.Refusal{Reason: "I find no such thread. Its first message may have been deleted.", Err: err}
	}
	if !isRefused(err) && !hasCode(err, codeArchived) {
		return wrap("history", err)
	}
	a.rest.channels.forget(p.Channel)
	about, refused := a.Describe(ctx, p)
	if refused != nil {
		return refused
	}
	return &bot.Refusal{Reason: fmt.Sprintf("Slack does not let me read #%s, though I am in it.", about.Name), Err: err}
}

func throttledRefusal(err error) *bot.Refusal {
	const watch = "Have the channel followed (/debate watch): then I answer from what I keep."
	reason := fmt.Sprintf("Slack lets this app read only %d messages a minute. %s", throttledPage, watch)
	if late, ok := errors.AsType[*slackError](err); ok {
		reason = fmt.Sprintf("Slack lets me read no more before %d seconds have passed. %s", int(late.RetryAfter.Seconds()), watch)
	}
	return &bot.Refusal{Reason: reason, Err: err}
}

// readPage reads one page of conversations.history or .replies.
func (a *Adapter) readPage(ctx context.Context, method string, form url.Values, cursor string) (page, error) {
	return a.readPageWithin(ctx, longestPause, method, form, cursor)
}

// readPageWithin is readPage with a patience of its own.
func (a *Adapter) readPageWithin(ctx context.Context, patience time.Duration, method string, form url.Values, cursor string) (page, error) {
	form.Set("limit", strconv.Itoa(pageSize))
	if cursor != "" {
		form.Set("cursor", cursor)
	}
	var p page
	if err := a.rest.readWithin(ctx, patience, method, form, &p); err != nil {
		return page{}, err
	}
	if p.Next.Cursor != "" && p.Next.Cursor == cursor {
		return page{}, errPages
	}
	return p, nil
}

// readTimeline reads a channel page by page, the newest first, and of each page the
// threads, until nothing earlier is wanted. Replies in the range may belong to threads
// that began before it, so it looks one page further back for such.
func (a *Adapter) readTimeline(ctx context.Context, s *stretch) error {
	cursor, further := "", false
	for {
		form := url.Values{"channel": {s.place.Channel}}
		s.bound(form, 0)
		got, err := a.readPage(ctx, "conversations.history", form, cursor)
		if errors.Is(err, bot.ErrThrottled) {
			s.throttle(err)
			return nil
		}
		if err != nil {
			return err
		}
		s.addPage(got.Messages)
		atOnce := threadsAtOnce
		if got.isThrottled() {
			atOnce = 1 // so that if but one can be read, it is the one with the latest replies
		}
		if err := a.readThreads(ctx, s, atOnce); err != nil {
			return err
		}
		s.tell()
		cursor = got.Next.Cursor
		switch {
		case cursor == "":
			s.ended = true
			return nil
		case further, s.seen > noticesPerMessage*s.r.Last+10*pageSize:
			return nil
		case got.isThrottled():
			s.throttle(errThrottledPage) // which is told only where more was wanted
			return nil
		}
		further = s.enough()
	}
}

// readThreads reads the threads that pages told of, where their replies reach into what is wanted.
func (a *Adapter) readThreads(ctx context.Context, s *stretch, atOnce int) error {
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(atOnce)
	for _, t := range s.toRead() {
		reading.Go(func() error {
			err := a.readReplies(ctx, s, t)
			if errors.Is(err, bot.ErrThrottled) {
				s.throttle(err)
				s.leave(t)
				return nil
			}
			return err
		})
	}
	return reading.Wait()
}

// readReplies reads the replies of one thread that are in the range and not yet known to be too old.
func (a *Adapter) readReplies(ctx context.Context, s *stretch, t thread) error {
	if s.isThrottled() {
		return bot.ErrThrottled
	}
	wanted := s.wanted()
	if t.latest < wanted {
		return nil
	}
	for cursor := ""; ; {
		form := url.Values{"channel": {s.place.Channel}, "ts": {tsOf(t.first)}}
		s.bound(form, wanted)
		got, err := a.readPage(ctx, "conversations.replies", form, cursor)
		if hasCode(err, codeNoThread, codeNoMessage) {
			return nil // it was deleted meanwhile
		}
		if err != nil {
			return err
		}
		s.addReplies(got.Messages)
		if cursor = got.Next.Cursor; cursor == "" {
			return nil
		}
		if got.isThrottled() {
			return errThrottledPage
		}
	}
}

// readThread reads a place that is a thread. Slack gives threads the oldest message first.
func (a *Adapter) readThread(ctx context.Context, s *stretch) error {
	for cursor := ""; ; {
		form := url.Values{"channel": {s.place.Channel}, "ts": {s.place.Thread}}
		s.bound(form, s.lower)
		got, err := a.readPage(ctx, "conversations.replies", form, cursor)
		if err == nil && got.Next.Cursor != "" && got.isThrottled() {
			err = errThrottledPage
		}
		if errors.Is(err, bot.ErrThrottled) {
			s.throttle(err) // the newest are not among what was read
			return nil
		}
		if err != nil {
			return err
		}
		s.addReplies(got.Messages)
		s.tell()
		if cursor = got.Next.Cursor; cursor == "" {
			s.ended, s.bottom = true, 0
			return nil
		}
	}
}

// mention is how Slack writes that a message speaks to somebody.
var mention = regexp.MustCompile(`<@([UW][A-Z0-9]+)`)

// addNames adds the display names of who wrote the messages and of whom they speak to. known are those that came with the messages.
func (a *Adapter) addNames(ctx context.Context, h *bot.History, known map[string]string) {
	h.Names = map[string]string{}
	var unknown, mentioned []string
	for _, m := range h.Messages {
		if name := known[m.Author]; name != "" {
			h.Names[m.Author] = name
		} else if m.Author != "" {
			unknown = append(unknown, m.Author)
		}
		for _, found := range mention.FindAllStringSubmatch(m.Text, -1) {
			mentioned = append(mentioned, found[1])
		}
	}
	for id, name := range a.names(ctx, append(unknown, mentioned...)) {
		if h.Names[id] == "" {
			h.Names[id] = name
		}
	}
}

// Gone implements bot.Platform. A reply to an old thread stands though no History comes
// upon it, so each message is looked up.
func (a *Adapter) Gone(ctx context.Context, p bot.Place, ids []string) ([]string, error) {
	gone := make([]bool, len(ids))
	lookups, looking := errgroup.WithContext(ctx)
	lookups.SetLimit(threadsAtOnce)
	for i, id := range ids {
		lookups.Go(func() error {
			stands, err := a.stands(looking, p.Channel, id)
			gone[i] = !stands
			return err
		})
	}
	if err := lookups.Wait(); err != nil {
		return nil, wrap("gone", err)
	}
	var all []string
	for i, id := range ids {
		if gone[i] {
			all = append(all, id)
		}
	}
	return all, nil
}

// stands reports whether a message is there.
func (a *Adapter) stands(ctx context.Context, channel, id string) (bool, error) {
	if !isTS(id) {
		return false, nil
	}
	var got page
	form := url.Values{"channel": {channel}, "ts": {id}, "limit": {"1"}}
	err := a.rest.read(ctx, "conversations.replies", form, &got)
	if isRefused(err) || hasCode(err, codeNoMessage) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, raw := range got.Messages {
		if m, err := decodeMessage(raw); err == nil && m.TS == id {
			return !m.isTombstone(), nil
		}
	}
	return false, nil
}

// stretch is the part of a place that has been read.
type stretch struct {
	me    *identity
	place bot.Place
	r     bot.Range
	// lower and upper bound the range in microseconds, both included; upper is 0 where there is no such bound.
	lower, upper int64
	progress     func(read int)

	mu    sync.Mutex
	found map[int64]summarize.Message
	names map[string]string
	// bottom is from when on the channel was read, without the replies.
	bottom int64
	// ended is true where there is nothing earlier.
	ended bool
	seen  int
	// author is when the person whom the range names last wrote, 0 where they did not.
	author int64
	// threads are those that are to be read, begun those that were, left those that were not.
	threads   []thread
	begun     map[int64]bool
	left      []thread
	throttled error
	broken    int
}

// thread is a thread by the time of its first message, and when its latest reply came.
type thread struct{ first, latest int64 }
