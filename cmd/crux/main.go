// Command crux reads debates in chat channels and transcripts, and reports each
// side's points and the objections that are still open.
//
// main.go runs the command line; each command is in the file of its name.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes; they are part of the command's contract and stand in its help.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// gcPercent makes the garbage collector work a little more, so that a channel of
// 100,000 messages is read in under 300 MB. GOGC in the environment overrules it.
const gcPercent = 30

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program, save for the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)

	_, isUsage := errors.AsType[*usageError](err)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "crux: interrupted")
		return exitInterrupted
	case isUsage:
		fmt.Fprintf(stderr, "crux: %v\nRun '%s --help' for usage.\n", err, cmd.CommandPath())
		return exitUsage
	default:
		fmt.Fprintf(stderr, "crux: %v\n", err)
		return exitFailed
	}
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "crux",
		Short: "Reports each side's points and the open objections of a debate",
		Long: `crux reads debates and reports the main points that each side made and which
objections are still open, with a quote for every line. "crux summarize" reads a
transcript, offline; "crux serve" is a bot that people ask in their channels on
Discord and Slack.

Messages are read on this machine and sent to nobody else, unless an engine is
configured that asks a language model. What the bot reads goes there only where a
manager of the server allowed it.

Exit codes: 0 done, 1 unusable input, 2 wrong usage, 130 interrupted.`,
		DisableFlagsInUseLine: true,

		SilenceErrors: true, // run prints them, once
		SilenceUsage:  true,
		// Without Args and RunE cobra answers an unknown command itself, as no usageError.
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(newSummarizeCommand(), newEvalCommand(), newServeCommand(makings{own: newOwnEngine}), newDoctorCommand(doctors()), newManifestCommand(), newVersionCommand())
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return usagef("unknown command %q; did you mean %q?", name, near[0])
	}
	return usagef("unknown command %q", name)
}

// usageError is a fault in how the command was called, as against one in what it was given to read.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}
