package bot

import (
	"strings"
	"time"
)

// Typed is what somebody asks for in free words.
type Typed struct {
	// Help asks what crux can do; then nothing else is set.
	Help    bool
	Command Command
	// Window is which messages to read, zero where none are named.
	Window Window
	// Topic is as in Request.
	Topic string
	// Place is the channel that is mentioned, or the place that a link leads to. It has no Server, and is
	// zero where none is named.
	Place Place
	// Message is the message that Answered is about, "" where no link names one.
	Message string
	// Share asks for an answer that everyone sees.
	Share bool
	// Digest is what Digests asks for, Privacy what Privacy does; each is nil for other commands.
	// Places in Digest have no Server. Item and Correction are for buttons alone: nobody types them.
	Digest     *DigestOrder
	Privacy    *PrivacyOrder
	Item       string
	Correction Correction
}

const (
	// mostWords and longestRequest, in bytes, are more than any request needs.
	mostWords      = 80
	longestRequest = 1000
	// longestWindow is more words than any window needs.
	longestWindow = 10
	// longestTopic is as many characters of a topic as are taken.
	longestTopic = 200
)

// ParseWords reads what people type after crux's name or /debate, on any platform: a command in its own
// word or in many others ("summary", "what's still open", "what did I miss"), and in any order
// what ParseWindow takes, "about" and a topic, a channel mentioned in the platform's markup, a
// link to a message, and "share". Politeness is ignored. No words mean a summary. Days begin in zone, nil for UTC.
// Digests and what crux keeps are asked for in sentences of their own: "digest of #debates to #news
// weekdays 8:30", "what do you keep about me", "opt out".
//
// Every word must be understood: an error is a *Refusal, which names the nearest thing that
// can be asked. So nothing is done on a guess, or because somebody only chats.
func ParseWords(words string, now time.Time, zone *time.Location) (Typed, error) {
	if w, err := ParseWindow(words, now, zone); err == nil {
		place, _, _ := ParseLink(words)
		place.Server = ""
		return Typed{Command: Summary, Window: w, Place: place}, nil
	}
	p := wordParser{now: now, zone: zone, tokens: tokensOf(words), futile: map[state]bool{}}
	switch {
	case len(words) > longestRequest || len(p.tokens) > mostWords:
		return Typed{}, unknownWords(words)
	case len(p.tokens) == 0 && strings.Trim(words, "? \t\r\n") == "":
		return Typed{Help: true}, nil
	case len(p.tokens) == 0:
		return Typed{}, nothingAsked()
	}
	order, notPrivacy := parsePrivacy(p.tokens)
	if order != nil {
		return Typed{Command: Privacy, Privacy: order}, nil
	}
	ordered, notDigest := parseDigest(words)
	if ordered != nil {
		return Typed{Command: Digests, Digest: ordered}, nil
	}
	typed, ok := p.rest(0, meaning{})
	switch {
	case ok && p.never == nil:
		return typed, nil
	case notPrivacy != nil:
		return Typed{}, notPrivacy
	case notDigest != nil:
		return Typed{}, notDigest
	case p.never != nil:
		return Typed{}, p.never
	}
	return Typed{}, p.refusal()
}

// meaning is what was understood so far.
type meaning struct {
	Typed
	// missed asks for what the asker missed, unless a Window says otherwise.
	missed bool
	// chatty is true where the words held manners.
	chatty bool
	// alone is true where the asker said that nobody else is to see the answer.
	alone bool
}

// wordParser reads tokens from the left. Where they can mean several things, it takes the first with
// which all that follows has a meaning.
type wordParser struct {
	now    time.Time
	zone   *time.Location
	tokens []token
	// failed is the furthest token at which nothing was understood, after is what was
	// understood before it, and why says more, where anything can be said.
	failed int
	after  meaning
	why    *Refusal
	// futile is where nothing that follows has a meaning, so that it is tried once.
	futile map[state]bool
	// never is set where the words would have a meaning that they must not be given.
	never *Refusal
}

// state is how far a wordParser is, and what it understood by then.
type state struct {
	at int
	meaning
}

