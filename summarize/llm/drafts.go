package llm

import (
	"slices"
	"strconv"
	"strings"
)

// number gives rows ids of our own by their place, p1 and o1 and so on, and sides letters, so that
// nothing that a model makes up is an id, and two rows never share one.
func (d *draft) number() {
	more := *d
	d.Sides, d.Points, d.Objections = nil, nil, nil
	d.addRows(&more)
}

// merged is what was known, with what another window adds. What is known of debates stays as it
// is; the list is a new one.
func merged(debates, added []draft) []draft {
	all := slices.Clone(debates)
	for i := range added {
		d := &added[i]
		if at := continued(debates, d); at >= 0 {
			all[at] = all[at].with(d)
			continue
		}
		d.number()
		all = append(all, *d)
	}
	return all
}

// continued is the index of the debate that another goes on with, by the id that it names or by
// its question, -1 where there is none.
func continued(debates []draft, d *draft) int {
	named := strings.TrimSpace(d.Continues)
	at := slices.IndexFunc(debates, func(k draft) bool { return sameLine(k.Question, d.Question) })
	for i := range debates {
		if known(i) == named {
			at = i
		}
	}
	return at
}

// sameLine reports whether two texts differ in white space and letter case at most.
func sameLine(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// with is a debate with what another window says of it.
func (d draft) with(more *draft) draft {
	d.Messages += "," + more.Messages
	d.Sides, d.Points, d.Objections = slices.Clone(d.Sides), slices.Clone(d.Points), slices.Clone(d.Objections)
	d.Neutral = union(d.Neutral, more.Neutral)
	d.Agreements = slices.Concat(d.Agreements, more.Agreements)
	d.window.alone = false
	d.addRows(more)
	return d
}

// addRows takes over sides and rows. A row that is known gains quotes.
func (d *draft) addRows(more *draft) {
	sides := map[string]string{"": ""} // ours, by the model's ids
	for _, s := range more.Sides {
		id := strings.TrimSpace(s.ID)
		if _, ok := sides[id]; !ok {
			sides[id] = d.side(s, id)
		}
	}
	ids := map[string][]named{} // ours, by the model's ids
	note := func(id, ours, side string) {
		id = strings.TrimSpace(id)
		ids[id] = append(ids[id], named{ours, side})
	}
	first := len(d.Points)
	for _, p := range more.Points {
		given := p.ID
		p.Side = d.sideOf(p.Side, sides)
		at := slices.IndexFunc(d.Points[:first], func(k draftPoint) bool { return sameRow(k.ID, k.Side, k.Gist, given, p.Side, p.Gist) })
		if at < 0 {
			p.ID, at = d.free("p"), len(d.Points)
			d.Points = append(d.Points, p)
		} else {
			d.Points[at].Quotes = slices.Concat(d.Points[at].Quotes, p.Quotes)
		}
		note(given, d.Points[at].ID, p.Side)
	}
	first = len(d.Objections)
	for _, o := range more.Objections {
		given := o.ID
		o.Side = d.sideOf(o.Side, sides)
		at := slices.IndexFunc(d.Objections[:first], func(k draftObjection) bool { return sameRow(k.ID, k.Side, k.Gist, given, o.Side, o.Gist) })
		if at < 0 {
			o.ID, at = d.free("o"), len(d.Objections)
			d.Objections = append(d.Objections, o)
		} else {
			d.Objections[at].Quotes = slices.Concat(d.Objections[at].Quotes, o.Quotes)
		}
		note(given, d.Objections[at].ID, o.Side)
	}
	for i := first; i < len(d.Objections); i++ {
		o := &d.Objections[i]
		o.Target = d.target(strings.TrimSpace(o.Target), ids, sides)
	}
}

// named is a row's own id, and its side.
type named struct{ id, side string }

// target is what a model's target is in the draft: the one row that it stands for, the side that
// all of them are on where it stands for several, a row that was known before, a side, or nothing.
func (d *draft) target(given string, ids map[string][]named, sides map[string]string) string {
	switch rows := ids[given]; {
	case len(rows) == 1:
		return rows[0].id
	case len(rows) > 1:
		if slices.ContainsFunc(rows, func(r named) bool { return r.side != rows[0].side }) {
			return ""
		}
		return rows[0].side
	case d.has(given):
		return given
	}
	return d.sideOf(given, sides)
}

// sideOf is the side of the draft that a model means, "" where there is none.
func (d *draft) sideOf(given string, sides map[string]string) string {
	given = strings.TrimSpace(given)
	if ours, ok := sides[given]; ok {
		return ours
	}
	if slices.ContainsFunc(d.Sides, func(k draftSide) bool { return k.ID == given }) {
		return given // it was known, and not said again
	}
	return ""
}

// side is the id of a side of the draft that is the one given, which it gains where it has none such.
func (d *draft) side(s draftSide, id string) string {
	at := slices.IndexFunc(d.Sides, func(k draftSide) bool { return k.ID == id })
	if at >= 0 {
		d.Sides[at].Members = union(d.Sides[at].Members, s.Members)
		return id
	}
	if len(id) != 1 || id < "A" || id > "Z" {
		id = ""
		for letter := 'A'; id == "" && letter <= 'Z'; letter++ {
			if !slices.ContainsFunc(d.Sides, func(k draftSide) bool { return k.ID == string(letter) }) {
				id = string(letter)
			}
		}
	}
	if id != "" { // there are fewer sides than letters, or it is no debate
		s.ID = id
		d.Sides = append(d.Sides, s)
	}
	return id
}

// free is an id for a row that none has.
func (d *draft) free(letter string) string {
	rows := len(d.Points)
	if letter == "o" {
		rows = len(d.Objections)
	}
	for n := rows + 1; ; n++ { // most often the first is
		if id := letter + strconv.Itoa(n); !d.has(id) {
			return id
		}
	}
}

// has reports whether a row has an id.
func (d *draft) has(id string) bool {
	return slices.ContainsFunc(d.Points, func(p draftPoint) bool { return p.ID == id }) ||
		slices.ContainsFunc(d.Objections, func(o draftObjection) bool { return o.ID == id })
}

// alike is which part of the words of two gists must be the same for rows of the same id to be one:
// a model may word a row anew, or give its id to another.
const alike = 0.5

// sameRow reports whether a row is one that is known: on its side, and with its gist, or with its id and about its gist.
func sameRow(id, side, gist, givenID, givenSide, givenGist string) bool {
	if side != givenSide {
		return false
	}
	return sameLine(gist, givenGist) || id == strings.TrimSpace(givenID) && shared(gist, givenGist) >= alike
}

// shared is which part of the words of two texts are in both.
func shared(a, b string) float64 {
	words := map[string]int{}
	for i, text := range []string{a, b} {
		for _, word := range strings.Fields(strings.ToLower(text)) {
			words[strings.Trim(word, ".,;:!?")] |= 1 << i
		}
	}
	both := 0
	for _, in := range words {
		if in == 3 {
			both++
		}
	}
	if len(words) == 0 {
		return 0
	}
	return float64(both) / float64(len(words))
}

func union(a, b []string) []string {
	a = slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
