package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"crux/bot/digest"
)

// exampleDigest is how a digest may be asked for.
const exampleDigest = "“digest of #debates to #news weekdays 8:30”"

// digestParser reads what somebody asks of digests, from the left: channels, a schedule, a
// time zone, what to include, in any order.
type digestParser struct {
	tokens []token
	order  DigestOrder
	// asks is true once the word digest was read, verb once an action was.
	asks, verb bool
	// isPlural is true for "digests".
	isPlural bool
	// to is true while channels are where to post, isTo once one was named, and isHere where
	// the place in which somebody asks was named as a source.
	to, isTo, isHere bool
	// when are the words of the schedule.
	when []string
	// only are the parts asked for, nil for all; without are those to leave out.
	only, without []DigestPart
}

// parseDigest is what words ask of digests, nil where that is not all that they ask. why is
// set where they ask for a digest, though in a way that is not understood.
func parseDigest(words string) (order *DigestOrder, why *Refusal) {
	p := digestParser{tokens: digestTokens(words)}
	for i := 0; i < len(p.tokens); {
		n, refused := p.step(i)
		switch {
		case refused != nil:
			return nil, p.unless(i, refused)
		case n == 0:
			return nil, p.unless(i, p.unknown(i))
		}
		i += n
	}
	if !p.asks {
		return nil, nil
	}
	if refused := p.finish(); refused != nil {
		return nil, refused
	}
	return &p.order, nil
}

// unless is a refusal of what stands at i, nil where it is not about digests at all.
func (p *digestParser) unless(i int, refused *Refusal) *Refusal {
	if p.asks || p.verb && slices.ContainsFunc(p.tokens[i:], func(t token) bool { return wordsIn(aDigest, t.word) > 0 }) {
		return refused
	}
	return nil
}

// arrow stands between channels for "to".
var arrow = regexp.MustCompile(`(^|[\s>])(?:[-=]+(?:>|&gt;)|→|➡️?)(\s|<|$)`)

// digestTokens leaves out punctuation, but not the stars of cron.
func digestTokens(words string) []token {
	all := everyToken(arrow.ReplaceAllString(words, "$1 to $2"))
	return slices.DeleteFunc(all, func(t token) bool {
		return len(tokensOf(t.raw)) == 0 && strings.Trim(t.raw, "`") != "*"
	})
}

// step takes what stands at i, and says how many tokens that is; 0 where it has no meaning.
func (p *digestParser) step(i int) (int, *Refusal) {
	for _, take := range []func(i int) (int, *Refusal){
		p.quietAt, p.partsAt, p.dryAt, p.actionAt, p.allAt, p.channelAt, p.hereAt, p.zoneAt, p.numberAt, p.scheduleAt,
	} {
		if n, refused := take(i); n > 0 || refused != nil {
			return n, refused
		}
	}
	text := textOf(p.tokens[i:])
	return max(wordsIn(digestFillers, text), wordsIn(asking, text), wordsIn(manners, text)), nil
}

func (p *digestParser) quietAt(i int) (int, *Refusal) {
	n := wordsIn(quietly, textOf(p.tokens[i:]))
	p.order.Quiet = p.order.Quiet || n > 0
	return n, nil
}

func (p *digestParser) dryAt(i int) (int, *Refusal) {
	n := wordsIn(dryly, textOf(p.tokens[i:]))
	p.order.Dry = p.order.Dry || n > 0
	return n, nil
}

// actionAt takes the word digest, and what to do with one.
func (p *digestParser) actionAt(i int) (int, *Refusal) {
	text := textOf(p.tokens[i:])
	if n := wordsIn(aDigest, text); n > 0 {
		p.asks, p.isPlural = true, p.isPlural || p.tokens[i+n-1].word == "digests"
		return n, nil
	}
	for _, said := range actions {
		n := wordsIn(said.words, text)
		if n == 0 {
			continue
		}
		if p.verb && p.order.Action != said.action {
			return 0, Refusef("Ask for one thing at a time: either to %s or to %s.", p.order.Action, said.action)
		}
		p.verb, p.order.Action = true, said.action
		p.asks = p.asks || strings.Contains(textOf(p.tokens[i:i+n]), "digest")
		return n, nil
	}
	return 0, nil
}

func (p *digestParser) allAt(i int) (int, *Refusal) {
	text := textOf(p.tokens[i:])
	n := wordsIn(allOfIt, text)
	if last := i + n; n > 0 && p.tokens[last-1].word == "every" {
		return 0, nil // as in "every 6h"
	}
	p.order.All = p.order.All || n > 0
	return n, nil
}

