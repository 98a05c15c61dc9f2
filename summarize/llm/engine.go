package llm

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"

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
	// MostInput is how many tokens a prompt may have at most; 100,000 where it is zero.
	MostInput int
	// AtOnce is how many prompts of one transcript may be under way at a time; 4 where it is zero.
	AtOnce int
	// Named tells the model people's names instead of handles.
	Named bool
	Log   *slog.Logger
}

// Engine has a model read debates. It is safe for concurrent use.
type Engine struct {
	o       Options
	prompts prompts
}

// New returns an Engine.
func New(o Options) (*Engine, error) {
	if o.MostInput <= 0 {
		o.MostInput = 100_000
	}
	if o.AtOnce <= 0 {
		o.AtOnce = 4
	}
	p, err := parsePrompts()
	if err != nil {
		return nil, err
	}
	return &Engine{o: o, prompts: p}, nil
}

// Read implements summarize.Engine. Where the model gives no usable answer, the engine that
// stands in for it answers, and EngineInfo.Degraded says why.
func (e *Engine) Read(ctx context.Context, t *summarize.Transcript, progress func(done, total int)) (summarize.EngineInfo, []summarize.Debate, error) {
	info := summarize.EngineInfo{Name: e.o.Name, Model: e.o.Model.Name()}
	s := newSheet(t, e.o.Named)
	if len(s.rows) == 0 {
		progress(1, 1)
		return info, []summarize.Debate{}, nil
	}
	steps := newSteps(progress)
	debates, err := e.read(ctx, s, steps)
	if err == nil {
		steps.end()
		return info, debates, nil
	}
	if ctx.Err() != nil {
		return info, nil, ctx.Err()
	}
	e.o.Log.Warn("llm: no answer from the model, so another engine answers", "model", e.o.Model.Name(), "error", err)
	instead, debates, err := e.o.Instead.Read(ctx, t, steps.rest())
	instead.Degraded = joined(fmt.Sprintf("The %s engine read this instead: %s.", instead.Name, kindOf(err)), instead.Degraded)
	return instead, debates, err
}

func joined(a, b string) string {
	if b == "" {
		return a
	}
	return a + " " + b
}

// read has the model extract debates, and judge their objections.
func (e *Engine) read(ctx context.Context, s *sheet, steps *steps) ([]summarize.Debate, error) {
	plan, err := e.plan(ctx, s)
	if err != nil {
		return nil, err
	}
	drafts, err := e.extract(ctx, s, plan, steps)
	if err != nil {
		return nil, err
	}
	verdicts, err := e.judge(ctx, s, drafts, steps)
	if err != nil {
		return nil, err
	}
	a := &assembler{sheet: s}
	debates := []summarize.Debate{}
	for i := range drafts {
		if d, ok := a.debate(&drafts[i], verdicts[i]); ok {
			debates = append(debates, d)
		}
	}
	if a.tally.quotes > 0 {
		e.o.Log.Info("llm: quotes checked", "model", e.o.Model.Name(), "quotes", a.tally.quotes, "mended", a.tally.mended, "not_found", a.tally.lost)
	}
	return debates, nil
}

// steps report progress: extraction is the first part of it, judging the second.
type steps struct {
	mu   sync.Mutex
	tell func(done, total int)
	done int
}

const (
	allSteps     = 100
	extractSteps = 55
)

func newSteps(tell func(done, total int)) *steps { return &steps{tell: tell} }

// to tells that so many of allSteps are done; less than before is passed over.
func (s *steps) to(done int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if done > s.done {
		s.done = min(done, allSteps)
		s.tell(s.done, allSteps)
	}
}

func (s *steps) end() { s.to(allSteps) }

// rest is progress over what is left.
func (s *steps) rest() func(done, total int) {
	s.mu.Lock()
	begun := s.done
	s.mu.Unlock()
	return func(done, total int) {
		if total > 0 {
			s.to(begun + (allSteps-begun)*done/total)
		}
	}
}

// eachAtOnce calls do for the numbers up to n, a few at a time, until one fails.
func (e *Engine) eachAtOnce(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(e.o.AtOnce)
	for i := range n {
		group.Go(func() error { return do(ctx, i) })
	}
	return group.Wait()
}
