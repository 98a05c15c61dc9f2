package llm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"crux/summarize"
)

// judge has the model say what became of objections. Those of which it says nothing keep what was
// known of them.
func (r *reading) judge(ctx context.Context, trials []trial) error {
	all, judged := 0, 0
	for _, t := range trials {
		all += len(t.charges)
	}
	takeTurns(trials)
	var mu sync.Mutex
	err := r.eachAtOnce(ctx, len(trials), func(ctx context.Context, i int) error {
		n, err := r.judgeOne(ctx, trials[i], float64(judgeSteps)/float64(len(trials)))
		mu.Lock()
		defer mu.Unlock()
		judged += n
		return err
	})
	lost := all - judged
	if err = r.enough(ctx, err, lost, all); err != nil {
		return err
	}
	if lost > 0 {
		r.leftOut(fmt.Sprintf("What became of %d of %d objections was not judged, so they may be shown as open without being so: %s.", lost, all, r.fault()))
	}
	return nil
}

// judgeOne has charges judged against one window after another: of what is said, that which
// settles an objection most holds. It returns how many of them were judged against all.
func (r *reading) judgeOne(ctx context.Context, t trial, share float64) (int, error) {
	defer t.turn.begun()
	if err := t.turn.wait(ctx); err != nil {
		return 0, err
	}
	all, missed := len(t.charges), map[string]bool{}
	for _, w := range t.windows {
		part := r.steps.part(share / float64(len(t.windows)))
		if t = r.standing(t); len(t.charges) == 0 {
			part(1)
			continue
		}
		put := slices.DeleteFunc(slices.Clone(t.charges), func(c charge) bool { return !c.objection.putBy(w.rows[len(w.rows)-1]) })
		if len(put) == 0 {
			part(1)
			continue
		}
		p := Prompt{
			System: r.prompts.system, Shared: r.sheet.conversation(w.rows), Ask: r.taskOn(t, w),
			Schema: judgeSchema, MostTokens: r.mostOutput(perVerdict * len(t.charges)), Reused: t.turn.reused,
			shown: func() string { return r.sheet.conversation(w.rows) },
		}
		out, err := ask(ctx, r, p, t.turn.told(streamed(part)), func(j *judgement) error { return j.usable(put) })
		part(1)
		if err != nil {
			for _, c := range put {
				missed[c.id] = true
			}
			if err = r.pass(ctx, err); err != nil {
				return 0, err
			}
			continue
		}
		for _, c := range put {
			c.objection.hear(r.sheet, out.on(c.id))
		}
	}
	return all - len(missed), nil
}

// standing is a trial without what was removed meanwhile: objections of which no message stands, and words of
// those that are gone. Nothing of that is told to the model any more, nor will be to anybody.
func (r *reading) standing(t trial) trial {
	if r.sheet.transcript.Gone == nil {
		return t
	}
	isGone := r.sheet.isGone
	changed := false
	t.charges = slices.DeleteFunc(slices.Clone(t.charges), func(c charge) bool {
		changed = changed || r.sheet.rests(c, isGone)
		quotes := c.objection.Quotes
		return len(quotes) > 0 && !slices.ContainsFunc(quotes, func(q draftQuote) bool { return !isGone(q) })
	})
	if changed && len(t.charges) > 0 {
		t.task = r.prompts.judge + "\n\n" + r.sheet.described(t.charges)
	}
	return t
}

// rests reports whether a charge, or what it challenges, quotes a message of which is holds.
func (s *sheet) rests(c charge, is func(draftQuote) bool) bool {
	if slices.ContainsFunc(c.objection.Quotes, is) {
		return true
	}
	target := c.objection.Target
	return slices.ContainsFunc(c.debate.Points, func(p draftPoint) bool { return p.ID == target && slices.ContainsFunc(p.Quotes, is) }) ||
		slices.ContainsFunc(c.debate.Objections, func(o draftObjection) bool { return o.ID == target && slices.ContainsFunc(o.Quotes, is) })
}

// taskOn is the task of a trial with regard to one of its windows.
func (r *reading) taskOn(t trial, w window) string {
	isShown := func(q draftQuote) bool { return slices.Contains(w.rows, q.N) }
	isPart := len(t.windows) > 1 || slices.ContainsFunc(t.charges, func(c charge) bool {
		return len(c.objection.Quotes) > 0 && !slices.ContainsFunc(c.objection.Quotes, isShown)
	})
	if !isPart {
		return t.task
	}
	return t.task + "\n\n" + r.prompts.part
}

// perVerdict is how many tokens a verdict may take.
const perVerdict = 300

// putBy reports whether an objection was put in a row or before it. Where that is not known it was.
func (o *draftObjection) putBy(row int) bool {
	return len(o.Quotes) == 0 || slices.ContainsFunc(o.Quotes, func(q draftQuote) bool { return q.N <= row })
}

// hear takes a verdict where it settles more than the one before. A verdict that nothing on the
// sheet justifies is that the objection is unanswered.
func (o *draftObjection) hear(s *sheet, v *verdict) {
	if v == nil {
		return
	}
	v.Status = strings.ToLower(strings.TrimSpace(v.Status))
	v.Responses = slices.DeleteFunc(v.Responses, func(r draftResponse) bool {
		_, ok := s.find(draftQuote{N: r.N, Text: r.Text})
		return !ok
	})
	v.Sure = min(max(v.Sure, guess), 1)
	if rank(v.Status) > 0 && len(v.Responses) == 0 || rank(v.Status) < 0 {
		v.Status, v.Sure = string(summarize.Unanswered), guess
	}
	if o.verdict == nil || rank(v.Status) > rank(o.verdict.Status) {
		o.verdict = v
	}
}

// guess is how sure somebody is who is not.
const guess = 0.5

// on is the verdict on an objection, nil without one: the first, since a model that repeats an id
// means something else by it.
func (j *judgement) on(id string) *verdict {
	for i := range j.Verdicts {
		if strings.TrimSpace(j.Verdicts[i].Objection) == id {
			return &j.Verdicts[i]
		}
	}
	return nil
}

// usable says what makes a judgement unusable as a whole.
func (j *judgement) usable(charges []charge) error {
	missing := 0
	for _, c := range charges {
		if j.on(c.id) == nil {
			missing++
		}
	}
	if 2*missing > len(charges) {
		return errors.New("there is no verdict on most of the objections")
	}
	return nil
}

// rank orders statuses by precedence.
func rank(status string) int {
	return slices.Index([]string{"unanswered", "acknowledged", "answered", "conceded", "withdrawn"}, status)
}
