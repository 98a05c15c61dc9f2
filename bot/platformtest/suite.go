package platformtest

import (
	"errors"
	"testing"
	"time"

	"crux/bot"
)

// World is a platform in a test: a server with people and channels in it, and an adapter of
// ours. What the platform itself says of messages and links, World says, by its own
// knowledge and not the adapter's.
type World interface {
	// Platform is the adapter. Until Start it only reads.
	Platform() bot.Platform
	// Start connects the adapter, with o in the place of the bot, and returns once events
	// arrive. stop ends it as a restart does, and returns what it ended with.
	Start(o *Oracle) (stop func() error)

	// Person adds a full member of the server and returns the id.
	Person(name string) string
	// Outsider adds somebody whom the platform knows and who may read no channel of the server.
	Outsider(name string) string
	// Channel adds a channel that crux and every full member read.
	Channel(name string) bot.Place
	// Private adds one that only crux, these people and its manager read.
	Private(name string, members ...string) bot.Place
	// Nowhere is a place of the server that looks like any other and does not exist.
	Nowhere() bot.Place
	// Special adds a place of a kind, within another place where the kind says so; has is
	// false where the platform has no such.
	Special(kind Kind, in bot.Place, people ...string) (p bot.Place, has bool)
	// Enter makes a person one of those who write in a channel that they can read.
	Enter(p bot.Place, person string)
	// Silence makes a channel one in which its members write no more, though they read it.
	Silence(p bot.Place)
	// Manager is somebody who manages the channel.
	Manager(p bot.Place) string
	// Chief adds somebody who manages the whole server.
	Chief() string
	// Expel takes a person out of a private channel.
	Expel(p bot.Place, person string)
	// Hide makes crux lose sight of a channel. Remedy is a word that people must be told to get it back.
	Hide(p bot.Place)
	Remedy() string
	// Close deletes a channel.
	Close(p bot.Place)
	// Withhold keeps from crux what messages say, as where a permission of the app is missing.
	Withhold()

	// Post writes a message and returns its id.
	Post(p bot.Place, m Message) string
	Edit(p bot.Place, id, text string)
	Delete(p bot.Place, id string)
	// Thread is the thread that begins with a message of p.
	Thread(p bot.Place, first string) bot.Place
	// Whisper writes crux a direct message.
	Whisper(person, text string)
	// Told is what crux said to somebody alone without being asked, oldest first, and Shut
	// makes them one whom it reaches no more.
	Told(person string) []Shown
	Shut(person string)
	// Forge makes another program post what stands in a message of crux's, with all that
	// people don't see.
	Forge(p bot.Place, id string)
	// Forgive overlooks what the fake holds against crux so far, where a test made crux do it.
	Forgive()
	// Link is the address of a message.
	Link(p bot.Place, id string) string
	// Remove removes crux from the server.
	Remove()
	// Cut breaks the connection over which events come, until restore lets it come back.
	Cut() (restore func())

	// Ask has somebody ask for a summary of the place in it, aloud where everyone there
	// is to see the answer.
	Ask(person string, p bot.Place, aloud bool) Talk
	// Press has somebody press a button of something that crux has shown in the place.
	Press(person string, p bot.Place, on Shown, button string) Talk
	// Choose has somebody turn to an item of a list, by words that name it there.
	Choose(person string, p bot.Place, on Shown, item string) Talk
	// Reword has somebody press a button that opens a form, write in it and send it.
	Reword(person string, p bot.Place, on Shown, button, words string) Talk
	// Public is what stands in the place that crux said and everyone there sees, oldest first.
	Public(p bot.Place) []Shown
}

// Message is a message that somebody writes.
type Message struct {
	// Author is the id of a Person, Text what they type.
	Author, Text string
	// At is when; zero is now.
	At time.Time
	// ReplyTo is the message that it replies to in the way of the platform, or "". It
	// must be none that replies itself.
	ReplyTo string
	// Files are the names of files that come with it.
	Files []string
	// Bot is true where a program writes it.
	Bot bool
	// Malformed makes it one that the platform's client libraries choke on.
	Malformed bool
}

