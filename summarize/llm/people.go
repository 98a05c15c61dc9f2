package llm

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"

	"crux/summarize"
)

// people are the people of a transcript under handles, such as P3, in the order in which
// they first wrote, so that the same transcript always has the same handles.
type people struct {
	prefix  string
	ids     []string          // by handle, from 1
	handles map[string]string // by id
	names   map[string]string // by id, as people call them
	writers int               // how many of ids, the first, wrote anything
	absent  map[string]bool   // by id: whose names are never shown
	ways    map[string][]form // in which anybody is called, by firstOf; nil where nobody is to be masked
	masks   *regexp.Regexp    // of handles in what a model says
}

// prefixes are what handles may begin with; the first that nobody writes is taken.
var prefixes = []string{"P", "U", "M", "Person", "Member"}

// newPeople gives everybody a handle. Where named is true, handles are the people's names, save of
// those who are absent.
func newPeople(t *summarize.Transcript, named bool) *people {
	p := &people{handles: map[string]string{}, names: map[string]string{}, absent: map[string]bool{}}
	for i := range t.Messages {
		if m := &t.Messages[i]; !m.Bot && m.Author != "" && p.handles[m.Author] == "" {
			p.ids = append(p.ids, m.Author)
			p.handles[m.Author] = "?"
			p.names[m.Author] = t.Name(m.Author)
		}
	}
	p.writers = len(p.ids)
	p.prefix = freePrefix(t)
	p.masks = regexp.MustCompile(`@?\b` + p.prefix + `([0-9]+)\b`)
	taken := map[string]bool{}
	for i, id := range p.ids {
		handle := p.prefix + strconv.Itoa(i+1)
		if name := p.names[id]; named && name != "" && !taken[strings.ToLower(name)] {
			handle = name
		}
		taken[strings.ToLower(handle)] = true
		p.handles[id] = handle
	}
	if named {
		p.addAbsent(t)
		p.compile(p.ids[p.writers:])
		return p
	}
	p.addSilent(t)
	p.addAbsent(t)
	p.compile(p.ids)
	return p
}

// freePrefix is a beginning of handles that no message holds before a digit.
func freePrefix(t *summarize.Transcript) string {
	for _, prefix := range prefixes {
		used := regexp.MustCompile(`\b` + prefix + `[0-9]`)
		if !slices.ContainsFunc(t.Messages, func(m summarize.Message) bool { return used.MatchString(m.Text) }) {
			return prefix
		}
	}
	return "Participant"
}

// compile prepares to find people's ids and names in what others write: ids in mentions, names after
// an at sign, and, where they are long enough, names as they stand; those that are a common word too
// only as they are written, with a capital, or in capitals.
func (p *people) compile(ids []string) {
	p.ways = map[string][]form{}
	who := map[string]string{}
	add := func(text, handle string, f form) {
		text = strings.TrimSpace(text)
		if key := strings.ToLower(text); text != "" && (who[key] == "" || who[key] == handle) {
			who[key] = handle
			f.text, f.handle = text, handle
			if first := firstOf(text); !slices.Contains(p.ways[first], f) {
				p.ways[first] = append(p.ways[first], f)
			}
		}
	}
	addName := func(name, handle string) {
		switch {
		case utf8.RuneCountInString(name) < shortestName:
			add(name, handle, form{called: true})
		case !isCommon(strings.ToLower(name)):
			add(name, handle, form{})
		default:
			add(name, handle, form{called: true})
			first, size := utf8.DecodeRuneInString(name)
			add(string(unicode.ToUpper(first))+name[size:], handle, form{exact: true})
			add(strings.ToUpper(name), handle, form{exact: true})
		}
	}
	parts := p.parts()
	for _, id := range ids {
		handle := p.handles[id]
		add(id, handle, form{called: true})
		addName(p.names[id], handle)
		if utf8.RuneCountInString(p.names[id]) >= shortestName {
			add(p.names[id], handle, form{exact: true})
		}
		for _, part := range parts[id] {
			addName(part, handle)
		}
	}
	for _, forms := range p.ways {
		slices.SortStableFunc(forms, func(a, b form) int { return len(b.text) - len(a.text) }) // the longest first
	}
}

