package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

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

// isBy reports whether a report is the reader's own, and not that of an engine which stood in for it.
func (r *reader) isBy(report *summarize.Report) bool {
	return strings.HasPrefix(r.engine+" ", report.Engine.Name+" ")
}

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

// work is something to be read.
type work struct {
	// what is for what it is read: a command, or followWork.
	what string
	// from are the messages of transcript, by the place in which they stand; since is when they began to be read.
	from       []Source
	transcript *summarize.Transcript
	request    summarize.Request
	since      mark
	// earlier is what a language model reads on from; nil where it reads all.
	earlier *ledger.Reading
}

// followWork is what reading of followed channels is called among the commands.
const followWork = "follow"

// judged is what a reader found.
type judged struct {
	report *summarize.Report
	// note says in a sentence that much of it did not hold, "" where it does.
	note   string
	cached bool
	// isAsked is true where a language model was asked for it.
	isAsked bool
}

// degradedFor is how long a report is remembered that a language model did not read as it should have: so
// long that who asks the same at once waits for no further tries, and no longer, since the model may be back.
const degradedFor = time.Minute

// judge has a reader do its work, or answers from memory where it can. The report is the caller's to change.
func (b *Bot) judge(ctx context.Context, by *reader, w work) (judged, error) {
	key := cacheKey(by.engine, w.transcript, w.request)
	if found, ok := b.reports.get(key); ok {
		b.metrics.hits.Inc()
		found.cached, found.isAsked = true, false
		return found, nil
	}
	report, dropped, isAsked, err := b.askReader(ctx, by, w)
	if err != nil {
		return judged{}, fmt.Errorf("bot: %w", err)
	}
	found := judged{report: report, isAsked: isAsked}
	all := rowsIn(report) + rowsDropped(dropped)
	if n := dropped.Total(); n > 0 && !by.isModel() {
		b.o.Log.Debug("bot: verification left out or put right", "count", n)
	} else if by.isModel() {
		b.o.Log.Info("bot: verified what was read", "engine", report.Engine.Name, "dropped", rowsDropped(dropped), "of", all, "put_right", dropped.Total()-rowsDropped(dropped))
		if by.isBy(report) && w.request.About == "" && tooMany*rowsDropped(dropped) > all {
			found.note = sayDropped
		}
	}
	ttl := b.reports.ttl
	if by.isModel() && report.Engine.Degraded != "" {
		ttl = min(ttl, degradedFor)
	}
	b.reports.put(key, w.from, found, w.since, ttl)
	return found, nil
}

// A report of which more than one in tooMany rows and quotes did not hold is told with a note.
const (
	tooMany    = 5
	sayDropped = "More than a fifth of what the language model reported did not hold against the messages and is left out, so this may lack much."
)

// rowsIn counts the rows and quotes of a report.
func rowsIn(r *summarize.Report) int {
	n := 0
	for i := range r.Debates {
		d := &r.Debates[i]
		n += len(d.Points) + len(d.Objections) + len(d.Agreements)
		for _, p := range d.Points {
			n += len(p.Quotes)
		}
		for _, o := range d.Objections {
			n += len(o.Quotes) + len(o.Responses)
		}
		for _, a := range d.Agreements {
			n += len(a.Quotes)
		}
	}
	return n
}

// rowsDropped counts what was left out of that.
func rowsDropped(d summarize.Dropped) int {
	return d.Points + d.Objections + d.Agreements + d.Quotes + d.Responses
}

// askReader has a reader read, and notes what that used.
func (b *Bot) askReader(ctx context.Context, by *reader, w work) (report *summarize.Report, dropped summarize.Dropped, isAsked bool, err error) {
	if !by.isModel() {
		report, dropped, err = by.Summarize(ctx, w.transcript, w.request)
		return report, dropped, false, err
	}
	ctx = gate.For(ctx, *by.account)
	report, dropped, err = b.askModel(ctx, by, w)
	spent := gate.SpentIn(ctx)
	if spent.Prompts > 0 {
		b.metrics.modelTokens.WithLabelValues(w.what).Observe(float64(spent.Total()))
		b.o.Log.Info("bot: read by a language model", "for", w.what, "server", by.account.Server, "messages", len(w.transcript.Messages),
			"prompts", spent.Prompts, "tokens", spent.Total(), "usd", spent.USD)
	}
	return report, dropped, spent.Prompts > 0, err
}

func (b *Bot) askModel(ctx context.Context, by *reader, w work) (*summarize.Report, summarize.Dropped, error) {
	if w.earlier == nil {
		return by.Summarize(ctx, w.transcript, w.request)
	}
	earlier := w.earlier.Heed(w.transcript)
	report, dropped, err := by.Continue(ctx, earlier.In(w.transcript), w.transcript, earlier.New(w.transcript), w.request)
	if err != nil || by.isBy(report) {
		return report, dropped, err
	}
	// Who stands in is to read it in the order in which it was said.
	why := report.Engine.Degraded
	if report, dropped, err = b.o.Summarizer.Summarize(ctx, w.transcript, w.request); err == nil {
		report.Engine.Degraded = why
	}
	return report, dropped, err
}
