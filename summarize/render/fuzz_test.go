package render

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// The fuzz targets put one text in every place that foreign text can reach
// (everywhere) and hold the document to the shape that it has with a plain word
// there: whatever is written in a channel, the markup is ours.
const plainWord = "word"

// seeds are what has broken renderers elsewhere.
func seeds(f *testing.F) {
	for _, s := range []string{
		"", plainWord, hostile, "two\n\nparagraphs", "https://example.org/a_b_(c)?x=1&copy;=2#z", "a < b && c > d", "<<@9>>", "@everyone",
		"**", "_a_b_", "~20% ~30%", "[x]: http://evil.example", "[^1]", "<a@b.c>", "http://a.b", "www.a.b", "mailto:a@b.c", "&amp;amp;", "\\", "$x$", "#", "1. a", "+ a", "|a|\n|-|",
		"--", "(1) a", ":name:", ".name.", "//", "/* */", "===", "{a}", "“”", "…", "日本語の文章はとても長いので折り返す必要があります", "e\u0301👩‍👩‍👧", "\u202e\u2066", "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07", "\xff\x00", "javascript:alert(1)",
		"Gist of", strings.Repeat("long ", 100), "{{.}}", "</style><script>", "\" onclick=\"x", "<!--", "]]>",
	} {
		f.Add(s)
	}
}

// shown is s as it must come out in a format's text, however it is spaced.
func shown(s string) string { return cleaner{Options{}}.line(s) }

func FuzzHTML(f *testing.F) {
	seeds(f)
	r, o := everywhere(plainWord)
	want, _, _ := htmlShape(f, draw(f, "html", r, o))
	f.Fuzz(func(t *testing.T, s string) {
		r, o := everywhere(s)
		page := draw(t, "html", r, o)
		if at := strings.IndexFunc(page, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || steersText(r) }); at >= 0 {
			t.Errorf("control character in the page: %q", page[at:min(at+20, len(page))])
		}
		shape, links, words := htmlShape(t, page)
		if !slices.Equal(shape, want) {
			t.Errorf("the page has other elements than with a plain word:\n%v\n%v", shape, want)
		}
		for _, link := range links {
			checkLink(t, link, s)
		}
		if !strings.Contains(words, "Question "+shown(s)) {
			t.Errorf("%q is not in the page's text", shown(s))
		}
	})
}

// htmlShape is a page's elements with their attributes, but for links to elsewhere;
// where those lead, as far as they carry what they must; and its text on one line.
// It fails where the page's style is another than ours.
func htmlShape(t testing.TB, page string) (shape, links []string, words string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
			if n.Parent.Data == "style" && n.Data != "\n"+style {
				t.Errorf("the page has another style: %q", n.Data)
			}
		case html.CommentNode:
			t.Errorf("the page has a comment: %q", n.Data)
		case html.ElementNode:
			if n.Data != "a" || n.Attr[0].Key == "href" && strings.HasPrefix(n.Attr[0].Val, "#debate-") {
				shape = append(shape, fmt.Sprint(n.Data, n.Attr))
				continue
			}
			if n.Attr[0].Key != "href" || len(n.Attr) != 2 || n.Attr[1] != (html.Attribute{Key: "rel", Val: "noopener noreferrer nofollow"}) {
				t.Errorf("link with other attributes: %v", n.Attr)
			}
			links = append(links, n.Attr[0].Val)
		}
	}
	return shape, links, collapse(b.String())
}

// checkLink fails when a link leads elsewhere than a quote's own URL.
func checkLink(t *testing.T, link, s string) {
	t.Helper()
	if link == "" || (link != safeURL(s) && link != safeURL("https://chat.example.org/?"+s)) {
		t.Errorf("link to %q", link)
	}
}

func FuzzMarkdown(f *testing.F) {
	seeds(f)
	r, o := everywhere(plainWord)
	want, _, _ := markdownShape(f, draw(f, "md", r, o))
	f.Fuzz(func(t *testing.T, s string) {
		r, o := everywhere(s)
		document := draw(t, "md", r, o)
		shape, links, words := markdownShape(t, document)
		if !slices.Equal(shape, want) {
			t.Errorf("the document has other nodes than with a plain word:\n%v\n%v\n%s", shape, want, document)
		}
		for _, link := range links {
			checkLink(t, link, s)
		}
		unpinged := strings.ReplaceAll(strings.ReplaceAll(shown(s), "@", "@"+zeroWidthSpace), "@"+zeroWidthSpace+zeroWidthSpace, "@"+zeroWidthSpace)
		if !strings.Contains(words, "Question "+unpinged) {
			t.Errorf("%q is not in the text %q", unpinged, words)
		}
	})
}

