package llm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// extract has the model find the debates in each stretch of a plan, on top of those known.
func (r *reading) extract(ctx context.Context, plan [][]window, known []draft) ([]draft, error) {
	found := make([][]draft, len(plan))
	windows := 0
	for i, stretch := range plan {
		windows += len(stretch)
		found[i] = slices.Clone(known)
	}
	covered := newCover(plan)
	err := r.eachAtOnce(ctx, len(plan), func(ctx context.Context, i int) error {
		for _, w := range plan[i] { // in order, since each is told what was found before
			part := r.steps.part(float64(extractSteps) / float64(windows))
			drafts, err := r.extractOne(ctx, w, found[i], reuse(windows), part)
			part(1)
			if err == nil {
				covered.read(w)
				found[i] = merged(found[i], drafts)
			} else if err = r.pass(ctx, err); err != nil {
				return err
			}
		}
		return nil
	})
	if err = r.enough(ctx, err, covered.unread(), covered.all()); err != nil {
		return nil, err
	}
	if n := covered.unread(); n > 0 {
		r.leftOut(fmt.Sprintf("%d of %d messages were not read: %s.", n, covered.all(), r.fault()))
	}
	return slices.Concat(found...), nil
}

// reuse is what a number of prompts have in common that show different windows.
func reuse(prompts int) Reuse {
	if prompts > 1 {
		return SystemReused
	}
	return NothingReused
}

// extractOne has the model read one window. known is what was found in those before it.
func (r *reading) extractOne(ctx context.Context, w window, known []draft, reused Reuse, part func(float64)) ([]draft, error) {
	task, schema := r.prompts.extract, extractSchema
	if len(known) > 0 || w.context > 0 {
		task += "\n\n" + r.prompts.more(outline(r.sheet, known, w, r.told(r.room(task))), w.context)
	}
	if len(known) > 0 {
		schema = moreSchema
	}
	p := Prompt{
		System: r.prompts.system, Shared: r.sheet.conversation(w.rows), Ask: task,
		Schema: schema, MostTokens: r.mostOutput(2 * w.tokens), Reused: reused,
		shown: func() string { return r.sheet.conversation(w.rows) },
	}
	out, err := ask(ctx, r, p, streamed(part), func(x *extraction) error { return x.usable(r.sheet) })
	for i := range out.Debates {
		out.Debates[i].tidy()
		out.Debates[i].window = w
	}
	return out.Debates, err
}

const (
	// leastOutput is how many tokens an answer may take in any case: some models count here what
	// they think as well.
	leastOutput = 8000
	mostOutput  = 32_000
)

// mostOutput is how many tokens an answer may take that is expected to have at most so many.
func (e *Engine) mostOutput(expected int) int {
	return min(max(leastOutput, min(expected, mostOutput)), e.o.MostOutput)
}

// usable says what makes an extraction unusable as a whole.
func (x *extraction) usable(s *sheet) error {
	quotes, found := 0, 0
	count := func(list []draftQuote) {
		for _, q := range list {
			quotes++
			if _, ok := s.find(q); ok {
				found++
			}
		}
	}
	for _, d := range x.Debates {
		for _, p := range d.Points {
			count(p.Quotes)
		}
		for _, o := range d.Objections {
			count(o.Quotes)
		}
	}
	if quotes > 3 && 2*found < quotes {
		return errors.New("most quotes do not stand in the messages that they name; copy them letter by letter, with the number of their message")
	}
	return nil
}

// tidy makes what the model says in its own words single lines of bounded length, so that they
// are nothing but themselves in later prompts.
func (d *draft) tidy() {
	d.Question = oneLine(d.Question)
	for i := range d.Sides {
		d.Sides[i].Label = oneLine(d.Sides[i].Label)
	}
	for i := range d.Points {
		d.Points[i].Gist = oneLine(d.Points[i].Gist)
	}
	for i := range d.Objections {
		d.Objections[i].Gist = oneLine(d.Objections[i].Gist)
	}
	for i := range d.Agreements {
		d.Agreements[i].Gist = oneLine(d.Agreements[i].Gist)
	}
}

// longestLine is how many bytes a gist, label or question may have.
const longestLine = 600

// oneLine is a text on one line, cut where it is long.
func oneLine(text string) string {
	return cut(strings.Join(strings.Fields(text), " "), longestLine)
}

// cut is a text of at most so many bytes, and an ellipsis where there was more.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
