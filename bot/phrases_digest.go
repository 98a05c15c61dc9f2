package bot

import "regexp"

var (
	aDigest = anyOf(`(?:(?:all|the|my|our|your|a) )*digests?`)
	// digestFillers change nothing.
	digestFillers = anyOf(`and|with|for|of|on|that|it|me|us`, `(?:posted?|post it|send it|sent)`, `(?:the )?(?:debates?|objections?|channels?|forum|schedule)`, `called`)

	quietly = anyOf(
		`quiet(?:ly)?`, `silent(?:ly)?`, `(?:post |say )?nothing (?:when|if|where) (?:there(?:'?s| is) )?nothing(?:'?s| is)?(?: new)?`,
		`only (?:when|if) (?:there(?:'?s| is) |something(?:'?s| is) |anything(?:'?s| is) )?(?:something |anything )?new`,
		`unless (?:there(?:'?s| is) )?nothing(?:'?s| is)?(?: new)?`, `(?:skip it|no post) (?:when|if) (?:there(?:'?s| is) )?nothing(?:'?s| is)?(?: new)?`,
	)
	dryly    = anyOf(`(?:as a |a )?dry(?: |-)?run`, `dry`, `preview`, `without posting(?: it)?`)
	allOfIt  = anyOf(`(?:from |of |over )?(?:all|every)(?: (?:the |of the )?(?:watched|followed))?(?: channels?)?`, `(?:from |of |over )?all(?: of)?(?: the)? channels`)
	numbered = anyOf(`(?:(?:number|no\.?|nr\.?) )?#?[0-9]{1,6}`)

	// toward introduces where to post, and out where to read.
	toward  = anyOf(`to|in|into|at`)
	outOf   = anyOf(`from|of|about|over|for`)
	between = anyOf(`to|in|into|at|from|of|about|over|for|on|and|with|plus|the|channel|channels|forum`)
	thisOne = anyOf(`here`, `this (?:channel|one|forum)`)
)

// actions are the words for what is done with digests.
var actions = []struct {
	action DigestAction
	words  *regexp.Regexp
}{
	{DigestAdd, anyOf(`add`, `create`, `make`, `set ?up`, `start`, `schedule`, `new (?:digest)`, `post (?:me |us )?(?:a |the )?(?:digest)`)},
	{DigestList, anyOf(`list`, `(?:which|what) digests(?: are there| do (?:we|you) have)?`)},
	{DigestShow, anyOf(`show`)},
	{DigestPause, anyOf(`pause`)},
	{DigestResume, anyOf(`resume`, `unpause`, `continue`)},
	{DigestRemove, anyOf(`remove`, `delete`, `cancel`)},
	{DigestRun, anyOf(`run(?: now)?`, `post now`)},
}
