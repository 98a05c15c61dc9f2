package transcript

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A dialect is a way in which texts mark who speaks. Every text is read in one:
// the one whose marks are most, so that what looks like a mark of another
// dialect stays a part of the message that it stands in.
type dialect struct {
	format, platform string
	find             func(*page) []mark
	weight           int // what a speaker marked in it without a time counts
	marks            []mark
}

// markKind is what a mark says of the lines after it.
type markKind int

const (
	speaks   markKind = iota // the mark names who speaks
	goesOn                   // another message of the last speaker
	nobody                   // a message of nobody known
	notice                   // a program's notice of people coming and going
	dateLine                 // a date for what follows
)

// mark is where a message starts.
type mark struct {
	kind    markKind
	line    int // the first line of the mark, from 0
	body    int // the offset at which the message's text starts
	name    string
	bot     bool
	stamp   stamp
	stamped bool
}

// stampedWeight is what a speaker marked with a time counts in every dialect.
const stampedWeight = 3

// dialects stand in the order that breaks ties. A bare "Name:" counts least, for
// it is the mark that prose has too.
func dialects() []dialect {
	return []dialect{
		{format: formatDiscordPaste, platform: "discord", find: discordMarks},
		{format: formatSlackPaste, platform: "slack", find: slackMarks},
		{format: formatText, find: angleMarks, weight: 3},
		{format: formatText, find: stampedNameMarks},
		{format: formatText, find: stampedColonMarks},
		{format: formatText, find: colonMarks, weight: 1},
	}
}

// chooseDialect returns the dialect of the text with its marks; no marks where nobody is named.
func chooseDialect(p *page) dialect {
	var best dialect
	most := 0
	for _, d := range dialects() {
		marks := d.find(p)
		score := 0
		for _, m := range marks {
			switch {
			case m.kind == speaks && m.stamped:
				score += stampedWeight
			case m.kind == speaks:
				score += d.weight
			}
		}
		if score > most {
			best, most = d, score
			best.marks = marks
		}
	}
	return best
}

// cutLead reads the time in front of a line: "[14:05] ", "2026-03-02 14:05 ", "02/03/2026, 14:05 - ".
// bracketed times are surely marks; others may be prose.
func cutLead(line string) (s stamp, rest string, bracketed, ok bool) {
	line = strings.TrimLeft(line, " \t\u200e\ufeff")
	if !mayHoldClock(line) {
		return stamp{}, line, false, false
	}
	if line[0] == '[' || line[0] == '(' {
		end := strings.IndexAny(line, "])")
		if end < 0 {
			return stamp{}, line, false, false
		}
		s, inner, ok := cutStamp(strings.TrimSpace(line[1:end]))
		if !ok || strings.TrimSpace(inner) != "" {
			return stamp{}, line, false, false
		}
		return s, strings.TrimLeft(line[end+1:], " \t\u200e"), true, true
	}
	s, rest, ok = cutStamp(line)
	if !ok || rest == strings.TrimLeft(rest, " \t-–—|") {
		return stamp{}, line, false, false
	}
	rest = strings.TrimLeft(rest, " \t")
	for _, dash := range []string{"- ", "– ", "— ", "| "} {
		rest = strings.TrimPrefix(rest, dash)
	}
	return s, strings.TrimLeft(rest, " \t\u200e"), false, true
}

// after is the offset of rest, which ends line i.
func (p *page) after(i int, rest string) int { return p.start[i] + len(p.line(i)) - len(rest) }

// wholeStamp reads s where it is a time and nothing else.
func wholeStamp(s string) (stamp, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 48 {
		return stamp{}, false
	}
	st, rest, ok := cutStamp(s)
	return st, ok && strings.TrimSpace(rest) == ""
}

// dateMark reads a line that holds a date alone, as chats part their days.
func dateMark(p *page, i int) (mark, bool) {
	line := p.line(i)
	if len(line) > 64 {
		return mark{}, false
	}
	s := strings.Trim(line, " \t-–—=*_")
	s = strings.TrimPrefix(s, "Day changed to ")
	s = strings.TrimPrefix(s, "Day changed ")
	d, rest, ok := cutDate(s)
	dayNamed := weekday.MatchString(s)
	if !ok || strings.TrimSpace(rest) != "" || d.year == 0 && !dayNamed {
		return mark{}, false
	}
	return mark{kind: dateLine, line: i, body: p.offset(i + 1), stamp: stamp{date: d}}, true
}

// longestSpeaker bounds the names that people go by, in runes.
const longestSpeaker = 80

// speaker is the name in a line that a time sets apart, which may be any, and
// whether the platform tags it as a program's.
func speaker(s string) (name string, bot, ok bool) {
	name = strings.Join(strings.Fields(s), " ")
	for _, tag := range []string{"APP", "BOT"} {
		cut, tagged := strings.CutSuffix(name, tag)
		last, _ := utf8.DecodeLastRuneInString(cut)
		if tagged && cut != "" && !unicode.IsUpper(last) { // pasting glues the tag to the name
			name, bot = strings.TrimRight(cut, " ✓✔"), true
		}
	}
	return name, bot, name != "" && utf8.RuneCountInString(name) <= longestSpeaker && !isMarkup(name)
}

// isMarkup reports whether s is a quote, a list item or a rule rather than a name.
func isMarkup(s string) bool {
	return strings.HasPrefix(s, ">") || strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "* ") || strings.Trim(s, "-—–=_*` ") == ""
}

// looksLikeName reports whether s could be a name: short, of few words, without
// the punctuation of sentences.
func looksLikeName(s string, words int) bool {
	if open := strings.IndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") { // "(she/her)", "(mod)"
		s = strings.TrimSpace(s[:open])
	}
	if s == "" || utf8.RuneCountInString(s) > 40 || len(strings.Fields(s)) > words {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) && !unicode.IsDigit(first) && !strings.ContainsRune("@_", first) {
		return false
	}
	return strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number, unicode.So, unicode.Sk) && !strings.ContainsRune(" ._-'’#@&~+|\u200d", r)
	})
}

// isNickname reports whether s, which brackets or a time set apart, is a name: nearly anything short.
func isNickname(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= 60 && len(strings.Fields(s)) <= 6 &&
		strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsAny(s[:1], "/#:!>") &&
		!strings.ContainsAny(s, "?!;\"“”<>=:") && !strings.HasSuffix(s, "/")
}

// onlyWithSpeaker is marks, or none where no mark names a speaker.
func onlyWithSpeaker(marks []mark) []mark {
	if slices.ContainsFunc(marks, func(m mark) bool { return m.kind == speaks }) {
		return marks
	}
	return nil
}
