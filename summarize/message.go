package summarize

import (
	"slices"
	"time"
)

// Message is one post in a channel or thread.
type Message struct {
	// ID names the message within its transcript; no other message has it.
	ID string
	// Author is the platform's id of who wrote it, "" where nobody is named.
	Author string
	// Time is when it was posted; zero where the source does not say.
	Time time.Time
	// Edited is when its text last changed; zero where it never did.
	Edited time.Time
	// Text is the text as written. Quotes are verbatim parts of it.
	Text string
	// ReplyTo is the id of the message that the platform says it replies to, "" where it says nothing.
	ReplyTo string
	// Bot is true for what programs post; engines leave such messages out.
	Bot bool
	// URL is the link to the message, "" where the source has none.
	URL string
	// Attachments are the names of the files that came with it.
	Attachments []string
}

// Transcript is a stretch of one channel, in the order in which it was posted.
type Transcript struct {
	// Platform is "discord", "slack", "forum" or "".
	Platform string
	// Channel is the channel's name, without a leading #.
	Channel string
	// Messages stand in order of time. Their ids are unique.
	Messages []Message
	// Names are the display names of people, by author id. A person without one is shown by id.
	Names map[string]string
	// Absent are the display names, by id, of people of whom nothing is read. They are never shown: they
	// are for whoever must keep them out of sight, since others may call these people by name.
	Absent map[string]string `json:"-"`
	// Gone reports of messages, by id, whether they were removed since, for whoever gives them to another
	// piece by piece; nil where none is. It may be called from several goroutines.
	Gone func(id string) bool `json:"-"`
}

// Name is the display name of a person, or the id where the transcript has no name for it.
func (t *Transcript) Name(author string) string {
	if name := t.Names[author]; name != "" {
		return name
	}
	return author
}

// newLast is t with what is new after what is not, each in order, and the index at which it begins.
func (t *Transcript) newLast(isNew func(id string) bool) (ordered *Transcript, first int) {
	known, fresh := make([]Message, 0, len(t.Messages)), []Message{}
	for _, m := range t.Messages {
		if isNew(m.ID) {
			fresh = append(fresh, m)
		} else {
			known = append(known, m)
		}
	}
	changed := *t
	changed.Messages = slices.Concat(known, fresh)
	return &changed, len(known)
}

// Within returns the transcript's messages from since (included) until until
// (excluded); a zero bound is no bound. A message without a time is kept only
// where there is no bound at all. The receiver is not changed.
func (t *Transcript) Within(since, until time.Time) *Transcript {
	if since.IsZero() && until.IsZero() {
		return t
	}
	kept := slices.DeleteFunc(slices.Clone(t.Messages), func(m Message) bool {
		early := !since.IsZero() && m.Time.Before(since)
		late := !until.IsZero() && !m.Time.Before(until)
		return m.Time.IsZero() || early || late
	})
	return t.with(kept)
}

// Last returns the transcript's last n messages; n <= 0 is no limit. The receiver is not changed.
func (t *Transcript) Last(n int) *Transcript {
	if n <= 0 || n >= len(t.Messages) {
		return t
	}
	return t.with(t.Messages[len(t.Messages)-n:])
}

func (t *Transcript) with(messages []Message) *Transcript {
	narrowed := *t
	narrowed.Messages = messages
	return &narrowed
}
