// Package service holds the use cases of the server: it authorises, loads,
// applies the shared rule, saves, and says what the feeds must tell. Rights
// are checked here and nowhere else. It knows the store and shared/*, nothing
// of HTTP, and does no I/O but through the store.
package service

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/appointments"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/files"
	"parvis/syncserver/store"
)

// Options of a Service.
type Options struct {
	Clock portal.Clock
	IDs   portal.IDs
	// Hasher makes and checks passwords; a simulation gives a cheap one.
	Hasher Hasher
	// FailAfter is when a failed sign-in is answered, whatever it took: the time
	// tells nothing of whether the login exists or whose it is. It must be
	// longer than the slowest check of a password.
	FailAfter time.Duration
	// Demo opens what only a demonstration may: the accounts it lists are
	// told to anybody.
	Demo *wire.Demo
	// PublicURL is the address of this server as browsers reach it.
	PublicURL func() string
	// StartingCredit is on every new prepaid account; only a demonstration has one.
	StartingCredit portal.Money
	// Lifetimes of sessions by kind, where they are not the usual ones.
	Lifetimes map[string]Lifetime
	// Addresses finds postal addresses that begin so; nil where the town has no
	// such service.
	Addresses func(ctx context.Context, text string, limit int) ([]accounts.Address, error)
	// Warn tells the log of an outside service that fails.
	Warn func(what string, err error)
	// Exempt addresses are not throttled by address: the town's own kiosks.
	Exempt func(address string) bool
	// Files keeps the bytes of documents; nil where there is no place for them,
	// and none can be sent.
	Files files.Store
	// Scanning says that somebody looks for viruses in them.
	Scanning bool
	// Fund asks the family fund for a person's quotient; nil where the town may
	// not. An error of its that matters is a *quotients.Trouble.
	Fund func(ctx context.Context, who quotients.Identity) (quotients.Answer, error)
	// PayFiP is by whom accounts are topped up; nil where the town takes no
	// payments on line.
	PayFiP PayFiP
}

// Service is the one object that the HTTP layer calls.
type Service struct {
	store *store.Store
	o     Options

	mu    sync.Mutex
	known *townFacts

	asking    asking // of the address service
	searching asking // over the town

	// town is told to anybody; it does not change while the server runs.
	town wire.Town

	inspecting chan struct{} // see inspect

	closedAtOnce int // closedAtOnce, but for tests
}

// New makes a service. Bind gives it its store, whose projections it makes.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.IDs == nil {
		o.IDs = portal.NewID
	}
	if o.Exempt == nil {
		o.Exempt = func(string) bool { return false }
	}
	if o.Warn == nil {
		o.Warn = func(string, error) {}
	}
	return &Service{o: o, inspecting: make(chan struct{}, inspectAtOnce), closedAtOnce: closedAtOnce}
}

// Bind ties the service to a store that was opened with its Project method.
func (s *Service) Bind(ctx context.Context, st *store.Store) error {
	s.store = st
	return st.Read(ctx, func(tx *store.Tx) error {
		facts, err := tx.Facts(wire.Towns)
		if err != nil || len(facts) == 0 {
			return err
		}
		return json.Unmarshal(facts[0].Body, &s.town)
	})
}

// Town is what the portal says of itself.
func (s *Service) Town() wire.TownInfo {
	return wire.TownInfo{Portal: "parvis", ID: s.town.ID, Name: s.town.Name, Protocol: wire.Version, Demo: s.demo()}
}

// demo is the demonstration's accounts with the codes of this half minute.
func (s *Service) demo() *wire.Demo {
	if s.o.Demo == nil {
		return nil
	}
	d := *s.o.Demo
	d.Accounts = append([]wire.DemoAccount(nil), d.Accounts...)
	for i, a := range d.Accounts {
		if a.OTP != "" {
			d.Accounts[i].OTP = currentCode(a.OTP, s.o.Clock())
		}
	}
	return &d
}

// Actor is who does something: a session's account with its rights. The zero
// Actor is somebody signed out.
type Actor struct {
	Account portal.ID
	Session portal.ID
	Device  portal.ID
	Name    string
	Role    accounts.Role
}

// Live reports whether the actor is signed in.
func (a Actor) Live() bool { return a.Account != "" }

// Commands judges and applies commands of an actor's outbox.
func (s *Service) Commands(ctx context.Context, a Actor, batch wire.SendCommands, received time.Time) (wire.CommandResults, error) {
	switch {
	case !a.Live():
		return wire.CommandResults{}, portal.E(portal.Unauthorized, "")
	case !batch.Outbox.Valid():
		return wire.CommandResults{}, portal.E(portal.Invalid, "outbox")
	case len(batch.Commands) == 0:
		return wire.CommandResults{}, portal.E(portal.Missing, "commands")
	case len(batch.Commands) > wire.MaxBatch:
		return wire.CommandResults{}, portal.E(portal.TooLong, "commands", "max", strconv.Itoa(wire.MaxBatch))
	}
	return s.store.Apply(ctx, a.Account, batch.Outbox, batch.Commands, received, func(tx *store.Tx, c wire.Command, args any) error {
		return s.execute(tx, a, c, args)
	})
}

// Pull answers what has changed for an actor, the signed-out one included.
func (s *Service) Pull(ctx context.Context, a Actor, q wire.Pull) (wire.PullPage, error) {
	page, err := s.store.Pull(ctx, q, a.Account, func(tx *store.Tx) ([]string, error) { return s.Feeds(tx, a) })
	page.Time = s.o.Clock().UnixMicro()
	return page, err
}

// FeedsBy is the names of the feeds that whoever holds a token may read now,
// or Unauthorized.
func (s *Service) FeedsBy(ctx context.Context, token string) (feeds []string, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		a, _, err := s.actorOf(tx, token)
		if err != nil {
			return err
		}
		feeds, err = s.Feeds(tx, a)
		return err
	})
	return feeds, err
}

// MayWatch reports whether an actor may be told who else looks at a request:
// an agent of its desk.
func (s *Service) MayWatch(ctx context.Context, a Actor, request portal.ID) (may bool) {
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		r, found, err := tx.Request(request)
		may = err == nil && found && a.mustReach(r.Desk) == nil
		return err
	})
	return may && err == nil
}

// townFacts is what the rules need of the town, decoded once for each change.
type townFacts struct {
	version    string
	activities map[portal.ID]activity
	procedures map[string]*requests.Procedure
	formers    map[portal.ID]former
	kinds      documents.Kinds
	ordered    []portal.ID
	visits     map[portal.ID]appointments.Service
	// visitsClosed is when services are closed although their hours say otherwise.
	visitsClosed []appointments.Closure
	rules
}

// Facts writes a fact of the town.
func (s *Service) Facts(ctx context.Context, f func(tx *store.Tx) error) error {
	return s.store.Write(ctx, f)
}
