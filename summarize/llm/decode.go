package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// decode reads a model's answer into T, whose one field is a list under key. What stands around
// the JSON, such as a code fence, a sentence or what a model thinks first, is passed over; of
// several objects that have the key the largest is taken. Fields that are missing within the list
// are empty, and what comes of that is for the assembler. The error says what is wrong in words
// for the model, and quotes nothing.
func decode[T any](answer, key string) (T, error) {
	var out T
	found, whole := object(afterThought(answer), key)
	if found == "" {
		found, whole = object(answer, key)
	}
	switch {
	case found == "" && whole:
		return out, fmt.Errorf("there is no JSON object with %q in it", key)
	case found == "":
		return out, errors.New("there is no JSON object in it that is whole")
	}
	if err := json.Unmarshal([]byte(found), &out); err != nil {
		return out, errors.New(inWords(err, found))
	}
	return out, nil
}

// afterThought is an answer without what a reasoning model thought before it. What looks the
// same within the answer itself is left alone, since people may write it too.
func afterThought(answer string) string {
	answer = strings.TrimSpace(answer)
	if strings.HasPrefix(answer, "{") || strings.HasPrefix(answer, "`") {
		return answer
	}
	if _, after, ok := strings.Cut(answer, "</think>"); ok {
		return after
	}
	return answer
}

// mostBroken is how many objects of an answer may be broken before no more are looked for.
const mostBroken = 100

// object is the largest JSON object in an answer that has a list under key, "" without one.
// Parts of an object that is not whole are not taken for it. whole is true where no object was broken.
func object(answer, key string) (best string, whole bool) {
	broken := 0
	for from := 0; from < len(answer) && broken < mostBroken; {
		at := strings.IndexByte(answer[from:], '{')
		if at < 0 {
			break
		}
		at += from
		var raw json.RawMessage
		if json.NewDecoder(strings.NewReader(answer[at:])).Decode(&raw) != nil {
			broken++
			from = at + 1
			continue
		}
		if len(raw) > len(best) && hasList(raw, key) {
			best = string(raw)
		}
		from = at + len(raw)
	}
	return best, broken == 0
}

// hasList reports whether an object has a list under key.
func hasList(object json.RawMessage, key string) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal(object, &fields) == nil && bytes.HasPrefix(fields[key], []byte("["))
}

// inWords says what is wrong with JSON, with where it is wrong, and quotes none of it.
func inWords(err error, text string) string {
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		is, _, _ := strings.Cut(kind.Value, " ") // after it stands the number itself
		line := 1 + strings.Count(text[:min(len(text), int(kind.Offset))], "\n")
		return fmt.Sprintf("%q in line %d must not be a %s", kind.Field, line, is)
	}
	return "the JSON is not well-formed"
}
