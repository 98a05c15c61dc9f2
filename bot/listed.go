package bot

import (
	"context"
	"slices"
	"time"

	"crux/bot/ledger"
)

// mostListed is how many items a list shows at most.
const mostListed = 100

// mostLately is how many of the objections that were settled in the last settledLately are shown
// under those that are open, so that who disagrees can say so.
const (
	mostLately    = 5
	settledLately = 7 * 24 * time.Hour
	titleLately   = "Settled lately"
)

// Titles and words of the lists, which an answer from a report has too.
const (
	titleOwes = "Objections to you that are still open"
	emptyOwes = "I found no open objection to what you said. I may have missed some."
	titleOwed = "Your objections that are still open"
	emptyOwed = "I found no open objection of yours. I may have missed some."

	sayFollowedNoMore = "I don't follow all of these channels any more, so some are left out."

	sayMistaken = "This is what I take you to have said. Say so where it is not yours or not what you meant, and it is not told so again."
)

// ledgersFor are the places of a request that is answered from ledgers; none where a report
// answers it.
func (b *Bot) ledgersFor(r Request, places []Place) []Place {
	switch r.Command {
	case Open, Mine, Mistaken, One, Correct:
	case Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy, Status:
		return nil
	}
	if r.Window != (Window{}) || r.Topic != "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(places), func(p Place) bool { return p.Thread != "" || !b.following.has(p, "") })
}

// fromLedgers answers from what is kept of the objections of channels.
func (b *Bot) fromLedgers(ctx context.Context, r Request, places []Place, progress func(Progress)) (*Answer, error) {
	a := &Answer{Request: r, Names: map[string]string{}}
	a.Request.Fresh = false
	lists := newListing(r, len(places) > 1)
	var refused *Refusal
	n := 0
	for _, p := range places {
		read, err := b.bringUpToDate(ctx, p, r.Command == Mistaken, progress)
		if refused = refusal(err); refused != nil && len(places) > 1 {
			a.addNote("One of the channels can't be looked at now: " + refused.Reason)
			continue
		}
		if err != nil {
			return nil, err
		}
		if n++; n == 1 || p == r.Place {
			a.Channel = read.Channel
		}
		a.take(&read, n == 1)
		lists.add(&read, b.o.Now().Add(-settledLately))
	}
	if n == 0 {
		return nil, refused
	}
	return a, lists.fill(ctx, b, a)
}

// take takes over who is called how, what may be missing, and since when it is known.
func (a *Answer) take(read *ledgerReading, isFirst bool) {
	if isFirst || read.since < a.since {
		a.since = read.since
	}
	if isFirst || read.heeded.Before(a.heeded) {
		a.heeded = read.heeded
	}
	for id, name := range read.Transcript.Names {
		a.Names[id] = name
	}
	for _, note := range []string{read.note, read.doubt} {
		if note != "" {
			a.addNote(note)
		}
	}
}

// listing gathers the items of an answer from ledgers.
type listing struct {
	request Request
	several bool // channels
	// raised and settled count the objections that there ever were.
	raised, settled int
	lists           []List
	people          []string
	// lately is when each item that was settled lately was, by key.
	lately map[string]time.Time
}

func newListing(r Request, several bool) *listing {
	l := &listing{request: r, several: several, lists: []List{{}}, lately: map[string]time.Time{}}
	switch r.Command {
	case Mine:
		l.lists = []List{{Title: titleOwes, Empty: emptyOwes}, {Title: titleOwed, Empty: emptyOwed}}
	case Mistaken:
		l.lists = emptySaid()
	case Open, One, Correct, Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy, Status:
		l.lists[0].Empty = "I found no objection that is still open. I may have missed some."
		l.lists = append(l.lists, List{Title: titleLately})
	}
	return l
}

