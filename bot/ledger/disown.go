package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"crux/summarize"
)

// Disowned is what somebody said of a point or objection made of their words: that it is not
// theirs, or what they meant. It holds where the words stand in their message, and not the words.
type Disowned struct {
	Message string `json:"message"`
	Author  string `json:"author"`
	// Start and End bound the words in the message's text, in bytes, and Sum is their SHA-256.
	// Where other words stand there after an edit, it holds no more.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Sum   string `json:"sum"`
	// Meant is what the author meant instead; "" says that it is not theirs at all.
	Meant string    `json:"meant,omitempty"`
	At    time.Time `json:"at"`
}

// DisownedOf is what the author of a quote disowns with it. ok is false where the quote is not
// found in the message, or is another's.
func DisownedOf(q summarize.Quote, in *summarize.Message, author, meant string, now time.Time) (d Disowned, ok bool) {
	at := strings.Index(in.Text, q.Text)
	if q.Message != in.ID || q.Text == "" || at < 0 || author == "" || in.Author != author {
		return Disowned{}, false
	}
	return Disowned{
		Message: in.ID, Author: author, Start: at, End: at + len(q.Text), Sum: sumOf(q.Text), Meant: meant, At: now.Round(0).UTC(),
	}, true
}

func sumOf(words string) string {
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:])
}

// denials are the words disowned that still stand where they were.
type denials struct {
	read map[string]*summarize.Message // by people, by id
	all  []denial
}

type denial struct {
	place
	Disowned
}

func newDenials(read *summarize.Transcript, disowned []Disowned) denials {
	d := denials{read: byPeople(read)}
	for _, each := range disowned {
		m, known := d.read[each.Message]
		if !known || m.Author != each.Author || each.Start < 0 || each.End <= each.Start || each.End > len(m.Text) {
			continue
		}
		if words := m.Text[each.Start:each.End]; sumOf(words) == each.Sum {
			d.all = append(d.all, denial{place{each.Message, each.Start, each.End, words}, each})
		}
	}
	// Of what was said of the same words, the last is what holds.
	slices.SortStableFunc(d.all, func(a, b denial) int { return b.At.Compare(a.At) })
	return d
}

// of is what the author of a quote said of its words last, nil where nothing.
func (d *denials) of(q summarize.Quote) *denial {
	for i := range d.all {
		if each := &d.all[i]; each.Disowned.Message == q.Message && d.holds(each, q.Text) {
			return each
		}
	}
	return nil
}

// holds reports whether the disowned words and others of the same message share at least half of
// the shorter ones, wherever in the message the others stand.
func (d *denials) holds(each *denial, words string) bool {
	if words == "" {
		return false
	}
	text := d.read[each.Disowned.Message].Text
	for from := 0; ; {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return false
		}
		at += from
		if each.overlaps(&place{each.Disowned.Message, at, at + len(words), words}) {
			return true
		}
		from = at + 1
	}
}

func (d *denials) denies(q summarize.Quote) bool {
	said := d.of(q)
	return said != nil && said.Meant == ""
}

// SayOwnWords follows on words that their author put in place of what was read from their message.
const SayOwnWords = "in their own words"

// ownWords marks what an author says that they meant, since it stands in no message. It can't end its own quotation.
func ownWords(meant string) string {
	return "“" + strings.NewReplacer("“", "'", "”", "'").Replace(meant) + "” (" + SayOwnWords + ")"
}

// row says which quotes of a row are out: those that were disowned and, as in an entry, all of
// who said what they meant, where others stand by the row or said later what they meant. gist is
// what is left says in its author's own words, marked so; "" where nobody says so.
func (d *denials) row(quotes []summarize.Quote, by []string) (out func(summarize.Quote) bool, gist string) {
	meant := map[string]*denial{}
	for _, q := range quotes {
		said := d.of(q)
		if said != nil && said.Meant != "" && (meant[said.Author] == nil || said.At.After(meant[said.Author].At)) {
			meant[said.Author] = said
		}
	}
	if len(meant) == 0 {
		return d.denies, ""
	}
	var heir *denial
	for _, q := range quotes {
		said := meant[d.author(q)]
		if said == nil && slices.Contains(by, d.author(q)) && !d.denies(q) {
			heir = nil
			break
		}
		if said != nil && (heir == nil || said.At.After(heir.At)) {
			heir = said
		}
	}
	out = func(q summarize.Quote) bool {
		said := meant[d.author(q)]
		return d.denies(q) || said != nil && said != heir
	}
	if heir == nil {
		return out, ""
	}
	return out, ownWords(heir.Meant)
}

