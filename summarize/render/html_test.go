package render

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"crux/summarize"
)

// The page escapes whatever a view holds, though a view from a report is cleaned.
func TestHTMLEscapesTheWholeView(t *testing.T) {
	draw := func(s string) (shape, links []string, words string) {
		var b strings.Builder
		if err := htmlPage(viewOf(s)).Render(&b); err != nil {
			t.Fatal(err)
		}
		return htmlShape(t, b.String())
	}
	wantShape, wantLinks, wantWords := draw(plainWord)
	for _, s := range []string{
		`say "hi"`, `" onclick="alert(1)`, `' onclick='alert(1)`, "x onclick=alert(1)", `"><script>alert(1)</script>`,
		"<script>alert(1)</script>", "</p></li><img src=x onerror=alert(1)>", "</title><script>alert(1)</script>", "</style><script>alert(1)</script>",
		"<!-- x", "x -->", "]]>", "&lt;script&gt;", "&quot; onclick=1", "&copy;=1", "a&amp;b", "{{.}}", "+ADw-script+AD4-", "javascript:alert(1)", `\" \u0022`,
	} {
		shape, links, words := draw(s)
		for i := range shape {
			shape[i] = strings.ReplaceAll(shape[i], s, plainWord)
		}
		if !slices.Equal(shape, wantShape) {
			t.Errorf("with %q the page has other elements than with a plain word:\n%v\n%v", s, shape, wantShape)
		}
		if len(links) != len(wantLinks) || slices.ContainsFunc(links, func(link string) bool { return link != s }) {
			t.Errorf("with %q links lead to %q", s, links)
		}
		if got := strings.ReplaceAll(words, s, plainWord); got != wantWords {
			t.Errorf("%q does not come out as it is:\n%s", s, words)
		}
	}
}

// viewOf is a view of two debates with s for every string in it.
func viewOf(s string) View {
	v := NewView(everywhere(plainWord))
	v.Empty, v.Debates[0].OpenNote = s, s
	v.Debates = append(v.Debates, v.Debates[0])
	fill(reflect.ValueOf(&v).Elem(), s)
	return v
}

func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(s)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, s)
		}
	}
}

func TestHTMLLinksToWebPagesAlone(t *testing.T) {
	cases := map[string]string{
		"https://a.example/m1":                           "https://a.example/m1",
		"http://a.example/?x=1&copy;=2#z":                "http://a.example/?x=1&copy;=2#z",
		`https://a.example/?"><script>alert(1)</script>`: "https://a.example/?%22%3E%3Cscript%3Ealert%281%29%3C/script%3E",
		"https://a.example/' onclick='alert(1)":          "https://a.example/%27%20onclick=%27alert%281%29",
		"https://a.example/\x1b[31m":                     "",
		"https://a.example@evil.example/":                "",
		"javascript:alert(1)":                            "",
		"JavaScript://a.example/%0aalert(1)":             "",
		" javascript:alert(1)":                           "",
		"java\nscript:alert(1)":                          "",
		"data:text/html,<script>alert(1)</script>":       "",
		"vbscript:x":         "",
		"file:///etc/passwd": "",
		"//evil.example/x":   "",
		"#debate-1":          "",
		"/relative":          "",
		"":                   "",
	}
	for url, want := range cases {
		quote := summarize.Quote{Message: "m1", Text: "text", URL: url}
		page := draw(t, "html", &summarize.Report{Debates: []summarize.Debate{{
			Agreements: []summarize.Agreement{{Gist: "Gist", Quotes: quotes(quote)}},
		}}}, Options{})
		if got := strings.Join(hrefs(t, page), " "); got != want {
			t.Errorf("%q becomes a link to %q, want %q", url, got, want)
		}
	}
}

// hrefs is where all of a page's links lead.
func hrefs(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for n := range root.Descendants() {
		for _, attr := range n.Attr {
			if attr.Key == "href" {
				all = append(all, attr.Val)
			}
		}
	}
	return all
}
