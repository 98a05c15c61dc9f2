package embedded

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"crux/summarize/embedded/encoder"
)

// tables is what the engine knows beforehand: words, weights and how to compare texts.
type tables struct {
	lexicon       *lexicon
	prior         map[string]float32 // in how many of the training messages a stem stands
	priorMessages float64
	compare       comparer

	// The cues that stages ask for again and again, looked up once.
	linkCues, replyCues, settlingCues, contestCues []classRef

	encode     encode      // sentences as vectors
	directions *directions // what is kept of the vectors

	rolePhrases   *phraser // what a unit does, by its phrases
	stancePhrases *phraser // does a message speak against what it responds to, by its phrases

	joiner    *model   // are two sentences one thought
	roles     *network // what does a unit do, by its words
	linker    *network // which of the earlier messages does a message respond to
	belongs   *model   // does a message go on with a conversation
	goesOn    *model   // does a thread go on with an earlier conversation
	stances   *model   // does a message speak against the one it responds to
	opponents *model   // do two people stand against each other
	neutrals  *model   // did somebody take no side
	inContext *network // what does a unit do, in its surroundings
	contests  *model   // do people argue with each other in a conversation
	replier   *network // what does a unit do to an earlier objection
	outcomes  *model   // what became of an objection
}

// models lists the models by the names of their files.
func (tb *tables) models() map[string]**model {
	return map[string]**model{
		"joiner": &tb.joiner, "belongs": &tb.belongs, "goeson": &tb.goesOn, "stances": &tb.stances,
		"opponents": &tb.opponents, "neutrals": &tb.neutrals, "contests": &tb.contests, "outcomes": &tb.outcomes,
	}
}

// networks lists the networks by the names of their files.
func (tb *tables) networks() map[string]**network {
	return map[string]**network{"roles": &tb.roles, "linker": &tb.linker, "incontext": &tb.inContext, "replier": &tb.replier}
}

// phrasers lists the judges of phrases by the names of their files.
func (tb *tables) phrasers() map[string]**phraser {
	return map[string]**phraser{"rolephrases": &tb.rolePhrases, "stancephrases": &tb.stancePhrases}
}

// newTables has the words but no weights yet.
func newTables(lex *lexicon, encode encode) *tables {
	return &tables{
		lexicon: lex, encode: encode, compare: lexical{}, prior: map[string]float32{},
		linkCues: lex.refs("agree", "disagree", "contrast", "concede", "defer", "deictic", "thanks", "refer", "you", "add"),
		replyCues: lex.refs("agree", "disagree", "contrast", "concede", "withdraw", "defer", "thanks", "joke", "chatter", "evidence",
			"cause", "negate", "self", "you", "ask", "clarify", "refer", "deictic", "hedge"),
		settlingCues: lex.refs("concede", "withdraw", "defer", "thanks", "agree"),
		// These tell an argument from people who help each other or plan.
		contestCues: lex.refs("thanks", "agree", "disagree", "concede", "dispute", "joke", "chatter", "duty", "claim", "evidence",
			"contrast", "self", "hedge"),
	}
}

// loadTables reads what is embedded in the program.
func loadTables() (*tables, error) {
	lex, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	sentences, err := encoder.New()
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	tb := newTables(lex, sentences.Encode)
	for name, m := range tb.models() {
		if *m, err = load(name, readModel); err != nil {
			return nil, err
		}
	}
	for name, n := range tb.networks() {
		if *n, err = load(name, readNetwork); err != nil {
			return nil, err
		}
	}
	for name, p := range tb.phrasers() {
		judge, err := load(name, readModel)
		if err != nil {
			return nil, err
		}
		*p = newPhraser(judge)
	}
	if tb.directions, err = load("directions", readDirections); err != nil {
		return nil, err
	}
	return tb, tb.loadPrior()
}

// load reads one of the embedded tables.
func load[T any](name string, read func(name string, r io.Reader) (T, error)) (T, error) {
	file, err := weightFiles.Open("weights/" + name + ".tsv")
	if err != nil {
		var none T
		return none, fmt.Errorf("embedded: %w", err)
	}
	defer file.Close()
	return read(name, file)
}

// loadPrior reads the stems' document frequencies; the first line counts the messages.
func (tb *tables) loadPrior() error {
	data, err := weightFiles.ReadFile("weights/prior.tsv")
	if err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		stem, count, _ := strings.Cut(strings.TrimSpace(text), "\t")
		n, err := strconv.ParseFloat(count, 64)
		if err != nil {
			return fmt.Errorf("embedded: weights/prior.tsv:%d: %w", line, err)
		}
		if line == 1 {
			tb.priorMessages = n
			continue
		}
		tb.prior[stem] = float32(n)
	}
	return nil
}
