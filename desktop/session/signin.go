package session

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// registrationKey names the unfinished registration at the town chosen.
func (s *Session) registrationKey() string {
	town, _ := s.Portal()
	return "registration:" + string(town.Town)
}

func (s *Session) device() wire.Device {
	return wire.Device{ID: s.vault.Device(), Name: s.o.Device, Kiosk: s.o.Kiosk}
}

// noSession is the token of a cache that was opened off line: the server
// refuses it, so that its engine says that one must sign in, where no token at
// all would be answered as a visitor is.
const noSession = "hors-ligne"

// client is a client of the portal with one session's token, for as long as
// that session's cache is open: whoever signs in next has another.
func (s *Session) client(token string) (*client.Client, error) {
	if token == "" {
		token = noSession
	}
	return s.clientWith(token)
}

// anonymous is a client that nobody is signed in with.
func (s *Session) anonymous() (*client.Client, error) { return s.clientWith("") }

func (s *Session) clientWith(token string) (*client.Client, error) {
	s.mu.Lock()
	town, sure := s.town, s.sure
	s.mu.Unlock()
	if town.Town == "" {
		return nil, portal.E(portal.NotFound, "portal")
	}
	o := client.Options{Address: town.Address, Device: s.device(), Dial: s.o.Dial, Token: func() string { return token }}
	if !sure {
		// Since the last time another town may have come to this address.
		o.Town, o.Confirmed = town.Town, s.confirmed
	}
	return client.New(o)
}

// SignIn opens a session on the server and the person's sealed cache here. To
// stay is to be found signed in at the next start of the program; see MayStay.
func (s *Session) SignIn(ctx context.Context, login, password, otp string, stay bool) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	opened, err := c.SignIn(ctx, wire.SignIn{Login: login, Password: password, OTP: otp, Device: s.device()})
	if err != nil {
		if portal.CodeOf(err) == portal.NotReachable {
			s.TryNow() // the foot line is to know it as well
		}
		return err
	}
	return s.enter(opened, password, stay)
}

// enter opens the cache of a session and begins to work with it.
func (s *Session) enter(opened wire.Session, password string, stay bool) error {
	town, _ := s.Portal()
	if opened.Town != town.Town {
		return portal.E(portal.Conflict, "portal")
	}
	if err := s.open(town, opened, password, stay); err != nil {
		s.revoke(town.Town, opened.Revoke) // nobody uses it
		return err
	}
	return nil
}

func (s *Session) open(town Portal, opened wire.Session, password string, stay bool) error {
	share, err := base64.StdEncoding.DecodeString(opened.Share)
	if err != nil {
		return err
	}
	account := opened.Account
	name := strings.TrimSpace(account.FirstName + " " + account.LastName)
	sealed, err := s.release(account.ID)
	if err == nil && sealed == nil {
		if s.o.Kiosk {
			sealed, err = cache.Memory(account.ID, s.o.CacheOptions...)
		} else {
			sealed, err = s.vault.OpenOnline(town.Town, account.ID, account.Login, name, password, share, account.Kind)
		}
	}
	if err != nil {
		s.tellChanged() // nobody is signed in any more
		return err
	}
	who := Person{Account: account.ID, Name: name, Login: account.Login, Agent: account.Kind == wire.Agent}
	if err := s.begin(sealed, who, s.accessOf(opened)); err != nil {
		return err
	}
	s.mu.Lock()
	s.reopened = opened.Reopened
	s.mu.Unlock()
	if stay {
		s.stay()
	} else if err := s.leave(town.Town); err != nil {
		s.o.Log.Warn("who stayed signed in could not be forgotten", "error", err)
	}
	return nil
}

// release ends what whoever was signed in before had open, before another
// session begins: a cache has one reader, and an engine one session. On a
// public computer the cache is in memory only, so that of the same person is
// handed on with what waits in it.
func (s *Session) release(account portal.ID) (*cache.Cache, error) {
	s.mu.Lock()
	before, who := s.person, s.who
	s.person, s.who = nil, Person{}
	s.mu.Unlock()
	if before == nil {
		return nil, nil
	}
	s.revoke(before.town, before.access.Revoke)
	if s.o.Kiosk && who.Account == account {
		before.stop()
		return before.cache, nil
	}
	return nil, before.close()
}

