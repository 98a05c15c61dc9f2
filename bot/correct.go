package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"crux/bot/ledger"
	"crux/summarize"
)

func notThere() *Refusal {
	return Refusef("That is not there any more: its message was deleted or edited, or I read it otherwise by now. Look again with /debate open or /debate said.")
}

// subject is an item that somebody says something of.
type subject struct {
	Item
	// Place is the channel or thread in which it was found, and read what was read there.
	Place   Place
	Channel Channel
	read    *summarize.Transcript
	// entry is nil for points, and where no ledger is kept.
	entry *ledger.Entry
	// own are the quotes in it that are the asker's.
	own []summarize.Quote
	// people are those whose words it rests on.
	people []string
	since  mark
}

// correcting answers One and Correct.
func (b *Bot) correcting(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	asked := b.o.Now()
	places, err := b.readable(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := b.limiter.allow(r.Asker, r.Here.Server, asked); err != nil {
		return nil, err
	}
	s, err := b.subject(ctx, r, places, progress)
	if err != nil {
		return nil, err
	}
	if err := b.stillReadable(ctx, r, places, asked); err != nil {
		return nil, err
	}
	if r.Command == One {
		return b.one(ctx, r, s)
	}
	switch r.Correction.Kind {
	case ledger.SaidAnswered, ledger.SaidOpen:
		return b.correctStatus(ctx, r, s)
	case ledger.NotMine:
		return b.disown(ctx, r, s)
	}
	return nil, Refusef("Say whether it is answered, not answered, or not yours.")
}

// subject finds the item of the request in what its places hold now.
func (b *Bot) subject(ctx context.Context, r Request, places []Place, progress func(Progress)) (*subject, error) {
	followed := b.ledgersFor(r, places)
	// What is in a ledger needs no channel judged but its own.
	for _, p := range followed {
		if s, err := b.fromLedger(ctx, p, r, progress); s != nil || err != nil {
			return s, err
		}
	}
	for _, p := range followed {
		read, err := b.upToDate(ctx, p, progress)
		if err != nil {
			return nil, err
		}
		of := subject{Place: p, Channel: read.Channel, read: read.Transcript, since: read.since}
		if s := of.inReport(read.Report, r); s != nil {
			return s, nil
		}
	}
	if len(followed) > 0 || !slices.Contains(places, r.Place) {
		return nil, notThere()
	}
	made, err := b.reportOn(ctx, r, progress)
	if err != nil {
		return nil, err
	}
	of := subject{Place: r.Place, Channel: made.channel, read: made.read, since: made.since}
	if s := of.inReport(made.report, r); s != nil {
		return s, nil
	}
	return nil, notThere()
}

// fromLedger finds an item in the ledger that is kept of a channel, brought up to date; nil where it is not there.
func (b *Bot) fromLedger(ctx context.Context, p Place, r Request, progress func(Progress)) (*subject, error) {
	kept, err := b.o.Storage.Ledger(ctx, b.platform(), p)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if !slices.ContainsFunc(kept.Entries, func(e ledger.Entry) bool { return e.ID == r.Item }) {
		return nil, nil
	}
	read, err := b.bringUpToDate(ctx, p, false, progress)
	if err != nil {
		return nil, err
	}
	return inLedger(&read, r), nil
}

// inLedger finds an item among the entries, nil where it is not there.
func inLedger(read *ledgerReading, r Request) *subject {
	i := slices.IndexFunc(read.Entries, func(e ledger.Entry) bool { return e.ID == r.Item && e.Shown() })
	if i < 0 {
		return nil
	}
	e := &read.Entries[i]
	s := &subject{
		Item: itemOf(e), Place: read.Place, Channel: read.Channel, read: read.Transcript, entry: e,
		people: peopleOf(&ledger.News{Entry: *e}), since: read.since,
	}
	for _, q := range e.Quotes {
		if q.Author == r.Asker && q.Text != "" {
			s.own = append(s.own, q.Quote)
		}
	}
	return s
}

// inReport finds an item among what a report takes the asker to have said, nil where it is not there.
func (s subject) inReport(report *summarize.Report, r Request) *subject {
	messages := byMessage(s.read)
	for _, list := range said(report, s.read, r.Asker) {
		for _, item := range list.Items {
			if item.Key != r.Item {
				continue
			}
			s.Item = item
			for _, q := range item.quotes() {
				if m := messages[q.Message]; m != nil {
					s.people = append(s.people, m.Author)
				}
			}
			for _, q := range item.Quotes {
				if m := messages[q.Message]; m != nil && m.Author == r.Asker {
					s.own = append(s.own, q)
				}
			}
			return &s
		}
	}
	return nil
}

// one shows the item to the asker alone, with what can be said of it.
func (b *Bot) one(ctx context.Context, r Request, s *subject) (*Answer, error) {
	items, err := b.standing(ctx, s.Place.Server, []Item{s.Item})
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, notThere()
	}
	a := &Answer{
		Request: r, Channel: s.Channel, Names: s.read.Names, Lists: []List{{Items: items}}, Offers: s.offers(), since: s.since, people: each(s.people),
	}
	left, err := b.restsOnLeftOut(ctx, a)
	if err != nil {
		return nil, err
	}
	if left {
		return nil, notThere()
	}
	b.keepRequest(ctx, a, b.o.Now())
	return a, nil
}

func (s *subject) offers() []Offer {
	var offers []Offer
	offer := func(act Action, label string) {
		offers = append(offers, Offer{Action: act, Label: label, Item: s.Key})
	}
	if s.entry != nil && s.Status.Open() {
		offer(ActSayAnswered, "It is answered")
	}
	if s.entry != nil && !s.Status.Open() {
		offer(ActSayOpen, "It is not answered")
	}
	if len(s.own) > 0 {
		offer(ActReword, "I meant something else…")
		offer(ActNotMine, "That is not mine")
	}
	return offers
}

