package embedded

import "strings"

// join makes units of sentences: neighbours that carry one thought become one
// unit, so that an objection and its ground are quoted together, while two
// objections in one message stay two. A unit never reaches over a paragraph's end.
func (r *reading) join(prose string, all []word, parts []span) []span {
	var units []span
	whole := r.length(span{0, len(prose)}, all)
	values := features{}
	for i, s := range parts {
		if i > 0 {
			last := &units[len(units)-1]
			values.values = values.values[:0]
			r.joinFeatures(&values, prose, all, whole, *last, s, i)
			newParagraph := strings.Count(prose[last.end:s.start], "\n") > 1
			if !newParagraph && r.joiner.binary(values.values) >= joinThreshold {
				last.end = s.end
				continue
			}
		}
		units = append(units, s)
	}
	return units
}

const joinThreshold = 0.5

// joinFeatures describes a unit so far and the sentence that follows it, in a message of length whole.
func (r *reading) joinFeatures(f *features, prose string, all []word, whole int, before, next span, sentence int) {
	wordsBefore, wordsNext := within(all, before), within(all, next)
	long, longNext := r.length(before, wordsBefore), r.length(next, wordsNext)
	a, b := r.lexicon.find(wordsBefore), r.lexicon.find(wordsNext)
	gap := prose[before.end:next.start]
	f.flag("new line", strings.Contains(gap, "\n"))
	f.add("length before", float64(long)/100)
	f.flag("long before", long > 200)
	f.flag("short before", long < 25)
	f.add("length next", float64(longNext)/100)
	f.flag("short next", longNext < 25)
	f.add("length joined over 250", max(0, float64(long+longNext)-250)/100)
	f.flag("opening sentence", sentence == 1)
	f.add("length of message", min(float64(whole), 2000)/500)
	f.flag("question before", strings.HasSuffix(strings.TrimSpace(prose[before.start:before.end]), "?"))
	f.flag("question next", strings.Contains(prose[next.start:next.end], "?"))
	shared := cosineOf(r, wordsBefore, wordsNext)
	f.add("similar", shared)
	for i, class := range r.lexicon.classes {
		f.flagEach("next opens ", class, "", b.opens.has(i))
	}
	for _, class := range []string{"thanks", "joke", "chatter", "concede", "withdraw", "defer", "agree", "refer", "add"} {
		f.flagEach("before has ", class, "", a.count[r.lexicon.class(class)] > 0)
	}
	for _, class := range []string{"thanks", "joke", "chatter", "concede", "withdraw", "defer", "contrast", "cause", "condition"} {
		f.flagEach("next has ", class, "", b.count[r.lexicon.class(class)] > 0)
	}
}

// usualName is how long a name is taken to be, so that who is called what changes nothing.
const usualName = 6

// length is how long a passage of these words is, in bytes, with every name of the same length.
func (r *reading) length(s span, found []word) int {
	n := s.end - s.start
	for _, w := range found {
		if r.called(w.form) != nobody {
			n += usualName - (w.end - w.start)
		}
	}
	return n
}

func cosineOf(r *reading, a, b []word) float64 {
	va, vb := r.vocabulary.vectorOf(a), r.vocabulary.vectorOf(b)
	return cosine(va, vb, va.norm(), vb.norm())
}
