package slack

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"crux/summarize/render"
)

// construct is what Slack makes of a text besides words.
type construct struct{ name, text string }

// constructs are what Slack makes of mrkdwn wherever it stands, by its documentation; they
// err on the side of finding one.
var constructs = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"control", regexp.MustCompile(`<[^\n]?`)}, // mentions, links, dates: a < as such is always &lt;
	{"code", regexp.MustCompile("`[^\n]*")},
	{"url", regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://\S`)},
	{"host", regexp.MustCompile(`[\pL\pN]\.\pL{2,}`)},
	{"ping", regexp.MustCompile(`@[\pL\pN_]+(?:[.-][\pL\pN_]+)*`)},
	{"quotation", regexp.MustCompile(`(?m)^[\s\x{200b}]*&gt;`)},
}

// entities are all that Slack knows.
var entities = strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "")

// readMrkdwn finds what Slack makes of a text. Bold, italics and strikes begin with a sign that
// no letter stands before and no space after, and end with one that no letter stands after.
func readMrkdwn(s string) []construct {
	var found []construct
	for _, c := range constructs {
		for _, text := range c.pattern.FindAllString(s, -1) {
			if c.name != "ping" || !strings.EqualFold(text, "@crux") {
				found = append(found, construct{c.name, text})
			}
		}
	}
	if _, text, ok := strings.Cut(entities.Replace(s), "&"); ok {
		found = append(found, construct{"entity", "&" + text})
	}
	runes := []rune(s)
	inWord := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	for i, r := range runes {
		if name := map[rune]string{'*': "bold", '_': "italics", '~': "strike"}[r]; name != "" && (!inWord(i-1) || !inWord(i+1)) {
			found = append(found, construct{name, string(runes[i:])})
		}
	}
	return found
}

// checkText fails where Slack makes anything of a text but words.
func checkText(t failer, text string) {
	t.Helper()
	for _, c := range readMrkdwn(text) {
		t.Errorf("%s %.60q in %.200q", c.name, c.text, text)
	}
}

// pings are what would ping or link were a literal text read as markup.
var pings = regexp.MustCompile(`<[@#!]|<[A-Za-z][A-Za-z0-9+.-]*:|://|@[\pL\pN_]+(?:[.-][\pL\pN_]+)*`)

// checkLiteral fails where a literal text would ping or link were it read as markup.
func checkLiteral(t failer, text string) {
	t.Helper()
	for _, found := range pings.FindAllString(text, -1) {
		if !strings.EqualFold(found, "@crux") {
			t.Errorf("%q in %q", found, text)
		}
	}
}

// shown is what a reader sees of an escaped text.
func shown(text string) string {
	text = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "∗", "*", "＿", "_", "∼", "~", "ˋ", "`", "›", ">").Replace(text)
	return strings.ReplaceAll(text, zeroWidthSpace, "")
}

