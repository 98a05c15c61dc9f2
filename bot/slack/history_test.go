package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/bot"
	fake "crux/bot/platformtest/fakeslack"
)

func idsOf(h bot.History) []string {
	var all []string
	for _, m := range h.Messages {
		all = append(all, m.ID)
	}
	return all
}

// written is a message as a test wrote it.
type written struct {
	ts, author, thread string
	at                 time.Time
}

// speak fills a channel with n messages, a minute apart. Some begin threads, some reply to
// one of the last hundred, and of those some are shown in the channel too; in between are notices.
func speak(s *fake.Slack, channel string, n int, start time.Time, authors []string) []written {
	var all []written
	var threads []int
	for i := range n {
		m := fake.Message{Author: authors[min(i%7, 1)], Text: fmt.Sprint("message ", i), At: start.Add(time.Duration(i) * time.Minute)}
		switch {
		case i == 10:
			m.Author = authors[2]
		case i%5 == 4 && len(threads) > 0:
			m.Thread = all[threads[max(0, len(threads)-1-(i*i)%12)]].ts
			m.Broadcast = i%15 == 4
		case i%8 == 1:
			threads = append(threads, i)
		}
		all = append(all, written{s.Post(channel, m), m.Author, m.Thread, m.At})
		if i%10 == 3 {
			s.Post(channel, fake.Message{Subtype: "channel_topic", Text: "topic", At: m.At.Add(time.Second)})
		}
	}
	return all
}

// inRange are the messages that a range leaves of all, and whether that is all of them.
func inRange(all []written, r bot.Range) (ids []string, whole bool) {
	whole = true
	for i := len(all) - 1; i >= 0; i-- {
		m := all[i]
		if (!r.Since.IsZero() && m.at.Before(r.Since)) || (!r.Until.IsZero() && !m.at.Before(r.Until)) ||
			(r.From != "" && m.ts < r.From) || (r.To != "" && m.ts > r.To) {
			continue
		}
		if len(ids) == r.Last {
			whole = false
			break
		}
		ids = append(ids, m.ts)
		if r.Author == m.author {
			break
		}
	}
	slices.Reverse(ids)
	return ids, whole
}

