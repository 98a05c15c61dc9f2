package llm

import (
	"strconv"
	"strings"

	"crux/summarize"
)

// extraction is what the first pass answers.
type extraction struct {
	Debates []draft `json:"debates"`
}

// draft is a debate as a model reports it.
type draft struct {
	// Continues is the id of the debate that it goes on with, in the outline that the model was shown.
	Continues  string           `json:"continues,omitempty"`
	Question   string           `json:"question"`
	Messages   string           `json:"messages"` // ranges of numbers: "1-4,7"
	Sides      []draftSide      `json:"sides"`
	Neutral    []string         `json:"neutral"`
	Points     []draftPoint     `json:"points"`
	Objections []draftObjection `json:"objections"`
	Agreements []draftAgreement `json:"agreements"`

	// window is where it was found.
	window window
	// earlier is what it was read as before, nil where it is new.
	earlier *summarize.Debate
}

type draftSide struct {
	ID      string   `json:"id"`
	Label   string   `json:"label"`
	Members []string `json:"members"`
}

type draftPoint struct {
	ID     string       `json:"id"`
	Side   string       `json:"side"`
	Gist   string       `json:"gist"`
	Quotes []draftQuote `json:"quotes"`

	// earlier is what it was read as before, nil where it is new.
	earlier *summarize.Point
}

type draftObjection struct {
	ID     string       `json:"id"`
	Side   string       `json:"side"` // "" for nobody's
	Gist   string       `json:"gist"`
	Target string       `json:"target"`
	Quotes []draftQuote `json:"quotes"`

	// earlier is what it was read as before, nil where it is new.
	earlier *summarize.Objection
	// verdict is what the second pass says of it, nil where it was not judged.
	verdict *verdict
}

type draftAgreement struct {
	Gist   string       `json:"gist"`
	Quotes []draftQuote `json:"quotes"`
}

type draftQuote struct {
	N    int    `json:"n"`
	Text string `json:"text"`

	// earlier is the quote as it was found before, nil where it is new.
	earlier *summarize.Quote
}

// judgement is what the second pass answers.
type judgement struct {
	Verdicts []verdict `json:"verdicts"`
}

// verdict is what became of one objection.
type verdict struct {
	Objection string          `json:"objection"`
	Why       string          `json:"why"` // has the model think before it judges; not used
	Status    string          `json:"status"`
	Responses []draftResponse `json:"responses"`
	Sure      float64         `json:"sure"`
}

type draftResponse struct {
	N    int    `json:"n"`
	Text string `json:"text"`
	Kind string `json:"kind"`
}

// parseRanges reads what ranges writes; what is no number is passed over. Numbers are between 1
// and last, each once and in order.
func parseRanges(text string, last int) []int {
	in := make([]bool, last+1)
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		end := first
		if isRange {
			if end, err = strconv.Atoi(to); err != nil {
				continue
			}
		}
		for n := max(first, 1); n <= min(end, last); n++ {
			in[n] = true
		}
	}
	var numbers []int
	for n, is := range in {
		if is {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
