package llm

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crux/summarize"
)

// Every message of a person is in some window, nothing that is sent is too long, and windows of one
// conversation overlap by what they say.
func TestPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chat := &summarize.Transcript{}
		n := rapid.IntRange(2, 60).Draw(t, "messages")
		conversations := make([][]string, rapid.IntRange(0, 5).Draw(t, "conversations"))
		for i := range n {
			m := summarize.Message{ID: fmt.Sprint("m", i), Author: fmt.Sprint("a", rapid.IntRange(0, 4).Draw(t, "author"))}
			word := rapid.SampledFrom([]string{"so ", "longer ", "é", "漢字", "🙂 ", "\n", "x"}).Draw(t, "word")
			m.Text = strings.Repeat(word, rapid.SampledFrom([]int{1, 20, 100, 6000}).Draw(t, "length"))
			m.Bot = rapid.IntRange(0, 9).Draw(t, "bot") == 0
			chat.Messages = append(chat.Messages, m)
			if k := rapid.IntRange(-1, len(conversations)-1).Draw(t, "conversation"); k >= 0 { // some are left out
				conversations[k] = append(conversations[k], m.ID)
			}
		}
		e := engine(t, Options{
			MostInput: rapid.SampledFrom([]int{leastInput, 8000, 30_000}).Draw(t, "most"),
			Conversations: func(context.Context, *summarize.Transcript) ([][]string, error) {
				return conversations, nil
			},
		})
		r := &reading{Engine: e, sheet: e.sheet(chat)}
		if len(r.sheet.rows) == 0 {
			return
		}
		from := rapid.IntRange(1, len(r.sheet.rows)).Draw(t, "from")
		rows, kept := r.sheet.all(), 0
		if rapid.Bool().Draw(t, "continued") {
			kept = r.told(r.room(e.prompts.extract))
			rows = r.since(from, r.room(e.prompts.extract)/overlap)
		}
		plan, err := r.plan(t.Context(), rows, kept)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[int]bool{}
		for _, stretch := range plan {
			for i, w := range stretch {
				for _, n := range w.rows {
					shown[n] = true
				}
				if !slices.IsSorted(w.rows) || len(w.rows) == 0 {
					t.Fatalf("window %v", w.rows)
				}
				room := e.room(e.prompts.extract)
				if len(stretch) > 1 || kept > 0 {
					room -= e.told(e.room(e.prompts.extract))
				}
				if w.tokens > room || tokensOf(r.sheet.lines(w.rows)) > w.tokens {
					t.Fatalf("%d rows of %d tokens, as %d, in a room of %d", len(w.rows), tokensOf(r.sheet.lines(w.rows)), w.tokens, room)
				}
				if i > 0 {
					continues(t, stretch[i-1], w)
				}
			}
		}
		for _, n := range rows {
			if !shown[n] {
				t.Fatalf("message %d of %d is in no window", n, len(rows))
			}
		}
	})
}

// continues: a window begins with the end of the one before, up to its context number, and then goes on.
func continues(t *rapid.T, before, w window) {
	again := len(w.rows) - len(w.new())
	if w.context == 0 {
		again = 0
	}
	if !slices.Equal(w.rows[:again], before.rows[len(before.rows)-again:]) {
		t.Fatalf("%v with %d for context goes on from %v", w.rows, w.context, before.rows)
	}
	if len(w.new()) == 0 || w.new()[0] <= before.rows[len(before.rows)-1] {
		t.Fatalf("%v goes on from %v", w.new(), before.rows)
	}
	if again > 0 && w.context != before.rows[len(before.rows)-1] {
		t.Fatalf("the context ends at %d, not at %d", w.context, before.rows[len(before.rows)-1])
	}
}

// A message that is too long for any prompt is cut where it is shown and can be quoted to its end.
func TestLongMessage(t *testing.T) {
	chat := plainDebate()
	chat.Messages[0].Text = strings.Repeat("Marek says that it goes on and on. ", 5000) + "And here it ends."
	s := engine(t, Options{MostInput: leastInput}).sheet(chat)
	if shown := s.lines([]int{1}); !strings.HasSuffix(shown, "…\"}\n") || tokensOf(shown) > leastInput/2 {
		t.Errorf("%d bytes are shown", len(shown))
	}
	if q, ok := s.quote(1, "and here it ends"); !ok || q.Text != "And here it ends" {
		t.Errorf("quoted as %q, %v", q.Text, ok)
	}
}

func TestTokensAreRatherMore(t *testing.T) {
	for text, most := range map[string]int{"": 0, "Cron loses a run whenever the box reboots": 9, "我不同意。队列也会出故障": 13, `{"n":12,"by":"P3","text":"lol"}`: 13} {
		if n := tokensOf(text); n < most || n > 3*most+perText {
			t.Errorf("%q has about %d tokens, not %d", text, n, most)
		}
	}
}
