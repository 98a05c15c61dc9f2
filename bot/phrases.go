package bot

import (
	"regexp"
	"strings"
)

// phrase is a way to say something, as a regular expression over words in normal form.
type phrase struct {
	command Command
	help    bool
	// missed asks for what was said since the asker's last message.
	missed bool
	words  *regexp.Regexp
}

// anyOf matches the longest of these at the start of a text, up to the end of a word.
func anyOf(patterns ...string) *regexp.Regexp {
	words := regexp.MustCompile(`^(?:` + strings.Join(patterns, "|") + `)(?: |$)`)
	words.Longest()
	return words
}

// wordsIn is how many words of the text are matched at its start.
func wordsIn(words *regexp.Regexp, text string) int {
	found := words.FindString(text)
	if found == "" {
		return 0
	}
	return len(strings.Fields(found))
}

// urlWord stands for a link in normal form, channelWord for a channel that was mentioned.
const (
	urlWord     = "<url>"
	channelWord = "<channel>"
)

// Parts of the patterns below.
const (
	someTalk     = `(?:debates?|discussions?|conversations?|arguments?|talk|chat|messages|posts|channel)`
	anObjection  = `(?:objections?|questions?|points?|counter-?arguments?|challenges?|issues?)`
	isOpen       = `(?:open|unanswered|unresolved|not answered)`
	isOpenOrDue  = `(?:still )?(?:open|unanswered|unresolved|not answered|outstanding|pending)`
	whatIs       = `what(?:'?s| is| are| remains| stays)`
	thatOrLinked = `(?:this|that|it|` + urlWord + `)`
	thanking     = `thanks(?: a lot| so much)?|thank you(?: very much| so much)?|thx|ty|cheers`
	soFar        = `(?: (?:us|you))?(?: (?:so far|today|this month|in this server))*`
	wasAway      = `i (?:was (?:away|gone|out|off|offline|asleep)|left)`
)

// phrases are what people say for each command. The longest that matches is meant.
var phrases = []phrase{
	{help: true, words: anyOf(
		`help`, `help me`, `help (?:me )?(?:with|on|about|using) .+`, `help (?:summary|open|mine|said|answered|watch|unwatch|watched|list|follow|digests?|privacy|status)`,
		`commands?`, `manual`, `instructions`,
		`how (?:do|can|should) (?:i|we) (?:use|ask) (?:this|it|you|crux)`, `how (?:do|does) (?:this|it|you|crux) work`,
		`what (?:can|do|does) (?:you|crux|i|we|this) (?:do|ask|say)(?: here| you)?`, `wh(?:o|at) are you`, `what(?:'?s| is) (?:this|crux)`,
	)},
	{command: Summary, words: anyOf(
		`summar(?:y|ies)`, `summari[sz]e`, `sum (?:(?:it|this|that|things) )?(?:all )?up`, `tl;?dr`, `tl dr`, `recap`, `overview`, `report`, `debates?`,
		`(?:catch|fill) (?:me|us) (?:up|in)`, `catch up`, `bring (?:me|us) up to (?:speed|date)`, `brief (?:me|us)`,
		`(?:what are )?(?:the )?(?:main|key) (?:points|arguments)`, `what are the (?:arguments|sides|positions|debates)`,
		`what(?:'?s| is| are) (?:being|people|we|they|everyone) (?:debated|discussed|debating|discussing|arguing)`,
		`what(?:'?s| is) the (?:debate|discussion|argument)`, `what (?:happened|was said|was discussed|was debated)`, `what(?:'?s| is) new`,
		`who (?:said|says|thinks|argued|argues) what`,
	)},
	{command: Summary, missed: true, words: anyOf(
		`(?:(?:summary of|summari[sz]e|recap|catch me up on) )?what(?:(?:'?d| did| have|'?ve)? (?:i|we)(?: have|'?ve)?) miss(?:ed)?(?: (?:while|since) `+wasAway+`)?`,
		`while `+wasAway,
	)},
	{command: Open, words: anyOf(
		`(?:still )?`+isOpen, isOpenOrDue+` `+anObjection,
		whatIs+` (?:still |left )*`+isOpenOrDue, whatIs+` (?:still )?left to answer`, `what (?:still )?needs (?:an )?answer(?:s|ing)?`,
		`what (?:hasn'?t|has not) been answered(?: yet)?`, `(?:is )?anything `+isOpenOrDue,
		whatIs+` the `+isOpenOrDue+` `+anObjection, `(?:which|what) `+anObjection+` (?:are|is|remain|stay) `+isOpenOrDue,
		`(?:(?:are|is) there )?any `+isOpenOrDue+` `+anObjection,
		`(?:list|summary of|summari[sz]e|overview of) (?:all )?(?:the )?`+isOpenOrDue+` `+anObjection,
	)},
	{command: Mine, words: anyOf(
		`mine`, `my (?:`+isOpenOrDue+` )?`+anObjection, `(?:`+isOpenOrDue+` )?`+anObjection+` (?:to|against|for) (?:me|mine|my points?|what i said)`,
		`wh(?:at|om?) do i (?:still )?owe(?: (?:an answer|answers|people))?`, `what do i (?:still )?(?:have|need) to answer`, `what should i answer`,
		whatIs+` `+isOpenOrDue+` (?:for|of|to|against) (?:me|mine)`, whatIs+` mine`, whatIs+` my (?:`+isOpenOrDue+` )?`+anObjection,
		`what (?:did|have) i (?:leave|left) (?:open|unanswered)`,
	)},
	{command: Mistaken, words: anyOf(
		`said`, `what (?:did|have) i (?:say|said)`, `what (?:do you think|does crux think|do you say|does crux say) (?:that )?i (?:say|said|meant?)`,
		`(?:(?:that|this|it)(?:'?s| is) )?not mine`, `(?:that|this|it) (?:isn'?t|is not|was not|wasn'?t) (?:mine|me|my (?:point|objection))`,
		`i (?:never|didn'?t|did not) (?:say|said) (?:that|this|it)`, `correct (?:what i said|my points?|my objections?)`,
	)},
	{command: Answered, words: anyOf(
		`(?:is |was )?answered`,
		`(?:is|was|has|were) (?:the|`+thatOrLinked+`)(?: `+anObjection+`| message)?(?: been| already| yet| still)* (?:answered|addressed|resolved|open|unanswered)(?: yet| already)?`,
		`(?:has|did|have) (?:anyone|anybody|someone|somebody) answer(?:ed)?(?: to)?(?: `+thatOrLinked+`)?`, `what (?:became|has become) of(?: `+thatOrLinked+`)?`,
	)},
	{command: Watch, words: anyOf(`(?:start )?(?:watch|follow)`, `start (?:watching|following)`)},
	{command: Unwatch, words: anyOf(`unwatch`, `unfollow`, `(?:stop|quit) (?:watching|following)`, `(?:don'?t|do not) (?:watch|follow)`)},
	{command: Status, words: anyOf(
		`(?:crux |server |your )?status(?: of (?:this|the|our) (?:server|workspace))?`, `(?:token |model )?usage(?: today)?`, `(?:the )?(?:costs?|budget|bill|spending)`,
		`(?:what|how (?:much|many))(?: money| dollars| tokens)? (?:do|does|did|have|has) (?:this|it|you|we|crux|that) (?:costs?|used?|spend|spent)`+soFar,
		`how (?:much|many)(?: money| dollars| tokens)? (?:was|were|is|are|has been|have been) (?:used|spent|left)`+soFar, `how (?:much|many)(?: of)?(?: the| our)?(?: budget| money| tokens)? (?:is|are) (?:still )?left`+soFar,
		`what(?:'?s| is) (?:left of )?(?:the|your|our) (?:status|budget|bill|cost)`,
	)},
	{command: Watched, words: anyOf(
		`(?:watched|followed)(?: channels)?`, `list(?: (?:the |all )?(?:watched |followed )?channels)?`,
		`wh(?:at|ich|om?)(?: channels)? (?:do you|are you|are|does crux|is crux) (?:watch|follow)(?:ing|ed)?`, `wh(?:at|ich)(?:'?s| is) (?:being )?(?:watched|followed)`,
	)},
}

