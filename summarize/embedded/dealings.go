package embedded

import (
	"cmp"
	"math"
	"slices"
)

// dealings are what the people of a debate had to do with each other.
type dealings struct {
	between map[[2]int]*exchange
	// partners are, of each person, those with whom they exchanged anything.
	partners map[int][]int
	// argued sums each person's arguing, clashed the arguments that they exchanged with others.
	argued, clashed map[int]float64
}

// exchange is what two people said to each other in a debate.
type exchange struct {
	links, opposed, clash, agreed, conceded float64
}

// dealings adds up what each two people of a debate said to each other.
func (r *reading) dealings(d *debate) *dealings {
	agree, stand, concede := r.lexicon.class("agree"), r.lexicon.class("stand"), r.lexicon.class("concede")
	deal := &dealings{
		between: map[[2]int]*exchange{}, partners: map[int][]int{},
		argued: map[int]float64{}, clashed: map[int]float64{},
	}
	for _, i := range d.messages {
		m := &r.messages[i]
		deal.argued[m.author] += m.argues
		for _, l := range m.links {
			p := &r.messages[l.to]
			if m.author == nobody || p.author == nobody || p.author == m.author || p.debate != m.debate {
				continue
			}
			clash := l.sure * l.opposes * m.argues * p.argues
			deal.clashed[m.author] += clash
			deal.clashed[p.author] += clash
			e := deal.exchange(m.author, p.author)
			e.links += l.sure
			e.opposed += l.sure * logit(l.opposes)
			e.clash += clash
			e.agreed += l.sure * b2f(m.whole.cues.opens.has(agree) || m.whole.cues.count[stand] > 0)
			e.conceded += l.sure * b2f(m.whole.cues.opens.has(concede))
		}
	}
	return deal
}

// exchange is that of two people, a new one where they had none.
func (deal *dealings) exchange(p, q int) *exchange {
	e := deal.between[pair(p, q)]
	if e == nil {
		e = &exchange{}
		deal.between[pair(p, q)] = e
		deal.partners[p] = append(deal.partners[p], q)
		deal.partners[q] = append(deal.partners[q], p)
	}
	return e
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// loudest are the people who argued most, in the order of people.
func (deal *dealings) loudest(people []int, most int) []int {
	if len(people) <= most {
		return people
	}
	sorted := slices.Clone(people)
	slices.SortStableFunc(sorted, func(p, q int) int { return cmp.Compare(deal.argued[q], deal.argued[p]) })
	quiet := map[int]bool{}
	for _, p := range sorted[most:] {
		quiet[p] = true
	}
	return slices.DeleteFunc(slices.Clone(people), func(p int) bool { return quiet[p] })
}

// weighPairs judges of each two people how likely they stand against each other.
func (d *debate) weighPairs(r *reading, deal *dealings, people []int) {
	d.against = map[[2]int]float64{}
	f := features{values: make([]float64, 0, 32)}
	for i, p := range people {
		for _, q := range people[:i] {
			f.values = f.values[:0]
			pairFeatures(&f, d, deal, p, q)
			d.against[pair(p, q)] = logit(r.opponents.binary(f.values))
		}
	}
}

// pairFeatures describes what two people of a debate have to do with each other.
func pairFeatures(f *features, d *debate, deal *dealings, p, q int) {
	e := deal.between[pair(p, q)]
	f.flag("never spoke", e == nil)
	if e == nil {
		e = &exchange{}
	}
	argued, clashed := deal.argued, deal.clashed
	f.add("log links", math.Log1p(e.links))
	f.add("opposed", e.opposed/(1+e.links))
	f.add("opposed in all", max(-5, min(5, e.opposed)))
	f.add("clash", math.Log1p(e.clash))
	mass := math.Sqrt((clashed[p] + fewClashes) * (clashed[q] + fewClashes))
	f.add("share of clash", e.clash/mass)
	f.add("agreed", e.agreed/(1+e.links))
	f.add("conceded", e.conceded/(1+e.links))
	f.add("both argued", math.Log1p(min(argued[p], argued[q])))
	f.add("both argued, never clashed", math.Log1p(min(clashed[p], clashed[q]))/(1+3*e.clash))
	common, apart := deal.others(p, q)
	f.add("common opponents", common)
	f.add("other opponents", apart)
	f.add("log people", math.Log(float64(len(d.people))))
	f.flag("two people", len(d.people) == 2)
}

// fewClashes keeps the shares of somebody who hardly clashed with anybody small.
const fewClashes = 0.3

// others compares with whom else two people clash: what share of their clashes
// is with the same people, and what share with others.
func (deal *dealings) others(p, q int) (common, apart float64) {
	if len(deal.partners[q]) < len(deal.partners[p]) {
		p, q = q, p
	}
	for _, o := range deal.partners[p] {
		if o != q {
			common += min(deal.share(p, o), deal.share(q, o))
		}
	}
	rest := func(of, with int) float64 {
		return deal.clashed[of]/(deal.clashed[of]+fewClashes) - deal.share(of, with)
	}
	// |a-b| is a+b-2min(a, b), so those who clash with neither need not be gone through; rounding may end below 0.
	return common, max(0, rest(p, q)+rest(q, p)-2*common)
}

// share is what part of the clashes of one person is with another.
func (deal *dealings) share(of, with int) float64 {
	e := deal.between[pair(of, with)]
	if e == nil {
		return 0
	}
	return e.clash / (deal.clashed[of] + fewClashes)
}

// pair is the key of two people, whoever comes first.
func pair(a, b int) [2]int { return [2]int{min(a, b), max(a, b)} }
