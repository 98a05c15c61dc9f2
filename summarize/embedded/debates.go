package embedded

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
	clearlyArgues = 0.4  // from here on a message is taken to argue
	leastClash    = 0.5  // how much two sides must have argued against each other
	clashAMessage = 0.04 // and how much of it there must be a message
)

// contested is true where people do argue with each other. It is asked when all
// is known of a conversation: planning an evening also has questions and
// suggestions, but hardly an argument that meets an argument.
func (r *reading) contested(d *debate) bool {
	clash := 0.0
	arguing := map[int]bool{}
	unnamed := 0
	for _, i := range d.messages {
		m := &r.messages[i]
		if m.arguedByWords > clearlyArgues {
			arguing[m.author] = true
			if m.author == nobody {
				unnamed++
			}
		}
		for _, l := range m.links {
			p := &r.messages[l.to]
			if p.debate == m.debate && (p.author != m.author || m.author == nobody) {
				clash += l.sure * l.opposes * m.arguedByWords * p.arguedByWords
			}
		}
	}
	if unnamed > 1 {
		return true // who argues with whom can't be told
	}
	return len(arguing) > 1 && clash >= leastClash && clash >= clashAMessage*float64(len(d.messages))
}
