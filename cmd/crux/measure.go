package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"crux/config"
	"crux/summarize"
	"crux/summarize/render"
	"crux/summarize/score"
	"crux/summarize/transcript"
)

// measurer measures reports on gold debates.
type measurer struct {
	// reader makes the reports; it is nil where they lie in the folder reports.
	reader  *reader
	reports string
	// recording is below reader, nil for none.
	recording *recording
	// save is the folder to which reports are written, "" for none.
	save string
	// atOnce is how many debates are read at a time.
	atOnce int
}

// measurer makes what the flags ask for.
func (f *evalFlags) measurer(flags *pflag.FlagSet) (*measurer, error) {
	m := &measurer{reports: f.reports, save: f.save, atOnce: runtime.GOMAXPROCS(0)}
	if f.reports != "" {
		return m, nil
	}
	c, err := f.engine(flags, m)
	if err != nil {
		return nil, err
	}
	if f.concurrency > 0 {
		c.Concurrency = f.concurrency
	}
	if c.IsModel() {
		m.atOnce = c.Concurrency
	} else if f.concurrency > 0 {
		m.atOnce = f.concurrency
	}
	var client *http.Client
	if m.recording != nil {
		client = clientOver(m.recording)
	}
	m.reader, err = newReader(c, client, slog.New(slog.DiscardHandler))
	return m, err
}

// engine is the engine that the flags ask for; what they ask of a recording goes to m.
func (f *evalFlags) engine(flags *pflag.FlagSet, m *measurer) (c config.Engine, err error) {
	if f.replay != "" {
		m.recording, c, err = replay(f.replay)
		return c, err
	}
	if c, err = engineConfig(flags); err != nil || f.record == "" {
		return c, err
	}
	if !c.IsModel() {
		return c, usagef("--record keeps what a language model answers, and the %s engine asks none; name one with --engine", c.Name)
	}
	m.recording, err = record(f.record, c, http.DefaultTransport)
	return c, err
}

// measureAll measures the files side by side; the tallies stand in the order of the paths.
func (m *measurer) measureAll(ctx context.Context, paths []string) ([]*score.Tally, error) {
	tallies := make([]*score.Tally, len(paths))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(m.atOnce)
	for i, path := range paths {
		group.Go(func() error {
			tally, err := m.measure(ctx, path)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			tallies[i] = tally
			return nil
		})
	}
	return tallies, group.Wait()
}

func (m *measurer) measure(ctx context.Context, path string) (*score.Tally, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	gold, err := score.ReadGold(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}

	var report *summarize.Report
	if m.reader == nil {
		report = readReport(filepath.Join(m.reports, filepath.Base(path)))
	} else if report, err = m.makeReport(ctx, path); err != nil {
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

// makeReport reports on the transcript of the gold file at path, and saves the report where
// that is asked for. It is an error where the engine that is measured did not make all of it.
func (m *measurer) makeReport(ctx context.Context, path string) (*summarize.Report, error) {
	read, err := transcript.Open(path, transcript.Options{})
	if err != nil {
		return nil, err
	}
	report, _, err := m.reader.Summarize(ctx, read.Transcript, summarize.Request{})
	if err != nil {
		return nil, err
	}
	if m.recording != nil {
		if err := m.recording.err(m.reader.config); err != nil {
			return nil, err
		}
	}
	if why := m.reader.trouble(report); why != "" {
		return nil, errors.New("not measured, as the figures would not be those of " + m.reader.config.String() + ": " + why)
	}
	if m.save == "" {
		return report, nil
	}
	var out bytes.Buffer
	if err := render.JSON(&out, report); err != nil {
		return nil, err
	}
	return report, writeFile(filepath.Join(m.save, filepath.Base(path)), out.Bytes())
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
