package embedded

import (
	"maps"
	"math"
	"slices"
)

// conversation is a run of messages about one thing; several may go on at once.
type conversation struct {
	messages []int
	// debate is the conversation that it turned out to go on with, undecided until
	// enough was argued in it to tell. Only threads have one.
	debate int
	// spoke counts the messages of each person in it.
	spoke map[int]int
	last  int // its latest message
	// topic sums its messages' vectors.
	topic map[int32]float32
	norm  float64
	// meaning sums its messages' meanings, and gist is the same at length 1.
	meaning, gist meaning
	// replies counts those of its messages that reply by the platform's feature.
	replies int
	// arguing sums how likely its messages argue.
	arguing float64
}

func newConversation() conversation {
	return conversation{debate: undecided, topic: map[int32]float32{}}
}

// isPlatformThread is true where most messages reply by the platform's feature.
func (c *conversation) isPlatformThread() bool { return 2*c.replies >= len(c.messages) }

// take adds the messages of a thread, but for those from before the conversation
// began: it keeps its first message.
func (c *conversation) take(r *reading, thread *conversation) {
	founded := len(c.messages) > 0
	for _, i := range thread.messages {
		if !founded || i > c.messages[0] {
			c.add(&r.messages[i])
		}
	}
}

func (c *conversation) add(m *message) {
	c.messages = append(c.messages, m.index)
	c.last = m.index
	if c.spoke == nil {
		c.spoke = map[int]int{}
	}
	c.spoke[m.author]++
	c.arguing += m.argues
	if m.reply >= 0 {
		c.replies++
	}
	if c.topic == nil {
		return
	}
	m.whole.meaning.addTo(&c.meaning, 1)
	c.gist = c.meaning
	c.gist.scale()
	for _, w := range m.whole.terms {
		old := float64(c.topic[w.term])
		c.topic[w.term] += w.weight
		c.norm += (old+float64(w.weight))*(old+float64(w.weight)) - old*old
	}
}

// about is the cosine of a text and the conversation so far.
func (c *conversation) about(u *unit) float64 {
	if c.norm <= 0 || u.norm == 0 {
		return 0
	}
	dot := 0.0
	for _, w := range u.terms {
		dot += float64(c.topic[w.term]) * float64(w.weight)
	}
	return dot / (math.Sqrt(c.norm) * u.norm)
}

// mentions is the share, in 0..1, of what a text is about that the conversation has spoken of.
func (c *conversation) mentions(u *unit) float64 {
	if u.self == 0 {
		return 0
	}
	known := 0.0
	for _, w := range u.terms {
		if c.topic[w.term] > 0 {
			known += float64(w.weight)
		}
	}
	return known / u.self
}

// cosine is that of the topics of two conversations.
func (c *conversation) cosine(other *conversation) float64 {
	if c.norm <= 0 || other.norm <= 0 {
		return 0
	}
	dot := 0.0
	for _, term := range c.terms() {
		dot += float64(c.topic[term]) * float64(other.topic[term])
	}
	return dot / math.Sqrt(c.norm*other.norm)
}

// sharedTopic is the share of c's topic that the other has spoken of.
func (c *conversation) sharedTopic(other *conversation) float64 {
	known, all := 0.0, 0.0
	for _, term := range c.terms() {
		all += float64(c.topic[term])
		if other.topic[term] > 0 {
			known += float64(c.topic[term])
		}
	}
	return known / max(all, 1e-9)
}

// terms lists the topic's terms in order, so that sums come out the same each time.
func (c *conversation) terms() []int32 {
	return slices.Sorted(maps.Keys(c.topic))
}
