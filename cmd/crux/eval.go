package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crux/config"
	"crux/summarize/score"
)

// evalFlags are the flags of crux eval.
type evalFlags struct {
	json, each     bool
	reliability    bool
	reports, save  string
	record, replay string
	concurrency    int
}

func newEvalCommand() *cobra.Command {
	var flags evalFlags
	cmd := &cobra.Command{
		Use:   "eval DIR",
		Short: "Measure an engine on gold debates",
		Long: `Lets an engine read the transcript of every gold file (*.json) in DIR, without
the gold, and prints how its reports compare with the gold. With --reports it
measures reports that were made before, one file for each gold file, of the same
name; reports that are missing are counted, and the exit code is then 1.

With --reliability a table follows, over all files: for each range of confidence,
how many objections that gold has as well were given one in it, their mean
confidence, and the share of them that were rightly called open or closed. The two
are the same where the confidence can be trusted; the calibration error says how far
apart they are, as a mean over the objections. With --json it is under "reliability".

The engine is the embedded one, or the language model that engine.name and its
like in the configuration ("crux serve --help"), CRUX_ENGINE_... in the environment
and the flags ask for; the messages then go to it. A report in which another engine
had to stand in is not measured; the exit code is then 1.

With --record all that a model is asked and answers is kept in a folder, without
the key; what is in the folder already is not asked again, so that a run can be
interrupted. With --replay nobody is asked: the answers come from that folder, for
nothing, as long as prompts and debates are the same.`,
		Example: `  crux eval summarize/testdata/debates
  crux eval --each --save /tmp/reports summarize/testdata/debates
  crux eval --reliability summarize/testdata/debates
  crux eval --reports /tmp/reports summarize/testdata/debates
  CRUX_ENGINE_API_KEY_FILE=key crux eval --engine openai --record /tmp/answers summarize/testdata/debates
  crux eval --replay /tmp/answers summarize/testdata/debates`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("expected one folder of gold files, got %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return flags.run(cmd, args[0])
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&flags.each, "each", false, "also a row for each file")
	f.BoolVar(&flags.reliability, "reliability", false, "also a table of how far the confidence in open or closed can be trusted")
	f.BoolVar(&flags.json, "json", false, "print one JSON object, with the figures of all files and of each")
	f.StringVar(&flags.reports, "reports", "", "measure the reports in this `DIR` instead of running an engine")
	f.StringVar(&flags.save, "save", "", "write each report to this `DIR`")
	config.EngineFlags(f)
	f.StringVar(&flags.record, "record", "", "keep what the model is asked and answers in this `DIR`")
	f.StringVar(&flags.replay, "replay", "", "answer from this `DIR`, which --record wrote, instead of asking a model")
	f.IntVar(&flags.concurrency, "concurrency", 0, "read `N` debates at a time, and give a model N prompts at a time;\nby default as many as there are processors, and engine.concurrency")
	return cmd
}

func (f *evalFlags) run(cmd *cobra.Command, dir string) error {
	if err := f.check(cmd.Flags(), dir); err != nil {
		return err
	}
	paths, err := goldFiles(dir)
	if err != nil {
		return err
	}
	m, err := f.measurer(cmd.Flags())
	if err != nil {
		return err
	}
	if f.save != "" {
		if err := os.MkdirAll(f.save, 0o777); err != nil {
			return err
		}
	}
	tallies, err := m.measureAll(cmd.Context(), paths)
	if err != nil {
		return err
	}

	var all score.Tally
	for _, t := range tallies {
		all.Merge(t)
	}
	if err := f.print(cmd, paths, tallies, &all); err != nil {
		return err
	}
	if missing := all.Figures().Missing; missing > 0 {
		return fmt.Errorf("%s: reports missing or not JSON: %d of %d", f.reports, missing, len(paths))
	}
	return nil
}

// check finds the faults that no flag can see alone.
func (f *evalFlags) check(flags *pflag.FlagSet, dir string) error {
	changed := func(names ...string) bool { return slices.ContainsFunc(names, flags.Changed) }
	switch {
	case f.reports != "" && changed("save", "engine", "model", "base-url", "record", "replay", "concurrency"):
		return usagef("--reports runs no engine, so --engine, --save and their like have no use beside it")
	case f.replay != "" && changed("engine", "model", "base-url", "record"):
		return usagef("--replay asks no engine, so --engine, --model, --base-url and --record have no use beside it")
	case changed("concurrency") && f.concurrency < 1:
		return usagef("--concurrency %d: expected a number of debates, at least 1", f.concurrency)
	case f.save != "" && (input{path: dir}).holds(f.save):
		return usagef("--save %s would overwrite the gold files", f.save)
	case f.record != "" && (input{path: dir}).holds(f.record):
		return usagef("--record %s would write among the gold files", f.record)
	}
	return nil
}

// goldFiles are the paths of the gold files of a folder, in order of name.
func goldFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".json" {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: no gold files; expected *.json, each with messages and gold", dir)
	}
	return paths, nil
}

func (f *evalFlags) print(cmd *cobra.Command, paths []string, tallies []*score.Tally, all *score.Tally) error {
	out := cmd.OutOrStdout()
	if f.json {
		each := map[string]score.Figures{}
		for i, path := range paths {
			each[rowName(path)] = tallies[i].Figures()
		}
		object := map[string]any{"all": all.Figures(), "each": each}
		if f.reliability {
			object["reliability"] = all.Reliability()
		}
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(object)
	}
	var rows strings.Builder
	for i, path := range paths {
		if f.each {
			fmt.Fprintln(&rows, tallies[i].Figures().Row(rowName(path)))
		}
	}
	fmt.Fprintln(&rows, all.Figures().Row("all"))
	if f.reliability {
		fmt.Fprintf(&rows, "\n%s\n", all.Reliability())
	}
	_, err := fmt.Fprint(out, rows.String())
	return err
}

// rowName is what a file's row is called: its name, without .json.
func rowName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".json")
}
