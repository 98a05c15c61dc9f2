package bot

import (
	"cmp"
	"slices"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// How many items a digest shows of each kind, so that it is short however much there is to tell.
const (
	mostNew      = 5
	mostSettled  = 5
	mostReopened = 3
	mostOpen     = 5
	mostPoints   = 4
)

// digestNews is what there is to tell of some channels: what came since the last digest, up to a moment.
type digestNews struct {
	// parts are what is told of it.
	parts []DigestPart

	fresh, settled, reopened, open, points []told
	// standing counts the objections that are open, told or not.
	standing int
	// names are the display names of those who are named, by id.
	names map[string]string
	// notes are what may be missing, in sentences.
	notes []string
}

// told is an item with what is needed to order it and to answer for it.
type told struct {
	Item
	// people are those whose words it rests on.
	people []string
	// place orders points: the lower, the heavier in its debate.
	place int
}

// digestSpan is the time of which a digest tells: since is excluded, until included.
type digestSpan struct{ since, until time.Time }

// gather adds what is new in one channel. channel is its name, "" where the digest is about it alone.
func (n *digestNews) gather(read *ledgerReading, channel string, of digestSpan) {
	authors := map[string]string{}
	for _, m := range read.Transcript.Messages {
		authors[m.ID] = m.Author
	}
	entries := read.Entries
	if isFirst(&read.Ledger, of.since) {
		entries, read.Points = asSaid(entries, of.since), seenAsSaid(read.Points, read.Transcript, of.since)
	}
	for _, each := range ledger.Since(asOf(entries, of.until), of.since) {
		if each.Entry.Open() {
			n.standing++
		}
		n.sort(&each, channel)
	}
	n.gatherPoints(read, channel, authors, of)
	n.name(read.Transcript.Names)
	n.note(read.note)
	n.note(read.doubt)
}

// note notes what may be missing.
func (n *digestNews) note(words string) {
	if words != "" && !slices.Contains(n.notes, words) {
		n.notes = append(n.notes, words)
	}
}

// asOf are the entries as they were at a time: what was noticed later is for the next digest.
func asOf(entries []ledger.Entry, until time.Time) []ledger.Entry {
	var were []ledger.Entry
	for _, e := range entries {
		if e.Noticed.After(until) {
			continue
		}
		if i := slices.IndexFunc(e.Changes, func(c ledger.Change) bool { return c.At.After(until) }); i >= 0 {
			e.Status, e.Changes = e.Changes[i].From, e.Changes[:i:i]
		}
		if e.Corrected != nil && e.Corrected.At.After(until) {
			e.Corrected = nil
		}
		e.Quotes = slices.DeleteFunc(slices.Clone(e.Quotes), func(q ledger.Quote) bool { return q.Noticed.After(until) })
		were = append(were, e)
	}
	return were
}

// sort puts news of an entry where it belongs. Where the digest does not tell what is new of it,
// it is told as what is open, if it is, and what was raised and settled since as settled.
func (n *digestNews) sort(each *ledger.News, channel string) {
	if !n.tells(partOf(each.Kind)) {
		kind := each.Kind
		each.Kind = ledger.IsStanding
		if !each.Entry.Open() {
			if kind != ledger.IsRaised {
				return
			}
			each.Kind = outcomeOf(each.Entry.Status)
		}
	}
	if !n.tells(partOf(each.Kind)) {
		return
	}
	item := newsItem(each)
	item.Channel = channel
	t := told{Item: item, people: peopleOf(each)}
	switch each.Kind {
	case ledger.IsRaised, ledger.IsRaisedAgain:
		n.fresh = append(n.fresh, t)
	case ledger.IsAnswered, ledger.IsConceded, ledger.IsWithdrawn, ledger.IsAcknowledged:
		n.settled = append(n.settled, t)
	case ledger.IsReopened:
		n.reopened = append(n.reopened, t)
	case ledger.IsStanding:
		n.open = append(n.open, t)
	}
}

// outcomeOf is what it is called that an objection was settled so.
func outcomeOf(status summarize.Status) ledger.NewsKind {
	switch status {
	case summarize.Answered:
		return ledger.IsAnswered
	case summarize.Conceded:
		return ledger.IsConceded
	case summarize.Withdrawn:
		return ledger.IsWithdrawn
	case summarize.Acknowledged, summarize.Unanswered:
	}
	return ledger.IsStanding
}

func (n *digestNews) tells(part DigestPart) bool { return slices.Contains(n.parts, part) }

// partOf is the part of a digest in which news of a kind is told.
func partOf(kind ledger.NewsKind) DigestPart {
	switch kind {
	case ledger.IsRaised, ledger.IsRaisedAgain:
		return PartNew
	case ledger.IsAnswered, ledger.IsConceded, ledger.IsWithdrawn, ledger.IsAcknowledged, ledger.IsReopened:
		return PartSettled
	case ledger.IsStanding:
	}
	return PartOpen
}

// peopleOf are those whose words news of an entry may show, or who are named with it.
func peopleOf(each *ledger.News) []string {
	e := &each.Entry
	people := slices.Concat(e.By, e.Target.By, each.By)
	for _, q := range slices.Concat(e.Quotes, e.Target.Quotes, each.Quotes) {
		people = append(people, q.Author)
	}
	for _, c := range e.Changes {
		people = append(people, c.By)
		for _, r := range c.Responses {
			people = append(people, r.Author)
		}
	}
	if e.Corrected != nil {
		people = append(people, e.Corrected.By)
	}
	return people
}

// gatherPoints adds the points that are new.
func (n *digestNews) gatherPoints(read *ledgerReading, channel string, authors map[string]string, of digestSpan) {
	if !n.tells(PartPoints) || read.Report == nil {
		return // there is no report where no point was noticed since
	}
	isNew := ledger.NewPoints(read.Points, read.Report, of.since)
	isLater := ledger.NewPoints(read.Points, read.Report, of.until)
	for _, d := range read.Report.Debates {
		for place, p := range d.Points {
			id := d.ID + "/" + p.ID
			if !isNew[id] || isLater[id] {
				continue
			}
			t := told{Item: pointItem(&d, &p), people: slices.Clone(p.By), place: place}
			t.Channel = channel
			for _, q := range p.Quotes {
				t.people = append(t.people, authors[q.Message])
			}
			n.points = append(n.points, t)
		}
	}
}

// pointItem is a point of a debate as news.
func pointItem(d *summarize.Debate, p *summarize.Point) Item {
	item := Item{By: slices.Clone(p.By), Gist: gistBeside(p.Gist, p.Quotes), Quotes: slices.Clone(p.Quotes)}
	for _, side := range d.Sides {
		if side.ID == string(p.Side) {
			item.Side = side.Label
		}
	}
	return item
}

// name keeps the names of those who may be named.
func (n *digestNews) name(names map[string]string) {
	if n.names == nil {
		n.names = map[string]string{}
	}
	for _, list := range n.kinds() {
		for _, t := range *list {
			for _, id := range t.people {
				if name, ok := names[id]; ok {
					n.names[id] = name
				}
			}
		}
	}
}

func (n *digestNews) kinds() []*[]told {
	return []*[]told{&n.fresh, &n.settled, &n.reopened, &n.open, &n.points}
}

// order puts first what matters most: of new objections the open ones and those raised most
// often, of settled ones the concessions, of the others the oldest.
func (n *digestNews) order() {
	slices.SortStableFunc(n.fresh, func(a, b told) int {
		return cmp.Or(openFirst(a.Status.Open(), b.Status.Open()), cmp.Compare(b.Again, a.Again), toldEarlier(a, b))
	})
	slices.SortStableFunc(n.settled, func(a, b told) int {
		return cmp.Or(cmp.Compare(outcomeRank(a.News), outcomeRank(b.News)), toldEarlier(a, b))
	})
	slices.SortStableFunc(n.reopened, toldEarlier)
	slices.SortStableFunc(n.open, toldEarlier)
	slices.SortStableFunc(n.points, func(a, b told) int { return cmp.Compare(a.place, b.place) })
}

func openFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func toldEarlier(a, b told) int { return cmp.Or(a.Raised.Compare(b.Raised), cmp.Compare(a.Key, b.Key)) }

// outcomeRank orders what became of objections.
func outcomeRank(kind ledger.NewsKind) int {
	return slices.Index([]ledger.NewsKind{ledger.IsConceded, ledger.IsWithdrawn, ledger.IsAnswered, ledger.IsAcknowledged}, kind)
}
