package modeltest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// schemas are tested for how a model learns of them.
func (v Vendor) schemas(t *testing.T) {
	spelled := func(r fakevendor.Request) bool { return strings.Contains(r.Turns[0], string(prompt().Schema.JSON)) }
	v.in(t, "the vendor is given the schema", Setup{}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{Text: good})
		w.wants(good)
		if r := w.asked(1)[0]; r.Schema == "" || spelled(r) {
			w.Errorf("the schema %q; in words as well: %v", r.Schema, spelled(r))
		}
	})
	v.in(t, "servers that may pass over it are told in words as well", Setup{BaseURL: v.Other}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{Text: good})
		w.wants(good)
		if r := w.asked(1)[0]; r.Schema == "" || !spelled(r) {
			w.Errorf("the schema %q; in words as well: %v", r.Schema, spelled(r))
		}
	})
	for name, refusal := range v.Refusals {
		for _, base := range []string{"", v.Other} {
			v.in(t, fmt.Sprintf("refused as %s does under %s", name, base), Setup{BaseURL: base}, func(w *world) {
				w.vendor.Refuse(v.Schema, refusal)
				w.vendor.Answer(fakevendor.Answer{Text: good}, fakevendor.Answer{Text: good})
				w.wants(good)
				w.took(0, 0) // nothing is waited for
				w.wants(good)
				requests := w.asked(3)
				if requests[0].Schema == "" || requests[1].Schema != "" || requests[2].Schema != "" || !spelled(requests[1]) || !spelled(requests[2]) {
					w.Error("the schema is not left out and told in words, or not for good")
				}
			})
		}
	}
	v.in(t, "refused to several at once", Setup{BaseURL: v.Other}, func(w *world) {
		for _, refusal := range v.Refusals {
			w.vendor.Refuse(v.Schema, refusal)
		}
		w.vendor.Otherwise(func(fakevendor.Request) fakevendor.Answer { return fakevendor.Answer{Text: good} })
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if reply, err := w.ask(); err != nil || reply.Text != good {
					w.Errorf("answered %q, %v", reply.Text, err)
				}
			})
		}
		group.Wait()
	})
	v.in(t, "what is refused for another reason is not taken for the schema's fault", Setup{}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{Status: 400, Error: "invalid_request_error"}, fakevendor.Answer{Text: good})
		w.fails(llm.Rejected)
		w.wants(good)
		if w.asked(2)[1].Schema == "" {
			w.Error("the schema is left out")
		}
	})
}
