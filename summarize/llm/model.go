package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Model answers prompts. Its methods may be called from several goroutines.
type Model interface {
	// Name is what the vendor calls the model.
	Name() string
	// Answer has the model answer. It tries again by itself where that may help, a bounded number
	// of times and for a bounded time, each time by way of Prompt.Try. Its error is a *Fault, or that
	// of ctx where ctx ended it; the Reply then says only what was used up all the same. progress,
	// never nil, is told how many bytes have come so far, thoughts of the model included; where it
	// tries again it begins anew.
	Answer(ctx context.Context, p Prompt, progress func(bytes int)) (Reply, error)
}

// Prompt is what a model is asked.
type Prompt struct {
	// System says how the model is to read; it is the same for all prompts.
	System string
	// Shared is the conversation. Prompts about the same one begin alike, so that a vendor may
	// read that from its cache; see Reused.
	Shared string
	// Ask is the task.
	Ask string
	// Repair is an earlier answer that was not usable and what was wrong with it; empty in a first prompt.
	Repair []Turn
	// Schema is what the answer must look like.
	Schema Schema
	// MostTokens bounds the answer.
	MostTokens int
	// Reused is how much of the prompt is soon to be read again.
	Reused Reuse
	// shown, where it is set, composes Shared anew once there is room for the prompt: without the
	// messages that are gone by then.
	shown func() string
	// Begin is asked before the prompt is sent, each time; see Meter.Hold. nil where nobody is to be asked.
	Begin func(ctx context.Context) (settle func(Usage), err error)
}

// Try sends a prompt once where Begin allows it, and settles what that cost. An
// error of Begin's is returned as it is; nothing is to be sent after one.
func (p Prompt) Try(ctx context.Context, send func() (Reply, error)) (reply Reply, err error) {
	if p.Begin == nil {
		return send()
	}
	settle, err := p.Begin(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer func() { settle(reply.Usage) }()
	return send()
}

// Reuse is what other prompts, sent within minutes, begin with too. They have the same schema:
// vendors put that before all else, so that a cache knows nothing again under another. Where
// nothing is reused nothing is to be kept in a cache, since most vendors charge for that.
type Reuse int

// What is reused.
const (
	NothingReused Reuse = iota
	SystemReused
	// SharedReused is the system and the conversation.
	SharedReused
)

// Spelled is the task with the schema in words, for a model whose server may not hold it to the
// schema, or holds it to it without telling it.
func (p Prompt) Spelled() string {
	return p.Ask + "\n\nAnswer with one JSON object of this schema, and nothing else:\n" + string(p.Schema.JSON)
}

// About is about what an answer of so many bytes has cost, for where the vendor does not say.
func (p Prompt) About(written int) Usage {
	read := tokensOf(p.System) + tokensOf(p.Shared) + tokensOf(p.Spelled())
	for _, turn := range p.Repair {
		read += tokensOf(turn.Answer) + tokensOf(turn.Told)
	}
	return Usage{Input: read, Output: (written + bytesPerToken - 1) / bytesPerToken}
}

// bytesPerToken is about how many bytes a token of an answer has; longer ones are usual.
const bytesPerToken = 3

// Turn is an answer of the model and what it was told of it.
type Turn struct{ Answer, Told string }

// Schema is a JSON schema under a name.
type Schema struct {
	Name string
	JSON json.RawMessage
}

// Reply is what a model answered.
type Reply struct {
	Text string
	// Cut is true where the answer ended because it became too long.
	Cut   bool
	Usage Usage
}

// Usage is what an answer cost.
type Usage struct {
	// Input are tokens read anew, Cached those read from the vendor's cache, and Output those written.
	Input, Cached, Output int
	// Kept are those of Input that were put into the vendor's cache too, for which it charges a quarter more.
	Kept int
}

// Add is the sum of both.
func (u Usage) Add(other Usage) Usage {
	return Usage{u.Input + other.Input, u.Cached + other.Cached, u.Output + other.Output, u.Kept + other.Kept}
}

// Total is how many tokens were read or written, however much they cost.
func (u Usage) Total() int { return u.Input + u.Cached + u.Output }

// Fault is why a model gave no answer.
type Fault struct {
	Kind FaultKind
	// RetryAfter is how long the vendor wants to be left alone, 0 where it does not say.
	RetryAfter time.Duration
	// Err is what is beneath, free of keys and of what was sent.
	Err error
}

// FaultKind says what was wrong.
type FaultKind string

// The kinds of fault, in the words in which people are told of them.
const (
	TimedOut    FaultKind = "the language model took too long"
	Unreachable FaultKind = "the language model could not be reached"
	Overloaded  FaultKind = "the language model had too much to do"
	Unpaid      FaultKind = "the account at the language model's vendor has no credit left"
	Denied      FaultKind = "the language model did not accept the key"
	Rejected    FaultKind = "the language model did not accept the request"
	Declined    FaultKind = "the language model declined to answer"
	Unreadable  FaultKind = "the language model's answer could not be read"
	Exhausted   FaultKind = "today's budget for the language model is used up"
	Unallowed   FaultKind = "messages of this server may not go to the language model"
)

func (f *Fault) Error() string {
	if f.Err == nil {
		return "llm: " + string(f.Kind)
	}
	return fmt.Sprintf("llm: %s: %v", f.Kind, f.Err)
}

func (f *Fault) Unwrap() error { return f.Err }

// kindOf is the kind of fault that an error is, Unreachable where it says nothing.
func kindOf(err error) FaultKind {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Kind
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return TimedOut
	}
	return Unreachable
}
