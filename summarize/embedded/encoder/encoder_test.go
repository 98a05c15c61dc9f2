package encoder

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// sentence has 21 tokens.
const sentence = "Can someone point to a case where a lab actually delayed a release over one bad evaluation result?"

func testEncoder(t testing.TB, k *kernels) *Encoder {
	t.Helper()
	e, err := newEncoder(k)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The weights are what summarize/embedded/training/encoder writes.
func TestFilesAreThoseOfTheConversion(t *testing.T) {
	for name, file := range map[string][2]string{
		"weights.bin": {weightsFile, "da24bec7ee06bcbaa5a87bf214224075e5bc7c9d74f30f80b2780296ce5a27f5"},
		"vocab.tsv":   {vocabularyFile, "4ed3d085a5ee639abf6952baa9856872611e0673da3f4e751d59686746a72afb"},
	} {
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(file[0]))); got != file[1] {
			t.Errorf("%s has the SHA-256 %s, want %s", name, got, file[1])
		}
	}
}

// reference are texts with the vectors that the original gave them.
func reference(t testing.TB) (texts []string, vectors []Vector) {
	t.Helper()
	var stored []struct {
		Text   string
		Vector string // float32, little-endian, base64
	}
	readJSON(t, "testdata/vectors.json", &stored)
	vectors = make([]Vector, len(stored))
	for i, r := range stored {
		data, err := base64.StdEncoding.DecodeString(r.Vector)
		if err != nil || len(data) != 4*Size {
			t.Fatalf("%q: a vector of %d bytes, %v", r.Text, len(data), err)
		}
		for j := range Size {
			vectors[i][j] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*j:]))
		}
		texts = append(texts, r.Text)
	}
	return texts, vectors
}

func TestVectorsAreNearTheOriginal(t *testing.T) {
	texts, want := reference(t)
	if len(texts) < 40 {
		t.Fatalf("there are %d texts only", len(texts))
	}
	got := make([]Vector, len(texts))
	testEncoder(t, fastest()).Encode(got, texts)
	var sum float64
	lowest := 1.0
	for i, text := range texts {
		cosine := float64(Dot(&got[i], &want[i]))
		if cosine < 0.9990 {
			t.Errorf("%q: cosine %.5f", text, cosine)
		}
		sum += cosine
		lowest = min(lowest, cosine)
	}
	mean := sum / float64(len(texts))
	if mean < 0.9995 {
		t.Errorf("the mean cosine is %.5f", mean)
	}
	t.Logf("%d texts: lowest cosine %.5f, mean %.5f", len(texts), lowest, mean)
}

// Every processor gives these very bits, alone or in a batch, kept or computed.
func TestVectorsAreTheSameEverywhere(t *testing.T) {
	const want = "ed3af147efa9d2bfe5eaa26f1e1067046fbd6d48b97cfd4596ae37e4f5decd31"
	texts, _ := reference(t)
	together, alone := make([]Vector, len(texts)), make([]Vector, 1)
	testEncoder(t, fastest()).Encode(together, texts)
	hash := sha256.New()
	if err := binary.Write(hash, binary.LittleEndian, together); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", hash.Sum(nil)); got != want {
		t.Errorf("the vectors have the SHA-256 %s, want %s", got, want)
	}
	some := texts
	if testing.Short() {
		some = texts[:len(texts)/5] // plain Go is slow, more so under the race detector
	}
	for _, k := range available() {
		e := testEncoder(t, k)
		for range 2 { // computed, then kept
			got := make([]Vector, len(some))
			if e.Encode(got, some); !slices.Equal(got, together[:len(some)]) {
				t.Errorf("%s: the vectors are others", k.name)
			}
		}
	}
	e := testEncoder(t, fastest())
	for i, text := range texts {
		if e.Encode(alone, []string{text}); alone[0] != together[i] {
			t.Errorf("%q: the vector depends on the texts beside it", text)
		}
	}
}

func TestTextsWithoutWords(t *testing.T) {
	e := testEncoder(t, fastest())
	got := []Vector{{1}, {1}, {1}}
	e.Encode(got, []string{"", "yes", ""})
	if got[0] != (Vector{}) || got[2] != (Vector{}) {
		t.Error("a text of nothing is not all zeros")
	}
	if d := Dot(&got[1], &got[1]); math.Abs(float64(d)-1) > 1e-5 {
		t.Errorf("a vector's length is %v", d)
	}
	if d := Dot(&got[0], &got[1]); d != 0 {
		t.Errorf("a text of nothing is %v near another", d)
	}
	e.Encode(nil, nil)
}

// Several goroutines ask for the same texts at once.
func TestEncodeAtTheSameTime(t *testing.T) {
	e := testEncoder(t, fastest())
	texts := make([]string, 64)
	for i := range texts {
		texts[i] = "no. " + strconv.Itoa(i)
	}
	want := make([]Vector, len(texts))
	testEncoder(t, fastest()).Encode(want, texts)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			mine := slices.Concat(texts[g*len(texts)/4:], texts[:g*len(texts)/4])
			got := make([]Vector, len(mine))
			e.Encode(got, mine)
			for i := range got {
				if got[i] != want[(i+g*len(texts)/4)%len(want)] {
					t.Errorf("%q has another vector", mine[i])
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache()
	var v Vector
	for i := range 3 * cacheSets * cacheWays {
		v[0] = float32(i)
		c.put(uint64(i), &v)
	}
	kept := 0
	for i := range 3 * cacheSets * cacheWays {
		if c.get(uint64(i), &v) {
			kept++
			if v[0] != float32(i) {
				t.Fatalf("under %d is the vector of %v", i, v[0])
			}
			if i < 2*cacheSets*cacheWays {
				t.Fatalf("%d is kept, which is older than what was dropped", i)
			}
		}
	}
	if kept != cacheSets*cacheWays {
		t.Errorf("%d vectors are kept, want %d", kept, cacheSets*cacheWays)
	}
}

// Once there is a workspace and the cache is full, encoding takes no memory.
func TestEncodeNeedsNoMemory(t *testing.T) {
	e := testEncoder(t, fastest())
	texts := make([]string, 20)
	dst := make([]Vector, len(texts))
	for i := range texts {
		texts[i] = sentence[:len(sentence)-i]
	}
	w := newWorkspace()
	encode := func() {
		for i, text := range texts {
			w.pending = e.tokens.appendTokens(w.pending[:0], text, &w.tokens)
			w.add(i, e.cache.key(text))
			e.encodeBatch(w, dst)
		}
	}
	for range cacheWays {
		encode()
	}
	if n := testing.AllocsPerRun(20, encode); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestWeightErrors(t *testing.T) {
	data := weightsFile
	for what, broken := range map[string]string{
		"another file": "something else", "an empty one": "", "too short": data[:len(data)-1], "too long": data + "\x00",
	} {
		if _, err := loadModel(broken); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// The reason for all this: what means the same is nearer than what has the same words.
func TestMeaning(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if name := fastest().name; e.Kernel() != name {
		t.Errorf("computes with %s, not %s", e.Kernel(), name)
	}
	v := make([]Vector, 3)
	e.Encode(v, []string{"How old are you?", "What is your age?", "How old is this building?"})
	if same, other := Dot(&v[0], &v[1]), Dot(&v[0], &v[2]); same <= other {
		t.Errorf("cosines %v and %v", same, other)
	}
}
