package bot

import (
	"context"
	"slices"

	"crux/bot/ledger"
)

// mostListed is how many items a list shows at most.
const mostListed = 100

// Titles and words of the lists, which an answer from a report has too.
const (
	titleOwes = "Objections to you that are still open"
	emptyOwes = "I found no open objection to what you said. I may have missed some."
	titleOwed = "Your objections that are still open"
	emptyOwed = "I found no open objection of yours. I may have missed some."

	sayMistaken = "This is what I take you to have said. Say so where it is not yours or not what you meant, and it is not told so again."
)

// ledgersFor are the places of a request that is answered from ledgers; none where a report
// answers it.
func (b *Bot) ledgersFor(r Request, places []Place) []Place {
	switch r.Command {
	case Open, Mine, Mistaken, One, Correct:
	case Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy:
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
	for i, p := range places {
		read, err := b.bringUpToDate(ctx, p, r.Command == Mistaken, progress)
		if err != nil {
			return nil, err
		}
		if i == 0 || read.since < a.since {
			a.since = read.since
		}
		if i == 0 || p == r.Place {
			a.Channel = read.Channel
		}
		a.take(&read)
		lists.add(&read)
	}
	return a, lists.fill(ctx, b, a)
}

// take takes over who is called how, and what may be missing.
func (a *Answer) take(read *ledgerReading) {
	for id, name := range read.Transcript.Names {
		a.Names[id] = name
	}
	if read.note != "" && !slices.Contains(a.Notes, read.note) {
		a.Notes = append(a.Notes, read.note)
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
}

func newListing(r Request, several bool) *listing {
	l := &listing{request: r, several: several, lists: []List{{}}}
	switch r.Command {
	case Mine:
		l.lists = []List{{Title: titleOwes, Empty: emptyOwes}, {Title: titleOwed, Empty: emptyOwed}}
	case Mistaken:
		l.lists = emptySaid()
	case Open, One, Correct, Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy:
		l.lists[0].Empty = "I found no objection that is still open. I may have missed some."
	}
	return l
}

// add adds what a ledger has to say.
func (l *listing) add(read *ledgerReading) {
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
	case Open, One, Correct, Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy:
		l.addEntries(0, ledger.Standing(read.Entries), read)
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

// fill puts the lists into the answer, the oldest items first, without what does not stand any more.
func (l *listing) fill(ctx context.Context, b *Bot, a *Answer) error {
	for i := range l.lists {
		list := &l.lists[i]
		slices.SortStableFunc(list.Items, func(a, b Item) int { return a.Raised.Compare(b.Raised) })
		if more := len(list.Items) - mostListed; more > 0 {
			list.Items, list.More = list.Items[:mostListed], more
		}
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
	a.Lists, a.people = l.lists, each(l.people)
	switch l.request.Command {
	case Open:
		a.Said = l.countWords()
	case Mistaken:
		a.Said = sayMistaken
	case Mine, One, Correct, Summary, Answered, Watch, Unwatch, Watched, Digests, Privacy:
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
