package transcript

import (
	"bytes"
	"encoding/json"
)

// sourceKind is what a source's first bytes show it to be.
type sourceKind int

const (
	textSource sourceKind = iota
	jsonSource
	linesSource
	zipSource
	binarySource
	emptySource
)

const zipMark = "PK\x03\x04"

func isZip(start []byte) bool { return bytes.HasPrefix(start, []byte(zipMark)) }

// detect tells sources apart by the bytes they start with, the whole source where it is short.
func detect(start []byte) sourceKind {
	if isZip(start) {
		return zipSource
	}
	trimmed := bytes.TrimLeft(start, " \t\r\n")
	switch {
	case len(trimmed) == 0:
		return emptySource
	case opens(trimmed, '{', "\"}"):
		if isLines(trimmed) {
			return linesSource
		}
		return jsonSource
	case opens(trimmed, '[', "{]"):
		return jsonSource
	case looksBinary(start):
		return binarySource
	}
	return textSource
}

// opens reports whether b starts with bracket and, after white space, one of next or nothing at all.
func opens(b []byte, bracket byte, next string) bool {
	if b[0] != bracket {
		return false
	}
	rest := bytes.TrimLeft(b[1:], " \t\r\n")
	return len(rest) == 0 || bytes.IndexByte([]byte(next), rest[0]) >= 0
}

// isLines reports whether b, which starts with "{", holds an object a line rather than one document.
func isLines(b []byte) bool {
	first, rest, _ := bytes.Cut(b, []byte("\n"))
	if closed, hasMessages := topLevel(first); closed || hasMessages {
		return !hasMessages
	}
	// A broken message shows by the one on the next line, unless the line break
	// stands where a document may have it.
	first, rest = bytes.TrimSpace(first), bytes.TrimSpace(rest)
	inside := bytes.IndexByte([]byte("{[,:"), first[len(first)-1]) >= 0
	return !inside && len(rest) > 0 && rest[0] == '{'
}

// topLevel walks the object at the start of b, as far as b goes.
func topLevel(b []byte) (closed, hasMessages bool) {
	decoder := json.NewDecoder(bytes.NewReader(b))
	if _, err := decoder.Token(); err != nil {
		return false, false
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return false, hasMessages
		}
		hasMessages = hasMessages || key == "messages"
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return false, hasMessages
		}
	}
	_, err := decoder.Token()
	return err == nil, hasMessages
}

// looksBinary reports whether control characters abound, as in images and in UTF-16 without a byte order mark.
func looksBinary(b []byte) bool {
	b = b[:min(len(b), 1<<16)]
	control := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != '\x1b' {
			control++
		}
	}
	return control*5 > len(b)
}

func notText(name string) *Error {
	return &Error{File: name, Problem: "not text that crux can read",
		Want: "JSON or text in UTF-8, text in UTF-16 with a byte order mark, or the zip of a Slack export"}
}
