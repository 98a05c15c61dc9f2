// Package modeltest is what every llm.Model must hold, whoever the vendor is: a suite that its
// tests run against fakevendor.
package modeltest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// Setup is how a model is to be reached.
type Setup struct {
	Key string
	// BaseURL is "" for the vendor's own address.
	BaseURL        string
	Timeout, Total time.Duration
	Retries        int
	Client         *http.Client
}

// Vendor is what the suite must know of the one whose models are tested.
type Vendor struct {
	// New returns a model.
	New func(Setup) llm.Model
	// Own is the host of the vendor's own address, Other the base URL of the fake elsewhere.
	Own, Other string
	// Schema is the field of a request in which a schema stands.
	Schema string
	// Refusals are how servers say that they take none, by name.
	Refusals map[string]fakevendor.Refusal
}

// key is the key of all fakes of the suite. It looks like those of neither vendor.
const key = "key-for-tests-alone"

// anotherKey is one that they do not know.
const anotherKey = "another-key-for-tests"

// good is an answer that can be used.
const good = `{"debates":[{"question":"Is 7 ≥ 6?"}]}`

// prompt is long enough to be cached, and holds words that must not come up elsewhere.
func prompt() llm.Prompt {
	return llm.Prompt{
		System: "You read a stretch of a group chat.",
		Shared: strings.Repeat(`{"n":1,"by":"P1","text":"a secret of the channel"}`+"\n", 200),
		Ask:    "Report the debates.",
		Schema: llm.Schema{Name: "debates", JSON: json.RawMessage(
			`{"type":"object","properties":{"debates":{"type":"array","items":{"type":"object","properties":{"question":{"type":"string"}},"required":["question"],"additionalProperties":false}}},"required":["debates"],"additionalProperties":false}`)},
		MostTokens: 500,
	}
}

func silent(int) {}

// world is a fake and the model under test.
type world struct {
	*testing.T
	vendor *fakevendor.Vendor
	model  llm.Model
	begun  time.Time
}

// in runs a test of a model in a bubble of its own, where time passes at once.
func (v Vendor) in(t *testing.T, name string, s Setup, test func(w *world)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := &world{T: t, vendor: fakevendor.New(t, key), begun: time.Now()}
			if s.Key == "" {
				s.Key = key
			}
			s.Client = w.vendor.Client()
			w.model = v.New(s)
			test(w)
		})
	})
}

func (w *world) ask() (llm.Reply, error) { return w.model.Answer(w.Context(), prompt(), silent) }

// wants fails the test unless the model answers with a text.
func (w *world) wants(text string) llm.Reply {
	w.Helper()
	reply, err := w.ask()
	if err != nil || reply.Text != text {
		w.Fatalf("answered %q, %v; want %q", reply.Text, err, text)
	}
	return reply
}

// fails fails the test unless the model gives no answer for a reason, of which it tells nothing
// that it must not. It returns what it used up, and when it is to be tried again.
func (w *world) fails(kind llm.FaultKind) (used llm.Usage, retryAfter time.Duration) {
	w.Helper()
	reply, err := w.ask()
	f, ok := errors.AsType[*llm.Fault](err)
	if !ok || f.Kind != kind {
		w.Fatalf("answered %q with the error %v; want %q", reply.Text, err, kind)
	}
	for _, secret := range []string{key, anotherKey, "secret of the channel", "That went wrong", "user:word", "http"} {
		if strings.Contains(err.Error(), secret) {
			w.Errorf("the error %q tells of %q", err, secret)
		}
	}
	return reply.Usage, f.RetryAfter
}

// asked fails the test unless the vendor was asked so often.
func (w *world) asked(times int) []fakevendor.Request {
	w.Helper()
	requests := w.vendor.Requests()
	if len(requests) != times {
		w.Fatalf("the vendor was asked %d times, want %d", len(requests), times)
	}
	return requests
}

// took fails the test unless so much time has passed, give or take what is left to chance.
func (w *world) took(least, most time.Duration) {
	w.Helper()
	if took := time.Since(w.begun); took < least || took > most {
		w.Errorf("it took %v, want %v to %v", took, least, most)
	}
}

// Run runs the suite.
func (v Vendor) Run(t *testing.T) {
	v.answers(t)
	v.schemas(t)
	v.retries(t)
	v.bounds(t)
	v.meters(t)
	v.keys(t)
}
