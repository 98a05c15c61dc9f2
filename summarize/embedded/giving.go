package embedded

import (
	"slices"
	"strings"
)

// giving tells in which of the known ways the author of a passage gives in.
type giving struct{ concedes, withdraws, agrees bool }

// giving looks in the words of u for cues by which its author gives in: not
// somebody else, in somebody's words, in a question, or if something were so.
// Where the cues are evidence among other evidence, this is for what would be
// put into people's mouths. quoted are the quotations in prose.
func (r *reading) giving(u *unit, prose string, text []word, quoted []span) giving {
	var g giving
	agree, concede, withdraw := r.lexicon.class("agree"), r.lexicon.class("concede"), r.lexicon.class("withdraw")
	if u.cues.count[agree]+u.cues.count[concede]+u.cues.count[withdraw] == 0 {
		return g
	}
	contrast := u.cues.count[r.lexicon.class("contrast")] > 0
	for i := range text {
		r.lexicon.at(text, i, func(p phrase) {
			if p.class != agree && p.class != concede && p.class != withdraw {
				return
			}
			cue := cueAt{prose: prose, text: text, from: i, to: i + 1 + len(p.rest)}
			if !cue.isOwn() || cue.inQuestion(p.class == agree) || slices.ContainsFunc(quoted, func(q span) bool { return q.start <= text[i].start && text[i].start < q.end }) {
				return
			}
			// "It's true that …, but …" is no concession, and of "yes" little is left by what turns against it later, too.
			g.concedes = g.concedes || p.class == concede && !cue.butFollows()
			g.withdraws = g.withdraws || p.class == withdraw
			g.agrees = g.agrees || p.class == agree && i < openingWords && !contrast
		})
	}
	return g
}

// cueAt is a cue where it stands: the words from from up to to.
type cueAt struct {
	prose    string
	text     []word
	from, to int
}

// isOwn is true of a cue that says something of its author, here and now.
func (c cueAt) isOwn() bool {
	first, last := c.text[c.from].form, c.text[c.to-1].form
	next := ""
	if c.to < len(c.text) && strings.TrimSpace(c.between(c.to-1)) == "" {
		next = c.text[c.to].form
	}
	if turning[next] || turningAfter[last][next] {
		return false
	}
	before, convincedMe := c.clauseBefore(), last == "convinced" && next == "me"
	for k, w := range before {
		reported := reportedVerb[w.form] && (k == 0 || !isSelf[before[k-1].form])
		if reported || ifs[w.form] || w.form == "nobody" {
			return false
		}
		// "You've got a point" and "you have convinced me" speak of others, and yet for oneself.
		if others[w.form] && last != "point" && last != "mind" && !convincedMe {
			return false
		}
	}
	if demands[first] && startsClause(before) {
		return false // "take that back!"
	}
	tellsWhose := func(w word) bool { return isSelf[w.form] || verdicts[w.form] }
	return convincedMe || slices.ContainsFunc(c.text[c.from:c.to], tellsWhose) || subjectIsSelf(before)
}

// startsClause is true where nothing but fillers stands before a cue.
func startsClause(before []word) bool {
	return !slices.ContainsFunc(before, func(w word) bool { return !fillers[w.form] })
}

// subjectIsSelf is true of what stands before a verb without a subject of its
// own if that is its author, or left out: "I am fully satisfied", "my claim was
// wrong", "withdrawn", but not "attackers are satisfied".
func subjectIsSelf(before []word) bool {
	unknown := 0
	for k := len(before) - 1; k >= 0; k-- {
		switch form := before[k].form; {
		case form == "i'd":
			return false // "I'd be convinced by data"
		case isSelf[form]:
			return unknown == 0 || unknown <= 2 && (form == "my" || form == "our" || form == "consider")
		case !fillers[form] && !auxiliaries[form]:
			unknown++
		}
	}
	return unknown == 0 && !slices.ContainsFunc(before, func(w word) bool { return auxiliaries[w.form] })
}

