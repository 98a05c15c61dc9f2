package embedded

import (
	"slices"
	"strings"
	"testing"
	"time"

	"crux/summarize"
)

// burst is messages of one person, so many seconds after the first.
func burst(author string, seconds ...int) []summarize.Message {
	var messages []summarize.Message
	for i, s := range seconds {
		messages = append(messages, summarize.Message{
			ID: author + string(rune('1'+i)), Author: author, Text: "part " + string(rune('1'+i)) + " of it",
			Time: time.Date(2026, 3, 2, 14, 0, s, 0, time.UTC),
		})
	}
	return messages
}

func TestTurns(t *testing.T) {
	long := strings.Repeat("because it costs too much ", 9)
	edit := func(at int, change func(m *summarize.Message)) func(m []summarize.Message) {
		return func(m []summarize.Message) { change(&m[at]) }
	}
	tests := map[string]struct {
		messages []summarize.Message
		edit     func([]summarize.Message)
		want     [][]int // the messages of each turn
	}{
		"none":                     {want: nil},
		"a burst":                  {messages: burst("ann", 0, 10, 30), want: [][]int{{0, 1, 2}}},
		"the same second":          {messages: burst("ann", 0, 0), want: [][]int{{0, 1}}},
		"a pause":                  {messages: burst("ann", 0, 10, 500), want: [][]int{{0, 1}, {2}}},
		"two people":               {messages: append(burst("ann", 0, 10), burst("bob", 20, 30)...), want: [][]int{{0, 1}, {2, 3}}},
		"nobody is named":          {messages: burst("", 0, 10), want: [][]int{{0}, {1}}},
		"a long message":           {messages: burst("ann", 0, 10, 20), edit: edit(1, func(m *summarize.Message) { m.Text = long }), want: [][]int{{0}, {1}, {2}}},
		"a bot":                    {messages: burst("ci", 0, 10), edit: edit(1, func(m *summarize.Message) { m.Bot = true }), want: [][]int{{0}, {1}}},
		"no times":                 {messages: burst("ann", 0, 10), edit: edit(1, func(m *summarize.Message) { m.Time = time.Time{} }), want: [][]int{{0}, {1}}},
		"a reply to somebody else": {messages: burst("ann", 0, 10), edit: edit(1, func(m *summarize.Message) { m.ReplyTo = "zoe1" }), want: [][]int{{0}, {1}}},
		"replies to the same": {messages: burst("ann", 0, 10), edit: func(m []summarize.Message) { m[0].ReplyTo, m[1].ReplyTo = "zoe1", "zoe1" },
			want: [][]int{{0, 1}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.edit != nil {
				test.edit(test.messages)
			}
			source := &summarize.Transcript{Messages: test.messages}
			turns, parts := takeTurns(source)
			var got [][]int
			for _, of := range parts {
				var messages []int
				for _, p := range of {
					messages = append(messages, p.source)
				}
				got = append(got, messages)
			}
			if !slices.EqualFunc(got, test.want, slices.Equal) {
				t.Fatalf("the turns are %v, expected %v", got, test.want)
			}
			checkParts(t, source, turns, parts)
		})
	}
}

// checkParts: each message of the source stands verbatim, and once, where its part says.
func checkParts(t *testing.T, source, turns *summarize.Transcript, parts [][]part) {
	t.Helper()
	next := 0
	for i, of := range parts {
		turn := turns.Messages[i]
		if first := source.Messages[of[0].source]; turn.ID != first.ID || turn.ReplyTo != first.ReplyTo || !turn.Time.Equal(first.Time) {
			t.Errorf("turn %d is %v, its first message %v", i, turn, first)
		}
		for _, p := range of {
			m := source.Messages[p.source]
			if p.source != next || turn.Author != m.Author || !strings.HasPrefix(turn.Text[p.start:], m.Text) {
				t.Errorf("message %d doesn't stand at %d in %q", p.source, p.start, turn.Text)
			}
			next++
		}
	}
	if next != len(source.Messages) {
		t.Errorf("%d of %d messages are in turns", next, len(source.Messages))
	}
}

func TestTurnsEndSometime(t *testing.T) {
	source := &summarize.Transcript{}
	for i := range 300 {
		m := burst("ann", 0)[0]
		m.Time = m.Time.Add(time.Duration(i) * time.Second)
		source.Messages = append(source.Messages, m)
	}
	turns, parts := takeTurns(source)
	for _, turn := range turns.Messages {
		if len(turn.Text) > turnLength+turnMessage {
			t.Errorf("a turn has %d bytes", len(turn.Text))
		}
	}
	checkParts(t, source, turns, parts)
}

func TestTurnsOfGold(t *testing.T) {
	for _, path := range goldPaths(t) {
		source := transcriptOf(goldFrom(t, path))
		turns, parts := takeTurns(source)
		checkParts(t, source, turns, parts)
	}
}

// TestQuotesOfTurns: what is quoted of a turn is quoted of the messages it was posted in.
func TestQuotesOfTurns(t *testing.T) {
	tb := testTables(t)
	source := &summarize.Transcript{Messages: burst("ann", 0, 10, 20)}
	source.Messages[0].Text = "I don't think so, the queue  "
	source.Messages[1].Text = "would have failed too. But"
	source.Messages[2].Text = "who pays for it? 💸"
	r := tb.read(source)
	if len(r.messages) != 1 {
		t.Fatalf("%d turns", len(r.messages))
	}
	whole := r.quote(&r.messages[0].whole)
	if len(whole) != 3 {
		t.Fatalf("the turn is quoted as %v", whole)
	}
	for i, q := range whole {
		if m := source.Messages[i]; q.Message != m.ID || q.Text != strings.TrimSpace(m.Text) {
			t.Errorf("quote %d is %v, the message %v", i, q, m)
		}
	}
	for i := range r.units {
		for _, q := range r.quote(&r.units[i]) {
			at := slices.IndexFunc(source.Messages, func(m summarize.Message) bool { return m.ID == q.Message })
			if at < 0 || q.Text == "" || !strings.Contains(source.Messages[at].Text, q.Text) {
				t.Errorf("%q isn't in message %q", q.Text, q.Message)
			}
		}
	}
	across := unit{span: span{len("I don't think so, "), len("I don't think so, the queue  \nwould have failed too.")}}
	got := r.quote(&across)
	want := []summarize.Quote{{Message: "ann1", Text: "the queue"}, {Message: "ann2", Text: "would have failed too."}}
	if !slices.Equal(got, want) {
		t.Errorf("a unit across two messages is quoted as %v, expected %v", got, want)
	}
}
