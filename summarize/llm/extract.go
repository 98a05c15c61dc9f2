package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"crux/summarize"
)

// extract has the model find the debates in each stretch of the plan.
func (e *Engine) extract(ctx context.Context, s *sheet, plan [][]window, steps *steps) ([]draft, error) {
	found := make([][]draft, len(plan))
	all, done := 0, 0
	for _, stretch := range plan {
		all += len(stretch)
	}
	var mu sync.Mutex
	err := e.eachAtOnce(ctx, len(plan), func(ctx context.Context, i int) error {
		for _, w := range plan[i] { // in order, since each is told what was found before
			drafts, err := e.extractOne(ctx, s, w, found[i])
			if err != nil {
				return err
			}
			found[i] = merged(found[i], drafts)
			mu.Lock()
			done++
			steps.to(extractSteps * done / all)
			mu.Unlock()
		}
		return nil
	})
	return slices.Concat(found...), err
}

// extractOne has the model read one window. known is what was found in those before it.
func (e *Engine) extractOne(ctx context.Context, s *sheet, w window, known []draft) ([]draft, error) {
	var task strings.Builder
	task.WriteString(e.prompts.extract)
	if len(known) > 0 {
		fmt.Fprintf(&task, "\n\nThe conversation above goes on from messages that you read before. Of them these debates are known, without their quotes:\n%s\n\n"+
			"Report what the messages above add. For a debate that goes on give the same question and sides; repeat of its points and objections only those that are made again, "+
			"with the same id and gist and the new quotes alone. Messages up to number %d were read before and are there for context.", outline(known), w.context)
	}
	p := Prompt{System: e.prompts.system, Shared: s.conversation(w.rows), Ask: task.String(), Schema: extractSchema, MostTokens: mostOutput(w)}
	out, err := ask(ctx, e.o.Model, p, func(int) {}, func(x *extraction) error { return x.usable(s) })
	for i := range out.Debates {
		out.Debates[i].number()
		out.Debates[i].window = w
	}
	return out.Debates, err
}

// mostOutput is how many tokens the debates of a window may take. They are mostly quotes, and
// some models count here what they think as well.
func mostOutput(w window) int { return max(8000, min(32_000, 2*w.tokens)) }

// usable says what makes an extraction unusable as a whole.
func (x *extraction) usable(s *sheet) error {
	quotes, found := 0, 0
	for _, d := range x.Debates {
		for _, p := range d.Points {
			for _, q := range p.Quotes {
				quotes++
				if _, ok := s.quote(q.N, q.Text); ok {
					found++
				}
			}
		}
		for _, o := range d.Objections {
			for _, q := range o.Quotes {
				quotes++
				if _, ok := s.quote(q.N, q.Text); ok {
					found++
				}
			}
		}
	}
	if quotes > 3 && 2*found < quotes {
		return errors.New("most quotes do not stand in the messages that they name; copy them letter by letter, with the number of their message")
	}
	return nil
}

// outline is what is known of debates, in JSON, without quotes.
func outline(known []draft) string {
	short := slices.Clone(known)
	for i := range short {
		d := &short[i]
		d.Agreements = nil
		d.Points = slices.Clone(d.Points)
		for j := range d.Points {
			d.Points[j].Quotes = nil
		}
		d.Objections = slices.Clone(d.Objections)
		for j := range d.Objections {
			d.Objections[j].Quotes = nil
		}
	}
	raw, err := json.Marshal(short)
	if err != nil { // it is made of strings and numbers
		panic(err)
	}
	return string(raw)
}

// window is what one prompt shows.
type window struct {
	rows []int // numbers
	// context is the number of the last row that an earlier window showed too, 0 for none.
	context int
	tokens  int
	// alone is true where no other window shows part of the same conversation.
	alone bool
}

// plan lays a sheet out in stretches that can be read apart from each other, each in one or
// several windows that are read one after the other.
func (e *Engine) plan(ctx context.Context, s *sheet) ([][]window, error) {
	room := e.o.MostInput - tokensOf(e.prompts.system) - tokensOf(e.prompts.extract) - spareTokens
	whole := s.window(s.all())
	if whole.tokens <= room {
		whole.alone = true
		return [][]window{{whole}}, nil
	}
	conversations, err := e.o.Conversations(ctx, s.transcript)
	if err != nil {
		return nil, fmt.Errorf("llm: %w", err)
	}
	var plan [][]window
	var together []int
	flush := func() {
		if len(together) > 0 {
			slices.Sort(together)
			w := s.window(together)
			w.alone = true
			plan = append(plan, []window{w})
			together = nil
		}
	}
	for _, ids := range conversations {
		rows := s.numbersOf(ids)
		w := s.window(rows)
		switch {
		case len(rows) == 0:
		case w.tokens > room:
			plan = append(plan, s.windows(rows, room))
		case s.window(together).tokens+w.tokens > room:
			flush()
			together = rows
		default:
			together = append(together, rows...)
		}
	}
	flush()
	return plan, nil
}

const (
	// spareTokens are for what stands around the messages of a prompt.
	spareTokens = 1500
	// overlap is which part of a window the next one shows again.
	overlap = 6
)

func (s *sheet) window(rows []int) window {
	return window{rows: rows, tokens: tokensOf(s.lines(rows))}
}

// windows cuts rows into windows of at most room tokens that overlap.
func (s *sheet) windows(rows []int, room int) []window {
	var all []window
	for first := 0; first < len(rows); {
		end, tokens := first, 0
		for end < len(rows) {
			n := tokensOf(s.lines(rows[end : end+1]))
			if end > first && tokens+n > room {
				break
			}
			tokens += n
			end++
		}
		w := window{rows: rows[first:end], tokens: tokens}
		if first > 0 {
			w.context = all[len(all)-1].rows[len(all[len(all)-1].rows)-1]
		}
		all = append(all, w)
		if end == len(rows) {
			break
		}
		first = max(first+1, end-(end-first)/overlap)
	}
	return all
}

// tokensOf is about how many tokens a text has, rather more than fewer.
func tokensOf(text string) int { return len(text)*2/7 + 1 }

var _ summarize.Engine = (*Engine)(nil)
