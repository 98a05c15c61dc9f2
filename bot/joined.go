package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"crux/summarize"
)

// threadsKnown is of how many threads it is remembered whether everybody in their channel may read
// them. That never changes.
const threadsKnown = 20_000

func newThreadsKnown() *lru.Cache[Place, bool] {
	known, err := lru.New[Place, bool](threadsKnown)
	if err != nil { // only where the size is not above zero
		panic(err)
	}
	return known
}

// joined is what is kept of a watched channel and of its public threads, to be read as one
// transcript. Meanwhile it takes note of what happens to it.
type joined struct {
	parts []part
	// most is how many messages the transcript has at most, the newest. Where from is not zero,
	// none of them is from before it.
	most int
	from time.Time
	// since is the mark of when they began to be read.
	since mark
	// isPartial is true where a thread is missing because of a fault.
	isPartial bool
}

// part is what is kept of a channel or of one of its threads.
type part struct {
	place  Place
	thread bool
	job    *job
	*summarize.Transcript
}

func (j *joined) end() {
	for _, p := range j.parts {
		p.job.end()
	}
}

// apply has the parts be as they stand now, and reports whether they were otherwise.
func (j *joined) apply() (changed bool) {
	for i := range j.parts {
		now := j.parts[i].job.apply(j.parts[i].Transcript)
		changed = changed || now != j.parts[i].Transcript
		j.parts[i].Transcript = now
	}
	return changed
}

// jobs returns the job of the part in which a message stands, nil where it stands in none.
func (j *joined) jobs() func(id string) *job {
	of := map[string]*job{}
	for _, p := range j.parts {
		for i := range p.Messages {
			of[p.Messages[i].ID] = p.job
		}
	}
	return func(id string) *job { return of[id] }
}

// transcript is all of it as one, in order of time.
func (j *joined) transcript(platform, channel string) *summarize.Transcript {
	t := &summarize.Transcript{Platform: platform, Channel: channel, Names: map[string]string{}}
	for _, p := range j.parts {
		t.Messages = append(t.Messages, p.replying()...)
		maps.Copy(t.Names, p.Names)
	}
	slices.SortStableFunc(t.Messages, func(a, b summarize.Message) int { return cmp.Or(a.Time.Compare(b.Time), byID(a.ID, b.ID)) })
	return t.Last(j.most)
}

// replying are the part's messages, where those of a thread that reply to nothing else reply to what the thread is about.
func (p *part) replying() []summarize.Message {
	if !p.thread {
		return p.Messages
	}
	messages := slices.Clone(p.Messages)
	for i := range messages {
		if m := &messages[i]; m.ReplyTo == "" && m.ID != p.place.Channel {
			m.ReplyTo = p.place.Channel
		}
	}
	return messages
}

// sources are the messages of a transcript made of the parts, by place.
func (j *joined) sources(t *summarize.Transcript) []Source {
	there := make(map[string]bool, len(t.Messages))
	for _, m := range t.Messages {
		there[m.ID] = true
	}
	from := make([]Source, len(j.parts))
	for i, p := range j.parts {
		from[i].Place = p.place
		for _, m := range p.Messages {
			if there[m.ID] {
				from[i].Messages = append(from[i].Messages, m.ID)
			}
		}
	}
	return from
}

// join reads what is kept of a watched channel and its public threads. The caller ends it.
func (b *Bot) join(ctx context.Context, p Place, channel Channel) (*joined, error) {
	threads, err := b.o.Storage.ThreadsKept(ctx, b.platform(), p)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	j := &joined{most: b.o.Limits.Messages, since: b.reports.begin()}
	places := threads
	if !channel.Container {
		places = slices.Concat([]Place{p}, threads)
	}
	for _, place := range places {
		if place != p {
			isPublic, isKnown := b.isPublic(ctx, place, p)
			j.isPartial = j.isPartial || !isKnown
			if !isPublic {
				continue
			}
			j.isPartial = !b.fillThread(ctx, place, p) || j.isPartial
		}
		read, err := b.part(ctx, place, j.most)
		if err != nil {
			j.end()
			return nil, err
		}
		read.thread = place != p
		if read.thread && read.isBefore(j.from) { // and so are all others
			read.job.end()
			break
		}
		j.parts = append(j.parts, read)
		j.cut()
	}
	return j, nil
}

// cut drops what is older than the newest messages, once there are too many.
func (j *joined) cut() {
	var times []time.Time
	for _, p := range j.parts {
		for i := range p.Messages {
			times = append(times, p.Messages[i].Time)
		}
	}
	if len(times) < j.most || !j.from.IsZero() && len(times) < 2*j.most { // so that it is seldom sorted
		return
	}
	slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	j.from = times[j.most-1]
	for i := range j.parts {
		p := &j.parts[i]
		p.Messages = slices.DeleteFunc(p.Messages, func(m summarize.Message) bool { return m.Time.Before(j.from) })
	}
}