// TestHistoryIsWhatTheRangeSays compares what is read with what a filter over all messages leaves.
func TestHistoryIsWhatTheRangeSays(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	authors := []string{s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "bob"}), s.AddUser(fake.User{Name: "cid"})}
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	const n = 500
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	all := speak(s, channel, n, start, authors)
	longest := 0
	threads := map[string][]written{}
	for _, m := range all {
		if m.thread != "" {
			threads[m.thread] = append(threads[m.thread], m)
			longest = max(longest, len(threads[m.thread]))
		}
	}
	if len(threads) < 20 || longest < 3 {
		t.Fatalf("%d threads, the longest with %d replies", len(threads), longest)
	}
	a, p := reader(t, s), bot.Place{Server: s.Team, Channel: channel}

	rapid.Check(t, func(rt *rapid.T) {
		index := rapid.IntRange(0, n-1)
		r := bot.Range{Last: rapid.OneOf(rapid.IntRange(1, n+20), rapid.IntRange(1, 5), rapid.SampledFrom([]int{100, 200, 300, n, n - 1})).Draw(rt, "last")}
		moment := func(what string) time.Time {
			offset := rapid.SampledFrom([]time.Duration{0, 1, time.Microsecond, time.Millisecond, -1, -time.Millisecond}).Draw(rt, what+" offset")
			return start.Add(time.Duration(index.Draw(rt, what)) * time.Minute).Add(offset)
		}
		if rapid.IntRange(0, 2).Draw(rt, "has since") == 0 {
			r.Since = moment("since")
		}
		if rapid.IntRange(0, 2).Draw(rt, "has until") == 0 {
			r.Until = moment("until")
		}
		if rapid.IntRange(0, 2).Draw(rt, "has from") == 0 {
			r.From = all[index.Draw(rt, "from")].ts
		}
		if rapid.IntRange(0, 2).Draw(rt, "has to") == 0 {
			r.To = all[index.Draw(rt, "to")].ts
		}
		if rapid.IntRange(0, 3).Draw(rt, "has author") == 0 {
			r.Author = rapid.SampledFrom(authors).Draw(rt, "author")
		}
		if rapid.IntRange(0, 2).Draw(rt, "is narrow") == 0 {
			i, width := index.Draw(rt, "first"), rapid.IntRange(0, 9).Draw(rt, "width")
			r = bot.Range{From: all[i].ts, To: all[min(i+width, n-1)].ts, Last: rapid.IntRange(1, width+1).Draw(rt, "last of them")}
		}
		place, among := p, all
		if rapid.IntRange(0, 3).Draw(rt, "in a thread") == 0 {
			m := all[index.Draw(rt, "thread")]
			place.Thread = m.ts
			if m.thread != "" {
				place.Thread = m.thread
			}
			first := slices.IndexFunc(all, func(m written) bool { return m.ts == place.Thread })
			among = append([]written{all[first]}, threads[place.Thread]...)
		}
		want, whole := inRange(among, r)

		read := 0
		h, err := a.History(t.Context(), place, r, func(n int) {
			if n < read || n > r.Last {
				rt.Errorf("progress went from %d to %d", read, n)
			}
			read = n
		})
		if err != nil {
			rt.Fatal(err)
		}
		if got := idsOf(h); !slices.Equal(got, want) || h.Whole != whole || h.Note != "" {
			rt.Fatalf("range %+v of %+v: %d messages, whole %v, %q; want %d, %v\n%s", r, place, len(got), h.Whole, h.Note, len(want), whole, cmp.Diff(want, got))
		}
		if h.Whole && h.Total != len(want) {
			rt.Fatalf("total %d, of %d", h.Total, len(want))
		}
		for _, m := range h.Messages {
			thread := all[slices.IndexFunc(all, func(s written) bool { return s.ts == m.ID })].thread
			if m.ReplyTo != thread || (m.ReplyTo != "") != strings.Contains(m.URL, "thread_ts=") {
				rt.Fatalf("%+v is a reply to %q", m, thread)
			}
		}
	})
}

func TestHistoryReadsNoMoreThanItNeeds(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	var posts []fake.Message
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	for i := range 1500 {
		posts = append(posts, fake.Message{Text: "x", At: start.Add(time.Duration(i) * time.Second)})
	}
	all := s.PostMany(channel, posts...)
	// An old thread that nobody wrote in lately need not be read.
	s.Post(channel, fake.Message{Text: "reply", Thread: all[1300], At: start.Add(1301 * time.Second)})
	a, p := reader(t, s), bot.Place{Server: s.Team, Channel: channel}
	tests := []struct {
		name            string
		r               bot.Range
		pages, threads  int
		first, messages int
	}{
		{"the last", bot.Range{Last: 50}, 2, 0, 1450, 50},
		{"the last page", bot.Range{Last: 200}, 2, 1, 1301, 200},
		{"more", bot.Range{Last: 500}, 4, 1, 1001, 500},
		{"since", bot.Range{Since: start.Add(1400 * time.Second), Last: 500}, 2, 0, 1400, 100},
		{"between", bot.Range{From: all[500], To: all[600], Last: 500}, 2, 0, 500, 101},
		{"one", bot.Range{From: all[500], To: all[500], Last: 1}, 2, 0, 500, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, threads := len(s.Requests("conversations.history")), len(s.Requests("conversations.replies"))
			h, err := a.History(t.Context(), p, tt.r, func(int) {})
			if err != nil {
				t.Fatal(err)
			}
			pages, threads = len(s.Requests("conversations.history"))-pages, len(s.Requests("conversations.replies"))-threads
			if pages != tt.pages || threads != tt.threads {
				t.Errorf("%d pages and %d threads, want %d and %d", pages, threads, tt.pages, tt.threads)
			}
			if len(h.Messages) != tt.messages || h.Messages[0].ID != all[tt.first] {
				t.Errorf("%d messages from %s on, want %d from %s on", len(h.Messages), h.Messages[0].ID, tt.messages, all[tt.first])
			}
		})
	}
}

