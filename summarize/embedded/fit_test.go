//go:build fit

package embedded

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

var goldDir = flag.String("gold", "training/debates", "the folders of the gold files to learn from, as in PATH; go test takes a relative path from the package's folder")

const (
	weightsDir = "weights"
	// seedThread is the thread that the project started from. It and a paraphrase must always be
	// read right, so what units do and what becomes of objections is learned from it as well.
	seedThread = goldFolder + "/inner-alignment-solved.json"
	// seedTimes is how often, so that a folder of gold doesn't outvote it.
	seedTimes = 30
	// fileFolds is into how many parts the files are dealt out for the cross-validation.
	fileFolds = 6
	// writerFolds is the same for the writers.
	writerFolds = 4
)

// TestFit fits every table to the gold files and writes weights/*.tsv.
func TestFit(t *testing.T) {
	writeTables(t, fitAll(t, trainingFiles(t)))
}

// TestCrossValidate prints how well debates are read that were left out of the
// fit: dealt out file by file, and writer by writer. A file's name starts with
// its writer's, up to the first "-".
func TestCrossValidate(t *testing.T) {
	files := trainingFiles(t)
	writers := map[string]bool{}
	byFile, byWriter := map[string][]*goldFile{}, map[string][]*goldFile{}
	for i, g := range files {
		fold := fmt.Sprintf("fold %d", i%fileFolds+1)
		byFile[fold] = append(byFile[fold], g)
		writers[g.writer()] = true
	}
	for i, w := range slices.Sorted(maps.Keys(writers)) {
		fold := fmt.Sprintf("fold %d", i%writerFolds+1)
		for _, g := range files {
			if g.writer() == w {
				byWriter[fold] = append(byWriter[fold], g)
			}
		}
	}
	crossValidate(t, "by file", files, byFile)
	crossValidate(t, "by writer", files, byWriter)
}

func trainingFiles(t *testing.T) []*goldFile {
	t.Helper()
	var files []*goldFile
	for _, dir := range filepath.SplitList(*goldDir) {
		files = append(files, readGoldFiles(t, dir)...)
	}
	return files
}

// crossValidate measures each part with tables fitted to all the others.
func crossValidate(t *testing.T, name string, files []*goldFile, parts map[string][]*goldFile) {
	t.Helper()
	names := slices.Sorted(maps.Keys(parts))
	tallies := make([]score.Tally, len(names))
	t.Run(name, func(t *testing.T) {
		for n, part := range names {
			t.Run(part, func(t *testing.T) {
				t.Parallel()
				others := slices.DeleteFunc(slices.Clone(files), func(g *goldFile) bool { return slices.Contains(parts[part], g) })
				measure(t, &Engine{fitAll(t, others)}, parts[part], &tallies[n])
			})
		}
	})
	var sum score.Tally
	rows := name + ":\n"
	for n, part := range names {
		rows += tallies[n].Figures().Row(part) + "\n"
		sum.Merge(&tallies[n])
	}
	t.Log(rows + sum.Figures().Row("sum") + "\n" + sum.Reliability().String())
}

// measure adds to the tally how the engine reads the files.
func measure(t *testing.T, e *Engine, files []*goldFile, tally *score.Tally) {
	t.Helper()
	for _, g := range files {
		info, debates, err := e.Read(t.Context(), g.transcript, func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		tally.Add(g.gold, &summarize.Report{Engine: info, Debates: debates})
	}
}

// writeTables writes the files that loadTables reads.
func writeTables(t *testing.T, tb *tables) {
	t.Helper()
	for name, m := range tb.models() {
		var table strings.Builder
		if err := (*m).write(&table); err != nil {
			t.Fatal(err)
		}
		writeTable(t, name, table.String())
	}
	for name, n := range tb.networks() {
		var table strings.Builder
		if err := (*n).write(&table); err != nil {
			t.Fatal(err)
		}
		writeTable(t, name, table.String())
	}
	for name, p := range tb.phrasers() {
		var table strings.Builder
		if err := (*p).judge.write(&table); err != nil {
			t.Fatal(err)
		}
		writeTable(t, name, table.String())
	}
	var axes strings.Builder
	if err := tb.directions.write(&axes); err != nil {
		t.Fatal(err)
	}
	writeTable(t, "directions", axes.String())
	var prior strings.Builder
	fmt.Fprintf(&prior, "(messages)\t%.0f\n", tb.priorMessages)
	for _, stem := range slices.Sorted(maps.Keys(tb.prior)) {
		fmt.Fprintf(&prior, "%s\t%.0f\n", stem, tb.prior[stem])
	}
	writeTable(t, "prior", prior.String())
}

func writeTable(t *testing.T, name, table string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(weightsDir, name+".tsv"), []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
}
