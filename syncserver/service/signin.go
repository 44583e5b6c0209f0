package service

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// Kinds of session.
const (
	HomeSession  = "home"
	AgentSession = "agent"
	KioskSession = "kiosk"
)

// Lifetime is how long a session lives without use, and at most.
type Lifetime struct{ Idle, Most time.Duration }

// lifetimes are those of sessions whose kind Options do not name.
var lifetimes = map[string]Lifetime{
	HomeSession:  {30 * 24 * time.Hour, 90 * 24 * time.Hour},
	AgentSession: {15 * time.Minute, 8 * time.Hour},
	KioskSession: {2 * time.Minute, 30 * time.Minute},
}

func (s *Service) lifetime(kind string) Lifetime {
	if l, ok := s.o.Lifetimes[kind]; ok {
		return l
	}
	return lifetimes[kind]
}

const totpPeriod = 30

// SignIn opens a session. A wrong login, a wrong password and a second factor
// without the right password are told alike, after the same time.
func (s *Service) SignIn(ctx context.Context, in wire.SignIn, address string) (wire.Session, error) {
	started := time.Now()
	out, err := s.signIn(ctx, in, address)
	if code := portal.CodeOf(err); code == wire.BadCredentials || code == wire.OTPNeeded {
		s.waitOut(ctx, started)
	}
	return out, err
}

// waitOut waits until FailAfter has passed. Under load it may have taken
// longer: then until the next multiple, so that what it took still tells as
// good as nothing.
func (s *Service) waitOut(ctx context.Context, started time.Time) {
	if s.o.FailAfter <= 0 {
		return
	}
	rest := time.NewTimer(s.o.FailAfter - time.Since(started)%s.o.FailAfter)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
}

func (s *Service) signIn(ctx context.Context, in wire.SignIn, address string) (out wire.Session, err error) {
	if err := checkDevice(in.Device); err != nil {
		return out, err
	}
	if len(in.Password) > 8*accounts.PasswordMax || len(in.Login) > 200 || in.Login == "" || in.Password == "" || !accounts.Readable(in.Login) {
		return out, portal.E(wire.BadCredentials, "")
	}
	login := accounts.NormaliseLogin(in.Login)
	var account store.Account
	var found bool
	subject := loginSubject(login)
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		if account, found, err = tx.AccountByLogin(login); err != nil {
			return err
		}
		if found {
			// A device that has signed in before has its own count, so that no
			// stranger can lock its owner out.
			if _, known, err := tx.DeviceOf(account.ID, in.Device.ID); err != nil {
				return err
			} else if known {
				subject += ":" + string(in.Device.ID)
			}
		}
		return s.mayTry(tx, subject, address)
	})
	if err != nil {
		return out, err
	}
	guess, err := s.guess(ctx, subject, address)
	if err != nil {
		return out, err
	}
	kind, phc := accounts.Family, nobody
	if found {
		kind, phc = accounts.Kind(account.Kind), account.Password
	}
	ok, old, err := s.o.Hasher.Verify(ctx, kind, in.Password, phc)
	if err != nil {
		return out, s.unspent(ctx, guess, err)
	}
	refusal := portal.E(wire.BadCredentials, "")
	var step int64
	if ok = ok && found; ok && account.TOTP != "" {
		if step, ok = totpStep(account.TOTP, in.OTP, s.o.Clock()); !ok {
			ok = slices.Contains(store.Strings[string](account.Recovery), hashedRecovery(in.OTP))
		}
		if !ok {
			refusal = portal.E(wire.OTPNeeded, "otp")
		}
	}
	if !ok {
		// An empty second factor is the way the window asks whether one is
		// needed: it costs no try.
		if refusal.Code == wire.OTPNeeded && in.OTP == "" {
			return out, s.unspent(ctx, guess, refusal)
		}
		return out, refusal
	}
	renewed := ""
	if old {
		if renewed, err = s.o.Hasher.Hash(ctx, kind, in.Password); err != nil {
			return out, s.unspent(ctx, guess, err)
		}
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if step > 0 {
			if fresh, err := tx.UseTOTPStep(account.ID, step); err != nil || !fresh {
				return orElse(err, portal.E(wire.OTPNeeded, "otp"))
			}
		} else if account.TOTP != "" {
			if err := useRecovery(tx, account.ID, in.OTP); err != nil {
				return err
			}
		}
		if renewed != "" {
			if err := tx.SetPassword(account.ID, renewed); err != nil {
				return err
			}
		}
		if err := s.succeeded(tx, guess); err != nil {
			return err
		}
		out, err = s.openSession(tx, account, in.Device)
		return err
	})
	return out, err
}

// nobody is the hash that a login nobody has is checked against, so that it
// takes the same work. Its password is random and was never kept.
const nobody = "$argon2id$v=19$m=47104,t=1,p=1$c2Vucy1wZXJzb25uZS4uLg$DXVCTvRk0yRXpbCAgSMXOP3jM0QMm7BpEmRNh8nWZ5s"

func checkDevice(d wire.Device) error {
	if !d.ID.Valid() {
		return portal.E(portal.Invalid, "device.id")
	}
	if len(d.Name) > 100 {
		return portal.E(portal.TooLong, "device.name", "max", "100")
	}
	return nil
}

