package embedded

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

func shippedLexicon(t testing.TB) *lexicon {
	t.Helper()
	lex, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	return lex
}

func TestEveryLexiconFileIsAClass(t *testing.T) {
	lex := shippedLexicon(t)
	if !slices.IsSorted(lex.classes) {
		t.Errorf("the classes %v are not in order, but weights go by their order", lex.classes)
	}
	files, err := fs.Glob(lexiconFiles, "lexicon/*.txt")
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		class := strings.TrimSuffix(path.Base(file), ".txt")
		if class == functionClass {
			if len(lex.function) == 0 {
				t.Error("there are no function words")
			}
			continue
		}
		at := slices.Index(lex.classes, class)
		if at < 0 || at != lex.class(class) {
			t.Errorf("%s is no class", class)
			continue
		}
		phrases := 0
		for _, under := range lex.phrases {
			for _, p := range under {
				if p.class == at {
					phrases++
				}
			}
		}
		if phrases == 0 {
			t.Errorf("%s holds no phrase", file)
		}
	}
}

// TestPhrasesAreFoundAsWritten: each phrase, as it stands in its file, is found
// where somebody writes just that, however they type apostrophes and capitals.
func TestPhrasesAreFoundAsWritten(t *testing.T) {
	lex := shippedLexicon(t)
	for first, under := range lex.phrases {
		for _, p := range under {
			text := strings.Join(append([]string{first}, p.rest...), " ")
			for _, written := range []string{text, strings.ToUpper(text), strings.ReplaceAll(text, "'", "’")} {
				if found := lex.find(plainVocabulary().split(written)); found.count[p.class] == 0 && !lex.denied[p.class] {
					t.Errorf("%s: %q isn't found in %q", lex.classes[p.class], text, written)
				}
			}
		}
	}
}

func TestCues(t *testing.T) {
	lex := shippedLexicon(t)
	tests := []struct {
		text, class           string
		count                 uint8
		opens, starts, absent bool
	}{
		{text: "You’re right, it fails", class: "concede", count: 1, opens: true, starts: true},
		{text: "You're right, it fails", class: "concede", count: 1, opens: true, starts: true},
		{text: "on the second one, the disk, you're right", class: "concede", count: 1},
		{text: "fair point about the disk. and again, good catch", class: "concede", count: 2, opens: true, starts: true},
		{text: "I take it back", class: "withdraw", count: 2, opens: true, starts: true},
		{text: "no, i don't withdraw that", class: "withdraw", absent: true},
		{text: "I wouldn't concede that", class: "concede", absent: true},
		{text: "the right thing", class: "concede", absent: true},
		{text: "lol", class: "joke", count: 1, opens: true, starts: true},
		{text: "", class: "joke", absent: true},
	}
	for _, test := range tests {
		found := lex.find(plainVocabulary().split(test.text))
		at := lex.class(test.class)
		if test.absent != (found.count[at] == 0) {
			t.Errorf("%q holds %d cues of %s", test.text, found.count[at], test.class)
		}
		if test.count > 0 && found.count[at] < test.count {
			t.Errorf("%q holds %d cues of %s, expected %d", test.text, found.count[at], test.class, test.count)
		}
		if found.opens.has(at) != test.opens || found.starts.has(at) != test.starts {
			t.Errorf("%q: %s opens it %t and starts it %t, expected %t and %t", test.text, test.class, found.opens.has(at), found.starts.has(at), test.opens, test.starts)
		}
	}
}

// TestPartOfAPhraseIsNone: a phrase that the text breaks off, or goes on from otherwise, is no cue.
func TestPartOfAPhraseIsNone(t *testing.T) {
	lex := shippedLexicon(t)
	for text, want := range map[string]bool{"stand": false, "i stand": false, "I stand corrected": true, "I stand firm": false, "touch": false} {
		if found := lex.find(plainVocabulary().split(text)); (found.count[lex.class("concede")] > 0) != want {
			t.Errorf("%q grants something: %t, expected %t", text, !want, want)
		}
	}
}
