package embedded

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"crux/summarize"
	"crux/summarize/embedded/encoder"
)

// nothing is the meaning of a text that says nothing.
var nothing meaning

// loadedOnce are the tables, loaded once for all tests: what is encoded stays known.
var loadedOnce = sync.OnceValues(loadTables)

// testTables are the tables that ship. A test may put others in their place, but what they point to is everybody's.
func testTables(t testing.TB) *tables {
	t.Helper()
	loaded, err := loadedOnce()
	if err != nil {
		t.Fatal(err)
	}
	own := *loaded
	return &own
}

// understood is a reading up to the meanings.
func understood(t testing.TB, tb *tables, transcript *summarize.Transcript) *reading {
	t.Helper()
	r := tb.read(transcript)
	r.understand(t.Context())
	return r
}

// meaningsOf are the meanings of texts, each as a unit of its own.
func meaningsOf(t testing.TB, tb *tables, texts ...string) []meaning {
	t.Helper()
	r := &reading{tables: tb, messages: []message{{english: true}}}
	for _, text := range texts {
		r.units = append(r.units, unit{plain: text})
	}
	r.understand(t.Context())
	var out []meaning
	for i := range r.units {
		out = append(out, r.units[i].meaning)
	}
	return out
}

func (a *meaning) length() float64 { return math.Sqrt(a.near(a)) }

func TestNear(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	meanings := make([]meaning, 40)
	for i := range meanings[1:] { // the first says nothing
		a := &meanings[i+1]
		for k := range a {
			a[k] = float32(random.NormFloat64())
		}
		if i%3 == 0 { // opposites
			for k := range a {
				a[k] = -meanings[i][k]
			}
		}
		a.scale()
	}
	for i := range meanings {
		a := &meanings[i]
		if *a != nothing && math.Abs(a.length()-1) > 1e-6 {
			t.Errorf("meaning %d has length %v", i, a.length())
		}
		for k := range meanings {
			b := &meanings[k]
			ab, ba := a.near(b), b.near(a)
			if ab != ba {
				t.Errorf("meaning %d is %v near %d, but the other way round %v", i, ab, k, ba)
			}
			if !(math.Abs(ab) <= 1+1e-6) {
				t.Errorf("meanings %d and %d are %v near", i, k, ab)
			}
			if (*a == nothing || *b == nothing) && ab != 0 {
				t.Errorf("%v near what says nothing", ab)
			}
		}
	}
}

func TestScale(t *testing.T) {
	a := nothing
	if a.scale(); a != nothing {
		t.Errorf("nothing became %v", a)
	}
	b := meaning{3, 0, -4}
	b.scale()
	if want := (meaning{0.6, 0, -0.8}); math.Abs(b.near(&want)-1) > 1e-6 {
		t.Errorf("3, 0, -4 became %v", b)
	}
	b.addTo(&a, 2)
	b.addTo(&a, -0.5)
	if math.Abs(a.near(&b)-1.5) > 1e-6 {
		t.Errorf("one and a half times a meaning is %v times it", a.near(&b))
	}
}

// straight are directions along the first of the encoder's numbers, from a mean.
func straight(mean ...float32) *directions {
	d := &directions{}
	copy(d.mean[:], mean)
	for k := range d.axes {
		d.axes[k][k] = 1
	}
	return d
}

func TestProject(t *testing.T) {
	d := straight(0.5, 0, 0.25)
	for _, test := range []struct {
		name string
		v    encoder.Vector
		want meaning
	}{
		{"a vector", encoder.Vector{3.5, -4, 0.25}, meaning{0.6, -0.8}},
		{"what is kept of a vector", encoder.Vector{3.5, -4, 0.25, encoder.Size - 1: 9}, meaning{0.6, -0.8}},
		{"the mean", d.mean, nothing},
		{"zeros", encoder.Vector{}, nothing},
	} {
		got := d.project(&test.v)
		for k := range got {
			if math.Abs(float64(got[k]-test.want[k])) > 1e-6 {
				t.Errorf("%s stands at %v, expected %v", test.name, got, test.want)
				break
			}
		}
	}
}

// TestDirectionsFitTheStages: the directions that ship are as many as a meaning
// has, stand at right angles, and leave the mean without a meaning.
func TestDirectionsFitTheStages(t *testing.T) {
	d := testTables(t).directions
	for i := range d.axes {
		for k := range i + 1 {
			if cosine := float64(encoder.Dot(&d.axes[i], &d.axes[k])); math.Abs(cosine-b2f(i == k)) > 0.02 {
				t.Errorf("directions %d and %d have the product %.3f", i, k, cosine)
			}
		}
	}
	if got := d.project(&d.mean); got != nothing {
		t.Errorf("the mean means %v", got)
	}
}

