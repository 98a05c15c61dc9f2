package platformtest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
)

// Answering is what an Oracle does about a request.
type Answering func(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error)

// Oracle stands where the bot stands, for what the bot itself never does: fail, panic,
// wait. It answers as a test says, and notes what it is told. It is made by NewOracle.
type Oracle struct {
	mu       sync.Mutex
	answer   Answering
	changed  chan struct{} // closed at every change
	told     []Told
	filed    []Filed
	requests map[string]bot.Request
}

// Told is something that a Follower is told.
type Told struct {
	What Telling
	// Place and Parent are where it happened.
	Place  bot.Place
	Parent string
	// Message is what was posted or edited, and Name its author's.
	Message summarize.Message
	Name    string
	// IDs are the messages that were removed.
	IDs []string
}

// Telling is what a Follower is told of.
type Telling string

// What a Follower is told of.
const (
	Posted      Telling = "posted"
	Edited      Telling = "edited"
	Removed     Telling = "removed"
	Closed      Telling = "closed"
	Left        Telling = "left"
	Interrupted Telling = "interrupted"
	Connected   Telling = "connected"
)

// Filed is an answer of which the bot was told where it stands.
type Filed struct {
	Answer *bot.Answer
	Post   bot.Post
}

// NewOracle returns an Oracle that answers so.
func NewOracle(answer Answering) *Oracle {
	return &Oracle{answer: answer, changed: make(chan struct{}), requests: map[string]bot.Request{}}
}

// Begin answers so from now on, and forgets what was told and filed.
func (o *Oracle) Begin(answer Answering) {
	o.change(func() { o.answer, o.told, o.filed = answer, nil, nil })
}

// Answer answers as the test says, and keeps the request under the answer's token.
func (o *Oracle) Answer(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error) {
	o.mu.Lock()
	answer := o.answer
	o.mu.Unlock()
	a, err := answer(ctx, r, progress)
	if a != nil && a.Token != "" {
		o.change(func() { o.requests[a.Token] = a.Request })
	}
	return a, err
}

// Keep keeps a request under a token, as the bot does before it publishes what it answers by itself.
func (o *Oracle) Keep(token string, r bot.Request) {
	o.change(func() { o.requests[token] = r })
}

// Again is the request kept under a token.
func (o *Oracle) Again(_ context.Context, token, asker string, here bot.Place) (bot.Request, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r, ok := o.requests[token]
	if !ok {
		return r, bot.Refusef("Too old.")
	}
	r.Asker, r.Here, r.Share = asker, here, false
	return r, nil
}

// Published notes where an answer stands.
func (o *Oracle) Published(_ context.Context, a *bot.Answer, post bot.Post) error {
	o.change(func() { o.filed = append(o.filed, Filed{a, post}) })
	return nil
}

// Follows is true: an Oracle follows every channel.
func (o *Oracle) Follows(bot.Place) bool { return true }

// Followed names no channel.
func (o *Oracle) Followed(context.Context, string, string) ([]string, error) { return nil, nil }

// Posted implements bot.Follower, as do the methods below.
func (o *Oracle) Posted(_ context.Context, p bot.Place, parent string, m summarize.Message, name string) {
	o.note(Told{What: Posted, Place: p, Parent: parent, Message: m, Name: name})
}

// Edited notes what it is told.
func (o *Oracle) Edited(_ context.Context, p bot.Place, parent string, m summarize.Message, name string) {
	o.note(Told{What: Edited, Place: p, Parent: parent, Message: m, Name: name})
}

// Removed notes what it is told.
func (o *Oracle) Removed(_ context.Context, p bot.Place, ids ...string) {
	o.note(Told{What: Removed, Place: p, IDs: ids})
}

// Closed notes what it is told.
func (o *Oracle) Closed(_ context.Context, p bot.Place) { o.note(Told{What: Closed, Place: p}) }

// Left notes what it is told.
func (o *Oracle) Left(_ context.Context, server string) {
	o.note(Told{What: Left, Place: bot.Place{Server: server}})
}

// Interrupted notes what it is told.
func (o *Oracle) Interrupted() { o.note(Told{What: Interrupted}) }

// Connected notes what it is told, and has nothing to read in.
func (o *Oracle) Connected(context.Context, []string) { o.note(Told{What: Connected}) }

func (o *Oracle) note(t Told) { o.change(func() { o.told = append(o.told, t) }) }

func (o *Oracle) change(how func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	how()
	close(o.changed)
	o.changed = make(chan struct{})
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// WaitTold waits until ok accepts all that was told so far, and returns that.
func (o *Oracle) WaitTold(t *testing.T, ok func([]Told) bool) []Told {
	t.Helper()
	var all []Told
	o.wait(t, "to be told", func() bool {
		all = slices.Clone(o.told)
		return ok(all)
	})
	return all
}

// WaitFiled waits until n answers in a channel have been filed, and returns all that have.
func (o *Oracle) WaitFiled(t *testing.T, p bot.Place, n int) []Filed {
	t.Helper()
	var all []Filed
	o.wait(t, "answers to be filed", func() bool {
		all = slices.DeleteFunc(slices.Clone(o.filed), func(f Filed) bool { return f.Post.Place.Channel != p.Channel })
		return len(all) >= n
	})
	return all
}

func (o *Oracle) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(patience)
	for {
		o.mu.Lock()
		reached, changed, told := ok(), o.changed, o.told
		o.mu.Unlock()
		if reached {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("waited %v in vain for %s; told so far: %+v", patience, what, told)
		}
	}
}
