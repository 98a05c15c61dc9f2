package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"

	"crux/bot"
	"crux/summarize"
)

func newStretch(me *identity, p bot.Place, r bot.Range) *stretch {
	s := &stretch{
		me: me, place: p, r: r,
		lower:  micros(r.From),
		found:  map[int64]summarize.Message{},
		names:  map[string]string{},
		begun:  map[int64]bool{},
		bottom: math.MaxInt64,
	}
	if !r.Since.IsZero() {
		s.lower = max(s.lower, micros(firstAt(r.Since)))
	}
	s.upper = micros(r.To)
	if !r.Until.IsZero() {
		if until := micros(firstAt(r.Until)) - 1; s.upper == 0 || until < s.upper {
			s.upper = max(until, 1)
		}
	}
	return s
}

// bound asks Slack for messages within the range alone, and for none before oldest.
func (s *stretch) bound(form url.Values, oldest int64) {
	form.Set("inclusive", "true")
	if s.upper > 0 {
		form.Set("latest", tsOf(s.upper))
	}
	if oldest > 0 {
		form.Set("oldest", tsOf(oldest))
	}
}

// addPage takes in a page of the channel, and notes the threads that it tells of.
func (s *stretch) addPage(rows []json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen += len(rows)
	for _, m := range s.decode(rows) {
		at := micros(m.TS)
		s.bottom = min(s.bottom, at)
		s.take(&m)
		first, latest := at, micros(m.LatestReply)
		if m.Thread != "" && m.Thread != m.TS {
			// A reply that is shown in the channel too. Its thread may have begun long before.
			first = micros(m.Thread)
		} else if m.Replies == 0 && latest == 0 {
			continue
		}
		if latest == 0 {
			latest = math.MaxInt64
		}
		s.threads = append(s.threads, thread{first, latest})
	}
}

// addReplies takes in a page of a thread.
func (s *stretch) addReplies(rows []json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.decode(rows) {
		s.take(&m)
	}
}

func (s *stretch) decode(rows []json.RawMessage) []received {
	messages := make([]received, 0, len(rows))
	for _, raw := range rows {
		m, err := decodeMessage(raw)
		if err != nil {
			s.broken++
			continue
		}
		messages = append(messages, m)
	}
	return messages
}

// take adds a message that is in the range.
func (s *stretch) take(m *received) {
	at := micros(m.TS)
	if at < s.lower || (s.upper > 0 && at > s.upper) {
		return
	}
	post, name, keep := m.post(s.me, s.place.Channel)
	if !keep {
		return
	}
	s.found[at] = post
	if name != "" {
		s.names[post.Author] = name
	}
	if s.r.Author != "" && post.Author == s.r.Author {
		s.author = max(s.author, at)
	}
}

// floor is from when on messages are wanted, as far as what was found tells, where the
// newest so many are. It only ever rises.
func (s *stretch) floor(newest int) int64 {
	floor := max(s.lower, s.author)
	if len(s.found) >= newest {
		times := slices.Sorted(maps.Keys(s.found))
		floor = max(floor, times[len(times)-newest])
	}
	return floor
}

// wanted is from when on replies are wanted: those of one message more than was asked
// for, which tells whether there are more, and none before those that will not be read.
func (s *stretch) wanted() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.floor(s.r.Last+1), s.missing()+1)
}

// missing is the time of the newest message that was not read though it may be wanted, 0 where there is none.
// Where threads go on after the end of the range nobody can say, so those that are left out are told of only.
func (s *stretch) missing() int64 {
	var newest int64
	for _, t := range s.left {
		if s.throttled != nil || !s.isBeyond(t) {
			newest = max(newest, min(t.latest, s.last()))
		}
	}
	return newest
}

// isBeyond reports whether a thread's latest reply came after the range.
func (s *stretch) isBeyond(t thread) bool { return t.latest > s.last() }

// last is the end of the range.
func (s *stretch) last() int64 {
	if s.upper == 0 {
		return math.MaxInt64 - 1
	}
	return s.upper
}

// enough reports whether the channel was read as far back as messages are wanted.
func (s *stretch) enough() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bottom <= max(s.floor(s.r.Last), s.missing()+1)
}

// toRead are the threads that are to be read now, those with the latest replies
// first, and after them those that go on after the range. Beyond a number of threads they are left out.
func (s *stretch) toRead() []thread {
	s.mu.Lock()
	defer s.mu.Unlock()
	floor := max(s.floor(s.r.Last+1), s.missing()+1)
	var some []thread
	for _, t := range s.threads {
		if t.latest >= floor && !s.begun[t.first] {
			s.begun[t.first] = true
			some = append(some, t)
		}
	}
	s.threads = nil
	slices.SortFunc(some, func(a, b thread) int {
		if s.isBeyond(a) != s.isBeyond(b) {
			return cmp.Compare(a.latest, b.latest)
		}
		return cmp.Or(cmp.Compare(b.latest, a.latest), cmp.Compare(b.first, a.first))
	})
	if room := max(0, threadsRead+len(some)-len(s.begun)); len(some) > room {
		s.left = append(s.left, some[room:]...)
		some = some[:room]
	}
	return some
}

// leave notes a thread that was not read to its end.
func (s *stretch) leave(t thread) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = append(s.left, t)
}

// throttle notes that Slack gives no more. The first reason is the one to tell.
func (s *stretch) throttle(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.throttled == nil {
		s.throttled = err
	}
}

func (s *stretch) isThrottled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.throttled != nil
}

// tell reports how much has been read.
func (s *stretch) tell() {
	s.mu.Lock()
	read := min(len(s.found), s.r.Last)
	s.mu.Unlock()
	s.progress(read)
}

// history is the newest part of what was read that has no gap. throttled says why it
// is less than was asked for, where it is for Slack's throttling.
func (s *stretch) history() (h bot.History, throttled error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// What was left out matters for the messages only where they reach so far back, but for whether they are all in any case.
	floor, isCut := s.floor(s.r.Last), slices.ContainsFunc(s.left, func(t thread) bool { return t.latest >= max(s.lower, s.author) })
	s.left = slices.DeleteFunc(s.left, func(t thread) bool { return t.latest < floor })
	gap := s.missing()
	if !s.ended && s.bottom > floor {
		gap = max(gap, s.bottom-1)
	}
	if gap < floor {
		gap = 0
	}
	times := slices.Sorted(maps.Keys(s.found))
	times = slices.DeleteFunc(times, func(at int64) bool { return at <= gap || at < s.author })
	reached := s.ended || s.bottom <= max(s.lower, s.author)
	h.Whole = reached && gap == 0 && !isCut && len(times) <= s.r.Last
	if h.Whole || (s.place.Thread != "" && gap == 0) {
		h.Total = len(times)
	}
	for _, at := range times[max(0, len(times)-s.r.Last):] {
		h.Messages = append(h.Messages, s.found[at])
	}
	if n := len(s.left); n > 0 && s.throttled == nil {
		h.Note = leftOut(n, len(h.Messages), gap > 0)
	}
	if gap > 0 {
		throttled = s.throttled
	}
	return h, throttled
}

// leftOut says that not all threads were read; cut says that what is older than their replies was left out too.
func leftOut(threads, read int, cut bool) string {
	if cut {
		return fmt.Sprintf("I read the newest %d messages: what lies before them is spread over more than %d threads, which is as many as I read.", read, threadsRead)
	}
	return fmt.Sprintf("I left out what was said in %d threads, since I read no more than %d.", threads, threadsRead)
}