// author is who wrote the message of a quote, "" where that is not known.
func (d *denials) author(q summarize.Quote) string {
	if m, known := d.read[q.Message]; known {
		return m.Author
	}
	return ""
}

// Deny is the entries without what its authors disowned elsewhere: who disowned the words of an
// entry disowns the entry, and what an entry challenges is not known any more where its author
// disowned that. It returns the entries, and the ids of those that changed.
func Deny(entries []Entry, read *summarize.Transcript, disowned []Disowned) (kept []Entry, changed []string) {
	d := newDenials(read, disowned)
	if len(d.all) == 0 {
		return clones(entries), []string{}
	}
	return without(entries, func(e *Entry) bool {
		own, target := d.denyOwn(e), d.denyTarget(e)
		return own || target
	})
}

// denyOwn has the authors of an entry say of it what they said of its words, unless they said
// something of it since. Who disowned some of their words there and not others takes those out alone.
func (d *denials) denyOwn(e *Entry) (changed bool) {
	for _, author := range authors(e.Quotes) {
		var last *denial
		denied, all := 0, 0
		for _, q := range e.Quotes {
			if q.Author != author {
				continue
			}
			all++
			said := d.of(q.Quote)
			if said != nil && said.Meant == "" {
				denied++
			} else if said != nil && (last == nil || said.At.After(last.At)) {
				last = said
			}
		}
		if denied > 0 && denied < all {
			e.Quotes = slices.DeleteFunc(e.Quotes, func(q Quote) bool { return q.Author == author && d.denies(q.Quote) })
			e.Gist, changed = gistOf(e.Quotes), true
		}
		if denied == all {
			last = d.lastOf(e, author)
		}
		if last != nil && !e.saidSince(author, last.At) {
			e.disown(Correction{Kind: NotMine, By: author, At: last.At, Words: last.Meant})
			changed = true
		}
	}
	return changed
}

// authors are the people who wrote quotes, each once.
func authors(quotes []Quote) []string {
	var people []string
	for _, q := range quotes {
		if q.Author != "" && !slices.Contains(people, q.Author) {
			people = append(people, q.Author)
		}
	}
	return people
}

// lastOf is what an author of an entry said last of the words there, nil where nothing.
func (d *denials) lastOf(e *Entry, author string) (last *denial) {
	for _, q := range e.Quotes {
		if said := d.of(q.Quote); q.Author == author && said != nil && (last == nil || said.At.After(last.At)) {
			last = said
		}
	}
	return last
}

// saidSince reports whether a person said of the entry what is theirs in it, at a time or later.
func (e *Entry) saidSince(person string, at time.Time) bool {
	return slices.ContainsFunc(e.NotMine, func(c Correction) bool { return c.By == person && !c.At.Before(at) })
}

func (d *denials) denyTarget(e *Entry) (changed bool) {
	quotes := make([]summarize.Quote, 0, len(e.Target.Quotes))
	for _, q := range e.Target.Quotes {
		quotes = append(quotes, q.Quote)
	}
	out, gist := d.row(quotes, e.Target.By)
	n := len(e.Target.Quotes)
	e.Target.Quotes = slices.DeleteFunc(e.Target.Quotes, func(q Quote) bool { return out(q.Quote) })
	if len(e.Target.Quotes) < n {
		e.Target.Gist, e.Target.By = gistOf(e.Target.Quotes), named(e.Target.By, e.Target.Quotes)
		changed = true
	}
	if gist != "" && gist != e.Target.Gist {
		e.Target.Gist, changed = gist, true
	}
	return changed
}
