package embedded

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// standoff is a debate of n people, all of whom agree a little, save the pairs named.
func standoff(n int, of func(a, b int) float64) *debate {
	d := &debate{side: map[int]int{}, against: map[[2]int]float64{}}
	for p := range n {
		d.people = append(d.people, p)
		d.side[p] = noSide
		for q := range p {
			d.against[pair(p, q)] = of(q, p)
		}
	}
	return d
}

// parties lets people of the same party agree and others oppose each other.
func parties(party []int) *debate {
	return standoff(len(party), func(a, b int) float64 {
		if party[a] == party[b] {
			return -2
		}
		return 2
	})
}

// sameDivision is true where two divisions of people agree up to the names of sides.
func sameDivision(a, b func(p int) int, n int) bool {
	for p := range n {
		for q := range p {
			if (a(p) == a(q)) != (b(p) == b(q)) {
				return false
			}
		}
	}
	return true
}

func (d *debate) divided(p int) int { return d.side[p] }

func TestPartition(t *testing.T) {
	tests := map[string][]int{
		"one person":           {0},
		"two against":          {0, 1},
		"two together":         {0, 0},
		"two to one":           {0, 1, 0},
		"pairs":                {0, 1, 1, 0},
		"three sides":          {0, 1, 2, 0, 1, 2},
		"nine":                 {0, 1, 0, 1, 0, 1, 0, 1, 1},
		"ten":                  {0, 1, 0, 1, 0, 1, 0, 1, 1, 0},
		"ten together":         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"one against many":     {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0},
		"thirty, three sides":  {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
		"the first side first": {0, 0, 0, 1, 1},
	}
	for name, party := range tests {
		t.Run(name, func(t *testing.T) {
			d := parties(party)
			d.partition(d.people)
			if !sameDivision(d.divided, func(p int) int { return party[p] }, len(party)) {
				t.Errorf("the sides are %v, expected %v", d.side, party)
			}
			if sides := slices.Max(party) + 1; d.sides != sides {
				t.Errorf("%d sides, expected %d", d.sides, sides)
			}
			if d.side[0] != 0 {
				t.Errorf("whoever wrote first is on side %d", d.side[0])
			}
		})
	}
}

// TestManyPeople: in a debate too large to try every division, nobody fits better on another side.
func TestManyPeople(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	for range 20 {
		d := standoff(12+random.IntN(20), func(int, int) float64 { return random.NormFloat64() })
		assigned := d.improve(d.people)
		worth := d.worth(d.people, assigned)
		for i, was := range assigned {
			for side := range mostSides {
				assigned[i] = side
				if other := d.worth(d.people, assigned); other > worth+1e-6 {
					t.Errorf("of %d people, %d fits better on side %d than on %d: %v, not %v", len(d.people), i, side, was, other, worth)
				}
			}
			assigned[i] = was
		}
	}
}

func BenchmarkManyPeople(b *testing.B) {
	random := rand.New(rand.NewPCG(8, 9))
	d := standoff(400, func(int, int) float64 { return random.NormFloat64() })
	for b.Loop() {
		d.improve(d.people)
	}
}

func TestPartitionOfNobody(t *testing.T) {
	d := standoff(3, func(int, int) float64 { return 1 })
	d.partition(nil)
	if d.sides != 0 || d.side[0] != noSide {
		t.Errorf("%d sides: %v", d.sides, d.side)
	}
}

// TestSidesAreFew: however much everybody opposes everybody, there are at most mostSides sides.
func TestSidesAreFew(t *testing.T) {
	for _, n := range []int{4, exactPeople, exactPeople + 1, 40} {
		d := standoff(n, func(int, int) float64 { return 5 })
		d.partition(d.people)
		if d.sides < 2 || d.sides > mostSides {
			t.Errorf("%d people who all oppose each other are on %d sides", n, d.sides)
		}
		for _, p := range d.people {
			if d.side[p] < 0 || d.side[p] >= d.sides {
				t.Errorf("person %d is on side %d of %d", p, d.side[p], d.sides)
			}
		}
	}
}

// TestWeakThirdSideIsNone: a third side has to save more contradiction than it costs.
func TestWeakThirdSideIsNone(t *testing.T) {
	d := standoff(3, func(a, b int) float64 {
		if a == 1 && b == 2 {
			return thirdCost / 8
		}
		return 3
	})
	d.partition(d.people)
	if d.side[1] != d.side[2] || d.sides != 2 {
		t.Errorf("the sides are %v", d.side)
	}
}

// TestPartitionTriesAll: for few people no division fits better than the one found.
func TestPartitionTriesAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		d := standoff(6, func(int, int) float64 { return rng.NormFloat64() })
		d.partition(d.people)
		var found []int
		for _, p := range d.people {
			found = append(found, d.side[p])
		}
		worth := d.worth(d.people, found)
		for range 200 {
			other := make([]int, len(found))
			for i := range other {
				other[i] = min(rng.IntN(mostSides), i) // the first is on the first side
			}
			if w := d.worth(d.people, other); w > worth+1e-6 && slices.Contains(other, slices.Max(other)-1) {
				t.Fatalf("division %v is worth %f, the one found, %v, %f", other, w, found, worth)
			}
		}
	}
}

// TestPartitionIgnoresOrder: who wrote first names the sides and decides nothing else.
func TestPartitionIgnoresOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{2, 5, 8, exactPeople} {
		weights := standoff(n, func(int, int) float64 { return rng.NormFloat64() }).against
		first := standoff(n, func(a, b int) float64 { return weights[pair(a, b)] })
		first.partition(first.people)
		for range 5 {
			again := standoff(n, func(a, b int) float64 { return weights[pair(a, b)] })
			rng.Shuffle(n, func(i, j int) { again.people[i], again.people[j] = again.people[j], again.people[i] })
			again.partition(again.people)
			if !sameDivision(first.divided, again.divided, n) || first.sides != again.sides {
				t.Errorf("%d people in the order %v are divided %v, in the order of numbers %v", n, again.people, again.side, first.side)
			}
		}
	}
	party := []int{0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0}
	for range 10 {
		d := parties(party)
		rng.Shuffle(len(party), func(i, j int) { d.people[i], d.people[j] = d.people[j], d.people[i] })
		d.partition(d.people)
		if !sameDivision(d.divided, func(p int) int { return party[p] }, len(party)) {
			t.Errorf("in the order %v, the sides are %v", d.people, d.side)
		}
	}
}

// TestSidesOfAThread: people who argue against each other are on two sides, and who agrees with one is on theirs.
func TestSidesOfAThread(t *testing.T) {
	debates := debatesIn(t, queueDebate())
	if len(debates) != 1 || len(debates[0].Sides) != 2 {
		t.Fatalf("found %v", debates)
	}
	a, b := debates[0].Sides[0].Members, debates[0].Sides[1].Members
	if !slices.Equal(a, []string{"nadia", "tomasz"}) || !slices.Equal(b, []string{"yusuf"}) {
		t.Errorf("the sides are %v and %v", a, b)
	}
}
