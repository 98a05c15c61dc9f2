package llm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"crux/summarize"
)

// find finds a quote in the message that it names, or in the one other that has it to the letter.
func (s *sheet) find(d draftQuote) (summarize.Quote, bool) {
	if d.earlier != nil {
		return *d.earlier, true
	}
	q, ok := s.quote(d.N, d.Text)
	if !ok {
		if n := s.only(d.Text); n > 0 {
			q, ok = s.quote(n, d.Text)
		}
	}
	return q, ok
}

// only is the number of the one message that holds the words to the letter, 0 where none or several do.
func (s *sheet) only(words string) int {
	found := 0
	if len(strings.Fields(words)) < fewestWords {
		return 0
	}
	for i := range s.rows {
		if strings.Contains(s.rows[i].said.text, words) {
			if found > 0 {
				return 0
			}
			found = i + 1
		}
	}
	return found
}

// quote finds what a model gives as a quote of a row, and returns the verbatim words of the
// message. Only white space, quotation marks, dashes, letter case and ellipses may differ: an ellipsis within
// stands for words left out, so that the verbatim quote is from its first word to its last where they
// are near, else the longest part that is there. A quote that begins or ends within a word has all of
// the word, since part of it may say the opposite. ok is false where nothing of it is.
func (s *sheet) quote(number int, words string) (q summarize.Quote, ok bool) {
	r := s.row(number)
	if r == nil || !saysSomething(words) {
		return q, false
	}
	start, end, ok := locate(r.said.text, words)
	if !ok {
		return q, false
	}
	from, to := r.said.original(start, end)
	from, to = wholeWords(r.message.Text, from, to)
	text := r.message.Text[from:to]
	return summarize.Quote{Message: r.message.ID, Text: text, URL: r.message.URL}, utf8.ValidString(text)
}

// wholeWords widens a part of a text to the words in which it begins and ends.
func wholeWords(text string, from, to int) (int, int) {
	for from > 0 {
		before, size := utf8.DecodeLastRuneInString(text[:from])
		if first, _ := utf8.DecodeRuneInString(text[from:to]); !goesOn(before, first) {
			break
		}
		from -= size
	}
	for to < len(text) {
		after, size := utf8.DecodeRuneInString(text[to:])
		if last, _ := utf8.DecodeLastRuneInString(text[from:to]); !goesOn(last, after) {
			break
		}
		to += size
	}
	return from, to
}

// goesOn reports whether two characters in a row are of one word. Scripts that put no blanks
// between words have no such characters.
func goesOn(a, b rune) bool { return inWord(a) && inWord(b) && !unspaced(a) && !unspaced(b) }

func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// farthest is how many times longer than its parts a quote with an ellipsis may be.
const farthest = 2

// locate finds words in a text, and where they begin and end in it, in bytes.
func locate(text, words string) (start, end int, ok bool) {
	if words = strings.TrimSpace(words); words == "" {
		return 0, 0, false
	}
	if at := strings.Index(text, words); at >= 0 {
		return at, at + len(words), true
	}
	in := fold(text)
	var parts []string
	for _, part := range strings.Split(strings.ReplaceAll(words, "...", "…"), "…") {
		if folded := fold(part).text; folded != "" {
			parts = append(parts, folded)
		}
	}
	if len(parts) == 0 {
		return 0, 0, false
	}
	if start, end, ok := in.inOrder(parts); ok {
		return start, end, true
	}
	longest := ""
	for _, part := range parts {
		if len(part) > len(longest) && in.has(part) {
			longest = part
		}
	}
	if len(parts) < 2 || len(strings.Fields(longest)) < fewestWords {
		return 0, 0, false
	}
	return in.inOrder1(longest)
}

// fewestWords are the words that a part of a quote must have to stand for all of it.
const fewestWords = 4

// folded is a text without what may differ, and where each byte of it comes from.
type folded struct {
	text   string
	starts []int // the offset of the rune that a byte comes from
	ends   []int // the offset after it
}

// fold leaves out quotation marks and what formats, makes white space one blank and letters lower.
func fold(text string) folded {
	var f folded
	var b strings.Builder
	write := func(r rune, from, to int) {
		n := b.Len()
		b.WriteRune(r)
		for range b.Len() - n {
			f.starts, f.ends = append(f.starts, from), append(f.ends, to)
		}
	}
	space := false
	for at, r := range text {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[at:])
		}
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case strings.ContainsRune("\"'`“”„‟‘’‚‛«»‹›*_~|", r), unicode.Is(unicode.Cf, r):
			continue
		case strings.ContainsRune("‐‑‒–—―−", r):
			r = '-'
		}
		if space {
			write(' ', at, at)
			space = false
		}
		write(unicode.ToLower(r), at, at+size)
	}
	f.text = b.String()
	return f
}

func (f folded) has(part string) bool { return strings.Contains(f.text, part) }

// inOrder finds all parts, one after the other and near each other.
func (f folded) inOrder(parts []string) (start, end int, ok bool) {
	total := 0
	for _, part := range parts {
		total += len(part)
	}
	for from, tries := 0, 0; ; tries++ {
		at := strings.Index(f.text[from:], parts[0])
		if at < 0 || tries == mostBeginnings {
			return 0, 0, false
		}
		first := from + at
		last := first + len(parts[0])
		for _, part := range parts[1:] {
			next := strings.Index(f.text[last:], part)
			if next < 0 { // nor is it after any later beginning
				return 0, 0, false
			}
			last += next + len(part)
		}
		if last-first <= farthest*total+40 {
			return f.starts[first], f.ends[last-1], true
		}
		from = first + 1
	}
}

// mostBeginnings are how many places are tried for the beginning of a quote with parts left out.
const mostBeginnings = 200

func (f folded) inOrder1(part string) (start, end int, ok bool) { return f.inOrder([]string{part}) }
