package bot

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// finish says what was understood means, or notes why it can't be had.
func (p *wordParser) finish(m meaning) (Typed, bool) {
	refuse := func(format string, args ...any) (Typed, bool) {
		p.fail(len(p.tokens), m, Refusef(format, args...))
		return Typed{}, false
	}
	isBare := m.Window == (Window{}) && m.Topic == "" && !m.Share
	switch {
	case m.Help && (!isBare || m.Place != (Place{})):
		return refuse("Ask for “help” alone.")
	case m.Help:
		return Typed{Help: true}, true
	case m.Command == "" && (m.chatty || (m.Window == (Window{}) && m.Place == (Place{}))):
		p.fail(len(p.tokens), m, nothingAsked())
		return Typed{}, false
	case m.Command == "":
		m.Command = Summary
	}

	switch m.Command {
	case Summary:
		if m.missed && m.Window == (Window{}) {
			m.Window.Mine = true
		}
	case Answered:
		if m.Window.From == "" && m.Window != (Window{}) {
			return refuse("Say which message: write “answered” and a link to it, which its own menu copies.")
		}
		m.Message, m.Window = m.Window.From, Window{}
	case Watch, Unwatch:
		if !isBare {
			return refuse("“%s” goes with a channel and nothing else.", m.Command)
		}
	case Watched:
		if !isBare || m.Place != (Place{}) {
			return refuse("“watched” lists the channels that I follow, and goes with nothing else.")
		}
	case Status:
		if !isBare || m.Place != (Place{}) {
			return refuse("“status” says what reads here and what that uses, and goes with nothing else.")
		}
	}
	return m.Typed, true
}

// topic is what people see of the words from i up to j.
func (p *wordParser) topic(i, j int) string {
	var shown []string
	for _, t := range p.tokens[i:j] {
		shown = append(shown, t.shown)
	}
	return shortened(strings.Trim(trimmed(unescaped(strings.Join(shown, " "))), "-– "), longestTopic)
}

// unescaped undoes what Slack does to three characters that people type.
func unescaped(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// shortened has at most so many characters, and no more space than needed.
func shortened(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		s = strings.TrimSpace(string([]rune(s)[:most-1])) + "…"
	}
	return s
}

// repeated is what somebody typed, so that it can be told them within a sentence.
func repeated(typed string) string {
	quoted := strconv.Quote(shortened(unescaped(typed), shownOfWords))
	return "“" + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + "”"
}

func nothingAsked() *Refusal {
	return Refusef("I answer requests, such as “summary 3d” or “what's still open since monday?”. “help” names them all.")
}

func unknownWords(words string) *Refusal {
	return Refusef("I don't understand %s. Ask for “summary”, “open”, “mine”, or “answered” with a link; “help” says more.", repeated(words))
}

func unlinked(name string) *Refusal {
	return Refusef("I can't tell which channel %s is. Pick it from the list that opens while you type it, so that it becomes a link.", repeated(trimmed(name)))
}

// isChannelName reports whether a text begins with a channel's name that is no mention.
func isChannelName(text string) bool {
	name, isName := strings.CutPrefix(text, "#")
	return isName && name != "" && strings.Trim(name[:1], "0123456789") != ""
}

// hint says more of why nothing is understood at i, where anything can be said.
func (p *wordParser) hint(i int) *Refusal {
	text := p.text(i)
	word, after, _ := strings.Cut(text, " ")
	switch {
	case isChannelName(word):
		return unlinked(p.tokens[i].raw)
	case wordsIn(placing, word) > 0 && isChannelName(after):
		return unlinked(p.tokens[i+1].raw)
	case word == "in" && i+2 == len(p.tokens):
		return unlinked(p.tokens[i+1].raw)
	case after == "" && wordsIn(topical, word) > 0:
		return Refusef("Something is missing after “%s”.", word)
	case p.tokens[i].isLink:
		_, err := ParseWindow(p.typed(i, i+1), p.now, p.zone)
		return refusal(err)
	case wordsIn(endsTopic, text) > 0:
		return notUnderstood(p.typed(i, len(p.tokens)))
	}
	return nil
}

// refusal says what was not understood, and what may have been meant.
func (p *wordParser) refusal() *Refusal {
	if p.why != nil {
		return p.why
	}
	unknown := p.typed(p.failed, len(p.tokens))
	word, known := p.tokens[p.failed].word, sayable
	if p.after.Command != "" {
		known = modifiers
	}
	near := cmp.Or(nearestWords(p.text(p.failed), known), begun(p.text(p.failed), known))
	if near == "" {
		unknown, near = trimmed(p.tokens[p.failed].raw), nearestWords(word, known)
	}
	if near != "" && near != word { // what is known, but not here, is no slip
		return Refusef("I don't know %s. Did you mean “%s”? “help” says what else I know.", repeated(unknown), near)
	}
	unknown = p.typed(p.failed, len(p.tokens))
	switch p.after.Command {
	case "":
		return unknownWords(p.typed(0, len(p.tokens)))
	case Summary, Open, Mine:
		return Refusef("I understood %s, but not %s. Before a topic write “about”.", repeated(p.typed(0, p.failed)), repeated(unknown))
	}
	return Refusef("I understood %s, but not %s.", repeated(p.typed(0, p.failed)), repeated(unknown))
}

// sayable and modifiers are what may have been meant, the likeliest first: of requests, and of what goes with them.
var (
	sayable = []string{
		"summary", "summarize", "open", "mine", "answered", "watch", "unwatch", "watched", "digest", "privacy", "said", "help", "recap", "sum up", "tl;dr",
		"list", "follow", "unfollow", "opt out", "opt in", "status", "usage", "privacy model", "allow the language model", "forbid the language model",
		"what's open", "what's still open", "what is unanswered", "open objections", "my objections", "what did I miss", "what do I owe",
		"is this answered", "stop watching", "stop following", "what do you follow", "what did I say",
		"what do you keep about me", "delete everything about me", "who changed what",
	}
	modifiers = []string{"about", "since", "share", "last", "yesterday", "today", "this thread", "publicly"}
)

// nearestWords is the known one that somebody may have meant by text, "" where none is close.
func nearestWords(text string, known []string) string {
	const most = 64 // runes; comparing what is longer would be slow, and none is
	if len(text) > 4*most {
		return ""
	}
	best, least := "", 2+len(text)/5 // so many slips, and no more
	for _, words := range known {
		d := levenshtein.ComputeDistance(text, strings.ToLower(words))
		if isSwapped(text, words) {
			d = 1
		}
		if d < least {
			best, least = words, d
		}
	}
	return best
}

// begun is the first known one of which text is the beginning.
func begun(text string, known []string) string {
	for _, words := range known {
		if len(text) >= 3 && strings.HasPrefix(words, text) {
			return words
		}
	}
	return ""
}

// isSwapped reports whether two letters side by side are all that differs.
func isSwapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) - 1 {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}
