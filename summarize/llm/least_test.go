package llm

import (
	"context"
	"testing"

	"crux/summarize"
)

// No prompt is held to cost less than the least, and the first of a short debate hardly more.
func TestLeast(t *testing.T) {
	var held []Usage
	e := engine(t, Options{Model: fake(func(context.Context, Prompt) (Reply, error) {
		return Reply{Text: `{"debates":[]}`}, nil
	}), Meter: noting{&held}, Instead: embedded{}})
	if _, _, err := e.Read(t.Context(), plainDebate(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	least := e.Least()
	if len(held) == 0 {
		t.Fatal("nothing was asked")
	}
	for _, h := range held {
		if h.Total() < least.Total() || h.Total() > least.Total()+tokensAtMost(plainDebate()) {
			t.Errorf("held %+v, the least is %+v", h, least)
		}
	}
}

// tokensAtMost is more than what the messages of a transcript take in a prompt.
func tokensAtMost(t *summarize.Transcript) int {
	n := 0
	for _, m := range t.Messages {
		n += 100 + len(m.Text)
	}
	return n
}

// noting is a meter that lets everything through, and notes what may be spent.
type noting struct{ held *[]Usage }

func (n noting) Hold(_ context.Context, most Usage) (func(Usage), error) {
	*n.held = append(*n.held, most)
	return func(Usage) {}, nil
}