// form is a way in which somebody is called.
type form struct {
	text, handle string
	// called is only with an at sign before it, exact only in these letters.
	called, exact bool
}

// firstOf is the beginning of a text by which forms are looked up: its first word in lower case,
// or its first character where that is of no word.
func firstOf(text string) string {
	for at, r := range text {
		if !inWord(r) {
			return strings.ToLower(text[:max(at, utf8.RuneLen(r))])
		}
	}
	return strings.ToLower(text)
}

// found is where somebody is called in a text, from an offset on.
type found struct {
	from, to int
	handle   string
	at       bool // with an at sign
}

// next is the first place from an offset on where somebody is called. ok is false where nobody is.
func (p *people) next(text string, from int) (f found, ok bool) {
	if len(p.ways) == 0 {
		return f, false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	for at, r := range text[from:] {
		at += from
		begins := !inWord(before) || !inWord(r)
		before = r
		if !begins || unicode.IsSpace(r) {
			continue
		}
		begin := at
		mention := strings.HasPrefix(text[at:], "<@")
		if mention {
			at += len("<@")
			at += len(text[at:]) - len(strings.TrimPrefix(text[at:], "!"))
		} else if r == '@' {
			at++
		}
		if f, ok := p.calledAt(text, at, at > begin); ok {
			f.from, f.at = begin, at > begin
			if mention {
				end := strings.IndexByte(text[f.to:], '>')
				if end < 0 || end > 0 && text[f.to] != '|' {
					continue
				}
				f.to += end + 1
			}
			return f, true
		}
	}
	return f, false
}

// calledAt is who is called by the words at an offset, as a whole.
func (p *people) calledAt(text string, at int, called bool) (found, bool) {
	if at >= len(text) {
		return found{}, false
	}
	for _, f := range p.ways[firstOf(text[at:])] {
		to := at + len(f.text)
		if to > len(text) || f.called && !called || !isWhole(text, at, to) {
			continue
		}
		if is := text[at:to]; is == f.text || (called || !f.exact) && strings.EqualFold(is, f.text) {
			return found{to: to, handle: f.handle}, true
		}
	}
	return found{}, false
}

// parts are the parts of people's names, in lower case, by which one of them can be meant and no other:
// nobody calls dan_the_mod The, or post-author Post.
func (p *people) parts() map[string][]string {
	owners := map[string][]string{}
	for _, id := range p.ids {
		for _, part := range strings.FieldsFunc(strings.ToLower(p.names[id]), func(r rune) bool { return !unicode.IsLetter(r) }) {
			isOwn := !english.IsStopWord(part) && !slices.Contains(roles, part)
			if isOwn && utf8.RuneCountInString(part) >= shortestName && !slices.Contains(owners[part], id) {
				owners[part] = append(owners[part], id)
			}
		}
	}
	parts := map[string][]string{}
	for _, part := range slices.Sorted(maps.Keys(owners)) {
		if who := owners[part]; len(who) == 1 {
			parts[who[0]] = append(parts[who[0]], part)
		}
	}
	return parts
}

// addSilent gives handles to people who are known by name and wrote nothing: they may be spoken of.
func (p *people) addSilent(t *summarize.Transcript) {
	for _, id := range slices.Sorted(maps.Keys(t.Names)) {
		p.add(id, t.Name(id))
	}
}

// addAbsent gives handles to people of whom nothing is read: they may be spoken of too.
func (p *people) addAbsent(t *summarize.Transcript) {
	for _, id := range slices.Sorted(maps.Keys(t.Absent)) {
		p.absent[id] = p.add(id, t.Absent[id])
	}
}

// add gives a handle to somebody who wrote nothing. It returns false where they have one.
func (p *people) add(id, name string) bool {
	if p.handles[id] != "" {
		return false
	}
	p.ids = append(p.ids, id)
	p.handles[id] = p.prefix + strconv.Itoa(len(p.ids))
	p.names[id] = name
	return true
}

// shortestName is how many characters a name must have to be taken for one without an at sign.
const shortestName = 3

// isCommon reports whether a name is also a common word, so that in lower case it is rarely the name.
func isCommon(lower string) bool {
	return english.IsStopWord(lower) || slices.Contains(commonNames, lower)
}

// roles are what people put into their names besides them.
var roles = []string{
	"admin", "author", "bot", "dev", "editor", "guest", "helper", "host", "mod", "moderator", "official", "owner", "post", "poster",
	"staff", "support", "team", "test", "user",
}

var commonNames = []string{
	"angel", "april", "art", "august", "autumn", "baker", "bear", "bill", "bishop", "bob", "brook", "buck", "carol", "chance", "chase",
	"christian", "clay", "cook", "daisy", "dale", "dawn", "dean", "dick", "don", "drew", "duke", "earl", "faith", "fox", "frank", "gene", "ghost",
	"glen", "grace", "grant", "gray", "guy", "harmony", "heath", "holly", "hope", "hunter", "iris", "ivy", "jack", "jade", "jay", "jewel", "joy",
	"june", "king", "lance", "law", "lee", "mark", "mars", "mason", "max", "may", "mercy", "miles", "misty", "nick", "norm", "olive", "page", "pat",
	"patience", "pearl", "penny", "peter", "pierce", "poppy", "prince", "queen", "ray", "red", "reed", "rich", "river", "rob", "robin", "rocky", "rose",
	"ruby", "rusty", "sage", "sandy", "sky", "skip", "star", "stone", "storm", "sue", "summer", "sunny", "terry", "tony", "trinity", "van", "victor",
	"violet", "wade", "ward", "will", "winter", "wolf", "wood", "young",
}

// handle is how somebody is called on the sheet, "" for nobody.
func (p *people) handle(id string) string { return p.handles[id] }

// person is the id of a handle. ok is false where nobody has it.
func (p *people) person(handle string) (id string, ok bool) {
	handle = strings.TrimPrefix(strings.TrimSpace(handle), "@")
	for _, id := range p.ids {
		if strings.EqualFold(p.handles[id], handle) {
			return id, true
		}
	}
	return "", false
}

// wrote reports whether somebody wrote a message.
func (p *people) wrote(id string) bool { return slices.Contains(p.ids[:p.writers], id) }

// unmask puts names in place of the handles in words of the model's own, and of the absent that it is somebody.
func (p *people) unmask(words string) string {
	return p.masks.ReplaceAllStringFunc(words, func(found string) string {
		id, ok := p.person(found)
		switch {
		case !ok:
			return found
		case p.absent[id]:
			return somebody
		}
		return p.names[id]
	})
}

// somebody is what people are called whose names are never shown.
const somebody = "somebody"

// masked is a text with handles in place of names, and where each part of it comes from.
type masked struct {
	text string
	// starts are, for each byte of text and for its end, the offset in the original from
	// which it comes; ends likewise where what ends there ends in the original.
	starts, ends []int
}

// mask puts handles in place of ids and names.
func (p *people) mask(text string) masked {
	var b strings.Builder
	m := masked{}
	keep := func(from, to int) {
		for i := from; i < to; i++ {
			m.starts = append(m.starts, i)
			m.ends = append(m.ends, i)
		}
		b.WriteString(text[from:to])
	}
	at := 0
	for {
		f, ok := p.next(text, at)
		if !ok {
			break
		}
		keep(at, f.from)
		handle := f.handle
		if f.at {
			handle = "@" + handle
		}
		for i := range handle {
			m.starts = append(m.starts, f.from)
			end := f.to
			if i == 0 {
				end = f.from
			}
			m.ends = append(m.ends, end)
		}
		b.WriteString(handle)
		at = f.to
	}
	keep(at, len(text))
	m.starts, m.ends = append(m.starts, len(text)), append(m.ends, len(text))
	m.text = b.String()
	return m
}

// original is where in the original a part of the masked text stands.
func (m masked) original(start, end int) (from, to int) { return m.starts[start], m.ends[end] }

// isWhole reports whether text[start:end] is no part of a longer word.
func isWhole(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	first, _ := utf8.DecodeRuneInString(text[start:end])
	last, _ := utf8.DecodeLastRuneInString(text[start:end])
	return !(inWord(before) && inWord(first)) && !(inWord(last) && inWord(after))
}

func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_')
}