var (
	// sharing asks for an answer that everyone sees; within and after a topic it is said more
	// plainly, since topics too can be for all. privately says once more what holds anyway.
	sharing = anyOf(
		`(?:and )?shared?(?: (?:it|this))?(?: (?:here|publicly|with (?:all|everyone|everybody|us|the channel)))?`,
		`public(?:ly)?`, `in public`, `(?:for|to|with) (?:all|everyone|everybody|the channel)(?: to see)?`, `visible (?:for|to) (?:all|everyone|everybody)`,
	)
	// A topic may end in "share" itself, and to show an answer to all on a guess is worse than to ask again.
	sharingPlainly = anyOf(`and share(?: (?:it|this))?(?: (?:here|publicly|with (?:all|everyone|everybody|us|the channel)))?`,
		`share (?:it|this)(?: (?:here|publicly|with (?:all|everyone|everybody|us|the channel)))?`, `publicly`)
	privately = anyOf(`private(?:ly)?`, `in private`, `(?:just|only) (?:for|to) me`)

	// hereabouts means the place in which somebody asks, as does saying nothing. heard is
	// what was said there.
	hereabouts = anyOf(`(?:(?:in|of|for|on) )?(?:this|that|the|our) `+someTalk, `(?:(?:in|from) )?here`)
	heard      = anyOf(`(?:of )?(?:this|that|it)`, `(?:of )?(?:these|those|the latest) `+someTalk)

	// asking is how a request is dressed, and manners how people are. Manners alone ask for nothing.
	asking = anyOf(
		`please`, `pls`, `plz`, `kindly`, `just`, `now`, `quick(?:ly)?`, `short(?:ly)?`, `brief(?:ly)?`, `a|an|the|your`, `for (?:me|us)`, `if you (?:can|could|would|please)`,
		`(?:can|could|would|will) (?:you|i|we)(?: please)?(?: (?:get|have|see|do))?`, `may i (?:have|see|get)`,
		`i (?:want|need|would like|would love)(?: to (?:see|have|know))?`, `i'?d (?:like|love)(?: to (?:see|have|know))?`,
		`(?:give|show|tell|get|send|make|write|list)(?: (?:me|us))?`, `(?:let'?s|let (?:me|us)) (?:see|have)`, `do|run`, `remind (?:me|us)`,
	)
	manners = anyOf(`hey|hi|hello|yo|hiya|crux|ok|okay|so|well|there|bot`, `good (?:morning|afternoon|evening)`, thanking)
	// closing may stand after a topic.
	closing = anyOf(`please|pls|plz`, thanking)

	// topical introduces a topic. placing may stand before a stretch of messages or a place.
	topical = anyOf(`about|regarding|concerning|around|on|of|over|re`, `(?:on )?(?:the )?topic`)
	placing = anyOf(`of|on|over|for|during|in|at|from|about|the`)
	// endsTopic is how a stretch of messages after a topic begins. Other words that could be one
	// belong to the topic: "about the iPhone 5s".
	endsTopic = anyOf(`(?:(?:in|over|within|from|for|during) )?(?:the )?(?:last|past)`, `since`)
	// sinceOrFrom may stand before a link.
	sinceOrFrom = anyOf(`since|from`)
	article     = anyOf(`the|a|an`)
)
