package embedded

import "math"

// reassign judges every unit of a debate again, now that it is known what its
// message responds to, who stands where and what the debate is about. All are
// judged by what the words of the others say before any is changed, as the judge learned it.
func (r *reading) reassign(d *debate) {
	f := features{values: make([]float64, 0, 224)}
	hidden := make([]float64, 0, r.inContext.width)
	around := r.surroundings(d)
	var judged [][roleCount]float64
	for n, i := range d.messages {
		m := &r.messages[i]
		for at := m.first; at < m.last; at++ {
			f.values = f.values[:0]
			r.contextFeatures(&f, d, &around, n, &r.units[at])
			var role [roleCount]float64
			r.inContext.probabilities(f.values, hidden, role[:0])
			if r.disputesAbsent(m) {
				role = asDispute(r.units[at].role, role)
			}
			judged = append(judged, role)
		}
	}
	for _, i := range d.messages {
		m := &r.messages[i]
		m.argues = 0
		for at := m.first; at < m.last; at++ {
			r.units[at].role, judged = judged[0], judged[1:]
			m.argues = max(m.argues, r.units[at].arguing())
		}
	}
}

// disputeShare is how much of what argues in a message that disputes something
// outside the window is taken to be objections.
const disputeShare = 0.9

// asDispute is the roles of a unit, by its words and in context, whose message
// announces that it objects: what argues in it objects rather than makes a point of its
// own. What it responds to isn't known, so its words count for as much as its context.
func asDispute(byWords, inContext [roleCount]float64) (role [roleCount]float64) {
	for i := range role {
		role[i] = (byWords[i] + inContext[i]) / 2
	}
	if role[rolePoint] > 0.5 {
		return role // plainly a point
	}
	argues := role[rolePoint] + role[roleObjection]
	role[roleObjection] = max(role[roleObjection], disputeShare*argues)
	role[rolePoint] = argues - role[roleObjection]
	return role
}

// relation says how the sides of two people stand to each other in a debate.
func (d *debate) relation(a, b int) (same, opposite bool) {
	if a == nobody || b == nobody {
		return false, false
	}
	sideA, sideB := d.side[a], d.side[b]
	if sideA == noSide || sideB == noSide {
		return a == b, false
	}
	return sideA == sideB, sideA != sideB
}

// contextFeatures describes a unit of the nth message of a debate in its surroundings.
func (r *reading) contextFeatures(f *features, d *debate, s *surroundings, n int, u *unit) {
	m := &r.messages[u.message]
	r.roleFeatures(f, m, u)
	f.add("point by words", math.Log(u.role[rolePoint]+1e-3))
	f.add("objection by words", math.Log(u.role[roleObjection]+1e-3))
	f.add("most of message", b2f(u.arguing() >= m.argues-1e-9))
	f.add("about the debate", d.about(u))
	f.flag("neutral", m.author != nobody && d.side[m.author] == noSide)
	f.add("argued before", math.Log1p(s.before[n]))
	f.add("place", float64(n)/float64(len(d.messages)))
	f.flag("author argued before", s.wrote[n] > 0.7)
	f.add("author argued", math.Log1p(s.wrote[n]))
	f.add("responded to", math.Log1p(s.answered[m.index]))
	f.add("opposed", math.Log1p(s.opposed[m.index]))
	f.add("granted", math.Log1p(s.granted[m.index]))
	f.add("deferred", math.Log1p(s.deferred[m.index]))
	f.add("agreed to", math.Log1p(s.agreed[m.index]))
	f.add("asked about", math.Log1p(s.asked[m.index]))
	depth := s.depth[m.index]
	if r.disputesAbsent(m) {
		depth = 1
	}
	f.flag("first turn", depth == 0)
	f.flag("second turn", depth == 1)
	f.flag("third turn", depth == 2)
	f.flag("even turn", depth%2 == 0)
	f.add("log turns", math.Log1p(float64(depth)))

	sure, opposes := 0.0, 0.0
	same, opposite, back, own := false, false, false, false
	var earlier [roleCount]float64
	theirs, covered, near := 0.0, 0.0, 0.0
	elsewhere := 1.0
	for _, l := range m.links {
		p := &r.messages[l.to]
		if p.debate != m.debate {
			continue
		}
		if p.author == m.author && m.author != nobody {
			own = true
			continue
		}
		if sure == 0 {
			sure, opposes = l.sure, l.opposes
			same, opposite = d.relation(m.author, p.author)
			earlier, theirs = r.strongest(p), p.argues
			elsewhere = 0
			back = r.disputesAbsent(p) // what it disputes is most likely this author's
			for _, up := range p.links {
				if r.messages[up.to].author == m.author && m.author != nobody {
					back = true
				}
			}
		}
		covered = max(covered, r.compare.covers(u, &p.whole))
		near = max(near, u.meaning.near(&p.whole.meaning))
	}
	if r.disputesAbsent(m) {
		sure, opposes, opposite, elsewhere = 0.7, 0.9, true, 0
		earlier, theirs = [roleCount]float64{rolePoint: 0.6, roleObjection: 0.1}, 0.7
	}
	f.add("responds", sure)
	f.add("opposes", opposes*sure)
	f.flag("to its side", same)
	f.flag("to another side", opposite)
	f.flag("goes on from itself", own)
	f.flag("to one who responded to it", back)
	f.add("to nothing", elsewhere)
	f.add("to a point", earlier[rolePoint])
	f.add("to an objection", earlier[roleObjection])
	f.add("to an argument", theirs)
	f.add("opposes a point", earlier[rolePoint]*b2f(opposite))
	f.add("opposes an objection", earlier[roleObjection]*b2f(opposite))
	f.add("answers an objection", earlier[roleObjection]*b2f(back))
	f.add("shares words with it", covered)
	f.add("near it in meaning", near)
	r.neighbourFeatures(f, s, n, u)
}
