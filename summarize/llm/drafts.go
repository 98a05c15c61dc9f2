package llm

import (
	"slices"
	"strconv"
	"strings"
)

// number gives rows ids of our own by their place, p1 and o1 and so on, so that nothing that a
// model makes up is one, and two rows never share one. A target that two rows answer to is the
// side that both are on, or none.
func (d *draft) number() {
	to := map[string][]named{}
	for i := range d.Points {
		p := &d.Points[i]
		id := "p" + strconv.Itoa(i+1)
		to[strings.TrimSpace(p.ID)] = append(to[strings.TrimSpace(p.ID)], named{id, p.Side})
		p.ID = id
	}
	for i := range d.Objections {
		o := &d.Objections[i]
		id := "o" + strconv.Itoa(i+1)
		to[strings.TrimSpace(o.ID)] = append(to[strings.TrimSpace(o.ID)], named{id, o.Side})
		o.ID = id
	}
	for i := range d.Objections {
		o := &d.Objections[i]
		o.Target = target(to[strings.TrimSpace(o.Target)], strings.TrimSpace(o.Target))
	}
}

// named is a row's own id, and its side.
type named struct{ id, side string }

// target is the one row that a name stands for, the side that all of them are on, or the name
// itself where it is no row's: a side's.
func target(rows []named, name string) string {
	switch {
	case len(rows) == 0:
		return name
	case len(rows) == 1:
		return rows[0].id
	case slices.ContainsFunc(rows, func(r named) bool { return r.side != rows[0].side }):
		return ""
	}
	return rows[0].side
}

// merged is what was known, with what a later window adds.
func merged(known, added []draft) []draft {
	for _, d := range added {
		i := slices.IndexFunc(known, func(k draft) bool { return sameLine(k.Question, d.Question) })
		if i < 0 {
			known = append(known, d)
			continue
		}
		known[i].add(d)
	}
	return known
}

// sameLine reports whether two texts differ in white space and letter case at most.
func sameLine(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// add takes over what another window says of the same debate. A row of the same gist is the same one.
func (d *draft) add(more draft) {
	d.Messages += "," + more.Messages
	for _, s := range more.Sides {
		i := slices.IndexFunc(d.Sides, func(known draftSide) bool { return known.ID == s.ID })
		if i < 0 {
			d.Sides = append(d.Sides, s)
			continue
		}
		d.Sides[i].Members = union(d.Sides[i].Members, s.Members)
	}
	d.Neutral = union(d.Neutral, more.Neutral)
	ids := map[string]string{}
	for _, p := range more.Points {
		i := slices.IndexFunc(d.Points, func(known draftPoint) bool { return known.Side == p.Side && sameLine(known.Gist, p.Gist) })
		if i >= 0 {
			d.Points[i].Quotes = append(d.Points[i].Quotes, p.Quotes...)
			ids[p.ID] = d.Points[i].ID
			continue
		}
		id := "p" + strconv.Itoa(len(d.Points)+1)
		ids[p.ID], p.ID = id, id
		d.Points = append(d.Points, p)
	}
	first := len(d.Objections)
	for _, o := range more.Objections {
		i := slices.IndexFunc(d.Objections, func(known draftObjection) bool { return known.Side == o.Side && sameLine(known.Gist, o.Gist) })
		if i >= 0 {
			d.Objections[i].Quotes = append(d.Objections[i].Quotes, o.Quotes...)
			ids[o.ID] = d.Objections[i].ID
			continue
		}
		id := "o" + strconv.Itoa(len(d.Objections)+1)
		ids[o.ID], o.ID = id, id
		d.Objections = append(d.Objections, o)
	}
	for i := first; i < len(d.Objections); i++ {
		if id := ids[d.Objections[i].Target]; id != "" {
			d.Objections[i].Target = id
		}
	}
	d.Agreements = append(d.Agreements, more.Agreements...)
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