// add adds what a ledger has to say, and what was settled in it since a time.
func (l *listing) add(read *ledgerReading, since time.Time) {
	l.raised += read.Counts.Raised
	l.settled += read.Counts.Settled()
	switch asker := l.request.Asker; l.request.Command {
	case Mine:
		owes, owed := ledger.Owed(read.Entries, asker)
		l.addEntries(0, owes, read)
		l.addEntries(1, owed, read)
	case Mistaken:
		l.addPoints(0, said(read.Report, read.Transcript, asker)[0].Items, read)
		l.addEntries(1, ownEntries(read.Entries, asker), read)
	case Open, One, Correct, Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy, Status:
		l.addEntries(0, ledger.Standing(read.Entries), read)
		settled := ledger.SettledSince(read.Entries, since)
		for i := range settled {
			l.lately[settled[i].ID] = settled[i].Settled()
		}
		l.addEntries(1, settled, read)
	}
}

func (l *listing) addPoints(list int, points []Item, read *ledgerReading) {
	messages := byMessage(read.Transcript)
	for _, item := range points {
		if l.several {
			item.Channel = read.Channel.Name
		}
		for _, q := range item.quotes() {
			l.people = append(l.people, messages[q.Message].Author)
		}
		l.lists[list].Items = append(l.lists[list].Items, item)
	}
}

func (l *listing) addEntries(list int, entries []ledger.Entry, read *ledgerReading) {
	for i := range entries {
		item := itemOf(&entries[i])
		if l.several {
			item.Channel = read.Channel.Name
		}
		l.lists[list].Items = append(l.lists[list].Items, item)
		l.people = append(l.people, peopleOf(&ledger.News{Entry: entries[i]})...)
	}
}

// ownEntries are the objections that a person raised and does not deny.
func ownEntries(entries []ledger.Entry, person string) []ledger.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e ledger.Entry) bool { return !e.Shown() || !slices.Contains(e.By, person) })
}

// order puts the oldest items first, and of those settled lately the latest, and leaves out what is too many.
func (l *List) order(lately map[string]time.Time) {
	most, order := mostListed, func(a, b Item) int { return a.Raised.Compare(b.Raised) }
	if l.Title == titleLately {
		most, order = mostLately, func(a, b Item) int { return lately[b.Key].Compare(lately[a.Key]) }
	}
	slices.SortStableFunc(l.Items, order)
	if more := len(l.Items) - most; more > 0 {
		l.Items, l.More = l.Items[:most], more
	}
}

// fill puts the lists into the answer, without what does not stand any more.
func (l *listing) fill(ctx context.Context, b *Bot, a *Answer) error {
	for i := range l.lists {
		list := &l.lists[i]
		list.order(l.lately)
		shown := len(list.Items)
		var err error
		if list.Items, err = b.standing(ctx, a.Request.Place.Server, list.Items); err != nil {
			return err
		}
		if len(list.Items) < shown && len(list.Items) == 0 {
			list.Empty = ""
		}
		if len(list.Items) < shown {
			a.addNote("Some are not shown, because the messages that they quote don't stand as they did, or can't be looked at now.")
		}
	}
	l.lists = slices.DeleteFunc(l.lists, func(list List) bool { return list.Title == titleLately && len(list.Items) == 0 })
	a.Lists, a.people = l.lists, each(l.people)
	switch l.request.Command {
	case Open:
		a.Said = l.countWords()
	case Mistaken:
		a.Said = sayMistaken
	case Mine, One, Correct, Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy, Status:
	}
	return nil
}

func (a *Answer) addNote(words string) {
	if !slices.Contains(a.Notes, words) {
		a.Notes = append(a.Notes, words)
	}
}

// countWords says how many objections there were in all, "" where there was none.
func (l *listing) countWords() string {
	switch {
	case l.raised == 0:
		return ""
	case l.settled == 0:
		return "I have found " + Count(l.raised, "objection") + " so far; none is settled."
	}
	return "I have found " + Count(l.raised, "objection") + " so far, of which " + english.Sprintf("%d", l.settled) + " settled."
}
