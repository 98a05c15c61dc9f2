package llm

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
)

// What is deleted while a model reads is in none of the later prompts.
func TestWhatIsGoneGoesNoFurther(t *testing.T) {
	chat := plainDebate()
	const objected, words = "m4", "A queue would have failed in the same way"
	var isGone atomic.Bool
	chat.Gone = func(id string) bool { return id == objected && isGone.Load() }
	var prompts []string
	e := engine(t, Options{Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
		prompts = append(prompts, p.Shared+p.Ask)
		isGone.Store(true)
		return simple{}.Answer(ctx, p, func(int) {})
	})})
	if _, _, err := e.Read(t.Context(), chat, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if len(prompts) < 2 || !strings.Contains(prompts[0], words) {
		t.Fatalf("%d prompts, the first without %q", len(prompts), words)
	}
	for _, p := range prompts[1:] {
		if strings.Contains(p, words) {
			t.Errorf("%q is in a later prompt", words)
		}
	}
}
