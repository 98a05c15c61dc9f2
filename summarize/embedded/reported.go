package embedded

// Where a sentence opens by telling what somebody else says, it is no claim of its author's: "Some people claim that …".
var (
	reportedOf   = wordSet("some many most other all")
	reportedBy   = wordSet("people folks critics skeptics sceptics others they you he she everyone everybody somebody someone")
	reportedHow  = wordSet("also often always keep just both all")
	reportedVerb = wordSet("say says said saying claim claims claimed argue argues argued think thinks thought believe believes assume assumes suggest suggests")
)

// reports is true where a passage opens by telling what somebody else says, and doesn't turn against it.
func (r *reading) reports(u *unit, text []word) bool {
	next := func(words map[string]bool) bool {
		if len(text) == 0 || !words[text[0].form] {
			return false
		}
		text = text[1:]
		return true
	}
	if u.cues.count[r.lexicon.class("contrast")] > 0 {
		return false
	}
	next(fillers)
	of := next(reportedOf)
	if !next(reportedBy) && !of {
		return false
	}
	next(reportedHow)
	return next(reportedVerb)
}
