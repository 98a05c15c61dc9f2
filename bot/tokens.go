package bot

import (
	"regexp"
	"strings"
	"unicode"
)

// token is a word, or a group in angle brackets in which platforms put what is no word.
type token struct {
	// raw is as typed, but without what is shown of a group; shown is what people see. word is in
	// normal form and without the punctuation around it.
	raw, shown, word string
	// channel is the id of the channel that is mentioned, or "".
	channel string
	// isLink is true for an address of any kind.
	isLink bool
}

var (
	// tokenPattern finds words and groups; groups may hold spaces.
	tokenPattern   = regexp.MustCompile(`<[^<>\s][^<>\n]*>[^\s<]*|[^\s<]+|<`)
	channelMention = regexp.MustCompile(`^<#([A-Z0-9]{1,30})>$`)
	// group is a group that says what is shown of it.
	group = regexp.MustCompile(`^([^<]*<[^|>]+)\|([^>]*)(>.*)$`)
	emoji = regexp.MustCompile(`^:[a-z0-9_+'-]+:$`)
)

// around is the punctuation that may stand around a word and means nothing.
const around = "\"'`*_~“”‘’«»()[]{},;:!?…¡¿"

func trimmed(s string) string { return strings.TrimRight(strings.Trim(s, around), around+".") }

// tokensOf leaves out what has no letter, digit or bracket, and emoji.
func tokensOf(words string) []token {
	var tokens []token
	for _, t := range everyToken(words) {
		isSaid := strings.ContainsFunc(t.word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		if isSaid && !emoji.MatchString(strings.ToLower(t.raw)) {
			tokens = append(tokens, t)
		}
	}
	return tokens
}

// everyToken leaves out nothing.
func everyToken(words string) []token {
	var tokens []token
	for _, raw := range tokenPattern.FindAllString(words, -1) {
		t := token{raw: raw, shown: raw}
		if part := group.FindStringSubmatch(raw); part != nil { // Slack: <address|what is shown>
			t.raw, t.shown = part[1]+part[3], part[2]+part[3][1:]
		}
		bare := trimmed(t.raw)
		t.word = strings.ToLower(strings.ReplaceAll(bare, "’", "'"))
		if mention := channelMention.FindStringSubmatch(bare); mention != nil {
			t.channel, t.word = mention[1], channelWord
		} else if strings.Contains(bare, "://") {
			t.isLink, t.word = true, urlWord
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// textOf is tokens in normal form.
func textOf(tokens []token) string {
	words := make([]string, 0, len(tokens))
	for _, t := range tokens {
		words = append(words, t.word)
	}
	return strings.Join(words, " ")
}

// typedOf is what was typed of tokens.
func typedOf(tokens []token) string {
	raw := make([]string, 0, len(tokens))
	for _, t := range tokens {
		raw = append(raw, t.raw)
	}
	return strings.Join(raw, " ")
}
