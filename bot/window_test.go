package bot

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// tuesday is now in these tests: a Tuesday afternoon.
var tuesday = time.Date(2026, 11, 24, 17, 30, 0, 0, time.UTC)

func TestParseWindow(t *testing.T) {
	at := func(year int, month time.Month, day, hour, minute int) Window {
		return Window{Since: time.Date(year, month, day, hour, minute, 0, 0, time.UTC)}
	}
	back := func(d time.Duration) Window { return Window{Since: tuesday.Add(-d)} }
	tests := []struct {
		words string
		want  Window
	}{
		{"", Window{}},
		{"  ", Window{}},

		{"200", Window{Last: 200}},
		{"last 200", Window{Last: 200}},
		{"The Last 200 Messages", Window{Last: 200}},
		{"1 message", Window{Last: 1}},
		{"50 msgs", Window{Last: 50}},
		{"1,500", Window{Last: 1500}},
		{"100000", Window{Last: 100_000}},

		{"24h", back(24 * time.Hour)},
		{"24H", back(24 * time.Hour)},
		{"90m", back(90 * time.Minute)},
		{"3d", back(3 * day)},
		{"since 3d", back(3 * day)},
		{"the past 2w", back(2 * week)},
		{"in the last 2 hours", back(2 * time.Hour)},
		{"1h30m", back(90 * time.Minute)},
		{"1 hour and 30 minutes", back(90 * time.Minute)},
		{"24 hours", back(24 * time.Hour)},
		{"last 3 days", back(3 * day)},
		{"since 3 days ago", back(3 * day)},
		{"a week", back(week)},
		{"the last hour", back(time.Hour)},
		{"last day", back(day)},
		{"the last week", back(week)},
		{"10 years", at(2016, 11, 26, 17, 30)},

		{"today", at(2026, 11, 24, 0, 0)},
		{"since yesterday", at(2026, 11, 23, 0, 0)},
		{"Yesterday at 9:15", at(2026, 11, 23, 9, 15)},
		{"monday", at(2026, 11, 23, 0, 0)},
		{"Mon", at(2026, 11, 23, 0, 0)},
		{"last wednesday", at(2026, 11, 18, 0, 0)},
		{"tuesday", at(2026, 11, 17, 0, 0)},
		{"sunday 3pm", at(2026, 11, 22, 15, 0)},
		{"14:05", at(2026, 11, 24, 14, 5)},
		{"since 18:00", at(2026, 11, 23, 18, 0)},

		{"2026-03-02", at(2026, 3, 2, 0, 0)},
		{"from 2026-3-2", at(2026, 3, 2, 0, 0)},
		{"2026-03-02 14:05", at(2026, 3, 2, 14, 5)},
		{"2026-03-02T14:05", at(2026, 3, 2, 14, 5)},
		{"2026-03-02T14:05:00Z", at(2026, 3, 2, 14, 5)},
		{"2026-03-02T16:05:00+02:00", at(2026, 3, 2, 14, 5)},
		{"2 Mar", at(2026, 3, 2, 0, 0)},
		{"March 2nd", at(2026, 3, 2, 0, 0)},
		{"2 March 2026", at(2026, 3, 2, 0, 0)},
		{"Sept 3, 2025", at(2025, 9, 3, 0, 0)},
		{"24 Dec", at(2025, 12, 24, 0, 0)},
		{"24 Nov", at(2026, 11, 24, 0, 0)},
		{"29 Feb", at(2024, 2, 29, 0, 0)},

		{"<t:1700000000:R>", Window{Since: time.Unix(1700000000, 0).UTC()}},
		{"since <t:1700000000>", Window{Since: time.Unix(1700000000, 0).UTC()}},

		{"1234567890123456789", Window{From: "1234567890123456789"}},
		{"since 12345678901234567", Window{From: "12345678901234567"}},
		{"https://discord.com/channels/111111111111111111/222222222222222222/333333333333333333", Window{From: "333333333333333333"}},
		{"from <https://team.slack.com/archives/C0ABC/p1700000000123456>", Window{From: "1700000000.123456"}},

		{"this thread", Window{Whole: true}},
		{"Everything", Window{Whole: true}},
		{"since my last message", Window{Mine: true}},
		{"since I left", Window{Mine: true}},
		{"my last request", Window{Asked: true}},
		{"since i last asked", Window{Asked: true}},
	}
	for _, test := range tests {
		got, err := ParseWindow(test.words, tuesday, nil)
		if err != nil {
			t.Errorf("%q: %v", test.words, err)
		} else if got != test.want {
			t.Errorf("%q means %+v, want %+v", test.words, got, test.want)
		}
	}
}

