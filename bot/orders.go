package bot

import "time"

// DigestAction is what is asked of digests.
type DigestAction string

// What can be asked of digests.
const (
	DigestAdd    DigestAction = "add"
	DigestList   DigestAction = "list"
	DigestShow   DigestAction = "show"
	DigestPause  DigestAction = "pause"
	DigestResume DigestAction = "resume"
	DigestRemove DigestAction = "remove"
	DigestRun    DigestAction = "run"
)

// DigestOrder is what somebody asks of digests.
type DigestOrder struct {
	Action DigestAction `json:"action,omitempty"`
	// Number is which digest of the server, for all but DigestAdd and DigestList.
	Number int `json:"number,omitempty"`
	// From are the channels and forums that it draws on, All every watched channel that
	// everyone in To may read; without either it is the place where it is asked for.
	From []Place `json:"from,omitempty"`
	All  bool    `json:"all,omitempty"`
	// To is where it is posted, zero for where it is asked for.
	To Place `json:"to,omitzero"`
	// When is a schedule as digest.ParseSchedule reads it, Zone an IANA time zone, "" for the default.
	When string `json:"when,omitempty"`
	Zone string `json:"zone,omitempty"`
	// Parts are what it includes, empty for everything.
	Parts []DigestPart `json:"parts,omitempty"`
	// Quiet posts nothing where nothing is new, instead of a line that says so.
	Quiet bool `json:"quiet,omitempty"`
	// Dry shows the asker alone what would happen: of DigestAdd the next five times, of DigestRun the digest.
	Dry bool `json:"dry,omitempty"`
}

// DigestPart is a part of a digest.
type DigestPart string

// The parts of a digest.
const (
	PartNew     DigestPart = "new"     // newly raised objections
	PartSettled DigestPart = "settled" // newly answered, conceded or withdrawn, and by whom; and reopened
	PartOpen    DigestPart = "open"    // what stands, with its age
	PartPoints  DigestPart = "points"  // new points of each side
)

// PrivacyAction is what is asked about what crux keeps.
type PrivacyAction string

// What can be asked about what crux keeps.
const (
	ShowKept PrivacyAction = "show" // what is kept about the asker
	OptOut   PrivacyAction = "out"  // leave the asker's messages out of everything, also those to come
	OptIn    PrivacyAction = "in"   // read the asker's messages again, from now on
	Erase    PrivacyAction = "erase"
	// KeepFor sets for how long the texts of a server are kept, and ShowLog tells who changed
	// what; both for who may manage the place where they are asked for.
	KeepFor PrivacyAction = "keep"
	ShowLog PrivacyAction = "log"
	// ShowModel says what reads the server's messages, and where they would go; AllowModel lets a
	// language model read them, and ForbidModel does not: for who may manage the whole server.
	ShowModel   PrivacyAction = "model"
	AllowModel  PrivacyAction = "allow"
	ForbidModel PrivacyAction = "forbid"
)

// PrivacyOrder is what somebody asks about what crux keeps.
type PrivacyOrder struct {
	Action PrivacyAction `json:"action,omitempty"`
	// Sure confirms Erase, which asks back without it.
	Sure bool `json:"sure,omitempty"`
	// Days is for KeepFor; 0 is the default.
	Days int `json:"days,omitempty"`
	// Terms are for AllowModel: those of the destination that its asker was shown. Where they are
	// "", or not those of now, it shows them and asks back.
	Terms string `json:"terms,omitempty"`
}

// Digest is a report on what changed in some channels, posted on a schedule.
type Digest struct {
	// ID is unique in the store; Number is how people call it, unique in its server.
	ID     int64
	Server string
	Number int
	// By is who made it, and is told where it fails; "" where they are not known any more.
	By   string
	Made time.Time
	// From, All, To, When, Zone, Parts and Quiet are as in DigestOrder, and all set.
	From  []Place
	All   bool
	To    Place
	When  string
	Zone  string
	Parts []DigestPart
	Quiet bool

	Paused bool
	// Next is when it is due next, zero where it is paused or never due again.
	Next time.Time
	// Covered is up to when the ledgers' news was posted; at first it is Made.
	Covered time.Time
	// Posted is when it was last posted, zero where never.
	Posted time.Time
	// Failure is why nothing was posted at its last due time, in a sentence; "" where all went well.
	Failure string
}

// Exclusion says which of a person's messages crux may not use.
type Exclusion struct {
	Person string
	// Until is up to when, excluded; zero is all of them, also those to come.
	Until time.Time
}

// Covers reports whether a message of the person at a time is left out.
func (e Exclusion) Covers(at time.Time) bool { return e.Until.IsZero() || at.Before(e.Until) }

// Kept is how much is kept about a person, on one platform.
type Kept struct {
	// Messages are in how many Channels, the oldest of Oldest.
	Messages, Channels int
	Oldest             time.Time
	// Requests are those they made, and Posts the posted reports that rest on their words.
	Requests, Posts int
	// Objections and Corrections count the ledgers' entries that quote them or that they corrected.
	Objections, Corrections int
	// Read counts the points and objections of theirs that a language model found in followed channels.
	Read int
	// Exclusion is nil where they are not left out.
	Exclusion *Exclusion
}

// LogEntry is a change that somebody made in a server.
type LogEntry struct {
	At time.Time
	// By is "" where they are not to be named: changes of privacy are told by count.
	By string
	// What is the change in our own words, free of texts and names: "added digest 2".
	What string
	// Place is the channel concerned, zero where none is.
	Place Place
}
