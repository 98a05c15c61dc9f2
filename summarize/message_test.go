package summarize_test

import (
	"testing"
	"time"

	"crux/summarize"
)

// Whose names are to be kept out of sight is known of every part of a transcript.
func TestPartsOfATranscriptKnowWhoIsAbsent(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	whole := &summarize.Transcript{
		Messages: []summarize.Message{{ID: "m1", Author: "a", Time: noon}, {ID: "m2", Author: "a", Time: noon.Add(time.Hour)}},
		Absent:   map[string]string{"b": "Ben"},
	}
	for what, part := range map[string]*summarize.Transcript{
		"the later": whole.Within(noon.Add(time.Minute), time.Time{}), "the last": whole.Last(1),
	} {
		if len(part.Messages) != 1 || part.Absent["b"] != "Ben" {
			t.Errorf("%s: %+v", what, part)
		}
	}
}