const (
	clauseReach   = 12  // how many words before a cue its clause goes back at most
	sentenceReach = 300 // how many bytes after it the sentence goes on at most
)

// clauseBefore is what stands before the cue in its clause.
func (c cueAt) clauseBefore() []word {
	from := c.from
	for from > 0 && c.from-from < clauseReach && !clauseOpeners[c.text[from].form] {
		between := c.between(from - 1)
		// "Ben says: fair enough"
		if strings.ContainsAny(between, ",.;!?…()\n—–") || strings.Contains(between, ":") && !reportedVerb[c.text[from-1].form] {
			break
		}
		from--
	}
	return c.text[from:c.from]
}

// between is what stands between the i-th word and the next.
func (c cueAt) between(i int) string { return c.prose[c.text[i].end:c.text[i+1].start] }

// inQuestion is true where the cue's clause, or the whole sentence, ends in a question mark.
func (c cueAt) inQuestion(whole bool) bool {
	rest := c.prose[c.text[c.from].start:]
	rest = rest[:min(len(rest), sentenceReach)]
	for i, r := range rest {
		switch r {
		case '?', '？':
			return true
		case '!', '…', '\n', '。', '！':
			return false
		case '.':
			if i+1 == len(rest) || rest[i+1] == ' ' || rest[i+1] == '\n' {
				return false // unlike "v1.5"
			}
		case ',', ';':
			if !whole {
				return false // "fair enough, what about the disks?"
			}
		}
	}
	return false
}

// butFollows is true where the cue's sentence turns against it.
func (c cueAt) butFollows() bool {
	for k := c.to; k < len(c.text) && c.text[k].start-c.text[c.to-1].end < sentenceReach; k++ {
		between := c.between(k - 1)
		if strings.ContainsAny(between, ".!?…\n") {
			return false
		}
		opens := strings.ContainsAny(between, ",;:()—–-")
		switch form := c.text[k].form; {
		case form == "but":
			if c.text[k-1].form != "help" && (k+1 == len(c.text) || c.text[k+1].form != "also") {
				return true
			}
		case opens && buts[form]:
			return true
		}
	}
	return false
}

// The words by which isOwn tells whose a cue is.
var (
	isSelf = wordSet("i i'm im i've ive i'll ill i'd id my me mine myself we we're we've we'll our us consider")
	others = wordSet("you you've youve you'd you'll youll u he he's she she's they they've they're who everybody everyone somebody someone people")
	// verdicts make a cue one of its author: on what somebody else said, or what one asks for.
	verdicts = wordSet("you you're youre ur your he's she's they're that that's thats it it's fair good point right granted true ok k yes yeah hm hmm " +
		"alright touché touche mea nvm nevermind mind ignore disregard scratch strike forget problem objection objections complaint issue then gone list")
	// demands are what others are told to do, unless somebody says it of themselves.
	demands = wordSet("take withdraw retract concede drop")
	fillers = wordSet("ok okay k yes yeah yep well then so and right fine hm hmm oh ah sure honestly also anyway now alright fair ha huh wow damn but still " +
		"all too just really fully completely totally simply objection claim point question concern argument comment")
	auxiliaries = wordSet("am is are was were be been have has had do did must will shall should to hereby")
	ifs         = wordSet("if unless whether would wouldn't could couldn't might suppose supposing refuse refusing expect doubt where when until once")
	buts        = wordSet("however yet nevertheless nonetheless")
	// clauseOpeners begin a clause without a comma.
	clauseOpeners = wordSet("but and or so because since while although though")
	// turning words after a cue make it another thing: "I concede nothing", "ok then why"; some do so only after one word.
	turning      = wordSet("nothing none neither why what how who where when")
	turningAfter = map[string]map[string]bool{
		"right":   wordSet("now away there here after before"),
		"me":      wordSet("wrong all"),
		"nothing": wordSet("against but to"),
	}
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}