// rest is the meaning of all tokens from i on, together with what was understood before.
func (p *wordParser) rest(i int, m meaning) (Typed, bool) {
	if i == len(p.tokens) {
		return p.finish(m)
	}
	if p.futile[state{i, m}] {
		return Typed{}, false
	}
	for _, step := range []func(int, meaning) (int, meaning){p.commandAt, p.shareAt, p.placeAt, p.windowAt, p.fillerAt} {
		n, next := step(i, m)
		if p.never != nil {
			return Typed{}, false
		}
		if n == 0 {
			continue
		}
		if typed, ok := p.rest(i+n, next); ok || p.never != nil {
			return typed, ok
		}
	}
	if typed, ok := p.topicAt(i, m); ok || p.never != nil {
		return typed, ok
	}
	p.fail(i, m, p.hint(i))
	p.futile[state{i, m}] = true
	return Typed{}, false
}

func (p *wordParser) fail(i int, m meaning, why *Refusal) {
	if i > p.failed || (i == p.failed && p.why == nil) {
		p.failed, p.after, p.why = i, m, why
	}
}

// text is the words from i on in normal form.
func (p *wordParser) text(i int) string {
	return textOf(p.tokens[i:])
}

// typed is what was typed from i up to j, without the punctuation around it.
func (p *wordParser) typed(i, j int) string {
	return trimmed(typedOf(p.tokens[i:j]))
}

func (p *wordParser) commandAt(i int, m meaning) (int, meaning) {
	text, most, found := p.text(i), 0, phrase{}
	for _, said := range phrases {
		if n := wordsIn(said.words, text); n > most {
			most, found = n, said
		}
	}
	if most == 0 {
		return 0, m
	}
	if (m.Help || m.Command != "") && (m.Help != found.help || m.Command != found.command) {
		p.fail(i, m, Refusef("Ask for one thing at a time."))
		return 0, m
	}
	m.Help, m.Command, m.missed = found.help, found.command, m.missed || found.missed
	for _, t := range p.tokens[i : i+most] {
		if !t.isLink {
			continue
		}
		link := trimmed(t.raw)
		if w, err := ParseWindow(link, p.now, p.zone); err != nil || w.From == "" || !p.link(i, &m, link) {
			return 0, m
		}
	}
	return most, m
}

func (p *wordParser) shareAt(i int, m meaning) (int, meaning) {
	if n := wordsIn(privately, p.text(i)); n > 0 {
		m.alone = true
		p.refuseBoth(m)
		return n, m
	}
	n := wordsIn(sharing, p.text(i))
	m.Share = m.Share || n > 0
	p.refuseBoth(m)
	return n, m
}

// refuseBoth refuses what is to be for the asker alone and for all.
func (p *wordParser) refuseBoth(m meaning) {
	if m.alone && m.Share {
		p.never = Refusef("Say either that all are to see the answer, or only you.")
	}
}

func (p *wordParser) placeAt(i int, m meaning) (int, meaning) {
	at := i
	if at+1 < len(p.tokens) {
		at += wordsIn(placing, p.tokens[at].word)
	}
	channel := p.tokens[at].channel
	if channel == "" {
		return 0, m
	}
	if m.Place.Channel != "" && m.Place.Channel != channel {
		p.fail(i, m, Refusef("Name one channel at a time."))
		return 0, m
	}
	m.Place.Channel = channel
	return at + 1 - i, m
}

// link notes the message to which a link at i leads. It is false where there is another already.
func (p *wordParser) link(i int, m *meaning, link string) bool {
	place, message, ok := ParseLink(link)
	if !ok {
		return true // no link but other words
	}
	place.Server = ""
	if m.Place.Channel != "" && m.Place.Channel != place.Channel {
		p.fail(i, *m, Refusef("Name one channel at a time: that link leads to another."))
		return false
	}
	if m.Window != (Window{}) {
		return false
	}
	m.Place, m.Window = place, Window{From: message}
	return true
}

