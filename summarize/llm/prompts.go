package llm

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed prompts/*.txt
var promptFiles embed.FS

// prompts are what a model is told, as embedded in prompts/. They are plain
// text rather than templates: a program in which text/template can call any method by
// its name keeps all of them, which makes it half again as large.
type prompts struct {
	system, extract, judge, part string
	known                        string // with a verb for an outline
	context                      string // with a verb for a number
}

func readPrompts() (*prompts, error) {
	p := &prompts{}
	for name, into := range map[string]*string{
		"system": &p.system, "extract": &p.extract, "judge": &p.judge, "part": &p.part, "known": &p.known, "context": &p.context,
	} {
		text, err := promptFiles.ReadFile("prompts/" + name + ".txt")
		if err != nil {
			return nil, fmt.Errorf("llm: prompts: %w", err)
		}
		*into = strings.TrimSuffix(string(text), "\n")
	}
	return p, nil
}

// more tells a model what is known from messages before those that it is shown, and up to which number it was read.
func (p *prompts) more(outline string, context int) string {
	var parts []string
	if outline != "" {
		parts = append(parts, fmt.Sprintf(p.known, outline))
	}
	if context > 0 {
		parts = append(parts, fmt.Sprintf(p.context, context))
	}
	return strings.Join(parts, "\n\n")
}
