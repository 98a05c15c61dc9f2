package bot

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"crux/bot/ledger"
	"crux/summarize"
)

// itemOf is an entry of a ledger as people are shown it.
func itemOf(e *ledger.Entry) Item {
	item := Item{
		Key: e.ID, By: e.By, Own: e.Reworded() != "", Quotes: shownQuotes(e.Quotes), Status: e.Status,
		Uncertain: e.Uncertain || e.Recheck, Corrected: e.Corrected != nil, Raised: e.Raised,
	}
	item.Gist = gistBeside(e.Gist, item.Quotes)
	against := shownQuotes(e.Target.Quotes)
	item.Against = Target{By: e.Target.By, Gist: gistBeside(e.Target.Gist, against), Quotes: against}
	if r, is := e.Response(); is {
		item.Response, item.ResponseBy = &summarize.Response{Quote: r.Quote.Quote, Kind: r.Kind}, r.Author
	}
	if e.Corrected != nil {
		item.SaidBy = e.Corrected.By
	}
	item.Again = messagesOf(e.Again())
	return item
}

// newsItem is an entry as news.
func newsItem(n *ledger.News) Item {
	item := itemOf(&n.Entry)
	item.News = n.Kind
	if n.Kind == ledger.IsRaisedAgain {
		item.Again = messagesOf(n.Quotes)
	}
	return item
}

// shownQuotes are those of the quotes that have words.
func shownQuotes(quotes []ledger.Quote) []summarize.Quote {
	var shown []summarize.Quote
	for _, q := range quotes {
		if q.Text != "" {
			shown = append(shown, q.Quote)
		}
	}
	return shown
}

// gistBeside is a gist, "" where the first of its quotes says it.
func gistBeside(gist string, quotes []summarize.Quote) string {
	if len(quotes) == 0 {
		return gist
	}
	said := strings.Join(strings.Fields(quotes[0].Text), " ")
	if short, isCut := strings.CutSuffix(gist, "…"); gist == said || isCut && strings.HasPrefix(said, short) {
		return ""
	}
	return gist
}

// messagesOf is of how many messages the quotes are.
func messagesOf(quotes []ledger.Quote) int {
	seen := map[string]bool{}
	for _, q := range quotes {
		seen[q.Message] = true
	}
	return len(seen)
}

// each are the ids of people, each once and in order, without nobody's.
func each(people []string) []string {
	people = slices.DeleteFunc(slices.Clone(people), func(id string) bool { return id == "" })
	slices.Sort(people)
	return slices.Compact(people)
}

