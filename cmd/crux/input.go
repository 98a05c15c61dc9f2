package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"crux/summarize"
	"crux/summarize/transcript"
)

// standardInput is the file argument that stands for standard input.
const standardInput = "-"

// shownRepairs is how many repairs are printed unless all are asked for.
const shownRepairs = 5

// input is where a transcript comes from.
type input struct {
	path  string // a file, a folder or standardInput
	stdin io.Reader
}

// newInput takes the command's arguments: one path, or none where something is piped in.
func newInput(args []string, stdin io.Reader) (input, error) {
	switch {
	case len(args) > 1:
		return input{}, usagef("expected one transcript, got %d: %q is the second", len(args), args[1])
	case len(args) == 1 && args[0] == "":
		return input{}, usagef("the transcript's name is empty")
	case len(args) == 1:
		return input{args[0], stdin}, nil
	case isTerminal(stdin):
		return input{}, usagef("no transcript: name a file, or pipe one in (crux summarize chat.txt, or crux summarize < chat.txt)")
	default:
		return input{standardInput, stdin}, nil
	}
}

// name is what people are told the input is called.
func (in input) name() string {
	if in.path == standardInput {
		return "standard input"
	}
	return in.path
}

// read reads the transcript, and gives up as soon as ctx ends: a read from a
// terminal or a slow pipe can't be interrupted, so it is left behind.
func (in input) read(ctx context.Context, opts transcript.Options) (*transcript.Result, error) {
	type outcome struct {
		result *transcript.Result
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		if in.path == standardInput {
			o.result, o.err = transcript.Read(in.stdin, in.name(), opts)
		} else {
			o.result, o.err = transcript.Open(in.path, opts)
		}
		done <- o
	}()
	select {
	case o := <-done:
		return o.result, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// holds reports whether path is the input itself, or a file in the folder that is
// the input: to write to it would destroy what is to be read.
func (in input) holds(path string) bool {
	source, err := os.Stat(in.path)
	if err != nil || in.path == standardInput {
		return false
	}
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return false // there is no such file yet
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return false
	}
	for {
		if info, err := os.Stat(path); err == nil && os.SameFile(source, info) {
			return true
		}
		above := filepath.Dir(path)
		if above == path {
			return false
		}
		path = above
	}
}

// printNotes says what a person must know of how a transcript was read.
func printNotes(stderr io.Writer, name string, result *transcript.Result, verbose bool) {
	if verbose {
		t := result.Transcript
		fmt.Fprintf(stderr, "crux: %s: read as %s: %d messages, %d people\n", name, result.Format, len(t.Messages), people(t))
	}
	repairs := result.Repairs
	if !verbose && len(repairs) > shownRepairs {
		repairs = repairs[:shownRepairs]
	}
	for _, repair := range repairs {
		fmt.Fprintf(stderr, "crux: %s: %v\n", name, repair)
	}
	if more := len(result.Repairs) - len(repairs); more > 0 {
		fmt.Fprintf(stderr, "crux: %s: and %d more (-v shows all)\n", name, more)
	}
}

func people(t *summarize.Transcript) int {
	seen := map[string]bool{}
	for _, m := range t.Messages {
		if m.Author != "" && !m.Bot {
			seen[m.Author] = true
		}
	}
	return len(seen)
}

// isTerminal reports whether stream is a terminal that a person sits at.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
