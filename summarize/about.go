package summarize

import (
	"slices"

	"github.com/kljensen/snowball/english"
)

// keepAbout keeps the debates whose question or sides' labels hold all of the
// words, and of the others the rows that do, with what challenges them and what
// they challenge. Words are compared by their English stems; without any word to
// compare, everything is kept.
func keepAbout(r *Report, words string) {
	about := newTopic(words)
	r.Debates = slices.DeleteFunc(r.Debates, func(d Debate) bool { return !about.frames(&d) && !about.anyRow(&d) })
	for i := range r.Debates {
		if d := &r.Debates[i]; !about.frames(d) {
			about.keepRows(d)
		}
	}
}

// topic is a set of stems.
type topic map[string]bool

// newTopic takes the stems of the words, without those that say nothing of a topic unless there are no others.
func newTopic(words string) topic {
	all, telling := topic{}, topic{}
	for word := range wordsOf(words) {
		f := form(word)
		all[english.Stem(f, true)] = true
		if !english.IsStopWord(f) {
			telling[english.Stem(f, true)] = true
		}
	}
	if len(telling) == 0 {
		return all
	}
	return telling
}

// in reports whether the texts together hold all of the topic's words.
func (about topic) in(texts ...string) bool {
	met := topic{}
	for _, text := range texts {
		for word := range wordsOf(text) {
			if stem := english.Stem(form(word), true); about[stem] {
				met[stem] = true
			}
		}
	}
	return len(met) == len(about)
}

// frames reports whether all of the debate is on the topic.
func (about topic) frames(d *Debate) bool {
	texts := []string{d.Question}
	for _, s := range d.Sides {
		texts = append(texts, s.Label)
	}
	return about.in(texts...)
}

func (about topic) row(gist string, quotes []Quote) bool {
	return about.in(append(slices.Collect(texts(quotes)), gist)...)
}

func (about topic) point(p Point) bool         { return about.row(p.Gist, p.Quotes) }
func (about topic) objection(o Objection) bool { return about.row(o.Gist, o.Quotes) }
func (about topic) agreement(a Agreement) bool { return about.row(a.Gist, a.Quotes) }

func (about topic) anyRow(d *Debate) bool {
	return slices.ContainsFunc(d.Points, about.point) || slices.ContainsFunc(d.Objections, about.objection)
}

// keepRows keeps the rows on the topic, and one step from them those that challenge them or that they challenge.
func (about topic) keepRows(d *Debate) {
	on, near := map[string]bool{}, map[string]bool{}
	for _, p := range d.Points {
		on[p.ID] = about.point(p)
	}
	for _, o := range d.Objections {
		on[o.ID] = about.objection(o)
	}
	for _, o := range d.Objections {
		near[o.ID] = near[o.ID] || on[o.Target]
		near[o.Target] = near[o.Target] || on[o.ID]
	}
	d.Points = slices.DeleteFunc(d.Points, func(p Point) bool { return !on[p.ID] && !near[p.ID] })
	d.Objections = slices.DeleteFunc(d.Objections, func(o Objection) bool { return !on[o.ID] && !near[o.ID] })
	d.Agreements = slices.DeleteFunc(d.Agreements, func(a Agreement) bool { return !about.agreement(a) })
	forgetTargets(d)
}

// KeepOpen keeps the objections that are still open and the points that they
// challenge. Debates without one are left out, unless that is all of them: it is
// then for the surfaces to say that nothing is open, not that nobody debated. The lists of r are written to.
func KeepOpen(r *Report) {
	isOpen := func(o Objection) bool { return o.Status.Open() }
	hasOpen := func(d Debate) bool { return slices.ContainsFunc(d.Objections, isOpen) }
	if slices.ContainsFunc(r.Debates, hasOpen) {
		r.Debates = slices.DeleteFunc(r.Debates, func(d Debate) bool { return !hasOpen(d) })
	}
	for i := range r.Debates {
		d := &r.Debates[i]
		d.Objections = slices.DeleteFunc(d.Objections, func(o Objection) bool { return !isOpen(o) })
		challenged := map[string]bool{}
		for _, o := range d.Objections {
			challenged[o.Target] = true
		}
		d.Points = slices.DeleteFunc(d.Points, func(p Point) bool { return !challenged[p.ID] })
		d.Agreements = []Agreement{}
		forgetTargets(d)
	}
}

// forgetTargets empties the targets whose rows are not there any more.
func forgetTargets(d *Debate) {
	there := map[string]bool{}
	for _, s := range d.Sides {
		there[s.ID] = true
	}
	for _, p := range d.Points {
		there[p.ID] = true
	}
	for _, o := range d.Objections {
		there[o.ID] = true
	}
	for i := range d.Objections {
		if o := &d.Objections[i]; !there[o.Target] {
			o.Target = ""
		}
	}
}
