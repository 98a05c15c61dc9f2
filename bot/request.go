package bot

import (
	"time"

	"crux/summarize"
)

// Command is what somebody asks for.
type Command string

// The commands.
const (
	// Summary reports the debates: sides, points, objections.
	Summary Command = "summary"
	// Open reports only the objections that are still open, and what they challenge: of a watched
	// channel, where no window, topic or thread is named, what its ledger holds, the oldest first.
	Open Command = "open"
	// Mine reports the open objections to what the asker said, and the asker's own; always
	// private. Of a watched channel it is answered from the ledger, as Open is.
	Mine Command = "mine"
	// Mistaken lists the points and objections that crux takes the asker to have made, so that
	// they can say which are not theirs; always private.
	Mistaken Command = "said"
	// One shows one item of a list in full, with what can be said of it; always private.
	One Command = "one"
	// Correct takes in what the asker says of an item.
	Correct Command = "correct"
	// Answered reports what became of the objections in one message.
	Answered Command = "answered"
	// Watch, Unwatch and Watched follow a channel, stop following it, and say which are followed.
	Watch   Command = "watch"
	Unwatch Command = "unwatch"
	Watched Command = "watched"
	// Digests manages digests: Request.Digest says how.
	Digests Command = "digest"
	// Privacy says what is kept about the asker and changes it, and for managers what is
	// kept of the server: Request.Privacy says how.
	Privacy Command = "privacy"
	// Status says to who manages the server what reads there, and what that uses; always private.
	Status Command = "status"
)

// Request is what somebody asks of crux, in the words of no platform.
type Request struct {
	Command Command `json:"command"`
	// Asker is the id of who asks.
	Asker string `json:"asker"`
	// Here is where they ask, About the place they ask about; often the same.
	Here  Place `json:"here"`
	Place Place `json:"place"`
	// Also are further places that Open asks about, as under a digest that draws on several channels.
	Also []Place `json:"also,omitempty"`
	// Window is which messages of Place to read.
	Window Window `json:"window"`
	// Topic keeps only what concerns all of these words; "" keeps everything.
	Topic string `json:"topic,omitempty"`
	// Message is the message that Answered is about.
	Message string `json:"message,omitempty"`
	// Item is the Key of the item that One and Correct are about.
	Item string `json:"item,omitempty"`
	// Correction is what Correct says of it.
	Correction Correction `json:"correction,omitzero"`
	// Digest is what Digests asks for.
	Digest DigestOrder `json:"digest,omitzero"`
	// Privacy is what Privacy asks for.
	Privacy PrivacyOrder `json:"privacy,omitzero"`
	// Share asks for an answer that everyone Here sees.
	Share bool `json:"share,omitempty"`
	// Unread is what an answer about these messages said of those not read, since
	// the bound window of a button can't tell.
	Unread string `json:"unread,omitempty"`
	// Fresh reads the window's open end anew, instead of the messages of the answer before.
	Fresh bool `json:"-"`
}

// Window is a stretch of a place's messages as people ask for it. At most one of
// its fields but To is set; the zero Window is the default: a whole thread, or the last
// DefaultLast messages of a channel.
type Window struct {
	// Last is the last so many messages.
	Last int `json:"last,omitempty"`
	// Since is the messages from a time on.
	Since time.Time `json:"since,omitzero"`
	// From is the messages from this one on, included.
	From string `json:"from,omitempty"`
	// Mine is the messages since the asker's own last one, included.
	Mine bool `json:"mine,omitempty"`
	// Asked is the messages since the asker's last request about the place.
	Asked bool `json:"asked,omitempty"`
	// Whole is the whole thread.
	Whole bool `json:"whole,omitempty"`
	// To is the last message, included; "" is the newest. Requests that are kept
	// for buttons have it, so that they mean the same messages later.
	To string `json:"to,omitempty"`
}

// DefaultLast is how many messages of a channel are read where nobody says.
const DefaultLast = 500

// Answer is what the bot says to a request.
type Answer struct {
	// Request is what was answered, with its window bound to the messages that were read.
	Request Request
	// Token names Request for buttons, "" where it can't be asked again.
	Token string
	// Channel is the place that was asked about.
	Channel Channel
	// Sections are the parts of the answer, in order; most answers have one.
	Sections []Section
	// Names are the display names of people, by id.
	Names map[string]string
	// Notes are sentences that the reader should know: what was not read, what is less than asked.
	Notes []string
	// Lists are what the ledger has to say, in order; an answer has Lists or Sections or neither.
	Lists []List
	// Said is the answer of a command that reports nothing, such as Watch, in one line or
	// several; then there are no Sections. Above Lists it is a line of introduction.
	Said string
	// Offers are what the asker may do next, for buttons. They need Token.
	Offers []Offer
	// Private says why an answer that was to be shared must stay private, "" where it
	// may be shared or nobody asked.
	Private string
	// Cached is true where the same question about the same messages had been answered before.
	Cached bool

	// since is when its messages began to be read.
	since mark
	// heeded is when it was read what people disowned, zero where it was not.
	heeded time.Time
	// people are those whose words it rests on, as far as they are known.
	people []string
}

// Section is a report under a title.
type Section struct {
	// Title is "" where the answer is one report.
	Title  string
	Report *summarize.Report
	// Empty is said where the report has nothing to show, "" for the renderer's own words.
	Empty string
}

// Source is a place whose messages something rests on.
type Source struct {
	// Place has no Thread.
	Place Place `json:"place"`
	// Messages are their ids, each once.
	Messages []string `json:"messages"`
}

// Post is a message of crux's own that shows a report.
type Post struct {
	// Platform is the name of the platform.
	Platform string
	// Place and Message are where it stands.
	Place   Place
	Message string
	// Hook is what is needed to change a message that only the asker sees, "" for
	// one that everyone sees. It is never stored.
	Hook string
	// Sources are the messages that it rests on, by the place in which they stand.
	Sources []Source
	// People are the ids of those whose words it rests on.
	People []string
	// Token names the request that it answers, see Answer.Token.
	Token string
	// At is when it was posted.
	At time.Time
}
