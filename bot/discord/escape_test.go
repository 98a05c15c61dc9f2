package discord

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"crux/summarize/render"
)

// constructs are what Discord's clients make of text, each anchored where it
// begins; they err on the side of finding one. What begins a line stands in starts.
var constructs = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"bold", regexp.MustCompile(`^\*\*(?:\\[\s\S]|[^\\])+?\*\*`)},
	{"italics", regexp.MustCompile(`^\*[^\s*](?:\\[\s\S]|[^\\*])*?\*`)},
	{"underline", regexp.MustCompile(`^__?(?:\\[\s\S]|[^\\])+?__?`)},
	{"strike", regexp.MustCompile(`^~~[\s\S]+?~~`)},
	{"spoiler", regexp.MustCompile(`^\|\|[\s\S]+?\|\|`)},
	{"code", regexp.MustCompile("^`+[\\s\\S]*?`+")},
	{"link", regexp.MustCompile(`^\[[^\n]*?\]\([^)\n]*\)`)},
	{"brackets", regexp.MustCompile(`^<[^>\n]*>`)}, // mentions, emoji, timestamps, links, commands
	{"url", regexp.MustCompile(`(?i)^(?:https?|steam|discord|ftp)://\S`)},
	{"invitation", regexp.MustCompile(`(?i)^discord(?:app)?\.(?:gg|com)/`)},
	{"ping", regexp.MustCompile(`^@[^\x{200b}]`)},
}

var starts = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"heading", regexp.MustCompile(`^#{1,3}\s`)},
	{"small print", regexp.MustCompile(`^\s*-#\s`)},
	{"quote", regexp.MustCompile(`^\s*>{1,3}\s`)},
	{"list", regexp.MustCompile(`^\s*(?:[*+-]|\d+[.)])\s`)},
}

var escaped = regexp.MustCompile(`^\\[^0-9A-Za-z\s]`)

// construct is a construct found in a text.
type construct struct{ name, text string }

// read is what Discord shows of a text, and what it makes of it besides words.
func read(s string) (words string, found []construct) {
	var b strings.Builder
	startOfLine := true
	for s != "" {
		if startOfLine {
			for _, c := range starts {
				if m := c.pattern.FindString(s); m != "" {
					found = append(found, construct{c.name, m})
				}
			}
		}
		if escape := escaped.FindString(s); s[0] == '\\' && escape != "" {
			b.WriteString(escape[1:])
			s, startOfLine = s[len(escape):], false
			continue
		}
		step := 0
		for _, c := range constructs {
			if !strings.ContainsRune("*_~|`[<@hHsSdDfF", rune(s[0])) {
				break // none begins so, and most of a text doesn't
			}
			if m := c.pattern.FindString(s); m != "" {
				found = append(found, construct{c.name, m})
				switch c.name {
				case "link", "brackets":
					step = len(m)
				case "bold":
					step = len(m)
					inside, more := read(m[2 : len(m)-2])
					b.WriteString(inside)
					found = append(found, more...)
				}
				break
			}
		}
		if step == 0 {
			_, step = utf8.DecodeRuneInString(s)
			b.WriteString(s[:step])
		}
		startOfLine = s[step-1] == '\n'
		s = s[step:]
	}
	return b.String(), found
}

func visible(s string) string { return strings.ReplaceAll(s, zeroWidthSpace, "") }

