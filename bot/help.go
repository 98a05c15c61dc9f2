package bot

import "time"

// What every adapter tells people who ask what crux is. All of it is in the markup
// that the platforms share: *emphasis* and `words to type`.

// SayPurpose says what crux does. bold is what the platform puts around bold words.
func SayPurpose(bold string) string {
	return "It reads a debate in a channel or thread, and reports what each side said, and " +
		bold + "which objections nobody has answered yet" + bold + ". Every line is a quote, with a link to its message."
}

// SayKept says what crux keeps, in a few lines. platform is the platform's name, and
// retention how long the messages of the channels that crux follows are kept. In all it has at
// most 1,000 characters.
func SayKept(platform string, retention time.Duration) string {
	return "Of a channel that I don't follow: a report in memory, for up to 15 minutes, and what somebody said is not theirs. I read it when somebody asks.\n" +
		"Of a channel that I follow (`/debate watch`, for who may manage the channel): its messages, and the objections in them, for " + Lasting(retention) +
		" or less where the server chose so. After that only what became of objections, without texts and names. " +
		"What is edited or deleted in " + platform + " is edited or deleted here too.\n" +
		"Of requests: who asked what and when, for 30 days, so that buttons work. Of posted reports and digests: where they stand and on whose messages they rest, " +
		"so that they come down when one is deleted. Of digests, corrections and settings: who made them; a log of changes, for a year.\n" +
		"`/debate privacy` says what I keep about you and who reads it, leaves your messages out, or deletes everything. `/debate status` says to who manages the server what reading uses."
}

// SayTrust says how far to trust a report.
const SayTrust = "It is a machine's reading. It misses things, and it may take an answer for none, or none for an answer. " +
	"*Unclear* means that it is not sure. Before you hold a report against somebody, follow the links."

// SayReach says what crux neither reads nor posts.
const SayReach = "I never read for you what you can't read yourself, and never post what somebody there could not read."
