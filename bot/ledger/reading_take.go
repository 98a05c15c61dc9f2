package ledger

import (
	"maps"
	"slices"
	"time"

	"crux/summarize"
)

// Remove takes deleted messages out of what was read: their quotes, and what was or may have been
// worded from them. It returns what is left, as do all methods that take something out: what they are
// called on where nothing went.
//
// A row that lost a quote has no gist, and a debate that lost a message, quoted or not, has no question
// and no labels, until In words them anew: nobody knows of whose words they were made. A row without quotes goes,
// and so does a debate without rows; what challenged it challenges nothing. An objection whose
// status no response justifies any more is what those that are left justify, and uncertain.
func (r *Reading) Remove(messages []string) *Reading {
	gone := make(map[string]bool, len(messages))
	for _, id := range messages {
		gone[id] = true
	}
	left := r.without(sieve{
		gone:   func(q *summarize.Quote) bool { return gone[q.Message] },
		hidden: func(id string) bool { return gone[id] },
	})
	if marks := left.marks().without(messages); len(marks) < len(left.marks()) {
		unmarked := *left
		unmarked.Read = marks
		return &unmarked
	}
	return left
}

func (r *Reading) marks() Marks {
	if r == nil {
		return nil
	}
	return r.Read
}

// RemoveWhere takes out the quotes of messages for which is holds, as Remove does where it is asked for
// quoted messages.
func (r *Reading) RemoveWhere(is func(message string, from Origin) bool) *Reading {
	if r == nil {
		return nil
	}
	return r.without(sieve{gone: func(q *summarize.Quote) bool { return is(q.Message, r.Origins[q.Message]) }})
}

// Forget takes a person out: their quotes, as Remove does, and their name wherever it stands.
func (r *Reading) Forget(author string) *Reading {
	if r == nil || author == "" {
		return r
	}
	return r.without(sieve{
		gone:   func(q *summarize.Quote) bool { return r.Origins[q.Message].Author == author },
		person: author,
		worded: func(w Wording) bool { return w.has(author) },
	})
}

// Expire takes out the words of messages from before a time, as Remove does. Nothing is left of what was read
// before then.
func (r *Reading) Expire(before time.Time) *Reading {
	if r == nil || r.At.Before(before) {
		return nil
	}
	return r.without(sieve{
		gone: func(q *summarize.Quote) bool {
			from := r.Origins[q.Message].Time
			if from.IsZero() {
				from = r.At
			}
			return from.Before(before)
		},
		worded: func(w Wording) bool { return w.From.Before(before) },
		before: before.Round(0).UTC(),
	})
}

// sieve says what is taken out.
type sieve struct {
	// gone are the quotes that go.
	gone func(*summarize.Quote) bool
	// hidden, if not nil, are the messages that go, quoted or not.
	hidden func(id string) bool
	// person is who is named nowhere any more, "" for nobody.
	person string
	// worded, if not nil, are the wordings that may be made of what goes.
	worded func(Wording) bool
	// before is from when on messages are left; zero where their age does not matter.
	before time.Time
}

// without is what is left, r itself where nothing goes.
func (r *Reading) without(s sieve) *Reading {
	if r == nil {
		return nil
	}
	left, changed := r.clone(), false
	for i := range left.Debates {
		d := &left.Debates[i]
		of := left.Wordings[d.ID]
		went := s.debate(d, left.Origins)
		if !went && (s.worded == nil || !s.worded(of)) {
			continue
		}
		changed = true
		d.Question = ""
		for j := range d.Sides {
			d.Sides[j].Label = ""
		}
		of.People = slices.DeleteFunc(of.People, func(person string) bool { return person == s.person })
		if of.From.Before(s.before) {
			of.From = s.before
		}
		left.Wordings[d.ID] = of
	}
	if !changed {
		return r
	}
	left.Debates = slices.DeleteFunc(left.Debates, func(d summarize.Debate) bool { return len(d.Points)+len(d.Objections) == 0 })
	left.tidy()
	return left
}

