// Package embedded is the engine that works offline: no key, no network, no
// download. It is a pipeline of small stages, a file a stage, in the order in
// which they run:
//
//	turns.go          what somebody posts in one breath is read as one message
//	clean.go          code, quotes, links and mentions are blanked, offsets kept
//	words.go          words, stems and their weights
//	lexicon.go        cue phrases, from lexicon/*.txt
//	phrases.go        what the phrases that people commonly use speak for
//	segment.go        sentences
//	join.go           sentences that carry one thought become units
//	giving.go         whether a unit's author gives in, and
//	reported.go       whether it tells what others think
//	reading.go        a transcript taken apart with the above
//	meaning.go        what each unit says, whatever its words
//	roles.go          what a unit does, by its words: point, objection or neither
//	links.go          which earlier messages a message responds to
//	stance.go         whether it speaks against them
//	conversations.go  which messages belong together, in conversations (conversation.go)
//	debates.go        which of these conversations are debates
//	sides.go          who stands with whom
//	surroundings.go   what stands around a unit
//	context.go        what a unit does, in its surroundings
//	status.go         what became of an objection
//	points.go         the points and objections that are reported
//	gist.go           the question, the sides' labels and the gists
//	report.go         the report
//
// What a stage judges, it judges with a multinomial logistic regression
// (model.go), or with a small network and a regression beside it (network.go)
// where features count for something only together. Their weights are tables in
// weights/, one a judgement (tables.go), fitted to annotated debates;
// training/README.md says to which, how, and how well they do. Texts are compared
// by the words that they share (compare.go) and by what they say, for which
// package encoder turns sentences into vectors.
//
// All stages up to conversations look only at what came before a message, so
// later messages change neither what belongs together nor a debate's id. The names
// of people are an exception: who writes later is known by name from the start.
package embedded
