package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"crux/bot/ledger"
)

// composed is a digest as it would be posted now.
type composed struct {
	answer *Answer
	// isNew is false where it says only that nothing is new.
	isNew bool
	// isCut is true where something is left out that may stand in its channel, or not.
	isCut bool
	// covers is up to when it holds the news.
	covers time.Time
}

// compose puts together what a digest tells of its channels.
//
// The ledgers are brought up to date first, so that nothing said by now is missing, and read only after the
// moment up to which the digest tells has been taken: whatever was noticed by that moment stands in them then,
// and what is noticed later is for the next digest. So each news is told once.
func (b *Bot) compose(ctx context.Context, d Digest, sources []namedPlace, progress func(Progress)) (composed, error) {
	if err := b.learn(ctx, sources); err != nil {
		return composed{}, err
	}
	from := d.since(b.o.Now())
	var withPoints []Place
	n := &digestNews{parts: d.Parts}
	for _, s := range sources {
		read, err := b.bringUpToDate(ctx, s.Place, false, progress)
		if err != nil {
			return composed{}, err
		}
		if slices.ContainsFunc(read.Points, func(seen ledger.Seen) bool { return seen.Noticed.After(from) }) {
			withPoints = append(withPoints, s.Place)
		}
		n.note(read.doubt)
	}
	// As exact as a store keeps it.
	covers, since := b.o.Now().UTC().Truncate(time.Microsecond), b.reports.begin()
	for _, s := range sources {
		isPointed := n.tells(PartPoints) && slices.Contains(withPoints, s.Place) // for which the report is needed, not the ledger alone
		read, err := b.bringUpToDate(ctx, s.Place, isPointed, progress)
		if err != nil {
			return composed{}, err
		}
		channel := ""
		if len(sources) > 1 {
			channel = s.Channel.Name
		}
		n.gather(&read, channel, digestSpan{since: from, until: covers})
	}
	n.order()

	a := &Answer{Request: Request{Command: Digests, Place: sources[0].Place}, Channel: sources[0].Channel, Notes: n.notes, since: since, heeded: covers}
	for _, s := range sources[1:] {
		a.Request.Also = append(a.Request.Also, s.Place)
	}
	shown, isCut, err := b.shown(ctx, d.Server, n)
	if err != nil {
		return composed{}, err
	}
	isNew := shown.tellsNews(d)
	if isNew {
		shown.fill(a, n.names)
	}
	a.Said, err = b.introduction(d, from, sources, n.standing, isNew)
	return composed{answer: a, isNew: isNew, isCut: isCut, covers: covers}, err
}

// introduction is what stands above a digest, or in its place where nothing is new.
func (b *Bot) introduction(d Digest, from time.Time, sources []namedPlace, standing int, isNew bool) (string, error) {
	schedule, err := d.schedule()
	if err != nil {
		return "", err
	}
	of := channelNames(sources)
	if !from.IsZero() {
		of += " since " + timeIn(from, schedule.Zone(), b.o.Now())
	}
	if isNew {
		return fmt.Sprintf("Digest of %s.", of), nil
	}
	still := Count(standing, "objection") + " still stand."
	switch standing {
	case 0:
		still = "No objection is open."
	case 1:
		still = "1 objection still stands."
	}
	return fmt.Sprintf("Nothing new in %s. %s", of, still), nil
}

// toldList is a list of a digest with those whose words it rests on.
type toldList struct {
	List
	people []string
	isNews bool
}

// toldLists are the lists of a digest, in order, without those that are empty.
type toldLists []toldList

// shown picks the items that a digest shows, each of which stands in its channel now. isCut is true
// where some were left out that don't, or of which that can't be told.
func (b *Bot) shown(ctx context.Context, server string, n *digestNews) (lists toldLists, isCut bool, err error) {
	for _, kind := range []struct {
		title  string
		all    []told
		most   int
		isNews bool
	}{
		{"New objections", n.fresh, mostNew, true},
		{"Settled since", n.settled, mostSettled, true},
		{"Open again", n.reopened, mostReopened, true},
		{"Still open", n.open, mostOpen, false},
		{"New points", n.points, mostPoints, true},
	} {
		list := toldList{List: List{Title: kind.title}, isNews: kind.isNews}
		rest := kind.all
		for len(rest) > 0 && len(list.Items) < kind.most {
			next := rest[:min(len(rest), kind.most-len(list.Items))]
			rest = rest[len(next):]
			before := len(list.Items)
			if err := b.addStanding(ctx, server, &list, next); err != nil {
				return nil, false, err
			}
			isCut = isCut || len(list.Items) < before+len(next)
		}
		list.More = len(rest)
		if len(list.Items) > 0 {
			lists = append(lists, list)
		}
	}
	return lists, isCut, nil
}

