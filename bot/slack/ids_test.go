package slack

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTSIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int64Range(100_000_000_000_000, 99_999_999_999_999_998).Draw(rt, "microseconds")
		ts := tsOf(n)
		if !isTS(ts) || micros(ts) != n || sentAt(ts).UnixMicro() != n || firstAt(sentAt(ts)) != ts {
			rt.Fatalf("%d is %s, which is %d, %v, %s", n, ts, micros(ts), sentAt(ts), firstAt(sentAt(ts)))
		}
		if late := firstAt(sentAt(ts).Add(time.Nanosecond)); micros(late) != n+1 {
			rt.Fatalf("the first after %s is %s", ts, late)
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id   string
		is   func(string) bool
		want bool
	}{
		{"T012AB3CD", isTeam, true},
		{"E012AB3CD", isTeam, true},
		{"C012AB3CD", isTeam, false},
		{"C012AB3CD", isChannel, true},
		{"G012AB3CD", isChannel, true},
		{"D012AB3CD", isChannel, true},
		{"C012AB3CD&x=1", isChannel, false},
		{"c012ab3cd", isChannel, false},
		{"C012AB3CD\n", isChannel, false},
		{"U012AB3CD", isUser, true},
		{"W012AB3CD", isUser, true},
		{"USLACKBOT", isUser, true},
		{"B012AB3CD", isUser, false},
		{"", isUser, false},
		{"1700000000.123456", isTS, true},
		{"1700000000.12345", isTS, false},
		{"1700000000", isTS, false},
		{"1700000000.123456 ", isTS, false},
		{"0000000000.000000", isTS, false},
		{"", isTS, false},
	}
	for _, tt := range tests {
		if tt.is(tt.id) != tt.want {
			t.Errorf("%q: want %v", tt.id, tt.want)
		}
	}
}

func TestPermalink(t *testing.T) {
	t.Parallel()
	me := &identity{URL: "https://athens.slack.com/"}
	const ts, first = "1700000000.123456", "1600000000.000001"
	tests := []struct{ thread, want string }{
		{"", "https://athens.slack.com/archives/C1/p1700000000123456"},
		{ts, "https://athens.slack.com/archives/C1/p1700000000123456"},
		{first, "https://athens.slack.com/archives/C1/p1700000000123456?thread_ts=1600000000.000001&cid=C1"},
	}
	for _, tt := range tests {
		if got := permalink(me, "C1", ts, tt.thread); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