// openSession writes a session of a device and gives its secrets, once.
func (s *Service) openSession(tx *store.Tx, account store.Account, d wire.Device) (wire.Session, error) {
	device, known, err := tx.DeviceOf(account.ID, d.ID)
	if err != nil {
		return wire.Session{}, err
	}
	now := tx.Now().UnixMicro()
	if !known {
		raw, _ := base64.RawURLEncoding.DecodeString(newSecret())
		device = store.Device{Account: account.ID, Device: d.ID, Name: d.Name, Share: base64.StdEncoding.EncodeToString(raw), Created: now}
		if err := tx.InsertDevice(device); err != nil {
			return wire.Session{}, err
		}
	}
	reopened, err := s.reopenAccount(tx, account)
	if err != nil {
		return wire.Session{}, err
	}
	fixes, err := payerOf(tx, account)
	if err != nil {
		return wire.Session{}, err
	}
	kind := HomeSession
	switch {
	case account.Kind == string(accounts.Staff):
		kind = AgentSession
	case d.Kiosk:
		kind = KioskSession
	}
	token, revoker := newSecret(), newSecret()
	err = tx.InsertSession(store.Session{
		ID: s.o.IDs(), Account: account.ID, Device: d.ID, Kind: kind, Token: hashed(token), Revoker: hashed(revoker), Created: now, Seen: now,
	})
	return wire.Session{
		Token: token, Revoke: revoker,
		Lasts: int64(s.lifetime(kind).Most / time.Second), Idle: int64(s.lifetime(kind).Idle / time.Second),
		Account: accountView(account, fixes), Town: s.town.ID, Share: device.Share, Reopened: reopened,
	}, err
}

// totpStep is the time step for which a code is right, the neighbours of the
// current one included.
func totpStep(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	current := now.Unix() / totpPeriod
	for _, step := range []int64{current, current - 1, current + 1} {
		want, err := totp.GenerateCode(secret, time.Unix(step*totpPeriod, 0))
		if err == nil && same(want, code) {
			return step, true
		}
	}
	return 0, false
}

func currentCode(secret string, now time.Time) string {
	code, _ := totp.GenerateCode(secret, now)
	return code
}

// useRecovery takes a recovery code away. It looks anew, within the
// transaction: of two that come with one code, one is too late.
func useRecovery(tx *store.Tx, id portal.ID, code string) error {
	account, found, err := tx.Account(id)
	if err != nil || !found {
		return orElse(err, portal.E(wire.BadCredentials, ""))
	}
	had := store.Strings[string](account.Recovery)
	used := hashedRecovery(code)
	left := slices.DeleteFunc(slices.Clone(had), func(h string) bool { return h == used })
	if len(left) == len(had) {
		return portal.E(wire.OTPNeeded, "otp")
	}
	raw, err := json.Marshal(left)
	if err != nil {
		return err
	}
	if err := tx.SetSecondFactor(id, account.TOTP, string(raw)); err != nil {
		return err
	}
	// The factor is the same one, so its used codes stay used.
	_, err = tx.UseTOTPStep(id, account.TOTPStep)
	return err
}

// Authenticate is who holds a token, or Unauthorized. It does not keep the
// session alive: desktops ask much by themselves while nobody is there.
func (s *Service) Authenticate(ctx context.Context, token string) (a Actor, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		a, _, err = s.actorOf(tx, token)
		return err
	})
	return a, err
}

// Here keeps the actor's session alive: somebody was at the window so many
// seconds ago. Where that is nothing new, nothing is written.
func (s *Service) Here(ctx context.Context, a Actor, in wire.Here) error {
	if in.Seconds < 0 {
		return portal.E(portal.Invalid, "seconds")
	}
	most := int64(s.lifetime(HomeSession).Most / time.Second)
	return s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.SeenSession(a.Session, tx.Now().Add(-time.Duration(min(in.Seconds, most))*time.Second).UnixMicro())
	})
}

func (s *Service) actorOf(tx *store.Tx, token string) (Actor, store.Session, error) {
	session, found, err := tx.SessionByToken(hashed(token))
	if err != nil {
		return Actor{}, session, err
	}
	now, life := s.o.Clock().UnixMicro(), s.lifetime(session.Kind)
	switch {
	case !found || session.Ended > 0 || now-session.Created > life.Most.Microseconds():
		return Actor{}, session, portal.E(portal.Unauthorized, "")
	case now-session.Seen > life.Idle.Microseconds():
		return Actor{}, session, portal.E(portal.Unauthorized, "", "why", wire.WhyIdle)
	}
	account, found, err := tx.Account(session.Account)
	if err != nil || !found {
		return Actor{}, session, orElse(err, portal.E(portal.Unauthorized, ""))
	}
	return Actor{
		Account: account.ID, Session: session.ID, Device: session.Device, Name: account.FirstName + " " + account.LastName,
		Role: accounts.Role{Kind: accounts.Kind(account.Kind), Desks: store.Strings[accounts.Desk](account.Desks), Sites: store.Strings[string](account.Sites)},
	}, session, nil
}

// SignOut ends the actor's session.
func (s *Service) SignOut(ctx context.Context, a Actor) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.EndSession(a.Session, tx.Now().UnixMicro())
		return err
	})
}

// Revoke ends the session whose revocation secret this is. It answers alike
// whether there was one.
func (s *Service) Revoke(ctx context.Context, secret string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		session, found, err := tx.SessionByRevoker(hashed(secret))
		if err != nil || !found {
			return err
		}
		_, err = tx.EndSession(session.ID, tx.Now().UnixMicro())
		return err
	})
}
