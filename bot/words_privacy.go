package bot

import (
	"regexp"
	"strconv"
	"strings"
)

// privacyPhrase is a way to ask what crux keeps, or to change it.
type privacyPhrase struct {
	order PrivacyOrder
	words *regexp.Regexp
	// isKeep is for a number of days or weeks, as its first group and its second.
	isKeep bool
}

// Parts of the patterns below.
const (
	youKeep    = `(?:do you|does crux) (?:keep|store|save|have|know|remember)`
	aboutMe    = `(?:about|of|from|on) me`
	everything = `(?:everything|all(?: of it)?|(?:all )?my (?:data|messages|words))`
	erasing    = `(?:delete|erase|remove|wipe)`
	theModel   = `(?:(?:the|an?|any|your) )?(?:language )?(?:model|llm|ai)s?`
	ourWords   = `(?:(?:us|here)|(?:our|the|this server'?s|this channel'?s) (?:messages|debates|words))`
	someWords  = `(?:(?:my|our|the|these|this server'?s|this channel'?s) (?:messages|debates|words)|us)`
	not        = `(?:don'?t|do not|never)`
	keptWords  = `(?:the )?(?:texts?|messages?|words|quotes)`
)

// privacyPhrases are what people say about what crux keeps. The longest that matches is meant.
var privacyPhrases = []privacyPhrase{
	{order: PrivacyOrder{Action: ShowKept}, words: anyOf(
		`(?:show )?privacy(?: (?:show|notice|policy))?`, `(?:show )?my data`, `what (?:data )?`+youKeep+`(?: `+aboutMe+`)?`,
		`what (?:data )?(?:is|was) (?:kept|stored|saved|known) about me`,
	)},
	{order: PrivacyOrder{Action: OptOut}, words: anyOf(
		`(?:privacy )?opt(?: me|-)? ?out`, `(?:leave|keep|count) me out(?: of (?:it|this|that|everything|(?:your |the )?(?:reports|summaries|digests)))?`,
		`(?:don'?t|do not|never) (?:read|quote|use|include|summari[sz]e) (?:me|my messages|what i (?:say|write))`,
		`(?:stop|quit) (?:reading|quoting|using|including) (?:me|my messages|what i (?:say|write))`, `(?:ignore|exclude) (?:me|my messages)`,
	)},
	{order: PrivacyOrder{Action: OptIn}, words: anyOf(
		`(?:privacy )?opt(?: me|-)? ?(?:back )?in(?: again)?`, `(?:read|quote|use|include) (?:me|my messages) again`, `(?:let|count) me (?:back )?in(?: again)?`,
	)},
	{order: PrivacyOrder{Action: Erase}, words: anyOf(
		`(?:privacy )?`+erasing+` `+everything+`(?: (?:that )?you (?:keep|have|know|store)| that is kept)?(?: `+aboutMe+`)?`, erasing+` me`,
		`forget (?:everything )?(?:about )?me`, `forget (?:everything (?:that )?you know )?about me`,
	)},
	{order: PrivacyOrder{Action: ShowLog}, words: anyOf(
		`(?:show )?(?:privacy )?(?:the )?(?:server(?:'?s)? |change |audit )?log`, `who (?:has )?changed (?:what|that|this|it|anything|something)`,
	)},
	{order: PrivacyOrder{Action: ShowModel}, words: anyOf(
		`(?:privacy )?`+theModel, `(?:privacy )?consent`, `(?:where|who) (?:do|does|are|is) `+someWords+` (?:go|sent|read|given)(?: to| by)?`,
		`(?:is|are|does|do|will) `+theModel+` (?:read(?:ing)?|see(?:ing)?|get(?:ting)?)(?: (?:this|me|it|`+someWords+`))?`, `(?:do you|does crux|are you|is crux) (?:use|using) `+theModel,
		`(?:is|are) `+someWords+` (?:sent|given) to `+theModel,
		`wh(?:o|at)(?: engine| model)? (?:reads|is reading)(?: (?:`+someWords+`|this channel|this server))?`,
		`(?:which|what) (?:language )?(?:engine|model) (?:(?:do you|does crux) use|are you using|is crux using|is (?:used|in use|this|it))`,
		// Of one person's messages nobody decides apart: the answer says what an opt-out does.
		`(?:keep|take) my (?:messages|words) (?:away |out )?(?:from|of) `+theModel, `(?:don'?t|do not|never) (?:send|give) my (?:messages|words) to `+theModel, `opt(?: me|-)? ?out of `+theModel,
		`(?:`+not+` use|stop using) `+theModel+` (?:for|on|with) (?:me|my (?:messages|words))`,
	)},
	{order: PrivacyOrder{Action: AllowModel}, words: anyOf(
		`(?:privacy )?(?:allow|enable|permit|use|turn on|switch on) `+theModel, `(?:let|allow) `+theModel+` (?:to )?read(?: `+ourWords+`)?`,
		`(?:privacy )?allow`, `(?:turn|switch) `+theModel+` on`, `(?:i|we) consent(?: to `+theModel+`)?`, `(?:i|we) agree to `+theModel,
	)},
	{order: PrivacyOrder{Action: ForbidModel}, words: anyOf(
		`(?:privacy )?(?:forbid|disallow|disable|revoke|stop|turn off|switch off|(?:stop|quit) using|`+not+` (?:use|allow|enable|permit)) `+theModel, `(?:privacy )?(?:forbid|disallow)`,
		`(?:turn|switch) `+theModel+` off`, `no (?:ai|llms?|language models?)`, `(?:keep|take) `+ourWords+` (?:away )?from `+theModel,
		not+` (?:let|allow) `+theModel+` (?:to )?read(?: `+ourWords+`)?`, `(?:`+not+`|stop|quit) (?:send|sending|give|giving) `+ourWords+` to `+theModel,
		`(?:revoke|withdraw|take back) (?:the |our |my )?(?:consent|permission)`, `(?:i|we) `+not+` consent(?: to `+theModel+`)?`, `(?:i|we) `+not+` agree to `+theModel,
	)},
	{order: PrivacyOrder{Action: KeepFor}, words: anyOf(
		`(?:privacy )?keep `+keptWords+`(?: for)?(?: the)? (?:default|usual)(?: time)?`, `(?:privacy )?retention (?:is )?(?:the )?default`,
	)},
	{order: PrivacyOrder{Action: KeepFor}, isKeep: true, words: anyOf(
		`(?:privacy )?keep(?: `+keptWords+`)?(?: only)?(?: for)? ([0-9]+) ?(d|days?|w|weeks?)`, `(?:privacy )?retention (?:is |of )?([0-9]+) ?(d|days?|w|weeks?)`,
		erasing+` `+keptWords+` after ([0-9]+) ?(d|days?|w|weeks?)`,
	)},
}

