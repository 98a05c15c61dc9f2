package config

import "strconv"

// value is what one key is set to in one place.
type value struct {
	key string
	// text is the value as it was written, without quotes.
	text  string
	shape shape
	// items are the elements of a list, as they were written; "" stands for one that is no scalar.
	items []string
	// layer and where say where it was set.
	layer layer
	where string
	// dir is where relative paths start, "" for the working directory.
	dir string
}

// shape is what kind of thing was written.
type shape int

const (
	// plain is text from where there is nothing but text: the environment, a flag, a default.
	plain shape = iota
	text
	number
	boolean
	list
	section
	moment
	nothing
)

func (s shape) String() string {
	return [...]string{"text", "text", "a number", "true or false", "a list", "a section", "a time", "nothing"}[s]
}

// layer is a kind of place where keys are set; a later one overrules those before it.
type layer int

const (
	byDefault layer = iota
	inFile
	inEnv
	asFlag
)

// isText says whether the value can stand where text is wanted. A number can,
// since ids are written without quotes.
func (v value) isText() bool { return v.shape == plain || v.shape == text || v.shape == number }

// got describes the value in an error, as far as it can be told in a few words.
func (v value) got() string {
	const most = 60 // bytes; who mistakes one key for another should not read a page
	switch {
	case v.isText() && v.text == "":
		return "nothing"
	case v.shape == text || v.shape == plain:
		if len(v.text) > most {
			return "text of " + strconv.Itoa(len(v.text)) + " bytes"
		}
		return strconv.Quote(v.text)
	case v.shape == number && len(v.text) <= most:
		return v.text
	}
	return v.shape.String()
}