func TestEscapeSamples(t *testing.T) {
	cases := map[string]string{
		"plain - text, 1. (marks)! a > b; x = 3 #5 :smile:":     "plain - text, 1. (marks)! a > b; x = 3 #5 :smile:",
		"*b* _i_ ~~s~~ ||hidden|| `code` [a](https://b.c) c:\\": `\*b\* \_i\_ \~\~s\~\~ \|\|hidden\|\| \` + "`code\\`" + ` \[a\](https:‹›//b.c) c:\\`,
		"# head":                            `\# head`,
		"#general":                          "#general",
		"-# small":                          `\-# small`,
		"> quote":                           `\> quote`,
		">>> quotes":                        `\>>> quotes`,
		"- item":                            `\- item`,
		"* item":                            `\* item`,
		"12. item":                          `12\. item`,
		"0.6 of them":                       "0.6 of them",
		"@everyone @here <@1>":              `@‹›everyone @‹›here \<@‹›1>`,
		"</poll:1> <t:0:R> a<b":             `\</poll:1> \<t:0:R> a\<b`,
		"discord.gg/x DISCORD.com/invite/x": "discord‹›.gg/x DISCORD‹›.com/invite/x",
		"http://a.example/b_c":              `http:‹›//a.example/b\_c`,
		"<https://a.example> ://":           `\<https:‹›//a.example> :‹›//`,
		`¯\_(ツ)_/¯`:                         `¯\\\_(ツ)\_/¯`,
	}
	for in, want := range cases {
		want = strings.ReplaceAll(want, "‹›", zeroWidthSpace)
		if got := escape(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// The reader itself must see what an adversary could write, or the tests below prove nothing.
func TestReadFindsMarkup(t *testing.T) {
	for text, want := range map[string]string{
		"**a**": "bold", "*a*": "italics", "__a__": "underline", "_a_": "underline", "~~a~~": "strike", "||a||": "spoiler",
		"`a`": "code", "[a](https://b.c)": "link", "<@1>": "brackets", "https://a.b": "url", "@everyone": "ping",
		"# a": "heading", "-# a": "small print", "> a": "quote", "- a": "list", "x\n1. a": "list", "discord.gg/x": "invitation",
	} {
		if _, found := read(text); len(found) == 0 || found[0].name != want {
			t.Errorf("%q reads as %v, want %s", text, found, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := render.Options{}.Line(s)
		got := escape(line)
		for _, whole := range []string{got, "“" + got + "”", "**" + got + "**x", got + " [jump](https://discord.com/channels/1/2/3)"} {
			words, found := read(whole)
			for _, c := range found {
				if !(c.name == "bold" && c.text == "**"+got+"**") && c.text != "[jump](https://discord.com/channels/1/2/3)" {
					t.Errorf("%q becomes %q, which reads as %s %q", line, whole, c.name, c.text)
				}
			}
			if !strings.Contains(visible(words), visible(line)) {
				t.Errorf("%q becomes %q, which shows %q", line, whole, words)
			}
		}
		if again := unlink(unlink(line)); again != unlink(line) {
			t.Errorf("%q grows when it is broken twice: %q", line, again)
		}
		if units(got) > 2*utf8.RuneCountInString(line) {
			t.Errorf("%q grows to %d units", line, units(got))
		}
	})
}

// nasty is what people write to break renderers, or happen to.
var nasty = []string{
	"", "plain words", "@everyone", "@here now", "<@1> <@!2> <@&3> <#4> <:a:5> <a:b:6> <t:7:R> </x:8> <id:customize> <sound:1:2>",
	"<<@9>>", "<@\u200b1>", "[x](https://evil.example)", "[x]: https://evil.example", "](https://evil.example)", "[[x]](https://evil.example/)", "[a](b) [", "”](https://evil.example) “",
	"https://evil.example/a_b", "http://a.b", "<https://evil.example>", "://", "steam://run", "discord.gg/evil", "discord.com/invite/evil",
	"**bold** __under__ *it* _it_ ~~s~~ ||sp||", "***", "___", "`code` ``co`de``", "```\nfence\n```", "||", "|", "\\", "\\\\", "\\*", "*\\", "a\\",
	"# heading", "## h", "-# small", "> quote", ">>> quotes", "- item", "* item", "+ item", "1. item", "12) item", "\n# heading\n> quote",
	"1.", "#", "-", ">", "_", "*", "a_b_c", "¯\\_(ツ)_/¯", "👩‍👩‍👧👍🏽🇩🇪", "e\u0301*\u0301", "\U0001F600\U0001F600", "日本語の文章はとても長い", "\u202edrow\u202c", "\u3164", "\x1b[31mred", "\xff\x00",
	"x" + strings.Repeat("\u0301", 400), strings.Repeat("*", 1200), strings.Repeat("😀", 900), strings.Repeat("word ", 300), strings.Repeat("https://a.b ", 90), strings.Repeat("W", 2500),
	"(continued)", "Still open (3)", "[jump](https://discord.com/channels/1/2/3)",
}
