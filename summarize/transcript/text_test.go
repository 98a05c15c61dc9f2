package transcript

import (
	"strings"
	"testing"
	"time"
)

// Prose with colons in it is nobody's dialogue, and the error shows how to make one.
func TestNobodyNamed(t *testing.T) {
	for name, text := range map[string]string{
		"essay":           "We should weigh two things.\n\nFirst: the cost.\n\nSpeed: it is slow.\n\nIn the end it is a wash.\n\nReally.",
		"labels":          "Note: this\nEdit: that\nTL;DR: nothing\n",
		"links":           "https://example.com/a\nhttp://example.com/b\nmailto:me\n",
		"settings":        "```\nname: x\nname: y\n```\n",
		"one long speech": "Abstract thoughts by me: x\n\nsecond\n\nthird\n",
		"times in prose":  "we met at 14:05\n14:07 was when it failed\n",
		"markup":          "<p>\nsome text\n</p>\n<p>\nmore text\n</p>\n",
		"mentions":        "<@U123456789> hello\n<@U123456789> hello again\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(text), "notes.txt", Options{})
			if err == nil {
				t.Fatalf("read as %s", describe(mustRead(t, text, Options{})))
			}
			for _, want := range []string{"notes.txt: nobody is named", "\n  nadia: ", "\n  tom: ", "--unattributed"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in %q", want, err)
				}
			}
		})
	}
}

func TestUnattributed(t *testing.T) {
	long := "A paragraph that is quite long enough to be known again by its start alone."
	for name, c := range map[string]struct {
		text    string
		want    []string
		repairs int
	}{
		"paragraphs":        {"one\nand on\n\n\n  two\n\nthree\n", []string{"one\nand on", "  two", "three"}, 0},
		"lines":             {"\none\ntwo\r\nthree\n\n", []string{"one", "two", "three"}, 0},
		"repeated":          {"one\n\ntwo\n\n one \n\ntwo", []string{"one", "two"}, 1},
		"cut copies":        {long[:50] + "…\n\n" + long + "\n\n" + long[:60] + "\n\n" + long[:50] + "...", []string{long}, 1},
		"short starts":      {"Yes.\n\nYes. And no.", []string{"Yes.", "Yes. And no."}, 0},
		"whole with dots":   {long + "...\n\n" + long, []string{long}, 1},
		"names don't count": {"nadia: one\ntom: two", []string{"nadia: one", "tom: two"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustRead(t, c.text, Options{Unattributed: true})
			var got []string
			for _, m := range r.Transcript.Messages {
				if m.Author != "" {
					t.Errorf("%q is said by %q", m.Text, m.Author)
				}
				got = append(got, m.Text)
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") || len(r.Repairs) != c.repairs {
				t.Errorf("got %q, repairs %q\nwant %q", got, r.Repairs, c.want)
			}
		})
	}
}

func TestUnattributedTakesJSONWithoutAuthors(t *testing.T) {
	r := mustRead(t, `[{"id": "a", "text": "x"}]`, Options{Unattributed: true})
	if len(r.Transcript.Messages) != 1 || len(r.Repairs) > 0 {
		t.Errorf("got %s", describe(r))
	}
}

func TestSpelling(t *testing.T) {
	r := mustRead(t, "Nadia: one\ntom: two\nnadia: three\n", Options{})
	if got := r.Transcript.Messages[2].Author; got != "Nadia" || len(r.Repairs) != 1 {
		t.Errorf("got %q, repairs %q", got, r.Repairs)
	}
}

func TestStrayBytes(t *testing.T) {
	r := mustRead(t, "nadia: naïve\ntom: é\xff\n", Options{})
	if got := r.Transcript.Messages[1].Text; got != "é�" || !strings.Contains(r.Repairs[0], "Replaced 1 stray byte outside UTF-8 by �: line 2") {
		t.Errorf("got %q, repairs %q", got, r.Repairs)
	}
}

func TestStamps(t *testing.T) {
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	afternoon := day.Add(14*time.Hour + 5*time.Minute)
	for text, want := range map[string]time.Time{
		"2026-03-02 14:05":              afternoon,
		"2026-03-02T14:05:06.5Z":        afternoon.Add(6500 * time.Millisecond),
		"2026-03-02T14:05+02:00":        afternoon.Add(-2 * time.Hour),
		"2026/03/02, 2:05 PM":           afternoon,
		"03/02/2026 2:05 PM":            afternoon,
		"3/2/26, 2:05 p.m.":             afternoon,
		"02.03.2026 14:05":              afternoon,
		"02/03/2026 14:05":              afternoon,
		"02-Mar-26 02:05 PM":            afternoon,
		"March 2nd, 2026 at 2:05 PM":    afternoon,
		"Monday, March 2, 2026 2:05 PM": afternoon,
		"2 March 2026 14:05":            afternoon,
		"2026-03-02 12:05 AM":           day.Add(5 * time.Minute),
		"2026-03-02 12:05\u202fPM":      day.Add(12*time.Hour + 5*time.Minute),
		"Today at 2:05 PM":              {},
		"Yesterday at 14:05":            {},
		"Monday at 14:05":               {},
		"Mar 2nd at 2:05 PM":            {},
		"14:05":                         {},
		"31/31/2026 14:05":              {},
	} {
		s, ok := wholeStamp(text)
		if !ok {
			t.Errorf("%q is no time", text)
			continue
		}
		c, _ := newCalendar([]stamp{s})
		if got, _ := c.time(s); !got.Equal(want) {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"", "14", "14:5", "25:00", "13:05 PM", "14:05:", "14:05x", "2026-03-02", "at 14:05", "1:2:3:4", "14:05 nadia"} {
		if s, ok := wholeStamp(text); ok {
			t.Errorf("%q is %+v", text, s)
		}
	}
}

// One date that can be read in one way only decides for all others.
func TestOneDateDecidesTheOrder(t *testing.T) {
	r := mustRead(t, "nadia — 02/03/2026 2:05 PM\nx\ntom — 13/03/2026 2:05 PM\ny\n", Options{})
	if got := r.Transcript.Messages[0].Time; got.Month() != time.March || len(r.Repairs) > 0 {
		t.Errorf("got %v, repairs %q", got, r.Repairs)
	}
}
