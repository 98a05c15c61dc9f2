package embedded

import (
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"crux/summarize"
)

// reading is what the engine knows of a transcript. Each stage fills in its
// part, in the order in which the files of this package run.
type reading struct {
	*tables
	// source is what was said, transcript the same in turns, and parts tells
	// which messages of the source each turn is made of.
	source     *summarize.Transcript
	transcript *summarize.Transcript
	parts      [][]part
	vocabulary *vocabulary
	people     []person
	handles    map[string]int // the person whom a word calls
	messages   []message
	units      []unit
}

// person is an author, numbered in the order in which they first wrote.
type person struct {
	id string
}

// nobody is the author of messages in which nobody is named, and of bots' messages.
const nobody = -1

// message is a message as the stages see it: a turn, when somebody posted
// several in one breath.
type message struct {
	index  int
	author int // nobody, or the number of a person
	bot    bool
	// english is true unless it is plain that most of what was said up to it is in another language.
	english bool
	time    time.Time
	reply   int // the message that the platform says it replies to, -1 for none
	// opening is true for the first message of the window that a person wrote.
	opening bool
	// replyNumber counts the replies to the same message up to this one: in Slack
	// every message of a thread names its root, whatever it answers.
	replyNumber int
	first       int // its units are reading.units[first:last]
	last        int
	// whole is the message as one unit.
	whole unit
	// named are the people that it names; addressed those named where one speaks to somebody.
	named     []int
	addressed []int
	// called are those addressed by "@" or by the platform's mention.
	called []int
	// quoted holds the words that it quotes, by ">" or in quotation marks.
	quoted []unit
	// nth is how many messages its author had written before it.
	nth int
	// links are what it responds to, the likeliest first.
	links []link
	// thread and debate are the thread and the conversation that it belongs to, undecided for none.
	thread, debate int
	// argues is how likely it is that some unit of it argues.
	argues float64
	// phrased is what its phrases speak for: with or against what it responds to.
	phrased [2]float64
	// arguedByWords is what argues was before the context was known.
	arguedByWords float64
}

// unit is a passage that does one thing: a sentence, or a few that belong together.
type unit struct {
	message int
	span
	index int // among the units of its message
	words int
	cues  cues
	giving
	// reports is true where it opens by telling what somebody else says.
	reports bool
	// asks is true where it holds a question mark.
	asks bool
	// inProse is true of a quotation in quotation marks; its span stands in the message.
	inProse bool
	// digits counts its words that hold a digit.
	digits int
	terms  vector
	norm   float64 // of terms
	self   float64 // the sum of the weights in terms
	role   [roleCount]float64
	// plain is the passage as it is encoded, until its meaning is known.
	plain string
	meaning
	// phrased is what its phrases speak for.
	phrased [roleCount]float64
	// byWords is how likely it argues, before the context was known.
	byWords float64
}

// read takes a transcript apart: people, messages, their units and words.
func (tb *tables) read(source *summarize.Transcript) *reading {
	t, parts := takeTurns(source)
	r := &reading{tables: tb, source: source, transcript: t, parts: parts, handles: map[string]int{}, vocabulary: newVocabulary(tb.lexicon.function, tb.prior, tb.priorMessages)}
	r.messages = make([]message, len(t.Messages))
	r.units = make([]unit, 0, len(t.Messages)*5/2)
	numbers := r.meet()
	byID := make(map[string]int, len(t.Messages))
	replies := map[int]int{}
	wrote := make([]int, len(r.people))
	opened := false
	for i := range t.Messages {
		turn := &t.Messages[i]
		m := &r.messages[i]
		*m = message{index: i, author: nobody, bot: turn.Bot, time: turn.Time, reply: -1, thread: undecided, debate: undecided, first: len(r.units)}
		for _, p := range parts[i] {
			byID[r.source.Messages[p.source].ID] = i
		}
		if turn.ReplyTo != "" {
			if at, known := byID[turn.ReplyTo]; known && at < i {
				m.reply = at
				replies[at]++
				m.replyNumber = replies[at]
			}
		}
		if !turn.Bot {
			m.opening = !opened
			opened = true
			if n, known := numbers[turn.Author]; known {
				m.author = n
				m.nth = wrote[n]
				wrote[n]++
			}
			r.take(m, turn.Text)
		}
		m.last = len(r.units)
	}
	return r
}

// meet numbers the people who wrote and gathers the handles by which they are called.
func (r *reading) meet() map[string]int {
	numbers := map[string]int{}
	for i := range r.transcript.Messages {
		m := &r.transcript.Messages[i]
		if m.Bot || m.Author == "" {
			continue
		}
		if _, known := numbers[m.Author]; known {
			continue
		}
		numbers[m.Author] = len(r.people)
		for _, name := range []string{m.Author, r.transcript.Name(m.Author)} {
			r.handle(strings.ToLower(name), len(r.people))
			if part := firstName(name); !r.vocabulary.isOrdinary(part) {
				r.handle(part, len(r.people))
			}
		}
		r.people = append(r.people, person{id: m.Author})
	}
	return numbers
}

