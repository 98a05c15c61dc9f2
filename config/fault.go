package config

import "strings"

// Fault is one thing that is wrong with the configuration. It never holds the value of a secret.
type Fault struct {
	// Key is the key that it concerns, as in "discord.token"; "" where it concerns a whole file.
	Key string
	// Where is where the key was found: a file with its line, an environment
	// variable, a flag, or "the default".
	Where string
	// Problem is what is wrong, and what was expected.
	Problem string
}

func (f Fault) Error() string {
	switch {
	case f.Key == "":
		return f.Where + ": " + f.Problem
	case f.Where == "":
		return f.Key + ": " + f.Problem
	}
	return f.Key + " (" + f.Where + "): " + f.Problem
}

// Faults are all that is wrong with the configuration, at least one.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	return strings.Join(lines, "\n")
}
