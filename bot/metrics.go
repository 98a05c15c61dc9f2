package bot

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the bot's figures. They count and name nobody.
type metrics struct {
	requests  *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	hits      prometheus.Counter
	ingested  prometheus.Counter
	takenDown prometheus.Counter
	digests   *prometheus.CounterVec
	late      prometheus.Histogram
	// modelTokens is of what a language model read for one request or digest.
	modelTokens *prometheus.HistogramVec
}

// newMetrics registers the figures of one platform; a nil registry takes none.
func newMetrics(registry prometheus.Registerer, platform string) *metrics {
	labels := prometheus.Labels{"platform": platform}
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "crux_requests_total", Help: "Requests answered, by command and outcome (done, refused, failed).", ConstLabels: labels,
		}, []string{"command", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "crux_request_seconds", Help: "Time from a request to its answer, waiting included.", ConstLabels: labels,
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"command"}),
		hits: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "crux_report_cache_hits_total", Help: "Reports answered from memory.", ConstLabels: labels,
		}),
		ingested: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "crux_messages_ingested_total", Help: "Messages of watched channels kept as they came.", ConstLabels: labels,
		}),
		takenDown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "crux_reports_taken_down_total", Help: "Reports taken down because a message that they quote was deleted.", ConstLabels: labels,
		}),
	}
	m.digests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "crux_digests_total", Help: "Digests that were due, by outcome (posted, nothing, refused, failed).", ConstLabels: labels,
	}, []string{"outcome"})
	m.late = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "crux_digest_late_seconds", Help: "Time from when a digest was due to when it was posted.", ConstLabels: labels,
		Buckets: []float64{1, 5, 15, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600},
	})
	m.modelTokens = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "crux_model_request_tokens", Help: "Tokens that the language model used for one reading, by command; follow is of followed channels, digests included.", ConstLabels: labels,
		Buckets: prometheus.ExponentialBuckets(500, 4, 8),
	}, []string{"command"})
	if registry != nil {
		registry.MustRegister(m.modelTokens, m.requests, m.seconds, m.hits, m.ingested, m.takenDown, m.digests, m.late)
	}
	return m
}

func (m *metrics) answered(c Command, err error, took time.Duration) {
	outcome := "done"
	if _, refused := errors.AsType[*Refusal](err); refused {
		outcome = "refused"
	} else if err != nil {
		outcome = "failed"
	}
	m.requests.WithLabelValues(string(c), outcome).Inc()
	m.seconds.WithLabelValues(string(c)).Observe(took.Seconds())
}

// digestPosted counts a digest that was posted, so late.
func (m *metrics) digestPosted(late time.Duration) {
	m.digests.WithLabelValues("posted").Inc()
	m.late.Observe(max(0, late).Seconds())
}
