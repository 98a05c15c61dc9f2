package bot

import (
	"context"
	"errors"
	"time"

	"crux/bot/gate"
	"crux/summarize"
)

// ErrNotKept is returned for what the store does not have, or not any more.
var ErrNotKept = errors.New("not kept")

// Storage is what the bot keeps. Its methods may be called from several
// goroutines and processes. All its times are in UTC.
type Storage interface {
	WatchStorage
	MessageStorage
	RequestStorage
	PostStorage
	DeliveryStorage
	LedgerStorage
	DigestStorage
	PrivacyStorage
	gate.Storage
	// Prune removes what is too old at now, and says how many rows went: messages after texts,
	// or what their server set where that is less; requests, posts, deliveries and finished runs
	// after rest; and the log, and what was used of language models, after a year. Ledgers are not its business.
	Prune(ctx context.Context, now time.Time, texts, rest time.Duration) (int, error)
	// RemoveServer removes everything that is kept about a server, save what it used of a language
	// model: a budget is not renewed by putting crux out.
	RemoveServer(ctx context.Context, platform, server string) error
	// Ping returns nil where the store can be used.
	Ping(ctx context.Context) error
}

// WatchedChannel is a channel that is followed.
type WatchedChannel struct {
	Place Place
	// By is who asked for it, At when.
	By string
	At time.Time
}

// WatchStorage keeps which channels are followed. platform is a Platform's name.
type WatchStorage interface {
	// Watch follows a channel; following it already is no error and changes nothing.
	Watch(ctx context.Context, platform string, w WatchedChannel) error
	// Unwatch stops following a channel, and removes every message and all coverage of it and
	// of its threads. It says how many messages went; ErrNotKept where it was not followed. What
	// was disowned stays so, since reports may be asked for all the same, but without what was meant.
	Unwatch(ctx context.Context, platform string, p Place) (messages int, err error)
	// Watched are the channels followed, in the order in which they were added.
	Watched(ctx context.Context, platform string) ([]WatchedChannel, error)
}

// MessageStorage keeps the messages of watched channels and their threads. Messages
// are in order of (Time, ID), ids of equal length and then by their bytes.
type MessageStorage interface {
	// PutMessages adds messages and replaces those there, save those whose Edited is
	// later than the new one's, and those that were removed before: they stay away.
	// It keeps nothing of a place that is neither watched nor a thread of a watched channel.
	// parent is the channel of which p is a thread, or "". names are the display names by author.
	PutMessages(ctx context.Context, platform string, p Place, parent string, messages []summarize.Message, names map[string]string) error
	// RemoveMessages removes messages for good, whether they were there or not.
	RemoveMessages(ctx context.Context, platform string, p Place, ids []string) error
	// RemoveBefore removes the messages of p before this one, which may come back, and says that
	// p is covered from it on.
	RemoveBefore(ctx context.Context, platform string, p Place, id string) error
	// RemovePlace removes every message and the coverage of a channel or thread, and of the threads in it.
	RemovePlace(ctx context.Context, platform string, p Place) error
	// Messages reads a range. Of a place with a Thread it reads, among the messages of the
	// channel, the thread's: the one whose id Thread is, and those that reply to it. Total is always set. ErrNotKept where the range reaches
	// further back than what is covered.
	Messages(ctx context.Context, platform string, p Place, r Range) (History, error)
	// Cover says that every message of p from this id on is kept; "" means from p's first message on.
	Cover(ctx context.Context, platform string, p Place, from string) error
	// Kept are the ids of the newest messages within what is covered of p, at most last
	// of them, oldest first. whole is true where p has no earlier ones. ErrNotKept where nothing is covered.
	Kept(ctx context.Context, platform string, p Place, last int) (ids []string, whole bool, err error)
	// ThreadsKept are the threads of a channel of which messages are kept, the one with the newest message first.
	ThreadsKept(ctx context.Context, platform string, p Place) ([]Place, error)
	// Parent is the id of the channel of which p is a thread, "" where it is none or nothing is known of p.
	Parent(ctx context.Context, platform string, p Place) (string, error)
	// Places are the channels and threads of which messages are kept.
	Places(ctx context.Context, platform string) ([]Place, error)
}

// RequestStorage keeps requests for the buttons that ask them again.
type RequestStorage interface {
	// KeepRequest keeps a request under the token.
	KeepRequest(ctx context.Context, platform, token string, r Request, at time.Time) error
	// Request is the request kept under the token, or ErrNotKept.
	Request(ctx context.Context, platform, token string) (Request, error)
	// Asked notes that somebody asked about a place.
	Asked(ctx context.Context, platform, asker string, p Place, at time.Time) error
	// LastAsked is when somebody last asked about a place, or ErrNotKept.
	LastAsked(ctx context.Context, platform, asker string, p Place) (time.Time, error)
}

// PostStorage keeps where reports stand for all to see, so that they can be taken
// down. It keeps ids alone, and no Hook.
type PostStorage interface {
	KeepPost(ctx context.Context, post Post) error
	// PostsQuoting are the posts that quote one of these messages.
	PostsQuoting(ctx context.Context, platform string, source Place, ids []string) ([]Post, error)
	// PostsFrom are the posts that quote any message of the place.
	PostsFrom(ctx context.Context, platform string, source Place) ([]Post, error)
	// PostSources are the places whose messages some post quotes.
	PostSources(ctx context.Context, platform string) ([]Place, error)
	// DropPost forgets a post, known by its place and message; one that is not there is no error.
	DropPost(ctx context.Context, post Post) error
}

// DeliveryStorage keeps what a platform delivered, by the platform's id of it, so that it is
// worked off once, though it may be delivered twice and crux may stop in between.
type DeliveryStorage interface {
	// Deliver keeps a delivery, and says whether there was none of that id before.
	Deliver(ctx context.Context, platform string, d Delivery) (first bool, err error)
	// Amend replaces the payload of a delivery that is not settled; of any other it changes nothing.
	Amend(ctx context.Context, platform, id string, payload []byte) error
	// Settle notes that a delivery was worked off, and erases its payload. Its id stays until Prune.
	Settle(ctx context.Context, platform, id string) error
	// Unsettled are the deliveries that were not worked off, in the order in which they came.
	Unsettled(ctx context.Context, platform string) ([]Delivery, error)
}

// Delivery is what a platform delivered.
type Delivery struct {
	// ID is the platform's.
	ID string
	// Payload is what is needed to work it off; only the adapter knows its form.
	Payload []byte
	// At is when it came.
	At time.Time
}
