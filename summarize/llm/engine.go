package llm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"crux/summarize"
)

// Options are what an Engine is made of. Every field is needed, save where it says otherwise.
type Options struct {
	// Name is what the engine is called in reports: the vendor.
	Name  string
	Model Model
	// Instead answers where the model does not.
	Instead summarize.Engine
	// Conversations separates what people talk about at the same time: the ids of the messages of
	// each conversation, in order. It is asked where a transcript is too long for one prompt.
	Conversations func(ctx context.Context, t *summarize.Transcript) ([][]string, error)
	// MostInput is how many tokens a prompt may have at most, 4,000 at least; 100,000 where it is zero.
	MostInput int
	// MostOutput is how many tokens an answer may have at most, thoughts included; as many as
	// MostInput where it is zero. A model must have room for both.
	MostOutput int
	// AtOnce is how many prompts of one transcript may be under way at a time; 4 where it is zero.
	AtOnce int
	// Room is waited for before each prompt, of whatever transcript; nil for no bound. Its weight is
	// how many prompts may be under way at a time.
	Room *semaphore.Weighted
	// Named tells the model people's names instead of handles.
	Named bool
	// Within is how long the model may take for one reading; 0 for no bound. Then it counts as one that
	// does not answer: see Read.
	Within time.Duration
	// Rest is how long the model is left alone once it could not be reached, or had no time, no credit or
	// no right key: Instead answers at once then. 0 asks it each time. That Within was too short for one
	// reading says nothing of the next.
	Rest time.Duration
	// Meter bounds what the model may cost; nil for no bound.
	Meter Meter
	Log   *slog.Logger
}

const (
	usualInput  = 100_000
	usualAtOnce = 4
	leastInput  = 4000
)

// Engine has a model read debates; it implements summarize.Continuer. It is safe for concurrent use.
type Engine struct {
	o       Options
	prompts *prompts
	rest    *rest
}

// New returns an Engine.
func New(o Options) (*Engine, error) {
	if o.MostInput == 0 {
		o.MostInput = usualInput
	}
	if o.MostInput < leastInput {
		return nil, fmt.Errorf("llm: a prompt needs %d tokens at least, and may have %d", leastInput, o.MostInput)
	}
	if o.MostOutput <= 0 {
		o.MostOutput = o.MostInput
	}
	if o.AtOnce <= 0 {
		o.AtOnce = usualAtOnce
	}
	p, err := readPrompts()
	if err != nil {
		return nil, err
	}
	return &Engine{o: o, prompts: p, rest: &rest{}}, nil
}

var _ summarize.Continuer = (*Engine)(nil)

// Read implements summarize.Engine. Where the model gives no usable answer for half of what is
// there or more, the engine that stands in for it answers; EngineInfo.Degraded says why, and also
// what a report of the model's own lacks. Fewer than two messages are no debate: the model is not
// asked about them, though EngineInfo names it.
func (e *Engine) Read(ctx context.Context, t *summarize.Transcript, progress func(done, total int)) (summarize.EngineInfo, []summarize.Debate, error) {
	s := e.sheet(t)
	if len(s.rows) < fewestRows {
		progress(1, 1)
		return e.info(), []summarize.Debate{}, ctx.Err()
	}
	return e.run(ctx, s, progress, func(ctx context.Context, r *reading) ([]draft, error) {
		plan, err := r.plan(ctx, s.all(), 0)
		if err != nil {
			return nil, err
		}
		drafts, err := r.extract(ctx, plan, nil)
		if err != nil {
			return nil, err
		}
		return drafts, r.judge(ctx, r.casesApart(drafts))
	})
}

// fewestRows are the messages without which there is no debate.
const fewestRows = 2

func (e *Engine) info() summarize.EngineInfo {
	return summarize.EngineInfo{Name: e.o.Name, Model: e.o.Model.Name()}
}

// sheet is a transcript on a sheet on which every message fits into a prompt.
func (e *Engine) sheet(t *summarize.Transcript) *sheet {
	s := newSheet(t, e.o.Named)
	room := e.room(e.prompts.extract)
	s.fit(max(leastRoom, min(room-e.told(room), e.room(e.prompts.judge)*2/3)))
	return s
}

// within is a context for what the model may take.
func (e *Engine) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if e.o.Within <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, e.o.Within, &Fault{Kind: TimedOut, Err: context.DeadlineExceeded})
}

// isOverdue reports whether a fault is that all the time of a context that within made has passed.
func isOverdue(within context.Context, fault error) bool {
	return within.Err() != nil && errors.Is(fault, context.DeadlineExceeded)
}

// run reads a sheet, or has the other engine read its transcript where the model does not.
func (e *Engine) run(
	ctx context.Context, s *sheet, progress func(done, total int), read func(context.Context, *reading) ([]draft, error),
) (summarize.EngineInfo, []summarize.Debate, error) {
	info := e.info()
	r := &reading{Engine: e, sheet: s, steps: newSteps(progress)}
	var drafts []draft
	fault := e.rest.now()
	if fault == nil {
		within, cancel := e.within(ctx)
		defer cancel()
		drafts, fault = read(within, r)
		if ctx.Err() != nil {
			return info, nil, ctx.Err()
		}
		if !isOverdue(within, fault) {
			e.rest.after(fault, e.o.Rest)
		}
	}
	if fault == nil {
		info.Degraded = r.degraded()
		debates := r.debates(drafts)
		r.steps.end()
		return info, debates, nil
	}
	e.o.Log.Warn("llm: no answer from the model, so another engine answers", "model", info.Model, "error", fault)
	instead, debates, err := e.o.Instead.Read(ctx, s.transcript, r.steps.rest())
	why := fmt.Sprintf("The %s engine read this instead: %s.", instead.Name, kindOf(fault))
	instead.Degraded = strings.TrimSpace(why + " " + instead.Degraded)
	return instead, debates, err
}
