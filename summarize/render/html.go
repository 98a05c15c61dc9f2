package render

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"crux/summarize"
)

//go:embed page.html
var pageSource string

// page escapes by context whatever it inserts. It is only read.
var page = template.Must(template.New("page").Parse(pageSource))

// HTML writes the report as one page that needs nothing else: its style is
// inside, it has no script, and its policy forbids loading anything. Quotes
// stand unshortened. The error is the writer's.
func HTML(w io.Writer, r *summarize.Report, o Options) error {
	var b bytes.Buffer
	if err := page.Execute(&b, NewView(r, o)); err != nil {
		return fmt.Errorf("render: html: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("render: html: %w", err)
	}
	return nil
}
