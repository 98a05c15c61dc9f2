package summarize

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Verify drops from r what t does not bear out, puts right what can be, and
// counts both. Whatever the engine, afterwards the following holds.
//
//   - Every quote and response stands verbatim in the message that it names,
//     which a person wrote, and has that message's link. No row is without a quote.
//   - Every row is by people whose words it quotes, and its side is that of one
//     of them. A row whose people are on several sides, none of them the one that
//     it names, is dropped, as is a point that names a side none of its people is
//     on: who said it is not known, and misattributed is worse than missing.
//   - Sides have members, who all spoke; nobody is on two sides, or on one and
//     neutral.
//   - A target is another row or a side of the same debate, not the objection's
//     own side nor on it, and following targets never leads in a circle.
//   - Every status but Unanswered has a response of its kind, from someone who
//     can give it (a withdrawal from who raised the objection, anything else from
//     someone else who is not on their side) and not before the objection. Where
//     it had none it becomes what its responses justify, and uncertain.
//   - Gists, questions and labels hold no number, name or link that what they are
//     made from does not hold; see wording.
//   - Ids are unique within their debate, and debates' within the report. A
//     message belongs to one debate at most, and a debate's stand in order.
//   - No list is nil. Confidence lies in 0..1. Stats and Raised are as t has them.
//
// Verifying a report again changes nothing. The lists that r held before are not written to.
func Verify(r *Report, t *Transcript) Dropped {
	v := verifier{
		transcript: t,
		position:   make(map[string]int, len(t.Messages)),
		spoke:      map[string]bool{},
		wording:    newWording(t),
		placed:     map[string]bool{},
	}
	for i, m := range t.Messages {
		if m.Bot {
			continue
		}
		v.position[m.ID] = i
		if m.Author != "" {
			v.spoke[m.Author] = true
		}
	}
	seen := map[string]bool{}
	r.Debates = keep(r.Debates, &v.dropped.Debates, func(d *Debate) bool {
		if strings.TrimSpace(d.ID) == "" || seen[d.ID] || !v.debate(d) {
			return false
		}
		seen[d.ID] = true
		return true
	})
	return v.dropped
}

// verifier holds what t says, and counts what does not agree with it.
type verifier struct {
	transcript *Transcript
	position   map[string]int  // of people's messages in the transcript, by id
	spoke      map[string]bool // the people who wrote a message
	wording    wording
	placed     map[string]bool // messages that belong to a debate already
	dropped    Dropped
}

// keep is the list of the items that are ok, never nil; ok may change the item
// that it is given, which is a copy. What is not kept is counted as lost.
func keep[T any](list []T, lost *int, ok func(*T) bool) []T {
	kept := make([]T, 0, len(list))
	for _, item := range list {
		if ok(&item) {
			kept = append(kept, item)
		} else {
			*lost++
		}
	}
	return kept
}

// debate verifies one debate. It reports whether anything remains of it.
func (v *verifier) debate(d *Debate) bool {
	sides := v.sides(d)
	ids := map[string]bool{}
	for _, s := range d.Sides {
		ids[s.ID] = true
	}
	d.Points = keep(d.Points, &v.dropped.Points, func(p *Point) bool { return v.point(p, ids, sides) })
	d.Objections = keep(d.Objections, &v.dropped.Objections, func(o *Objection) bool { return v.objection(o, ids, sides) })
	if len(d.Points)+len(d.Objections) == 0 {
		return false
	}
	d.Agreements = keep(d.Agreements, &v.dropped.Agreements, v.agreement)
	v.targets(d)
	v.messages(d)
	v.question(d)
	for i := range d.Sides {
		v.label(&d.Sides[i], d)
	}
	return true
}

// sides verifies who is on which side and who on none, and returns the side of each person who is on one.
func (v *verifier) sides(d *Debate) map[string]SideID {
	seen, sides := map[string]bool{}, map[string]SideID{}
	d.Sides = keep(d.Sides, &v.dropped.Sides, func(s *Side) bool {
		if strings.TrimSpace(s.ID) == "" || seen[s.ID] {
			return false
		}
		s.Members = keep(s.Members, &v.dropped.People, func(person *string) bool {
			if !v.spoke[*person] || sides[*person] != "" {
				return false
			}
			sides[*person] = SideID(s.ID)
			return true
		})
		seen[s.ID] = len(s.Members) > 0
		return seen[s.ID]
	})
	neutral := map[string]bool{}
	d.Neutral = keep(d.Neutral, &v.dropped.People, func(person *string) bool {
		if !v.spoke[*person] || sides[*person] != "" || neutral[*person] {
			return false
		}
		neutral[*person] = true
		return true
	})
	return sides
}

// messages verifies which messages belong to the debate, and counts them and who wrote them.
func (v *verifier) messages(d *Debate) {
	d.Messages = keep(d.Messages, &v.dropped.Messages, func(id *string) bool {
		if _, known := v.position[*id]; !known || v.placed[*id] {
			return false
		}
		v.placed[*id] = true
		return true
	})
	slices.SortFunc(d.Messages, func(a, b string) int { return cmp.Compare(v.position[a], v.position[b]) })
	people := map[string]bool{}
	for _, id := range d.Messages {
		if author := v.message(id).Author; author != "" {
			people[author] = true
		}
	}
	d.Stats = Stats{Messages: len(d.Messages), People: len(people)}
}

// message is a message whose id is known.
func (v *verifier) message(id string) *Message {
	return &v.transcript.Messages[v.position[id]]
}

// question puts a question that says what nobody said, or nothing, back to the weightiest quote.
func (v *verifier) question(d *Debate) {
	said := func(yield func(string) bool) {
		for _, id := range d.Messages {
			if !yield(v.message(id).Text) {
				return
			}
		}
	}
	var quotes []Quote
	if len(d.Points) > 0 {
		quotes = d.Points[0].Quotes
	} else {
		quotes = d.Objections[0].Quotes
	}
	fallback := gistOf(quotes)
	if d.Question != fallback && !v.says(d.Question, said) {
		d.Question = fallback
		v.dropped.Wordings++
	}
}

// label empties a label that says what nobody on the side said. A side may be called after its members.
func (v *verifier) label(s *Side, d *Debate) {
	member := map[string]bool{}
	for _, person := range s.Members {
		member[person] = true
	}
	said := func(yield func(string) bool) {
		for _, person := range s.Members {
			if !yield(person) || !yield(v.transcript.Name(person)) {
				return
			}
		}
		for _, id := range d.Messages {
			if m := v.message(id); member[m.Author] && !yield(m.Text) {
				return
			}
		}
	}
	if s.Label != "" && !v.says(s.Label, said) {
		s.Label = ""
		v.dropped.Wordings++
	}
}

// says reports whether a text says something, and nothing but what was said.
func (v *verifier) says(text string, said iter.Seq[string]) bool {
	return strings.TrimSpace(text) != "" && v.wording.grounded(text, said)
}