func (p *wordParser) windowAt(i int, m meaning) (int, meaning) {
	if m.Window != (Window{}) {
		other := m
		other.Window, other.Place = Window{}, Place{}
		if n, _ := p.windowFrom(i, other); n > 0 {
			p.fail(i, m, Refusef("Name one stretch of messages at a time."))
		}
		return 0, m
	}
	if n, next := p.windowFrom(i, m); n > 0 || p.never != nil {
		return n, next
	}
	before := wordsIn(placing, p.tokens[i].word)
	if before == 0 || i+1 == len(p.tokens) {
		return 0, m
	}
	if p.tokens[i].word == "about" && wordsIn(endsTopic, p.text(i+1)) == 0 {
		return 0, m // "about monday" is a topic, "about the last 3 days" is none
	}
	n, next := p.windowFrom(i+1, m)
	if n == 0 {
		return 0, m
	}
	// "on 2026" and "on 3d printing" begin a topic, "on monday" does not.
	said := normal(p.typed(i+1, i+1+n))
	_, isSpan := ParseSpan(said)
	if isCount := countOfSome.FindStringSubmatch(said); isCount != nil && isCount[2] == "" || isSpan && p.tokens[i].word == "on" {
		return 0, m
	}
	return n + 1, next
}

// windowFrom takes as many words from i on as are a window together.
func (p *wordParser) windowFrom(i int, m meaning) (int, meaning) {
	for n := min(longestWindow, len(p.tokens)-i); n > 0; n-- {
		if p.linksAmid(i, n) {
			continue
		}
		said := p.typed(i, i+n)
		w, err := ParseWindow(said, p.now, p.zone)
		next := m
		switch {
		case err == nil && w != (Window{}):
			if !p.link(i, &next, said) {
				return 0, m
			}
			next.Window = w
			return n, next
		case err != nil && err.Error() != notUnderstood(said).Error():
			// It is a window, though one that can't be had. That is said where the rest has a meaning.
			next.Window = Window{Last: 1}
			if _, ok := p.rest(i+n, next); ok {
				p.never = refusal(err)
				return 0, m
			}
		}
	}
	return 0, m
}

// linksAmid reports whether n words from i on hold a link and more than "since".
func (p *wordParser) linksAmid(i, n int) bool {
	for _, t := range p.tokens[i : i+n] {
		if t.isLink {
			return n > 2 || (n == 2 && (!p.tokens[i+1].isLink || wordsIn(sinceOrFrom, p.tokens[i].word) == 0))
		}
	}
	return false
}

// fillerAt takes what changes nothing.
func (p *wordParser) fillerAt(i int, m meaning) (int, meaning) {
	text := p.text(i)
	isWatched := m.Command == Watched || m.Help
	if n := wordsIn(hereabouts, text); n > 0 && m.Command != "" && !isWatched {
		return n, m
	}
	if n := wordsIn(heard, text); n > 0 && (m.Command == Summary || m.Command == Answered) {
		return n, m
	}
	if m.Command != "" && text == "about" && strings.Contains(p.text(0), "what") { // what are people arguing about?
		return 1, m
	}
	if n := wordsIn(asking, text); n > 0 {
		return n, m
	}
	n := wordsIn(manners, text)
	m.chatty = m.chatty || n > 0
	return n, m
}

// topicAt takes a topic to the end of the words, or up to something else that has a meaning.
func (p *wordParser) topicAt(i int, m meaning) (Typed, bool) {
	isReport := m.Command == Summary || m.Command == Open || m.Command == Mine
	n := wordsIn(topical, p.text(i))
	if n == 0 || !isReport || m.Topic != "" {
		return Typed{}, false
	}
	start := i + n
	for start < len(p.tokens) && wordsIn(article, p.tokens[start].word) > 0 {
		start++
	}
	for end := start + 1; end <= len(p.tokens); end++ {
		if end < len(p.tokens) && !p.endsTopic(end) {
			continue
		}
		next := m
		next.Topic = p.topic(start, end)
		if typed, ok := p.rest(end, next); ok || p.never != nil {
			return typed, ok
		}
	}
	return Typed{}, false
}

// endsTopic reports whether something else may begin at i, within a topic.
func (p *wordParser) endsTopic(i int) bool {
	text := p.text(i)
	if word, after, _ := strings.Cut(text, " "); wordsIn(placing, word) > 0 {
		if word == "in" && isChannelName(after) {
			p.never = unlinked(p.tokens[i+1].raw)
			return true
		}
		if strings.HasPrefix(after, channelWord) {
			return true
		}
	}
	if t := p.tokens[i]; t.channel != "" {
		return true
	} else if t.isLink {
		_, _, isMessage := ParseLink(p.typed(i, i+1))
		return isMessage
	}
	return wordsIn(endsTopic, text) > 0 || wordsIn(sharingPlainly, text) > 0 || wordsIn(closing, text) > 0
}
