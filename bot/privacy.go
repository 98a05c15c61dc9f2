package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// What stands on the buttons under what is kept about somebody.
const (
	sayOptOut    = "Leave my messages out"
	sayOptIn     = "Read my messages again"
	sayErase     = "Delete everything about me…"
	sayEraseSure = "Yes, delete it all"
)

// privately answers Privacy, to the asker alone. What concerns a person concerns the whole
// platform, so it may be asked for anywhere, direct messages included.
func (b *Bot) privately(ctx context.Context, r Request) (*Answer, error) {
	asked := b.o.Now()
	if r.Asker == "" { // nobody's messages are those of everybody who is not named
		return nil, Refusef("I can't tell who asks.")
	}
	if err := b.limiter.allow(r.Asker, r.Here.Server, asked); err != nil {
		return nil, err
	}
	r.Share = false
	a, err := b.privacyAnswer(ctx, r)
	if err != nil {
		return nil, err
	}
	if a.Request.Command == "" {
		a.Request = r
	}
	if len(a.Offers) > 0 {
		b.keepRequest(ctx, a, asked)
	}
	return a, nil
}

func (b *Bot) privacyAnswer(ctx context.Context, r Request) (*Answer, error) {
	switch r.Privacy.Action {
	case OptOut:
		return b.optOut(ctx, r)
	case OptIn:
		return b.optIn(ctx, r)
	case Erase:
		if r.Privacy.Sure {
			return b.erase(ctx, r)
		}
		return b.askToErase(ctx, r)
	case KeepFor:
		return b.keepFor(ctx, r)
	case ShowLog:
		return b.showLog(ctx, r)
	case ShowModel, AllowModel, ForbidModel:
		return b.modelOrder(ctx, r)
	case ShowKept:
	}
	return b.showKept(ctx, r)
}

func (b *Bot) showKept(ctx context.Context, r Request) (*Answer, error) {
	kept, err := b.keptAbout(ctx, r.Asker)
	if err != nil {
		return nil, err
	}
	reads, err := b.readerWords(ctx, r)
	if err != nil {
		return nil, err
	}
	lines := []string{
		"What I keep about you, over all channels:",
		"Messages: " + messagesIn(kept) + oldest(kept) + ".",
		"Your requests: " + english.Sprintf("%d", kept.Requests) + ". I keep them for " + Lasting(requestsFor) + ", so that buttons work.",
		"Posted reports that rest on your words: " + english.Sprintf("%d", kept.Posts) + ". I keep where they stand, for " + Lasting(requestsFor) + ", so that they can be taken down.",
		"Objections that quote or name you: " + english.Sprintf("%d", kept.Objections) + ". Corrections by you: " + english.Sprintf("%d", kept.Corrections) + ".",
		readWords(kept.Read) + exclusionWords(kept.Exclusion),
		"Of channels that I don't follow I keep no messages. Of what you corrected there I keep where it stands, a checksum of it, and what you said that you meant.",
		"I never keep what was deleted, what stood there before an edit, or what is in files.",
		reads,
	}
	return &Answer{Said: strings.Join(lines, "\n"), Offers: offersAfter(kept.Exclusion)}, nil
}

// readWords is a line on what a language model found of somebody's, "" where it found nothing.
func readWords(n int) string {
	if n == 0 {
		return ""
	}
	return "Points and objections of yours that a language model found: " + english.Sprintf("%d", n) + ".\n"
}

// messagesIn says how many messages are kept, and in how many channels.
func messagesIn(kept Kept) string {
	if kept.Messages == 0 {
		return "none"
	}
	return english.Sprintf("%d", kept.Messages) + " in " + Count(kept.Channels, "channel") + " that I follow"
}

func oldest(kept Kept) string {
	if kept.Messages == 0 || kept.Oldest.IsZero() {
		return ""
	}
	return ", the oldest of " + kept.Oldest.UTC().Format("2 Jan 2006")
}

func exclusionWords(e *Exclusion) string {
	switch {
	case e == nil:
		return "Your messages are read like everybody's: you have not opted out."
	case e.Until.IsZero():
		return "You opted out: your messages are left out of everything, and not kept."
	}
	return "What you wrote before " + stamp(e.Until) + " is left out of everything. What you wrote since is read."
}

