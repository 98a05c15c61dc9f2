package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crux/summarize"
)

// Place is where people talk: a channel, or a thread in one.
type Place struct {
	// Server is the id of the Discord server or Slack workspace, "" in direct messages.
	Server string `json:"server"`
	// Channel is the id of the channel. On Discord a thread, and thus a forum
	// post, is a channel of its own.
	Channel string `json:"channel"`
	// Thread is the id of a thread within the channel where the platform's threads
	// are no channels (Slack), else "". What is said in such a thread is said in the
	// channel too: its messages are among the channel's, and events tell of the channel alone.
	Thread string `json:"thread,omitempty"`
}

// home is the channel in which the messages of a place are kept, and of which events tell.
func (p Place) home() Place {
	p.Thread = ""
	return p
}

// Platform is what the bot needs of a chat platform. Its methods may be called
// from several goroutines. What they refuse is a *Refusal, which the asker is
// told; any other error is a fault, of which the asker is told only that.
type Platform interface {
	// Name is "discord" or "slack", as in summarize.Transcript.
	Name() string
	// MayRead returns nil only where it is proved that the user may, at this
	// moment, read the place and its history.
	MayRead(ctx context.Context, user string, p Place) error
	// AllMayRead returns nil only where it is proved that everyone who may read
	// at there may also read from and its history.
	AllMayRead(ctx context.Context, from, there Place) error
	// MayManage returns nil only where it is proved that the user may manage the channel.
	MayManage(ctx context.Context, user string, p Place) error
	// MayManageServer returns nil only where it is proved that the user may manage the whole server.
	MayManageServer(ctx context.Context, user, server string) error
	// MayWrite returns nil only where it is proved that the user may, at this moment, post in the place.
	MayWrite(ctx context.Context, user string, p Place) error
	// MayPost returns nil only where crux itself may post a report in the place.
	MayPost(ctx context.Context, p Place) error
	// Describe says what the place is. It refuses what crux can't read itself,
	// with the permission or setting that is missing and how to grant it.
	Describe(ctx context.Context, p Place) (Channel, error)
	// Threads are the places within p that are active now: the threads of a
	// channel, the posts of a forum.
	Threads(ctx context.Context, p Place) ([]Place, error)
	// History reads the messages of one place. It checks nobody's permission.
	// progress, never nil, is told how many messages have been read. Where the platform
	// lets crux read so little that the range can't be read in time, it returns what was
	// read, the newest, and a Refusal that wraps ErrThrottled.
	History(ctx context.Context, p Place, r Range, progress func(read int)) (History, error)
	// Gone are those of the messages that stand in the place no more. It is asked of
	// messages that a History should have had: where it can't be found out, they are gone.
	Gone(ctx context.Context, p Place, ids []string) ([]string, error)
	// TakeDown replaces the report in a message of crux's own by a notice that
	// says why it was taken down, with a button that asks anew where token is not "".
	TakeDown(ctx context.Context, post Post, why string) error
	// Publish posts an answer in a place for all to see, pinging nobody, and returns the id of
	// the message. The message carries the mark, by which Published finds it; posting the same
	// mark again soon may return the message that is there. An error that is a *Refusal, or wraps
	// ErrNotPosted, says that nothing was posted; after any other something may have been.
	Publish(ctx context.Context, p Place, a *Answer, mark string) (message string, err error)
	// Published is the id of crux's message in the place that carries the mark, of those
	// posted since a time; "" where it is certain that there is none.
	Published(ctx context.Context, p Place, mark string, since time.Time) (message string, err error)
	// Tell says something to one person alone, in plain words that the adapter escapes,
	// without a sound where the platform can do so. A person who can't be told is a *Refusal.
	Tell(ctx context.Context, user, server, words string) error
}

// Channel is what a place is.
type Channel struct {
	// Name is the channel's or thread's name as people see it, without a leading #.
	Name string
	// Parent is the channel of which this is a thread, "" where it is none.
	Parent string
	// Thread is true for threads and forum posts.
	Thread bool
	// Private is true for a thread that only its members see.
	Private bool
	// Container is true where messages stand in threads alone, as in a forum.
	Container bool
}

// Range says which messages of a place to read. Every bound that is set holds.
type Range struct {
	// Since and Until bound the time of posting, Since included and Until not; zero is no bound.
	Since, Until time.Time
	// From and To are the first and the last message, included; "" is no bound.
	From, To string
	// Author reads back to this person's newest message, included; "" is no bound.
	Author string
	// Last is how many messages to read at most, the newest. It is above zero.
	Last int
}

// History is a stretch of one place, without a gap.
type History struct {
	// Messages stand in order of time. Their URLs were built from ids.
	Messages []summarize.Message
	// Names are the display names of people, by id.
	Names map[string]string
	// Whole is true where every message in the range was read, false where Last cut it short.
	Whole bool
	// Total is how many messages are in the range, 0 where nobody can say without reading them.
	Total int
	// Note says in a sentence what was not read though it is in the range, "" where
	// Whole and Total say enough.
	Note string
}

// Follower is told what happens on a platform, about in the order in which it happens
// in each place: a message's latest edit and its removal count, whenever they are told. *Bot is one. Its methods return soon, save Connected.
type Follower interface {
	// Posted tells of a message, and of the display name of who wrote it. parent is
	// the channel of which p is a thread, or "".
	Posted(ctx context.Context, p Place, parent string, m summarize.Message, name string)
	// Edited tells of a message's text as it is now.
	Edited(ctx context.Context, p Place, parent string, m summarize.Message, name string)
	// Removed tells that messages are gone.
	Removed(ctx context.Context, p Place, ids ...string)
	// Closed tells that a whole channel or thread is gone, or that crux can't see it any more.
	Closed(ctx context.Context, p Place)
	// Left tells that crux is in a server no more.
	Left(ctx context.Context, server string)
	// Interrupted tells that events may be missing from now on.
	Interrupted()
	// Connected tells that events arrive again. servers are those that crux is in, nil
	// where that is not told. It reads in what was missed, which takes a while,
	// and returns then or when ctx ends; meanwhile events go on.
	Connected(ctx context.Context, servers []string)
}

// ErrGone is wrapped by the Refusal of a place that exists no more, or that crux was put
// out of, as against one of which it merely lacks some permission.
var ErrGone = errors.New("the place is gone")

// ErrThrottled is wrapped by the Refusal of a history that the platform lets crux read in small pieces only.
var ErrThrottled = errors.New("the platform lets crux read too little at a time")

// ErrLater is wrapped by the Refusal of what can't be done at the moment alone, so that it is
// tried again where nobody waits for it.
var ErrLater = errors.New("it may work later")

// ErrNotPosted says of a post that failed that nothing of it stands anywhere.
var ErrNotPosted = errors.New("nothing was posted")

// Refusal is an error that the asker is told, in words that say what to do.
type Refusal struct {
	// Reason is a sentence or two, free of any platform's markup. It may hold
	// names of channels, which the adapter escapes.
	Reason string
	// Err is what was wrong beneath, for the log; may be nil.
	Err error
}

func (r *Refusal) Error() string { return r.Reason }
func (r *Refusal) Unwrap() error { return r.Err }

// Refusef returns a Refusal with a formatted reason.
func Refusef(format string, args ...any) *Refusal {
	return &Refusal{Reason: fmt.Sprintf(format, args...)}
}

// refusal is the Refusal within err, nil where there is none.
func refusal(err error) *Refusal {
	r, _ := errors.AsType[*Refusal](err)
	return r
}
