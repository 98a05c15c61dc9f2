package render

import (
	"strings"
	"testing"
)

func TestCleanShowsWhatPeopleSaw(t *testing.T) {
	c := cleaner{Options{
		Name: func(id string) string {
			return map[string]string{"101": "Nadia", "7": "@everyone", "8": "<@101>\x1b[1m"}[id]
		},
		Mention: func(id string) string { return map[string]string{"102": "tom"}[id] },
	}}
	const zwsp = zeroWidthSpace
	cases := map[string]string{
		"<@102> and <@!101>":                     "@tom and @Nadia",
		"<@U9|ann> <@U9>":                        "@ann @someone",
		"<@&5> <@&5|mods>":                       "@role @mods",
		"<#12|general> <#12>":                    "#general #channel",
		"<!channel> <!here> <!subteam^S1|@core>": "@" + zwsp + "channel @" + zwsp + "here @core",
		"<!date^139|yesterday>":                  "yesterday",
		"@everyone @Here":                        "@" + zwsp + "everyone @" + zwsp + "Here",
		"<@7>":                                   "@" + zwsp + "everyone",
		"<:cat:123> <a:dance:9>":                 ":cat: :dance:",
		"<https://a.example|the paper> <http://b.example>": "the paper http://b.example",
		"<mailto:a@b.example|a@b.example>":                 "a@b.example",
		"<t:0:R>":                                          "1 Jan 1970, 00:00 UTC",
		"</poll:123>":                                      "/poll",
		"if a <b and c> d, <3":                             "if a <b and c> d, <3",
		"\x1b[31mred\x1b[0m \x1b]8;;x\x07y":                "red y",
		"a\u202Eb\u2066c\x00\u0085d\tx\r\ny":               "abc d x y",
		"\xff":                                             "\uFFFD",
	}
	for in, want := range cases {
		if got := c.line(in); got != want {
			t.Errorf("%q shows as %q, want %q", in, got, want)
		}
	}
	if got := c.name("8"); got != "<"+zwsp+"@101>" {
		t.Errorf("a name's own mention shows as %q", got)
	}
	if got := c.name("unknown"); got != "someone" {
		t.Errorf("a person without name shows as %q", got)
	}
	blank := cleaner{Options{Name: func(string) string { return "\u3164 \u200d\u2800" }}}
	if got := blank.name("9"); got != "someone" {
		t.Errorf("a person whose name nobody can see shows as %q", got)
	}
	if got := c.text("one\r\n\r\n\r\ntwo"); got != "one\n\ntwo" {
		t.Errorf("line breaks come out as %q", got)
	}
}

func TestSafeURL(t *testing.T) {
	cases := map[string]string{
		"https://discord.com/channels/1/2/3": "https://discord.com/channels/1/2/3",
		"http://a.example/x?y=1&z=2#w":       "http://a.example/x?y=1&z=2#w",
		"https://a.example/(x) y":            "https://a.example/%28x%29%20y",
		"https://a.example/?5%&6%20":         "https://a.example/?5%25&6%20",
		"https://a.example/@you":             "https://a.example/%40you",
		"https://a.example@evil.example":     "",
		"javascript:alert(1)":                "",
		"//a.example":                        "",
		"data:text/html,x":                   "",
		"https://a.example/\n":               "",
		"https://":                           "",
		"":                                   "",
	}
	for in, want := range cases {
		if got := safeURL(in); got != want {
			t.Errorf("safeURL(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestSaidIn(t *testing.T) {
	const quote = "Well, simple  for whom? The prior is over weights, not over English."
	cases := map[string]bool{
		"The prior is over weights":            true,
		"the prior is over weights.":           true,
		"simple for whom … not over English":   true,
		"simple for whom... not over English.": true,
		"not over English … simple for whom":   false,
		"the prior is not over weights":        false,
		"…":                                    false,
		"":                                     false,
	}
	for gist, want := range cases {
		if got := saidIn(gist, quote); got != want {
			t.Errorf("saidIn(%q) is %v", gist, got)
		}
	}
}

func TestElide(t *testing.T) {
	line := "one two three four five six seven eight nine ten"
	cases := []struct {
		focus string
		limit int
		want  string
	}{
		{"", 100, line},
		{"", 20, "one two three four …"},
		{"two three", 20, "one two three four …"},
		{"Seven … ten", 18, "… seven eight nine …"},
		{"nine ten", 20, "… nine ten"},
		{"absent", 13, "one two three …"},
	}
	for _, c := range cases {
		if got := elide(line, c.focus, c.limit); got != c.want {
			t.Errorf("elide(%q, %d) is %q, want %q", c.focus, c.limit, got, c.want)
		}
	}
	for whole, limit := range map[string]int{"e\u0301": 9, "👩‍👩‍👧": 7, "👍🏽": 5, "🇩🇪": 7, "\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F": 12} {
		got := elide(strings.Repeat(whole, 20), "", limit)
		if strings.ReplaceAll(got, whole, "") != " …" {
			t.Errorf("%q was cut: %q", whole, got)
		}
	}
	if got := elide("x"+strings.Repeat("\u0301", 99), "", 9); got != "…" {
		t.Errorf("one endless character shows as %q", got)
	}
}

func TestNamesAreCountedBeyondTheLimit(t *testing.T) {
	cases := map[int]string{
		0: "a, b, c, d and e",
		2: "a, b and 3 others",
		3: "a, b, c and 2 others",
		4: "a, b, c, d and e",
		9: "a, b, c, d and e",
	}
	for limit, want := range cases {
		if got := (cleaner{Options{People: limit}}).names([]string{"a", "b", "c", "d", "e"}); got != want {
			t.Errorf("with %d named: %q, want %q", limit, got, want)
		}
	}
}

func TestBriefKeepsTheGistInSight(t *testing.T) {
	s := newStatementView(cleaner{}, "nobody has measured it", quotes(said("m1", "I like the idea a lot and would fund it,\nbut nobody has measured it so far")), nil)
	if got := s.Brief(30); got != "… nobody has measured it so far" {
		t.Errorf("the quote is shortened to %q", got)
	}
	if got := s.Quotes[0].Brief(30); got != "I like the idea a lot and …" {
		t.Errorf("the quote alone is shortened to %q", got)
	}
	if got := (Statement{Gist: "x"}).Brief(30); got != "" {
		t.Errorf("no quote shows as %q", got)
	}
}

func TestMarkdownEscapesOnlyWhatItMust(t *testing.T) {
	cases := map[string]string{
		"plain - text, 1. with (marks)! a > b; x < 3 | y = #5":     "plain - text, 1. with (marks)! a > b; x < 3 | y = #5",
		"snake_case_name but _emphasis_":                           `snake_case_name but \_emphasis\_`,
		"a*b ~20% `code` [link](x) c:\\d":                          "a\\*b \\~20% \\`code\\` \\[link\\](x) c:\\\\d",
		"AT&T and &amp; &#35;":                                     `AT&T and \&amp; \&#35;`,
		"<b> <3 <!-- </i>":                                         `\<b> <3 \<!-- \</i>`,
		"see https://a.example or www.a.example, mail a@b.example": "see https\\://a.example or www\\.a.example, mail a@\u200bb.example",
		"heading ##": `heading \#\#`,
	}
	for in, want := range cases {
		if got := escapeMarkdown(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
