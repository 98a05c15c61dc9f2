package modeltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// html is what stands before a vendor's servers when those are down.
const html = "<html><body>bad gateway of http://user:word@inner.test</body></html>"

// passing are failures after which a model tries again, by what they are in the end where they go on.
var passing = map[string]struct {
	answer fakevendor.Answer
	kind   llm.FaultKind
}{
	"too many requests":       {fakevendor.Answer{Status: 429, Error: "rate_limit_error"}, llm.Overloaded},
	"overloaded":              {fakevendor.Answer{Status: 529, Error: "overloaded_error"}, llm.Overloaded},
	"unavailable":             {fakevendor.Answer{Status: 503, Body: html}, llm.Overloaded},
	"an error of its own":     {fakevendor.Answer{Status: 500, Error: "api_error"}, llm.Unreachable},
	"a bad gateway":           {fakevendor.Answer{Status: 502, Body: html}, llm.Unreachable},
	"a gateway's time-out":    {fakevendor.Answer{Status: 504, Body: html}, llm.TimedOut},
	"no answer at all":        {fakevendor.Answer{End: fakevendor.Silent}, llm.TimedOut},
	"an answer that stalls":   {fakevendor.Answer{Text: good[:9], End: fakevendor.Stalled}, llm.TimedOut},
	"cut off":                 {fakevendor.Answer{Text: good[:9], End: fakevendor.Cut}, llm.Unreachable},
	"cut off at the start":    {fakevendor.Answer{End: fakevendor.Cut}, llm.Unreachable},
	"ended without an end":    {fakevendor.Answer{Text: good[:9], End: fakevendor.Stopped}, llm.Unreachable},
	"overloaded in between":   {fakevendor.Answer{Text: good[:9], End: fakevendor.Failed, Error: "overloaded_error"}, llm.Overloaded},
	"an error in between":     {fakevendor.Answer{Text: good[:9], End: fakevendor.Failed, Error: "api_error"}, llm.Unreachable},
	"an empty answer":         {fakevendor.Answer{}, llm.Unreadable},
	"nothing but white space": {fakevendor.Answer{Text: " \n"}, llm.Unreadable},
}

// lasting are failures that trying again does not mend.
var lasting = map[string]struct {
	answer fakevendor.Answer
	kind   llm.FaultKind
}{
	"a bad request":          {fakevendor.Answer{Status: 400, Error: "invalid_request_error"}, llm.Rejected},
	"a request that is told": {fakevendor.Answer{Status: 400, Body: `{"error":{"message":"` + key + ` a secret of the channel","type":"` + key + `","code":"secret of the channel"}}`}, llm.Rejected},
	"no such model":          {fakevendor.Answer{Status: 404, Error: "not_found_error"}, llm.Rejected},
	"too large":              {fakevendor.Answer{Status: 413, Body: html}, llm.Rejected},
	"forbidden":              {fakevendor.Answer{Status: 403, Error: "permission_error"}, llm.Denied},
	"unpaid":                 {fakevendor.Answer{Status: 402, Error: "billing_error"}, llm.Unpaid},
	"no quota":               {fakevendor.Answer{Status: 429, Error: "insufficient_quota"}, llm.Unpaid},
	"no credit":              {fakevendor.Answer{Status: 400, Body: `{"error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}`}, llm.Unpaid},
	"not to be tried again":  {fakevendor.Answer{Status: 429, Error: "rate_limit_error", ShouldRetry: "false"}, llm.Overloaded},
	"denied in between":      {fakevendor.Answer{Text: good[:9], End: fakevendor.Failed, Error: "permission_error"}, llm.Denied},
	"a refusal":              {fakevendor.Answer{Text: "No.", End: fakevendor.Refused}, llm.Declined},
	"a refusal at once":      {fakevendor.Answer{End: fakevendor.Refused}, llm.Declined},
	"a filter":               {fakevendor.Answer{Text: good[:9], End: fakevendor.Filtered}, llm.Declined},
	"thoughts without end":   {fakevendor.Answer{Thought: "Hm. ", End: fakevendor.TooLong}, llm.Unreadable},
	"a redirect":             {fakevendor.Answer{Status: 307, Location: "http://elsewhere.test/v1", Body: "{}"}, llm.Rejected},
	"something else there":   {fakevendor.Answer{Status: 200, Body: `{"error":"Unexpected endpoint"}`}, llm.Rejected},
	"a page there":           {fakevendor.Answer{Status: 200, Body: html}, llm.Rejected},
}