// tidy lets go of what is known of messages that are not quoted any more, and of debates that are gone.
func (r *Reading) tidy() {
	quoted, there := map[string]bool{}, map[string]bool{}
	for i := range r.Debates {
		there[r.Debates[i].ID] = true
		eachQuote(&r.Debates[i], func(q *summarize.Quote) { quoted[q.Message] = true })
	}
	maps.DeleteFunc(r.Origins, func(id string, _ Origin) bool { return !quoted[id] })
	maps.DeleteFunc(r.Wordings, func(id string, _ Wording) bool { return !there[id] })
}

// debate takes out of a debate what goes, but for its wording, and reports whether anything did.
func (s *sieve) debate(d *summarize.Debate, origins map[string]Origin) (went bool) {
	side := s.people(d, &went)
	goes := map[string]bool{"": true}
	for i := range d.Points {
		p := &d.Points[i]
		if s.row(&p.Quotes, &p.Gist, &p.By, origins) {
			went, p.Side = true, sideLeft(p.Side, p.By, side)
		}
		goes[p.ID] = len(p.Quotes) == 0
	}
	for i := range d.Objections {
		o := &d.Objections[i]
		if s.row(&o.Quotes, &o.Gist, &o.By, origins) {
			went, o.Side, o.Raised = true, sideLeft(o.Side, o.By, side), raisedIn(o.Quotes, origins)
		}
		goes[o.ID] = len(o.Quotes) == 0
		went = s.responses(o, origins) || went
	}
	for _, of := range d.Sides {
		goes[of.ID] = len(of.Members) == 0
	}
	for i := range d.Agreements {
		a := &d.Agreements[i]
		went = s.row(&a.Quotes, &a.Gist, nil, origins) || went
	}
	if s.hidden != nil {
		n := len(d.Messages)
		d.Messages = slices.DeleteFunc(d.Messages, s.hidden)
		went = went || len(d.Messages) < n
		d.Stats.Messages = len(d.Messages)
	}
	d.Sides = slices.DeleteFunc(d.Sides, func(of summarize.Side) bool { return len(of.Members) == 0 })
	d.Points = slices.DeleteFunc(d.Points, func(p summarize.Point) bool { return len(p.Quotes) == 0 })
	d.Objections = slices.DeleteFunc(d.Objections, func(o summarize.Objection) bool { return len(o.Quotes) == 0 })
	d.Agreements = slices.DeleteFunc(d.Agreements, func(a summarize.Agreement) bool { return len(a.Quotes) == 0 })
	for i := range d.Objections {
		if o := &d.Objections[i]; goes[o.Target] {
			o.Target = ""
		}
	}
	return went
}

// people takes who is forgotten off the sides, and returns the side of each of the others who is on one.
func (s *sieve) people(d *summarize.Debate, went *bool) map[string]summarize.SideID {
	unname := func(list []string) []string {
		left := slices.DeleteFunc(list, func(person string) bool { return s.person != "" && person == s.person })
		*went = *went || len(left) < len(list)
		return left
	}
	side := map[string]summarize.SideID{}
	for i := range d.Sides {
		of := &d.Sides[i]
		of.Members = unname(of.Members)
		for _, person := range of.Members {
			side[person] = summarize.SideID(of.ID)
		}
	}
	d.Neutral = unname(d.Neutral)
	return side
}

// row takes out of a row the quotes that go, and what rests on them. by is nil where it is nobody's.
func (s *sieve) row(quotes *[]summarize.Quote, gist *string, by *[]string, origins map[string]Origin) (went bool) {
	n := len(*quotes)
	*quotes = slices.DeleteFunc(*quotes, func(q summarize.Quote) bool { return s.gone(&q) })
	if len(*quotes) == n {
		return false
	}
	*gist = ""
	if by != nil {
		wrote := []string{}
		for _, q := range *quotes {
			if author := origins[q.Message].Author; author != "" && !slices.Contains(wrote, author) {
				wrote = append(wrote, author)
			}
		}
		left := slices.DeleteFunc(*by, func(person string) bool { return !slices.Contains(wrote, person) })
		if len(left) == 0 {
			left = wrote
		}
		*by = left
	}
	return true
}