var (
	// forSure confirms that everything is to be deleted.
	forSure = anyOf(`(?:yes|really|for sure|(?:yes )?i(?:'?m| am) sure)`)
	// wherever means the server in which somebody asks.
	wherever = anyOf(`(?:(?:in|of|for|on) )?(?:this|our|the) (?:server|workspace|channel)`, `(?:(?:in|on) )?here`)
)

// parsePrivacy is what tokens ask about what crux keeps, nil where that is not all that they
// ask. why is set where they begin with such a request, and go on with something else.
func parsePrivacy(tokens []token) (order *PrivacyOrder, why *Refusal) {
	isSure, begun := false, 0
	for i := 0; i < len(tokens); {
		text := textOf(tokens[i:])
		if n, found := privacyIn(text); n > 0 {
			if order != nil && *order != found {
				return nil, Refusef("Ask for one thing at a time.")
			}
			order, begun, i = &found, i, i+n
			continue
		}
		n := wordsIn(forSure, text)
		isSure = isSure || n > 0
		if n == 0 && order != nil {
			n = wordsIn(wherever, text)
		}
		if n = max(n, wordsIn(asking, text), wordsIn(manners, text)); n > 0 {
			i += n
			continue
		}
		if order == nil {
			return nil, nil
		}
		return nil, Refusef("I understood %s, but not %s. “help privacy” says what can be asked.",
			repeated(typedOf(tokens[begun:i])), repeated(typedOf(tokens[i:])))
	}
	switch {
	case order == nil:
		return nil, nil
	case isSure && order.Action != Erase:
		return nil, Refusef("“I am sure” goes with “delete everything about me” alone.")
	case order.Days < 0:
		return nil, Refusef("Texts are kept for a day at least. For what is usual, write “keep texts for the default time”.")
	case order.Days > mostDays:
		return nil, Refusef("That is too long: texts are kept for %s at most.", Count(mostDays, "day"))
	}
	order.Sure = isSure
	return order, nil
}

// mostDays is more than texts are kept anywhere.
const mostDays = 3650

// privacyIn is the order with which a text begins, and how many words that takes; 0 for none.
func privacyIn(text string) (most int, order PrivacyOrder) {
	for _, said := range privacyPhrases {
		n := wordsIn(said.words, text)
		if n <= most {
			continue
		}
		most, order = n, said.order
		if said.isKeep {
			order.Days = daysIn(said.words.FindStringSubmatch(text)[1:])
		}
	}
	return most, order
}

// daysIn is how many days a number and a unit are, the only two groups that matched; below
// 0 for none, since 0 stands for the default.
func daysIn(groups []string) int {
	said := strings.Fields(strings.Join(groups, " "))
	n, err := strconv.Atoi(said[0])
	switch {
	case n == 0 && err == nil:
		return -1
	case err != nil || n > mostDays:
		n = mostDays + 1
	}
	if strings.HasPrefix(said[1], "w") {
		n *= 7
	}
	return n
}
