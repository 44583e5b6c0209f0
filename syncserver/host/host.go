// Package host puts a running server together: store, service, sockets, mail
// and jobs, started and stopped in a stated order. serve, demo and the tests
// with real processes all run this one.
package host

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/files"
	"parvis/syncserver/httpapi"
	"parvis/syncserver/live"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// Options of a Host.
type Options struct {
	DSN            string // as store.Open takes it
	PublicURL      string
	Log            *slog.Logger
	Clock          portal.Clock
	IDs            portal.IDs
	Hasher         service.Hasher
	FailAfter      time.Duration // as service.Options has it
	Demo           *wire.Demo
	StartingCredit portal.Money
	Lifetimes      map[string]service.Lifetime // as service.Options has it
	Exempt         func(address string) bool
	Addresses      func(ctx context.Context, text string, limit int) ([]accounts.Address, error) // as service.Options has it
	TrustedProxies []string
	Registry       *prometheus.Registry
	// Mail sends what waits in the outbox of mails until ctx ends; wake is
	// told after each commit. Nil leaves mails waiting.
	Mail func(ctx context.Context, st *store.Store, wake <-chan struct{}) error
	// Prepare runs on the migrated and started store before anybody is
	// answered: the demo seeds its town here.
	Prepare func(ctx context.Context, st *store.Store, svc *service.Service) error
	// Mails is as httpapi.Options has it.
	Mails func() []wire.DemoMail
	Grace time.Duration
	// Files is as service.Options has it. The settings' own folder of files is
	// for whoever opens the host to make.
	Files files.Store
	// Scan looks for viruses in a document; nil where the town has no scanner.
	Scan func(ctx context.Context, data []byte) (found string, err error)
	// Fund is as service.Options has it.
	Fund func(ctx context.Context, who quotients.Identity) (quotients.Answer, error)
	// PayFiP is as service.Options has it.
	PayFiP service.PayFiP
}

// Host is a running server.
type Host struct {
	Store   *store.Store
	Service *service.Service
	Hub     *live.Hub
	Handler http.Handler

	o       Options
	metrics *metrics
	http    *http.Server
	stop    context.CancelFunc
	running sync.WaitGroup
	closed  sync.Once
}

// Open migrates and starts everything but the listening.
func Open(ctx context.Context, o Options) (*Host, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Hasher == nil {
		o.Hasher = service.NewArgon2()
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
	m := newMetrics(o.Registry)
	h := &Host{o: o, metrics: m}
	h.Service = service.New(service.Options{
		Clock: o.Clock, IDs: o.IDs, Hasher: o.Hasher, FailAfter: o.FailAfter, Demo: o.Demo, Exempt: o.Exempt, StartingCredit: o.StartingCredit, Lifetimes: o.Lifetimes,
		Files: o.Files, Scanning: o.Scan != nil, Fund: o.Fund, PayFiP: o.PayFiP,
		PublicURL: func() string { return o.PublicURL }, Addresses: o.Addresses, Warn: func(what string, err error) { o.Log.Warn(what, "error", err) },
	})
	var err error
	h.Store, err = store.Open(ctx, store.Options{DSN: o.DSN, Clock: o.Clock, Project: h.Service.Project, Projection: service.Projection, Logger: o.Log, Observe: m.batch})
	if err != nil {
		return nil, err
	}
	abandon := func(err error) (*Host, error) { return nil, errors.Join(err, h.Store.Close(ctx)) }
	if err := h.Store.Migrate(ctx); err != nil {
		return abandon(err)
	}
	if err := h.Store.Start(ctx); err != nil {
		return abandon(err)
	}
	if o.Prepare != nil {
		if err := o.Prepare(ctx, h.Store, h.Service); err != nil {
			return abandon(err)
		}
	}
	if err := h.Service.Bind(ctx, h.Store); err != nil {
		return abandon(err)
	}
	if err := h.Service.TellOptions(ctx); err != nil {
		return abandon(err)
	}
	h.Hub = live.New(h.Store, o.Clock, o.Log)
	server, err := httpapi.New(httpapi.Options{
		Service: h.Service, Hub: h.Hub, Log: o.Log, Clock: o.Clock, Ready: h.Store.Ping, TrustedProxies: o.TrustedProxies, Metrics: m.request,
		Mails: o.Mails,
	})
	if err != nil {
		return abandon(err)
	}
	if h.Handler, err = server.Handler(); err != nil {
		return abandon(err)
	}
	h.http = &http.Server{
		Handler: h.Handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	if err := h.Hub.Prime(ctx); err != nil {
		stop()
		return abandon(err)
	}
	h.background(background, "sockets", h.Hub.Run)
	h.background(background, "jobs", h.jobs)
	h.background(background, "projection", h.renew)
	if o.Mail != nil {
		wake, ended := h.Store.Wake()
		h.background(background, "mail", func(ctx context.Context) error {
			defer ended()
			return o.Mail(ctx, h.Store, wake)
		})
	}
	if o.Scan != nil && o.Files != nil {
		wake, ended := h.Store.Wake()
		h.background(background, "scans", func(ctx context.Context) error {
			defer ended()
			h.scans(ctx, wake)
			return nil
		})
	}
	if o.Fund != nil {
		wake, ended := h.Store.Wake()
		h.background(background, "fund", func(ctx context.Context) error {
			defer ended()
			h.fund(ctx, wake)
			return nil
		})
	}
	if o.PayFiP != nil {
		wake, ended := h.Store.Wake()
		h.background(background, "payments", func(ctx context.Context) error {
			defer ended()
			h.payments(ctx, wake)
			return nil
		})
	}
	m.sockets(h.Hub.Count)
	return h, nil
}

func (h *Host) background(ctx context.Context, what string, f func(context.Context) error) {
	h.running.Add(1)
	go func() {
		defer h.running.Done()
		if err := f(ctx); err != nil && ctx.Err() == nil {
			h.o.Log.Error("a part of the server ended", "part", what, "error", err)
		}
	}()
}

// Serve answers on a listener until Close.
func (h *Host) Serve(l net.Listener) error {
	if err := h.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close stops in this order: the sockets are told to come back at a random
// moment, the listener closes and requests under way are answered, sockets,
// jobs and mail end, and last the writer drains and the database closes. What
// takes longer than the grace is cut off; the database is closed all the same.
func (h *Host) Close(ctx context.Context) error {
	var err error
	h.closed.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, h.o.Grace)
		defer cancel()
		h.Hub.Restart(func() time.Duration { return rand.N(5 * time.Second) })
		if stopped := h.http.Shutdown(ctx); stopped != nil {
			err = errors.Join(err, stopped, h.http.Close())
		}
		h.stop()
		h.running.Wait()
		h.Hub.Wait(ctx)
		err = errors.Join(err, h.Store.Close(context.WithoutCancel(ctx)))
	})
	return err
}
