package transcript

import (
	"strings"
)

// discordMarks finds what Discord puts between messages when they are copied:
//
//	nadia — Today at 2:05 PM
//	nadia
//	 — 02/03/2026 14:05
//	[2:06 PM]the same person again
func discordMarks(p *page) []mark {
	var marks []mark
	for i := 0; i < p.lines(); {
		m, height := discordHead(p, i)
		if height == 0 && len(marks) > 0 {
			m, height = pasteGap(p, i)
		}
		if height == 0 {
			i++
			continue
		}
		marks = append(marks, m)
		i += height
	}
	return onlyWithSpeaker(marks)
}

// discordHead reads the head of a message at line i, and how many lines it takes; 0 where there is none.
func discordHead(p *page, i int) (mark, int) {
	line := p.line(i)
	if before, after, ok := cutLast(line, "—"); ok && strings.TrimSpace(before) != "" {
		return head(p, i, before, after, 1)
	}
	below := i + 1
	if tag := strings.TrimSpace(p.line(below)); isTag(tag) {
		line, below = line+" "+tag, below+1
	}
	after, dashed := strings.CutPrefix(strings.TrimSpace(p.line(below)), "—")
	if !dashed {
		return mark{}, 0
	}
	if strings.TrimSpace(after) == "" {
		below++
		after = p.line(below)
	}
	return head(p, i, line, after, below+1-i)
}

// isTag reports whether s is how Discord and Slack tag programs.
func isTag(s string) bool { return s == "APP" || s == "BOT" }

// head makes a mark of a name and a time that take height lines from line i, if they are such.
func head(p *page, i int, name, when string, height int) (mark, int) {
	s, ok := wholeStamp(when)
	if !ok {
		return mark{}, 0
	}
	author, bot, ok := speaker(name)
	if !ok {
		return mark{}, 0
	}
	return mark{kind: speaks, line: i, body: p.offset(i + height), name: author, bot: bot, stamp: s, stamped: true}, height
}

// pasteGap reads what stands between the messages of one person or of one day.
func pasteGap(p *page, i int) (mark, int) {
	line := p.line(i)
	if strings.HasPrefix(line, "[") {
		if s, rest, _, ok := cutLead(line); ok {
			return mark{kind: goesOn, line: i, body: p.after(i, rest), stamp: s, stamped: true}, 1
		}
	}
	if m, ok := dateMark(p, i); ok {
		return m, 1
	}
	return mark{}, 0
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// slackMarks finds what Slack puts between messages when they are copied:
//
//	Nadia Rahimi  2:05 PM
//	nadia [2:05 PM]
//	Nadia Rahimi
//	  2:05 PM
//	[2:06 PM] the same person again
//	2:06
//
// A single space before the time, or a time without indentation under a line, may
// be prose. They count where the name shows elsewhere that it is one.
func slackMarks(p *page) []mark {
	known := make(map[string]int)
	for i := 0; i < p.lines(); i++ {
		if m, height, sure := slackHead(p, i); height > 0 {
			known[m.name]++
			if sure {
				known[m.name]++
			}
		}
	}
	if len(known) == 0 {
		return nil
	}
	var marks []mark
	for i := 0; i < p.lines(); {
		m, height, _ := slackHead(p, i)
		if height == 0 || known[m.name] < 2 {
			height = 0
			if len(marks) > 0 {
				m, height = slackGap(p, i)
			}
		}
		if height == 0 {
			i++
			continue
		}
		marks = append(marks, m)
		i += height
	}
	return onlyWithSpeaker(marks)
}

func slackHead(p *page, i int) (m mark, height int, sure bool) {
	line := p.line(i)
	if strings.TrimSpace(line) == "" {
		return mark{}, 0, false
	}
	if before, after, ok := cutLast(line, " ["); ok && strings.HasSuffix(strings.TrimSpace(after), "]") {
		m, height = head(p, i, before, strings.TrimSuffix(strings.TrimSpace(after), "]"), 1)
		return m, height, true
	}
	if tag, when, ok := strings.Cut(strings.TrimSpace(p.line(i+1)), " "); ok && isTag(tag) {
		if m, height = head(p, i, line+" "+tag, when, 2); height > 0 {
			return m, height, true
		}
	}
	for _, wide := range []string{"  ", "\t", "\u00a0"} {
		if before, after, ok := cutLast(line, wide); ok && strings.TrimSpace(before) != "" {
			if m, height = head(p, i, before, after, 1); height > 0 {
				return m, height, true
			}
		}
	}
	if m, height = narrowHead(p, i); height > 0 {
		return m, height, false
	}
	if _, stamped := wholeStamp(line); stamped || !mayHoldClock(strings.TrimSpace(p.line(i+1))) {
		return mark{}, 0, false
	}
	m, height = head(p, i, line, p.line(i+1), 2)
	indented := strings.HasPrefix(p.line(i+1), " ") || strings.HasPrefix(p.line(i+1), "\t")
	if !indented && !looksLikeName(m.name, 3) {
		return mark{}, 0, false
	}
	return m, height, indented
}

// narrowHead reads "Nadia 2:05 PM".
func narrowHead(p *page, i int) (mark, int) {
	words := strings.Fields(p.line(i))
	n := len(words)
	if n < 3 || n > 5 || strings.ToUpper(words[n-1]) != words[n-1] {
		return mark{}, 0
	}
	m, height := head(p, i, strings.Join(words[:n-2], " "), strings.Join(words[n-2:], " "), 1)
	if !m.stamp.twelve || isPhrase(m.name) {
		return mark{}, 0
	}
	return m, height
}

// slackGap is pasteGap with the bare times that Slack has.
func slackGap(p *page, i int) (mark, int) {
	if m, height := pasteGap(p, i); height > 0 {
		return m, height
	}
	s, ok := wholeStamp(p.line(i))
	if !ok {
		return mark{}, 0
	}
	return mark{kind: goesOn, line: i, body: p.offset(i + 1), stamp: s, stamped: true}, 1
}
