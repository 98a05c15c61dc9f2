package main

import (
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	last := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC)
	}
	tests := []struct {
		text       string
		start, end time.Time
	}{
		{"2026-03-02", at(2, 0, 0), at(3, 0, 0)},
		{"2026-03-02 14:05", at(2, 14, 5), at(2, 14, 5)},
		{"2026-03-02T14:05", at(2, 14, 5), at(2, 14, 5)},
		{"2026-03-02 14:05:00", at(2, 14, 5), at(2, 14, 5)},
		{"2026-03-02T14:05:00Z", at(2, 14, 5), at(2, 14, 5)},
		{"2026-03-02T16:05:00+02:00", at(2, 14, 5), at(2, 14, 5)},
		{"90m", at(4, 6, 30), at(4, 6, 30)},
		{"24h", at(3, 8, 0), at(3, 8, 0)},
		{"1d", at(3, 8, 0), at(3, 8, 0)},
		{"2w", last.AddDate(0, 0, -14), last.AddDate(0, 0, -14)},
	}
	for _, test := range tests {
		var m moment
		if err := m.Set(test.text); err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if got := m.start(last); !got.Equal(test.start) {
			t.Errorf("%s: starts at %v, want %v", test.text, got, test.start)
		}
		if got := m.end(last); !got.Equal(test.end) {
			t.Errorf("%s: ends at %v, want %v", test.text, got, test.end)
		}
	}
}

func TestMomentRejects(t *testing.T) {
	for _, text := range []string{
		"", "yesterday", "d", "0d", "-1d", "1.5d", "+2w", "99999999w", "-24h", "0s", "24", "2026-02-30", "02.03.2026", "14:05",
	} {
		var m moment
		if err := m.Set(text); err == nil {
			t.Errorf("%q was taken for %v", text, m)
		}
	}
}

func TestNoMomentIsNoBound(t *testing.T) {
	var m moment
	if last := time.Now(); m.set() || !m.start(last).IsZero() || !m.end(last).IsZero() {
		t.Error("the zero moment bounds the window")
	}
}

// Every span that is accepted lies before the last message, whatever its size.
func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"24h", "3d", "2w", "8191w", "2026-03-02", "2562047h", "9999-12-31T23:59:59Z"} {
		f.Add(seed)
	}
	last := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		var m moment
		if m.Set(text) != nil {
			return
		}
		if m.back > 0 && !m.start(last).Before(last) {
			t.Errorf("%q starts at %v", text, m.start(last))
		}
		if m.end(last).Before(m.start(last)) {
			t.Errorf("%q ends before it starts", text)
		}
	})
}
