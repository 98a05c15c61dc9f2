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

// TestDealings: what people said to each other counts for both, what they said to themselves or elsewhere for nobody.
func TestDealings(t *testing.T) {
	r := testTables(t).read(chat("ann: A queue needs workers.", "ben: But who pays them?", "ann: Agreed, nobody does.", "cem: Fair enough, a queue it is.", "ann: A queue needs workers."))
	d := &debate{conversation: newConversation()}
	for i, argues := range []float64{0.5, 0.8, 0.4, 0.2, 0.6} {
		r.messages[i].argues, r.messages[i].debate, r.messages[i].links = argues, 1, nil
		d.add(&r.messages[i])
	}
	ann, ben, cem := r.messages[0].author, r.messages[1].author, r.messages[3].author
	r.messages[1].links = []link{{to: 0, sure: 0.9, opposes: 0.8}}
	r.messages[2].links = []link{{to: 1, sure: 0.5, opposes: 0.5}, {to: 0, sure: 0.5, opposes: 0.9}} // the second to herself
	r.messages[3].links = []link{{to: 2, sure: 1, opposes: 0.1}}
	r.messages[4].links = []link{{to: 3, sure: 1, opposes: 0.9}}
	r.messages[4].debate = 2 // what is linked from here lies in another debate
	deal := r.dealings(d)
	annBen, annCem := deal.between[pair(ann, ben)], deal.between[pair(ann, cem)]
	if annBen == nil || annCem == nil || len(deal.between) != 2 {
		t.Fatalf("those who spoke with each other are %v", deal.between)
	}
	clash := 0.9*0.8*0.8*0.5 + 0.5*0.5*0.4*0.8
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	near("clash of ann and ben", annBen.clash, clash)
	near("their links", annBen.links, 1.4)
	near("how much they opposed", annBen.opposed, 0.9*logit(0.8))
	near("ann agreed with ben", annBen.agreed, 0.5)
	near("cem conceded to ann", annCem.conceded, 1)
	near("what ann argued", deal.argued[ann], 0.5+0.4+0.6)
	near("what ben clashed", deal.clashed[ben], clash)
	near("what ann clashed", deal.clashed[ann], clash+0.1*0.2*0.4)
}

// TestMostSided: in a crowd those who argue most are put on sides, and nobody else.
func TestMostSided(t *testing.T) {
	const people = mostSided + 20
	r, d := crowd(t, people)
	for i := range r.messages {
		r.messages[i].argues = 0.5 + 0.4*b2f(r.messages[i].author >= 20)
	}
	r.takeSides(d)
	for p := range 20 {
		if d.side[p] != noSide {
			t.Errorf("person %d, who argued least, is on side %d", p, d.side[p])
		}
	}
	if d.sides < 2 {
		t.Errorf("there are %d sides", d.sides)
	}
}

// crowd is a debate of many people who write three messages each, to others in turn.
func crowd(b testing.TB, people int) (*reading, *debate) {
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
	for _, people := range []int{25, 100, 400, 1600} {
		b.Run(fmt.Sprintf("%d people", people), func(b *testing.B) {
			r, d := crowd(b, people)
			for b.Loop() {
				r.takeSides(d)
			}
		})
	}
}
