package llm

import (
	"context"
	"slices"
	"testing"
)

// jumping is a model that begins its answers anew, and tells of the bytes that come.
type jumping struct{}

func (jumping) Name() string { return "jumping" }

func (j jumping) Answer(ctx context.Context, p Prompt, progress func(int)) (Reply, error) {
	return tried(ctx, p, func(p Prompt) (Reply, error) { return j.answer(ctx, p, progress) })
}

func (jumping) answer(ctx context.Context, p Prompt, progress func(int)) (Reply, error) {
	for _, bytes := range []int{100, 9000, 0, 50, 2000, 20_000} {
		progress(bytes)
	}
	if len(p.Repair) == 0 {
		return Reply{Text: "Hm."}, nil
	}
	p.Repair = nil
	return simple{}.Answer(ctx, p, progress)
}

// While an answer comes progress is made, and none is taken back where the model begins anew or is asked again.
func TestProgressWhileAnswersCome(t *testing.T) {
	for _, most := range []int{0, leastInput} {
		var told []int
		e := engine(t, Options{Model: jumping{}, MostInput: most, Conversations: byTopic, AtOnce: 2})
		info, _, err := e.Read(t.Context(), several(3), func(done, total int) {
			if total != allSteps {
				t.Errorf("%d of %d steps", done, total)
			}
			told = append(told, done)
		})
		if err != nil || info.Degraded != "" {
			t.Fatal(err, info.Degraded)
		}
		if !slices.IsSorted(told) || len(told) < 8 || told[0] > 15 || told[len(told)-1] != allSteps {
			t.Errorf("told of %v", told)
		}
	}
}