// handle notes that a word calls a person, unless it calls another already or says nothing.
func (r *reading) handle(word string, person int) {
	if _, taken := r.handles[word]; !taken && !r.vocabulary.isFunctionWord(word) {
		r.handles[word] = person
	}
}

// firstName is the first part of a name that is long enough to be one, in lower case.
func firstName(name string) string {
	for _, part := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(part) >= 3 {
			return part
		}
	}
	return ""
}

// take reads one message's text: what it quotes, whom it names, its units.
func (r *reading) take(m *message, text string) {
	c := clean(text)
	all := r.vocabulary.split(c.prose)
	m.english = r.vocabulary.english()
	r.findNames(m, c, all)
	r.vocabulary.count(m.index, all)
	m.whole = r.unit(c.prose, all, span{0, len(c.prose)})
	m.whole.message = m.index
	if m.english {
		r.stancePhrases.scores(r, all, m.phrased[:])
	}
	for _, line := range c.quoted {
		m.quoted = append(m.quoted, r.unit(line, r.vocabulary.split(line), span{0, len(line)}))
	}
	quoted := quotations(c.prose)
	for _, s := range quoted {
		q := r.unit(c.prose, within(all, s), s)
		q.inProse = true
		m.quoted = append(m.quoted, q)
	}
	passages := r.join(c.prose, all, sentences(c.prose))
	shown := c.shown(text, passages)
	for i, s := range passages {
		found := within(all, s)
		u := r.unit(c.prose, found, s)
		u.message, u.index, u.span = m.index, i, shown[i]
		u.plain = r.plain(c.prose, found, s)
		u.giving, u.reports = r.giving(&u, c.prose, found, quoted), r.reports(&u, found)
		if m.english {
			r.rolePhrases.scores(r, found, u.phrased[:])
		}
		r.units = append(r.units, u)
	}
}

// unit weighs the words of a passage of prose.
func (r *reading) unit(prose string, found []word, s span) unit {
	u := unit{span: s, words: len(found), cues: r.lexicon.find(found), terms: r.vocabulary.vectorOf(found)}
	u.norm, u.self = u.terms.norm(), u.terms.total()
	u.asks = asks(prose[s.start:s.end])
	for _, w := range found {
		if strings.ContainsAny(w.form, "0123456789") {
			u.digits++
		}
	}
	return u
}

// somebody stands for every name in what is encoded: who is called what must
// change nothing.
const somebody = "they"

// plain is a passage of prose with its names replaced.
func (r *reading) plain(prose string, found []word, s span) string {
	var b strings.Builder
	from := s.start
	for _, w := range found {
		if r.called(w.form) != nobody {
			b.WriteString(prose[from:w.start])
			b.WriteString(somebody)
			from = w.end
		}
	}
	if from == s.start {
		return prose[s.start:s.end]
	}
	b.WriteString(prose[from:s.end])
	return b.String()
}

// asks is true for a text with a question mark that ends no quotation.
func asks(text string) bool {
	for i, c := range text {
		if (c == '?' || c == '？') && !strings.ContainsRune("\"”’»", firstRune(text[i+utf8.RuneLen(c):])) {
			return true
		}
	}
	return false
}

// within is the part of the words that stands inside s.
func within(found []word, s span) []word {
	from := sort.Search(len(found), func(i int) bool { return found[i].start >= s.start })
	to := from + sort.Search(len(found)-from, func(i int) bool { return found[from+i].end > s.end })
	return found[from:to]
}

// findNames notes whom the message names, and takes their names out of its
// topic: who is called what must change nothing else.
func (r *reading) findNames(m *message, c cleaned, all []word) {
	for _, id := range c.mentions {
		for n, p := range r.people {
			if p.id == id {
				m.named, m.addressed, m.called = append(m.named, n), append(m.addressed, n), append(m.called, n)
			}
		}
	}
	for i := range all {
		n := r.called(all[i].form)
		if n == nobody {
			continue
		}
		all[i].term = noTerm
		if n == m.author {
			continue
		}
		m.named = append(m.named, n)
		at := all[i].start > 0 && c.prose[all[i].start-1] == '@'
		if at || i < openingWords || i == len(all)-1 {
			m.addressed = append(m.addressed, n)
		}
		if at {
			m.called = append(m.called, n)
		}
	}
}

// called finds the person whom a word names, or nobody.
func (r *reading) called(form string) int {
	if n, known := r.handles[strings.TrimSuffix(form, "'s")]; known {
		return n
	}
	return nobody
}

// closing are the marks that end a quotation, by the one that begins it.
var closing = map[rune]string{'"': "\"”", '“': "\"”", '„': "“”\"", '«': "»"}

// quotations finds what stands in double quotation marks.
func quotations(prose string) []span {
	var found []span
	open, ends := -1, ""
	for i, c := range prose {
		switch {
		case open >= 0 && strings.ContainsRune(ends, c):
			if i-open > 3 {
				found = append(found, span{open, i})
			}
			open = -1
		case closing[c] != "":
			open, ends = i+utf8.RuneLen(c), closing[c]
		}
	}
	return found
}

// text is the words of a unit as written.
func (r *reading) text(u *unit) string {
	return r.transcript.Messages[u.message].Text[u.start:u.end]
}
