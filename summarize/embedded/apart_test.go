package embedded

import (
	"slices"
	"testing"

	"crux/summarize/transcript"
)

// Every message of a person is in one conversation, and a channel has several.
func TestConversations(t *testing.T) {
	engine, err := New()
	if err != nil {
		t.Fatal(err)
	}
	read, err := transcript.Open("../testdata/debates/discord-general-three-days.json", transcript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := engine.Conversations(t.Context(), read.Transcript)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, c := range all {
		got = append(got, c...)
	}
	for _, m := range read.Transcript.Messages {
		if !m.Bot {
			want = append(want, m.ID)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the conversations hold %d messages, people wrote %d", len(got), len(want))
	}
	if len(all) < 3 || len(all) > len(want)/2 {
		t.Errorf("%d conversations of %d messages", len(all), len(want))
	}
}
