package llm

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed prompts/*.tmpl
var templates embed.FS

// prompts are what a model is told, as embedded in prompts/.
type prompts struct {
	system, extract, judge, part string
	all                          *template.Template
}

func parsePrompts() (*prompts, error) {
	all, err := template.ParseFS(templates, "prompts/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("llm: prompts: %w", err)
	}
	p := &prompts{all: all}
	for name, into := range map[string]*string{"system": &p.system, "extract": &p.extract, "judge": &p.judge, "part": &p.part} {
		if *into, err = p.made(name, nil); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// more tells a model what is known from messages before those that it is shown, and up to which number it was read.
func (p *prompts) more(outline string, context int) (string, error) {
	return p.made("more", struct {
		Outline string
		Context int
	}{outline, context})
}

func (p *prompts) made(name string, data any) (string, error) {
	var b strings.Builder
	if err := p.all.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("llm: prompts: %w", err)
	}
	return b.String(), nil
}
