package bot

import (
	"context"
	"errors"
	"time"

	"crux/bot/digest"
	"crux/bot/ledger"
)

// ErrChanged is returned where somebody else changed what was read before it was written.
var ErrChanged = errors.New("changed meanwhile")

// Ledger is what is kept of the objections of one watched channel and its threads.
type Ledger struct {
	Entries []ledger.Entry `json:"entries"`
	// Points are the points seen in it, by their quotes' messages, without words.
	Points []ledger.Seen `json:"points"`
	// Read names the messages and the engine of which it was last made, see cacheKey.
	Read string `json:"read"`
	// Reading is what a language model read last of the channel; nil where none did.
	Reading *ledger.Reading `json:"reading,omitempty"`
	// To is the last message of those of which the ledger was last made, whoever read them.
	To ledger.Position `json:"to,omitzero"`
	// Degraded is what the language model did not read of them as it should have, in sentences; "" where
	// nothing. Asked is when it was last asked, and Partial how often in a row its own report lacked something.
	Degraded string    `json:"degraded,omitempty"`
	Asked    time.Time `json:"asked,omitzero"`
	Partial  int       `json:"partial,omitempty"`
	// Counts are over all entries that there ever were, without texts.
	Counts ledger.Counts `json:"counts"`
	// Version is for PutLedger; 0 is of none kept.
	Version int64 `json:"-"`
}

// LedgerStorage keeps the ledgers of watched channels, by channel. Unwatch, RemovePlace and
// RemoveServer remove them with their channels.
type LedgerStorage interface {
	// Ledger is a channel's; the zero Ledger where none is kept.
	Ledger(ctx context.Context, platform string, p Place) (Ledger, error)
	// PutLedger replaces the ledger that was read as l.Version, or returns ErrChanged. What it
	// replaces is erased as removed messages are.
	PutLedger(ctx context.Context, platform string, p Place, l Ledger) error
	// Ledgers are the channels of which a ledger is kept.
	Ledgers(ctx context.Context, platform string) ([]Place, error)
	// Disown keeps what somebody said is not theirs, in place of what they said of the same words before.
	Disown(ctx context.Context, platform string, p Place, d ledger.Disowned) error
	// Disowned are what was disowned in a channel and its threads.
	Disowned(ctx context.Context, platform string, p Place) ([]ledger.Disowned, error)
}

// DigestStorage keeps digests and their runs.
type DigestStorage interface {
	digest.Storage
	// AddDigest keeps a new digest, and returns it with its ID and the lowest free Number.
	AddDigest(ctx context.Context, platform string, d Digest) (Digest, error)
	// Digests are those of a server, by Number; of all servers where server is "".
	Digests(ctx context.Context, platform, server string) ([]Digest, error)
	// Digest is the one of a number, or ErrNotKept; DigestOf the one of an ID.
	Digest(ctx context.Context, platform, server string, number int) (Digest, error)
	DigestOf(ctx context.Context, id int64) (Digest, error)
	// PauseDigest sets Paused and Next, which ends no run that has begun.
	PauseDigest(ctx context.Context, id int64, paused bool, next time.Time) error
	// ResetDigest sets the Next of a digest that was read as d, unless it was paused, resumed, posted or removed meanwhile.
	ResetDigest(ctx context.Context, d Digest, next time.Time) error
	// RemoveDigest removes a digest and its runs. Where a run may have been posted, nobody sees the
	// digest any more, and it goes when that run ends.
	RemoveDigest(ctx context.Context, id int64) error
}

// PrivacyStorage keeps what people and servers decided about what is kept.
type PrivacyStorage interface {
	// Exclude leaves a person's messages out: those that the exclusion covers are removed at
	// once, and PutMessages passes over them from now on. It replaces an earlier one.
	Exclude(ctx context.Context, platform string, e Exclusion) (messages int, err error)
	// Exclusions are all of a platform.
	Exclusions(ctx context.Context, platform string) ([]Exclusion, error)
	// KeptAbout counts what is kept about a person.
	KeptAbout(ctx context.Context, platform, person string) (KeptRows, error)
	// RemovePerson removes a person's messages, requests and names, and takes their name off
	// digests, watched channels, consents and the log. It says how many rows went of each. Posts stay, since they are to be taken down first.
	RemovePerson(ctx context.Context, platform, person string) (KeptRows, error)
	// PostsAbout are the posts that rest on a person's words.
	PostsAbout(ctx context.Context, platform, person string) ([]Post, error)

	// Retention is for how long the texts of a server are kept, 0 where it set nothing.
	Retention(ctx context.Context, platform, server string) (time.Duration, error)
	SetRetention(ctx context.Context, platform, server string, d time.Duration) error

	// Log notes a change in a server, and Changes are the newest n, the newest first.
	Log(ctx context.Context, platform, server string, e LogEntry) error
	Changes(ctx context.Context, platform, server string, n int) ([]LogEntry, error)
}

// KeptRows counts rows about a person.
type KeptRows struct {
	Messages, Channels int
	Oldest             time.Time
	Requests, Posts    int
	// Disowned counts what the person disowned or worded anew, in channels that are followed or not.
	Disowned int
}
