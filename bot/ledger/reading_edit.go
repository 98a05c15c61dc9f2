package ledger

import (
	"slices"
	"strings"

	"crux/summarize"
)

// Edit takes out the quotes that no longer stand in a message whose text is now another, as Remove
// does. Those whose words are merely spelled otherwise now stay, so spelled; where that is the whole message, it counts as read.
func (r *Reading) Edit(message, text string) *Reading {
	if r == nil {
		return nil
	}
	fell := func(q *summarize.Quote) bool { return q.Message == message && !strings.Contains(text, q.Text) }
	left, changed, isAll := r.clone(), false, false
	for i := range left.Debates {
		eachQuote(&left.Debates[i], func(q *summarize.Quote) {
			if !fell(q) {
				return
			}
			if now, ok := respelled(q.Text, text); ok {
				q.Text, changed = now, true
				isAll = isAll || now == strings.TrimSpace(text)
			}
		})
	}
	if !changed {
		left = r
	}
	cut := left.without(sieve{gone: fell})
	if isAll && cut == left {
		left.Read = left.Read.with(message, text)
	}
	return cut
}

// Heed is Edit for all messages of t that read otherwise than they did.
func (r *Reading) Heed(t *summarize.Transcript) *Reading {
	if r == nil {
		return nil
	}
	for i := range t.Messages {
		if m := &t.Messages[i]; r.quotes(m.ID) {
			r = r.Edit(m.ID, m.Text)
		}
	}
	return r
}

func (r *Reading) quotes(message string) bool {
	_, is := r.Origins[message]
	return is
}

// Reword takes out the questions and labels of all debates, which may be made of messages that nobody
// quotes, and the gists of rows that quote some messages, by id.
func (r *Reading) Reword(messages map[string]bool) *Reading {
	if r == nil {
		return nil
	}
	left, changed := r.clone(), false
	blank := func(words *string) {
		changed = changed || *words != ""
		*words = ""
	}
	isOf := func(q summarize.Quote) bool { return messages[q.Message] }
	for i := range left.Debates {
		d := &left.Debates[i]
		blank(&d.Question)
		for j := range d.Sides {
			blank(&d.Sides[j].Label)
		}
		for j := range d.Points {
			if p := &d.Points[j]; slices.ContainsFunc(p.Quotes, isOf) {
				blank(&p.Gist)
			}
		}
		for j := range d.Objections {
			if o := &d.Objections[j]; slices.ContainsFunc(o.Quotes, isOf) {
				blank(&o.Gist)
			}
		}
	}
	if !changed {
		return r
	}
	return left
}