// retries are tested for which failures lead to them.
func (v Vendor) retries(t *testing.T) {
	for name, c := range passing {
		v.in(t, name+" passes", Setup{Retries: 1, Timeout: time.Minute}, func(w *world) {
			w.vendor.Answer(c.answer, fakevendor.Answer{Text: good})
			reply := w.wants(good)
			w.asked(2)
			if c.answer.Text != "" && reply.Usage.Output <= len(good)/4 {
				w.Errorf("what was used up in vain is not counted: %+v", reply.Usage)
			}
		})
		v.in(t, name+" goes on", Setup{Retries: 2, Timeout: time.Minute, Total: time.Hour}, func(w *world) {
			w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer { return c.answer })
			used, _ := w.fails(c.kind)
			w.asked(3)
			if c.answer.Text != "" && used.Total() < 3*prompt().About(0).Input/2 {
				w.Errorf("what was used up is not counted: %+v", used)
			}
		})
	}
	for name, c := range lasting {
		v.in(t, name+" is told at once", Setup{Retries: 2}, func(w *world) {
			w.vendor.Answer(c.answer)
			w.fails(c.kind)
			w.asked(1)
			w.took(0, 0)
		})
	}
}

// bounds are tested for how long a model tries.
func (v Vendor) bounds(t *testing.T) {
	wait := func(d time.Duration) fakevendor.Answer {
		return fakevendor.Answer{Status: 429, Error: "rate_limit_error", RetryAfter: d}
	}
	v.in(t, "a vendor is left alone as long as it wants", Setup{Retries: 1}, func(w *world) {
		w.vendor.Answer(wait(40*time.Second), fakevendor.Answer{Text: good})
		w.wants(good)
		w.took(40*time.Second, 41*time.Second)
	})
	v.in(t, "but not for longer than a minute", Setup{Retries: 1}, func(w *world) {
		w.vendor.Answer(wait(61 * time.Second))
		if _, after := w.fails(llm.Overloaded); after != 61*time.Second {
			w.Errorf("to be tried again after %v", after)
		}
		w.took(0, 0)
	})
	v.in(t, "nor past the end of all tries", Setup{Retries: 9, Total: 100 * time.Second}, func(w *world) {
		w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer { return wait(45 * time.Second) })
		w.fails(llm.Overloaded)
		w.asked(3)
		w.took(90*time.Second, 100*time.Second)
	})
	v.in(t, "waits grow where the vendor says nothing", Setup{Retries: 8}, func(w *world) {
		w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer { return fakevendor.Answer{Status: 500} })
		w.fails(llm.Unreachable)
		w.asked(9)
		w.took(29*time.Second, 40*time.Second)
	})
	v.in(t, "each try ends in time", Setup{Retries: 1, Timeout: 30 * time.Second}, func(w *world) {
		w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer {
			return fakevendor.Answer{Text: good, End: fakevendor.Stalled}
		})
		w.fails(llm.TimedOut)
		w.asked(2)
		w.took(60*time.Second, 61*time.Second)
	})
	v.in(t, "all tries end in time", Setup{Retries: 9, Timeout: 30 * time.Second, Total: 50 * time.Second}, func(w *world) {
		w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer { return fakevendor.Answer{End: fakevendor.Silent} })
		w.fails(llm.TimedOut)
		w.asked(2)
		w.took(50*time.Second, 50*time.Second)
	})
	v.in(t, "a model that never stops is stopped", Setup{}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{Text: good, End: fakevendor.Endless, Piece: 100})
		reply, err := w.ask()
		if most := 16*prompt().MostTokens + 200; err != nil || !reply.Cut || len(reply.Text) > most || reply.Usage.Output < prompt().MostTokens {
			w.Errorf("answered %d bytes (cut: %v) with %+v, %v", len(reply.Text), reply.Cut, reply.Usage, err)
		}
	})
	v.in(t, "whoever asks can leave at any time", Setup{Retries: 3}, func(w *world) {
		for _, a := range []fakevendor.Answer{{End: fakevendor.Silent}, {Text: good, End: fakevendor.Stalled}, wait(40 * time.Second)} {
			w.vendor.Answer(a)
			ctx, leave := context.WithCancel(w.Context())
			timer := time.AfterFunc(10*time.Second, leave)
			_, err := w.model.Answer(ctx, prompt(), silent)
			timer.Stop()
			leave()
			if !errors.Is(err, context.Canceled) {
				w.Errorf("after leaving: %v", err)
			}
		}
		w.took(30*time.Second, 30*time.Second)
		w.asked(3)
	})
	v.in(t, "nothing is waited for that comes after whoever asks has left", Setup{Retries: 3}, func(w *world) {
		w.vendor.Answer(wait(40 * time.Second))
		ctx, leave := context.WithTimeout(w.Context(), 30*time.Second)
		defer leave()
		if _, err := w.model.Answer(ctx, prompt(), silent); err == nil || errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("with no time left: %v", err)
		}
		w.took(0, 0)
	})
}
