package embedded

import (
	"slices"
	"strings"
)

// giving tells in which of the known ways the author of a passage gives in.
type giving struct{ concedes, withdraws, agrees bool }

// giving looks for cues by which the author gives in: not somebody else, in
// somebody's words, in a question, or if something were so. Other than the
// cues, it is asked for only where a wrong yes would be put into people's mouths.
func (r *reading) giving(prose string, text []word) giving {
	var g giving
	agree, concede, withdraw := r.lexicon.class("agree"), r.lexicon.class("concede"), r.lexicon.class("withdraw")
	contrast := r.lexicon.find(text).count[r.lexicon.class("contrast")] > 0
	quoted := quotations(prose)
	for i := range text {
		r.lexicon.at(text, i, func(p phrase) {
			if p.class != agree && p.class != concede && p.class != withdraw || !r.isOwn(prose, text, quoted, i, p) {
				return
			}
			// "It's true that …, but …" is no concession, and of "yes" little is left by what turns against it later, too.
			g.concedes = g.concedes || p.class == concede && !butFollows(prose, text[i+len(p.rest):])
			g.withdraws = g.withdraws || p.class == withdraw
			g.agrees = g.agrees || p.class == agree && i < openingWords && !contrast
		})
	}
	return g
}

// isOwn is true of a cue at the i-th word that says something of its author, here and now.
func (r *reading) isOwn(prose string, text []word, quoted []span, i int, p phrase) bool {
	start, last := text[i].start, i+len(p.rest)
	if slices.ContainsFunc(quoted, func(q span) bool { return q.start <= start && start < q.end }) || inQuestion(prose[start:]) {
		return false
	}
	if last+1 < len(text) && strings.TrimSpace(prose[text[last].end:text[last+1].start]) == "" && turns(text[last].form, text[last+1].form) {
		return false
	}
	before := clauseBefore(prose, text, i)
	self, bare := false, !complete(text[i:last+1])
	for k, w := range before {
		switch {
		case others[w.form] || ifs[w.form]:
			return false
		case isSelf[w.form]:
			self = true
		case !fillers[w.form] && !self && bare && k == len(before)-1:
			return false // "attackers are satisfied": of whom a verb without a subject speaks, only what is before it can tell
		}
	}
	return true
}

// turns is true of a word after a cue that makes it another thing: "I concede nothing", "right now".
func turns(cue, next string) bool {
	return turning[next] || cue == "right" && turningRight[next]
}

// butFollows is true where the sentence that the first word stands in turns against it.
func butFollows(prose string, text []word) bool {
	for k := 1; k < len(text) && !strings.ContainsAny(prose[text[k-1].end:text[k].start], ".!?…\n"); k++ {
		if buts[text[k].form] {
			return true
		}
	}
	return false
}

// inQuestion is true where the sentence that a text goes on with ends in a question mark.
func inQuestion(rest string) bool {
	end := strings.IndexAny(rest, ".!?…\n")
	return end >= 0 && rest[end] == '?'
}

// clauseBefore is what stands before the i-th word in its clause.
func clauseBefore(prose string, text []word, i int) []word {
	from := i
	for from > 0 && !clauseOpeners[text[from].form] && !strings.ContainsAny(prose[text[from-1].end:text[from].start], ",.;:!?…()\n—–") {
		from--
	}
	return text[from:i]
}

// complete is true of a cue that tells of itself whose it is: "I take it back", "fair enough".
func complete(cue []word) bool {
	return slices.ContainsFunc(cue, func(w word) bool { return isSelf[w.form] || telling[w.form] })
}

// The words by which isOwn tells whose a cue is.
var (
	isSelf = wordSet("i i'm im i've ive i'll ill i'd id my me mine myself we we're we've we'll our us consider")
	others = wordSet("you you've youve you'd you'll youll u he he's she she's they they've they're who nobody everybody everyone somebody someone people")
	// telling words make a cue one of its author: verdicts on what somebody else said, and what one asks for.
	telling = wordSet("you you're youre ur your he's she's they're that that's thats it it's fair good point right granted true ok k yes yeah hm hmm " +
		"alright touché touche mea nvm nevermind mind ignore disregard scratch strike forget problem objection objections complaint issue then gone list")
	fillers = wordSet("ok okay k yes yeah yep well then so and right fine hm hmm oh ah sure honestly also anyway now alright fair ha huh but still all too just")
	buts    = wordSet("but however yet nevertheless nonetheless")
	ifs     = wordSet("if unless whether would wouldn't could couldn't might suppose supposing")
	// clauseOpeners begin a clause without a comma.
	clauseOpeners = wordSet("but and or so because since while although though")
	turning       = wordSet("nothing none neither why what how who where when")
	turningRight  = wordSet("now away there here after before")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}
