// Package session is the program between its screens and the parts below
// them: which town hall's portal, who is signed in, what they wrote and have
// not sent. Screens call it and read its View; it calls cache, syncing and
// client. What may wait for the network takes a context and is called from a
// task; everything else answers at once.
package session

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Options of a Session.
type Options struct {
	Dir     string // the folder of caches and settings
	Keyring cache.Keyring
	Clock   portal.Clock
	Address string // of the portal, over the one remembered; "" for none
	Kiosk   bool   // nothing is left on this computer
	// Dispatch runs a function on the window's goroutine: notices come there.
	Dispatch func(func())
	Log      *slog.Logger
	Device   string // this computer's name, as its owner will read it in a list
	// Dial reaches the network; nil is the real one.
	Dial client.DialContext
	// CacheOptions are handed to the vault, for tests.
	CacheOptions []cache.Option
}

// Session is the program's state. Its methods may be called from anywhere.
type Session struct {
	o     Options
	vault *cache.Vault

	enclosing sync.Mutex // over the files of messages being written

	mu       sync.Mutex
	town     Portal
	demo     *wire.Demo
	public   *running // the town's public feed, signed out
	person   *running // whoever is signed in
	who      Person
	handle   string // of the registration this window asked for
	typed    *Registration
	live     wire.Activation // opened by the mailed code; zero when none is
	lost     lost            // a password that is being recovered
	newMail  string          // handle of a new mail address that this window asked for
	reopened bool            // signing in has undone the closing of the account
	sure     bool            // our town has answered at its address since the start
	ending   Ending          // why the last session ended, for whoever asks
	visit    *cache.Settings // on a public computer: what this visitor changed
	toEnd    []string        // there too: sessions that were left open off line
	changed  []func()
	lines    []*line

	touched  atomic.Int64 // when somebody was last at the window, microseconds
	revoking sync.Mutex   // one round of revocations at a time
}

// Portal is the town hall that this program talks to.
type Portal struct {
	Address string
	Town    portal.ID
	Name    string
}

// Person is who is signed in.
type Person struct {
	Account portal.ID
	Name    string
	Login   string
	Agent   bool
	// OffLine says that the cache was opened by the password without a
	// session: what is done waits until the person signs in on line.
	OffLine bool
}

// running is a cache with its view and, where there is a line, its engine.
type running struct {
	town   portal.ID
	cache  *cache.Cache
	view   *view.View
	engine *syncing.Engine
	client *client.Client
	stop   func()
	access access
	stays  bool // the session goes on at the next start
}

// Open reads what the last run left. It does not wait for the network.
func Open(o Options) (*Session, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	v, err := cache.OpenVault(o.Dir, o.Keyring, o.CacheOptions...)
	if err != nil {
		return nil, err
	}
	s := &Session{o: o, vault: v}
	settings := v.Settings()
	if o.Address != "" {
		base, err := client.BaseURL(o.Address)
		if err != nil {
			return nil, err
		}
		settings.Server = base
	}
	s.Touch()
	if settings.Server != "" && settings.Town != "" {
		s.town = Portal{Address: settings.Server, Town: settings.Town, Name: settings.TownName}
		if err := s.openPublic(); err != nil {
			o.Log.Warn("the public cache could not be opened", "error", err)
		}
		if err := s.goOn(); err != nil && portal.CodeOf(err) != portal.NotFound {
			o.Log.Warn("who stayed signed in has to sign in again", "error", err)
		}
	}
	return s, nil
}

// Portal is the town hall chosen; false on a first start.
func (s *Session) Portal() (Portal, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.town, s.town.Town != ""
}

// Given is the address that the program was started with, "" when none was:
// with one, the first start asks nothing.
func (s *Session) Given() string { return s.o.Address }