// stamp is a time as it stands in sentences.
func stamp(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 MST") }

// offersAfter is what somebody may do next who is left out as e says.
func offersAfter(e *Exclusion) []Offer {
	choice := Offer{Action: ActOptOut, Label: sayOptOut}
	if e != nil && e.Until.IsZero() {
		choice = Offer{Action: ActOptIn, Label: sayOptIn}
	}
	return []Offer{choice, {Action: ActErase, Label: sayErase, Danger: true}}
}

func (b *Bot) optOut(ctx context.Context, r Request) (*Answer, error) {
	done, err := b.forgetPerson(ctx, Exclusion{Person: r.Asker}, false)
	if err != nil {
		return nil, b.unfinished("You are opted out: your messages are left out from now on.", done, err)
	}
	b.note(ctx, "", r.Here, privacyChoice)
	said := "You opted out. Your messages are left out from now on: I don't keep them, quote them or have them judged.\n" +
		done.String() + "\n" +
		"Where a reply would make no sense without what it answers, others read that a member opted out. What others quote of you in their own messages stays theirs.\n" +
		"Your requests are still kept for " + Lasting(requestsFor) + ", so that buttons work."
	return &Answer{Said: said, Offers: offersAfter(&Exclusion{Person: r.Asker})}, nil
}

func (b *Bot) optIn(ctx context.Context, r Request) (*Answer, error) {
	now, err := b.exclusionOf(ctx, r.Asker)
	if err != nil {
		return nil, err
	}
	if now == nil || !now.Until.IsZero() {
		return &Answer{Said: "You have not opted out. " + exclusionWords(now), Offers: offersAfter(now)}, nil
	}
	// Discord tells the times of messages to the millisecond alone.
	in := Exclusion{Person: r.Asker, Until: b.o.Now().UTC().Truncate(time.Millisecond)}
	if _, err := b.o.Storage.Exclude(ctx, b.platform(), in); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if _, err := b.exclusions(ctx); err != nil {
		return nil, err
	}
	b.note(ctx, "", r.Here, privacyChoice)
	return &Answer{Said: "From now on I read your messages again. What you wrote before stays left out.", Offers: offersAfter(&in)}, nil
}

func (b *Bot) askToErase(ctx context.Context, r Request) (*Answer, error) {
	kept, err := b.keptAbout(ctx, r.Asker)
	if err != nil {
		return nil, err
	}
	said := "This deletes all that I keep about you: " + Count(kept.Messages, "message") + ", " + Count(kept.Requests, "request") +
		", your part in " + Count(kept.Objections, "objection") + ", and your name on " + Count(kept.Corrections, "correction") + ". " +
		"It takes down " + Count(kept.Posts, "posted report") + " that rest on your words. It can't be undone.\n" + laterWords(kept.Exclusion)
	return &Answer{Said: said, Offers: []Offer{{Action: ActEraseSure, Label: sayEraseSure, Danger: true}}}, nil
}

// laterWords says what becomes of what somebody writes after everything was deleted.
func laterWords(e *Exclusion) string {
	if e != nil && e.Until.IsZero() {
		return "You stay opted out."
	}
	return "What you wrote up to now stays left out, also where it still stands in its channel. What you write from then on is read, unless you opt out."
}

func (b *Bot) erase(ctx context.Context, r Request) (*Answer, error) {
	before, err := b.exclusionOf(ctx, r.Asker)
	if err != nil {
		return nil, err
	}
	e := Exclusion{Person: r.Asker, Until: b.o.Now().UTC()}
	if before != nil && before.Until.IsZero() {
		e = *before
	}
	done, err := b.forgetPerson(ctx, e, true)
	if err != nil {
		return nil, b.unfinished("What you wrote up to now is left out of everything.", done, err)
	}
	b.note(ctx, "", r.Here, privacyChoice)
	// It has no buttons: for these something would have to be kept about the asker.
	return &Answer{Said: done.String() + "\n" + laterWords(before)}, nil
}

// forgotten counts what was removed of a person.
type forgotten struct{ messages, requests, objections, posts int }

func (f forgotten) String() string {
	deleted := "Deleted: " + Count(f.messages, "message")
	if f.requests > 0 {
		deleted += " and " + Count(f.requests, "request")
	}
	down := "No posted report rested on your words."
	if f.posts > 0 {
		down = Count(f.posts, "report") + " that rested on your words: being taken down."
	}
	return deleted + ". Your part was taken out of " + Count(f.objections, "objection") + ". " + down
}

// forgetPerson leaves a person out, and removes their words wherever they are kept or shown;
// with rows, also their requests and their name. Whatever comes first keeps the rest from coming
// back, so that after a fault it can be done again.
func (b *Bot) forgetPerson(ctx context.Context, e Exclusion, rows bool) (done forgotten, err error) {
	hidden := len(b.hidden.about(e.Person))
	if done.messages, err = b.o.Storage.Exclude(ctx, b.platform(), e); err != nil {
		return done, fmt.Errorf("bot: %w", err)
	}
	_, noticed := b.exclusions(ctx) // which takes down what is hidden
	errs := []error{noticed}
	if rows {
		removed, err := b.o.Storage.RemovePerson(ctx, b.platform(), e.Person)
		done.messages += removed.Messages
		done.requests = removed.Requests
		errs = append(errs, err)
	}
	posts, err := b.o.Storage.PostsAbout(ctx, b.platform(), e.Person)
	errs = append(errs, err)
	b.takeDownLater(posts, whyLeftOut)
	done.posts = len(posts) + hidden
	done.objections, err = b.forgetEverywhere(ctx, e.Person)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return done, fmt.Errorf("bot: %w", err)
	}
	return done, nil
}

// unfinished is what somebody is told whose words could not all be removed. Where nothing was done, it is the fault itself.
func (b *Bot) unfinished(said string, done forgotten, err error) error {
	if done == (forgotten{}) {
		return err
	}
	b.o.Log.Error("bot: person not wholly removed", "error", err)
	return &Refusal{Reason: said + " " + done.String() + " Then something went wrong, and not all is removed yet. Ask once more, and I go on with it.", Err: err}
}