func TestHistoryOfThreadsThatBeganBefore(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * time.Second) }
	ancient := s.Post(channel, fake.Message{Text: "an old question", At: at(-1000)})
	for i := range 450 { // more than are looked through for old threads
		s.Post(channel, fake.Message{Text: "x", At: at(i - 900)})
	}
	first := s.Post(channel, fake.Message{Text: "a question", At: at(0)})
	for i := range 150 {
		s.Post(channel, fake.Message{Text: "x", At: at(i + 1)})
	}
	reply := s.Post(channel, fake.Message{Text: "an answer", Thread: first, At: at(1000)})
	shown := s.Post(channel, fake.Message{Text: "an answer for all", Thread: ancient, Broadcast: true, At: at(1001)})
	beside := s.Post(channel, fake.Message{Text: "one beside it", Thread: ancient, At: at(1002)})
	last := s.Post(channel, fake.Message{Text: "the last", At: at(1003)})
	a, p := reader(t, s), bot.Place{Server: s.Team, Channel: channel}

	for _, r := range []bot.Range{{Last: 4}, {Since: at(1000), Last: 100}} {
		h, err := a.History(t.Context(), p, r, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{reply, shown, beside, last}; !slices.Equal(idsOf(h), want) || h.Whole != !r.Since.IsZero() {
			t.Errorf("%+v: %v, whole %v; want %v", r, idsOf(h), h.Whole, want)
		}
	}

	// The first message goes, its answers stay.
	s.Delete(channel, first)
	p.Thread = first
	h, err := a.History(t.Context(), p, bot.Range{Last: 10}, func(int) {})
	if err != nil || !slices.Equal(idsOf(h), []string{reply}) {
		t.Errorf("%v, %v", idsOf(h), err)
	}
	s.Delete(channel, reply)
	if _, err := a.History(t.Context(), p, bot.Range{Last: 10}, func(int) {}); !strings.HasPrefix(refusal(t, err), "I find no such thread.") {
		t.Errorf("got %v", err)
	}
}

func TestHistoryOfLongThreads(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	all := []string{s.Post(channel, fake.Message{Text: "a question", At: start})}
	for i := range 650 {
		all = append(all, s.Post(channel, fake.Message{Text: "x", Thread: all[0], At: start.Add(time.Duration(i+1) * time.Second)}))
	}
	a := reader(t, s)
	for _, p := range []bot.Place{{Server: s.Team, Channel: channel}, {Server: s.Team, Channel: channel, Thread: all[0]}} {
		h, err := a.History(t.Context(), p, bot.Range{Last: 300}, func(int) {})
		if err != nil || !slices.Equal(idsOf(h), all[351:]) || h.Whole {
			t.Errorf("%d messages, whole %v, %v", len(h.Messages), h.Whole, err)
		}
		if p.Thread != "" && h.Total != 651 {
			t.Errorf("total %d", h.Total)
		}
	}
}

func TestHistoryTakesWhatSlackTakes(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann, bob := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{RealName: "Bob B", Name: "bob", NoDisplayName: true})
	channel := s.AddChannel(fake.Channel{Name: "agora", Private: true})
	first := s.Post(channel, fake.Message{Author: ann, Text: "a &lt; b, <@" + bob + ">", Files: []string{"a.txt"}})
	broken := s.Post(channel, fake.Message{Author: ann, Text: "with blocks"})
	s.MalformBlock(channel, broken)
	s.Post(channel, fake.Message{Subtype: "bot_message", Author: "deploys", Text: "done"})
	edited := s.Post(channel, fake.Message{Author: ann, Text: "before"})
	s.Edit(channel, edited, "after")
	deleted := s.Post(channel, fake.Message{Author: ann, Text: "gone"})
	s.Delete(channel, deleted)
	s.Archive(channel)

	a := reader(t, s)
	h, err := a.History(t.Context(), bot.Place{Server: s.Team, Channel: channel}, bot.Range{Last: 10}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range h.Messages {
		texts = append(texts, m.Text)
	}
	// An edit is no malformed block's own, so the message that has both was marked as edited too.
	if want := []string{"a < b, <@" + bob + ">", "with blocks", "done", "after"}; !slices.Equal(texts, want) {
		t.Errorf("read %q, want %q", texts, want)
	}
	if m := h.Messages[0]; m.ID != first || !slices.Equal(m.Attachments, []string{"a.txt"}) || !m.Edited.IsZero() {
		t.Errorf("%+v", m)
	}
	if h.Messages[3].Edited.IsZero() || !h.Messages[2].Bot {
		t.Errorf("%+v", h.Messages[2:])
	}
	want := map[string]string{ann: "ann", bob: "Bob B", h.Messages[2].Author: "deploys"}
	if diff := cmp.Diff(want, h.Names); diff != "" {
		t.Error(diff)
	}
}

