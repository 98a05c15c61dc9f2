package render

import (
	"encoding/json"
	"fmt"
	"io"

	"crux/summarize"
)

// JSON writes the report as it is, indented. Its lists are never null, and
// nothing is escaped for HTML. The error is the writer's, or says that a
// confidence is no number.
func JSON(w io.Writer, r *summarize.Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(filled(r)); err != nil {
		return fmt.Errorf("render: json: %w", err)
	}
	return nil
}

// filled is the report with an empty list wherever there was none. The report itself is left alone.
func filled(r *summarize.Report) *summarize.Report {
	full := *r
	full.Debates = copied(r.Debates)
	for i := range full.Debates {
		d := &full.Debates[i]
		d.Messages, d.Neutral = copied(d.Messages), copied(d.Neutral)
		d.Sides, d.Points = copied(d.Sides), copied(d.Points)
		d.Objections, d.Agreements = copied(d.Objections), copied(d.Agreements)
		for j := range d.Sides {
			d.Sides[j].Members = copied(d.Sides[j].Members)
		}
		for j := range d.Points {
			d.Points[j].By, d.Points[j].Quotes = copied(d.Points[j].By), copied(d.Points[j].Quotes)
		}
		for j := range d.Objections {
			o := &d.Objections[j]
			o.By, o.Quotes, o.Responses = copied(o.By), copied(o.Quotes), copied(o.Responses)
		}
		for j := range d.Agreements {
			d.Agreements[j].Quotes = copied(d.Agreements[j].Quotes)
		}
	}
	return &full
}

// copied is a copy of a list that is never nil.
func copied[T any](list []T) []T { return append(make([]T, 0, len(list)), list...) }
