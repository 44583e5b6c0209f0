package host

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/syncserver/store"
)

// metrics are what an administrator watches.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	batches  prometheus.Histogram
	commits  prometheus.Histogram
	did      *prometheus.CounterVec
	failed   *prometheus.CounterVec
}

func newMetrics(r *prometheus.Registry) *metrics {
	if r == nil {
		r = prometheus.NewRegistry()
	}
	m := &metrics{
		registry: r,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parvis_request_seconds", Help: "Time to answer, by route and status.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}, []string{"route", "status"}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parvis_batch_writes", Help: "Writes committed together.", Buckets: prometheus.ExponentialBuckets(1, 2, 8),
		}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parvis_commit_seconds", Help: "Time of a commit.", Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16),
		}),
		did: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_job_rows_total", Help: "What housekeeping has forgotten or projected anew, by job.",
		}, []string{"job"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_job_failures_total", Help: "Rounds of housekeeping that failed, by job.",
		}, []string{"job"}),
	}
	r.MustRegister(m.requests, m.batches, m.commits, m.did, m.failed)
	return m
}

func (m *metrics) request(route string, status int, took time.Duration) {
	if route == "" {
		route = "none" // a path that nobody made a route of must not become a label
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) batch(b store.Batch) {
	m.batches.Observe(float64(b.Jobs))
	m.commits.Observe(b.Commit.Seconds())
}

func (m *metrics) job(name string, did int64, err error) {
	m.did.WithLabelValues(name).Add(float64(did))
	failures := m.failed.WithLabelValues(name) // also without any: a rate needs a beginning
	if err != nil {
		failures.Inc()
	}
}

func (m *metrics) sockets(count func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "parvis_sockets", Help: "Desktops connected live.",
	}, func() float64 { return float64(count()) }))
}
