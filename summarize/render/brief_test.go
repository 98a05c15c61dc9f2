package render

import (
	"slices"
	"strings"
	"testing"
)

func TestBriefWords(t *testing.T) {
	for want, o := range map[string]Objection{
		"unanswered": {Word: "UNANSWERED"},
		"answered (unclear) (and 1 more response)": {Word: "Answered", Unclear: true, More: 1},
		"conceded (and 1,200 more responses)":      {Word: "Conceded", More: 1200},
		"acknowledged (unclear)":                   {Word: "Acknowledged", Unclear: true},
	} {
		if got := o.StatusWords() + o.MoreWords(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	ours := func(url string) bool { return strings.HasPrefix(url, "https://ours.example/") }
	quotes := []Quote{
		{URL: ""}, {URL: "https://evil.example/1"}, {URL: "https://ours.example/1"}, {URL: "https://ours.example/2"},
		{URL: "https://ours.example/1"}, {URL: "https://ours.example/3"}, {URL: "https://ours.example/4"},
	}
	want := []Link{{"jump", "https://ours.example/1"}, {"2", "https://ours.example/2"}, {"3", "https://ours.example/3"}}
	if got := Links(quotes, ours, 3); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Links(quotes[:2], ours, 3); len(got) > 0 {
		t.Errorf("links that are not ours: %v", got)
	}
}
