package transport

import (
	"errors"
	"strings"

	"crux/summarize/llm"
)

// Overlong reports whether a model that may write so many tokens has written more, as one does
// that never stops.
func Overlong(bytes, tokens int) bool { return bytes > tokens*longestToken }

// longestToken is how many bytes a token has at the most, on the average of a whole answer.
const longestToken = 16

// Blank is the fault of an answer without any text, nil for others.
func Blank(vendor string, reply llm.Reply) error {
	switch {
	case strings.TrimSpace(reply.Text) != "":
		return nil
	case reply.Cut: // and would be again
		return Final(&llm.Fault{Kind: llm.Unreadable, Err: errors.New(vendor + ": the model came to no answer within the tokens that it may write")})
	default:
		return &llm.Fault{Kind: llm.Unreadable, Err: errors.New(vendor + ": the answer is empty")}
	}
}

// Broken is the fault of an answer that ended before its end.
func Broken(vendor string) error {
	return &llm.Fault{Kind: llm.Unreachable, Err: errors.New(vendor + ": the answer broke off")}
}
