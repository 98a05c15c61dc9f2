package embedded

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestOthers: with whom two people clash comes out as if all people were gone through.
func TestOthers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		people := 2 + random.IntN(8)
		deal := &dealings{between: map[[2]int]*exchange{}, partners: map[int][]int{}, clashed: map[int]float64{}}
		for range random.IntN(20) {
			p, q := random.IntN(people), random.IntN(people)
			if p == q {
				continue
			}
			clash := random.Float64()
			deal.exchange(p, q).clash += clash
			deal.clashed[p] += clash
			deal.clashed[q] += clash
		}
		for p := range people {
			for q := range p {
				common, apart := 0.0, 0.0
				for o := range people {
					if o != p && o != q {
						common += min(deal.share(p, o), deal.share(q, o))
						apart += math.Abs(deal.share(p, o) - deal.share(q, o))
					}
				}
				gotCommon, gotApart := deal.others(p, q)
				if math.Abs(gotCommon-common) > 1e-9 || math.Abs(gotApart-apart) > 1e-9 {
					t.Fatalf("of %d people, %d and %d have %g in common and %g apart, expected %g and %g", people, p, q, gotCommon, gotApart, common, apart)
				}
			}
		}
	}
}

// crowd is a debate of many people who write three messages each, to others in turn.
func crowd(b *testing.B, people int) (*reading, *debate) {
	lines := make([]string, 3*people)
	for i := range lines {
		lines[i] = fmt.Sprintf("p%d: But a queue needs workers that somebody has to watch.", i%people)
	}
	r := testTables(b).read(chat(lines...))
	d := &debate{conversation: newConversation()}
	for i := range r.messages {
		m := &r.messages[i]
		m.argues = 0.5
		if i > 0 {
			m.links = []link{{to: (i%people*7 + i/people + 1) % people % i, sure: 0.9, opposes: 0.7}}
		}
		d.add(m)
		if i < people {
			d.people = append(d.people, m.author)
		}
	}
	return r, d
}

// BenchmarkSides takes sides in a debate of many people.
func BenchmarkSides(b *testing.B) {
	for _, people := range []int{25, 100, 400} {
		b.Run(fmt.Sprintf("%d people", people), func(b *testing.B) {
			r, d := crowd(b, people)
			for b.Loop() {
				r.takeSides(d)
			}
		})
	}
}
