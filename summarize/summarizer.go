package summarize

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Request says which part of a transcript to read and what to report of it. Its
// zero value asks for everything.
type Request struct {
	// Since and Until bound the messages read by their time, Since included and
	// Until not; a zero bound is no bound. See Transcript.Within.
	Since, Until time.Time
	// Last reads only the last so many of those messages; zero or less is no limit.
	Last int
	// About keeps only what concerns all of these words, whatever their endings; "" keeps everything.
	About string
	// OnlyOpen keeps only the objections that are still open and what they challenge.
	OnlyOpen bool
	// Progress, if not nil, is told how many of total equal steps are done.
	Progress func(done, total int)
}

// Summarizer makes verified reports of what an engine reads.
type Summarizer struct {
	Engine Engine
}

// Summarize reports the debates in the part of t that r asks for, and says what
// of the engine's report did not hold and was left out or put right. An error is
// the engine's, or ctx's when it ended first.
func (s Summarizer) Summarize(ctx context.Context, t *Transcript, r Request) (*Report, Dropped, error) {
	t = t.Within(r.Since, r.Until).Last(r.Last)
	engine, debates, err := s.Engine.Read(ctx, t, r.progress())
	return verified(t, r, engine, debates, err)
}

// Continue is Summarize of all of t with an engine that is a Continuer, where the messages of which isNew is true,
// by id, were not read before, and earlier are the debates that were found in the others. The engine is shown
// what is new after what is not, wherever it stands; what it says is verified against t as it is. The error wraps
// errors.ErrUnsupported where the engine is no Continuer. The request's window is of no use.
func (s Summarizer) Continue(
	ctx context.Context, earlier []Debate, t *Transcript, isNew func(id string) bool, r Request,
) (*Report, Dropped, error) {
	continuer, ok := s.Engine.(Continuer)
	if !ok {
		return nil, Dropped{}, fmt.Errorf("summarize: reading on from what was read before: %w", errors.ErrUnsupported)
	}
	ordered, first := t.newLast(isNew)
	engine, debates, err := continuer.Continue(ctx, earlier, ordered, first, r.progress())
	return verified(t, r, engine, debates, err)
}

// progress is where progress is told, never nil.
func (r Request) progress() func(done, total int) {
	if r.Progress == nil {
		return func(int, int) {}
	}
	return r.Progress
}

// verified makes the report that r asks for of what an engine returned.
func verified(t *Transcript, r Request, engine EngineInfo, debates []Debate, err error) (*Report, Dropped, error) {
	if err != nil {
		return nil, Dropped{}, fmt.Errorf("summarize: %w", err)
	}
	report := &Report{Schema: Schema, Engine: engine, Window: WindowOf(t), Debates: debates}
	dropped := Verify(report, t)
	// What was asked for is picked from what holds, so that a quote which is
	// verbatim nowhere brings nothing in.
	if r.About != "" {
		keepAbout(report, r.About)
	}
	if r.OnlyOpen {
		KeepOpen(report)
	}
	return report, dropped, nil
}

// WindowOf describes the messages of t. Programs that post are not people.
func WindowOf(t *Transcript) Window {
	w := Window{Messages: len(t.Messages)}
	people := map[string]bool{}
	for _, m := range t.Messages {
		if !m.Bot && m.Author != "" {
			people[m.Author] = true
		}
		if m.Time.IsZero() {
			continue
		}
		if w.From.IsZero() {
			w.From = m.Time
		}
		w.To = m.Time
	}
	w.People = len(people)
	return w
}