func TestParseWindowRefuses(t *testing.T) {
	tests := []struct{ words, says string }{
		{"yon", `"yon"`},
		{"last", `"last"`},
		{"last yesterday", `"last yesterday"`},
		{"since 200", `"since 200"`}, // messages, or an hour of the day?
		{"02.03.2026", `"02.03.2026"`},
		{"3/2/2026", `"3/2/2026"`},
		{"2026-02-30", `"2026-02-30"`},
		{"25:00", `"25:00"`},
		{"1.5 days", `"1.5 days"`},
		{"99999999999999999999", `from 1 to 100,000`}, // no id: it has more than 64 bits
		{"a\u202eb", `"a\u202eb"`},
		{strings.Repeat("long ", 30), `…"`},
		{strings.Repeat("x", 5000), `…"`},
		{"0", "from 1 to 100,000"},
		{"last 100001", "from 1 to 100,000"},
		{"last 1234567890123456789", "from 1 to 100,000"},
		{"0h", "above zero"},
		{"0 days", "above zero"},
		{"-24h", "above zero"},
		{"today 18:00", "not come yet"},
		{"2026-11-25", "not come yet"},
		{"<t:4000000000:R>", "not come yet"},
		{"11 years", "10 years"},
		{"99999999999999999999 weeks", "10 years"},
		{"2 March 2006", "10 years"},
		{"<t:-99999999999>", "10 years"},
		{"last week", "7d"},
		{"since last month", "7d"},
		{"https://discord.com/channels/111111111111111111/222222222222222222", "link to a message"},
		{"https://example.com/channels/111111111111111111/222222222222222222/333333333333333333", "link to a message"},
	}
	for _, test := range tests {
		w, err := ParseWindow(test.words, tuesday, time.UTC)
		var refused *Refusal
		if !errors.As(err, &refused) {
			t.Errorf("%q: not refused but %v, %v", test.words, w, err)
		} else if !strings.Contains(refused.Reason, test.says) || len(refused.Reason) > 400 {
			t.Errorf("%q: %s; want a word of %s", test.words, refused.Reason, test.says)
		}
	}
}

// Days begin with the zone's midnight, and an hour later where there is none.
func TestParseWindowInAZone(t *testing.T) {
	load := func(name string) *time.Location {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip("no zone data:", err)
		}
		return zone
	}
	tests := []struct {
		words, zone string
		now         time.Time
		want        string
	}{
		{"today", "Asia/Tokyo", tuesday, "2026-11-25T00:00:00+09:00"},
		{"yesterday", "America/New_York", tuesday, "2026-11-23T00:00:00-05:00"},
		{"2026-07-01 14:05", "Europe/Berlin", tuesday, "2026-07-01T14:05:00+02:00"},
		{"<t:1700000000>", "Asia/Tokyo", tuesday, "2023-11-15T07:13:20+09:00"},
		{"today", "Africa/Cairo", time.Date(2026, 4, 24, 12, 0, 0, 0, time.UTC), "2026-04-24T01:00:00+03:00"},
		{"yesterday", "Europe/Berlin", time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC), "2026-03-29T00:00:00+01:00"},
	}
	for _, test := range tests {
		w, err := ParseWindow(test.words, test.now, load(test.zone))
		if got := w.Since.Format(time.RFC3339); err != nil || got != test.want {
			t.Errorf("%s in %s: %s, %v; want %s", test.words, test.zone, got, err, test.want)
		}
	}
}

func TestWindowInWords(t *testing.T) {
	tests := []struct {
		window Window
		want   string
	}{
		{Window{}, "the whole thread, or the last 500 messages of a channel"},
		{Window{Last: 1}, "the last message"},
		{Window{Last: 1200}, "the last 1,200 messages"},
		{Window{Since: tuesday}, "since Tue 24 Nov 2026, 17:30 UTC"},
		{Window{From: "1"}, "from one message on"},
		{Window{From: "1", To: "2"}, "from one message to another"},
		{Window{Mine: true}, "since your last message"},
		{Window{Mine: true, To: "2"}, "since your last message, up to one message"},
		{Window{Asked: true}, "since your last request"},
		{Window{Whole: true}, "the whole thread"},
	}
	for _, test := range tests {
		if got := test.window.String(); got != test.want {
			t.Errorf("%+v is %q, want %q", test.window, got, test.want)
		}
	}
}

func TestParseSpan(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "1.5h": 90 * time.Minute, "+1h": time.Hour, "3d": 3 * day, "2W": 2 * week,
		"1d12h": 36 * time.Hour, "an hour": time.Hour, "2 days, 3 hours": 51 * time.Hour, "2 months": 60 * day, "1y": year,
	} {
		if got, ok := ParseSpan(s); !ok || got != want {
			t.Errorf("%q: %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "0", "0s", "0d", "-1h", "-1d", "1.5d", "+2w", "24", "d", "ago", "aday", "99999999w", "10 fortnights"} {
		if got, ok := ParseSpan(s); ok {
			t.Errorf("%q was taken for %v", s, got)
		}
	}
}

// A window that is accepted is one window, and not of what is to come.
func FuzzParseWindow(f *testing.F) {
	for _, seed := range []string{
		"", "last 200", "1h30m", "3 days ago", "last week", "monday 3pm", "29 feb", "2026-03-02T14:05:00+02:00", "<t:1700000000:R>",
		"12345678901234567", "https://discord.com/channels/@me/222222222222222222/333333333333333333", "since i left", "9999999h", "24:00", "the last month",
	} {
		f.Add(seed, int64(0))
	}
	f.Fuzz(func(t *testing.T, words string, offset int64) {
		zone := time.FixedZone("", int(offset%(14*3600)))
		w, err := ParseWindow(words, tuesday, zone)
		if err != nil {
			var refused *Refusal
			if !errors.As(err, &refused) || refused.Reason == "" || w != (Window{}) {
				t.Fatalf("%q: %v and %+v", words, err, w)
			}
			return
		}
		set := 0
		for _, is := range []bool{w.Last != 0, !w.Since.IsZero(), w.From != "", w.Mine, w.Asked, w.Whole} {
			if is {
				set++
			}
		}
		if set > 1 || w.To != "" || (set == 0 && strings.TrimSpace(words) != "") {
			t.Errorf("%q: %+v", words, w)
		}
		if w.Since.After(tuesday) || w.Last < 0 || w.Last > mostMessages {
			t.Errorf("%q is out of bounds: %+v", words, w)
		}
	})
}
