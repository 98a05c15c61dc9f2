package llm

import (
	"fmt"
	"slices"
	"strings"
)

// charge is an objection that is to be judged.
type charge struct {
	// id is how it is called in the prompt.
	id        string
	debate    *draft
	objection *draftObjection
}

// trial is objections that are judged in one prompt, or in several where what is to be looked
// through does not go into one.
type trial struct {
	charges []charge
	task    string
	windows []window
	turn    turn
}

const (
	// cheap is how many tokens the window in which debates were found may have for it to be shown
	// as a whole for each: a vendor may have it in its cache from the first on, and an answer may stand anywhere.
	cheap = 16_000
	// charged is which part of the room is for objections.
	charged = 3
)

// casesApart has the objections of each debate judged by themselves, each against what was said
// since the debate began.
func (r *reading) casesApart(drafts []draft) []trial {
	var trials []trial
	for i := range drafts {
		d := &drafts[i]
		var charges []charge
		for j := range d.Objections {
			charges = append(charges, charge{d.Objections[j].ID, d, &d.Objections[j]})
		}
		trials = append(trials, r.trials(charges, func(room int) []window {
			if w := d.window; w.alone && w.tokens <= min(room, cheap) {
				return []window{w}
			}
			return r.sheet.windows(r.sheet.rowsOf(d), room)
		})...)
	}
	return trials
}

// casesTogether has the open objections of all debates judged against the same rows, the new ones
// of which begin at a number. Debates that nothing there has to do with are left alone.
func (r *reading) casesTogether(drafts []draft, rows []int, from int) []trial {
	var charges []charge
	for i := range drafts {
		d := &drafts[i]
		if d.earlier != nil && d.last(len(r.sheet.rows)) < from && !r.sheet.stirred(d, rows, from) {
			continue
		}
		for j := range d.Objections {
			if o := &d.Objections[j]; !o.settled() {
				charges = append(charges, charge{known(i) + o.ID, d, o})
			}
		}
	}
	return r.trials(charges, func(room int) []window { return r.sheet.windows(rows, room) })
}

// stirred reports whether somebody of a debate wrote one of the rows from a number on, or replied to the debate.
func (s *sheet) stirred(d *draft, rows []int, from int) bool {
	people := map[string]bool{}
	for _, handle := range d.people() {
		people[handle] = true
	}
	belongs := map[int]bool{}
	for _, n := range parseRanges(d.Messages, len(s.rows)) {
		belongs[n] = true
	}
	return slices.ContainsFunc(rows, func(n int) bool {
		m := s.rows[n-1].message
		return n >= from && (m.Author == "" || people[s.people.handle(m.Author)] || belongs[s.number[m.ReplyTo]])
	})
}

// people are the handles of those who take part in a debate.
func (d *draft) people() []string {
	people := slices.Clone(d.Neutral)
	for _, side := range d.Sides {
		people = append(people, side.Members...)
	}
	return people
}

// trials are charges in so many prompts that those of one can be told of and leave room for messages.
func (r *reading) trials(charges []charge, windows func(room int) []window) []trial {
	var trials []trial
	room := r.room(r.prompts.judge)
	for len(charges) > 0 {
		n := min(len(charges), mostCharges)
		for n > 1 && tokensOf(r.sheet.described(charges[:n])) > room/charged {
			n = (n + 1) / 2
		}
		t := trial{charges: charges[:n:n], task: r.prompts.judge + "\n\n" + r.sheet.described(charges[:n])}
		t.windows = windows(max(leastRoom, r.room(t.task)))
		trials = append(trials, t)
		charges = charges[n:]
	}
	return trials
}

// mostCharges is how many objections a model can keep apart in one prompt.
const mostCharges = 60

// described is objections and the debates that they are of, as a judge is told of them.
func (s *sheet) described(charges []charge) string {
	var b strings.Builder
	if charges[0].debate != charges[len(charges)-1].debate {
		b.WriteString("There are several debates; judge the objections of all of them. Some objections were put before the conversation above begins.\n\n")
	}
	for i := 0; i < len(charges); {
		d := charges[i].debate
		end := i
		for end < len(charges) && charges[end].debate == d {
			end++
		}
		if i > 0 {
			b.WriteString("\n")
		}
		s.describe(&b, d, charges[i:end])
		i = end
	}
	return b.String()
}

