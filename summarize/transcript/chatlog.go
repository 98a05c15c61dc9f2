package transcript

import (
	"strings"
)

// angleMarks finds what IRC clients write:
//
//	<nadia> text
//	14:05 <@nadia> text
//	[14:05] * nadia nods
//	14:06 -!- tom has joined
func angleMarks(p *page) []mark {
	var marks []mark
	closed := closedElements(p.text)
	for i := range p.lines() {
		line := p.line(i)
		s, rest, bracketed, stamped := cutLead(line)
		if !stamped {
			rest = line
		}
		m := mark{line: i, stamp: s, stamped: stamped}
		if name, said, ok := cutAngle(rest); ok && !closed[name] {
			m.kind, m.name, m.body = speaks, name, p.after(i, said)
			marks = append(marks, m)
			continue
		}
		if kind, name, ok := cutEvent(rest); ok && (stamped || kind == notice && len(marks) > 0) {
			m.kind, m.name, m.body = kind, name, p.after(i, rest)
			marks = append(marks, m)
			continue
		}
		if bracketed {
			m.kind, m.body = nobody, p.after(i, rest)
			marks = append(marks, m)
		} else if m, ok := dateMark(p, i); ok {
			marks = append(marks, m)
		}
	}
	return onlyWithSpeaker(marks)
}

// closedElements are the names that the text closes as HTML does: "</b>".
func closedElements(text string) map[string]bool {
	closed := make(map[string]bool)
	for {
		_, after, found := strings.Cut(text, "</")
		if !found {
			return closed
		}
		if name, _, ok := strings.Cut(after[:min(len(after), longestSpeaker)], ">"); ok {
			closed[name] = true
		}
		text = after
	}
}

// cutAngle reads "<name> text". Mentions (<@U123>), channels, links and emoji look alike and are none.
func cutAngle(s string) (name, rest string, ok bool) {
	if !strings.HasPrefix(s, "<") {
		return "", "", false
	}
	name, rest, ok = strings.Cut(s[1:], ">")
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", "", false
	}
	name = strings.TrimSpace(name)
	if id, mention := strings.CutPrefix(name, "@"); mention && isPlatformID(id) {
		return "", "", false
	}
	name = strings.TrimLeft(name, "@+%&~ ")
	if !isNickname(name) {
		return "", "", false
	}
	return name, strings.TrimLeft(rest, " \t"), true
}

// isPlatformID reports whether s is an id of Discord's or Slack's rather than a name.
func isPlatformID(s string) bool {
	return len(s) > 5 && strings.Trim(s, "0123456789") == "" ||
		len(s) > 7 && (s[0] == 'U' || s[0] == 'W') && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// cutEvent reads "* nadia nods", which is nadia's, and the notices of IRC clients.
func cutEvent(s string) (kind markKind, name string, ok bool) {
	for _, start := range []string{"-!- ", "*** ", "--> ", "<-- "} {
		if strings.HasPrefix(s, start) {
			return notice, "", true
		}
	}
	action, ok := strings.CutPrefix(s, "* ")
	if !ok {
		return 0, "", false
	}
	name, did, _ := strings.Cut(strings.TrimLeft(action, " "), " ")
	return speaks, name, did != "" && looksLikeName(name, 1)
}

// stampedNameMarks finds a time in brackets and a name alone on the line, the text below:
//
//	[02-Mar-26 02:05 PM] nadia
//	text
func stampedNameMarks(p *page) []mark {
	var marks []mark
	for i := range p.lines() {
		s, rest, bracketed, ok := cutLead(p.line(i))
		if !ok || !bracketed {
			continue
		}
		m := mark{kind: nobody, line: i, body: p.after(i, rest), stamp: s, stamped: true}
		name := strings.TrimSpace(rest)
		_, _, next := isStamped(p.line(i + 1))
		if isNickname(name) && !endsSentence(name) && !p.blank(i+1) && !next {
			m.kind, m.name, m.body = speaks, name, p.offset(i+1)
		}
		marks = append(marks, m)
	}
	return onlyWithSpeaker(marks)
}

// endsSentence reports whether s ends in a period that closes a word rather than an initial.
func endsSentence(s string) bool {
	word, period := strings.CutSuffix(s, ".")
	return period && len(word)-strings.LastIndexAny(word, " .") > 3
}

// isStamped reports whether a time in brackets opens the line.
func isStamped(line string) (s stamp, rest string, ok bool) {
	s, rest, bracketed, ok := cutLead(line)
	return s, rest, ok && bracketed
}

// stampedColonMarks finds "Name: text" with a time in front or behind the name:
//
//	[2026-03-02 14:05] nadia: text
//	02/03/2026, 14:05 - nadia: text
//	nadia (14:05): text
func stampedColonMarks(p *page) []mark {
	var marks []mark
	for i := range p.lines() {
		line := p.line(i)
		if m, ok := stampBehind(p, i); ok {
			marks = append(marks, m)
			continue
		}
		s, rest, bracketed, ok := cutLead(line)
		if !ok {
			if m, ok := dateMark(p, i); ok && len(marks) > 0 {
				marks = append(marks, m)
			}
			continue
		}
		m := mark{line: i, stamp: s, stamped: true}
		name, said, named := cutColon(rest)
		kind, actor, event := cutEvent(rest)
		switch {
		case named && isNickname(name):
			m.kind, m.name, m.body = speaks, name, p.after(i, said)
		case event:
			m.kind, m.name, m.body = kind, actor, p.after(i, rest)
		case bracketed || s.date.year > 0:
			m.kind, m.body = nobody, p.after(i, rest)
		default:
			continue // "14:05 was when it failed"
		}
		marks = append(marks, m)
	}
	return onlyWithSpeaker(marks)
}

// stampBehind reads "nadia (14:05): text" and "nadia [14:05]: text".
func stampBehind(p *page, i int) (mark, bool) {
	line := p.line(i)
	open := strings.IndexAny(line, "([")
	if open <= 0 || open > longestSpeaker {
		return mark{}, false
	}
	inner, rest, ok := strings.Cut(line[open+1:], map[byte]string{'(': "):", '[': "]:"}[line[open]])
	if !ok {
		return mark{}, false
	}
	s, ok := wholeStamp(inner)
	name := strings.TrimSpace(line[:open])
	if !ok || !isNickname(name) {
		return mark{}, false
	}
	return mark{kind: speaks, line: i, body: p.after(i, strings.TrimLeft(rest, " \t")), name: name, stamp: s, stamped: true}, true
}

// cutColon reads "name: text", also "**name:** text" and with the colon of East Asian scripts.
func cutColon(s string) (name, rest string, ok bool) {
	at := strings.IndexAny(s[:min(len(s), 200)], ":：")
	if at <= 0 {
		return "", "", false
	}
	wide := strings.HasPrefix(s[at:], "：")
	name = s[:at]
	rest = s[at+1:]
	if wide {
		rest = s[at+len("："):]
	}
	if bold := name[:len(name)-len(strings.TrimLeft(name, "*_"))]; strings.Trim(bold, "*") == "" && bold != "" {
		name = name[len(bold):]
		closed, ok := strings.CutSuffix(name, bold)
		if !ok {
			rest, ok = strings.CutPrefix(rest, bold)
		}
		if !ok {
			return "", "", false
		}
		name = closed
	}
	if !wide && rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", "", false
	}
	name = strings.Join(strings.Fields(strings.TrimPrefix(name, "@")), " ")
	return name, strings.TrimLeft(rest, " \t"), name != ""
}
