package llm

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crux/summarize"
)

func chat() *summarize.Transcript {
	return &summarize.Transcript{
		Names: map[string]string{"11": "Zoé Ames", "22": "Bo", "33": "marek", "44": "Silent Quill_77"},
		Messages: []summarize.Message{
			{ID: "m1", Author: "11", Text: "Marek, you never answered. <@22> did, @marek!"},
			{ID: "m2", Author: "22", Text: "Zoé Ames is right, and Bo says so. Mareks are not MAREK."},
			{ID: "m3", Author: "33", Text: "Ask Silent Quill_77, quill or <@!44> about P4 and the Boat", Attachments: []string{"marek cv.pdf"}},
			{ID: "m4", Author: "99", Bot: true, Text: "marek joined"},
		},
	}
}

func TestNamesStayHere(t *testing.T) {
	s := newSheet(chat(), false)
	got := s.lines(s.all())
	want := `{"n":1,"by":"U1","text":"U3, you never answered. @U2 did, @U3!"}
{"n":2,"by":"U2","text":"U1 is right, and Bo says so. Mareks are not U3."}
{"n":3,"by":"U3","text":"Ask U4, U4 or @U4 about P4 and the Boat","files":["U3 cv.pdf"]}
`
	if got != want {
		t.Errorf("the sheet reads\n%s\nnot\n%s", got, want)
	}
}

func TestQuotesAreUnmasked(t *testing.T) {
	s := newSheet(chat(), false)
	for _, c := range []struct {
		n           int
		words, want string
	}{
		{1, "U3, you never answered", "Marek, you never answered"},
		{1, "@U2 did, @U3", "<@22> did, @marek"},
		{1, "U2 did", "<@22> did"},
		{2, "u1 is right", "Zoé Ames is right"},
		{3, "Ask U4", "Ask Silent Quill_77"},
		{3, "U4 or", "quill or"},
	} {
		q, ok := s.quote(c.n, c.words)
		if !ok || q.Text != c.want {
			t.Errorf("%q of message %d is %q (%v), not %q", c.words, c.n, q.Text, ok, c.want)
		}
	}
	if got, want := s.people.unmask("U3 doubts what U1 and @U4 say about U9."), "marek doubts what Zoé Ames and Silent Quill_77 say about U9."; got != want {
		t.Errorf("unmasked: %q, not %q", got, want)
	}
}

// Whatever part of what was sent comes back, it is a verbatim part of the message.
func TestMaskedPartsAreVerbatim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"marek", "Zoé Ames", "<@22>", "<@!44>", "Bo", "x", "“so”", "é", "Marek's"}), 1, 12).Draw(t, "words")
		c := chat()
		c.Messages[0].Text = strings.Join(words, rapid.SampledFrom([]string{" ", ", ", "\n"}).Draw(t, "between"))
		s := newSheet(c, false)
		sent := s.rows[0].said.text
		from := rapid.IntRange(0, len(sent)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(sent)).Draw(t, "to")
		q, ok := s.quote(1, sent[from:to])
		if ok && !strings.Contains(c.Messages[0].Text, q.Text) {
			t.Fatalf("%q of %q came back as %q", sent[from:to], c.Messages[0].Text, q.Text)
		}
		if strings.Contains(strings.ToLower(sent), "zoé ames") || strings.Contains(sent, "22") {
			t.Fatalf("%q was sent", sent)
		}
	})
}

// Words that are in names and call nobody stay as they are.
func TestNamesHoldOtherWords(t *testing.T) {
	text := "The post is old. Post it again, Dan: the mod won't mind, and Not every User does."
	t1 := &summarize.Transcript{
		Names: map[string]string{"1": "dan_the_mod", "2": "post-author", "3": "Not A User"},
		Messages: []summarize.Message{
			{ID: "m1", Author: "1", Text: text}, {ID: "m2", Author: "2", Text: "Fine."}, {ID: "m3", Author: "3", Text: "Fine."},
		},
	}
	got := newSheet(t1, false).lines([]int{1})
	if want := strings.Replace(text, "Dan", "P1", 1); !strings.Contains(got, want) {
		t.Errorf("got %s, want %q in it", got, want)
	}
}

// The names of people of whom nothing is read go nowhere: not to the model, with or without names of
// others, in new messages or in what was read before, and not from it to those who read.
func TestAbsentPeople(t *testing.T) {
	away := func() *summarize.Transcript {
		c := chat()
		c.Absent = map[string]string{"55": "Carolina Opting", "11": "Zoé"}
		c.Messages[0].Text = "<@55> and Carolina Opting said so, @carolina, like OPTING and Marek."
		return c
	}
	for named, want := range map[bool]string{
		false: "@U5 and U5 said so, @U5, like U5 and U3.",
		true:  "@U4 and U4 said so, @U4, like U4 and Marek.",
	} {
		s := newSheet(away(), named)
		if got := s.rows[0].said.text; got != want {
			t.Errorf("named %v: %q, not %q", named, got, want)
		}
		if got, want := s.masked("Is Carolina right?"), "Is "+s.people.handle("55")+" right?"; got != want {
			t.Errorf("named %v: what was read before is told as %q, not %q", named, got, want)
		}
		q, ok := s.quote(1, strings.TrimSuffix(s.rows[0].said.text, "."))
		if !ok || q.Text != "<@55> and Carolina Opting said so, @carolina, like OPTING and Marek" {
			t.Errorf("named %v: quoted as %q (%v)", named, q.Text, ok)
		}
		if got := s.people.unmask("Zoé Ames agrees with " + s.people.handle("55") + "."); got != "Zoé Ames agrees with somebody." {
			t.Errorf("named %v: unmasked %q", named, got)
		}
		if s.people.wrote("55") {
			t.Errorf("named %v: who is absent counts as present", named)
		}
	}
	if got := newSheet(away(), false).people.unmask("U1"); got != "Zoé Ames" { // who wrote too is not absent
		t.Errorf("unmasked %q", got)
	}
}
