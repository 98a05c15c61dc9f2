package ledger

import (
	"slices"
	"strings"
)

// Remove takes deleted messages out of the entries: their quotes, and what was
// worded from them. An entry without quotes goes; a status that rested on deleted
// responses alone becomes what it was before, and Recheck. It returns what is left,
// and the ids of the entries that changed or went.
func Remove(entries []Entry, messages []string) (kept []Entry, changed []string) {
	deleted := map[string]bool{}
	for _, id := range messages {
		deleted[id] = true
	}
	return without(entries, func(e *Entry) bool {
		return e.erase(func(q *Quote) bool { return deleted[q.Message] })
	})
}

// Edit takes out of the entries the quotes that no longer stand in a message
// whose text is now another, as Remove does. Quotes whose words are merely spelled
// otherwise now stay, so spelled. An entry that the message raised keeps its
// identity: the quote stays without its text, and the entry is not Shown for lack
// of another, until the message is read again. It returns what is left, and the ids
// of the entries that changed or went.
func Edit(entries []Entry, message, text string) (kept []Entry, changed []string) {
	return without(entries, func(e *Entry) bool { return e.edit(message, text) })
}

// Forget takes a person out of the entries: their quotes and corrections' words,
// and their name wherever it stands. What they corrected stays so. It returns
// what is left, and the ids of the entries that changed or went.
func Forget(entries []Entry, author string) (kept []Entry, changed []string) {
	if author == "" {
		return clones(entries), []string{}
	}
	return without(entries, func(e *Entry) bool {
		lost := e.erase(func(q *Quote) bool { return q.Author == author })
		unname := func(list []string) []string {
			out := slices.DeleteFunc(list, func(person string) bool { return person == author })
			lost = lost || len(out) < len(list)
			return out
		}
		e.By, e.Target.By = unname(e.By), unname(e.Target.By)
		if e.Corrected != nil && e.Corrected.By == author {
			e.Corrected.By, e.Corrected.Words, lost = "", "", true
		}
		for i := range e.Changes {
			if e.Changes[i].By == author {
				e.Changes[i].By, lost = "", true
			}
		}
		n := len(e.NotMine)
		e.NotMine = slices.DeleteFunc(e.NotMine, func(c Correction) bool { return c.By == author })
		return lost || len(e.NotMine) < n
	})
}

// without are the entries from which take took something, and the others as they were.
func without(entries []Entry, take func(*Entry) bool) (kept []Entry, changed []string) {
	kept, changed = make([]Entry, 0, len(entries)), []string{}
	for i := range entries {
		e := entries[i].clone()
		if take(&e) {
			changed = append(changed, e.ID)
			e.settle()
		}
		if len(e.Quotes)+len(e.Disowned) > 0 {
			kept = append(kept, e)
		}
	}
	for _, id := range apart(kept) {
		if !slices.Contains(changed, id) {
			changed = append(changed, id)
		}
	}
	return kept, changed
}

// apart lets entries stand by themselves again whose other is gone, and returns their ids.
func apart(entries []Entry) []string {
	there := map[string]bool{}
	for i := range entries {
		there[entries[i].ID] = true
	}
	var ids []string
	for i := range entries {
		if e := &entries[i]; e.Into != "" && !there[e.Into] {
			e.Into = ""
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// erase takes out what is gone, and reports whether anything was.
func (e *Entry) erase(gone func(*Quote) bool) bool {
	lost := e.reopens(gone)
	cut := func(list *[]Quote) bool {
		n := len(*list)
		*list = slices.DeleteFunc(*list, func(q Quote) bool { return gone(&q) })
		lost = lost || len(*list) < n
		return len(*list) < n
	}
	cut(&e.Disowned)
	if cut(&e.Quotes) {
		e.Gist = gistOf(e.Quotes)
	}
	if cut(&e.Target.Quotes) {
		e.Target.Gist = gistOf(e.Target.Quotes)
		e.Target.By = named(e.Target.By, e.Target.Quotes)
	}
	return lost
}

// edit takes out the quotes of a message that no longer stand in its text, and
// keeps the places of those that raised the objection.
func (e *Entry) edit(message, text string) bool {
	respelt := e.respell(message, text)
	fell := func(q *Quote) bool { return q.Message == message && q.Text != "" && !strings.Contains(text, q.Text) }
	blank := func(list []Quote) (blanked bool) {
		for i := range list {
			if fell(&list[i]) {
				list[i].Text, blanked = "", true
			}
		}
		return blanked
	}
	lost := blank(e.Disowned)
	if blank(e.Quotes) {
		e.Gist, lost = gistOf(e.Quotes), true
	}
	return e.erase(fell) || lost || respelt
}

// respell puts the words of a message as they are spelled now into the quotes of it.
func (e *Entry) respell(message, text string) (changed bool) {
	again := func(q *Quote) {
		if q.Message != message || q.Text == "" || strings.Contains(text, q.Text) {
			return
		}
		if now, ok := respelled(q.Text, text); ok {
			q.Text, changed = now, true
		}
	}
	isQuoted, isTargetQuoted := e.Gist == gistOf(e.Quotes), e.Target.Gist == gistOf(e.Target.Quotes)
	for _, list := range [][]Quote{e.Quotes, e.Disowned, e.Target.Quotes} {
		for i := range list {
			again(&list[i])
		}
	}
	for i := range e.Changes {
		for j := range e.Changes[i].Responses {
			again(&e.Changes[i].Responses[j].Quote)
		}
	}
	if isQuoted {
		e.Gist = gistOf(e.Quotes)
	}
	if isTargetQuoted {
		e.Target.Gist = gistOf(e.Target.Quotes)
	}
	return changed
}
