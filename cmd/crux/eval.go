package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"crux/summarize"
	"crux/summarize/render"
	"crux/summarize/score"
	"crux/summarize/transcript"
)

// evalFlags are the flags of crux eval.
type evalFlags struct {
	engine        choice
	json, each    bool
	reports, save string
}

func newEvalCommand() *cobra.Command {
	flags := evalFlags{engine: engineFlag()}
	cmd := &cobra.Command{
		Use:   "eval DIR",
		Short: "Measure an engine on gold debates",
		Long: `Lets an engine read the transcript of every gold file (*.json) in DIR, without
the gold, and prints how its reports compare with the gold. With --reports it
measures reports that were made before, one file for each gold file, of the same
name; reports that are missing are counted, and the exit code is then 1.`,
		Example: `  crux eval summarize/testdata/debates
  crux eval --each --save /tmp/reports summarize/testdata/debates
  crux eval --reports /tmp/reports summarize/testdata/debates`,
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
	f.Var(&flags.engine, "engine", "the `ENGINE` that reads the debates: "+strings.Join(flags.engine.known, ", "))
	f.BoolVar(&flags.each, "each", false, "also a row for each file")
	f.BoolVar(&flags.json, "json", false, "print one JSON object, with the figures of all files and of each")
	f.StringVar(&flags.reports, "reports", "", "measure the reports in this `DIR` instead of running an engine")
	f.StringVar(&flags.save, "save", "", "write each report to this `DIR`")
	return cmd
}

func (f *evalFlags) run(cmd *cobra.Command, dir string) error {
	if f.reports != "" && (f.save != "" || cmd.Flags().Changed("engine")) {
		return usagef("--reports runs no engine, so --engine and --save have no use beside it")
	}
	if f.save != "" && (input{path: dir}).holds(f.save) {
		return usagef("--save %s would overwrite the gold files", f.save)
	}
	paths, err := goldFiles(dir)
	if err != nil {
		return err
	}
	if f.save != "" {
		if err := os.MkdirAll(f.save, 0o777); err != nil {
			return err
		}
	}
	tallies, err := f.measureAll(cmd.Context(), paths)
	if err != nil {
		return err
	}

	var all score.Tally
	for _, t := range tallies {
		all.Merge(t)
	}
	if err := f.print(cmd, paths, tallies, all.Figures()); err != nil {
		return err
	}
	if missing := all.Figures().Missing; missing > 0 {
		return fmt.Errorf("%s: reports missing or not JSON: %d of %d", f.reports, missing, len(paths))
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

// measureAll measures the files side by side; the tallies stand in the order of the paths.
func (f *evalFlags) measureAll(ctx context.Context, paths []string) ([]*score.Tally, error) {
	summarizer, err := newSummarizer(f.engine)
	if err != nil {
		return nil, err
	}
	tallies := make([]*score.Tally, len(paths))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range paths {
		group.Go(func() error {
			tally, err := f.measure(ctx, summarizer, path)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			tallies[i] = tally
			return nil
		})
	}
	return tallies, group.Wait()
}

func (f *evalFlags) measure(ctx context.Context, s summarize.Summarizer, path string) (*score.Tally, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	gold, err := score.ReadGold(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}

	var report *summarize.Report
	if f.reports != "" {
		report = readReport(filepath.Join(f.reports, filepath.Base(path)))
	} else if report, err = f.makeReport(ctx, s, path); err != nil {
		return nil, err
	}
	var tally score.Tally
	if report == nil {
		tally.AddMissing(gold)
	} else {
		tally.Add(gold, report)
	}
	return &tally, nil
}

// makeReport reports on the transcript of the gold file at path, and saves the report where that is asked for.
func (f *evalFlags) makeReport(ctx context.Context, s summarize.Summarizer, path string) (*summarize.Report, error) {
	read, err := transcript.Open(path, transcript.Options{})
	if err != nil {
		return nil, err
	}
	report, _, err := s.Summarize(ctx, read.Transcript, summarize.Request{})
	if err != nil || f.save == "" {
		return report, err
	}
	var out bytes.Buffer
	if err := render.JSON(&out, report); err != nil {
		return nil, err
	}
	return report, writeFile(filepath.Join(f.save, filepath.Base(path)), out.Bytes())
}

// readReport returns nil where there is no file at path or it is no report.
func readReport(path string) *summarize.Report {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var report summarize.Report
	if json.Unmarshal(data, &report) != nil {
		return nil
	}
	return &report
}

func (f *evalFlags) print(cmd *cobra.Command, paths []string, tallies []*score.Tally, all score.Figures) error {
	out := cmd.OutOrStdout()
	if f.json {
		each := map[string]score.Figures{}
		for i, path := range paths {
			each[rowName(path)] = tallies[i].Figures()
		}
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(map[string]any{"all": all, "each": each})
	}
	var rows strings.Builder
	for i, path := range paths {
		if f.each {
			fmt.Fprintln(&rows, tallies[i].Figures().Row(rowName(path)))
		}
	}
	fmt.Fprintln(&rows, all.Row("all"))
	_, err := fmt.Fprint(out, rows.String())
	return err
}

// rowName is what a file's row is called: its name, without .json.
func rowName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".json")
}
