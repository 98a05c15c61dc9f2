package slack

import (
	"encoding/json"
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

// TestThrottledHistoryIsTheNewestWithoutAGap reads where Slack gives 15 messages a minute.
func TestThrottledHistoryIsTheNewestWithoutAGap(t *testing.T) {
	t.Parallel()
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * time.Second) }
	tests := []struct {
		name    string
		threads []int // of which of the 40 messages there are answers, in order
		r       bot.Range
		thread  bool
		read    int // the newest so many
		fails   bool
	}{
		{"too much", nil, bot.Range{Last: 40}, false, 15, true},
		{"little enough", nil, bot.Range{Last: 10}, false, 10, false},
		{"just enough", nil, bot.Range{Last: 15}, false, 15, false},
		{"since lately", nil, bot.Range{Since: at(35), Last: 40}, false, 5, false},
		{"with one thread", []int{38}, bot.Range{Last: 10}, false, 10, false},
		// The later thread is read, the other is not: what is older than its answer is left out.
		{"with two threads", []int{37, 38}, bot.Range{Last: 10}, false, 1, true},
		{"a short thread", []int{38, 38, 38}, bot.Range{Last: 10}, true, 4, false},
		{"a long thread", slices.Repeat([]int{38}, 30), bot.Range{Last: 10}, true, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fake.New(t)
			channel := s.AddChannel(fake.Channel{Name: "agora"})
			var all, top []string
			for i := range 40 {
				top = append(top, s.Post(channel, fake.Message{Text: "x", At: at(i)}))
			}
			all = slices.Clone(top)
			for i, of := range tt.threads {
				all = append(all, s.Post(channel, fake.Message{Text: "x", Thread: top[of], At: at(100 + i)}))
			}
			p := bot.Place{Server: s.Team, Channel: channel}
			if tt.thread {
				p.Thread = top[38]
				all = append([]string{top[38]}, all[40:]...)
			}
			a := reader(t, s)
			s.Throttle(true)
			h, err := a.History(t.Context(), p, tt.r, func(int) {})
			if (err != nil) != tt.fails || errors.Is(err, bot.ErrThrottled) != tt.fails {
				t.Fatalf("got %v", err)
			}
			if tt.fails && (!strings.Contains(refusal(t, err), "/debate watch") || h.Whole) {
				t.Errorf("got %v, whole %v", err, h.Whole)
			}
			if want := all[len(all)-tt.read:]; !slices.Equal(idsOf(h), want) && len(h.Messages)+len(want) > 0 {
				t.Errorf("read %d messages, want the newest %d", len(h.Messages), tt.read)
			}
		})
	}
}

func TestHistoryWhileSlackGivesNone(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	s.Post(channel, fake.Message{Text: "x"})
	s.Limit("conversations.history", 0, time.Minute, 1)
	h, err := reader(t, s).History(t.Context(), bot.Place{Server: s.Team, Channel: channel}, bot.Range{Last: 10}, func(int) {})
	if !errors.Is(err, bot.ErrThrottled) || !strings.Contains(refusal(t, err), "60 seconds") || len(h.Messages) > 0 || h.Whole {
		t.Errorf("%d messages, whole %v, %v", len(h.Messages), h.Whole, err)
	}
}

func rawRows(rows ...[]byte) []json.RawMessage {
	var raw []json.RawMessage
	for _, r := range rows {
		raw = append(raw, r)
	}
	return raw
}

// TestStretchHasNoGap adds pages and threads in any order, of which some are not read.
func TestStretchHasNoGap(t *testing.T) {
	t.Parallel()
	moment := func(i int) int64 { return 1_000_000_000_000_000 + int64(i)*1_000_000 }
	rapid.Check(t, func(rt *rapid.T) {
		last := rapid.IntRange(1, 40).Draw(rt, "last")
		s := newStretch(athens, bot.Place{Channel: "C1"}, bot.Range{Last: last})
		var all []int64
		n := rapid.IntRange(1, 60).Draw(rt, "messages")
		bottom := rapid.IntRange(0, n).Draw(rt, "unread")
		replies := map[int64][]int64{}
		for i := range n {
			at := moment(i)
			all = append(all, at)
			for range rapid.IntRange(0, 2).Draw(rt, "replies") {
				reply := moment(i+rapid.IntRange(1, n-i).Draw(rt, "after")) + int64(len(all))
				replies[at] = append(replies[at], reply)
				all = append(all, reply)
			}
		}
		slices.Sort(all)
		row := func(at int64, more string) []byte {
			return fmt.Appendf(nil, `{"ts": %q, "user": "U1"%s}`, tsOf(at), more)
		}
		for i := n - 1; i >= bottom; i-- {
			at := moment(i)
			more := ""
			if r := replies[at]; len(r) > 0 {
				more = fmt.Sprintf(`, "reply_count": %d, "latest_reply": %q`, len(r), tsOf(slices.Max(r)))
			}
			s.addPage(rawRows(row(at, more)))
			for _, t := range s.toRead() {
				if rapid.IntRange(0, 3).Draw(rt, "left") == 0 {
					s.leave(t)
					continue
				}
				for _, reply := range replies[t.first] {
					s.addReplies(rawRows(row(reply, fmt.Sprintf(`, "thread_ts": %q`, tsOf(t.first)))))
				}
			}
		}
		s.ended = bottom == 0
		h, _ := s.history()
		// Replies to what was not read at all are beyond what anybody can know of here.
		known := slices.DeleteFunc(slices.Clone(all), func(at int64) bool {
			for first, r := range replies {
				if first < moment(bottom) && slices.Contains(r, at) {
					return true
				}
			}
			return false
		})
		if len(h.Messages) == 0 {
			return
		}
		from := micros(h.Messages[0].ID)
		var want []string
		for _, at := range known {
			if at >= from {
				want = append(want, tsOf(at))
			}
		}
		if got := idsOf(h); !slices.Equal(got, want) || len(got) > last {
			rt.Fatalf("a gap:\n%s", cmp.Diff(want, got))
		}
		if h.Whole && len(h.Messages) != len(known) {
			rt.Fatalf("%d of %d messages are said to be all", len(h.Messages), len(known))
		}
	})
}

