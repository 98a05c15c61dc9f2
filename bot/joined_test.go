package bot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// TestAChannelAndItsThreadsAreOneTranscript: in order of time, cut to the newest, and what
// happens to any part of it meanwhile is heeded.
func TestAChannelAndItsThreadsAreOneTranscript(t *testing.T) {
	at := func(id, reply string, minute int) summarize.Message {
		return summarize.Message{ID: id, Author: "ann", Text: "text of " + id, ReplyTo: reply, Time: tuesday.Add(time.Duration(minute) * time.Minute)}
	}
	channel, thread := Place{Server: "s", Channel: "100"}, Place{Server: "s", Channel: "201"}
	gone := newRemovals()
	j := &joined{most: 4, parts: []part{
		{place: thread, thread: true, job: gone.watch(thread), Transcript: &summarize.Transcript{
			Messages: []summarize.Message{at("201", "", 1), at("205", "", 5), at("207", "205", 7)}, Names: map[string]string{"bo": "Bo"},
		}},
		{place: channel, job: gone.watch(channel), Transcript: &summarize.Transcript{
			Messages: []summarize.Message{at("200", "", 0), at("204", "", 4), at("206", "", 6)}, Names: map[string]string{"ann": "Ann"},
		}},
	}}
	defer j.end()
	lines := func() []string {
		var all []string
		for _, m := range j.transcript("discord", "agora").Messages {
			all = append(all, m.ID+" to "+m.ReplyTo)
		}
		return all
	}
	if diff := cmp.Diff([]string{"204 to ", "205 to 201", "206 to ", "207 to 205"}, lines()); diff != "" {
		t.Errorf("joined (-want +got):\n%s", diff)
	}
	read := j.transcript("discord", "agora")
	if diff := cmp.Diff(map[string]string{"ann": "Ann", "bo": "Bo"}, read.Names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Source{{thread, []string{"205", "207"}}, {channel, []string{"204", "206"}}}, j.sources(read)); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if j.apply() {
		t.Error("it changed though nothing happened")
	}
	gone.removed(channel, "204")
	gone.edited(thread, at("205", "", 5)) // says the same
	if !j.apply() {
		t.Error("a deletion is not noticed")
	}
	if diff := cmp.Diff([]string{"201 to ", "205 to 201", "206 to ", "207 to 205"}, lines()); diff != "" {
		t.Errorf("after a deletion (-want +got):\n%s", diff)
	}
	gone.closed(thread)
	if !j.apply() || !cmp.Equal([]string{"200 to ", "206 to "}, lines()) {
		t.Errorf("after the thread was closed: %v", lines())
	}
}
