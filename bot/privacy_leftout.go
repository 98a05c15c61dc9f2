package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"crux/summarize"
)

// whyLeftOut is shown in place of a report that rested on the words of somebody who is left out by now.
const whyLeftOut = "Somebody whose words this rested on asked for that."

// sayLeftOut is noted of what was read without the messages of who is left out.
const sayLeftOut = "Some of these replies answer a member who opted out, whose messages are left out."

// leftOut is who is left out, by id, as this process noticed it last.
type leftOut struct {
	reading sync.Mutex // held while the store is read, so that what is noticed never goes back

	mu  sync.Mutex
	all exclusions // is not changed but replaced
}

// exclusions are the people who are left out, by id.
type exclusions map[string]exclusion

// exclusion is an Exclusion, and the mark of the reports from which on this process knows of it.
type exclusion struct {
	Exclusion
	noticed mark
}

func (l *leftOut) current() exclusions {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all
}

func (l *leftOut) set(all exclusions) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = all
}

// exclusions are the people who are left out. The store is asked each time, since another process
// may have written it. What is in memory and may rest on who is newly left out goes, and what was
// shown of it to one person alone is taken down.
func (b *Bot) exclusions(ctx context.Context) (exclusions, error) {
	l := &b.gone.people
	l.reading.Lock()
	defer l.reading.Unlock()
	now, err := b.o.Storage.Exclusions(ctx, b.platform())
	if err != nil {
		return nil, fmt.Errorf("bot: who is left out: %w", err)
	}
	before, all := l.current(), make(exclusions, len(now))
	for _, e := range now {
		all[e.Person] = exclusion{Exclusion: e, noticed: before[e.Person].noticed}
	}
	changed := all.since(before)
	if len(changed) > 0 {
		b.reports.clear()
		b.recent.clear()
	}
	for person, e := range changed {
		e.noticed = b.reports.begin()
		all[person] = e
	}
	l.set(all)
	for person := range changed {
		b.takeDownLater(b.hidden.about(person), whyLeftOut)
	}
	return all, nil
}

// exclusionOf is how a person is left out, nil where they are not.
func (b *Bot) exclusionOf(ctx context.Context, person string) (*Exclusion, error) {
	all, err := b.exclusions(ctx)
	if err != nil {
		return nil, err
	}
	if e, is := all[person]; is {
		return &e.Exclusion, nil
	}
	return nil, nil
}

// leaveOut is the transcript without the messages and names of people who are left out, t
// itself where there are none. note says in a sentence that messages are missing, "" where
// nobody answered one of them; of messages that the store never kept nothing is known.
func (b *Bot) leaveOut(ctx context.Context, t *summarize.Transcript) (left *summarize.Transcript, note string, err error) {
	all, err := b.exclusions(ctx)
	if err != nil {
		return nil, "", err
	}
	left, note = all.without(t)
	return left, note, nil
}

// restsOnLeftOut reports whether an answer rests on the words of somebody who is left out by now.
// Of whom all is left out, nothing may be in it. Who is left out up to a time alone may have said
// the rest later, so there it counts whether the answer was begun before that was noticed here:
// it may then hold what came before, and is to be made anew.
func (b *Bot) restsOnLeftOut(ctx context.Context, a *Answer) (bool, error) {
	all, err := b.exclusions(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(a.people, func(person string) bool {
		e, is := all[person]
		return is && (e.Until.IsZero() || a.since < e.noticed)
	}), nil
}

// since are those that were not so before.
func (all exclusions) since(before exclusions) exclusions {
	later := exclusions{}
	for person, e := range all {
		if known, ok := before[person]; !ok || !known.Until.Equal(e.Until) {
			later[person] = e
		}
	}
	return later
}

// covers reports whether a message is left out.
func (all exclusions) covers(m *summarize.Message) bool {
	e, is := all[m.Author]
	return is && m.Author != "" && e.Covers(m.Time)
}

// without is leaveOut by these exclusions.
func (all exclusions) without(t *summarize.Transcript) (left *summarize.Transcript, note string) {
	if len(all) == 0 {
		return t, ""
	}
	gone, speaks := map[string]bool{}, map[string]bool{}
	for i := range t.Messages {
		if m := &t.Messages[i]; all.covers(m) {
			gone[m.ID] = true
		} else {
			speaks[m.Author] = true
		}
	}
	names, absent := make(map[string]string, len(t.Names)), maps.Clone(t.Absent)
	for id, name := range t.Names {
		if _, is := all[id]; !is || speaks[id] {
			names[id] = name
			continue
		}
		if absent == nil {
			absent = map[string]string{}
		}
		absent[id] = name // what others say of them stays, and goes nowhere with their name
	}
	if len(gone) == 0 && len(names) == len(t.Names) {
		return t, ""
	}
	kept := make([]summarize.Message, 0, len(t.Messages)-len(gone))
	for _, m := range t.Messages {
		if gone[m.ID] {
			continue
		}
		if gone[m.ReplyTo] {
			note = sayLeftOut
		}
		kept = append(kept, m)
	}
	without := *t
	without.Messages, without.Names, without.Absent = kept, names, absent
	return &without, note
}

// enforceLeftOut removes what a fault, or an answer of another process, has left of the words of
// people who are left out: from the ledgers, and where posted reports rest on them.
func (b *Bot) enforceLeftOut(ctx context.Context) error {
	all, err := b.exclusions(ctx)
	if err != nil {
		return err
	}
	for _, e := range all {
		posts, err := b.o.Storage.PostsAbout(ctx, b.platform(), e.Person)
		if err != nil {
			return fmt.Errorf("bot: %w", err)
		}
		posts = slices.DeleteFunc(posts, func(post Post) bool { return !e.Covers(post.At) })
		b.takeDownLater(posts, whyLeftOut)
	}
	return b.forgetLeftOutEverywhere(ctx, all)
}
