package embedded

import (
	"math"
	"slices"
	"time"
)

const (
	// activeConversations is how many of the latest conversations a message may join.
	activeConversations = 8
	joinThread          = 0.4
)

const undecided = -1

// findThreads gives every message to the thread that it goes on with, or to a
// new one. It is done once, in order of time (single-pass clustering), so a
// later message never moves an earlier one.
func (r *reading) findThreads() {
	var threads []conversation
	var active []int // the latest threads, the last spoken in at the end
	f := features{values: make([]float64, 0, 64)}
	for i := range r.messages {
		m := &r.messages[i]
		if m.bot {
			continue
		}
		best, sure := undecided, joinThread
		near := nearness(m, threads, active)
		switch {
		case len(r.people) == 0 && len(threads) > 0: // a text in which nobody is named is one conversation
			best, near = 0, nil
		case m.reply >= 0: // the author said so
			best, near = r.messages[m.reply].thread, nil
			if best == undecided { // to a bot's message
				r.messages[m.reply].thread = len(threads)
			}
		}
		for at := range near {
			k := active[at]
			f.values = f.values[:0]
			r.belongFeatures(&f, m, &threads[k], near, at)
			if p := r.belongs.binary(f.values); p >= sure {
				best, sure = k, p
			}
		}
		if best == undecided {
			best = len(threads)
			threads = append(threads, newConversation())
		}
		threads[best].add(m)
		m.thread = best
		before := active
		active = touch(active, best)
		for _, k := range before {
			if !slices.Contains(active, k) {
				threads[k].topic = nil // nothing joins it any more
			}
		}
	}
}

// gather makes conversations of threads: as soon as enough has been argued in a
// thread, decide names the conversation that it goes on with, or undecided for
// none, and then it founds one. What is decided once stands, so a conversation
// keeps its first message whatever comes later. Threads in which too little is
// argued to tell may join a conversation but never found one.
func (r *reading) gather(decide func(thread *conversation, gathered []conversation) int) []conversation {
	var threads, gathered []conversation
	for i := range r.messages {
		m := &r.messages[i]
		if m.bot {
			continue
		}
		for len(threads) <= m.thread {
			threads = append(threads, newConversation())
		}
		t := &threads[m.thread]
		if t.debate != undecided {
			gathered[t.debate].add(m)
			continue
		}
		if t.add(m); t.arguing >= decideThread {
			if t.debate = decide(t, gathered); t.debate == undecided {
				t.debate = len(gathered)
				gathered = append(gathered, newConversation())
			}
			gathered[t.debate].take(r, t)
			t.topic, t.spoke, t.messages = nil, nil, nil // from now on the conversation's count
		}
	}
	for k := range threads {
		if t := &threads[k]; t.debate == undecided {
			if t.debate = decide(t, gathered); t.debate != undecided {
				gathered[t.debate].take(r, t)
			}
		}
	}
	for k := range gathered {
		slices.Sort(gathered[k].messages)
	}
	for i := range r.messages {
		m := &r.messages[i]
		if m.bot {
			continue
		}
		m.debate = threads[m.thread].debate
		if m.debate != undecided && i < gathered[m.debate].messages[0] {
			m.debate = undecided
		}
	}
	return gathered
}

const (
	decideThread = 1.0 // how much must have been argued in a thread
	goOn         = 0.45
	goOnWithout  = 0.4 // where little is argued, so that chatter stays outside
)

// goesOnWith is the conversation that a thread goes on with, or undecided.
func (r *reading) goesOnWith(t *conversation, gathered []conversation) int {
	best, sure := undecided, goOn
	if t.arguing < decideThread {
		sure = goOnWithout
	}
	f := features{values: make([]float64, 0, 32)}
	from := max(0, len(gathered)-activeConversations)
	near := threadNearness(t, gathered[from:])
	for at := range near {
		if t.isPlatformThread() && gathered[from+at].isPlatformThread() {
			continue // two threads by people's own choice
		}
		f.values = f.values[:0]
		r.goOnFeatures(&f, t, &gathered[from+at], near, at)
		if p := r.goesOn.binary(f.values); p >= sure {
			best, sure = from+at, p
		}
	}
	return best
}

func threadNearness(t *conversation, gathered []conversation) []near {
	out := make([]near, len(gathered))
	for at := range gathered {
		out[at] = near{t.cosine(&gathered[at]), t.sharedTopic(&gathered[at]), t.gist.near(&gathered[at].gist)}
	}
	return out
}