// describe tells of charges of one debate, and no words of messages that are gone.
func (s *sheet) describe(b *strings.Builder, d *draft, charges []charge) {
	fmt.Fprintf(b, "The debate: %s\n", d.Question)
	for _, side := range d.Sides {
		fmt.Fprintf(b, "Side %s (%s): %s\n", side.ID, side.Label, oneLine(strings.Join(side.Members, ", ")))
	}
	b.WriteString("\nThe objections, in JSON lines: what each challenges, and the numbers of the messages in which it was put.\n")
	against := map[string]string{}
	for _, p := range d.Points {
		against[p.ID] = s.said(p.Gist, p.Quotes)
	}
	for _, o := range d.Objections {
		against[o.ID] = s.said(o.Gist, o.Quotes)
	}
	for _, c := range charges {
		o := c.objection
		l := objectionLine{ID: c.id, Side: o.Side, Gist: s.said(o.Gist, o.Quotes), Against: against[o.Target]}
		if l.Against == "" && o.Target != "" {
			l.Against = "side " + o.Target
		}
		for _, q := range o.Quotes {
			if s.isGone(q) {
				continue
			}
			if !slices.Contains(l.In, q.N) {
				l.In = append(l.In, q.N)
			}
			if l.Said == "" && (q.earlier != nil || l.Gist == "") && !sameLine(l.Gist, q.Text) {
				l.Said = cut(oneLine(q.Text), mostSaid)
			}
		}
		b.WriteString(jsonLine(l))
	}
}

// said is a row's gist, "" where it may be made of a message that is gone.
func (s *sheet) said(gist string, quotes []draftQuote) string {
	if slices.ContainsFunc(quotes, s.isGone) {
		return ""
	}
	return gist
}

// mostSaid is how many bytes of an objection's words are repeated.
const mostSaid = 240

type objectionLine struct {
	ID      string `json:"id"`
	Side    string `json:"side,omitempty"`
	In      []int  `json:"in"`
	Gist    string `json:"gist"`
	Said    string `json:"said,omitempty"` // where the messages may not be shown
	Against string `json:"against,omitempty"`
}

const (
	// followers are how many messages after an objection are looked at in any case.
	followers = 3
	// whole is how many tokens may stand between the beginning of a debate and the end of the
	// conversation for all of it to be looked at: an answer may stand outside of what was taken for the debate.
	whole = 8000
	// afterwards is how many messages after the last of a debate those of its people are looked at.
	afterwards = 200
)

// rowsOf are the messages in which an answer to a debate's objections may stand: all from the
// first on where that is not much, and else the debate's own, what replies to them, what its people
// wrote during it and soon after, and what follows each objection at once.
func (s *sheet) rowsOf(d *draft) []int {
	belongs := map[int]bool{}
	for _, n := range parseRanges(d.Messages, len(s.rows)) {
		belongs[n] = true
	}
	raised := map[int]bool{}
	for _, o := range d.Objections {
		for _, q := range o.Quotes {
			if s.row(q.N) == nil {
				continue
			}
			belongs[q.N] = true
			for n := q.N + 1; n <= q.N+followers; n++ {
				raised[n] = true
			}
		}
	}
	first, last := len(s.rows)+1, 0
	for n := range belongs {
		first, last = min(first, n), max(last, n)
	}
	later := s.all()[first-1:]
	if s.tokens(later) <= whole {
		return later
	}
	people := map[string]bool{}
	for _, side := range d.Sides {
		for _, m := range side.Members {
			people[m] = true
		}
	}
	return slices.DeleteFunc(later, func(n int) bool {
		m := s.rows[n-1].message
		if raised[n] || belongs[s.number[m.ReplyTo]] || n <= last+afterwards && people[s.people.handle(m.Author)] {
			belongs[n] = true
		}
		return !belongs[n]
	})
}