// TestParaphrasesAreNear: the same in other words is nearer than anything else that is said.
func TestParaphrasesAreNear(t *testing.T) {
	pairs := [][2]string{
		{"the launch moved seven weeks because of the veto", "they delayed the release by almost two months"},
		{"The cafeteria has become far too expensive.", "Lunch at work costs too much these days."},
		{"Nobody was harmed when the brakes failed.", "The brake failure injured no one."},
		{"My cat sleeps on the keyboard all day.", "The kitten naps on top of my laptop."},
	}
	var texts []string
	for _, pair := range pairs {
		texts = append(texts, pair[:]...)
	}
	meanings := meaningsOf(t, testTables(t), texts...)
	for i := range meanings {
		same := meanings[i].near(&meanings[i^1])
		for k := range meanings {
			if k/2 == i/2 {
				continue
			}
			if other := meanings[i].near(&meanings[k]); other >= same {
				t.Errorf("%q is %.2f near %q, but %.2f near %q", texts[i], same, texts[i^1], other, texts[k])
			}
		}
	}
}

func TestSaysNothing(t *testing.T) {
	for i, m := range meaningsOf(t, testTables(t), "", " \n\t") {
		if m != nothing {
			t.Errorf("blank text %d means %v", i, m)
		}
	}
}

// TestWhiteSpaceMeansNothing: how a text is set changes nothing of its meaning.
func TestWhiteSpaceMeansNothing(t *testing.T) {
	meanings := meaningsOf(t, testTables(t),
		"A queue is one more service. Who runs it?",
		"  A queue is one more service.  Who runs it?\n",
		"A queue\tis one more\u00a0service.\nWho runs it?",
		"A queue is one\r\nmore service.\n\n\nWho runs it?",
	)
	for i := range meanings {
		if meanings[i] != meanings[0] || meanings[i] == nothing {
			t.Errorf("setting %d of the text means %v, another %v", i, meanings[i], meanings[0])
		}
	}
}

const queueText = "A queue needs workers that somebody has to watch at night."

// TestMeaningIsTheTextsOwn: whatever else is said, a message means the same.
func TestMeaningIsTheTextsOwn(t *testing.T) {
	tb := testTables(t)
	alone := understood(t, tb, chat("ann: "+queueText)).messages[0].whole.meaning
	if alone == nothing {
		t.Fatal("the message means nothing")
	}
	many := []string{}
	for i := range 2 * encodeTexts {
		many = append(many, fmt.Sprintf("%c: That is reason number %d against it.", "bc"[i%2], i))
	}
	for name, test := range map[string]struct {
		transcript *summarize.Transcript
		at         int
	}{
		"something before":     {chat("ben: The weather is lovely.", "ann: "+queueText), 1},
		"something after":      {chat("ann: "+queueText, "ben: The weather is lovely.", "cas: Indeed, and it stays so."), 0},
		"the same before":      {chat("ben: "+queueText, "ann: "+queueText), 1},
		"more than one batch":  {chat(append(many, "ann: "+queueText)...), len(many)},
		"the first of batches": {chat(append([]string{"ann: " + queueText}, many...)...), 0},
	} {
		r := understood(t, tb, test.transcript)
		if got := r.messages[test.at].whole.meaning; got != alone {
			t.Errorf("%s: the message means %v, alone %v", name, got, alone)
		}
	}
}

// TestNamesMeanNothing: who is called what changes no meaning.
func TestNamesMeanNothing(t *testing.T) {
	tb := testTables(t)
	var meanings []meaning
	for _, name := range []string{"katya", "siddharth"} {
		r := understood(t, tb, chat(name+": We should move to a queue.", "ben: "+name+" wants a queue, but a queue needs workers."))
		meanings = append(meanings, r.messages[1].whole.meaning)
	}
	if meanings[0] != meanings[1] || meanings[0] == nothing {
		t.Errorf("with another name it means %v, not %v", meanings[1], meanings[0])
	}
}

