package transcript

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestRepairs(t *testing.T) {
	long := strings.Repeat("the very same words ", 6)
	for name, c := range map[string]struct {
		messages string   // JSON
		want     []string // id<author>reply: text
		repairs  []string
	}{
		"clocks out of order": {
			`{"id":"a","author":"n","time":"2026-01-01T10:00:00Z","text":"1"},
			 {"id":"b","author":"n","time":"2026-01-01T12:00:00Z","text":"3"},
			 {"id":"c","author":"n","text":"after 3"},
			 {"id":"d","author":"n","time":"2026-01-01T11:00:00Z","text":"2"}`,
			[]string{"a<n>: 1", "d<n>: 2", "b<n>: 3", "c<n>: after 3"},
			[]string{"Moved 1 message standing later than the time says: message d, line 4."},
		},
		"repeated ids": {
			`{"id":"a","author":"n","text":"1"}, {"id":"a","author":"n","text":"1"},
			 {"id":"a","author":"m","text":"2"}, {"id":"a~2","author":"m","text":"3"}, {"id":"b","author":"m","text":"4","reply_to":"a~2"}`,
			[]string{"a<n>: 1", "a~3<m>: 2", "a~2<m>: 3", "b<m>a~2: 4"},
			[]string{"Left out 1 message repeating an earlier one, id and all: message a, line 1.",
				"Renamed 1 message with the id of another message: message a, line 2."},
		},
		"missing ids": {
			`{"author":"n","text":"1"}, {"id":"m1","author":"n","text":"2"}, {"id":"","author":"n","text":"3"}`,
			[]string{"m1~2<n>: 1", "m1<n>: 2", "m3<n>: 3"},
			[]string{"Numbered 2 messages without an id, the first: line 1."},
		},
		"missing authors": {
			`{"id":"a","author":"n","text":"1"}, {"id":"b","text":"2"}, {"id":"c","author":null,"text":"3"}`,
			[]string{"a<n>: 1", "b<>: 2", "c<>: 3"},
			[]string{"Kept 2 messages without an author as nobody's, the first: message b, line 1."},
		},
		"messages that say nothing": {
			`{"id":"a","author":"n","text":"1"}, {"id":"b","author":"n"}, {"id":"c","author":"n","text":" \u0000\u0007\n"}, null,
			 {"id":"d","author":"n","text":"x\u0000y"}, {"id":"e","author":"n","attachments":["f"]}, {"id":"f","author":"n","text":"2","reply_to":"b"}`,
			[]string{"a<n>: 1", "d<n>: x\x00y", "e<n>: ", "f<n>: 2"},
			[]string{"Left out 3 messages without text, the first: message b, line 1.",
				"Cleared 1 reply link to a message that is not in the transcript: message f, line 2."},
		},
		"pasted twice": {
			fmt.Sprintf(`{"id":"a","author":"n","text":%[1]q}, {"id":"b","author":"m","text":%[1]q}, {"id":"c","author":"n","text":%[1]q},
			 {"id":"d","author":"m","text":"2","reply_to":"c"}, {"id":"e","author":"m","text":"2"},
			 {"id":"f","author":"bot","bot":true,"text":%[1]q}, {"id":"g","author":"bot","bot":true,"text":%[1]q}`, long),
			[]string{"a<n>: " + long, "b<m>: " + long, "d<m>a: 2", "e<m>: 2", "f<bot>: " + long, "g<bot>: " + long},
			[]string{"Left out 1 message posted before by the same author, word for word: message c, line 1."},
		},
		"times that can't be read": {
			`{"id":"a","author":"n","text":"1","time":"yesterday"}, {"id":"b","author":"n","text":"2","time":"2026-13-45T99:00:00Z","edited":"soon"}, {"id":"c","author":"n","text":"3","time":"03/02/2026 14:05"}`,
			[]string{"a<n>: 1", "b<n>: 2", "c<n>: 3"},
			[]string{"Kept 3 messages with an unreadable time, now without one, the first: message a, line 1.",
				"Ignored 1 edit time that can't be read: message b, line 1."},
		},
		"names": {
			fmt.Sprintf(`{"id":"a\nb","author":" n\r\n","text":"1"}, {"id":"c","author":"n","text":"2","reply_to":"a\nb"}, {"id":%q,"author":"n","text":"3"}`, strings.Repeat("é", 500)),
			[]string{"a b<n>: 1", "c<n>a b: 2", strings.Repeat("é", 80) + "…22323b065c6c3275<n>: 3"},
			[]string{"Cleaned 4 names or ids too long or with control characters, the first: message a b, line 1."},
		},
		"self-reply": {
			`{"id":"a","author":"n","text":"1","reply_to":"a"}`,
			[]string{"a<n>: 1"},
			[]string{"Cleared 1 reply link to a message that is not in the transcript: message a, line 1."},
		},
		"lost characters": {
			"{\"id\":\"a\",\"author\":\"n\",\"text\":\"caf\xe9\"}",
			[]string{"a<n>: caf�"},
			[]string{"Kept 1 message with the replacement character �, where characters were lost before or in reading: message a, line 1."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustRead(t, "["+c.messages+"]", Options{})
			var got []string
			for _, m := range r.Transcript.Messages {
				got = append(got, fmt.Sprintf("%s<%s>%s: %s", m.ID, m.Author, m.ReplyTo, m.Text))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if !slices.Equal(r.Repairs, c.repairs) {
				t.Errorf("got  %q\nwant %q", r.Repairs, c.repairs)
			}
		})
	}
}

func TestRepairsStayFew(t *testing.T) {
	var messages []map[string]any
	for i := range 1000 {
		messages = append(messages, map[string]any{"id": fmt.Sprint(i), "type": fmt.Sprint("T", i), "content": "x", "author": map[string]string{"id": "1"}})
	}
	messages[0]["type"] = "Default"
	source, err := json.Marshal(map[string]any{"messages": messages})
	if err != nil {
		t.Fatal(err)
	}
	r := mustRead(t, string(source), Options{})
	if len(r.Repairs) != maxRows || !strings.HasPrefix(r.Repairs[maxRows-1], "Made 960 repairs of further kinds") {
		t.Errorf("%d repairs, the last %q", len(r.Repairs), r.Repairs[len(r.Repairs)-1])
	}
}