// addStanding adds those items to a list that stand in their channels now.
func (b *Bot) addStanding(ctx context.Context, server string, list *toldList, all []told) error {
	items := make([]Item, len(all))
	for i := range all {
		items[i] = all[i].Item
		list.people = append(list.people, all[i].people...)
	}
	standing, err := b.surelyStanding(ctx, server, items)
	if err != nil {
		return err
	}
	list.Items = append(list.Items, standing...)
	return nil
}

// tellsNews reports whether the digest says more than that nothing is new. The first one, and one
// that is to tell only what is open, do so wherever something is.
func (l toldLists) tellsNews(d Digest) bool {
	tellsOpen := d.Posted.IsZero() || slices.Equal(d.Parts, []DigestPart{PartOpen})
	return slices.ContainsFunc(l, func(list toldList) bool { return list.isNews || tellsOpen })
}

// fill makes the lists the answer's.
func (l toldLists) fill(a *Answer, names map[string]string) {
	for _, list := range l {
		a.Lists = append(a.Lists, list.List)
		a.people = append(a.people, list.people...)
	}
	a.people, a.Names = each(a.people), map[string]string{}
	for _, id := range a.people {
		if name, ok := names[id]; ok {
			a.Names[id] = name
		}
	}
}

// sayWhatIsOpen is on the button under a digest.
const sayWhatIsOpen = "What is still open"

// keepUnder keeps what the buttons under a digest ask under a token.
func (b *Bot) keepUnder(ctx context.Context, a *Answer, token string) error {
	r := Request{Command: Open, Place: a.Request.Place, Also: a.Request.Also}
	if err := b.o.Storage.KeepRequest(ctx, b.platform(), token, r, b.o.Now().UTC()); err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	a.Token, a.Offers = token, []Offer{{Action: ActOpen, Label: sayWhatIsOpen}}
	return nil
}

// tryDigest shows the asker alone what a digest would say now.
func (b *Bot) tryDigest(ctx context.Context, r Request, d Digest, progress func(Progress)) (*Answer, error) {
	sources, err := b.proved(ctx, d)
	var notes []string
	if refused := refusal(err); refused != nil && !isPassing(err) {
		notes = []string{"It would not be posted now: " + refused.Reason}
		sources, err = b.readableTo(ctx, r.Asker, d)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		if err := b.o.Platform.MayRead(ctx, r.Asker, s.Place); err != nil {
			return nil, err
		}
	}
	made, err := b.compose(ctx, d, sources, progress)
	if err != nil {
		return nil, err
	}
	a := made.answer
	a.Request.Asker, a.Request.Here, a.Request.Digest, a.Request.Share = r.Asker, r.Here, r.Digest, r.Share
	a.Notes = append(notes, a.Notes...)
	if !made.isNew && d.Quiet {
		a.Said += " Nothing would be posted."
	}
	return a, b.keepUnder(ctx, a, newToken())
}

// readableTo are the channels that a digest is to draw on and that somebody may read.
func (b *Bot) readableTo(ctx context.Context, person string, d Digest) ([]namedPlace, error) {
	wanted, err := b.wanted(ctx, d)
	if err != nil {
		return nil, err
	}
	var sources []namedPlace
	for _, p := range wanted {
		if b.o.Platform.MayRead(ctx, person, p) != nil {
			continue
		}
		if about, err := b.o.Platform.Describe(ctx, p); err == nil {
			sources = append(sources, namedPlace{p, about})
		}
	}
	if len(sources) == 0 {
		return nil, Refusef(sayNothing)
	}
	return sources, nil
}
