package modeltest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"syscall"
	"testing"
	"time"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// till is whoever bounds what a model costs.
type till struct {
	// lets is how often prompts may be sent, and refuses what it says from then on.
	lets    int
	refuses error
	begun   int
	settled []llm.Usage
}

// prompt is one that goes only where the till lets it.
func (b *till) prompt() llm.Prompt {
	p := prompt()
	p.Begin = func(context.Context) (func(llm.Usage), error) {
		if b.begun == b.lets {
			return nil, b.refuses
		}
		b.begun++
		return func(used llm.Usage) { b.settled = append(b.settled, used) }, nil
	}
	return p
}

// settles fails the test unless all that was sent was settled, once each, as what is wanted.
func (w *world) settles(b *till, want ...llm.Usage) {
	w.Helper()
	if !slices.Equal(b.settled, want) || b.begun != len(want) {
		w.Errorf("begun %d times and settled as %+v, want %+v", b.begun, b.settled, want)
	}
}

// meters are tested for what they are asked, and what they are told.
func (v Vendor) meters(t *testing.T) {
	sent := prompt().About(0)
	busy := fakevendor.Answer{Status: 503, Body: html}
	for _, kind := range []llm.FaultKind{llm.Unallowed, llm.Exhausted} {
		for name, c := range map[string]struct {
			first fakevendor.Answer
			used  llm.Usage
		}{
			"a busy vendor":      {busy, llm.Usage{}},
			"a vendor's silence": {fakevendor.Answer{End: fakevendor.Silent}, sent},
		} {
			v.in(t, "nothing is sent again after "+name+" once "+string(kind), Setup{Retries: 3, Timeout: time.Minute, Total: time.Hour}, func(w *world) {
				w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer { return c.first })
				b := &till{lets: 1, refuses: &llm.Fault{Kind: kind}}
				reply, err := w.model.Answer(w.Context(), b.prompt(), silent)
				if !errors.Is(err, b.refuses) || reply.Usage != c.used {
					w.Errorf("used %+v: %v", reply.Usage, err)
				}
				w.asked(1)
				w.settles(b, c.used)
			})
		}
	}
	v.in(t, "nothing is sent that was never let through", Setup{Retries: 3}, func(w *world) {
		b := &till{refuses: &llm.Fault{Kind: llm.Unallowed}}
		if _, err := w.model.Answer(w.Context(), b.prompt(), silent); !errors.Is(err, b.refuses) {
			w.Error(err)
		}
		w.asked(0)
		w.took(0, 0)
	})
	for name, refusal := range v.Refusals {
		v.in(t, "nothing is sent again without the schema that "+name+" refused", Setup{BaseURL: v.Other}, func(w *world) {
			w.vendor.Refuse(v.Schema, refusal)
			b := &till{lets: 1, refuses: &llm.Fault{Kind: llm.Unallowed}}
			if _, err := w.model.Answer(w.Context(), b.prompt(), silent); !errors.Is(err, b.refuses) {
				w.Error(err)
			}
			w.asked(1)
			w.settles(b, llm.Usage{})
		})
	}
	v.settlements(t, sent)
}

// settlements are tested for what each try cost.
func (v Vendor) settlements(t *testing.T, sent llm.Usage) {
	whole := fakevendor.Answer{Text: good, Usage: &fakevendor.Usage{Input: 700, Output: 9}}
	for name, c := range map[string]struct {
		first fakevendor.Answer
		used  llm.Usage
	}{
		"no answer at all":     {fakevendor.Answer{End: fakevendor.Silent}, sent},
		"a gateway's time-out": {fakevendor.Answer{Status: 504, Body: html}, sent},
		"too many requests":    {fakevendor.Answer{Status: 429, Error: "rate_limit_error"}, llm.Usage{}},
		"an error of its own":  {fakevendor.Answer{Status: 500, Error: "api_error"}, llm.Usage{}},
		"a useless answer":     {fakevendor.Answer{Text: " ", Usage: &fakevendor.Usage{Input: 700, Output: 1}}, llm.Usage{Input: 700, Output: 1}},
	} {
		v.in(t, name+" is settled by itself", Setup{Retries: 1, Timeout: time.Minute, Total: time.Hour}, func(w *world) {
			w.vendor.Answer(c.first, whole)
			b := &till{lets: 9}
			if reply, err := w.model.Answer(w.Context(), b.prompt(), silent); err != nil || reply.Text != good {
				w.Errorf("answered %q, %v", reply.Text, err)
			}
			w.settles(b, c.used, llm.Usage{Input: 700, Output: 9})
		})
	}
	for _, end := range []fakevendor.End{fakevendor.Cut, fakevendor.Stopped, fakevendor.Stalled} {
		v.in(t, "an answer without a word is settled that is "+string(end), Setup{Timeout: time.Minute}, func(w *world) {
			w.vendor.Answer(fakevendor.Answer{End: end, NoUsage: true})
			b := &till{lets: 1}
			if _, err := w.model.Answer(w.Context(), b.prompt(), silent); err == nil {
				w.Error("it was taken for an answer")
			}
			w.settles(b, sent)
		})
	}
	v.in(t, "what whoever asked does not wait for is settled", Setup{Retries: 3}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{End: fakevendor.Silent})
		ctx, leave := context.WithTimeout(w.Context(), 10*time.Second)
		defer leave()
		b := &till{lets: 9}
		if _, err := w.model.Answer(ctx, b.prompt(), silent); !errors.Is(err, context.DeadlineExceeded) {
			w.Error(err)
		}
		w.settles(b, sent)
	})
	v.in(t, "what never reached the vendor costs nothing", Setup{}, func(w *world) {
		nowhere := func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		w.model = v.New(Setup{Key: key, Client: &http.Client{Transport: &http.Transport{DialContext: nowhere, DialTLSContext: nowhere}}})
		b := &till{lets: 9}
		if _, err := w.model.Answer(w.Context(), b.prompt(), silent); err == nil {
			w.Error("somebody answered")
		}
		w.asked(0)
		w.settles(b, llm.Usage{})
	})
}
