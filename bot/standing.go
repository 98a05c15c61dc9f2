package bot

import (
	"context"

	"crux/bot/ledger"
	"crux/summarize"
)

// ledgerReading is a watched channel's ledger with what it was brought up to date from.
type ledgerReading struct {
	Ledger
	Place   Place
	Channel Channel
	// Report is of all that is kept of the channel and its public threads, with what was
	// disowned withheld and what was corrected upheld.
	Report     *summarize.Report
	Transcript *summarize.Transcript
	// note says in a sentence what may be missing, "" where nothing is.
	note  string
	since mark
}

// upToDate brings the ledger of a watched channel up to date, and keeps it.
func (b *Bot) upToDate(ctx context.Context, p Place, progress func(Progress)) (ledgerReading, error) {
	return ledgerReading{}, Refusef("Not written yet.")
}

// itemOf is an entry of a ledger as people are shown it.
func itemOf(e *ledger.Entry) Item { return Item{} }

// newsItem is an entry as news.
func newsItem(n *ledger.News) Item { return Item{} }

// standing checks that what the items quote stands in the channel now, and leaves out what
// does not: of places of which the store can't know, the platform is asked.
func (b *Bot) standing(ctx context.Context, server string, items []Item) ([]Item, error) {
	return items, nil
}

// correcting answers One and Correct.
func (b *Bot) correcting(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	return nil, Refusef("Not written yet.")
}
