package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// judge has the model say what became of the objections of each debate.
func (e *Engine) judge(ctx context.Context, s *sheet, drafts []draft, steps *steps) ([]map[string]verdict, error) {
	all := make([]map[string]verdict, len(drafts))
	done := 0
	var mu sync.Mutex
	err := e.eachAtOnce(ctx, len(drafts), func(ctx context.Context, i int) error {
		verdicts, err := e.judgeOne(ctx, s, &drafts[i])
		mu.Lock()
		defer mu.Unlock()
		all[i] = verdicts
		done++
		steps.to(extractSteps + (allSteps-extractSteps)*done/len(drafts))
		return err
	})
	return all, err
}

// judgeOne judges one debate, in several prompts where its messages don't go into one: of what
// they say, that which settles an objection most holds.
func (e *Engine) judgeOne(ctx context.Context, s *sheet, d *draft) (map[string]verdict, error) {
	if len(d.Objections) == 0 {
		return nil, nil
	}
	task := e.prompts.judge + "\n\n" + d.described()
	room := e.o.MostInput - tokensOf(e.prompts.system) - tokensOf(task) - spareTokens
	windows := []window{d.window}
	if !d.window.alone || d.window.tokens > room {
		windows = s.windows(s.rowsOf(d), max(room, leastRoom))
	}
	verdicts := map[string]verdict{}
	for _, w := range windows {
		p := Prompt{
			System: e.prompts.system, Shared: s.conversation(w.rows), Ask: task,
			Schema: judgeSchema, MostTokens: max(4000, 300*len(d.Objections)),
		}
		out, err := ask(ctx, e.o.Model, p, func(int) {}, func(j *judgement) error { return j.usable(d) })
		if err != nil {
			return nil, err
		}
		said := map[string]bool{}
		for _, v := range out.Verdicts {
			v.Objection = strings.TrimSpace(v.Objection)
			if said[v.Objection] { // a model that repeats an id means something else by it
				continue
			}
			said[v.Objection] = true
			if before, ok := verdicts[v.Objection]; !ok || rank(v.Status) > rank(before.Status) {
				verdicts[v.Objection] = v
			}
		}
	}
	return verdicts, nil
}

// leastRoom is how many tokens of messages a prompt has in any case.
const leastRoom = 1000

// whole is how many tokens may stand between the first and the last message of a debate for all
// of them to be shown: an answer may stand outside of what was taken for the debate.
const whole = 8000

// rowsOf are the messages in which an answer to a debate's objections may stand: all from the
// first on where that is not much, and else the debate's own, what replies to them, what its people
// wrote later, and what follows each objection at once.
func (s *sheet) rowsOf(d *draft) []int {
	rows := parseRanges(d.Messages, len(s.rows))
	for _, o := range d.Objections {
		for _, q := range o.Quotes {
			if s.row(q.N) != nil {
				rows = append(rows, q.N)
			}
		}
	}
	if len(rows) == 0 {
		return rows
	}
	first := slices.Min(rows)
	later := s.all()[first-1:]
	if tokensOf(s.lines(later)) <= whole {
		return later
	}
	belongs := map[int]bool{}
	for _, n := range rows {
		belongs[n] = true
	}
	members := map[string]bool{}
	for _, side := range d.Sides {
		for _, m := range side.Members {
			members[m] = true
		}
	}
	raised := map[int]bool{}
	for _, o := range d.Objections {
		for _, q := range o.Quotes {
			for n := q.N + 1; n <= q.N+followers; n++ {
				raised[n] = true
			}
		}
	}
	for _, n := range later {
		m := s.row(n).message
		if raised[n] || belongs[s.number[m.ReplyTo]] || members[s.people.handle(m.Author)] {
			belongs[n] = true
		}
	}
	return slices.DeleteFunc(later, func(n int) bool { return !belongs[n] })
}

// followers are how many messages after an objection are looked at in any case.
const followers = 3

// described is a debate and its objections as a judge is told of them.
func (d *draft) described() string {
	var b strings.Builder
	fmt.Fprintf(&b, "The debate: %s\n", d.Question)
	for _, side := range d.Sides {
		fmt.Fprintf(&b, "Side %s (%s): %s\n", side.ID, side.Label, strings.Join(side.Members, ", "))
	}
	b.WriteString("\nThe objections, in JSON lines: what each challenges, and the numbers of the messages in which it was put.\n")
	against := map[string]string{}
	for _, p := range d.Points {
		against[p.ID] = p.Gist
	}
	for _, o := range d.Objections {
		against[o.ID] = o.Gist
	}
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, o := range d.Objections {
		l := objectionLine{ID: o.ID, Side: o.Side, Gist: o.Gist, Against: against[o.Target]}
		if l.Against == "" && o.Target != "" {
			l.Against = "side " + o.Target
		}
		for _, q := range o.Quotes {
			if !slices.Contains(l.In, q.N) {
				l.In = append(l.In, q.N)
			}
		}
		if err := encoder.Encode(l); err != nil { // it is made of strings and numbers
			panic(err)
		}
	}
	return b.String()
}

type objectionLine struct {
	ID      string `json:"id"`
	Side    string `json:"side,omitempty"`
	In      []int  `json:"in"`
	Gist    string `json:"gist"`
	Against string `json:"against,omitempty"`
}

// usable says what makes a judgement unusable as a whole.
func (j *judgement) usable(d *draft) error {
	judged := map[string]bool{}
	for _, v := range j.Verdicts {
		judged[v.Objection] = true
	}
	var missing []string
	for _, o := range d.Objections {
		if !judged[o.ID] {
			missing = append(missing, o.ID)
		}
	}
	if 2*len(missing) > len(d.Objections) {
		return errors.New("no verdict on most of the objections")
	}
	return nil
}

// rank orders statuses by precedence.
func rank(status string) int {
	return slices.Index([]string{"unanswered", "acknowledged", "answered", "conceded", "withdrawn"}, status)
}
