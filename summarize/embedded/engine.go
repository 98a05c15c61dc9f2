package embedded

import (
	"context"

	"crux/summarize"
)

// Engine is the offline engine. It is safe for concurrent use.
type Engine struct{ tables *tables }

// New returns the engine with the words and weights that ship with crux.
func New() (*Engine, error) {
	tb, err := loadTables()
	if err != nil {
		return nil, err
	}
	return &Engine{tb}, nil
}

// Name is what the engine is called in reports and on the command line.
const Name = "embedded"

// Read implements summarize.Engine. It is a pure function of the transcript.
func (e *Engine) Read(ctx context.Context, t *summarize.Transcript, progress func(done, total int)) (summarize.EngineInfo, []summarize.Debate, error) {
	info := summarize.EngineInfo{Name: Name}
	var r *reading
	var debates []summarize.Debate
	stages := []func(){
		func() { r = e.tables.read(t) },
		func() { r.understand(ctx) },
		func() { r.assignRoles() },
		func() { r.linkMessages(ctx) },
		func() { r.judgeStances() },
		func() { r.findThreads() },
		func() { debates = r.report(ctx) },
	}
	for i, stage := range stages {
		if err := ctx.Err(); err != nil {
			return info, nil, err
		}
		stage()
		progress(i+1, len(stages))
	}
	if err := ctx.Err(); err != nil {
		return info, nil, err
	}
	if !r.vocabulary.english() {
		info.Degraded = notEnglish
	}
	return info, debates, nil
}

const notEnglish = "Little of this is in English, so the reading is shallow: quotes, links and sides from replies hold, but points and objections may be missing."

// report reports the debates among the conversations, in the order in which they began.
func (r *reading) report(ctx context.Context) []summarize.Debate {
	debates := []summarize.Debate{}
	for _, d := range r.debates(r.gather(r.goesOnWith)) {
		if ctx.Err() != nil {
			break
		}
		r.takeSides(d)
		r.reassign(d)
		if !r.contested(d) {
			continue
		}
		if out := r.reportDebate(d); len(out.Points)+len(out.Objections) > 0 {
			debates = append(debates, out)
		}
	}
	return debates
}