// sideLeft is the side of a row whose people are these: its own, if one of them is on it.
func sideLeft(of summarize.SideID, by []string, side map[string]summarize.SideID) summarize.SideID {
	var other summarize.SideID
	for _, person := range by {
		if side[person] == of {
			return of
		}
		if other == "" {
			other = side[person]
		}
	}
	return other
}

// responses takes out of an objection the responses that go, and those from before it was first put
// as it stands now. It reports whether any went.
func (s *sieve) responses(o *summarize.Objection, origins map[string]Origin) (went bool) {
	n := len(o.Responses)
	first := o.Raised
	o.Responses = slices.DeleteFunc(o.Responses, func(r summarize.Response) bool {
		at := origins[r.Message].Time
		return s.gone(&r.Quote) || !at.IsZero() && at.Before(first)
	})
	if len(o.Responses) == n {
		return false
	}
	status := summarize.Unanswered
	for _, j := range slices.Backward(justifying) {
		if slices.ContainsFunc(o.Responses, func(r summarize.Response) bool { return r.Kind == j.kind }) {
			if status = j.status; status == o.Status {
				break
			}
		}
	}
	if status != o.Status {
		o.Status, o.Uncertain, o.Confidence = status, true, min(o.Confidence, 0.5)
	}
	return true
}

// raisedIn is when the first of some messages was posted.
func raisedIn(quotes []summarize.Quote, origins map[string]Origin) (first time.Time) {
	for _, q := range quotes {
		if at := origins[q.Message].Time; first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// eachQuote calls do for all quotes of a debate, which it may change.
func eachQuote(d *summarize.Debate, do func(*summarize.Quote)) {
	each := func(quotes []summarize.Quote) {
		for i := range quotes {
			do(&quotes[i])
		}
	}
	for i := range d.Points {
		each(d.Points[i].Quotes)
	}
	for i := range d.Objections {
		o := &d.Objections[i]
		each(o.Quotes)
		for j := range o.Responses {
			do(&o.Responses[j].Quote)
		}
	}
	for i := range d.Agreements {
		each(d.Agreements[i].Quotes)
	}
}

// clone is a copy that shares no memory with r.
func (r *Reading) clone() *Reading {
	c := *r
	c.Debates = make([]summarize.Debate, len(r.Debates))
	for i := range r.Debates {
		c.Debates[i] = clonedDebate(&r.Debates[i])
	}
	c.Read = slices.Clone(r.Read)
	c.Origins = make(map[string]Origin, len(r.Origins))
	maps.Copy(c.Origins, r.Origins)
	c.Wordings = make(map[string]Wording, len(r.Wordings))
	for id, w := range r.Wordings {
		w.People = copied(w.People)
		c.Wordings[id] = w
	}
	return &c
}

// clonedDebate is a copy whose lists are its own and never nil.
func clonedDebate(d *summarize.Debate) summarize.Debate {
	c := *d
	c.Messages, c.Neutral = copied(d.Messages), copied(d.Neutral)
	c.Sides, c.Points, c.Objections, c.Agreements = copied(d.Sides), copied(d.Points), copied(d.Objections), copied(d.Agreements)
	for i := range c.Sides {
		c.Sides[i].Members = copied(c.Sides[i].Members)
	}
	for i := range c.Points {
		p := &c.Points[i]
		p.By, p.Quotes = copied(p.By), copied(p.Quotes)
	}
	for i := range c.Objections {
		o := &c.Objections[i]
		o.By, o.Quotes, o.Responses = copied(o.By), copied(o.Quotes), copied(o.Responses)
	}
	for i := range c.Agreements {
		c.Agreements[i].Quotes = copied(c.Agreements[i].Quotes)
	}
	return c
}