// goOnFeatures describes a thread and the conversation at a place among the latest.
func (r *reading) goOnFeatures(f *features, t, c *conversation, all []near, at int) {
	other := nearestOther(all, at)
	f.add("about it", all[at].about)
	f.add("about it more than another", all[at].about-other.about)
	f.add("mentions", all[at].mentions)
	f.add("mentions more than another", all[at].mentions-other.mentions)
	f.add("near in meaning", all[at].meaning)
	f.add("nearer in meaning than another", all[at].meaning-other.meaning)
	f.flag("only one", len(all) == 1)
	f.add("log others", math.Log(float64(len(all))))
	f.flag("latest", at == len(all)-1)
	linked, elsewhere, best := 0.0, 0.0, 0.0
	shared, named := 0.0, false
	for _, i := range t.messages {
		m := &r.messages[i]
		for _, l := range m.links {
			if slices.Contains(c.messages, l.to) {
				linked = max(linked, l.sure)
			} else if !slices.Contains(t.messages, l.to) {
				elsewhere = max(elsewhere, l.sure)
			}
		}
		if c.spoke[m.author] > 0 {
			shared++
		}
		for _, n := range m.named {
			named = named || c.spoke[n] > 0
		}
		for _, j := range c.messages[max(0, len(c.messages)-40):] {
			best = max(best, r.compare.similar(&m.whole, &r.messages[j].whole))
		}
	}
	f.add("linked", linked)
	f.add("linked elsewhere", elsewhere)
	f.add("nearest", best)
	f.add("shared speakers", shared/float64(len(t.messages)))
	f.flag("names one of it", named)
	f.add("log size", math.Log(float64(len(c.messages))))
	f.add("log size of thread", math.Log(float64(len(t.messages))))
	f.add("argued a message", c.arguing/float64(len(c.messages)))
	f.add("thread argued a message", t.arguing/float64(len(t.messages)))
	f.add("log argued", math.Log1p(c.arguing))
	start := &r.messages[t.messages[0]]
	f.add("log messages since", math.Log1p(math.Abs(float64(start.index-c.last))))
	f.add("log minutes since", math.Log1p(gap(r.messages[c.last].time, start.time).Minutes()))
	for _, class := range [...]string{"refer", "add", "contrast", "disagree", "claim"} {
		f.flagEach("opens ", class, "", start.whole.cues.opens.has(r.lexicon.class(class)))
	}
}

// touch moves a conversation to the end of the active ones and drops the stalest.
func touch(active []int, k int) []int {
	kept := make([]int, 0, len(active)+1)
	for _, a := range active {
		if a != k {
			kept = append(kept, a)
		}
	}
	kept = append(kept, k)
	return kept[max(0, len(kept)-activeConversations):]
}

// near is how near a message is in topic to each active conversation.
type near struct{ about, mentions, meaning float64 }

// nearestOther is the nearest, in each way, of all but the one at a place.
func nearestOther(all []near, at int) near {
	var best near
	for i, n := range all {
		if i != at {
			best = near{max(best.about, n.about), max(best.mentions, n.mentions), max(best.meaning, n.meaning)}
		}
	}
	return best
}

func nearness(m *message, all []conversation, active []int) []near {
	out := make([]near, len(active))
	for at, k := range active {
		out[at] = near{all[k].about(&m.whole), all[k].mentions(&m.whole), all[k].gist.near(&m.whole.meaning)}
	}
	return out
}

// belongFeatures describes a message and the conversation at a place among the
// active ones, of which the last was spoken in last.
func (r *reading) belongFeatures(f *features, m *message, c *conversation, all []near, at int) {
	rank := len(all) - at
	inside, outside := 0.0, 0.0
	for _, l := range m.links {
		if r.messages[l.to].thread == r.messages[c.last].thread {
			inside = max(inside, l.sure)
		} else {
			outside = max(outside, l.sure)
		}
	}
	f.add("linked", inside)
	f.add("linked elsewhere", outside)
	f.flag("linked most", inside > outside)
	f.flag("not linked at all", inside == 0 && outside == 0)
	about := all[at].about
	other := nearestOther(all, at)
	f.add("about it", about)
	f.add("about it more than another", about-other.about)
	f.flag("about it most", about > other.about)
	f.add("mentions", all[at].mentions)
	f.add("mentions more than another", all[at].mentions-other.mentions)
	f.add("mentions more, argues", (all[at].mentions-other.mentions)*m.argues)
	f.add("near in meaning", all[at].meaning)
	f.add("nearer in meaning than another", all[at].meaning-other.meaning)
	f.add("near in meaning, argues", all[at].meaning*m.argues)
	f.flag("only active one", len(all) == 1)
	best, nearest := 0.0, 0.0
	for _, i := range c.messages[max(0, len(c.messages)-40):] {
		best = max(best, r.compare.similar(&m.whole, &r.messages[i].whole))
		nearest = max(nearest, m.whole.meaning.near(&r.messages[i].whole.meaning))
	}
	f.add("nearest of it in meaning", nearest)
	f.add("nearest of it", best)
	f.add("about it, not linked", about*(1-inside))
	f.flag("about nothing", m.whole.norm == 0)
	f.flag("latest", rank == 1)
	f.add("log rank", math.Log(float64(rank)))
	f.add("log messages since", math.Log(float64(m.index-c.last)))
	f.add("log minutes since", math.Log1p(gap(r.messages[c.last].time, m.time).Minutes()))
	f.flag("over an hour since", gap(r.messages[c.last].time, m.time) > time.Hour)
	spoke := c.spoke[m.author]
	f.flag("spoke in it", spoke > 0)
	f.add("spoke in it often", math.Log1p(float64(spoke)))
	named := false
	for _, n := range m.named {
		named = named || c.spoke[n] > 0
	}
	f.flag("names one of it", named)
	f.add("log size", math.Log(float64(len(c.messages))))
	argued := c.arguing / float64(len(c.messages))
	f.add("argues", m.argues)
	f.add("it argues", argued)
	f.add("both argue", m.argues*argued)
	f.add("one argues", math.Abs(m.argues-argued))
	f.add("argued in all", math.Log1p(c.arguing))
	f.add("argues and spoke in it", m.argues*math.Log1p(float64(spoke)))
}
