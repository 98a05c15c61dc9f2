package embedded

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := map[string]struct {
		text string
		// prose is what is left, with white space folded.
		prose    string
		quoted   []string
		mentions []string
	}{
		"plain":                    {text: "We should ship it.", prose: "We should ship it."},
		"empty":                    {},
		"other scripts":            {text: "Das geht so nicht, 李雷 👩‍👩‍👧‍👦", prose: "Das geht so nicht, 李雷 👩‍👩‍👧‍👦"},
		"quoted line":              {text: "> we lose runs\nNot any more.", prose: "Not any more.", quoted: []string{"we lose runs"}},
		"quoted line as Slack":     {text: "&gt; we lose runs\nNot any more.", prose: "Not any more.", quoted: []string{"we lose runs"}},
		"indented quoted line":     {text: "  >we lose runs\nNo.", prose: "No.", quoted: []string{"we lose runs"}},
		"quotes in quotes":         {text: "> > first\n> second\nNo.", prose: "No.", quoted: []string{"first", "second"}},
		"greater than":             {text: "5 > 3, so it holds", prose: "5 > 3, so it holds"},
		"code":                     {text: "Run `go test ./...` first", prose: "Run first"},
		"code block":               {text: "See\n```go\nif a > b { panic() }\n```\nIt fails.", prose: "See It fails."},
		"code block without end":   {text: "See\n```\nsegfault", prose: "See"},
		"quote mark in code":       {text: "```\n> prompt\n```\nIt hangs.", prose: "It hangs."},
		"a lone backtick":          {text: "it`s fine", prose: "it`s fine"},
		"link":                     {text: "See https://x.example/a?b=1 there", prose: "See there"},
		"link in angle brackets":   {text: "See <https://x.example/a|the plan> there", prose: "See there"},
		"no link":                  {text: "the ratio 3:4 and a/b", prose: "the ratio 3:4 and a/b"},
		"mention":                  {text: "<@123> no", prose: "no", mentions: []string{"123"}},
		"mention of a nickname":    {text: "no, <@!123>", prose: "no,", mentions: []string{"123"}},
		"mention with a name":      {text: "<@U02|ann> no", prose: "no", mentions: []string{"U02"}},
		"several mentions":         {text: "<@U1> and <@U2>: no", prose: "and : no", mentions: []string{"U1", "U2"}},
		"mention in code":          {text: "`<@U1>` is how", prose: "is how"},
		"custom emoji":             {text: "ok <:sad:123> <a:wave:45> :+1: :white_check_mark:", prose: "ok :+1:"},
		"emoji by name, no spaces": {text: "ok:thumbsup:", prose: "ok"},
		"times are no emoji":       {text: "from 10:30:00 on", prose: "from 10:30:00 on"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := clean(test.text)
			if got := strings.Join(strings.Fields(c.prose), " "); got != test.prose {
				t.Errorf("prose is %q, expected %q", got, test.prose)
			}
			if !slices.Equal(c.quoted, test.quoted) {
				t.Errorf("quoted is %q, expected %q", c.quoted, test.quoted)
			}
			if !slices.Equal(c.mentions, test.mentions) {
				t.Errorf("mentions are %q, expected %q", c.mentions, test.mentions)
			}
			checkOffsets(t, test.text, c.prose)
		})
	}
}

// checkOffsets: every byte of prose is the text's, or a space that stands in its place.
func checkOffsets(t *testing.T, text, prose string) {
	t.Helper()
	if len(prose) != len(text) {
		t.Fatalf("prose has %d bytes, the text %d", len(prose), len(text))
	}
	for i := range len(text) {
		if prose[i] != text[i] && (prose[i] != ' ' || text[i] == '\n') {
			t.Fatalf("at byte %d, prose has %q instead of %q", i, prose[i], text[i])
		}
	}
	if utf8.ValidString(text) && !utf8.ValidString(prose) {
		t.Fatalf("prose %q is no UTF-8 any more", prose)
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range oddTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := clean(text)
		checkOffsets(t, text, c.prose)
		for _, id := range c.mentions {
			if id == "" || !strings.Contains(text, id) {
				t.Errorf("mention %q isn't in the text", id)
			}
		}
		if again := clean(c.prose); len(again.mentions) > 0 && !strings.Contains(c.prose, "<") {
			t.Errorf("cleaning prose found mentions %q", again.mentions)
		}
	})
}

// oddTexts are where the fuzz targets of this package start.
var oddTexts = []string{
	"",
	" \n\t\u00a0",
	"I disagree. Why? Because it costs $3.50 an hour, e.g. on Fridays!",
	"> we lose runs\n&gt; and nobody notices\nNot any more… see <https://x.example/a?b=1|the plan>",
	"<@U01> <@!2> <#C1|dev> <:sad:12> :+1: `code` ```go\nif a > b {}\n``` ```open",
	"The title “Is it solved?” was meant to provoke. \"Really?\" (Yes.) *No!* _Hm._",
	"1. no docs\n2. no tests\n\n- one\n- two\r\n\r\n3) three",
	"我不同意。队列也会出故障！谁来维护？",
	"يجب أن ننتقل؟ נכון. 👩‍👩‍👧‍👦👍🏽 z\u0335a\u0337 \u202eforty\u202c",
	"a.b.c ... ?!?! J. R. Smith vs. Dr. No etc. i.e. 3.14 v1.2.3",
	"\xff\xfe. broken \xc3 bytes? \x00",
	"line one\u2028line two\u0085three\vfour",
}

// What a passage begins or ends with is part of its quote though it is no prose; a list's mark is not.
func TestShown(t *testing.T) {
	for text, want := range map[string][]string{
		"There's one called `do_not_remove`":            {"There's one called `do_not_remove`"},
		"There's one called `do_not_remove`.":           {"There's one called `do_not_remove`."},
		"`foo` is broken":                               {"`foo` is broken"},
		"See this. `foo` is broken.":                    {"See this.", "`foo` is broken."},
		"It is all in https://example.org/a\nRead it":   {"It is all in https://example.org/a", "Read it"},
		"try `a` `b`":                                   {"try `a` `b`"},
		"It is done:\n```\nx := 1\n```\nand it works":   {"It is done:", "and it works"},
		"• anything bad enough\n- and worse":            {"anything bad enough", "and worse"},
		"- `foo` is broken":                             {"`foo` is broken"},
		"-5 is less than 3":                             {"-5 is less than 3"},
		"<@U1> you are wrong :smile:":                   {"you are wrong"},
		"> a quote\nand an answer `here`":               {"and an answer `here`"},
		"It ends. https://example.org\nAnd it goes on.": {"It ends.", "And it goes on."},
	} {
		c := clean(text)
		var got []string
		for _, s := range c.shown(text, sentences(c.prose)) {
			got = append(got, text[s.start:s.end])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever is written, passages as shown hold those of the prose but for a mark, in order, and do not overlap.
func FuzzShown(f *testing.F) {
	for _, text := range []string{"`a` b `c`. d `e`", "- `x`", "• • `y` https://z", "a\n`b`\n- c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := clean(text)
		passages := sentences(c.prose)
		end := 0
		for i, s := range c.shown(text, passages) {
			if s.start < end || s.end < passages[i].end || s.end <= s.start || s.end > len(text) {
				t.Fatalf("%q: passage %d at %v is shown at %v, after what ends at %d", text, i, passages[i], s, end)
			}
			end = s.end
		}
	})
}
