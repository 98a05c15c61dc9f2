package embedded

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// tables is what the engine knows beforehand: words, weights and how to compare texts.
type tables struct {
	lexicon       *lexicon
	prior         map[string]float32 // in how many of the training messages a stem stands
	priorMessages float64
	compare       comparer

	// The cues that the stages which look at pairs ask for, looked up once.
	linkCues, replyCues, settlingCues []classRef

	joiner    *model // are two sentences one thought
	roles     *model // what does a unit do, by its words
	linker    *model // does a message respond to another
	belongs   *model // does a message go on with a conversation
	goesOn    *model // does a thread go on with an earlier conversation
	stances   *model // does a message speak against the one it responds to
	opponents *model // do two people stand against each other
	neutrals  *model // did somebody take no side
	inContext *model // what does a unit do, in its surroundings
	replier   *model // what does a unit do to an earlier objection
	outcomes  *model // what became of an objection
}

// models lists the models by the names of their files.
func (tb *tables) models() map[string]**model {
	return map[string]**model{
		"joiner": &tb.joiner, "roles": &tb.roles, "linker": &tb.linker, "belongs": &tb.belongs, "goeson": &tb.goesOn, "stances": &tb.stances,
		"opponents": &tb.opponents, "neutrals": &tb.neutrals, "incontext": &tb.inContext, "replier": &tb.replier, "outcomes": &tb.outcomes,
	}
}

// newTables has the words but no weights yet.
func newTables(lex *lexicon) *tables {
	return &tables{
		lexicon: lex, compare: lexical{}, prior: map[string]float32{},
		linkCues: lex.refs("agree", "disagree", "contrast", "concede", "defer", "deictic", "thanks", "refer", "you", "add"),
		replyCues: lex.refs("agree", "disagree", "contrast", "concede", "withdraw", "defer", "thanks", "joke", "chatter", "evidence",
			"cause", "negate", "self", "you", "ask", "clarify", "refer", "deictic", "hedge"),
		settlingCues: lex.refs("concede", "withdraw", "defer", "thanks", "agree"),
	}
}

// loadTables reads what is embedded in the program.
func loadTables() (*tables, error) {
	lex, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	tb := newTables(lex)
	for name, m := range tb.models() {
		data, err := weightFiles.ReadFile("weights/" + name + ".tsv")
		if err != nil {
			return nil, fmt.Errorf("embedded: %w", err)
		}
		if *m, err = readModel(name, bytes.NewReader(data)); err != nil {
			return nil, err
		}
	}
	return tb, tb.loadPrior()
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
