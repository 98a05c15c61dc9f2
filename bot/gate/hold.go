package gate

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crux/summarize/llm"
)

// Options are what a Gate is made of. Every field is needed, save where it says otherwise.
type Options struct {
	Storage Storage
	To      Destination
	// Budget and Prices may be zero. A budget in money needs prices.
	Budget Budget
	Prices Prices
	Log    *slog.Logger
	Now    func() time.Time
	// Metrics takes the figures; nil for none.
	Metrics prometheus.Registerer
}

// Gate implements llm.Meter. Its methods may be called from several goroutines.
type Gate struct {
	o       Options
	metrics *metrics

	// mu is held while what was used is read or noted, so that a prompt which ends meanwhile is
	// counted once: as held, or as used.
	mu sync.Mutex
	// held is what the prompts that are under way may cost at most.
	held map[Account]Spent
}

// New returns a Gate.
func New(o Options) *Gate {
	return &Gate{o: o, metrics: newMetrics(o.Metrics), held: map[Account]Spent{}}
}

var _ llm.Meter = (*Gate)(nil)

// To is where messages go.
func (g *Gate) To() Destination { return g.o.To }

// Budget is what a server may use in a day.
func (g *Gate) Budget() Budget { return g.o.Budget }

// Prices are what tokens cost.
func (g *Gate) Prices() Prices { return g.o.Prices }

// Affords reports whether the budget of a whole day has room for a prompt that may cost so much.
func (g *Gate) Affords(most llm.Usage) bool { return g.o.Budget.covers(g.mostCost(most)) }

// Hold implements llm.Meter for the account of a context that For made. Whether its server consents
// is looked up each time that a prompt is sent, so that nothing goes once consent was taken back. It
// goes only where the budget has room for all that it, and those under way, may cost.
func (g *Gate) Hold(ctx context.Context, most llm.Usage) (settle func(llm.Usage), err error) {
	e, ok := errandIn(ctx)
	if !ok {
		return nil, &llm.Fault{Kind: llm.Unallowed}
	}
	allowed, err := g.Allows(ctx, e.of)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &llm.Fault{Kind: llm.Unallowed, Err: err}
	case !allowed:
		g.metrics.prompt(e.of, withoutConsent)
		return nil, &llm.Fault{Kind: llm.Unallowed}
	}
	cost := g.mostCost(most)
	if err := g.take(ctx, e.of, cost); err != nil {
		return nil, err
	}
	var once sync.Once
	return func(used llm.Usage) {
		once.Do(func() { g.settle(context.WithoutCancel(ctx), e, cost, used) })
	}, nil
}

// cost is what one prompt of a use costs.
func (g *Gate) cost(u llm.Usage) Spent { return Spent{Usage: u, Prompts: 1, USD: g.o.Prices.Of(u)} }

// mostCost is what a prompt of a use costs at most: all that it reads may be put into the vendor's cache.
func (g *Gate) mostCost(u llm.Usage) Spent {
	u.Kept = u.Input
	return g.cost(u)
}

// take holds back what a prompt may cost, or refuses it where that may be more than is left.
func (g *Gate) take(ctx context.Context, a Account, most Spent) error {
	if g.o.Budget == (Budget{}) {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	spent, err := g.today(ctx, a)
	if err != nil { // what is not known may be used up
		return &llm.Fault{Kind: llm.Exhausted, Err: err}
	}
	if !g.o.Budget.covers(spent.Add(g.held[a]).Add(most)) {
		g.metrics.prompt(a, overBudget)
		return &llm.Fault{Kind: llm.Exhausted}
	}
	g.held[a] = g.held[a].Add(most)
	return nil
}

// settle notes what a prompt did cost, and lets go of what was held back for it.
func (g *Gate) settle(ctx context.Context, e *errand, held Spent, used llm.Usage) {
	outcome := answered
	cost := g.cost(used)
	if used.Total() == 0 {
		outcome, cost.Prompts = failed, 0
	}
	g.metrics.prompt(e.of, outcome)
	g.metrics.spend(e.of, cost)
	e.add(cost)
	g.mu.Lock()
	defer g.mu.Unlock()
	if cost != (Spent{}) {
		if err := g.o.Storage.Spend(ctx, e.of, g.o.Now(), cost); err != nil {
			g.o.Log.Error("gate: use of the language model not noted", "platform", e.of.Platform, "server", e.of.Server, "tokens", used.Total(), "error", err)
		}
	}
	if g.o.Budget == (Budget{}) {
		return
	}
	left := g.held[e.of].less(held)
	if left.Prompts == 0 {
		delete(g.held, e.of)
		return
	}
	g.held[e.of] = left
}

// today is what was used today, in UTC.
func (g *Gate) today(ctx context.Context, a Account) (Spent, error) {
	days, err := g.SpentSince(ctx, a, g.o.Now())
	var sum Spent
	for _, d := range days {
		sum = sum.Add(d.Spent)
	}
	return sum, err
}
