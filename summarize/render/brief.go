package render

import (
	"fmt"
	"slices"
	"strings"
)

// What those need who draw a view where there is room for a few words.

// StatusWords is what became of an objection, in a word or two.
func (o *Objection) StatusWords() string {
	words := strings.ToLower(o.Word)
	if o.Unclear {
		words += " (unclear)"
	}
	return words
}

// MoreWords follows on a response and says how many more there are; "" for none.
func (o *Objection) MoreWords() string {
	if o.More == 0 {
		return ""
	}
	return " (and " + count(o.More, "more response") + ")"
}

// Link leads to a message. Its label is ours: in a label, what people wrote could end
// the link or begin another.
type Link struct{ Label, URL string }

// Links lead to the messages of quotes, each once, at most to so many. ours says whether an
// address is one of a message; others are left out.
func Links(quotes []Quote, ours func(url string) bool, most int) []Link {
	var links []Link
	for _, q := range quotes {
		seen := slices.ContainsFunc(links, func(l Link) bool { return l.URL == q.URL })
		if len(links) == most || seen || !ours(q.URL) {
			continue
		}
		label := "jump"
		if len(links) > 0 {
			label = fmt.Sprint(len(links) + 1)
		}
		links = append(links, Link{label, q.URL})
	}
	return links
}