func TestHistoryRefuses(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	left := s.AddChannel(fake.Channel{Name: "den"})
	private := s.AddChannel(fake.Channel{Name: "council", Private: true})
	open := s.AddChannel(fake.Channel{Name: "agora"})
	a := reader(t, s)
	for _, id := range []string{left, private} { // so that something is remembered
		if _, err := a.Describe(t.Context(), bot.Place{Server: s.Team, Channel: id}); err != nil {
			t.Fatal(err)
		}
		s.Leave(id, s.Bot)
	}
	tests := []struct {
		name  string
		place bot.Place
		says  string
	}{
		{"what crux left", bot.Place{Channel: left}, "I am not in #den."},
		{"what crux left and can't see", bot.Place{Channel: private}, hidden},
		{"a thread that is not", bot.Place{Channel: open, Thread: "1600000000.000001"}, "I find no such thread."},
		{"a channel that is not", bot.Place{Channel: "C9NOWHERE"}, hidden},
		{"what is no channel", bot.Place{Channel: "../x"}, hidden},
		{"what is no thread", bot.Place{Channel: open, Thread: "1"}, hidden},
	}
	for _, tt := range tests {
		tt.place.Server = s.Team
		_, err := a.History(t.Context(), tt.place, bot.Range{Last: 10}, func(int) {})
		if got := refusal(t, err); got == "" || !strings.HasPrefix(got, tt.says) {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
	s.Scopes("channels:read")
	_, err := a.History(t.Context(), bot.Place{Server: s.Team, Channel: open}, bot.Range{Last: 10}, func(int) {})
	if got := refusal(t, err); !strings.Contains(got, "channels:history") {
		t.Errorf("got %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = a.History(ctx, bot.Place{Server: s.Team, Channel: open}, bot.Range{Last: 10}, func(int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestHistoryGoesOnAfterALimit(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	all := speak(s, channel, 300, time.Now().Add(-24*time.Hour), []string{s.Owner, s.Owner, s.Owner})
	s.Limit("conversations.history", 1, time.Second, 1)
	s.Limit("conversations.replies", 3, time.Second, 2)
	h, err := reader(t, s).History(t.Context(), bot.Place{Server: s.Team, Channel: channel}, bot.Range{Last: 1000}, func(int) {})
	if err != nil || len(h.Messages) != len(all) || !h.Whole {
		t.Errorf("%d of %d messages, whole %v, %v", len(h.Messages), len(all), h.Whole, err)
	}
}

func TestGone(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	var all []string
	for range 6 {
		all = append(all, s.Post(channel, fake.Message{Text: "x"}))
	}
	reply := s.Post(channel, fake.Message{Text: "x", Thread: all[0]})
	deletedReply := s.Post(channel, fake.Message{Text: "x", Thread: all[0]})
	s.Post(channel, fake.Message{Text: "x", Thread: all[1]})
	for _, ts := range []string{all[1], all[3], deletedReply} {
		s.Delete(channel, ts)
	}
	a, p := reader(t, s), bot.Place{Server: s.Team, Channel: channel}
	got, err := a.Gone(t.Context(), p, append(all, reply, deletedReply, "1600000000.000001", "nothing"))
	if want := []string{all[1], all[3], deletedReply, "1600000000.000001", "nothing"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	// Trouble on the way is no deletion.
	s.Fail("conversations.replies", 503, 0)
	if got, err := a.Gone(t.Context(), p, all[:1]); err == nil || len(got) > 0 {
		t.Errorf("got %v, %v", got, err)
	}
}
