package ledger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// A quote whose words are respelled in at most mostRespelled places stays the same quote; each such
	// word has leastRespelled letters at least, and differs in mostLetters of them at most.
	mostRespelled  = 3
	leastRespelled = 4
	mostLetters    = 2
)

// respelled is what stands in a message's text, now that it was edited, in place of a quote of it: the same
// words but for some that are spelled otherwise. ok is false where there is no such place, or there are
// several. No word may be gone or added, and no short word or number differ: that may change what is said.
func respelled(quote, text string) (now string, ok bool) {
	was, is := strings.Fields(quote), placed(text)
	if len(was) == 0 || len(was) > len(is) {
		return "", false
	}
	for i := range len(is) - len(was) + 1 {
		if !isRespelled(was, is[i:i+len(was)]) {
			continue
		}
		if ok {
			return "", false
		}
		now, ok = text[is[i].from:is[i+len(was)-1].to], true
	}
	return now, ok
}

// word is a word of a text, with its place in bytes.
type word struct {
	text     string
	from, to int
}

func placed(text string) []word {
	var words []word
	from := -1
	for at, r := range text + " " {
		switch isSpace := unicode.IsSpace(r); {
		case isSpace && from >= 0:
			words = append(words, word{text[from:at], from, at})
			from = -1
		case !isSpace && from < 0:
			from = at
		}
	}
	return words
}

func isRespelled(was []string, is []word) bool {
	differ := 0
	for i := range was {
		if was[i] == is[i].text {
			continue
		}
		if differ++; differ > mostRespelled || !isTypo(was[i], is[i].text) {
			return false
		}
	}
	return true
}

// isTypo reports whether two words are likely one, spelled in two ways.
func isTypo(a, b string) bool {
	isOther := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsPunct(r) }
	if strings.ContainsFunc(a+b, isOther) {
		return false
	}
	if strings.EqualFold(strings.TrimFunc(a, unicode.IsPunct), strings.TrimFunc(b, unicode.IsPunct)) {
		return true
	}
	if denies(a) != denies(b) {
		return false
	}
	return min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) >= leastRespelled && isNear([]rune(a), []rune(b))
}

// denies reports whether a word may end in "not".
func denies(word string) bool {
	bare := strings.TrimRightFunc(strings.ToLower(word), unicode.IsPunct)
	return strings.HasSuffix(bare, "n't") || strings.HasSuffix(bare, "n’t") || strings.HasSuffix(bare, "nt")
}

// isNear reports whether the optimal string alignment distance of two words is mostLetters at most and
// their first letters are the same: "unsafe" is no way to spell "safe".
func isNear(a, b []rune) bool {
	if unicode.ToLower(a[0]) != unicode.ToLower(b[0]) || max(len(a), len(b))-min(len(a), len(b)) > mostLetters {
		return false
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)] <= mostLetters
}
