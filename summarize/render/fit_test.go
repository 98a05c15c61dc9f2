package render

import (
	"strings"
	"testing"
)

func TestUnits(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "é": 1, "日本": 2, "😀": 2, "👩‍👧": 5} {
		if got := Units(s); got != want {
			t.Errorf("%q has %d units, want %d", s, got, want)
		}
	}
}

func TestFitted(t *testing.T) {
	long := strings.Repeat("a&b ", 300)
	for _, limit := range []int{10, 40, 240, 2000} {
		got := Fitted(limit, func(characters int) string {
			return strings.ReplaceAll(Shorten(long, characters), "&", "&amp;")
		})
		if n := Units(got); n > limit || n < limit/2 && limit < 2000 {
			t.Errorf("%d units for a limit of %d", n, limit)
		}
	}
}

func TestJoined(t *testing.T) {
	lines := []string{"one", "two 😀", "three"}
	for limit, want := range map[int]string{100: "one\ntwo 😀\nthree", 19: "one\ntwo 😀\nthree", 18: "one\ntwo 😀\n…", 12: "one\n…", 4: "\n…"} {
		if got := Joined(lines, limit); got != want {
			t.Errorf("in %d units: %q, want %q", limit, got, want)
		}
	}
	if got := Joined(nil, 0); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
