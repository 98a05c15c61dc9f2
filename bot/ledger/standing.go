package ledger

import (
	"slices"
	"time"

	"crux/summarize"
)

// Standing are the entries that are open, the oldest first.
func Standing(entries []Entry) []Entry {
	return pick(entries, (*Entry).Open)
}

// SettledSince are the entries that are for showing and were settled since a time (excluded), the latest first.
func SettledSince(entries []Entry, t time.Time) []Entry {
	settled := pick(entries, func(e *Entry) bool { return e.Shown() && !e.Status.Open() && e.Settled().After(t) })
	slices.SortStableFunc(settled, func(a, b Entry) int { return b.Settled().Compare(a.Settled()) })
	return settled
}

// Settled is when the ledger noticed that the entry's status became what it is.
func (e *Entry) Settled() time.Time {
	for i := len(e.Changes) - 1; i >= 0; i-- {
		if c := &e.Changes[i]; c.From != c.To {
			return c.At
		}
	}
	return e.Noticed
}

// Owed are the open entries that challenge what a person said, and those that the
// person raised, the oldest first.
func Owed(entries []Entry, person string) (owes, owed []Entry) {
	raised := func(e *Entry) bool { return slices.Contains(e.By, person) }
	owes = pick(entries, func(e *Entry) bool {
		return e.Open() && !raised(e) && slices.Contains(e.Target.By, person)
	})
	owed = pick(entries, func(e *Entry) bool { return e.Open() && raised(e) })
	return owes, owed
}

// pick copies the entries that are wanted, in order of age.
func pick(entries []Entry, wanted func(*Entry) bool) []Entry {
	picked := []Entry{}
	for i := range entries {
		if wanted(&entries[i]) {
			picked = append(picked, entries[i].clone())
		}
	}
	slices.SortFunc(picked, older)
	return picked
}

// News is what there is to say of one entry.
type News struct {
	Kind  NewsKind `json:"kind"`
	Entry Entry    `json:"entry"`
	// At is when the ledger noticed it; for IsStanding, when the entry was noticed.
	At time.Time `json:"at"`
	// By are the people who brought it about, in the order of Quotes; empty where they are not to be named.
	By []string `json:"by"`
	// Quotes are the messages that brought it about; none where a correction did.
	Quotes []Quote `json:"quotes"`
	// Corrected is true where a person's correction brought it about.
	Corrected bool `json:"corrected"`
}

// NewsKind says what happened to an entry.
type NewsKind string

// The kinds of news.
const (
	// IsRaised: it is new. Its status may be any.
	IsRaised NewsKind = "raised"
	// IsRaisedAgain: another message put it, and its status is what it was.
	IsRaisedAgain  NewsKind = "raised again"
	IsAcknowledged NewsKind = "acknowledged"
	IsAnswered     NewsKind = "answered"
	IsConceded     NewsKind = "conceded"
	IsWithdrawn    NewsKind = "withdrawn"
	// IsReopened: it was settled and stands again.
	IsReopened NewsKind = "reopened"
	// IsStanding: nothing happened to it, and it is open.
	IsStanding NewsKind = "standing"
)

// Since says what there is to say of the entries since a time (excluded), one news
// an entry, the oldest entry first. Time is when the ledger noticed something and
// not when a message was posted, so that nothing is missed that was read late. Of
// a status that changed more than once, what came of it is told; where it is back
// where it was, nothing. Entries that are settled and of which there is no news are left out.
func Since(entries []Entry, t time.Time) []News {
	all := []News{}
	for _, e := range pick(entries, (*Entry).Shown) {
		if news, is := since(&e, t); is {
			news.Entry = e
			all = append(all, news)
		}
	}
	return all
}

func since(e *Entry, t time.Time) (News, bool) {
	if e.Noticed.After(t) {
		news := raised(e)
		news.At = e.Noticed
		return news, true
	}
	first := slices.IndexFunc(e.Changes, func(c Change) bool { return c.At.After(t) })
	if first >= 0 {
		last := e.Changes[len(e.Changes)-1]
		at := last.At
		last.From = e.Changes[first].From
		if news, is := changed(&last); is {
			news.At = at
			return news, true
		}
	}
	var again []Quote
	for _, q := range e.Again() {
		if q.Noticed.After(t) {
			again = append(again, q)
		}
	}
	if len(again) > 0 {
		news := raisedAgain(again)
		news.At = again[len(again)-1].Noticed
		return news, true
	}
	return News{Kind: IsStanding, At: e.Noticed, By: e.By, Quotes: e.Quotes}, e.Open()
}

func raised(e *Entry) News {
	return News{Kind: IsRaised, By: copied(e.By), Quotes: copied(e.Quotes)}
}

func raisedAgain(again []Quote) News {
	news := News{Kind: IsRaisedAgain, By: []string{}, Quotes: copied(again)}
	for _, q := range again {
		news.name(q.Author)
	}
	return news
}

func (n *News) name(person string) {
	if person != "" && !slices.Contains(n.By, person) {
		n.By = append(n.By, person)
	}
}

// changed is what a change of status means to readers; it may mean nothing to them.
func changed(c *Change) (News, bool) {
	news := News{By: []string{}, Quotes: []Quote{}, Corrected: c.Corrected}
	switch {
	case c.From == c.To:
		return news, false
	case c.To.Open() && !c.From.Open():
		news.Kind = IsReopened
	case c.To == summarize.Acknowledged:
		news.Kind = IsAcknowledged
	case c.To == summarize.Answered:
		news.Kind = IsAnswered
	case c.To == summarize.Conceded:
		news.Kind = IsConceded
	case c.To == summarize.Withdrawn:
		news.Kind = IsWithdrawn
	default: // it was called open, and still is
		return news, false
	}
	news.name(c.By)
	for _, r := range c.Responses {
		if !decides(r.Kind, c) {
			continue
		}
		news.Quotes = append(news.Quotes, r.Quote)
		news.name(r.Author)
	}
	return news, true
}

// decides reports whether responses of a kind are why a status became what it is,
// so that who answered is not named among those who conceded.
func decides(kind summarize.ResponseKind, c *Change) bool {
	for _, j := range justifying {
		if j.status == c.To {
			return j.kind == kind
		}
	}
	return false
}
