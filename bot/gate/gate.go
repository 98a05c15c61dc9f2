// Package gate stands before a language model. It lets the messages of a server through only
// where one of its managers consented to where they go, and only as long as the day's budget
// lasts, and it counts what is used.
package gate

import (
	"context"
	"time"

	"crux/summarize/llm"
)

// Destination is where messages go.
type Destination struct {
	// Vendor is how people call whoever runs the model: "Anthropic", "OpenAI" or a host.
	Vendor string
	// Model is what the vendor calls the model.
	Model string
	// Named is true where people's names go too, and not handles in their place.
	Named bool
	// Private is true where the model is on the machine of whoever runs crux, or in their network.
	Private bool
}

// Terms are what is consented to: where one of them changes, consent is to be asked for anew. The
// model is none, since whoever runs it may have another at any time.
func (d Destination) Terms() string {
	if d.Named {
		return d.Vendor + ", with names"
	}
	return d.Vendor
}

// Consent is what a server's managers decided about a model; the zero Consent where nothing.
type Consent struct {
	// Terms are those of the destination that it was about.
	Terms string
	// Given is false where it was refused or taken back.
	Given bool
	// By is who decided it, "" where they are not known any more, and At when.
	By string
	At time.Time
}

// Spent is what was used.
type Spent struct {
	llm.Usage
	// Prompts is how often a prompt was sent that cost anything.
	Prompts int
	// USD is what that cost in US dollars, by the prices of the time; 0 where there were none.
	USD float64
}

// Add is the sum of both.
func (s Spent) Add(other Spent) Spent {
	return Spent{s.Usage.Add(other.Usage), s.Prompts + other.Prompts, s.USD + other.USD}
}

func (s Spent) less(other Spent) Spent {
	u, o := s.Usage, other.Usage
	return Spent{
		llm.Usage{Input: u.Input - o.Input, Cached: u.Cached - o.Cached, Output: u.Output - o.Output, Kept: u.Kept - o.Kept},
		s.Prompts - other.Prompts, s.USD - other.USD,
	}
}

// DaySpent is what was used on a day, which begins at Day, in UTC.
type DaySpent struct {
	Day time.Time
	Spent
}

// Storage keeps consents, and what was used a day. Its methods may be called from several goroutines and processes.
type Storage interface {
	// Consent is what a server decided last, the zero Consent where nothing.
	Consent(ctx context.Context, a Account) (Consent, error)
	SetConsent(ctx context.Context, a Account, c Consent) error
	// Decided are the servers of a platform that decided anything.
	Decided(ctx context.Context, platform string) (servers []string, err error)
	// Spend adds to what was used on the day of a time, in UTC.
	Spend(ctx context.Context, a Account, at time.Time, s Spent) error
	// SpentSince is what was used on each day from that of a time on, in order, without days on which nothing was.
	SpentSince(ctx context.Context, a Account, from time.Time) ([]DaySpent, error)
}

// Prices are US dollars for a million tokens.
type Prices struct{ Input, Cached, Output float64 }

// keeping is what a token costs more that is put into the vendor's cache, as a part of Input: as much
// with Anthropic as with OpenAI.
const keeping = 0.25

// Of is what a use costs.
func (p Prices) Of(u llm.Usage) float64 {
	return (p.Input*(float64(u.Input)+keeping*float64(u.Kept)) + p.Cached*float64(u.Cached) + p.Output*float64(u.Output)) / 1e6
}

// Known reports whether any price was set.
func (p Prices) Known() bool { return p != Prices{} }

// Budget bounds what a server may use in a day, in UTC; 0 is no bound.
type Budget struct {
	Tokens int
	USD    float64
}

func (b Budget) covers(s Spent) bool {
	return (b.Tokens == 0 || s.Total() <= b.Tokens) && (b.USD == 0 || s.USD <= b.USD)
}
