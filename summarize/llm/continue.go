package llm

import (
	"context"
	"slices"

	"crux/summarize"
)

// Continue implements summarize.Continuer. What it costs grows with what is new and with how many
// objections are open in debates whose people wrote again, or to which somebody replied; what it
// tells the model of earlier debates is bounded.
func (e *Engine) Continue(
	ctx context.Context, earlier []summarize.Debate, t *summarize.Transcript, first int, progress func(done, total int),
) (summarize.EngineInfo, []summarize.Debate, error) {
	s := e.sheet(t)
	from := s.since(first)
	if len(earlier) == 0 && from <= fewestRows { // what is before was too little to be shown to the model
		return e.Read(ctx, t, progress)
	}
	known := s.drafted(earlier)
	if from > len(s.rows) {
		progress(1, 1)
		debates := (&assembler{sheet: s}).debates(known)
		return e.info(), debates, ctx.Err()
	}
	return e.run(ctx, s, progress, func(ctx context.Context, r *reading) ([]draft, error) {
		room := r.room(r.prompts.extract)
		rows := r.since(from, room/overlap)
		plan, err := r.plan(ctx, rows, r.told(room))
		if err != nil {
			return nil, err
		}
		stretch := slices.Concat(plan...) // one, so that every window is told what the others found
		for i := range stretch {
			if w := &stretch[i]; w.rows[0] < from {
				w.context = max(w.context, from-1)
			}
			stretch[i].alone = false
		}
		drafts, err := r.extract(ctx, [][]window{stretch}, known)
		if err != nil {
			return nil, err
		}
		return drafts, r.judge(ctx, r.casesTogether(drafts, rows, from))
	})
}

// before is how many messages before the new ones are shown for context.
const before = 12

// since are the rows from a number on, after some for context that have at most so many tokens:
// those right before, those to which the new ones reply, and those that reply to new ones.
func (r *reading) since(from, most int) []int {
	s := r.sheet
	fresh := s.all()[from-1:]
	var wanted []int
	for n := from - 1; n >= max(1, from-before); n-- {
		wanted = append(wanted, n)
	}
	want := func(n int) {
		if n > 0 && n < from && !slices.Contains(wanted, n) {
			wanted = append(wanted, n)
		}
	}
	isFresh := map[string]bool{}
	for _, n := range fresh {
		m := s.rows[n-1].message
		isFresh[m.ID] = true
		want(s.number[m.ReplyTo])
	}
	// What is read again, because it was edited, may have been answered long ago.
	for _, n := range s.all()[:from-1] {
		if to := s.rows[n-1].message.ReplyTo; to != "" && isFresh[to] {
			want(n)
		}
	}
	var shown []int
	for _, n := range wanted {
		if tokens := s.rows[n-1].tokens; tokens <= most {
			most -= tokens
			shown = append(shown, n)
		}
	}
	slices.Sort(shown)
	return append(shown, fresh...)
}
