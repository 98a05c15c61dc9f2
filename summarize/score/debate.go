package score

import (
	"cmp"
	"slices"
	"strings"

	"crux/summarize"
)

// debate counts a reported debate against the gold one.
func (t *Tally) debate(d *summarize.Debate, gold *GoldDebate, src source) {
	t.grounding(d, src)
	sides := t.sides(d, gold)

	var points, objections, openObjections []row
	for _, p := range d.Points {
		points = append(points, src.texts.point(p))
	}
	for _, o := range d.Objections {
		objections = append(objections, src.texts.objection(o))
		if o.Status.Open() {
			openObjections = append(openObjections, objections[len(objections)-1])
		}
	}
	var goldPoints, goldMajors, goldObjections, goldOpen []row
	for _, p := range gold.Points {
		goldPoints = append(goldPoints, src.texts.goldPoint(p))
		if p.Major {
			goldMajors = append(goldMajors, goldPoints[len(goldPoints)-1])
		}
	}
	for _, o := range gold.Objections {
		goldObjections = append(goldObjections, src.texts.goldObjection(o))
		if o.Status.Open() {
			goldOpen = append(goldOpen, goldObjections[len(goldObjections)-1])
		}
	}

	t.add(pointRecall, float64(len(match(points, goldMajors))), len(goldMajors))
	pairs := match(points, slices.Concat(goldPoints, goldObjections))
	t.add(pointPrecision, float64(len(pairs)), len(points))
	for _, p := range pairs {
		if p.gold < len(goldPoints) {
			t.check(attribution, attributed(points[p.row], goldPoints[p.gold], src, sides))
		}
	}

	pairs = match(objections, goldObjections)
	t.add(objectionF1, float64(2*len(pairs)), len(objections)+len(goldObjections))
	t.add(openF1, float64(2*len(match(openObjections, goldOpen))), len(openObjections)+len(goldOpen))
	for _, p := range pairs {
		t.status(d.Objections[p.row], gold.Objections[p.gold])
		t.check(attribution, attributed(objections[p.row], goldObjections[p.gold], src, sides))
	}
}

// grounding counts which quotes stand in the messages that they name. A row without quotes counts as one that does not.
func (t *Tally) grounding(d *summarize.Debate, src source) {
	stands := func(q summarize.Quote) {
		t.check(grounded, q.Text != "" && strings.Contains(src.texts[q.Message], q.Text))
	}
	quoted := func(quotes []summarize.Quote) {
		for _, q := range quotes {
			stands(q)
		}
		if len(quotes) == 0 {
			t.check(grounded, false)
		}
	}
	for _, p := range d.Points {
		quoted(p.Quotes)
	}
	for _, o := range d.Objections {
		quoted(o.Quotes)
		for _, r := range o.Responses {
			stands(r.Quote)
		}
	}
}

// sides counts, over pairs of people, whether they were said to be on the same
// side; a neutral person is on a side of their own. It returns the report's
// sides by gold side: the pairing that shares most people, greedily.
func (t *Tally) sides(d *summarize.Debate, gold *GoldDebate) map[summarize.SideID]summarize.SideID {
	said, want := sideOf(d.Sides), sideOf(gold.Sides)
	people := slices.Clone(gold.Neutral)
	for person := range want {
		people = append(people, person)
	}
	slices.Sort(people)
	people = slices.Compact(people)
	together := func(sides map[string]string, x, y string) bool {
		ofX, okX := sides[x]
		ofY, okY := sides[y]
		return okX && okY && ofX == ofY
	}
	for i, x := range people {
		for _, y := range people[i+1:] {
			same := together(want, x, y)
			right := same == together(said, x, y)
			if same {
				t.check(pairsSame, right)
			} else {
				t.check(pairsApart, right)
			}
		}
	}
	return paired(want, said)
}

func sideOf(sides []summarize.Side) map[string]string {
	of := map[string]string{}
	for _, s := range sides {
		for _, m := range s.Members {
			of[m] = s.ID
		}
	}
	return of
}

func paired(want, said map[string]string) map[summarize.SideID]summarize.SideID {
	type couple struct{ want, said string }
	shared := map[couple]int{}
	for person, side := range want {
		if other, ok := said[person]; ok {
			shared[couple{side, other}]++
		}
	}
	couples := make([]couple, 0, len(shared))
	for c := range shared {
		couples = append(couples, c)
	}
	slices.SortFunc(couples, func(a, b couple) int {
		return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a.want, b.want), cmp.Compare(a.said, b.said))
	})
	sides, taken := map[summarize.SideID]summarize.SideID{}, map[string]bool{}
	for _, c := range couples {
		if _, ok := sides[summarize.SideID(c.want)]; ok || taken[c.said] {
			continue
		}
		sides[summarize.SideID(c.want)], taken[c.said] = summarize.SideID(c.said), true
	}
	return sides
}

// attributed reports whether `by` holds the authors of all quotes that touch gold, and the side is the right one.
func attributed(r, gold row, src source, sides map[summarize.SideID]summarize.SideID) bool {
	touching := false
	for _, quote := range r.places {
		if best(quote, gold) == 0 {
			continue
		}
		touching = true
		if !slices.Contains(r.by, src.authors[quote.message]) {
			return false
		}
	}
	// A gold row of no side, and one whose side the report doesn't have, want no side.
	return touching && r.side == sides[gold.side]
}

// status counts what became of a matched objection.
func (t *Tally) status(o summarize.Objection, gold GoldObjection) {
	wanted := openRight
	if !gold.Status.Open() {
		wanted = closedRight
		t.check(responseAcc, namesResponse(o, gold))
	}
	right := o.Status.Open() == gold.Status.Open()
	t.check(wanted, right)
	t.confidence(o, right)
	for i, s := range statuses {
		if o.Status == s {
			t.statuses[i].said++
		}
		if gold.Status == s {
			t.statuses[i].wanted++
		}
		if o.Status == s && gold.Status == s {
			t.statuses[i].hit++
		}
	}
}

// namesResponse reports whether one of the objection's first three responses is in a message that gold names.
func namesResponse(o summarize.Objection, gold GoldObjection) bool {
	for _, r := range o.Responses[:min(3, len(o.Responses))] {
		if slices.ContainsFunc(gold.Responses, func(s Span) bool { return s.Message == r.Message }) {
			return true
		}
	}
	return false
}