// channelAt takes a channel that is mentioned, and the words before it.
func (p *digestParser) channelAt(i int) (int, *Refusal) {
	at, to := p.introduced(i)
	if at == len(p.tokens) {
		return 0, nil
	}
	if name := p.tokens[at].word; isChannelName(name) && name != "#" {
		return 0, unlinked(p.tokens[at].raw)
	}
	channel := p.tokens[at].channel
	if channel == "" {
		return 0, nil
	}
	place := Place{Channel: channel}
	p.to = to
	switch {
	case to && p.isTo && p.order.To != place:
		return 0, Refusef("Name one channel to post in.")
	case to:
		p.order.To, p.isTo = place, true
	case !slices.Contains(p.order.From, place):
		p.order.From = append(p.order.From, place)
	}
	return at + 1 - i, nil
}

// hereAt takes the place in which somebody asks.
func (p *digestParser) hereAt(i int) (int, *Refusal) {
	at, to := p.introduced(i)
	n := wordsIn(thisOne, textOf(p.tokens[at:]))
	switch {
	case n == 0:
		return 0, nil
	case to && p.isTo && p.order.To != (Place{}):
		return 0, Refusef("Name one channel to post in.")
	case to || at == i:
		p.isTo = true
	default:
		p.isHere = true
	}
	return at + n - i, nil
}

// introduced passes over the words that may stand before a channel at i, and says whether
// they make it where to post. Without any it is what the one before it was.
func (p *digestParser) introduced(i int) (at int, to bool) {
	to = p.to
	for at = i; at < len(p.tokens) && wordsIn(between, p.tokens[at].word) > 0; at++ {
		switch word := p.tokens[at].word; {
		case wordsIn(toward, word) > 0:
			to = true
		case wordsIn(outOf, word) > 0:
			to = false
		}
	}
	return at, to
}

// zoneAt takes a time zone.
func (p *digestParser) zoneAt(i int) (int, *Refusal) {
	at := i + wordsIn(beforeZone, textOf(p.tokens[i:]))
	if at == len(p.tokens) {
		return 0, nil
	}
	typed := strings.Trim(unescaped(p.tokens[at].raw), around+".")
	zone, isZone := zoneNamed(typed)
	switch {
	case !isZone && looksLikeZone(typed):
		return 0, Refusef("I don't know the time zone %s. Name one such as Europe/Berlin, America/New_York or UTC.", repeated(typed))
	case !isZone:
		return 0, nil
	case p.order.Zone != "" && p.order.Zone != zone:
		return 0, Refusef("Name one time zone.")
	}
	p.order.Zone = zone
	return at + 1 + wordsIn(afterZone, textOf(p.tokens[at+1:])) - i, nil
}

var (
	beforeZone = anyOf(`(?:in |at )?(?:the )?(?:time ?)?zone(?: of)?`, `tz|in|at`)
	afterZone  = anyOf(`(?:local )?time`)
)

// numberAt takes the number of a digest. That of a time of day it leaves alone.
func (p *digestParser) numberAt(i int) (int, *Refusal) {
	n := wordsIn(numbered, textOf(p.tokens[i:]))
	if n == 0 || n == 1 && !p.isNumber(i) || p.isCron(i) {
		return 0, nil
	}
	digits := strings.TrimPrefix(p.tokens[i+n-1].word, "#")
	number, err := strconv.Atoi(digits)
	if err != nil || number == 0 {
		return 0, Refusef("Digests are numbered from 1 on.")
	}
	if p.order.Number != 0 && p.order.Number != number {
		return 0, Refusef("Name one digest at a time.")
	}
	p.order.Number = number
	return n, nil
}

// isNumber: what stands right after "digest" is its number, and so is any for who would pause,
// say, but not set up a digest.
func (p *digestParser) isNumber(i int) bool {
	return i > 0 && wordsIn(aDigest, p.tokens[i-1].word) > 0 || strings.HasPrefix(p.tokens[i].word, "#") || p.verb && p.order.Action != DigestAdd
}

// isCron reports whether a cron expression begins at i.
func (p *digestParser) isCron(i int) bool {
	const fields = 5
	return i+fields <= len(p.tokens) && !slices.ContainsFunc(p.tokens[i:i+fields-1], func(t token) bool { return !cronField.MatchString(t.raw) })
}

var cronField = regexp.MustCompile("^`?[0-9*][0-9*/,-]*$")

