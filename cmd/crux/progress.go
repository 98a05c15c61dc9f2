package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long work may take before a person is shown how far it is.
const patience = time.Second

// progress shows how far work is. A nil progress shows nothing.
type progress struct {
	out io.Writer
	now func() time.Time

	mu    sync.Mutex // engines may report from several goroutines
	began time.Time
	bar   *progressbar.ProgressBar // nil until patience has run out
}

// newProgress returns a progress that draws to out, or nil where nobody is looking at it.
func newProgress(out io.Writer) *progress {
	if !isTerminal(out) {
		return nil
	}
	return &progress{out: out, now: time.Now, began: time.Now()}
}

// step is told that done of total steps are done.
func (p *progress) step(done, total int) {
	if p == nil || total <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		if p.now().Sub(p.began) < patience {
			return
		}
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.out),
			progressbar.OptionSetDescription("reading"),
			progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionClearOnFinish())
	}
	p.bar.ChangeMax(total)
	_ = p.bar.Set(done) // a bar that can't be drawn is no reason to stop
}

// finish takes the bar away.
func (p *progress) finish() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
