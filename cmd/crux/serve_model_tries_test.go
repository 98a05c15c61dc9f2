package main

import (
	"net/http"
	"testing"
	"time"

	"crux/summarize/llm/fakevendor"
)

// Consent is taken back, or the budget used up, while the vendor has too much to do: nothing is sent again.
func TestServeModelTriesNoMore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  string
		then func(r *queueRoom)
		// first is what becomes of the first try.
		first fakevendor.Answer
		why   string
	}{
		"without consent": {
			then:  func(r *queueRoom) { r.consents(false) },
			first: fakevendor.Answer{Status: http.StatusServiceUnavailable, Error: "server_error"},
			why:   "may not go to the language model",
		},
		"without a budget": { // it has room for one try, of which nobody says what it cost
			env:   "CRUX_ENGINE_BUDGET_TOKENS=12000",
			then:  func(*queueRoom) {},
			first: fakevendor.Answer{End: fakevendor.Cut},
			why:   "today's budget for the language model is used up",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newQueueRoom(t)
			r.Otherwise(func(fakevendor.Request) fakevendor.Answer {
				c.then(r)
				return c.first
			})
			r.serveModel("CRUX_ENGINE_RETRIES=3", c.env)
			r.consents(true)
			r.readHere(r.summary(), c.why)
			if n := r.asked(); n != 1 {
				t.Errorf("%d prompts went", n)
			}
			days, err := r.open(t).SpentSince(t.Context(), r.account(), time.Now())
			if isCounted := len(days) > 0 && days[0].Input > 0; err != nil || isCounted != (c.first.End == fakevendor.Cut) {
				t.Errorf("spent %+v (%v)", days, err)
			}
		})
	}
}
