package bot

import (
	"slices"

	"crux/bot/ledger"
	"crux/summarize"
)

// What every adapter says of the ledger's items. names joins what people are called, "" for
// nobody, as render.Options.Names does. Whatever is returned may hold names, so it is foreign.

// What stands on what people press to correct an item.
const (
	// SayCorrect is above the choice of an item.
	SayCorrect = "Correct one of these…"
	// SayReword is the title of the form in which somebody says what they meant.
	SayReword = "What did you mean?"
	// SayRewordHint says what becomes of it.
	SayRewordHint = "It is shown in place of my reading, as your own words."
	// SayOwnWords follows on words that their author put in place of crux's.
	SayOwnWords = ledger.SayOwnWords
)

// StatusWords is what became of the item, and what is new of it, in a few words: "new",
// "answered by Ann", "not answered, said Bob"; "" for a point of which nothing is new.
func (i *Item) StatusWords(names func(ids []string) string) string {
	outcome := i.outcome(names)
	switch i.News {
	case ledger.IsRaised:
		return i.newWords("new", outcome)
	case ledger.IsRaisedAgain:
		return i.newWords("raised again"+times(i.Again), outcome)
	case ledger.IsReopened:
		if i.Corrected {
			return outcome
		}
		return "open again"
	case ledger.IsAcknowledged, ledger.IsAnswered, ledger.IsConceded, ledger.IsWithdrawn, ledger.IsStanding:
	}
	return outcome
}

// newWords adds to what is new what became of it meanwhile, unless it is simply open.
func (i *Item) newWords(news, outcome string) string {
	if i.Status == "" || i.Status == summarize.Unanswered && !i.Corrected {
		return news
	}
	return news + ", " + outcome
}

// outcome is the status, and who brought it about or said so.
func (i *Item) outcome(names func(ids []string) string) string {
	if i.Status == "" {
		return ""
	}
	words := string(i.Status)
	switch {
	case i.Corrected:
		if i.Status == summarize.Unanswered {
			words = "not answered"
		}
		return words + ", said " + i.sayer(names)
	case i.namesResponder():
		words += " by " + names([]string{i.ResponseBy})
	}
	if i.Uncertain {
		words += " (unclear)"
	}
	return words
}

// sayer is who corrected the status.
func (i *Item) sayer(names func(ids []string) string) string {
	if i.SaidBy == "" {
		return "a member"
	}
	return names([]string{i.SaidBy})
}

// namesResponder reports whether the outcome says whose response it rests on. Those who
// raised it themselves need not be named again.
func (i *Item) namesResponder() bool {
	return !i.Corrected && i.Response != nil && i.ResponseBy != "" && !i.Status.Open() && !slices.Contains(i.By, i.ResponseBy)
}

// AgainWords is how often it was raised again, "" where it was not or StatusWords says so.
func (i *Item) AgainWords() string {
	if i.Again == 0 || i.News == ledger.IsRaisedAgain {
		return ""
	}
	return "raised again" + times(i.Again)
}

// times follows on what happened so often; what happened once needs no number.
func times(n int) string {
	switch {
	case n <= 1:
		return ""
	case n == 2:
		return " twice"
	}
	return " " + Count(n, "time")
}

// AgainstWords is whom the item is against, "" where neither that nor what it challenges is known.
func (i *Item) AgainstWords(names func(ids []string) string) string {
	t := &i.Against
	switch {
	case len(t.By) > 0:
		return "against " + names(t.By)
	case t.Gist != "" || len(t.Quotes) > 0:
		return "against the point"
	}
	return ""
}

// ResponseWords stands before the quote of Response, which is not nil: "answer", "left open by
// Ann". It names nobody whom StatusWords names, or whose the item is.
func (i *Item) ResponseWords(names func(ids []string) string) string {
	words := "response"
	switch i.Response.Kind {
	case summarize.Answer:
		words = "answer"
	case summarize.Concession:
		words = "concession"
	case summarize.Deferral:
		words = "left open"
	case summarize.Withdrawal:
		words = "withdrawal"
	}
	if i.ResponseBy != "" && !slices.Contains(i.By, i.ResponseBy) && !i.namesResponder() {
		words += " by " + names([]string{i.ResponseBy})
	}
	return words
}

// Words is what the item says, where there is room for that alone: its gist, or its first quote.
func (i *Item) Words() string {
	if i.Gist == "" && len(i.Quotes) > 0 {
		return i.Quotes[0].Text
	}
	return i.Gist
}

// MoreWords says how many items the list leaves out, "" where it has them all.
func (l *List) MoreWords() string {
	if l.More == 0 {
		return ""
	}
	return english.Sprintf("and %d more", l.More)
}

// ListHeading stands above an answer that has Lists: what they are, and how many items;
// both are "" where what is said above them, or their titles, say it all. place is as for Heading.
func (a *Answer) ListHeading(place string) (title, count string) {
	about := ""
	if place != "" && len(a.Request.Also) == 0 {
		about = " in " + place
	}
	switch a.Request.Command {
	case Open:
		if n := a.open(); n > 0 {
			return "Still open" + about, Count(n, "objection")
		}
		return "Still open" + about, OpenCount(0)
	case Mine:
		return "Objections that concern you" + about, ""
	case Mistaken:
		return "What you said" + about, ""
	case Summary, Answered, Watch, Unwatch, Watched, One, Correct, Digests, Privacy, Status:
	}
	return "", ""
}

// open is how many open objections an answer lists, with those that its lists leave out.
func (a *Answer) open() int {
	n := 0
	for i := range a.Lists {
		if a.Lists[i].Title != titleLately {
			n += len(a.Lists[i].Items) + a.Lists[i].More
		}
	}
	return n
}
