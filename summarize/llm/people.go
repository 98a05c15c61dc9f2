package llm

import (
	"cmp"
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
	mention *regexp.Regexp    // of anybody, by id or name; nil where nobody is to be masked
	masks   *regexp.Regexp    // of handles in what a model says
	who     map[string]string // the handle of what mention matches, in lower case
}

// prefixes are what handles may begin with; the first that nobody writes is taken.
var prefixes = []string{"P", "U", "M", "Person", "Member"}

// newPeople gives everybody a handle. Where named is true, handles are the people's names.
func newPeople(t *summarize.Transcript, named bool) *people {
	p := &people{handles: map[string]string{}, names: map[string]string{}, who: map[string]string{}}
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
	if !named {
		p.compile(t)
	}
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

// compile prepares to find ids and names in what people write: ids in mentions, names after an
// at sign, and, where they are long enough, names as they stand; those that are a common word too
// only as they are written, with a capital, or in capitals.
func (p *people) compile(t *summarize.Transcript) {
	p.addSilent(t)
	var ids, called, plain, written []string
	add := func(list *[]string, form, handle string) {
		form = strings.TrimSpace(form)
		key := strings.ToLower(form)
		if form != "" && (p.who[key] == "" || p.who[key] == handle) {
			p.who[key] = handle
			*list = append(*list, regexp.QuoteMeta(form))
		}
	}
	addName := func(name, handle string) {
		add(&called, name, handle)
		switch {
		case utf8.RuneCountInString(name) < shortestName:
		case !isCommon(strings.ToLower(name)):
			add(&plain, name, handle)
		default:
			first, size := utf8.DecodeRuneInString(name)
			add(&written, string(unicode.ToUpper(first))+name[size:], handle)
			add(&written, strings.ToUpper(name), handle)
		}
	}
	parts := p.parts()
	for _, id := range p.ids {
		handle := p.handles[id]
		add(&ids, id, handle)
		add(&called, id, handle)
		addName(p.names[id], handle)
		if utf8.RuneCountInString(p.names[id]) >= shortestName {
			add(&written, p.names[id], handle)
		}
		for _, part := range parts[id] {
			addName(part, handle)
		}
	}
	var ways []string
	for _, way := range []struct {
		before string
		forms  []string
		after  string
	}{{`<@!?(?i:`, ids, `)(?:\|[^>]*)?>`}, {`@(?i:`, called, `)`}, {`(?i:`, plain, `)`}, {`(?:`, written, `)`}} {
		if len(way.forms) > 0 {
			slices.SortFunc(way.forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // the longest first
			ways = append(ways, way.before+`(`+strings.Join(slices.Compact(way.forms), "|")+`)`+way.after)
		}
	}
	if len(ways) > 0 {
		p.mention = regexp.MustCompile(strings.Join(ways, "|"))
	}
}

// parts are the parts of people's names, in lower case, by which no two of them can be meant.
func (p *people) parts() map[string][]string {
	owners := map[string][]string{}
	for _, id := range p.ids {
		for _, part := range strings.FieldsFunc(strings.ToLower(p.names[id]), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if utf8.RuneCountInString(part) >= shortestName && !slices.Contains(owners[part], id) {
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
		if p.handles[id] == "" {
			p.ids = append(p.ids, id)
			p.handles[id] = p.prefix + strconv.Itoa(len(p.ids))
			p.names[id] = t.Name(id)
		}
	}
}

// shortestName is how many characters a name must have to be taken for one without an at sign.
const shortestName = 3

// isCommon reports whether a name is also a common word, so that in lower case it is rarely the name.
func isCommon(lower string) bool {
	return english.IsStopWord(lower) || slices.Contains(commonNames, lower)
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

// unmask puts names in place of the handles in words of the model's own.
func (p *people) unmask(words string) string {
	return p.masks.ReplaceAllStringFunc(words, func(found string) string {
		if id, ok := p.person(found); ok {
			return p.names[id]
		}
		return found
	})
}

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
	if p.mention != nil {
		for _, found := range p.mention.FindAllStringSubmatchIndex(text, -1) {
			if !isWhole(text, found[0], found[1]) {
				continue
			}
			keep(at, found[0])
			handle := p.who[strings.ToLower(form(text, found))]
			if text[found[0]] == '<' || text[found[0]] == '@' {
				handle = "@" + handle
			}
			for i := range handle {
				m.starts = append(m.starts, found[0])
				end := found[1]
				if i == 0 {
					end = found[0]
				}
				m.ends = append(m.ends, end)
			}
			b.WriteString(handle)
			at = found[1]
		}
	}
	keep(at, len(text))
	m.starts, m.ends = append(m.starts, len(text)), append(m.ends, len(text))
	m.text = b.String()
	return m
}

// original is where in the original a part of the masked text stands.
func (m masked) original(start, end int) (from, to int) { return m.starts[start], m.ends[end] }

// form is the id or name within a match of a mention.
func form(text string, found []int) string {
	for i := 2; i+1 < len(found); i += 2 {
		if found[i] >= 0 {
			return text[found[i]:found[i+1]]
		}
	}
	return ""
}

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
