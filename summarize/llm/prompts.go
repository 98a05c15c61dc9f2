package llm

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed prompts/*.tmpl
var templates embed.FS

// prompts are what a model is told, as embedded in prompts/.
type prompts struct{ system, extract, judge string }

func parsePrompts() (prompts, error) {
	all, err := template.ParseFS(templates, "prompts/*.tmpl")
	if err != nil {
		return prompts{}, fmt.Errorf("llm: prompts: %w", err)
	}
	var p prompts
	for name, into := range map[string]*string{"system": &p.system, "extract": &p.extract, "judge": &p.judge} {
		var b strings.Builder
		if err := all.ExecuteTemplate(&b, name, nil); err != nil {
			return prompts{}, fmt.Errorf("llm: prompts: %w", err)
		}
		*into = b.String()
	}
	return p, nil
}

// ask has the model answer in the form of T, and once more, with what was wrong, where it does not.
func ask[T any](ctx context.Context, m Model, p Prompt, progress func(int), usable func(*T) error) (T, error) {
	for attempt := 0; ; attempt++ {
		reply, err := m.Answer(ctx, p, progress)
		if err != nil {
			var none T
			return none, err
		}
		out, err := decode[T](reply.Text)
		if err == nil {
			err = usable(&out)
		}
		if err == nil {
			return out, nil
		}
		if attempt == mostRepairs {
			return out, &Fault{Kind: Unreadable, Err: err}
		}
		told := "That could not be used: " + err.Error() + "."
		if reply.Cut {
			told += " The answer was cut off because it was too long: be briefer."
		}
		p.Repair = append(p.Repair, Turn{Answer: reply.Text, Told: told + " Answer again with the whole JSON object in the form that was asked for, and nothing else."})
	}
}

// mostRepairs is how often a model is asked again for an answer that can be used.
const mostRepairs = 1
