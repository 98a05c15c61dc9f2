package bot

// Check is one thing that crux doctor looked at.
type Check struct {
	// What was looked at, such as "discord: token".
	What string
	// Level says how it is.
	Level Level
	// Found is what was found, in a sentence.
	Found string
	// Mend is how to mend it, "" where there is nothing to mend.
	Mend string
}

// Level says how a thing that was checked is.
type Level int

// The levels, from good to bad.
const (
	// Good needs nothing.
	Good Level = iota
	// Poor works, but less than it could.
	Poor
	// Broken keeps crux from working.
	Broken
)
