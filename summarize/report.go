package summarize

import (
	"encoding/json"
	"time"
)

// Schema names the shape of a Report; it changes when a field's name or meaning does.
const Schema = "crux.report/v1"

// Report is what crux says of a window of a channel. Its JSON is a contract:
// lists are never null, and every surface draws from it and from nothing else.
type Report struct {
	Schema  string     `json:"schema"`
	Engine  EngineInfo `json:"engine"`
	Window  Window     `json:"window"`
	Debates []Debate   `json:"debates"`
}

// EngineInfo says who made the report.
type EngineInfo struct {
	Name  string `json:"name"`
	Model string `json:"model"`
	// Degraded says in a sentence why another engine than the configured one
	// answered or what was left out; "" when nothing was.
	Degraded string `json:"degraded"`
}

// Window is the stretch that was read. From and To are the times of its first
// and last message, zero where no message has a time.
type Window struct {
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Messages int       `json:"messages"`
	People   int       `json:"people"`
}

// Debate is one contested question and what was said about it.
type Debate struct {
	// ID stays the same over runs and when later messages arrive.
	ID string `json:"id"`
	// Question is the contested question, in one sentence.
	Question string `json:"question"`
	// Messages are the ids of the messages that belong to the debate, in order of time.
	Messages []string `json:"messages"`
	Sides    []Side   `json:"sides"`
	// Neutral are the people who took part and took no side.
	Neutral []string `json:"neutral"`
	// Points stand in order of weight, the heaviest first.
	Points     []Point     `json:"points"`
	Objections []Objection `json:"objections"`
	Agreements []Agreement `json:"agreements"`
	Stats      Stats       `json:"stats"`
}

// Side is a position on the question, and who holds it.
type Side struct {
	ID      string   `json:"id"`
	Label   string   `json:"label"`
	Members []string `json:"members"`
}

// SideID names a side of its debate; "" is no side and null in JSON.
type SideID string

// MarshalJSON writes no side as null.
func (s SideID) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(s))
}

// Point is a side's claim with its grounds.
type Point struct {
	ID string `json:"id"`
	// Side is "" where nobody is named in the source.
	Side   SideID   `json:"side"`
	By     []string `json:"by"`
	Gist   string   `json:"gist"`
	Quotes []Quote  `json:"quotes"`
}

// Quote is a verbatim part of a message.
type Quote struct {
	Message string `json:"message"`
	Text    string `json:"text"`
	// URL is the link to the message, "" where the source has none. Verify sets
	// it; what an engine writes here is not kept.
	URL string `json:"url"`
}

// Objection is a challenge to something that another side said.
type Objection struct {
	ID string `json:"id"`
	// Side is "" where a neutral person raised it.
	Side SideID   `json:"side"`
	By   []string `json:"by"`
	Gist string   `json:"gist"`
	// Target is the id of the point, objection or side that it challenges, "" where the engine can't tell.
	Target string  `json:"target"`
	Quotes []Quote `json:"quotes"`
	Status Status  `json:"status"`
	// Responses justify the status, the best first.
	Responses []Response `json:"responses"`
	// Confidence is the probability, in 0..1, that open-or-closed is judged right.
	Confidence float64 `json:"confidence"`
	// Uncertain is true where Confidence is too low to state the status without a warning.
	Uncertain bool `json:"uncertain"`
	// Raised is when it was first put.
	Raised time.Time `json:"raised,omitzero"`
}

// Status says what became of an objection by the end of the window, judged on substance and not on tone.
type Status string

// The statuses. Where two fit, the first of withdrawn, conceded, answered, acknowledged holds.
const (
	// Unanswered: nobody replied to its substance.
	Unanswered Status = "unanswered"
	// Acknowledged: the challenged side noticed it and called it open, or promised to look.
	Acknowledged Status = "acknowledged"
	// Answered: someone on another side replied to its substance, rightly or wrongly.
	Answered Status = "answered"
	// Conceded: the challenged side granted it.
	Conceded Status = "conceded"
	// Withdrawn: whoever raised it took it back or was satisfied.
	Withdrawn Status = "withdrawn"
)

// Open reports whether readers are told that the objection still stands.
func (s Status) Open() bool { return s == Unanswered || s == Acknowledged }

// Response is the verbatim part of a message that answers, concedes, defers or withdraws an objection.
type Response struct {
	Quote
	Kind ResponseKind `json:"kind"`
}

// ResponseKind says what a response does to the objection.
type ResponseKind string

// The kinds of response, one for each status but Unanswered.
const (
	Answer     ResponseKind = "answer"
	Concession ResponseKind = "concession"
	Deferral   ResponseKind = "deferral"
	Withdrawal ResponseKind = "withdrawal"
)

// Agreement is what more than one side accepts.
type Agreement struct {
	Gist   string  `json:"gist"`
	Quotes []Quote `json:"quotes"`
}

// Stats counts a debate's messages and the people who wrote them.
type Stats struct {
	Messages int `json:"messages"`
	People   int `json:"people"`
}