// quoteKey names what is made of a quote by where that stands; "" where it is not found.
func quoteKey(q summarize.Quote, read map[string]*summarize.Message) string {
	m := read[q.Message]
	if m == nil {
		return ""
	}
	at := strings.Index(m.Text, q.Text)
	if at < 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(q.Message + " " + strconv.Itoa(at)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// standing checks that what the items quote stands in the channel now, and leaves out what
// does not, or can't be looked at: of places of which the store can't know, the platform is asked.
func (b *Bot) standing(ctx context.Context, server string, items []Item) ([]Item, error) {
	return b.lookedAt(ctx, server, items, func(err error) bool { return refusal(err) != nil })
}

// surelyStanding is standing, but where something can't be looked at for now it returns the error.
func (b *Bot) surelyStanding(ctx context.Context, server string, items []Item) ([]Item, error) {
	return b.lookedAt(ctx, server, items, func(err error) bool { return !isPassing(err) })
}

// lookedAt is standing. What can't be looked at because of an error is left out where mayLack says so.
func (b *Bot) lookedAt(ctx context.Context, server string, items []Item, mayLack func(error) bool) ([]Item, error) {
	quoted := map[Place][]string{}
	for i := range items {
		for _, q := range items[i].quotes() {
			if p, ok := placeOf(q, server); ok {
				quoted[p] = append(quoted[p], q.Message)
			}
		}
	}
	now := map[Place]texts{}
	for p, ids := range quoted {
		found, err := b.textsNow(ctx, p, ids)
		if err != nil && !mayLack(err) {
			return nil, err
		}
		now[p] = found
	}
	stands := func(q summarize.Quote) bool {
		p, ok := placeOf(q, server)
		return ok && now[p].hold(q)
	}
	kept := make([]Item, 0, len(items))
	for _, item := range items {
		if item.keep(stands) {
			kept = append(kept, item)
		}
	}
	return kept, nil
}

// placeOf is where a quoted message stands, by its link.
func placeOf(q summarize.Quote, server string) (Place, bool) {
	p, _, ok := ParseLink(q.URL)
	p.Server = server
	return p.home(), ok
}

// keep leaves out of the item what does not stand, with what is worded from it, and reports
// whether anything is left to bear it out.
func (i *Item) keep(stands func(summarize.Quote) bool) bool {
	left := func(quotes []summarize.Quote) []summarize.Quote {
		return slices.DeleteFunc(slices.Clone(quotes), func(q summarize.Quote) bool { return !stands(q) })
	}
	n := len(i.Quotes)
	if i.Quotes = left(i.Quotes); len(i.Quotes) < n && !i.Own {
		i.Gist = ""
	}
	if n = len(i.Against.Quotes); n > 0 {
		if i.Against.Quotes = left(i.Against.Quotes); len(i.Against.Quotes) < n {
			i.Against = Target{}
		}
	}
	if i.Response != nil && !stands(i.Response.Quote) {
		i.Response, i.ResponseBy = nil, ""
	}
	return len(i.Quotes) > 0
}

// texts are what messages say now, by id; nil stands for one that is there though its text could not be read.
type texts map[string]*string

func (t texts) hold(q summarize.Quote) bool {
	text, is := t[q.Message]
	return is && (text == nil || strings.Contains(*text, q.Text))
}

// readOneByOne is up to how many messages of a place are read each by itself.
const readOneByOne = 5

// textsNow are the texts of those of the messages that stand in the place. Where the platform
// refuses to say, they are those found by then, with the *Refusal.
func (b *Bot) textsNow(ctx context.Context, p Place, ids []string) (texts, error) {
	slices.SortFunc(ids, byID)
	ids = slices.Compact(ids)
	found := texts{}
	if b.following.live(p) {
		unknown, err := b.textsKept(ctx, p, ids, found)
		if err != nil {
			return nil, fmt.Errorf("bot: %w", err)
		}
		ids = unknown
	}
	if len(ids) == 0 {
		return found, nil
	}
	ranges := []Range{{From: ids[0], To: ids[len(ids)-1], Last: b.o.Limits.Messages}}
	if len(ids) <= readOneByOne {
		ranges = ranges[:0]
		for _, id := range ids {
			ranges = append(ranges, Range{From: id, To: id, Last: 1})
		}
	}
	for _, rng := range ranges {
		h, err := b.o.Platform.History(ctx, p, rng, func(int) {})
		for _, m := range h.Messages {
			found[m.ID] = &m.Text
		}
		if err != nil {
			return found, err
		}
	}
	return found, b.lookUp(ctx, p, ids, found)
}

// textsKept takes the texts from the store, and returns the messages of which it can't know.
func (b *Bot) textsKept(ctx context.Context, p Place, ids []string, found texts) (unknown []string, err error) {
	for _, id := range ids {
		h, err := b.o.Storage.Messages(ctx, b.platform(), p, Range{From: id, To: id, Last: 1})
		if errors.Is(err, ErrNotKept) {
			unknown = append(unknown, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, m := range h.Messages {
			found[m.ID] = &m.Text
		}
	}
	return unknown, nil
}

// lookUp asks for messages that no history had. That they stand is all that is known then.
func (b *Bot) lookUp(ctx context.Context, p Place, ids []string, found texts) error {
	var missing []string
	for _, id := range ids {
		if _, is := found[id]; !is {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	gone, err := b.o.Platform.Gone(ctx, p, missing)
	if err != nil {
		return err
	}
	for _, id := range missing {
		if !slices.Contains(gone, id) {
			found[id] = nil
		}
	}
	return nil
}
