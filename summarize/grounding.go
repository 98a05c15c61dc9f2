package summarize

import (
	"iter"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"github.com/kljensen/snowball/english"
)

// gistLimit is how many code points a quote that stands in for a gist has at most.
const gistLimit = 200

// gistOf is the first quote on one line, cut at a word where it is long.
func gistOf(quotes []Quote) string {
	var gist strings.Builder
	left := gistLimit
	for word := range strings.FieldsSeq(quotes[0].Text) {
		left -= utf8.RuneCountInString(word) + 1
		if left < 0 {
			if gist.Len() == 0 { // a word longer than any gist
				gist.WriteString(string([]rune(word)[:gistLimit-1]))
			}
			return gist.String() + "…"
		}
		if gist.Len() > 0 {
			gist.WriteByte(' ')
		}
		gist.WriteString(word)
	}
	return gist.String()
}

// wording finds out whether what is said in other words claims more than what
// was said. What it can check are numbers, links and names, and it holds as a
// name what is part of a person's name in the transcript, what has a capital
// inside, and what begins with one where no sentence does. Each must stand, as a
// whole word in whatever case, in what was said; for a person a mention will do.
type wording struct {
	// people are the ids of the people who are called so, by word of a name.
	people map[string][]string
}

func newWording(t *Transcript) wording {
	w := wording{people: map[string][]string{}}
	known := map[string]bool{}
	add := func(id string) {
		if id == "" || known[id] {
			return
		}
		known[id] = true
		for _, name := range []string{id, t.Names[id]} {
			for word := range wordsOf(name) {
				w.people[form(word)] = append(w.people[form(word)], strings.ToLower(id))
			}
		}
	}
	for _, m := range t.Messages {
		add(m.Author)
	}
	for id := range t.Names {
		add(id)
	}
	return w
}

// claim is a number, name or link that must have been said.
type claim struct {
	form   string
	people []string // whose mention will do, by id in lower case
	cut    bool     // by an ellipsis, so that more of it may have been said
}

// grounded reports whether every number, name and link of text was said.
func (w wording) grounded(text string, said iter.Seq[string]) bool {
	claims := w.claims(text)
	if len(claims) == 0 {
		return true
	}
	for s := range said {
		if claims = unmet(claims, s); len(claims) == 0 {
			return true
		}
	}
	return false
}

// claims are the numbers, names and links of a text.
func (w wording) claims(text string) []claim {
	var claims []claim
	for _, link := range links(text) {
		claims = append(claims, claim{form: link, cut: strings.HasSuffix(strings.ToLower(text), link+"…")})
	}
	begins, last := true, "" // whether a sentence begins here; the last word
	tokens := words.FromString(text)
	for tokens.Next() {
		token := tokens.Value()
		if !isWord(token) {
			begins = begins || strings.ContainsAny(token, ".!?…:\n")
			continue
		}
		if last = form(token); w.mustBeSaid(token, begins) {
			claims = append(claims, claim{form: last, people: w.people[last]})
		}
		begins = false
	}
	if n := len(claims); n > 0 && claims[n-1].form == last && strings.HasSuffix(text, "…") {
		claims[n-1].cut = true
	}
	return claims
}

// mustBeSaid reports whether a word is a number, a name or the name of a site.
func (w wording) mustBeSaid(word string, beginsSentence bool) bool {
	if strings.ContainsFunc(word, unicode.IsNumber) || dotted(word) {
		return true
	}
	f := form(word)
	if english.IsStopWord(f) || utf8.RuneCountInString(f) < 2 {
		return false
	}
	if len(w.people[f]) > 0 {
		return true
	}
	first, size := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) && !beginsSentence || strings.ContainsFunc(word[size:], unicode.IsUpper)
}

// dotted is true of "example.com" and "train.py", but not of "e.g".
func dotted(word string) bool {
	at := strings.LastIndexByte(word, '.')
	return at > 0 && utf8.RuneCountInString(word[at+1:]) > 1
}

// unmet are the claims that are not met by what was said.
func unmet(claims []claim, said string) []claim {
	said = strings.ReplaceAll(strings.ToLower(said), "’", "'")
	var forms map[string]bool // of the words said, once they are needed
	var left []claim
	for _, c := range claims {
		if mentions(said, c.people) {
			continue
		}
		if !strings.Contains(said, c.form) {
			left = append(left, c)
			continue
		}
		if forms == nil {
			forms = map[string]bool{}
			for word := range wordsOf(said) {
				forms[form(word)] = true
			}
			for _, link := range links(said) {
				forms[link] = true
			}
		}
		if !forms[c.form] && !(c.cut && beginsAny(forms, c.form)) {
			left = append(left, c)
		}
	}
	return left
}

func beginsAny(forms map[string]bool, prefix string) bool {
	for f := range forms {
		if strings.HasPrefix(f, prefix) {
			return true
		}
	}
	return false
}

// mentions reports whether one of the people is mentioned the way platforms write it, as in <@123> or @123.
func mentions(said string, people []string) bool {
	for _, id := range people {
		for rest := said; ; {
			_, after, found := strings.Cut(rest, "@")
			if !found {
				break
			}
			rest = after
			after, isSame := strings.CutPrefix(strings.TrimPrefix(after, "!"), id)
			next, _ := utf8.DecodeRuneInString(after)
			if isSame && next != '_' && !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				return true
			}
		}
	}
	return false
}

var linkPattern = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>|]+`)

// links are the links in a text, in lower case and without the punctuation after them.
func links(text string) []string {
	found := linkPattern.FindAllString(strings.ToLower(text), -1)
	for i := range found {
		found[i] = strings.TrimRight(found[i], `.,;:!?…"')]}*_`)
	}
	return found
}

// wordsOf are the words of a text (UAX #29) that begin with a letter or a digit.
func wordsOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		tokens := words.FromString(text)
		for tokens.Next() {
			if token := tokens.Value(); isWord(token) && !yield(token) {
				return
			}
		}
	}
}

func isWord(token string) bool {
	first, _ := utf8.DecodeRuneInString(token)
	return unicode.IsLetter(first) || unicode.IsNumber(first)
}

// form is a word in lower case without what English hangs on with an apostrophe.
func form(word string) string {
	word = strings.ReplaceAll(strings.ToLower(word), "’", "'")
	if at := strings.LastIndexByte(word, '\''); at > 0 {
		switch word[at+1:] {
		case "s", "t", "m", "d", "re", "ve", "ll":
			return word[:at]
		}
	}
	return word
}
