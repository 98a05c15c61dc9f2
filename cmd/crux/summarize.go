package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crux/config"
	"crux/summarize"
	"crux/summarize/render"
	"crux/summarize/transcript"
)

// summarizeFlags are the flags of crux summarize.
type summarizeFlags struct {
	format, color choice
	since, until  moment
	last          int
	about         string
	open          bool
	output        string
	channel       string
	unattributed  bool
	verbose       bool
}

func newSummarizeCommand() *cobra.Command {
	flags := summarizeFlags{
		format: choice{value: formats()[0], known: formats()},
		color:  choice{value: "auto", known: []string{"auto", "always", "never"}},
	}
	cmd := &cobra.Command{
		Use:   "summarize [FILE|-]",
		Short: "Report the points and the open objections of a transcript",
		Long: `Reads a transcript and reports the debates in it: the question, each side with
its people and main points, and the objections, those still open first.

FILE is crux JSON or JSONL, plain text ("Name: text" and what people paste from
Discord and Slack), a Slack export (zip or folder) or DiscordChatExporter JSON;
which of them is told from its content. Without FILE, or with -, the transcript
is read from standard input.

Times for --since and --until are 2026-03-02, "2026-03-02 14:05" or
2026-03-02T14:05:00Z, in UTC unless they say otherwise, or a span back from the
transcript's last message: 90m, 24h, 3d, 2w. A day given to --until is included.

The embedded engine reads on this machine. Where engine.name and its like in the
configuration ("crux serve --help"), CRUX_ENGINE_... in the environment or the flags
ask for a language model, the messages go to that, without people's names unless
engine.names is set. Where it gives no answer, the embedded engine does, and standard
error says so.`,
		Example: `  crux summarize chat.txt
  crux summarize --open --since 3d export.zip --channel general
  crux summarize chat.json -o report.html
  tail -n 500 chat.txt | crux summarize --about "inner alignment" -
  CRUX_ENGINE_API_KEY_FILE=key crux summarize --engine anthropic chat.txt
  crux summarize --engine openai --base-url http://127.0.0.1:11434/v1 --model qwen3:14b chat.txt`,
		RunE: flags.run,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.VarP(&flags.format, "format", "f", "the `FORMAT` of the report: "+strings.Join(formats(), ", ")+";\nwith -o FILE, what its name asks for")
	f.StringVarP(&flags.output, "output", "o", "", "write the report to `FILE`, all of it or nothing")
	f.Var(&flags.since, "since", "only messages from this `TIME` on")
	f.Var(&flags.until, "until", "only messages before this `TIME`")
	f.IntVar(&flags.last, "last", 0, "only the last `N` messages")
	f.StringVar(&flags.about, "about", "", "only what concerns all of these `WORDS`")
	f.BoolVar(&flags.open, "open", false, "only the objections that are still open, and what they challenge")
	f.StringVar(&flags.channel, "channel", "", "read the channel of this `NAME`, in a Slack export with several")
	f.BoolVar(&flags.unattributed, "unattributed", false, "read text in which nobody is named; each paragraph is a message")
	config.EngineFlags(f)
	f.Var(&flags.color, "color", "`WHEN` to use colour: auto (on a terminal, unless NO_COLOR is set), always, never")
	f.BoolVarP(&flags.verbose, "verbose", "v", false, "say on standard error how the transcript was read\nand what was dropped")
	return cmd
}

func (f *summarizeFlags) run(cmd *cobra.Command, args []string) error {
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	if err := f.check(cmd.Flags()); err != nil {
		return err
	}
	in, err := newInput(args, cmd.InOrStdin())
	if err != nil {
		return err
	}
	if f.output != "" && in.holds(f.output) {
		return usagef("-o %s would overwrite the transcript that is being read", f.output)
	}
	engine, err := engineConfig(cmd.Flags())
	if err != nil {
		return err
	}

	read, err := in.read(cmd.Context(), transcript.Options{Channel: f.channel, Unattributed: f.unattributed})
	if err != nil {
		return err
	}
	printNotes(stderr, in.name(), read, f.verbose)
	request, err := f.request(read.Transcript)
	if err != nil {
		return fmt.Errorf("%s: %w", in.name(), err)
	}
	if n := countTimeless(read.Transcript); n > 0 && (f.since.set() || f.until.set()) {
		fmt.Fprintf(stderr, "crux: %s: messages without a time, left out by --since and --until: %d\n", in.name(), n)
	}

	reader, err := newReader(engine, nil, f.logger(stderr))
	if err != nil {
		return err
	}
	bar := newProgress(stderr)
	request.Progress = bar.step
	report, dropped, err := reader.Summarize(cmd.Context(), read.Transcript, request)
	bar.finish()
	if err != nil {
		return fmt.Errorf("%s: %w", in.name(), err)
	}
	if why := reader.trouble(report); why != "" {
		fmt.Fprintf(stderr, "crux: %s: %s\n", in.name(), oneLine(why))
	}
	if f.verbose {
		fmt.Fprintf(stderr, "crux: %s: verification: %v\n", in.name(), dropped)
	}
	return f.write(stdout, report, render.Options{Name: read.Transcript.Name, Source: filepath.Base(in.name()), About: f.about})
}

// logger is for what an engine says of its work.
func (f *summarizeFlags) logger(stderr io.Writer) *slog.Logger {
	if !f.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(stderr, nil))
}