// Probe asks an address, as a person typed it, whether a portal is there.
func (s *Session) Probe(ctx context.Context, address string) (wire.TownInfo, string, error) {
	base, err := client.BaseURL(address)
	if err != nil {
		return wire.TownInfo{}, "", err
	}
	info, err := client.Options{Dial: s.o.Dial}.Probe(ctx, base)
	return info, base, err
}

// Choose makes a portal that was probed this program's own. Whoever is signed
// in at another town's is signed out there first.
func (s *Session) Choose(info wire.TownInfo, address string) error {
	s.mu.Lock()
	before := s.town.Town
	s.mu.Unlock()
	if before != info.ID {
		if err := s.end(context.Background(), nil, ""); err != nil {
			s.o.Log.Warn("the sign-out before another town was not clean", "error", err)
		}
	}
	settings := s.vault.Settings()
	settings.Server, settings.Town, settings.TownName = address, info.ID, info.Name
	if err := s.vault.SaveSettings(settings); err != nil {
		return err
	}
	s.mu.Lock()
	s.town, s.demo, s.sure = Portal{Address: address, Town: info.ID, Name: info.Name}, info.Demo, true
	s.mu.Unlock()
	if err := s.openPublic(); err != nil {
		return err
	}
	s.tellChanged()
	return nil
}

// Refresh asks the portal again what it says of itself: the demonstration's
// codes change each half minute.
func (s *Session) Refresh(ctx context.Context) error {
	town, ok := s.Portal()
	if !ok {
		return portal.E(portal.NotFound, "portal")
	}
	info, err := client.Options{Dial: s.o.Dial}.Probe(ctx, town.Address)
	if err != nil {
		return err
	}
	if info.ID != town.Town {
		// Another town answers at this address: nothing else has been sent there
		// (see clientWith), nor is before the person has chosen it.
		return portal.E(portal.Conflict, "portal", "name", info.Name)
	}
	s.mu.Lock()
	s.demo = info.Demo
	s.mu.Unlock()
	s.confirmed()
	return nil
}

// confirmed is told that our town answers at its address, which is kept.
func (s *Session) confirmed() {
	s.mu.Lock()
	was, town := s.sure, s.town
	s.sure = true
	s.mu.Unlock()
	if was || s.o.Address == "" {
		return
	}
	settings := s.vault.Settings()
	if settings.Server == town.Address {
		return
	}
	settings.Server = town.Address
	if err := s.vault.SaveSettings(settings); err != nil {
		s.o.Log.Warn("the portal's new address could not be kept", "error", err)
	}
}

// Demo is what a demonstration tells of its accounts; nil in earnest.
func (s *Session) Demo() *wire.Demo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.demo
}

// Kiosk reports whether this is a public computer.
func (s *Session) Kiosk() bool { return s.o.Kiosk }

// Settings of this installation; on a public computer those of the visit.
func (s *Session) Settings() cache.Settings {
	s.mu.Lock()
	visit := s.visit
	s.mu.Unlock()
	if visit != nil {
		return *visit
	}
	return s.vault.Settings()
}

// ChangeSettings changes them. What somebody changes on a public computer is
// theirs until they leave.
func (s *Session) ChangeSettings(f func(*cache.Settings)) error {
	settings := s.Settings()
	f(&settings)
	if s.o.Kiosk {
		s.mu.Lock()
		s.visit = &settings
		s.mu.Unlock()
		return nil
	}
	return s.vault.SaveSettings(settings)
}

// Person is who is signed in; false when nobody is.
func (s *Session) Person() (Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.who, s.person != nil
}

// View is what screens read: the signed-in person's, or the town's public
// one. Before a portal is chosen it is empty, never nil.
func (s *Session) View() *view.View {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.person != nil:
		return s.person.view
	case s.public != nil:
		return s.public.view
	}
	return view.New("", s.o.Clock, s.o.Dispatch)
}

// OnChange has f called on the window's goroutine when somebody signs in or
// out, or the portal changes.
func (s *Session) OnChange(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = append(s.changed, f)
}

