//go:build fit

package embedded

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"crux/summarize"
)

// The public data sets show what the judges are worth on texts that nobody wrote
// for crux. Each is a folder of its own, with a line of JSON a document or pair in
// train.jsonl.gz and dev.jsonl.gz; all figures are of dev. What a set needs
// besides what ships is fitted to its train part, measured and dropped.
var benchmarksDir = flag.String("benchmarks", "", "the folder of the public data sets, each in a folder of its own; go test takes a relative path from the package's folder")

// readBenchmark reads all lines of a part of a public data set.
func readBenchmark[T any](t testing.TB, set, part string) []T {
	t.Helper()
	if *benchmarksDir == "" {
		t.Fatal("where are the public data sets? Name their folder: -benchmarks DIR")
	}
	path := filepath.Join(*benchmarksDir, set, part+".jsonl.gz")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<24)
	var all []T
	for lines.Scan() {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%s:%d: %v", path, len(all)+1, err)
		}
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return all
}

// found counts what was found of what there is to find.
type found struct{ right, said, there int }

// count notes one thing that was said or not, and is so or not.
func (f *found) count(said, there bool) {
	f.said += int(b2f(said))
	f.there += int(b2f(there))
	f.right += int(b2f(said && there))
}

func (f found) f1() float64 { return 2 * float64(f.right) / max(1, float64(f.said+f.there)) }

func (f found) String() string {
	return fmt.Sprintf("P %.1f R %.1f F1 %.1f (%d right of %d said and %d there)",
		100*float64(f.right)/max(1, float64(f.said)), 100*float64(f.right)/max(1, float64(f.there)), 100*f.f1(), f.right, f.said, f.there)
}

// readTexts reads texts that nobody says to anybody, a message each. Their words are
// weighed by how many of them hold each.
func readTexts(t testing.TB, tb *tables, texts []string) *reading {
	t.Helper()
	known := *tb
	v := newVocabulary(tb.lexicon.function, nil, 0)
	transcript := &summarize.Transcript{}
	for i, text := range texts {
		v.count(i, v.split(clean(text).prose))
		transcript.Messages = append(transcript.Messages, summarize.Message{ID: strconv.Itoa(i), Text: text})
	}
	known.prior, known.priorMessages = map[string]float32{}, float64(len(texts))
	for stem, id := range v.stems {
		known.prior[stem] = v.seen[id]
	}
	r := known.read(transcript)
	r.understand(t.Context())
	return r
}

// curve is the area under the receiver operating characteristic.
func curve(scores []float64, gold []bool) float64 {
	right, pairs := 0.0, 0.0
	for i := range scores {
		for k := range scores {
			if gold[i] && !gold[k] {
				pairs++
				right += b2f(scores[i] > scores[k]) + 0.5*b2f(scores[i] == scores[k])
			}
		}
	}
	return right / max(1, pairs)
}

// standardize brings values to a mean of 0 and a standard deviation of 1.
func standardize(values []float64) {
	mean, spread := 0.0, 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		spread += (v - mean) * (v - mean) / float64(len(values))
	}
	for i, v := range values {
		values[i] = (v - mean) / max(math.Sqrt(spread), 1e-9)
	}
}
