//go:build fit

package embedded

import (
	"math"
	"slices"
)

// talk is who has been talking to whom so far, for a linker in a chat of many at once.
// Only annotated messages are known of.
type talk struct {
	thread    map[int]int     // of each message: the number of the one that began it
	latest    map[int]int     // message of each thread
	size      map[int]int     // of each thread
	was       map[[2]int]bool // thread and author
	last      map[int]int     // message of each author
	responses map[int]int     // to each message
	responded map[[2]int]bool // message and who responded to it
}

// longSilent is how many messages ago somebody is taken to have written who is not known to have.
const longSilent = 200

func newTalk() talk {
	return talk{thread: map[int]int{}, latest: map[int]int{}, size: map[int]int{}, was: map[[2]int]bool{},
		last: map[int]int{}, responses: map[int]int{}, responded: map[[2]int]bool{}}
}

// put adds a message whose links are known: it goes on with the thread of the likeliest.
func (r *chatReading) put(m *message) {
	thread := m.index
	if len(m.links) > 0 {
		thread = r.threadOf(m.links[0].to)
	}
	for _, l := range m.links {
		r.responses[l.to]++
		r.responded[[2]int{l.to, m.author}] = true
	}
	r.thread[m.index], r.latest[thread], r.last[m.author] = thread, m.index, m.index
	r.size[thread]++
	r.was[[2]int{thread, m.author}] = true
}

// threadOf is the thread of a message, one of its own where nothing is known of it.
func (c *talk) threadOf(message int) int {
	if thread, known := c.thread[message]; known {
		return thread
	}
	return message
}

// describe describes m and the kth of the candidates; the one beyond the last is nothing.
func (r *chatReading) describe(f *features, m *message, candidates []candidate, k int) {
	if k == len(candidates) {
		r.nothingFeatures(f, m)
		return
	}
	r.linkFeatures(f, m, candidates, k)
	r.chatFeatures(f, m, &r.messages[candidates[k].message])
}

// chatFeatures tells who has been talking to whom, of a message m and an earlier one.
func (r *chatReading) chatFeatures(f *features, m, c *message) {
	thread := r.threadOf(c.index)
	latest := max(r.latest[thread], c.index)
	f.flag("latest of its thread", latest == c.index)
	f.add("log size of its thread", math.Log1p(float64(r.size[thread])))
	f.add("log messages since its thread", math.Log(float64(m.index-latest)))
	f.flag("author was in its thread", r.was[[2]int{thread, m.author}])
	f.flag("somebody addressed was in its thread", slices.ContainsFunc(m.addressed, func(a int) bool { return r.was[[2]int{thread, a}] }))

	own, wrote := r.last[m.author]
	silent, partner := longSilent, nobody
	if wrote {
		silent = m.index - own
		if links := r.messages[own].links; len(links) > 0 {
			partner = r.messages[links[0].to].author
		}
	}
	same := c.author == m.author
	in := wrote && thread == r.threadOf(own)
	talks := !same && partner == c.author
	f.flag("author's latest thread", in)
	f.flag("author's latest thread, and its latest", in && latest == c.index)
	f.flag("author's latest thread is another", wrote && !in)
	f.flag("author talks to its author", talks)
	f.flag("author talks to its author, its last", talks && r.lastOf(c.author, m.index) == c.index)
	f.add("log messages since author wrote", math.Log(float64(silent)))
	f.add("log messages since author wrote, same author", math.Log(float64(silent))*b2f(same))

	f.add("log responses", math.Log1p(float64(r.responses[c.index])))
	f.flag("responded to by author", r.responded[[2]int{c.index, m.author}])
	f.flag("asks, and nobody responded", c.whole.asks && r.responses[c.index] == 0)
	f.flag("addresses somebody else", len(c.addressed) > 0 && !slices.Contains(c.addressed, m.author))
	f.flag("responds to somebody else", len(c.links) > 0 && r.messages[c.links[0].to].author != m.author && r.messages[c.links[0].to].author != c.author)
	f.flag("same author, responds to nothing", same && len(c.links) == 0)
	both := same && len(m.addressed) > 0 && len(c.addressed) > 0
	f.flag("same author, addresses the same", both && m.addressed[0] == c.addressed[0])
	f.flag("same author, addresses another", both && m.addressed[0] != c.addressed[0])
}
