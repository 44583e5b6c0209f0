package main

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parvis/shared/accounts"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/addresses"
	"parvis/syncserver/config"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/mail"
	"parvis/syncserver/particulier"
	"parvis/syncserver/payfip"
	"parvis/syncserver/scan"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// failAfter is longer than argon2 takes for an agent on a slow machine.
const failAfter = 600 * time.Millisecond

func newLog(c *config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(os.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, o))
}

// dsn is the database as store.Open takes it.
func dsn(c *config.Config) string { return c.Database.Reveal() }

// hostOptions is what serve and demo have in common.
func hostOptions(c *config.Config, log *slog.Logger, registry *prometheus.Registry) (host.Options, error) {
	renderer, err := mail.NewRenderer()
	if err != nil {
		return host.Options{}, err
	}
	smtp, err := mail.NewSMTP(mail.SettingsOf(c))
	if err != nil {
		return host.Options{}, err
	}
	var search func(ctx context.Context, text string, limit int) ([]accounts.Address, error)
	if c.AddressService != "" {
		found, err := addresses.New(c.AddressService)
		if err != nil {
			return host.Options{}, err
		}
		search = found.Search
	}
	var fund func(context.Context, quotients.Identity) (quotients.Answer, error)
	if c.FundService != "" {
		client, err := particulier.New(c.FundService, c.FundToken.Reveal(), c.FundSIRET)
		if err != nil {
			return host.Options{}, err
		}
		fund = client.Quotient
	}
	var paying service.PayFiP
	if c.PayFiPService != "" {
		if paying, err = payfip.New(c.PayFiPService, c.PayFiPPage, c.PayFiPMode); err != nil {
			return host.Options{}, err
		}
	}
	kept, err := openFiles(c)
	if err != nil {
		return host.Options{}, err
	}
	var looking func(context.Context, []byte) (string, error)
	if c.Clamd != "" {
		looking = scan.New(c.Clamd).Scan
	}
	var proxies []string
	if len(c.BehindProxy) > 0 {
		proxies = config.Strings(c.BehindProxy)
	}
	return host.Options{
		DSN: dsn(c), PublicURL: c.PublicURL, Log: log, Registry: registry, Hasher: service.NewArgon2Of(c.ArgonParallel), FailAfter: failAfter,
		TrustedProxies: proxies, Grace: c.ShutdownGrace, Addresses: search, Files: kept, Scan: looking, Fund: fund, PayFiP: paying,
		Lifetimes: map[string]service.Lifetime{
			service.HomeSession:  {Idle: c.SessionHomeIdle, Most: c.SessionHomeMax},
			service.AgentSession: {Idle: c.SessionAgentIdle, Most: c.SessionAgentMax},
			service.KioskSession: {Idle: c.SessionKioskIdle, Most: c.SessionKioskMax},
		},
		Exempt: func(address string) bool {
			ip, err := netip.ParseAddr(strings.TrimSuffix(address, "/64"))
			if err != nil {
				return false
			}
			for _, n := range c.KioskAddresses {
				if n.Contains(ip) {
					return true
				}
			}
			return false
		},
		Mail: func(ctx context.Context, st *store.Store, wake <-chan struct{}) error {
			w := &mail.Worker{Outbox: host.Mailbox{Store: st}, Transport: smtp, Renderer: renderer, Now: time.Now, Random: rand.Float64, Log: log, Wake: wake}
			w.Run(ctx)
			return nil
		},
	}, nil
}

// openFiles opens where uploaded files lie, by the settings.
func openFiles(c *config.Config) (files.Store, error) {
	if !strings.HasPrefix(c.Files, "s3") {
		return files.OpenFolder(c.Files)
	}
	place, err := files.ParsePlace(c.Files)
	if err != nil {
		return nil, err
	}
	return files.OpenS3(place, c.FilesRegion, c.FilesKey, c.FilesSecret.Reveal())
}

func serve(ctx context.Context, args []string) error {
	c, err := config.Load(config.Serve, args, os.Environ())
	if err != nil {
		return err
	}
	log := newLog(c)
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	o, err := hostOptions(c, log, registry)
	if err != nil {
		return err
	}
	if err := o.Files.Check(ctx); err != nil {
		return fmt.Errorf("files cannot be kept at %s: %w", c.Files, err)
	}
	o.Prepare = func(ctx context.Context, st *store.Store, svc *service.Service) error {
		return newTown(ctx, c, st)
	}
	if c.Database.Reveal() == "sqlite:"+c.DataDir+"/parvis.db" {
		if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
			return err
		}
	}
	h, err := host.Open(ctx, o)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil // told to stop before it was ready
	}
	if err != nil {
		return err
	}
	defer func() {
		if err := h.Close(context.WithoutCancel(ctx)); err != nil {
			log.Error("the stop was not clean", "error", err)
		}
	}()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	if cert := c.Certificate(); cert != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
	}
	if c.MetricsListen != "" {
		stop, err := serveMetrics(c, registry, log)
		if err != nil {
			return err
		}
		defer stop()
	}
	log.Info("listening", "address", c.Listen, "public", c.PublicURL, "protocol", wire.Version)
	return until(ctx, h, l)
}

// until serves until ctx ends or the listener fails.
func until(ctx context.Context, h *host.Host, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// serveMetrics answers Prometheus on an address of its own.
func serveMetrics(c *config.Config, registry *prometheus.Registry, log *slog.Logger) (stop func(), err error) {
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.MetricsToken.Empty() && subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+c.MetricsToken.Reveal())) != 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	})}
	l, err := net.Listen("tcp", c.MetricsListen)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics ended", "error", err)
		}
	}()
	return func() { _ = server.Close() }, nil
}
