package gate

import "github.com/prometheus/client_golang/prometheus"

// What became of a prompt.
const (
	answered       = "answered"
	failed         = "failed"
	overBudget     = "over_budget"
	withoutConsent = "without_consent"
)

// metrics are the gate's figures, by platform and server.
type metrics struct {
	tokens, prompts *prometheus.CounterVec
	usd             *prometheus.CounterVec
}

// newMetrics registers the figures; a nil registry takes none.
func newMetrics(registry prometheus.Registerer) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append([]string{"platform", "server"}, labels...))
		if registry != nil {
			registry.MustRegister(c)
		}
		return c
	}
	return &metrics{
		tokens:  counter("crux_model_tokens_total", "Tokens that the language model used, by kind (input, cached, output).", "kind"),
		prompts: counter("crux_model_prompts_total", "Prompts for the language model, each time that one was to be sent, by outcome (answered, or failed where that cost nothing, over_budget, without_consent); the last two were not sent.", "outcome"),
		usd:     counter("crux_model_usd_total", "US dollars that the language model cost, by the configured prices."),
	}
}

func (m *metrics) prompt(a Account, outcome string) {
	m.prompts.WithLabelValues(a.Platform, a.Server, outcome).Inc()
}

func (m *metrics) spend(a Account, s Spent) {
	for kind, n := range map[string]int{"input": s.Input, "cached": s.Cached, "output": s.Output} {
		m.tokens.WithLabelValues(a.Platform, a.Server, kind).Add(float64(n))
	}
	m.usd.WithLabelValues(a.Platform, a.Server).Add(s.USD)
}
