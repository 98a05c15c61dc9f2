package embedded

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortForms end in a full stop that ends no sentence.
var shortForms = map[string]bool{
	"e.g.": true, "i.e.": true, "eg.": true, "ie.": true, "vs.": true, "etc.": true, "cf.": true, "approx.": true,
	"dr.": true, "mr.": true, "mrs.": true, "ms.": true, "prof.": true, "st.": true, "fig.": true, "no.": true, "al.": true, "p.": true, "pp.": true, "ca.": true,
}

// sentences splits prose into sentences, without the white space around them. A
// sentence ends with closing punctuation and what closes after it, before white
// space, or with the line: each list item is at least one. Chat often goes on in
// lower case, so the case of what follows says nothing.
func sentences(prose string) []span {
	var found []span
	start := 0
	for i := 0; i < len(prose); {
		r, size := utf8.DecodeRuneInString(prose[i:])
		at := i
		i += size
		switch {
		case r == '\n':
		case r == '。' || r == '！' || r == '？':
		case r == '.' || r == '!' || r == '?' || r == '…':
			for i < len(prose) && strings.ContainsRune(".!?…", firstRune(prose[i:])) {
				i += utf8.RuneLen(firstRune(prose[i:]))
			}
			closed := i + len(prose[i:]) - len(strings.TrimLeft(prose[i:], "\"'”’»)]*_"))
			space := len(prose[closed:]) - len(strings.TrimLeft(prose[closed:], " \t\r"))
			i = closed
			if space == 0 && closed < len(prose) && prose[closed] != '\n' {
				continue // 3.5, example.org
			}
			goesOn := closed+space < len(prose) && prose[closed+space] != '\n'
			if goesOn && (endsShortForm(prose[start:at+1]) || endsQuotation(prose[at:closed], prose[closed+space:])) {
				continue
			}
		default:
			continue
		}
		found = appendSentence(found, prose, span{start, i})
		start = i
	}
	return appendSentence(found, prose, span{start, len(prose)})
}

// endsShortForm is true after "e.g.", an initial, or the number of a list item.
func endsShortForm(text string) bool {
	last := text[strings.LastIndexAny(text, " \n\t(")+1:]
	if shortForms[strings.ToLower(last)] {
		return true
	}
	body := strings.TrimRight(last, ".")
	if body == "" || len(body) == len(last) {
		return false
	}
	isInitial := utf8.RuneCountInString(body) == 1 && unicode.IsUpper(firstRune(body))
	isListNumber := len(strings.TrimSpace(text)) == len(last) && strings.Trim(body, "0123456789") == ""
	return isInitial || isListNumber
}

// endsQuotation is true where the punctuation closes a quotation in mid-sentence:
// the title “Is it solved?” was meant to provoke.
func endsQuotation(end, rest string) bool {
	return strings.ContainsAny(end, "\"”’»)") && unicode.IsLower(firstRune(rest))
}

// appendSentence adds the range without its surrounding space, if it says anything.
func appendSentence(found []span, prose string, s span) []span {
	text := prose[s.start:s.end]
	trimmed := strings.TrimSpace(text)
	if !strings.ContainsFunc(trimmed, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return found
	}
	start := s.start + strings.Index(text, trimmed)
	return append(found, span{start, start + len(trimmed)})
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}
