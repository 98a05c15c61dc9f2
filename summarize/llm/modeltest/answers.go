package modeltest

import (
	"strings"
	"testing"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// answers are tested for what is read of them.
func (v Vendor) answers(t *testing.T) {
	for _, base := range []string{"", v.Other} {
		v.in(t, "text, usage and progress under "+base, Setup{BaseURL: base}, func(w *world) {
			w.vendor.Answer(fakevendor.Answer{Thought: "Let me see.", Text: good, Usage: &fakevendor.Usage{Input: 30, Kept: 20, Cached: 10, Output: 7}})
			var told []int
			reply, err := w.model.Answer(w.Context(), prompt(), func(bytes int) { told = append(told, bytes) })
			if err != nil || reply.Text != good || reply.Cut || reply.Usage != (llm.Usage{Input: 50, Cached: 10, Output: 7, Kept: 20}) {
				w.Errorf("answered %+v, %v", reply, err)
			}
			for i := 1; i < len(told); i++ {
				if told[i] < told[i-1] {
					w.Errorf("progress goes back: %v", told)
				}
			}
			if len(told) < 3 || told[len(told)-1] < len("Let me see.")+len(good) {
				w.Errorf("progress %v of %d bytes", told, len("Let me see.")+len(good))
			}
			if host := strings.Split(w.asked(1)[0].URL, "/")[2]; base == "" && host != v.Own || base != "" && host == v.Own {
				w.Errorf("asked at %s", host)
			}
		})
	}
	v.in(t, "a repair follows what it repairs", Setup{}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{Text: good})
		p := prompt()
		p.Repair = []llm.Turn{{Answer: "Hm.", Told: "That was no JSON."}}
		if _, err := w.model.Answer(w.Context(), p, silent); err != nil {
			w.Fatal(err)
		}
		turns := w.asked(1)[0].Turns
		if len(turns) != 3 || !strings.HasPrefix(turns[0], p.Shared) || turns[1] != "Hm." || turns[2] != "That was no JSON." {
			w.Errorf("the turns are %q", turns)
		}
	})
	v.caches(t)
	v.in(t, "usage is estimated where it is not told", Setup{}, func(w *world) {
		w.vendor.Answer(fakevendor.Answer{Text: good, NoUsage: true})
		if used := w.wants(good).Usage; used != prompt().About(len(good)) || used.Input < len(prompt().Shared)/5 {
			w.Errorf("used %+v", used)
		}
	})
	for _, end := range []fakevendor.End{fakevendor.TooLong, fakevendor.Full} {
		v.in(t, "an answer that is "+string(end), Setup{}, func(w *world) {
			w.vendor.Answer(fakevendor.Answer{Text: good[:20], End: end})
			if !w.wants(good[:20]).Cut {
				w.Error("the answer is not said to be cut off")
			}
		})
	}
}