func (s *Session) tellChanged() {
	s.mu.Lock()
	fs := append([]func(){}, s.changed...)
	s.mu.Unlock()
	s.o.Dispatch(func() {
		for _, f := range fs {
			f()
		}
	})
}

// Submit keeps what the person did, durably, and sends it as soon as there is
// a line. The note is what they read of it while it waits or when it is
// refused: Key names a text of the translations.
func (s *Session) Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error) {
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil {
		return "", portal.E(portal.Unauthorized, "")
	}
	id := portal.NewID()
	body, err := wire.NewCommand(id, kind, args, needs...)
	if err != nil {
		return "", err
	}
	_, err = p.engine.Submit(body, note)
	return id, err
}

// Undo takes back what has not been handed to the network yet; Conflict when
// it has.
func (s *Session) Undo(id portal.ID) error {
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil {
		return portal.E(portal.Unauthorized, "")
	}
	return p.engine.Undo(id)
}

// MarkRead says that the person has read of a refusal.
func (s *Session) MarkRead(id portal.ID) error {
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil {
		return portal.E(portal.Unauthorized, "")
	}
	return p.engine.MarkRead(id)
}

// Status is the truth about the line.
func (s *Session) Status() syncing.Status {
	if e := s.engine(); e != nil {
		return e.Status()
	}
	return syncing.Status{}
}

func (s *Session) engine() *syncing.Engine {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.person != nil:
		return s.person.engine
	case s.public != nil:
		return s.public.engine
	}
	return nil
}

// OnStatus has f called on the window's goroutine when the status changes,
// until it is cancelled.
func (s *Session) OnStatus(f func()) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &line{f}
	s.lines = append(s.lines, l)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		l.told = func() {} // also of what is on its way already
		s.lines = slices.DeleteFunc(slices.Clone(s.lines), func(o *line) bool { return o == l })
	}
}

// line is somebody who is told of the status.
type line struct{ told func() }

func (s *Session) tellStatus() {
	s.mu.Lock()
	lines := s.lines
	s.mu.Unlock()
	s.o.Dispatch(func() {
		for _, l := range lines {
			s.mu.Lock()
			f := l.told
			s.mu.Unlock()
			f()
		}
	})
}

// HasLine reports whether the town hall answers, as far as is known.
func (s *Session) HasLine() bool {
	state := s.Status().State
	return state == syncing.UpToDate || state == syncing.Working
}

// TryNow tries the line at once.
func (s *Session) TryNow() {
	if e := s.engine(); e != nil {
		e.TryNow()
	}
}

// Watch says that an agent looks at a request, until stop is called: a hint
// to others.
func (s *Session) Watch(request portal.ID) (stop func()) {
	if e := s.engine(); e != nil {
		return e.Watch(request)
	}
	return func() {}
}

// Keep and Kept hold small sealed things of the signed-in person: drafts,
// above all. A thing of nil is forgotten.
func (s *Session) Keep(kind, key string, thing any) error {
	c := s.sealed()
	if c == nil {
		return portal.E(portal.Unauthorized, "")
	}
	if thing == nil {
		return c.Delete(kind, key)
	}
	raw, err := json.Marshal(thing)
	if err != nil {
		return err
	}
	return c.Put(kind, key, raw)
}

// Kept reads a thing; false when there is none.
func (s *Session) Kept(kind, key string, thing any) bool {
	c := s.sealed()
	if c == nil {
		return false
	}
	raw, err := c.Get(kind, key)
	return err == nil && raw != nil && json.Unmarshal(raw, thing) == nil
}

// KeptKeys lists the keys of a kind.
func (s *Session) KeptKeys(kind string) []string {
	c := s.sealed()
	if c == nil {
		return nil
	}
	keys, err := c.Keys(kind)
	if err != nil {
		s.o.Log.Warn("drafts could not be listed", "error", err)
	}
	return keys
}

func (s *Session) sealed() *cache.Cache {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.person == nil {
		return nil
	}
	return s.person.cache
}
