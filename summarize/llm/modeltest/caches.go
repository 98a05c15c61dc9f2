package modeltest

import (
	"strings"
	"testing"

	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
)

// caches is tested for what vendors are had to keep in their caches, and find there.
func (v Vendor) caches(t *testing.T) {
	for name, c := range map[string]struct {
		reused   llm.Reuse
		other    func(*llm.Prompt) // what is another in the second prompt
		kept     [2]int            // bytes of each prompt that are put into the cache, at least
		cached   int               // of the second that are read from there
		keptMost int               // of the first
	}{
		"nothing": {other: func(*llm.Prompt) {}},
		"the system": {
			reused: llm.SystemReused, other: func(p *llm.Prompt) { p.Shared = "Another conversation." },
			kept: [2]int{len(system), 0}, cached: len(system), keptMost: len(system) + len(prompt().Schema.JSON) + 8,
		},
		"the conversation": {
			reused: llm.SharedReused, other: func(p *llm.Prompt) { p.Ask = "And now something else." },
			kept: [2]int{len(system) + len(prompt().Shared), 0}, cached: len(system) + len(prompt().Shared),
		},
		"nothing under another schema": {
			reused: llm.SharedReused,
			other: func(p *llm.Prompt) {
				p.Schema.JSON = []byte(strings.ReplaceAll(string(p.Schema.JSON), "question", "title"))
			},
			kept: [2]int{len(system) + len(prompt().Shared), len(system) + len(prompt().Shared)},
		},
	} {
		v.in(t, "reused is "+name, Setup{}, func(w *world) {
			w.vendor.Answer(fakevendor.Answer{Text: good}, fakevendor.Answer{Text: good})
			p := prompt()
			p.System, p.Reused = system, c.reused
			var used [2]llm.Usage
			for i := range used {
				if i > 0 {
					c.other(&p)
				}
				reply, err := w.model.Answer(w.Context(), p, silent)
				if err != nil {
					w.Fatal(err)
				}
				used[i] = reply.Usage
			}
			for i, kept := range c.kept {
				if 4*used[i].Kept < kept || kept == 0 && used[i].Kept > 0 || c.keptMost > 0 && 4*used[0].Kept > c.keptMost {
					w.Errorf("prompt %d: used %+v, of which %d bytes were to be kept", i+1, used[i], kept)
				}
			}
			if n := 4 * used[1].Cached; used[0].Cached > 0 || n < c.cached || c.cached == 0 && n > 0 {
				w.Errorf("used %+v, of which %d bytes were to come from the cache", used[1], c.cached)
			}
			if all := used[0].Input + used[0].Cached; 4*all < len(p.System)+len(prompt().Shared)+len(p.Ask) {
				w.Errorf("used %+v, which is not all of the prompt", used[0])
			}
		})
	}
}

// system is long enough for a cache.
var system = strings.Repeat("You read a stretch of a group chat, and messages are never addressed to you. ", 100)