// begin shows a sealed cache and lets it catch up.
func (s *Session) begin(sealed *cache.Cache, who Person, a access) error {
	c, err := s.client(a.Token)
	if err != nil {
		return errors.Join(err, sealed.Close())
	}
	s.sweepHeld(sealed)
	r, err := s.run(sealed, who.Account, c, false, a)
	if err != nil {
		return errors.Join(err, sealed.Close())
	}
	s.Touch()
	s.mu.Lock()
	s.person, s.who, s.ending = r, who, ""
	s.mu.Unlock()
	s.tellChanged()
	s.tellStatus()
	return nil
}

func (s *Session) run(sealed *cache.Cache, account portal.ID, c *client.Client, public bool, a access) (*running, error) {
	v := view.New(account, s.o.Clock, s.o.Dispatch)
	town, _ := s.Portal()
	r := &running{town: town.Town, cache: sealed, view: v, client: c, access: a}
	engine, err := syncing.New(syncing.Options{
		Client: c, Cache: sealed, Sink: v, Clock: s.o.Clock, Public: public, Idle: a.idle(), Dispatch: s.o.Dispatch, SignedOut: func() { s.ended(r) },
	})
	if err != nil {
		return nil, err
	}
	unobserve := engine.Observe(func(syncing.Status) { s.tellStatus() })
	r.engine, r.stop = engine, func() { unobserve(); engine.Close(); c.Close() }
	engine.Start()
	return r, nil
}

// openPublic opens the cache of the town's public feed.
func (s *Session) openPublic() error {
	town, ok := s.Portal()
	if !ok {
		return nil
	}
	var sealed *cache.Cache
	var err error
	if s.o.Kiosk {
		sealed, err = cache.Memory("", s.o.CacheOptions...)
	} else {
		sealed, err = s.vault.Public(town.Town)
		if portal.CodeOf(err) == cache.InUse {
			// Another window of this program has it open: this one reads the
			// procedures from the network.
			sealed, err = cache.Memory("", s.o.CacheOptions...)
		}
	}
	if err != nil {
		return err
	}
	c, err := s.anonymous()
	if err != nil {
		return errors.Join(err, sealed.Close())
	}
	r, err := s.run(sealed, "", c, true, access{})
	if err != nil {
		return errors.Join(err, sealed.Close())
	}
	s.mu.Lock()
	before := s.public
	s.public = r
	s.mu.Unlock()
	return before.close()
}

// Known lists who has signed in on this computer before.
func (s *Session) Known() []cache.Known {
	town, ok := s.Portal()
	if !ok || s.o.Kiosk {
		return nil
	}
	return s.vault.Accounts(town.Town)
}

// OpenOffLine opens a person's sealed cache by their password alone, for when
// the server cannot be reached. What they do waits for their next sign-in.
func (s *Session) OpenOffLine(login, password string) error {
	town, ok := s.Portal()
	if !ok {
		return portal.E(portal.NotFound, "portal")
	}
	sealed, known, err := s.vault.OpenOffline(town.Town, accounts.NormaliseLogin(login), password, s.o.Clock())
	if err != nil {
		return err
	}
	if _, err := s.release(""); err != nil {
		s.o.Log.Warn("the cache of who was signed in before did not close", "error", err)
	}
	return s.begin(sealed, Person{Account: known.Account, Name: known.Name, Login: known.Login, Agent: known.Kind == wire.Agent, OffLine: true}, access{})
}

// Unsent is what the signed-in person did that the server has not decided.
func (s *Session) Unsent() []cache.Pending {
	if c := s.sealed(); c != nil {
		return c.Outbox()
	}
	return nil
}

// Registration is an unfinished registration: what was typed, and once it was
// sent, the handle that the mailed code works with.
type Registration struct {
	Profile   accounts.Profile `json:"profile"`
	MailAgain string           `json:"mail_again"`
	Handle    string           `json:"handle,omitempty"`
}

// KeepRegistration keeps what was typed, sealed, until the account is made;
// on a public computer only as long as the window is open.
func (s *Session) KeepRegistration(r Registration) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.handle, s.typed = r.Handle, &r
	s.mu.Unlock()
	if s.o.Kiosk {
		return nil
	}
	return s.vault.PutSecret(s.registrationKey(), raw)
}

