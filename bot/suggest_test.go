package bot

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSuggestWindows(t *testing.T) {
	tests := []struct {
		typed string
		// want are suggestions that must be among those made, the first of them first.
		want []Suggestion
	}{
		{"", []Suggestion{
			{"the last 24 hours (Mon 23 Nov, 17:30 UTC)", "24h"},
			{"since yesterday (Mon 23 Nov, 00:00 UTC)", "yesterday"},
			{"the last 1,000 messages", "last 1000"},
			{"since your last message", "my last message"},
			{"since Tuesday a week ago (Tue 17 Nov, 00:00 UTC)", "tuesday"},
		}},
		{"3", []Suggestion{
			{"the last 3 messages", "last 3"},
			{"the last 3 hours (Tue 24 Nov, 14:30 UTC)", "3h"},
			{"the last 3 days (Sat 21 Nov, 17:30 UTC)", "3d"},
		}},
		{"1 d", []Suggestion{{"the last day (Mon 23 Nov, 17:30 UTC)", "1d"}}},
		{"last 20 m", []Suggestion{
			{"the last 20 minutes (Tue 24 Nov, 17:10 UTC)", "20m"},
			{"the last 20 messages", "last 20"},
		}},
		{"Yes", []Suggestion{{"since yesterday (Mon 23 Nov, 00:00 UTC)", "yesterday"}}},
		{"mon", []Suggestion{{"since Monday (Mon 23 Nov, 00:00 UTC)", "monday"}}},
		{"since i l", []Suggestion{{"since your last message", "my last message"}, {"since your last request", "my last request"}}},
		{"last week", []Suggestion{{"the last 7 days (Tue 17 Nov, 17:30 UTC)", "7d"}}},
		{"2 mar 2025", []Suggestion{{"since Sun 2 Mar 2025, 00:00 UTC", "2 mar 2025"}}},
	}
	for _, test := range tests {
		got := SuggestWindows(test.typed, tuesday, time.UTC)
		if len(got) == 0 || got[0] != test.want[0] {
			t.Errorf("%q: %+v does not begin with %+v", test.typed, got, test.want[0])
		}
		for _, want := range test.want {
			if !slices.Contains(got, want) {
				t.Errorf("%q: %+v is not among %+v", test.typed, want, got)
			}
		}
	}
	for _, typed := range []string{"nonsense", "tomorrow", "0", "9999999"} {
		if got := SuggestWindows(typed, tuesday, nil); len(got) != 0 {
			t.Errorf("%q: %+v", typed, got)
		}
	}
}

// Whatever is suggested can be asked for, and fits where it is shown.
func FuzzSuggestWindows(f *testing.F) {
	for _, seed := range []string{"", "3", "last 3 d", "since", "yes", "1,000", "00007", "29 feb", "12345678901234567", "last 100000", "my"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		all := SuggestWindows(typed, tuesday, time.UTC)
		if len(all) > 25 {
			t.Errorf("%q: %d suggestions", typed, len(all))
		}
		seen := map[string]bool{}
		for _, s := range all {
			if w, err := ParseWindow(s.Value, tuesday, time.UTC); err != nil || w == (Window{}) {
				t.Errorf("%q: %q is %+v, %v", typed, s.Value, w, err)
			}
			if seen[s.Value] {
				t.Errorf("%q: %q twice", typed, s.Value)
			}
			seen[s.Value] = true
			for _, text := range []string{s.Label, s.Value} {
				if n := utf8.RuneCountInString(text); n < 1 || n > 100 {
					t.Errorf("%q: %q has %d characters", typed, text, n)
				}
			}
		}
	})
}
