package embedded

import "math"

const (
	leastMessages = 2   // a debate has at least so many messages
	leastArguing  = 1.2 // in which at least so much is argued
)

// debates keeps the conversations in which at least two people argue, or nobody is named.
func (r *reading) debates(all []conversation) []*debate {
	var found []*debate
	for i := range all {
		c := &all[i]
		alone := len(c.spoke) < 2 && c.spoke[nobody] == 0
		if len(c.messages) < leastMessages || c.arguing < leastArguing || alone {
			for _, m := range c.messages {
				r.messages[m].debate = -1
			}
			continue
		}
		d := &debate{conversation: *c}
		d.people = r.peopleOf(d.messages)
		found = append(found, d)
	}
	return found
}

// peopleOf lists who wrote the messages, in the order in which they first did.
func (r *reading) peopleOf(messages []int) []int {
	var people []int
	seen := map[int]bool{}
	for _, i := range messages {
		if p := r.messages[i].author; p != nobody && !seen[p] {
			seen[p] = true
			people = append(people, p)
		}
	}
	return people
}

const (
	clearlyArgues = 0.4 // from here on a message is taken to argue
	// contestsThreshold is how likely people must argue with each other: a debate
	// that is missed is forgiven sooner than one that was none.
	contestsThreshold = 0.75
)

// contested is true where people do argue with each other. It is asked when all
// is known of a conversation: planning an evening also has questions and
// suggestions, but hardly an argument that meets an argument.
func (r *reading) contested(d *debate) bool {
	c := r.clash(d)
	if contested, plain := c.plainly(len(d.messages)); plain {
		return contested
	}
	f := features{values: make([]float64, 0, 64)}
	r.contestFeatures(&f, d, &c)
	return r.contests.binary(f.values) >= contestsThreshold
}

// plainly says of a conversation of so many messages whether it is contested, where no judge need be asked.
func (c *clash) plainly(messages int) (contested, plain bool) {
	switch {
	case c.unnamed > 1:
		return true, true // who argues with whom can't be told
	case 2*c.foreign > messages: // the judge knows no more than English, and few messages are found to argue clearly
		return c.sum >= max(leastClash, clashAMessage*float64(messages)), true
	case len(c.arguing) < 2 || c.sum < leastClash:
		return false, true
	}
	return false, false
}

const (
	leastClash    = 0.5  // how much two sides must have argued against each other
	clashAMessage = 0.04 // and, in another language, how much of it there must be a message
)

// clash is how arguments meet each other in a conversation.
type clash struct {
	// sum adds how surely an argument meets an argument of somebody else, and
	// ofPairs the same by who speaks against whom, where both are named.
	sum     float64
	ofPairs map[[2]int]float64
	// opposed adds how surely a message speaks against somebody, linked how surely it responds at all.
	opposed, linked float64
	arguing         map[int]bool // who argues
	unnamed         int          // how many messages argue of which nobody is named the author
	foreign         int          // how many aren't English
}

func (r *reading) clash(d *debate) clash {
	c := clash{ofPairs: map[[2]int]float64{}, arguing: map[int]bool{}}
	for _, i := range d.messages {
		m := &r.messages[i]
		if !m.english {
			c.foreign++
		}
		if m.arguedByWords > clearlyArgues {
			if m.author == nobody {
				c.unnamed++
			} else {
				c.arguing[m.author] = true
			}
		}
		for _, l := range m.links {
			p := &r.messages[l.to]
			if p.debate != m.debate || p.author == m.author && m.author != nobody {
				continue
			}
			met := l.sure * l.opposes * m.arguedByWords * p.arguedByWords
			c.sum += met
			if m.author != nobody && p.author != nobody {
				c.ofPairs[[2]int{m.author, p.author}] += met
			}
			c.opposed += l.sure * l.opposes
			c.linked += l.sure
		}
	}
	return c
}

// contestFeatures describes a conversation whose sides and roles are known.
func (r *reading) contestFeatures(f *features, d *debate, c *clash) {
	messages := float64(len(d.messages))
	f.add("log messages", math.Log(messages))
	f.add("log people", math.Log(float64(max(1, len(d.people)))))
	f.add("log clash", math.Log1p(c.sum))
	f.add("clash a message", c.sum/messages)
	strongest, mutual := 0.0, 0.0
	for pair, met := range c.ofPairs {
		strongest = max(strongest, met)
		mutual = max(mutual, min(met, c.ofPairs[[2]int{pair[1], pair[0]}]))
	}
	f.add("log clash of the strongest", math.Log1p(strongest))
	f.add("log clash of two with each other", math.Log1p(mutual))
	f.add("opposed a response", c.opposed/max(c.linked, 1))
	f.add("responses a message", c.linked/messages)
	f.add("share who argue", float64(len(c.arguing))/float64(max(1, len(d.people))))
	r.arguedFeatures(f, d)
	placed := 0.0
	for _, p := range d.people {
		placed += b2f(d.sideOf(p) != noSide)
	}
	f.add("share who take a side", placed/float64(max(1, len(d.people))))
	firmest := 0.0
	for _, against := range d.against {
		firmest = max(firmest, against)
	}
	f.add("firmest opponents", firmest)
	f.flag("two sides", d.sides > 1)
}

// arguedFeatures tells how much, how surely and in what words a conversation argues.
func (r *reading) arguedFeatures(f *features, d *debate) {
	messages := float64(len(d.messages))
	var byWords, points, objections, clearly, top, asked float64
	said := make([]float64, len(r.contestCues))
	for _, i := range d.messages {
		m := &r.messages[i]
		byWords += m.arguedByWords
		asked += b2f(m.whole.asks)
		for n, class := range r.contestCues {
			said[n] += b2f(m.whole.cues.count[class.number] > 0)
		}
		for k := m.first; k < m.last; k++ {
			u := &r.units[k]
			points += u.role[rolePoint]
			objections += u.role[roleObjection]
			clearly += b2f(u.objects())
			top = max(top, u.role[roleObjection])
		}
	}
	f.add("argued by words a message", byWords/messages)
	f.add("points a message", points/messages)
	f.add("objections a message", objections/messages)
	f.add("log points", math.Log1p(points))
	f.add("log objections", math.Log1p(objections))
	f.add("log clear objections", math.Log1p(clearly))
	f.add("clear objections a message", clearly/messages)
	f.add("clearest objection", top)
	f.add("questions a message", asked/messages)
	for n, class := range r.contestCues {
		f.addEach("", class.name, " a message", said[n]/messages)
	}
}
