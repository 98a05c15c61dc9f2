package gate

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crux/summarize/llm"
)

// Options are what a Gate is made of. Every field is needed, save where it says otherwise.
type Options struct {
	Storage Storage
	To      Destination
	// Budget and Prices may be zero.
	Budget Budget
	Prices Prices
	Log    *slog.Logger
	Now    func() time.Time
	// Metrics takes the figures; nil for none.
	Metrics prometheus.Registerer
}

// Gate implements llm.Meter. Its methods may be called from several goroutines.
type Gate struct{ o Options }

// New returns a Gate.
func New(o Options) *Gate { return &Gate{o: o} }

var _ llm.Meter = (*Gate)(nil)

// To is where messages go.
func (g *Gate) To() Destination { return g.o.To }

// Hold implements llm.Meter for the account of ctx.
func (g *Gate) Hold(ctx context.Context, most llm.Usage) (settle func(llm.Usage), err error) {
	return nil, &llm.Fault{Kind: llm.Unallowed}
}

// Allows reports whether messages of an account may go to the model.
func (g *Gate) Allows(ctx context.Context, a Account) (bool, error) { return false, nil }

// Budget is the bound of a day.
func (g *Gate) Budget() Budget { return g.o.Budget }
