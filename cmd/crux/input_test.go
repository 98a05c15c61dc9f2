package main

import (
	"fmt"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/transcript"
)

func TestNotesAreFewUnlessAllAreAskedFor(t *testing.T) {
	result := &transcript.Result{Transcript: &summarize.Transcript{}, Format: "plain text"}
	for i := range shownRepairs + 3 {
		result.Repairs = append(result.Repairs, fmt.Sprintf("Mended %d.", i))
	}

	var short, long strings.Builder
	printNotes(&short, "chat.txt", result, false)
	printNotes(&long, "chat.txt", result, true)
	if lines := strings.Count(short.String(), "\n"); lines != shownRepairs+1 {
		t.Errorf("%d lines:\n%s", lines, short.String())
	}
	if want := "crux: chat.txt: and 3 more (-v shows all)\n"; !strings.HasSuffix(short.String(), want) {
		t.Errorf("got\n%swant at the end\n%s", short.String(), want)
	}
	for _, repair := range result.Repairs {
		if !strings.Contains(long.String(), "crux: chat.txt: "+repair+"\n") {
			t.Errorf("-v leaves out %q", repair)
		}
	}
}
