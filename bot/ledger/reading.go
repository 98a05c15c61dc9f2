package ledger

import (
	"time"

	"crux/summarize"
)

// Reading is what an engine that can go on from what it read before found in a channel, as
// summarize.Verify left it, so that it need not read it all again. Its JSON is what a store keeps.
type Reading struct {
	// Debates are what was found.
	Debates []summarize.Debate `json:"debates"`
	// Last is the last message that was read, and Time when it was posted.
	Last string    `json:"last"`
	Time time.Time `json:"time"`
	// At is when it was read.
	At time.Time `json:"at"`
	// Origins are the messages that the debates quote, by id.
	Origins map[string]Origin `json:"origins"`
}

// Origin is where and by whom a quoted message was written.
type Origin struct {
	Author string    `json:"author"`
	Time   time.Time `json:"time,omitzero"`
}
