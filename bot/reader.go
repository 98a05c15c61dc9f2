package bot

import (
	"context"
	"fmt"

	"crux/bot/gate"
	"crux/bot/ledger"
	"crux/summarize"
)

// reader is what reads the debates of a server.
type reader struct {
	summarize.Summarizer
	// engine is its name, as Options.Engine.
	engine string
	// account is whose prompts a language model is asked, nil where the reader is none.
	account *gate.Account
}

// isModel reports whether the reader is a language model.
func (r *reader) isModel() bool { return r.account != nil }

// readerFor is what reads for a server now: the language model where the server consented to it, and else the embedded engine.
func (b *Bot) readerFor(ctx context.Context, server string) (*reader, error) {
	own := &reader{Summarizer: b.o.Summarizer, engine: b.o.Engine}
	if b.o.Model == nil || server == "" {
		return own, nil
	}
	account := b.account(server)
	allowed, err := b.o.Model.Gate.Allows(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if !allowed {
		return own, nil
	}
	return &reader{Summarizer: b.o.Model.Summarizer, engine: b.o.Model.Engine, account: &account}, nil
}

func (b *Bot) account(server string) gate.Account {
	return gate.Account{Platform: b.platform(), Server: server}
}

// judge has a reader do its work, and notes what that used and what did not hold.
func (b *Bot) judge(
	ctx context.Context, by *reader, work func(context.Context) (*summarize.Report, summarize.Dropped, error),
) (*summarize.Report, error) {
	if by.isModel() {
		ctx = gate.For(ctx, *by.account)
	}
	report, dropped, err := work(ctx)
	spent := gate.SpentIn(ctx)
	if spent.Prompts > 0 {
		b.metrics.modelTokens.Observe(float64(spent.Total()))
		b.o.Log.Info("bot: read by a language model", "server", by.account.Server, "prompts", spent.Prompts, "tokens", spent.Total(), "usd", spent.USD)
	}
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if n := dropped.Total(); n > 0 {
		b.o.Log.Info("bot: verification left out or put right", "engine", report.Engine.Name, "count", n, "of", n+rowsIn(report))
	}
	return report, nil
}

// rowsIn counts the points and objections of a report.
func rowsIn(r *summarize.Report) int {
	n := 0
	for i := range r.Debates {
		n += len(r.Debates[i].Points) + len(r.Debates[i].Objections)
	}
	return n
}

// judgement is what a reader says of a followed channel.
type judgement struct {
	report *summarize.Report
	// reading is what the next reading goes on from; nil where that is what it was.
	reading *ledger.Reading
}

// judgeFollowed has what is kept of a followed channel read. A language model reads on from where it
// was, so that what was read costs nothing again.
//
// Where another engine has to read in its place, only what was said since the model was there
// counts, lest what the model read otherwise comes up as new.
func (b *Bot) judgeFollowed(
	ctx context.Context, by *reader, before *ledger.Reading, from []Source, t *summarize.Transcript, r summarize.Request, since mark,
) (judgement, error) {
	var report *summarize.Report
	var err error
	if by.isModel() && before != nil {
		report, err = b.judge(ctx, by, func(ctx context.Context) (*summarize.Report, summarize.Dropped, error) {
			return by.Continue(ctx, before.Debates, t, before.First(t), r)
		})
	} else {
		report, _, err = b.summarize(ctx, by, from, t, r, since)
	}
	if err != nil {
		return judgement{}, err
	}
	isModels := report.Engine.Model != "" // and not of the engine that stands in for it
	switch {
	case isModels && report.Engine.Degraded == "" && len(t.Messages) > 0:
		return judgement{report, ledger.NewReading(report, t, b.o.Now())}, nil
	case !isModels && before != nil:
		report = saidFrom(report, t, before.First(t))
	}
	return judgement{report: report}, nil
}

// saidFrom is what a report says of the messages from an index on alone.
func saidFrom(report *summarize.Report, t *summarize.Transcript, first int) *summarize.Report {
	fresh := map[string]bool{}
	for i := range t.Messages[first:] {
		fresh[t.Messages[first+i].ID] = true
	}
	isFresh := func(quotes []summarize.Quote) bool {
		for i := range quotes {
			if !fresh[quotes[i].Message] {
				return false
			}
		}
		return true
	}
	only := *report
	only.Debates = nil
	for _, d := range report.Debates {
		points, objections := d.Points, d.Objections
		d.Points, d.Objections = []summarize.Point{}, []summarize.Objection{}
		for _, p := range points {
			if isFresh(p.Quotes) {
				d.Points = append(d.Points, p)
			}
		}
		for _, o := range objections {
			if isFresh(o.Quotes) {
				d.Objections = append(d.Objections, o)
			}
		}
		if len(d.Points)+len(d.Objections) > 0 {
			only.Debates = append(only.Debates, d)
		}
	}
	summarize.Verify(&only, t)
	return &only
}