// Talk is what comes of something that somebody asked. What waits gives up as the fakes do.
type Talk interface {
	// Until waits until something has been shown in answer that ok accepts, and returns it as it stood then.
	Until(ok func(Shown) bool) Shown
	// Aside is Until for what is shown to the asker alone though they asked aloud.
	Aside(ok func(Shown) bool) Shown
	// Answer waits until what is shown is no progress any more, and returns it.
	Answer() Shown
	// Standing is all that is shown in answer now.
	Standing() []Shown
}

// Shown is something that crux shows, as people see it.
type Shown struct {
	// ID is the message's id.
	ID string
	// Private is true where only one person sees it.
	Private bool
	// Text is all that people read, without what formats it, and without the labels of Buttons.
	Text string
	// Links are where links lead, in the order of reading.
	Links []string
	// Pings are the people and groups that it calls.
	Pings []string
	// Markup is what formats it, in the platform's terms and in the order of reading.
	Markup []string
	// Buttons are the labels of the buttons that can be pressed.
	Buttons []string
}

// Run runs the suite as subtests of t. newWorld returns a new World, which ends with the
// test that it is given.
func Run(t *testing.T, newWorld func(t *testing.T) World) {
	apart := func(checks []check[World]) func(t *testing.T) {
		return func(t *testing.T) {
			for _, c := range checks {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.check(t, newWorld(t))
				})
			}
		}
	}
	t.Run("access", apart(access()))
	t.Run("nothing leaks", func(t *testing.T) {
		t.Parallel()
		nothingLeaks(t, newWorld(t))
	})
	t.Run("publishing", apart(publishing()))
	t.Run("history", apart(history()))
	// To connect takes its time, so these share one connection.
	t.Run("following", func(t *testing.T) {
		t.Parallel()
		f := follow(newWorld(t))
		for _, c := range following() {
			t.Run(c.name, func(t *testing.T) { c.check(t, f) })
		}
	})
	t.Run("answering", func(t *testing.T) {
		t.Parallel()
		w := newTown(newWorld(t))
		for _, c := range answering() {
			t.Run(c.name, func(t *testing.T) {
				w.begin()
				c.check(t, w)
			})
		}
	})
	t.Run("listing", func(t *testing.T) {
		t.Parallel()
		w := newTown(newWorld(t))
		for _, c := range listing() {
			t.Run(c.name, func(t *testing.T) {
				w.begin()
				c.check(t, w)
			})
		}
	})
	t.Run("nothing is missed", func(t *testing.T) {
		t.Parallel()
		nothingIsMissed(t, follow(newWorld(t)))
	})
	t.Run("leaving a server is told", func(t *testing.T) {
		t.Parallel()
		leavingIsTold(t, follow(newWorld(t)))
	})
	t.Run("progress gives way to the answer", func(t *testing.T) {
		t.Parallel()
		progressGivesWay(t, newTown(newWorld(t)))
	})
	t.Run("a restart is told", func(t *testing.T) {
		t.Parallel()
		restartIsTold(t, newTown(newWorld(t)))
	})
}

// check is one thing that every adapter must keep, in a place such as W.
type check[W any] struct {
	name  string
	check func(t *testing.T, w W)
}

// refused is the reason of a refusal, "" where there is no error; any other error fails the test.
func refused(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refusal, ok := errors.AsType[*bot.Refusal](err)
	if !ok {
		t.Fatalf("no refusal but %v", err)
	}
	if refusal.Reason == "" {
		t.Errorf("a refusal without a reason: %v", refusal.Err)
	}
	return refusal.Reason
}

// allowed fails the test where something that must be allowed is not.
func allowed(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: not allowed: %v", what, err)
	}
}

// forbidden fails the test where something that must be refused is not, and returns the reason.
func forbidden(t *testing.T, what string, err error) string {
	t.Helper()
	if err == nil {
		t.Errorf("%s: allowed", what)
		return ""
	}
	return refused(t, err)
}