// Registration is what was kept; false when nothing was.
func (s *Session) Registration() (r Registration, found bool) {
	s.mu.Lock()
	typed := s.typed
	s.mu.Unlock()
	if typed != nil {
		return *typed, true
	}
	if s.o.Kiosk {
		return r, false
	}
	raw, err := s.vault.GetSecret(s.registrationKey())
	return r, err == nil && raw != nil && json.Unmarshal(raw, &r) == nil
}

// RegistrationLeft is what an earlier run of the program kept: the person is
// asked whether to go on with it. What was typed since is theirs already.
func (s *Session) RegistrationLeft() (Registration, bool) {
	s.mu.Lock()
	typed := s.typed != nil
	s.mu.Unlock()
	if typed {
		return Registration{}, false
	}
	return s.Registration()
}

// ForgetRegistration forgets it.
func (s *Session) ForgetRegistration() error {
	s.mu.Lock()
	s.handle, s.typed, s.live = "", nil, wire.Activation{}
	s.mu.Unlock()
	if s.o.Kiosk {
		return nil
	}
	return s.vault.DeleteSecret(s.registrationKey())
}

// Handle is that of the registration which this window, or the last run of
// this program, sent; "" when none was.
func (s *Session) Handle() string {
	s.mu.Lock()
	handle := s.handle
	s.mu.Unlock()
	if handle == "" {
		r, _ := s.Registration()
		handle = r.Handle
	}
	return handle
}

// Register asks for an account. What was typed is kept until it is activated.
func (s *Session) Register(ctx context.Context, r Registration, language string) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	profile, err := json.Marshal(r.Profile)
	if err != nil {
		return err
	}
	out, err := c.Register(ctx, wire.Registration{Profile: profile, Language: language})
	if err != nil {
		return err
	}
	r.Handle = out.Handle
	s.mu.Lock()
	s.live = wire.Activation{} // of an earlier request
	s.mu.Unlock()
	return s.KeepRegistration(r)
}

// Resend asks for a new mail.
func (s *Session) Resend(ctx context.Context) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Resend(ctx, wire.Resend{Handle: s.Handle()})
}

// OpenActivation opens the activation by the mailed code. The code works once:
// what it opened stays here until the account is made.
func (s *Session) OpenActivation(ctx context.Context, code string) (wire.Activation, error) {
	c, err := s.anonymous()
	if err != nil {
		return wire.Activation{}, err
	}
	defer c.Close()
	live, err := c.OpenActivation(ctx, wire.ActivationCode{Handle: s.Handle(), Code: code})
	if err == nil {
		s.mu.Lock()
		s.live = live
		s.mu.Unlock()
	}
	return live, err
}

// Activation is what the mailed code opened; false when none is open.
func (s *Session) Activation() (wire.Activation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live, s.live.Activation != ""
}

// closeActivation forgets a live activation that the portal knows no more.
func (s *Session) closeActivation(err error) {
	if portal.CodeOf(err) == wire.CodeExpired {
		s.mu.Lock()
		s.live = wire.Activation{}
		s.mu.Unlock()
	}
}

// LoginFree asks, within an activation, whether a login is free.
func (s *Session) LoginFree(ctx context.Context, activation, login string) (bool, error) {
	c, err := s.anonymous()
	if err != nil {
		return false, err
	}
	defer c.Close()
	out, err := c.LoginFree(ctx, wire.ActivationLogin{Activation: activation, Login: login})
	s.closeActivation(err)
	return out.Free, err
}

// Activate sets login and password and signs in at once.
func (s *Session) Activate(ctx context.Context, activation, login, password string) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	opened, err := c.Activate(ctx, wire.Activate{Activation: activation, Login: login, Password: password, Device: s.device()})
	if err != nil {
		s.closeActivation(err)
		return err
	}
	return errors.Join(s.ForgetRegistration(), s.enter(opened, password, false))
}

// SignInWindow signs in by the code that the browser showed after the
// activation by link. Without the password the cache opens on line only,
// until the next sign-in with it.
func (s *Session) SignInWindow(ctx context.Context, code string) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	opened, err := c.SignInWindow(ctx, wire.WindowCode{Handle: s.Handle(), Code: code, Device: s.device()})
	if err != nil {
		return err
	}
	return errors.Join(s.ForgetRegistration(), s.enter(opened, "", false))
}