// TestMeaningOfMessages: it is made of its units', of which each counts by its words.
func TestMeaningOfMessages(t *testing.T) {
	r := understood(t, testTables(t), chat(
		"ann: A queue needs workers that somebody has to watch at night.\n\nAnd it is dear.",
		"ben: :)",
	))
	m := &r.messages[0]
	if m.last-m.first != 2 {
		t.Fatalf("%d units, expected 2", m.last-m.first)
	}
	var want meaning
	for k := m.first; k < m.last; k++ {
		u := &r.units[k]
		if math.Abs(u.meaning.length()-1) > 1e-6 {
			t.Errorf("unit %d has length %v", k, u.meaning.length())
		}
		if u.plain != "" {
			t.Errorf("unit %d still holds %q", k, u.plain)
		}
		u.meaning.addTo(&want, float32(u.words))
	}
	want.scale()
	if got := m.whole.meaning.near(&want); math.Abs(got-1) > 1e-6 {
		t.Errorf("the message is %v near the sum of its units", got)
	}
	if first, second := m.whole.meaning.near(&r.units[0].meaning), m.whole.meaning.near(&r.units[1].meaning); first <= second {
		t.Errorf("the message is %v near its long unit and %v near its short one", first, second)
	}
	if got := r.messages[1].whole.meaning; got != nothing {
		t.Errorf("a smiley means %v", got)
	}
}

// TestOtherLanguagesMeanNothing: what the encoder doesn't know means nothing and holds no phrases, as soon as it is plain that it doesn't.
func TestOtherLanguagesMeanNothing(t *testing.T) {
	tb := testTables(t)
	for language, transcript := range map[string]*summarize.Transcript{"German": german(), "Japanese": japanese()} {
		r := understood(t, tb, transcript)
		for i := range r.messages[1:] {
			if got := r.messages[i+1].whole.meaning; got != nothing {
				t.Errorf("%s: message %d means %v", language, i+1, got)
			}
			if got := r.messages[i+1].phrased; got != [2]float64{} {
				t.Errorf("%s: the phrases of message %d score %v", language, i+1, got)
			}
		}
		for _, u := range r.units {
			if !r.messages[u.message].english && u.phrased != [roleCount]float64{} {
				t.Errorf("%s: the phrases of %q score %v", language, r.text(&u), u.phrased)
			}
		}
	}
}

// TestLaterLanguageChangesNothing: that people go on in another language changes nothing of what was said in English.
func TestLaterLanguageChangesNothing(t *testing.T) {
	english := queueDebate()
	both := chat()
	both.Messages = append(both.Messages, english.Messages...)
	for i, m := range slices.Repeat(german().Messages, 3) {
		m.ID, m.ReplyTo = fmt.Sprintf("g%d", i), ""
		both.Messages = append(both.Messages, m)
	}
	before, after := linked(t, english), linked(t, both)
	for i := range before.messages {
		was, is := &before.messages[i], &after.messages[i]
		if was.whole.meaning == nothing || is.whole.meaning != was.whole.meaning {
			t.Errorf("message %d means %v, and %v once more was said in German", i, was.whole.meaning, is.whole.meaning)
		}
		if !slices.Equal(was.links, is.links) {
			t.Errorf("message %d responds to %v, and to %v once more was said in German", i, was.links, is.links)
		}
	}
}

// TestUnderstandCanBeStopped: once nobody waits for it any more, nothing more is encoded.
func TestUnderstandCanBeStopped(t *testing.T) {
	tb := testTables(t)
	stopped, stop := context.WithCancel(t.Context())
	asked := 0
	tb.encode = func(dst []encoder.Vector, texts []string) {
		asked += len(texts)
		for i := range texts {
			dst[i] = encoder.Vector{1}
		}
		stop()
	}
	r := &reading{tables: tb, messages: []message{{english: true}}, units: make([]unit, 3*encodeTexts)}
	r.understand(stopped)
	if asked != encodeTexts {
		t.Errorf("stopped in the first batch of %d, %d texts were encoded", encodeTexts, asked)
	}
	asked = 0
	if r.understand(stopped); asked != 0 {
		t.Errorf("stopped before, %d texts were encoded", asked)
	}
}

// TestUnderstandInBatches: each text is encoded once, in order, and gets its own meaning.
func TestUnderstandInBatches(t *testing.T) {
	tb := testTables(t)
	tb.directions = straight()
	n := 0
	tb.encode = func(dst []encoder.Vector, texts []string) {
		if len(texts) > encodeTexts {
			t.Errorf("%d texts at once", len(texts))
		}
		for i, text := range texts {
			if text != fmt.Sprint(n) {
				t.Errorf("text %d is %q", n, text)
			}
			dst[i] = encoder.Vector{}
			dst[i][n%meaningSize] = 1
			n++
		}
	}
	for _, size := range []int{0, 1, encodeTexts, encodeTexts + 1, 2*encodeTexts + 7} {
		n = 0
		var texts []string
		for i := range size {
			texts = append(texts, fmt.Sprint(i))
		}
		for i, m := range meaningsOf(t, tb, texts...) {
			if m[i%meaningSize] != 1 {
				t.Fatalf("of %d texts, text %d means %v", size, i, m)
			}
		}
		if n != size {
			t.Errorf("%d of %d texts were encoded", n, size)
		}
	}
}
