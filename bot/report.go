package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// reported is a report on what a request asks about, with what it was made of.
type reported struct {
	request Request
	channel Channel
	report  *summarize.Report
	read    *summarize.Transcript
	unread  string
	notes   []string
	cached  bool
	since   mark
	heeded  time.Time
}

// reportOn reads and judges, when it is the place's turn.
func (b *Bot) reportOn(ctx context.Context, r Request, progress func(Progress)) (*reported, error) {
	channel, err := b.o.Platform.Describe(ctx, r.Place)
	if err != nil {
		return nil, err
	}
	if channel.Container {
		return nil, Refusef("In a forum the debates are in its posts. Ask in a post, or name one as the channel.")
	}
	var made *reported
	err = b.inTurn(ctx, r.Place, progress, func(ctx context.Context) error {
		made, err = b.report(ctx, r, channel, progress)
		return err
	})
	return made, err
}

// inTurn does work when it is the place's turn.
func (b *Bot) inTurn(ctx context.Context, p Place, progress func(Progress), work func(context.Context) error) error {
	waiting := func(ahead int) { progress(Progress{Stage: Queued, Done: ahead}) }
	return b.o.Queue.Do(ctx, b.platform()+"/"+p.Channel+"/"+p.Thread, waiting, work)
}

// report reads the window, has it summarized, and leaves out what was deleted meanwhile, who is
// left out, and what people disowned or corrected.
func (b *Bot) report(ctx context.Context, r Request, channel Channel, progress func(Progress)) (*reported, error) {
	events := b.gone.watch(r.Place.home())
	defer events.end()
	since := b.reports.begin()

	progress(Progress{Stage: Reading})
	read, err := b.read(ctx, r, channel, func(n int) { progress(Progress{Stage: Reading, Done: n}) })
	if err != nil {
		return nil, err
	}
	all := events.apply(&summarize.Transcript{Platform: b.platform(), Channel: channel.Name, Messages: read.Messages, Names: read.Names})
	t, leftOut, err := b.leaveOut(ctx, all)
	if err != nil {
		return nil, err
	}
	t = withGone(t, func(string) *job { return events })
	request := summarize.Request{About: r.Topic, Progress: judging(progress)}
	from := []Source{{Place: r.Place.home(), Messages: idsOf(t)}}
	by, err := b.readerFor(ctx, r.Place.Server)
	if err != nil {
		return nil, err
	}
	found, err := b.judge(ctx, by, work{string(r.Command), from, t, request, since, nil})
	// What was deleted or edited meanwhile may stand anywhere in the report, so it is made anew; but what
	// a language model found is carried over, since that cost something.
	for tries := 1; err == nil; tries++ {
		now := events.apply(all)
		if now == all {
			break
		}
		if tries == mostJudged {
			return nil, muchChanges()
		}
		before := t
		all = now
		if t, leftOut, err = b.leaveOut(ctx, all); err != nil {
			return nil, err
		}
		from[0].Messages = idsOf(t)
		if by.isModel() {
			found.report = carriedOver(found.report, before, t)
			continue
		}
		found, err = b.judge(ctx, by, work{string(r.Command), from, t, request, since, nil})
	}
	if err != nil {
		return nil, err
	}
	if len(t.Messages) == 0 {
		return nil, Refusef("There are no messages to read: %s.", r.Window)
	}
	made := &reported{request: r, channel: channel, read: t, unread: read.unread, cached: found.cached, since: since}
	made.note(read.unread)
	made.note(leftOut)
	made.note(found.note)
	if r.Command == Mistaken { // whose lists say nothing of who read
		made.note(found.report.Engine.Degraded)
	}
	if err := b.heed(ctx, made, found.report); err != nil {
		return nil, err
	}
	if r.Command == Open {
		summarize.KeepOpen(made.report)
	}
	return made, nil
}

// heed makes the report what members say of it: without what they disowned, and with the statuses that they corrected.
func (b *Bot) heed(ctx context.Context, made *reported, report *summarize.Report) error {
	home := made.request.Place.home()
	places := []Place{home}
	if parent := made.channel.Parent; parent != "" && parent != home.Channel {
		places = append(places, Place{Server: home.Server, Channel: parent})
	}
	var disowned []ledger.Disowned
	corrected := 0
	made.heeded = b.o.Now()
	for _, p := range places {
		of, err := b.o.Storage.Disowned(ctx, b.platform(), p)
		if err != nil {
			return fmt.Errorf("bot: %w", err)
		}
		disowned = append(disowned, of...)
	}
	report = ledger.Withhold(report, made.read, disowned)
	if p, isFollowed := b.ledgerPlace(home, made.channel); isFollowed {
		l, err := b.o.Storage.Ledger(ctx, b.platform(), p)
		if err != nil {
			return fmt.Errorf("bot: %w", err)
		}
		report, corrected = ledger.Uphold(l.Entries, report, made.read)
	}
	if corrected > 0 {
		made.note("Members corrected what became of " + english.Sprintf("%d", corrected) + " of these objections.")
	}
	made.report = report
	return nil
}

func (m *reported) note(words string) {
	if words != "" && !slices.Contains(m.notes, words) {
		m.notes = append(m.notes, words)
	}
}

// answer is what is said of the report.
func (m *reported) answer() *Answer {
	r := m.request
	a := &Answer{Request: r, Channel: m.channel, Names: m.read.Names, Notes: m.notes, Cached: m.cached, since: m.since, heeded: m.heeded}
	a.Request.Window, a.Request.Unread, a.Request.Fresh = bound(r, m.read), m.unread, false
	if r.Command == Mistaken {
		a.Said, a.Lists = sayMistaken, said(m.report, m.read, r.Asker)
	} else {
		a.Sections = sections(r, m.report)
	}
	a.people = authorsOf(a.Sources(), m.read)
	return a
}

// authorsOf are the people who wrote what an answer rests on.
func authorsOf(rests []Source, read *summarize.Transcript) []string {
	author := make(map[string]string, len(read.Messages))
	for _, m := range read.Messages {
		author[m.ID] = m.Author
	}
	var people []string
	for _, s := range rests {
		for _, id := range s.Messages {
			people = append(people, author[id])
		}
	}
	return each(people)
}

// judging tells how much of the judging is done.
func judging(progress func(Progress)) func(done, total int) {
	return func(done, total int) { progress(Progress{Stage: Judging, Done: done, Total: total}) }
}

func idsOf(t *summarize.Transcript) []string {
	ids := make([]string, len(t.Messages))
	for i, m := range t.Messages {
		ids[i] = m.ID
	}
	return ids
}

// bound is the window of exactly these messages, so that a button means them later too.
func bound(r Request, t *summarize.Transcript) Window {
	if len(t.Messages) == 0 {
		return r.Window
	}
	return Window{From: t.Messages[0].ID, To: t.Messages[len(t.Messages)-1].ID}
}

// errMeanwhile says that messages changed while they were judged.
var errMeanwhile = errors.New("bot: messages changed meanwhile")