// correctStatus takes in that somebody says that an objection is answered, or is not.
func (b *Bot) correctStatus(ctx context.Context, r Request, s *subject) (*Answer, error) {
	if s.entry == nil {
		return nil, Refusef("What becomes of an objection I keep only in channels that I follow, and of objections alone. Whoever manages this channel can have it followed with /debate watch.")
	}
	if err := b.o.Platform.MayWrite(ctx, r.Asker, s.Place); err != nil {
		return nil, err
	}
	c := ledger.Correction{Kind: r.Correction.Kind, By: r.Asker, At: b.o.Now()}
	if err := b.correctEntry(ctx, s, c, nil); err != nil {
		return nil, err
	}
	what, noted := "answered", "said that an objection is answered"
	if c.Kind == ledger.SaidOpen {
		what, noted = "not answered", "said that an objection is not answered"
	}
	b.note(ctx, r.Asker, s.Place, noted)
	b.recent.clear() // also of its threads
	return &Answer{Request: r, Channel: s.Channel, Said: fmt.Sprintf(
		"This objection now counts as %s, and others see that you said so. It stays so, whatever I read later, until somebody says otherwise.", what)}, nil
}

// correctEntry corrects the subject's entry, and has all others heed what was disowned. Where no ledger is kept, nothing is to do.
func (b *Bot) correctEntry(ctx context.Context, s *subject, c ledger.Correction, disowned []ledger.Disowned) error {
	channel, isFollowed := b.ledgerPlace(s.Place, s.Channel)
	if !isFollowed {
		return nil
	}
	_, err := b.changeLedger(ctx, channel, func(l *Ledger) (bool, error) {
		if s.entry != nil {
			i := slices.IndexFunc(l.Entries, func(e ledger.Entry) bool { return e.ID == s.entry.ID })
			if i < 0 {
				return false, notThere()
			}
			corrected, err := ledger.Correct(l.Entries[i], c)
			if err != nil {
				return false, err
			}
			l.Entries = slices.Clone(l.Entries)
			l.Entries[i] = corrected
		}
		l.Entries, _ = ledger.Deny(l.Entries, s.read, disowned)
		return true, nil
	})
	if errors.Is(err, ledger.ErrNotAuthor) {
		return notTheirs()
	}
	return err
}

func notTheirs() *Refusal {
	return Refusef("Only who said it can say that it is not theirs, or what they meant.")
}

// disown takes in that an author says that something is not theirs, or what they meant.
func (b *Bot) disown(ctx context.Context, r Request, s *subject) (*Answer, error) {
	meant := strings.Join(strings.Fields(r.Correction.Words), " ")
	if n := utf8.RuneCountInString(meant); n > LongestCorrection {
		return nil, Refusef("That has %s. Say it in %d at most.", Count(n, "character"), LongestCorrection)
	}
	if len(s.own) == 0 {
		return nil, notTheirs()
	}
	if meant != "" { // which others read; taking one's words out is always free
		if err := b.o.Platform.MayWrite(ctx, r.Asker, s.Place); err != nil {
			return nil, err
		}
	}
	now := b.o.Now()
	messages := byMessage(s.read)
	var disowned []ledger.Disowned
	for _, q := range s.own {
		m := messages[q.Message]
		if m == nil {
			continue // further back than what is read, so that no report can say it again
		}
		d, ok := ledger.DisownedOf(q, m, r.Asker, meant, now)
		if !ok {
			return nil, notThere()
		}
		p, known := placeOf(q, s.Place.Server)
		if !known {
			p = s.Place.home()
		}
		if err := b.o.Storage.Disown(ctx, b.platform(), p, d); err != nil {
			return nil, fmt.Errorf("bot: %w", err)
		}
		disowned = append(disowned, d)
		// Also answers that are being made were made without it.
		b.reports.forget(p, q.Message)
	}
	if err := b.correctEntry(ctx, s, ledger.Correction{Kind: ledger.NotMine, By: r.Asker, At: now, Words: meant}, disowned); err != nil {
		return nil, err
	}
	b.recent.clear()
	b.takeDownDisowned(ctx, s.Place, s.own)
	what := "a point"
	if s.Status != "" {
		what = "an objection"
	}
	if meant != "" {
		b.note(ctx, r.Asker, s.Place, "worded "+what+" of theirs in their own words")
		return &Answer{Request: r, Channel: s.Channel, Said: "From now on it is told in your own words, and said to be so, whatever I read later: as long as your message stands as it is. Where others say the same, it is told as theirs, without you."}, nil
	}
	b.note(ctx, r.Asker, s.Place, "said that "+what+" is not theirs")
	return &Answer{Request: r, Channel: s.Channel, Said: "It is not told as yours any more, whatever I read later: as long as your message stands as it is."}, nil
}

// takeDownDisowned takes down what everybody sees and rests on words that their author disowned.
// What the author is being shown in private stays.
func (b *Bot) takeDownDisowned(ctx context.Context, found Place, own []summarize.Quote) {
	var posts []Post
	for _, q := range own {
		p, known := placeOf(q, found.Server)
		if !known {
			p = found.home()
		}
		resting, err := b.o.Storage.PostsQuoting(ctx, b.platform(), p, []string{q.Message})
		if err != nil {
			b.o.Log.Error("bot: posts that rest on what was disowned not found", "error", err)
		}
		posts = append(posts, resting...)
	}
	b.takeDownLater(posts, whyDisowned)
}
