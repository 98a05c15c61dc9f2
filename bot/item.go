package bot

import (
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// List is what the ledger has to say under one title.
type List struct {
	// Title is "" where the answer is one list.
	Title string
	// Items stand in the order in which they are shown.
	Items []Item
	// More is how many further items there are that the list leaves out, to stay short.
	More int
	// Empty is said where there are no items, "" for nothing.
	Empty string
}

// Item is an objection, or a point, in a few lines. All its words are foreign, save where it says otherwise.
type Item struct {
	// Key names it for One and Correct: an entry's id, or what is made of a point's quote. "" is
	// for what can't be corrected.
	Key string
	// By are the ids of whose it is; empty where nobody is named.
	By []string
	// Gist is what it says, "" where its first quote says it. Own is true where it is the
	// author's own rewording.
	Gist string
	Own  bool
	// Quotes are where it was said, the earliest first; each of them stands in its channel now.
	Quotes []summarize.Quote
	// Against is what it challenges; its Quotes are empty where that is not known.
	Against Target
	// Channel is the name of the channel that it comes from, "" where the answer is about one.
	Channel string
	// Side is the label of a point's side, "" for objections and where there is none.
	Side string
	// News is what is new of it, "" where the list is no news.
	News ledger.NewsKind
	// Status is what became of it, "" for a point. Uncertain is as in a report.
	Status    summarize.Status
	Uncertain bool
	// Response is the message that Status rests on, nil where there is none, and ResponseBy who wrote it.
	Response   *summarize.Response
	ResponseBy string
	// SaidBy is the id of who corrected Status, "" where nobody did or they are not to be named;
	// Corrected is true where somebody did.
	SaidBy    string
	Corrected bool
	// Raised is when it was first put, zero where that is not known.
	Raised time.Time
	// Again is how many further messages put it.
	Again int
}

// Target is what an item challenges.
type Target struct {
	By     []string
	Gist   string
	Quotes []summarize.Quote
}

// Offer is a button under an answer.
type Offer struct {
	Action Action
	// Label is in our own words, at most 40 characters.
	Label string
	// Item is the key of the item that it concerns, "" where it concerns none.
	Item string
	// Danger marks what can't be undone.
	Danger bool
}

// Correction is what somebody says of an item.
type Correction struct {
	Kind ledger.CorrectionKind `json:"kind,omitempty"`
	// Words are what they meant, for NotMine, at most 300 characters; "" where it is not theirs at all.
	Words string `json:"words,omitempty"`
}

// LongestCorrection is how many characters the words of a correction may have.
const LongestCorrection = 300
