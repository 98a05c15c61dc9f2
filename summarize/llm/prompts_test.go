package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

var update = flag.Bool("update", false, "write the golden files")

// What a model is sent, to the letter: for a small debate at once, and for what was said of it later.
func TestPromptsAsSent(t *testing.T) {
	chat := plainDebate()
	asked := func(read func(e *Engine) error) []Prompt {
		var prompts []Prompt
		e := engine(t, Options{Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
			prompts = append(prompts, p)
			return simple{}.Answer(ctx, p, func(int) {})
		})})
		if err := read(e); err != nil {
			t.Fatal(err)
		}
		return prompts
	}
	var debates []summarize.Debate
	at := asked(func(e *Engine) (err error) {
		_, debates, err = e.Read(t.Context(), chat, func(int, int) {})
		return err
	})
	known := verified(debates, chat).Debates
	chat.Messages = append(chat.Messages, summarize.Message{
		ID: "m10", Author: "nadia", ReplyTo: "m7", Text: "It is 40 euros a month, yusuf.", Time: chat.Messages[8].Time.Add(time.Hour), Attachments: []string{"bill.pdf"},
	})
	later := asked(func(e *Engine) error {
		_, _, err := e.Continue(t.Context(), known, chat, 9, func(int, int) {})
		return err
	})
	// What was objected stands too far back to be shown again.
	last := &chat.Messages[len(chat.Messages)-1]
	for i := range before + 1 {
		chat.Messages = append(chat.Messages, summarize.Message{
			ID: fmt.Sprintf("n%d", i), Author: "nadia", Text: fmt.Sprintf("Lunch, %d?", i), Time: last.Time.Add(time.Duration(i+1) * time.Minute),
		})
	}
	farther := asked(func(e *Engine) error {
		_, _, err := e.Continue(t.Context(), known, chat, len(chat.Messages)-1, func(int, int) {})
		return err
	})
	for name, prompts := range map[string][]Prompt{"read": at, "continue": later, "farther": farther} {
		golden(t, name, prompts)
	}
}

// golden compares prompts with those in testdata.
func golden(t *testing.T, name string, prompts []Prompt) {
	t.Helper()
	var got strings.Builder
	for i, p := range prompts {
		var schema bytes.Buffer
		if err := json.Indent(&schema, p.Schema.JSON, "", "  "); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "===== prompt %d, at most %d tokens of answer\n", i+1, p.MostTokens)
		for _, part := range []struct{ name, text string }{
			{"system", p.System}, {"shared", p.Shared}, {"ask", p.Ask}, {"schema " + p.Schema.Name, schema.String()},
		} {
			fmt.Fprintf(&got, "----- %s\n%s\n", part.name, strings.TrimRight(part.text, "\n"))
		}
	}
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("what is sent for %s changed (-golden +now); see -update:\n%s", name, diff)
	}
}