func TestEscapeSamples(t *testing.T) {
	cases := map[string]string{
		"plain - text, 1. (marks)! a = 3 #5 :smile: 0.6": "plain - text, 1. (marks)! a = 3 #5 :smile: 0.6",
		"*b* _i_ ~s~ `code`":                             "∗b∗ ＿i＿ ∼s∼ ˋcodeˋ",
		"#eval_team_two snake__case":                     "#eval_team_two snake＿＿case",
		"a < b && b > c":                                 "a &lt; b &amp;&amp; b &gt; c",
		"&lt; &amp;":                                     "&amp;lt; &amp;amp;",
		"> quote > more":                                 "› quote &gt; more",
		">>> quotes":                                     "››› quotes",
		"@everyone @here <@U1|ann>":                      "@‹›everyone @‹›here &lt;‹›@‹›U1|ann&gt;",
		"<!channel> <#C1|x> <a> a<b":                     "&lt;‹›!channel&gt; &lt;‹›#C1|x&gt; &lt;a&gt; a&lt;b",
		"http://a.example/b_c":                           "http:‹›//a‹›.example/b_c",
		"<https://a.example|x> ://":                      "&lt;‹›https:‹›//a‹›.example|x&gt; :‹›//",
		"see README.md, me@a.example":                    "see README‹›.md, me@‹›a‹›.example",
		"Type /invite @crux in it.":                      "Type /invite @crux in it.",
		"@crux2 @cruxes @CRUX":                           "@‹›crux2 @‹›cruxes @CRUX",
		`¯\_(ツ)_/¯`:                                      `¯\＿(ツ)＿/¯`,
	}
	for in, want := range cases {
		want = strings.ReplaceAll(want, "‹›", zeroWidthSpace)
		if got := escape(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestLiteralSamples(t *testing.T) {
	cases := map[string]string{
		"*b* _i_ `code` a < b & c > d :smile: f@ @ <3": "*b* _i_ `code` a < b & c > d :smile: f@ @ <3",
		"@everyone <@U1> <!here> <#C1|x> me@a.example": "@‹›everyone <‹›@‹›U1> <‹›!here> <‹›#C1|x> me@‹›a.example",
		"<https://a.example|x> http://b.example <a:b>": "<‹›https:‹›//a.example|x> http:‹›//b.example <‹›a:b>",
		"README.md": "README.md",
	}
	for in, want := range cases {
		want = strings.ReplaceAll(want, "‹›", zeroWidthSpace)
		if got := literal(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// The reader itself must see what an adversary could write, or the tests below prove nothing.
func TestReadMrkdwnFindsMarkup(t *testing.T) {
	for text, want := range map[string]string{
		"*a*": "bold", "x (*a*)": "bold", "_a_": "italics", "~a~": "strike", "`a`": "code", "a\n&gt; b": "quotation",
		"<https://a.b>": "control", "<@U1>": "control", "<!here>": "control", "https://a.b": "url", "evil.example": "host", "@everyone": "ping",
		"a &b": "entity", "&quot;": "entity",
	} {
		found := readMrkdwn(text)
		names := ""
		for _, c := range found {
			names += " " + c.name
		}
		if !strings.Contains(names, want) {
			t.Errorf("%q reads as %v, want %s", text, found, want)
		}
	}
	if found := readMrkdwn("a &lt; b &amp;amp; c &gt; d e_f 0.6 @crux"); len(found) > 0 {
		t.Errorf("plain words read as %v", found)
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := render.Options{}.Line(s)
		got := escape(line)
		for _, whole := range []string{got, "“" + got + "”", "a thread in #" + got + " · 2 debates"} {
			checkText(t, whole)
		}
		if !strings.Contains(shown(got), strings.ReplaceAll(shown(line), "&amp;", "&")) && !strings.ContainsAny(line, "&∗＿∼ˋ›") {
			t.Errorf("%q becomes %q, which shows %q", line, got, shown(got))
		}
		if units(got) > 6*utf8.RuneCountInString(line) {
			t.Errorf("%q grows to %d units", line, units(got))
		}
	})
}

func FuzzLiteral(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := render.Options{}.Line(s)
		got := literal(line)
		checkLiteral(t, got)
		if again := literal(got); again != got {
			t.Errorf("%q grows when it is broken twice: %q", got, again)
		}
		if strings.ReplaceAll(got, zeroWidthSpace, "") != strings.ReplaceAll(line, zeroWidthSpace, "") {
			t.Errorf("%q becomes %q: more than a zero-width space", line, got)
		}
	})
}

// nasty is what people write to break renderers, or happen to.
var nasty = []string{
	"", "plain words", "@everyone", "@here now", "<@U1> <@U2|bob> <#C4> <#C4|x> <!here> <!channel|channel> <!subteam^S1|@x> <!date^1^{time}|x>",
	"<<@U9>>", "<@\u200bU1>", "<https://evil.example|x>", "<javascript:alert(1)|x>", "<mailto:a@b.example>", "|x>", "[x](https://evil.example)", "”<https://evil.example|” “>",
	"https://evil.example/a_b", "http://a.b", "<https://evil.example>", "://", "slack://open", "evil.example", "a.b.c.example/x?y=z&w", "me@evil.example", "README.md",
	"*bold* _it_ ~s~ *_x_*", "***", "___", "`code` ``co`de``", "```\nfence\n```", "|", "\\", "*a", "a*", "_a b_", "a_", "_a",
	"&lt;!channel&gt;", "&amp;lt;@U1&amp;gt;", "&", "&&", "&#60;", "<", ">", "> quote", ">>> quotes", "&gt; quote", "- item", "1. item", "\n> quote\n*x*",
	"@crux", "@crux.evil.example", "@CRUX <@crux>", ":tada: :x:y:",
	"1.", "#", "-", "_", "*", "a_b_c", "¯\\_(ツ)_/¯", "👩‍👩‍👧👍🏽🇩🇪", "e\u0301*\u0301", "\U0001F600\U0001F600", "日本語の文章はとても長い", "\u202edrow\u202c", "\u3164", "\x1b[31mred", "\xff\x00",
	"x" + strings.Repeat("\u0301", 400), strings.Repeat("*", 1200), strings.Repeat("😀", 900), strings.Repeat("word ", 300), strings.Repeat("https://a.b ", 90), strings.Repeat("W", 2500),
	strings.Repeat("&", 700), strings.Repeat("<", 700), strings.Repeat("@a", 700), "(continued)", "Still open (3)", "<https://acme.slack.com/archives/C06AGORA12/p1700000000123456|jump>",
}
