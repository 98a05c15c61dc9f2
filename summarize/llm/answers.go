package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// extraction is what the first pass answers.
type extraction struct {
	Debates []draft `json:"debates"`
}

// draft is a debate as a model reports it.
type draft struct {
	Question   string           `json:"question"`
	Messages   string           `json:"messages"` // ranges of numbers: "1-4,7"
	Sides      []draftSide      `json:"sides"`
	Neutral    []string         `json:"neutral"`
	Points     []draftPoint     `json:"points"`
	Objections []draftObjection `json:"objections"`
	Agreements []draftAgreement `json:"agreements"`

	// window is where it was found.
	window window
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
}

type draftObjection struct {
	ID     string       `json:"id"`
	Side   string       `json:"side"` // "" for nobody's
	Gist   string       `json:"gist"`
	Target string       `json:"target"`
	Quotes []draftQuote `json:"quotes"`
}

type draftAgreement struct {
	Gist   string       `json:"gist"`
	Quotes []draftQuote `json:"quotes"`
}

type draftQuote struct {
	N    int    `json:"n"`
	Text string `json:"text"`
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

// decode reads a model's answer into one of the types above. What stands around the JSON, such
// as a code fence or a sentence, is passed over; of several objects the largest is taken. The
// error says what is wrong in words for the model.
func decode[T any](answer string) (T, error) {
	var out T
	found := object(answer)
	if found == "" {
		return out, errors.New("there is no JSON object in it")
	}
	decoder := json.NewDecoder(strings.NewReader(found))
	if err := decoder.Decode(&out); err != nil {
		return out, errors.New(inWords(err, found))
	}
	return out, nil
}

// object is the largest JSON object in an answer, "" without one.
func object(answer string) string {
	best := ""
	for from := 0; from < len(answer); {
		at := strings.IndexByte(answer[from:], '{')
		if at < 0 {
			break
		}
		at += from
		var raw json.RawMessage
		decoder := json.NewDecoder(strings.NewReader(answer[at:]))
		if err := decoder.Decode(&raw); err != nil {
			if best == "" && at == strings.IndexByte(answer, '{') {
				best = "" // whatever begins later may still be whole
			}
			from = at + 1
			continue
		}
		if len(raw) > len(best) {
			best = string(raw)
		}
		from = at + len(raw)
	}
	if best == "" { // not whole: what is wrong with it is the decoder's to say
		if at := strings.IndexByte(answer, '{'); at >= 0 {
			return answer[at:]
		}
	}
	return best
}

// inWords says what is wrong with JSON, with where it is wrong, and quotes none of it.
func inWords(err error, text string) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line := 1 + bytes.Count([]byte(text)[:min(len(text), int(syntax.Offset))], []byte("\n"))
		return fmt.Sprintf("line %d of the JSON is not well-formed", line)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%q must not be a %s", kind.Field, kind.Value)
	}
	return "the JSON ends too early"
}

// parseRanges reads what ranges writes; what is no number is passed over. Numbers are between 1 and last.
func parseRanges(text string, last int) []int {
	var numbers []int
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
			numbers = append(numbers, n)
		}
	}
	return numbers
}