// TestHistoryKnowsWhetherThereIsMore where what there is more of stands in a thread.
func TestHistoryKnowsWhetherThereIsMore(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * time.Second) }
	first := s.Post(channel, fake.Message{Text: "a question", At: at(0)})
	reply := s.Post(channel, fake.Message{Text: "an answer", Thread: first, At: at(1)})
	top := s.Post(channel, fake.Message{Text: "x", At: at(2)})
	a, p := reader(t, s), bot.Place{Server: s.Team, Channel: channel}
	for _, threadGoesOn := range []bool{false, true} {
		if threadGoesOn {
			s.Post(channel, fake.Message{Text: "another answer", Thread: first, At: at(3)})
		}
		for last, want := range [][]string{nil, {top}, {reply, top}} {
			if last == 0 {
				continue
			}
			h, err := a.History(t.Context(), p, bot.Range{From: reply, To: top, Last: last}, func(int) {})
			if err != nil || !slices.Equal(idsOf(h), want) || h.Whole != (last == 2) {
				t.Errorf("last %d, goes on %v: %v, whole %v, %v", last, threadGoesOn, idsOf(h), h.Whole, err)
			}
		}
	}
}

func TestHistoryOfManyThreads(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * time.Second) }
	const n = threadsRead + 30
	var all, first []string
	for i := range n {
		first = append(first, s.Post(channel, fake.Message{Text: "a question", At: at(i)}))
	}
	for i := range n {
		all = append(all, s.Post(channel, fake.Message{Text: "an answer", Thread: first[i], At: at(1000 + i)}))
	}
	a, p := reader(t, s), bot.Place{Server: s.Team, Channel: channel}

	// The answers to 30 questions are not read, and no gap is left.
	h, err := a.History(t.Context(), p, bot.Range{Last: 1000}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(idsOf(h), all[30:]) || h.Whole || !strings.Contains(h.Note, "more than 150 threads") {
		t.Errorf("%d messages, whole %v, %q", len(h.Messages), h.Whole, h.Note)
	}
	if n := len(s.Requests("conversations.replies")); n != threadsRead {
		t.Errorf("%d threads were read", n)
	}
	// Where fewer are asked for, they do not matter.
	h, err = a.History(t.Context(), p, bot.Range{Last: 100}, func(int) {})
	if err != nil || !slices.Equal(idsOf(h), all[n-100:]) || h.Note != "" {
		t.Errorf("%d messages, %q, %v", len(h.Messages), h.Note, err)
	}
	// Of threads that go on after the range nobody can tell, so some are left out.
	h, err = a.History(t.Context(), p, bot.Range{To: all[0], Last: 1000}, func(int) {})
	if err != nil || len(h.Messages) < n || h.Whole || h.Note != "I left out what was said in 30 threads, since I read no more than 150." {
		t.Errorf("%d messages, whole %v, %q, %v", len(h.Messages), h.Whole, h.Note, err)
	}
}

func TestHistoryReadsNoThreadThatOthersOutdate(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	var first, all []string
	for i := range 60 {
		first = append(first, s.Post(channel, fake.Message{Text: "a question", At: start.Add(time.Duration(i) * time.Second)}))
	}
	for i := range 60 {
		all = append(all, s.Post(channel, fake.Message{Text: "an answer", Thread: first[i], At: start.Add(time.Duration(100+i) * time.Second)}))
	}
	const last = 10
	h, err := reader(t, s).History(t.Context(), bot.Place{Server: s.Team, Channel: channel}, bot.Range{Last: last}, func(int) {})
	if err != nil || !slices.Equal(idsOf(h), all[60-last:]) {
		t.Errorf("%v, %v", idsOf(h), err)
	}
	if n := len(s.Requests("conversations.replies")); n > last+threadsAtOnce {
		t.Errorf("%d threads were read for %d messages", n, last)
	}
}
