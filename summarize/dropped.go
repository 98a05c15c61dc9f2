package summarize

import (
	"fmt"
	"strings"
)

// Dropped counts what Verify left out of a report and what it put right. An
// engine that reports only what it knows has the zero value.
type Dropped struct {
	// Left out: a row that lost its last quote counts, beside its quotes.
	Debates, Messages, Sides, People, Points, Objections, Agreements, Quotes, Responses int
	// Put right: the people or the side of a row, the target and the status of an
	// objection, and wordings (gists, questions, labels) that claimed more than was said.
	Attributions, Targets, Statuses, Wordings int
}

// Total is how many things were left out or put right.
func (d Dropped) Total() int {
	total := 0
	for _, k := range append(d.leftOut(), d.putRight()...) {
		total += k.n
	}
	return total
}

// String says in a sentence what was left out and put right.
func (d Dropped) String() string {
	left, right := listed(d.leftOut()), listed(d.putRight())
	switch {
	case left == "" && right == "":
		return "everything that the engine reported holds"
	case right == "":
		return "left out, because it does not hold: " + left
	case left == "":
		return "put right: " + right
	}
	return "left out, because it does not hold: " + left + "; put right: " + right
}

// counted is a kind of thing and how many of it there are.
type counted struct {
	n         int
	one, many string
}

func (d Dropped) leftOut() []counted {
	return []counted{
		{d.Debates, "debate", "debates"},
		{d.Messages, "message", "messages"},
		{d.Sides, "side", "sides"},
		{d.People, "person", "people"},
		{d.Points, "point", "points"},
		{d.Objections, "objection", "objections"},
		{d.Agreements, "agreement", "agreements"},
		{d.Quotes, "quote", "quotes"},
		{d.Responses, "response", "responses"},
	}
}

func (d Dropped) putRight() []counted {
	return []counted{
		{d.Attributions, "attribution", "attributions"},
		{d.Targets, "target", "targets"},
		{d.Statuses, "status", "statuses"},
		{d.Wordings, "wording", "wordings"},
	}
}

func listed(things []counted) string {
	var words []string
	for _, k := range things {
		switch {
		case k.n == 1:
			words = append(words, "1 "+k.one)
		case k.n > 1:
			words = append(words, fmt.Sprintf("%d %s", k.n, k.many))
		}
	}
	return strings.Join(words, ", ")
}
