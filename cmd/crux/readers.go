package main

import (
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crux/bot"
	"crux/bot/gate"
	"crux/config"
	"crux/summarize"
)

// readWithin is how long a language model may take for what somebody waits for, before the embedded
// engine answers instead: well below the quarter of an hour after which a platform takes no answer.
const readWithin = 8 * time.Minute

// restFor is how long a model that is down is left alone, so that not everybody who asks waits for it.
const restFor = time.Minute

// readers makes what reads for the bot: the engine on this machine and, for servers that consent,
// the language model of the configuration, nil where there is none.
func (m makings) readers(c config.Engine, kept gate.Storage, registry prometheus.Registerer, log *slog.Logger) (summarize.Engine, *bot.Model, error) {
	own, err := m.own()
	model := newModel(c, nil)
	if err != nil || model == nil {
		return own, nil, err
	}
	g := gate.New(gate.Options{
		Storage: kept,
		To:      destination(c),
		Budget:  gate.Budget{Tokens: c.BudgetTokens, USD: c.BudgetUSD},
		Prices:  gate.Prices{Input: c.PriceInput, Cached: c.PriceCached, Output: c.PriceOutput},
		Log:     log, Now: time.Now, Metrics: registry,
	})
	engine, err := newModelEngine(c, model, own, bounds{meter: g, within: readWithin, rest: restFor}, log)
	if err != nil {
		return nil, nil, err
	}
	if least := engine.Least(); !g.Affords(least) {
		log.Warn("engine.budget_tokens or engine.budget_usd has no room for a single prompt, so that the language model is never asked",
			"tokens", least.Total(), "usd", g.Prices().Of(least))
	}
	return own, &bot.Model{Summarizer: summarize.Summarizer{Engine: engine}, Engine: c.String(), Gate: g}, nil
}

// destination is where messages go that the engine of the configuration reads.
func destination(c config.Engine) gate.Destination {
	return gate.Destination{Vendor: c.Vendor(), Model: c.Model, Named: c.Names, Private: c.IsPrivate()}
}

// workers is how many requests are worked on at once. One that waits for a model takes no processor.
func workers(c config.Engine) int {
	reading := max(1, runtime.GOMAXPROCS(0)-1)
	if c.IsModel() {
		reading += c.Concurrency
	}
	return reading
}
