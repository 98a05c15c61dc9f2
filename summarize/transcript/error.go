package transcript

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Error says why a source can't be used. Everything that Open and Read return is one.
type Error struct {
	// File is the path, or the name of the stream. In a Slack export it includes the path within.
	File string
	// Line is the line of the fault, from 1; 0 where it is unknown.
	Line int
	// Problem is what is wrong, Want what was expected instead; Want may be "".
	Problem, Want string

	cause error
}

// Error reads like "debate.json:12: unexpected end of JSON; expected …".
func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Want == "" {
		return place + ": " + e.Problem
	}
	return place + ": " + e.Problem + "; expected " + e.Want
}

// Unwrap is the error beneath, such as fs.ErrNotExist; nil where the content is at fault.
func (e *Error) Unwrap() error { return e.cause }

// jsonError says in a reader's words what encoding/json or the stream beneath it reported.
func jsonError(err error, file string, line int, want string) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := mismatch.Field
		if field == "" {
			field = "message"
		}
		return &Error{File: file, Line: line, Want: want, cause: err,
			Problem: fmt.Sprintf("%q can't be a JSON %s", field, mismatch.Value)}
	}
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok && broken.Error() != "unexpected end of JSON input" {
		return &Error{File: file, Line: line, Problem: "broken JSON: " + broken.Error(), Want: want, cause: err}
	} else if ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Error{File: file, Line: line, Problem: "unexpected end of JSON", Want: want, cause: err}
	}
	return &Error{File: file, Line: line, Problem: err.Error(), Want: want, cause: err}
}
