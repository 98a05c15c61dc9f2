package encoder

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func testTokenizer(t testing.TB) *tokenizer {
	t.Helper()
	tokens, err := newTokenizer(vocabularyFile)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func readJSON(t testing.TB, file string, to any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatal(err)
	}
}

// referenceTokens are texts with the ids that the original tokenizer gave them.
type referenceTokens []struct {
	Text string
	IDs  []int32
}

func TestTokensAreThoseOfTheOriginal(t *testing.T) {
	var reference referenceTokens
	readJSON(t, "testdata/tokens.json", &reference)
	if len(reference) < 300 {
		t.Fatalf("there are %d texts only", len(reference))
	}
	tokens, scratch := testTokenizer(t), &tokenScratch{}
	for _, r := range reference {
		want := r.IDs[:min(len(r.IDs), maxTokens)]
		if got := tokens.appendTokens(nil, r.Text, scratch); !slices.Equal(got, want) {
			t.Errorf("%q: ids %v, want %v", r.Text, got, want)
		}
	}
}

// The beginning of a long text is split as it is in the whole, where it is enough.
func TestTokensOfLongTexts(t *testing.T) {
	tokens := testTokenizer(t)
	for _, text := range []string{
		strings.Repeat("nobody has answered this, ", 2000),
		strings.Repeat("我们", 6000),
		strings.Repeat("我们 ", 6000) + "and then words",
		strings.Repeat("a", 3*longText),
		strings.Repeat(" ", 3*longText),
	} {
		var whole tokenScratch
		tokens.split(text, &whole)
		want := appendReversed(nil, whole.path)
		if got := tokens.appendTokens(nil, text, &tokenScratch{}); !slices.Equal(got, want) {
			t.Errorf("%.20q…: ids %v, want %v", text, got, want)
		}
	}
}

// Only what has to be normalized takes memory, as norm.Form allocates.
func TestTokensNeedNoMemory(t *testing.T) {
	tokens, scratch := testTokenizer(t), &tokenScratch{}
	ids := make([]int32, 0, maxTokens)
	for _, text := range []string{"Can someone point to a case where a lab delayed a release?", "naïve café: “quoted”", "我们 🙂"} {
		if n := testing.AllocsPerRun(100, func() { ids = tokens.appendTokens(ids[:0], text, scratch) }); n != 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}

func TestVocabularyErrors(t *testing.T) {
	if _, err := newTokenizer("a\t1\nb\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a piece without a score: %v", err)
	}
}

// FuzzTokens compares with a plain reading of the original: positions are
// characters, and every piece is tried everywhere.
func FuzzTokens(f *testing.F) {
	for _, text := range []string{"", "hello :) there", "a\xffb\xe2\x96", "10:30 ”5 ://", "▁▁ ▁x", "e\u0301 ½", "\u00a0:"} {
		f.Add(text)
	}
	tokens, scratch := testTokenizer(f), &tokenScratch{}
	plain := newPlainTokenizer(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := tokens.appendTokens(nil, text, scratch)
		var s tokenScratch
		s.normalize(text)
		if want := plain.tokens(string(s.text)); !slices.Equal(got, want[:min(len(want), maxTokens)]) {
			t.Errorf("%q: ids %v, want %v", text, got, want)
		}
	})
}

type plainTokenizer struct {
	ids     map[string]int32
	scores  []float64
	lengths []int // in characters
}

func newPlainTokenizer(t testing.TB) *plainTokenizer {
	p := &plainTokenizer{ids: map[string]int32{}, scores: testTokenizer(t).scores}
	for line := range strings.Lines(vocabularyFile) {
		piece, _, _ := strings.Cut(strings.ReplaceAll(line, separator, " "), "\t")
		if id := len(p.lengths); id >= reservedPieces {
			p.ids[piece] = int32(id)
		}
		p.lengths = append(p.lengths, utf8.RuneCountInString(piece))
	}
	return p
}

func (p *plainTokenizer) tokens(text string) []int32 {
	symbols := []rune(text)
	best, last := make([]float64, len(symbols)+1), make([]int32, len(symbols)+1)
	for end := 1; end <= len(symbols); end++ {
		for start := max(0, end-20); start < end; start++ {
			id, known := p.ids[string(symbols[start:end])]
			if !known && (end != start+1 || p.any(symbols[start:])) {
				continue
			}
			var score float64
			if known {
				score = p.scores[id]
			}
			if sum := score + best[start]; best[end] == 0 || sum >= best[end] {
				best[end], last[end] = sum, id
			}
		}
	}
	var path []int32
	for end := len(symbols); end > 0; end -= p.lengths[path[len(path)-1]] {
		path = append(path, last[end])
	}
	path = slices.CompactFunc(path, func(a, b int32) bool { return a == unknown && b == unknown })
	slices.Reverse(path)
	return path
}

// any reports whether a piece begins the text.
func (p *plainTokenizer) any(symbols []rune) bool {
	for n := 1; n <= min(20, len(symbols)); n++ {
		if _, ok := p.ids[string(symbols[:n])]; ok {
			return true
		}
	}
	return false
}

func BenchmarkTokens(b *testing.B) {
	tokens, scratch := testTokenizer(b), &tokenScratch{}
	ids := make([]int32, 0, maxTokens)
	b.ReportAllocs()
	for b.Loop() {
		ids = tokens.appendTokens(ids[:0], sentence, scratch)
	}
	b.ReportMetric(float64(len(ids)), "tokens")
}
