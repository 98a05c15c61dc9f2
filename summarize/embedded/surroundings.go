package embedded

import (
	"math"
	"slices"
)

// surroundings is what the context of a unit is made of, gathered once a debate.
type surroundings struct {
	// answered sums how surely others respond to each message, and how opposed they are.
	answered, opposed map[int]float64
	// granted, deferred and agreed sum how surely responses from others hold such cues, asked whether they ask.
	granted, deferred, agreed, asked map[int]float64
	// depth is how many turns lie between a message and what its exchange began with.
	depth map[int]int
	// wrote is each person's number of arguing messages so far, by place in the debate.
	wrote []float64
	// before sums how much was argued before each place in the debate.
	before []float64
	// strongest is the strongest roles of each message by its place, sums the sums over its
	// units, and replied the strongest of what others said in response to a message.
	strongest [][roleCount]float64
	sums      [][roleCount]float64
	replied   map[int][roleCount]float64
	// previous is the place of what the author of each place said last, -1 for nothing.
	previous []int
	// points and objections are how likely each unit of the debate is one, in ascending order.
	points, objections []float64
}

func (r *reading) surroundings(d *debate) surroundings {
	s := surroundings{answered: map[int]float64{}, opposed: map[int]float64{}, granted: map[int]float64{},
		deferred: map[int]float64{}, agreed: map[int]float64{}, asked: map[int]float64{}, depth: map[int]int{}, replied: map[int][roleCount]float64{}}
	concede, deferral, agree := r.lexicon.class("concede"), r.lexicon.class("defer"), r.lexicon.class("agree")
	wrote := map[int]float64{}
	last := map[int]int{}
	sum := 0.0
	for n, i := range d.messages {
		m := &r.messages[i]
		s.note(r, m, last, n)
		s.before = append(s.before, sum)
		s.wrote = append(s.wrote, wrote[m.author])
		sum += m.argues
		wrote[m.author] += m.argues
		for _, l := range m.links {
			if r.messages[l.to].author != m.author || m.author == nobody {
				s.answered[l.to] += l.sure
				s.opposed[l.to] += l.sure * l.opposes
				s.granted[l.to] += l.sure * b2f(m.whole.cues.count[concede] > 0)
				s.deferred[l.to] += l.sure * b2f(m.whole.cues.count[deferral] > 0)
				s.agreed[l.to] += l.sure * b2f(m.whole.cues.opens.has(agree))
				s.asked[l.to] += l.sure * b2f(m.whole.asks)
				s.replied[l.to] = stronger(s.replied[l.to], s.strongest[n])
			}
		}
		for _, l := range m.links {
			if p := &r.messages[l.to]; p.debate == m.debate && p.author != m.author {
				s.depth[i] = s.depth[l.to] + 1
				break
			}
		}
	}
	slices.Sort(s.points)
	slices.Sort(s.objections)
	return s
}

// note takes in what the message at a place says; last is where each person spoke last.
func (s *surroundings) note(r *reading, m *message, last map[int]int, n int) {
	previous, spoke := last[m.author]
	if !spoke || m.author == nobody {
		previous = -1
	}
	last[m.author] = n
	s.previous = append(s.previous, previous)
	s.strongest = append(s.strongest, r.strongest(m))
	var sum [roleCount]float64
	for k := m.first; k < m.last; k++ {
		for role, p := range r.units[k].role {
			sum[role] += p
		}
		s.points = append(s.points, r.units[k].role[rolePoint])
		s.objections = append(s.objections, r.units[k].role[roleObjection])
	}
	s.sums = append(s.sums, sum)
}

// stronger is the greater of two units' probabilities of each role.
func stronger(a, b [roleCount]float64) [roleCount]float64 {
	for i := range a {
		a[i] = max(a[i], b[i])
	}
	return a
}

// rankedUnits is how far apart units of a message are still ranked against each other.
const rankedUnits = 50

// neighbourFeatures compares a unit of the nth message with the units around it:
// what is likely an objection by its words is less so where its neighbour is one plainly.
func (r *reading) neighbourFeatures(f *features, s *surroundings, n int, u *unit) {
	m := &r.messages[u.message]
	var before, after [roleCount]float64
	at := m.first + u.index
	if at > m.first {
		before = r.units[at-1].role
	}
	if at+1 < m.last {
		after = r.units[at+1].role
	}
	f.add("point before", before[rolePoint])
	f.add("objection before", before[roleObjection])
	f.add("point after", after[rolePoint])
	f.add("objection after", after[roleObjection])
	sum := s.sums[n]
	var above [roleCount]float64
	for k := max(m.first, at-rankedUnits); k < min(m.last, at+rankedUnits+1); k++ {
		for role, p := range r.units[k].role {
			above[role] += b2f(p > u.role[role])
		}
	}
	f.add("share of points in message", u.role[rolePoint]/max(sum[rolePoint], 1e-9))
	f.add("share of objections in message", u.role[roleObjection]/max(sum[roleObjection], 1e-9))
	f.add("log points in message", math.Log1p(sum[rolePoint]))
	f.add("log objections in message", math.Log1p(sum[roleObjection]))
	f.add("log rank as point in message", math.Log1p(above[rolePoint]))
	f.add("log rank as objection in message", math.Log1p(above[roleObjection]))
	f.add("rank as point in debate", quantile(s.points, u.role[rolePoint]))
	f.add("rank as objection in debate", quantile(s.objections, u.role[roleObjection]))
	for which, place := range [...]int{s.previous[n], n - 1, n + 1} {
		var other [roleCount]float64
		if place >= 0 && place < len(s.strongest) {
			other = s.strongest[place]
		}
		f.add(nearbyNames[which][0], other[rolePoint])
		f.add(nearbyNames[which][1], other[roleObjection])
	}
	replied := s.replied[m.index]
	f.add("point in reply", replied[rolePoint])
	f.add("objection in reply", replied[roleObjection])
}

// nearbyNames names what the features of nearby messages tell.
var nearbyNames = [...][2]string{
	{"point in author's last", "objection in author's last"},
	{"point in message before", "objection in message before"},
	{"point in message after", "objection in message after"},
}

// quantile is the share of ascending values that are below one.
func quantile(values []float64, value float64) float64 {
	below, _ := slices.BinarySearch(values, value)
	return float64(below) / float64(max(1, len(values)))
}
