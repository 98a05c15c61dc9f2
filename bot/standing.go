package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// ledgerReading is a watched channel's ledger with what it was brought up to date from.
type ledgerReading struct {
	Ledger
	Place   Place
	Channel Channel
	// Report is of all that is kept of the channel and its public threads, with what was
	// disowned withheld and what was corrected upheld.
	Report     *summarize.Report
	Transcript *summarize.Transcript
	// note says in a sentence what may be missing, "" where nothing is.
	note string
	// doubt says in a sentence that much of what was read for it did not hold, "" where it does or nothing was read.
	doubt string
	// found is what was found in it; nil where nobody has looked.
	found *followed
	// isWhole is true where nothing is known to be missing from what was read.
	isWhole bool
	since   mark
	// heeded is when it was read what people disowned.
	heeded time.Time
}

func (r *ledgerReading) addNote(words string) { r.note = strings.TrimSpace(r.note + " " + words) }

// upToDate brings the ledger of a watched channel up to date, and keeps it.
func (b *Bot) upToDate(ctx context.Context, p Place, progress func(Progress)) (ledgerReading, error) {
	return b.bringUpToDate(ctx, p, true, progress)
}

// bringUpToDate is upToDate. Unless the report is wanted, none may be made: where nothing was said since, the
// ledger is what it was.
func (b *Bot) bringUpToDate(ctx context.Context, p Place, wanted bool, progress func(Progress)) (ledgerReading, error) {
	if !b.following.has(p, "") {
		return ledgerReading{}, notFollowed()
	}
	channel, err := b.o.Platform.Describe(ctx, p)
	if err != nil {
		return ledgerReading{}, err
	}
	var reading ledgerReading
	err = b.inTurn(ctx, p, progress, func(ctx context.Context) error {
		reading, err = b.follow(ctx, p, channel, wanted, progress)
		return err
	})
	return reading, err
}

// mostJudged is how often a channel is judged anew for one request, because its messages changed meanwhile.
const mostJudged = 3

// follow reads what is kept of a channel, has it summarized and merges that into the ledger.
func (b *Bot) follow(ctx context.Context, p Place, channel Channel, wanted bool, progress func(Progress)) (ledgerReading, error) {
	progress(Progress{Stage: Reading})
	missing := b.fill(ctx, p, channel)
	all, err := b.join(ctx, p, channel)
	if err != nil {
		return ledgerReading{}, err
	}
	defer all.end()
	var found *followed
	for range mostJudged {
		all.apply()
		t, leftOut, err := b.leaveOut(ctx, all.transcript(b.platform(), channel.Name))
		if err != nil {
			return ledgerReading{}, err
		}
		t = withGone(t, all.jobs())
		progress(Progress{Stage: Reading, Done: len(t.Messages)})
		note := strings.TrimSpace(missing + " " + leftOut)
		reading := ledgerReading{Place: p, Channel: channel, Transcript: t, note: note, isWhole: missing == "" && !all.isPartial, since: all.since}
		reading.found = found.on(t)
		err = b.merge(ctx, all, &reading, wanted, progress)
		found = reading.found
		if !errors.Is(err, errMeanwhile) {
			return reading, err
		}
	}
	return ledgerReading{}, muchChanges()
}

func muchChanges() *Refusal {
	return &Refusal{Reason: "Too much changes in this channel just now. Try again in a minute.", Err: ErrLater}
}

// merge merges what was read into the ledger, unless that was done before. It returns errMeanwhile where the
// messages changed meanwhile.
//
// What people disowned, and who is left out, is read anew while the ledger is locked: whoever says so later
// changes the ledger later, and what a fault kept out of the ledger then is made up for here.
func (b *Bot) merge(ctx context.Context, all *joined, reading *ledgerReading, wanted bool, progress func(Progress)) error {
	p, t := reading.Place, reading.Transcript
	kept, err := b.o.Storage.Ledger(ctx, b.platform(), p)
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	by, err := b.readerFor(ctx, p.Server)
	if err != nil {
		return err
	}
	key := cacheKey(by.engine, t, summarize.Request{})
	found := reading.found
	if found == nil && (wanted || kept.isBehind(by, key, b.o.Now())) {
		request := summarize.Request{Progress: judging(progress)}
		judged, err := b.judge(ctx, by, work{followWork, all.sources(t), t, request, all.since, kept.Reading})
		if err != nil {
			return err
		}
		found = &followed{judged: judged, by: by, transcript: t, shown: t, isWhole: reading.isWhole}
		reading.found = found
	}
	if found != nil {
		reading.doubt = found.note
	}
	oldest := b.oldest(ctx, p.Server)
	reading.Ledger, err = b.changeLedger(ctx, p, func(l *Ledger) (bool, error) {
		// Whatever happens from here on waits for the ledger, and finds it changed.
		if all.apply() || found == nil && l.Read != key {
			return false, errMeanwhile
		}
		reading.heeded = b.o.Now()
		disowned, err := b.o.Storage.Disowned(ctx, b.platform(), p)
		if err != nil {
			return false, fmt.Errorf("bot: %w", err)
		}
		leftOut, err := b.exclusions(ctx)
		if err != nil {
			return false, err
		}
		if left, _ := leftOut.without(t); left != t { // since they were read
			return false, errMeanwhile
		}
		if found != nil {
			found.told = ledger.Withhold(found.report, t, disowned)
			reading.Report = found.told
		}
		changed := l.expire(oldest)
		if found != nil && (l.Read != key || l.Degraded != "") {
			if err := b.stillKept(ctx, all); err != nil {
				return false, err
			}
			l.takeIn(found, key, b.o.Now())
			l.Reading = l.Reading.Expire(oldest)
			changed = true
		}
		// What was disowned stays in what a language model read: its words stand in their message, and
		// are withheld from every report.
		denied := taking{entries: func(entries []ledger.Entry) ([]ledger.Entry, []string) { return ledger.Deny(entries, t, disowned) }}
		_, isTaken := l.take(denied, leftOut.taking())
		return isTaken || changed, nil
	})
	if err != nil {
		return err
	}
	if found != nil {
		reading.addNote(found.report.Engine.Degraded)
	} else {
		reading.addNote(reading.Degraded)
	}
	if reading.Report != nil {
		reading.Report, _ = ledger.Uphold(reading.Entries, reading.Report, t)
	}
	return nil
}