// markdownShape is a document's nodes but for text and links, where its links lead, and its text on one line.
func markdownShape(t testing.TB, document string) (shape, links []string, words string) {
	t.Helper()
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	root := markdown.Parser().Parse(text.NewReader([]byte(document)))
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if _, isText := n.(*ast.Text); entering && !isText && n.Kind() != ast.KindLink {
			shape = append(shape, n.Kind().String())
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := markdown.Renderer().Render(&page, []byte(document), root); err != nil {
		t.Fatal(err)
	}
	parsed, err := html.Parse(&page)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range parsed.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && n.Data == "a" {
			links = append(links, n.Attr[0].Val)
		}
	}
	return shape, links, collapse(b.String())
}

func FuzzText(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		r, o := everywhere(s)
		o.Width = 50
		document := draw(t, "txt", r, o)
		for line := range strings.Lines(document) {
			line = strings.TrimSuffix(line, "\n")
			isLink := strings.HasPrefix(strings.TrimSpace(line), "http")
			if width := ansi.StringWidth(line); width > o.Width && !isLink {
				t.Errorf("line of %d columns: %q", width, line)
			}
			if at := strings.IndexFunc(line, func(r rune) bool { return unicode.IsControl(r) || steersText(r) }); at >= 0 {
				t.Errorf("control character in %q", line)
			}
		}
		if callsAll.MatchString(document) || rawSyntax.MatchString(document) {
			t.Errorf("the text would ping if it were posted:\n%s", document)
		}
		withoutSpaces := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if !strings.Contains(withoutSpaces(document), withoutSpaces("Question"+shown(s))) {
			t.Errorf("%q is not in the text", shown(s))
		}
	})
}

func FuzzArgdown(f *testing.F) {
	seeds(f)
	r, o := everywhere(plainWord)
	want := argdownShape(draw(f, "argdown", r, o))
	f.Fuzz(func(t *testing.T, s string) {
		r, o := everywhere(s)
		document := draw(t, "argdown", r, o)
		if shape := argdownShape(document); !slices.Equal(shape, want) {
			t.Errorf("the document has other elements than with a plain word:\n%v\n%v\n%s", shape, want, document)
		}
		escaped := argdownText(shown(s))
		if plain := argdownUnescaped(t, escaped); plain != shown(s) {
			t.Errorf("%q comes out as %q", shown(s), plain)
		}
	})
}

// What a reader asks for is foreign too, and stands where a report has no debate.
func FuzzAbout(f *testing.F) {
	seeds(f)
	about := func(t testing.TB, format, s string) string {
		return draw(t, format, fewReport(), Options{About: s, Width: 200})
	}
	wantPage, _, _ := htmlShape(f, about(f, "html", plainWord))
	wantDocument, _, _ := markdownShape(f, about(f, "md", plainWord))
	wantMap := argdownShape(about(f, "argdown", plainWord))
	f.Fuzz(func(t *testing.T, s string) {
		says := "No debate found in"
		if asked := shown(s); asked != "" {
			says = "No debate about “" + Shorten(asked, aboutLimit) + "” found in"
		}
		if page, links, words := htmlShape(t, about(t, "html", s)); !slices.Equal(page, wantPage) || len(links) > 0 || !strings.Contains(words, says) {
			t.Errorf("the page has the elements %v, links to %q and says %s", page, links, words)
		}
		if document, links, words := markdownShape(t, about(t, "md", s)); !slices.Equal(document, wantDocument) || len(links) > 0 {
			t.Errorf("the document has the nodes %v, links to %q and says %s", document, links, words)
		}
		if shape := argdownShape(about(t, "argdown", s)); !slices.Equal(shape, wantMap) {
			t.Errorf("the map has the elements %v", shape)
		}
		text := about(t, "txt", s)
		if !strings.Contains(collapse(text), says) || callsAll.MatchString(text) || rawSyntax.MatchString(text) {
			t.Errorf("the text is %q", text)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || steersText(r) }) {
			t.Errorf("control character in %q", text)
		}
	})
}

// argdownShape is what each line of a document begins with.
func argdownShape(document string) []string {
	var shape []string
	for line := range strings.Lines(document) {
		word, _, _ := strings.Cut(strings.TrimLeft(line, " "), " ")
		shape = append(shape, strings.TrimSpace(word))
	}
	return shape
}

// argdownUnescaped takes the backslashes off, and fails where a character that begins something has none.
func argdownUnescaped(t *testing.T, escaped string) string {
	t.Helper()
	var plain []rune
	runes := []rune(escaped)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\\' && i+1 < len(runes):
			i++
			plain = append(plain, runes[i])
		case strings.ContainsRune(`\@#*_[]<>{}=/`, r):
			t.Errorf("%c begins something in %q", r, escaped)
		default:
			plain = append(plain, r)
		}
	}
	return string(plain)
}