// isBefore reports whether all messages of a part that has some are from before a time.
func (p *part) isBefore(from time.Time) bool {
	return len(p.Messages) > 0 && p.Messages[len(p.Messages)-1].Time.Before(from)
}

// stillKept returns errMeanwhile, and drops the messages from their parts, where the store has some no more:
// events may have told another process that they were deleted.
func (b *Bot) stillKept(ctx context.Context, j *joined) error {
	isGone := false
	for i := range j.parts {
		p := &j.parts[i]
		ids, _, err := b.o.Storage.Kept(ctx, b.platform(), p.place, j.most)
		if err != nil && !errors.Is(err, ErrNotKept) {
			return fmt.Errorf("bot: %w", err)
		}
		kept := make(map[string]bool, len(ids))
		for _, id := range ids {
			kept[id] = true
		}
		now := *p.Transcript // which may be read elsewhere
		now.Messages = slices.DeleteFunc(slices.Clone(p.Messages), func(m summarize.Message) bool {
			isAmong := len(ids) < j.most || byID(m.ID, ids[0]) > 0
			return isAmong && !kept[m.ID]
		})
		isGone = isGone || len(now.Messages) < len(p.Messages)
		p.Transcript = &now
	}
	if isGone {
		return errMeanwhile
	}
	return nil
}

// isPublic reports whether a thread is one that everybody may read who may read its channel. isKnown is
// false where a fault, which may pass, leaves that open.
func (b *Bot) isPublic(ctx context.Context, thread, channel Place) (is, isKnown bool) {
	if is, known := b.public.Get(thread); known {
		return is, true
	}
	about, err := b.o.Platform.Describe(ctx, thread)
	if errors.Is(err, ErrGone) {
		b.Closed(ctx, thread)
	}
	if err != nil {
		return false, refusal(err) != nil && !isPassing(err) // it is asked again next time
	}
	is = about.Thread && !about.Private && about.Parent == channel.Channel
	b.public.Add(thread, is)
	return is, true
}

// part reads the newest messages that are kept of a place; none where nothing is.
func (b *Bot) part(ctx context.Context, p Place, most int) (part, error) {
	of := part{place: p, job: b.gone.watch(p), Transcript: &summarize.Transcript{}}
	h, err := b.kept(ctx, p, most)
	if err != nil {
		of.job.end()
		return part{}, fmt.Errorf("bot: %w", err)
	}
	of.Messages, of.Names = h.Messages, h.Names
	return of, nil
}

func (b *Bot) kept(ctx context.Context, p Place, most int) (History, error) {
	ids, _, err := b.o.Storage.Kept(ctx, b.platform(), p, most)
	if errors.Is(err, ErrNotKept) || err == nil && len(ids) == 0 {
		return History{}, nil
	}
	if err != nil {
		return History{}, err
	}
	h, err := b.o.Storage.Messages(ctx, b.platform(), p, Range{Since: b.oldest(ctx, p.Server), From: ids[0], Last: most})
	if errors.Is(err, ErrNotKept) {
		return History{}, nil
	}
	return h, err
}

// fillThread reads in a thread that began while crux listened, of which the store can't know that it
// has all, or of which something did not reach the store. It reports whether all is there now
// that crux may read of it.
func (b *Bot) fillThread(ctx context.Context, thread, channel Place) bool {
	_, _, err := b.o.Storage.Kept(ctx, b.platform(), thread, 1)
	isWhole := b.following.live(thread) && !errors.Is(err, ErrNotKept)
	if isWhole || !b.following.isConnected() {
		return isWhole
	}
	err = b.backfillThread(ctx, thread, channel, b.following.current())
	if err != nil {
		b.o.Log.Debug("bot: thread not read in", "error", err)
	}
	return err == nil || refusal(err) != nil && !isPassing(err)
}

// fill sees to it that something is kept of a watched channel: what was missed of it is read in
// now, unless events that tell of it don't arrive at all.
func (b *Bot) fill(ctx context.Context, p Place, channel Channel) (note string) {
	isWhole := func() bool { return b.following.live(p) || channel.Container && b.following.isConnected() }
	if isWhole() {
		return ""
	}
	if b.following.isConnected() {
		if err := b.catchUp(ctx, p, b.following.current()); err != nil {
			b.o.Log.Debug("bot: channel not read in", "error", err)
		}
	}
	if isWhole() {
		return ""
	}
	return "I was not connected all the time, so what was said last may be missing from this."
}