// scheduleAt takes as many words as are a schedule, together with those taken before.
func (p *digestParser) scheduleAt(i int) (int, *Refusal) {
	if wordsIn(beforeAny, p.tokens[i].word) > 0 {
		return 0, nil
	}
	end := i
	for end < len(p.tokens) && end < i+longestSchedule && p.tokens[end].channel == "" && wordsIn(aDigest, p.tokens[end].word) == 0 {
		end++
	}
	var because error
	for ; end > i; end-- {
		if end < len(p.tokens) && wordsIn(leading, p.tokens[end-1].word) > 0 {
			continue // it belongs to what follows
		}
		all := append(slices.Clone(p.when), scheduleOf(p.tokens[i:end]))
		_, err := digest.ParseSchedule(strings.Join(all, " "), nil)
		if err == nil {
			p.when = all
			return end - i, nil
		}
		if because == nil && isAbout(err) {
			because = err
		}
	}
	if because != nil && p.asks {
		return 0, Refusef("%v", because)
	}
	return 0, nil
}

// longestSchedule is more words than any schedule needs.
const longestSchedule = 20

// leading is what may begin something else than a schedule, though a schedule may end in it.
var leading = anyOf(`at|on|the|and|of|a|an|by|once|per|in|to`)

// beforeAny may stand before a schedule as before anything else, and is no part of it.
var beforeAny = anyOf(`a|an|the|and|of`)

// scheduleOf is what was typed of a schedule.
func scheduleOf(tokens []token) string {
	return strings.Trim(unescaped(typedOf(tokens)), "`\"'“”‘’ ,;.!?")
}

// isAbout reports whether a schedule that is refused is one, though it can't be kept: the parser says
// otherwise that it does not understand a word, or that no day or time is named.
func isAbout(err error) bool {
	said := err.Error()
	return !strings.HasPrefix(said, "I don't understand") && !strings.HasPrefix(said, "That says neither") && !strings.HasPrefix(said, "Say when")
}

// unknown says that what stands at i is not understood.
func (p *digestParser) unknown(i int) *Refusal {
	rest := repeated(trimmed(typedOf(p.tokens[i:])))
	if i == 0 {
		return Refusef("I don't understand %s. A digest is asked for like this: %s.", rest, exampleDigest)
	}
	return Refusef("I understood %s, but not %s. A digest is asked for like this: %s.", repeated(trimmed(typedOf(p.tokens[:i]))), rest, exampleDigest)
}

// finish completes the order, or says what is missing in it.
func (p *digestParser) finish() *Refusal {
	o := &p.order
	o.When = strings.Join(p.when, " ")
	parts, refused := p.parts()
	if refused != nil {
		return refused
	}
	o.Parts = parts
	isPlain := o.When == "" && o.Zone == "" && len(o.Parts) == 0 && !o.Quiet && !o.All && len(o.From) == 0 && !p.isTo && !p.isHere
	o.Action = cmp.Or(o.Action, p.meant(isPlain))
	switch {
	case o.Action == DigestAdd:
		return p.finishAdd()
	case !isPlain:
		return Refusef("“digest %s” goes with the number of a digest, and nothing else.", o.Action)
	case o.Action == DigestShow && o.Number == 0:
		o.Action = DigestList
	case o.Action == DigestList && o.Number != 0 && !p.isPlural:
		o.Action = DigestShow
	}
	switch {
	case o.Dry && o.Action != DigestRun:
		return Refusef("A dry run is of a new digest, or of “digest run” and a number.")
	case o.Action == DigestList && o.Number != 0:
		return Refusef("“digest list” lists all of them, and goes with nothing else.")
	case o.Action != DigestList && o.Number == 0:
		return Refusef("Say which digest by its number, such as “digest %s 2”. “digest list” shows the numbers.", o.Action)
	}
	return nil
}

// meant is what is asked of digests without any word for it.
func (p *digestParser) meant(isPlain bool) DigestAction {
	switch {
	case !isPlain:
		return DigestAdd
	case p.order.Dry:
		return DigestRun
	case p.isPlural, len(p.tokens) == 1:
		return DigestList
	case p.order.Number != 0:
		return DigestShow
	}
	return DigestAdd // though nobody said when, which is asked for
}

func (p *digestParser) finishAdd() *Refusal {
	o := &p.order
	switch {
	case o.Number != 0:
		return Refusef("A new digest gets its number by itself: leave out the %d.", o.Number)
	case o.All && (len(o.From) > 0 || p.isHere):
		return Refusef("Name either the channels that it draws on, or “all watched”.")
	case p.isHere && len(o.From) > 0:
		return Refusef("Mention this channel too, instead of “here”, where it draws on others as well.")
	case o.When == "":
		return Refusef("Say when as well, such as %s.", exampleDigest)
	}
	if _, err := digest.ParseSchedule(o.When, nil); err != nil {
		return Refusef("%v", err)
	}
	return nil
}