// check finds the faults that no flag can see alone, and settles the format.
func (f *summarizeFlags) check(flags *pflag.FlagSet) error {
	if flags.Changed("last") && f.last < 1 {
		return usagef("--last %d: expected a number of messages, at least 1", f.last)
	}
	if flags.Changed("output") && f.output == "" {
		return usagef("-o: expected the name of a file")
	}
	if flags.Changed("format") {
		return nil
	}
	format, known := formatOf(f.output)
	if !known {
		return usagef("-o %s: expected a name that ends in .txt, .md, .html, .json or .argdown, or --format with one of %s",
			f.output, strings.Join(formats(), ", "))
	}
	f.format.value = format
	return nil
}

// request is what the flags ask of t. It is an error when they ask for none of its messages.
func (f *summarizeFlags) request(t *summarize.Transcript) (summarize.Request, error) {
	first, last := span(t)
	if last.IsZero() && (f.since.set() || f.until.set()) {
		return summarize.Request{}, errors.New("no message has a time, so --since and --until have nothing to go by; use --last")
	}
	r := summarize.Request{
		Since:    f.since.start(last),
		Until:    f.until.end(last),
		Last:     f.last,
		About:    f.about,
		OnlyOpen: f.open,
	}
	if len(t.Messages) > 0 && len(t.Within(r.Since, r.Until).Messages) == 0 {
		return r, fmt.Errorf("no message lies between --since and --until; the transcript runs from %s to %s",
			first.Format(time.RFC3339), last.Format(time.RFC3339))
	}
	return r, nil
}

// write draws the report and puts it where it was asked for.
func (f *summarizeFlags) write(stdout io.Writer, report *summarize.Report, opts render.Options) error {
	if f.output == "" {
		opts.Color, opts.Width = colored(f.color.value, stdout), widthOf(stdout)
	} else {
		opts.Color, opts.Width = f.color.value == "always", plainWidth
	}
	out, err := draw(f.format.value, report, opts)
	if err != nil {
		return err
	}
	if f.output == "" {
		_, err = stdout.Write(out)
		return err
	}
	return writeFile(f.output, out)
}

// span is when the first and the last message that have a time were posted; zero where none has.
func span(t *summarize.Transcript) (first, last time.Time) {
	for _, m := range t.Messages {
		if m.Time.IsZero() {
			continue
		}
		if first.IsZero() || m.Time.Before(first) {
			first = m.Time
		}
		if m.Time.After(last) {
			last = m.Time
		}
	}
	return first, last
}

func countTimeless(t *summarize.Transcript) int {
	n := 0
	for _, m := range t.Messages {
		if m.Time.IsZero() {
			n++
		}
	}
	return n
}
