package score_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

var update = flag.Bool("update", false, "write testdata/golden.json anew from the script's figures")

const (
	goldDir = "../testdata/debates"
	// reportDir holds reports that are wrong in many ways: quotes shifted, cut
	// and invented, sides null or swapped, rows twice, debates too many, one
	// report that is not JSON, and none for some of the debates.
	reportDir = "testdata/reports"
	golden    = "testdata/golden.json"
)

// script is the scorer that set the definitions.
var script = filepath.FromSlash("../../../shared/gold/score.py")

// TestFiguresAreTheScripts holds the package to figures that the script gave for the same reports.
func TestFiguresAreTheScripts(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	var want map[string]map[string]*float64
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}

	got := map[string]score.Figures{}
	all := tallyAll(t, func(name string, one *score.Tally) { got[name] = one.Figures() })
	got["all"] = all.Figures()

	if len(got) != len(want) {
		t.Errorf("%d rows, the script has %d", len(got), len(want))
	}
	for name, figures := range got {
		compare(t, name, byName(t, figures), want[name])
	}
}

// TestRowsAreTheScripts runs the script itself, where it is there, and compares what both print.
func TestRowsAreTheScripts(t *testing.T) {
	if _, err := os.Stat(script); err != nil {
		t.Skipf("the script is not there: %v", err)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("no Python to run the script: %v", err)
	}
	out, err := exec.Command(python, script, "--each", goldDir, reportDir).Output()
	if exit := new(exec.ExitError); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: reports are missing
		t.Fatal(err)
	}

	var got strings.Builder
	all := tallyAll(t, func(name string, one *score.Tally) { got.WriteString(one.Figures().Row(name) + "\n") })
	got.WriteString(all.Figures().Row("all") + "\n")

	if got.String() != string(out) {
		t.Errorf("printed:\n%s\nthe script prints:\n%s", got.String(), out)
	}
}

// tallyAll scores the reports of all gold files, in order of name, and tells each of every file's tally.
func tallyAll(t *testing.T, each func(name string, one *score.Tally)) *score.Tally {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(goldDir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no gold files in %s: %v", goldDir, err)
	}
	var all score.Tally
	for _, path := range paths {
		gold := readGold(t, path)
		var one score.Tally
		if report := readReport(t, filepath.Join(reportDir, filepath.Base(path))); report != nil {
			one.Add(gold, report)
		} else {
			one.AddMissing(gold)
		}
		all.Merge(&one)
		each(strings.TrimSuffix(filepath.Base(path), ".json"), &one)
	}
	return &all
}

func readGold(t testing.TB, path string) *score.Gold {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	gold, err := score.ReadGold(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return gold
}

// readReport returns nil where there is no report or it is not JSON.
func readReport(t testing.TB, path string) *summarize.Report {
	t.Helper()
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var report summarize.Report
	if err := json.Unmarshal(data, &report); err != nil {
		return nil
	}
	return &report
}

// byName gives figures by their names in JSON, which are the script's.
func byName(t *testing.T, f score.Figures) map[string]*float64 {
	t.Helper()
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var named map[string]*float64
	if err := json.Unmarshal(data, &named); err != nil {
		t.Fatal(err)
	}
	return named
}

func compare(t *testing.T, row string, got, want map[string]*float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: figures %v, the script has %v", row, reflect.ValueOf(got).MapKeys(), reflect.ValueOf(want).MapKeys())
	}
	for name, w := range want {
		g, ok := got[name]
		switch {
		case !ok, (g == nil) != (w == nil):
			t.Errorf("%s: %s is %v, the script has %v", row, name, g, w)
		case g != nil && math.Abs(*g-*w) > 1e-9:
			t.Errorf("%s: %s is %.12f, the script has %.12f", row, name, *g, *w)
		}
	}
}

// writeGolden asks the script for its figures, unrounded.
func writeGolden(t *testing.T) {
	t.Helper()
	const program = `
import json, os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import score
rows = {}
score.show = lambda name, row: rows.update({name: row})
sys.argv = [sys.argv[1], "--each"] + sys.argv[2:]
score.main()
print(json.dumps(rows, indent=1))`
	out, err := exec.Command("python3", "-B", "-c", program, script, goldDir, reportDir).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, out, 0o644); err != nil {
		t.Fatal(err)
	}
}
