package embedded

import "math"

// debate is a conversation in which people argue.
type debate struct {
	conversation
	// people are those who wrote in it, in the order in which they first did.
	people []int
	// side is the number of each person's side, noSide for those who took none.
	side map[int]int
	// sides is how many there are.
	sides int
	// against is how strongly each pair speaks against each other, negative where they agree.
	against map[[2]int]float64
}

// noSide is the side of people who took none.
const noSide = -1

// sideOf is the side of a person, noSide for nobody.
func (d *debate) sideOf(person int) int {
	if side, known := d.side[person]; known {
		return side
	}
	return noSide
}

// takeSides says who stands with whom: the pairs' stances are a signed graph,
// and the sides are the parts into which it falls with the least contradiction
// (correlation clustering, Bansal, Blum and Chawla 2004).
func (r *reading) takeSides(d *debate) {
	deal := r.dealings(d)
	people := deal.loudest(d.people, mostSided)
	d.weighPairs(r, deal, people)
	d.side = map[int]int{}
	for _, p := range d.people {
		d.side[p] = noSide
	}
	f := features{values: make([]float64, 0, 32)}
	neutral := map[int]float64{}
	for _, p := range people {
		f.values = f.values[:0]
		r.neutralFeatures(&f, d, deal, p)
		neutral[p] = r.neutrals.binary(f.values)
	}
	for _, threshold := range [...]float64{neutralThreshold, hardlyNeutral, 1.1} {
		var taking []int
		for _, p := range people {
			d.side[p] = noSide
			if neutral[p] < threshold {
				taking = append(taking, p)
			}
		}
		if d.partition(taking); d.sides > 1 {
			return // a debate has two sides: where nobody seems to take the other, ask less of it
		}
	}
}

// mostSided is how many people are put on sides at most, since each two of them are
// compared. Beyond them are those who argued least.
const mostSided = 400

const (
	neutralThreshold = 0.5
	hardlyNeutral    = 0.85
)

const (
	exactPeople = 9   // up to so many people every division is tried
	mostSides   = 3   // more positions than this are not told apart
	thirdCost   = 2.0 // how much contradiction a third side must save
)

// partition divides people into sides.
func (d *debate) partition(people []int) {
	d.sides = 0
	if len(people) == 0 {
		return
	}
	divide := d.bestDivision
	if len(people) > exactPeople {
		divide = d.improve
	}
	assigned := divide(people)
	number := map[int]int{}
	for i, p := range people {
		if _, known := number[assigned[i]]; !known {
			number[assigned[i]] = len(number)
		}
		d.side[p] = number[assigned[i]]
	}
	d.sides = len(number)
}

// worth is how well a division fits: opposition between sides counts for it, opposition within a side against it.
func (d *debate) worth(people, assigned []int) float64 {
	sum, used := 0.0, 0
	for i := range people {
		used = max(used, assigned[i])
		for j := range i {
			weight := d.against[pair(people[i], people[j])]
			if assigned[i] == assigned[j] {
				weight = -weight
			}
			sum += weight
		}
	}
	return sum - thirdCost*float64(max(0, used-1))
}

// bestDivision tries every division into at most mostSides sides; the first person is on the first side.
func (d *debate) bestDivision(people []int) []int {
	assigned, best := make([]int, len(people)), make([]int, len(people))
	top := math.Inf(-1)
	var try func(i, used int)
	try = func(i, used int) {
		if i == len(people) {
			if worth := d.worth(people, assigned); worth > top+1e-9 {
				top = worth
				copy(best, assigned)
			}
			return
		}
		for s := 0; s <= min(used, mostSides-1); s++ {
			assigned[i] = s
			try(i+1, max(used, s+1))
		}
	}
	try(0, 0)
	return best
}

// improve moves one person at a time while that helps; for debates too large to try everything.
func (d *debate) improve(people []int) []int {
	against := d.matrix(people)
	assigned := make([]int, len(people))
	var members [mostSides]int
	gain := func(i, side, n int) float64 { return gainOf(against[i][:n], assigned, members, i, side) }
	for i := range people {
		if gain(i, 1, i) > gain(i, 0, i) {
			assigned[i] = 1
		}
		members[assigned[i]]++
	}
	for moved := true; moved; {
		moved = false
		for i := range people {
			members[assigned[i]]--
			best, top := assigned[i], gain(i, assigned[i], len(people))
			for side := range mostSides {
				if g := gain(i, side, len(people)); g > top+1e-9 {
					best, top, moved = side, g, true
				}
			}
			assigned[i] = best
			members[best]++
		}
	}
	return assigned
}

// gainOf is what being on a side is worth for person i, where others of whom the
// first few count are on the sides assigned; members are how many each side has without them.
func gainOf(against []float64, assigned []int, members [mostSides]int, i, side int) float64 {
	sum := 0.0
	for j, weight := range against {
		switch {
		case j == i:
		case assigned[j] == side:
			sum -= weight
		default:
			sum += weight
		}
	}
	used := side
	for s := side + 1; s < mostSides; s++ {
		if members[s] > 0 {
			used = s
		}
	}
	return sum - thirdCost*float64(max(0, used-1))
}

// matrix is how strongly each two people speak against each other.
func (d *debate) matrix(people []int) [][]float64 {
	against := make([][]float64, len(people))
	for i, p := range people {
		against[i] = make([]float64, len(people))
		for j, q := range people[:i] {
			against[i][j] = d.against[pair(p, q)]
			against[j][i] = against[i][j]
		}
	}
	return against
}

// neutralFeatures describes how somebody took part in a debate.
func (r *reading) neutralFeatures(f *features, d *debate, deal *dealings, p int) {
	wrote, argued, asked, most, words := 0.0, 0.0, 0.0, 0.0, 0.0
	total := 0.0
	stand, clarify, opposed := 0.0, 0.0, 0.0
	for _, i := range d.messages {
		m := &r.messages[i]
		total += m.argues
		for _, l := range m.links {
			if r.messages[l.to].author == p && m.author != p {
				opposed += l.sure * l.opposes
			}
		}
		if m.author != p {
			continue
		}
		wrote++
		words += float64(m.whole.words)
		argued += m.argues
		most = max(most, m.argues)
		if m.whole.asks {
			asked++
		}
		stand += float64(m.whole.cues.count[r.lexicon.class("stand")])
		clarify += float64(m.whole.cues.count[r.lexicon.class("clarify")])
	}
	f.add("log messages", math.Log1p(wrote))
	f.add("log argued", math.Log1p(argued))
	f.add("argued a message", argued/max(1, wrote))
	f.add("most", most)
	f.add("share of arguing", argued/max(0.1, total)*float64(len(d.people)))
	f.add("asked a message", asked/max(1, wrote))
	f.add("log words a message", math.Log1p(words/max(1, wrote)))
	f.add("log words", math.Log1p(words))
	f.add("stands", min(stand, 3))
	f.add("clarifies a message", clarify/max(1, wrote))
	f.add("was opposed", math.Log1p(opposed))
	weight, strength := 0.0, 0.0
	for _, q := range deal.partners[p] {
		e := deal.between[pair(p, q)]
		weight += e.opposed
		strength += e.clash
	}
	f.add("strength", math.Log1p(strength))
	f.add("opposition", max(-5, min(5, weight)))
	f.add("log people", math.Log(float64(len(d.people))))
	f.add("two people", b2f(len(d.people) == 2))
}
