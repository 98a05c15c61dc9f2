package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"crux/bot/platformtest/fakediscord"
)

// Of a channel that crux follows a model is shown once what was said, over restarts too; what it found
// there is gone from the store when its messages are.
func TestServeModelReadsOn(t *testing.T) {
	t.Parallel()
	r := newQueueRoom(t)
	for i := range 40 { // so that the debate is no context of what comes later
		r.more(fmt.Sprintf("Lunch is at noon, as on day %d.", i))
	}
	r.serveModel()
	r.consents(true)
	r.watch(r.agora)
	r.finishReading(r.agora)
	open := func() fakediscord.Posted {
		t.Helper()
		return r.ask(r.ben, r.agora, "open").Final()
	}
	says(t, open(), fromQueue)
	first := r.asked()
	if first == 0 {
		t.Fatal("the model was never asked")
	}
	if len(r.files("Nobody drains the queue.")) == 0 {
		t.Error("nothing is kept of what the model found")
	}

	if code := r.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	r.start("crux", r.vendor.env...)
	r.WaitReady(2)
	r.finishReading(r.agora)
	says(t, open(), fromQueue)
	if n := r.asked() - first; n > 0 {
		t.Errorf("%d prompts went though nothing was said", n)
	}
	r.more("And now something else entirely.")
	r.finishReading(r.agora)
	says(t, open(), fromQueue)
	later := r.vendor.Requests()[first:]
	if len(later) == 0 {
		t.Fatal("what was said later was not read")
	}
	for _, asked := range later {
		body := string(asked.Body)
		if !strings.Contains(body, "something else entirely") {
			t.Error("a prompt without what is new")
		}
		if strings.Contains(body, "polling loses messages every") {
			t.Error("what was read long ago went again")
		}
	}

	// The debate's question and labels are worded from both.
	for _, m := range r.Messages(r.agora) {
		if strings.Contains(m.AllText(), "nobody drains") {
			r.Delete(r.agora, m.ID)
		}
	}
	r.finishReading(r.agora)
	saysNot(t, open(), "drains the queue")
	if code := r.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	for _, words := range []string{"Nobody drains the queue.", fromQueue, "not before it is drained"} {
		if found := r.files(words); len(found) > 0 {
			t.Errorf("%q is still in %v", words, found)
		}
	}
}
