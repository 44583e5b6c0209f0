package service

import (
	"context"
	"encoding/json"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// changed writes what a person has changed of their own account, and notes in
// the audit trail that they did.
func (s *Service) changed(tx *store.Tx, a Actor, what string, change func(*store.Account, *accounts.Profile) error) error {
	account, found, err := tx.Account(a.Account)
	if err != nil || !found {
		return orElse(err, portal.E(portal.NotFound, "account"))
	}
	var p accounts.Profile
	if err := json.Unmarshal([]byte(account.Profile), &p); err != nil {
		return err
	}
	if err := change(&account, &p); err != nil {
		return err
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	account.Profile = string(raw)
	if err := tx.SaveAccount(account); err != nil {
		return err
	}
	return tx.Audit(a.Account, what, string(a.Account))
}

// changeAddress sets the postal address. Where it leaves the town, or comes
// into it, the days booked from then on have the other price.
func (s *Service) changeAddress(tx *store.Tx, a Actor, args *wire.ChangeAddress) error {
	address := accounts.Address(*args).Normalise()
	if err := address.Check("").First(); err != nil {
		return err
	}
	return s.changed(tx, a, wire.AccountAddress, func(account *store.Account, p *accounts.Profile) error {
		moved := p.Address.In(s.town.Postcode) != address.In(s.town.Postcode)
		p.Address = address
		if !moved {
			return nil // what an agent knows better stays
		}
		fixes := payer(*account)
		fixes.Resident = address.In(s.town.Postcode)
		raw, err := json.Marshal(fixes)
		account.Payer = string(raw)
		return err
	})
}

func (s *Service) changePhones(tx *store.Tx, a Actor, args *wire.ChangePhones) error {
	if err := accounts.CheckPhones(args.Mobile, args.Phone).First(); err != nil {
		return err
	}
	return s.changed(tx, a, wire.AccountPhones, func(_ *store.Account, p *accounts.Profile) error {
		p.Mobile, _ = accounts.NormalisePhone(args.Mobile)
		p.Phone, _ = accounts.NormalisePhone(args.Phone)
		return nil
	})
}

func (s *Service) changeLanguage(tx *store.Tx, a Actor, args *wire.ChangeLanguage) error {
	if wrong := accounts.CheckLanguage(args.Language); wrong != nil {
		return wrong
	}
	return s.changed(tx, a, wire.AccountLanguage, func(account *store.Account, _ *accounts.Profile) error {
		account.Language = args.Language
		return nil
	})
}

// confirmed is the actor's account, once the password has shown who is there:
// a window that was left open does not give an account away. Wrong ones are
// counted as at sign-in.
func (s *Service) confirmed(ctx context.Context, a Actor, field, password, address string) (account store.Account, err error) {
	if password == "" {
		return account, portal.E(portal.Missing, field)
	}
	var found bool
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		account, found, err = tx.Account(a.Account)
		return err
	}); err != nil || !found {
		return account, orElse(err, portal.E(portal.Unauthorized, ""))
	}
	guess, err := s.guess(ctx, loginSubject(account.Login)+":"+string(a.Device), address)
	if err != nil {
		return account, err
	}
	if len(password) > 8*accounts.PasswordMax {
		return account, portal.E(wire.WrongPassword, field)
	}
	ok, _, err := s.o.Hasher.Verify(ctx, accounts.Kind(account.Kind), password, account.Password)
	if err != nil {
		return account, s.unspent(ctx, guess, err)
	}
	if !ok {
		return account, portal.E(wire.WrongPassword, field)
	}
	return account, s.store.Write(ctx, func(tx *store.Tx) error { return s.succeeded(tx, guess) })
}

// stillSigned is nil while the actor's session lives: between the question and
// the answer somebody may have ended it.
func stillSigned(tx *store.Tx, a Actor) error {
	open, err := tx.SessionsOf(a.Account)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.ID == a.Session {
			return nil
		}
	}
	return portal.E(portal.Unauthorized, "")
}

// ChangePassword sets another password and ends all other sessions.
func (s *Service) ChangePassword(ctx context.Context, a Actor, in wire.ChangePassword, address string) (out wire.PasswordChanged, err error) {
	if in.New == "" {
		return out, portal.E(portal.Missing, "new")
	}
	account, err := s.confirmed(ctx, a, "old", in.Old, address)
	if err != nil {
		return out, err
	}
	if wrong := s.judge(account, in.New); wrong != nil {
		return out, renamed(wrong, "new")
	}
	phc, err := s.o.Hasher.Hash(ctx, accounts.Kind(account.Kind), in.New)
	if err != nil {
		return out, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := stillSigned(tx, a); err != nil {
			return err
		}
		if err := tx.EndRecoveries(a.Account); err != nil {
			return err
		}
		if err := tx.EndOtherSessions(a.Account, a.Session, tx.Now().UnixMicro()); err != nil {
			return err
		}
		device, _, err := tx.DeviceOf(a.Account, a.Device)
		if err != nil {
			return err
		}
		out.Share = device.Share
		return s.setPassword(tx, account, phc, "account.password")
	})
	return out, err
}

// renamed is an error about a field under another name.
func renamed(err error, field string) error {
	if e, ok := err.(*portal.Error); ok {
		out := *e
		out.Field = field
		return &out
	}
	return err
}

// OpenSessions lists the devices on which the actor's account is signed in.
func (s *Service) OpenSessions(ctx context.Context, a Actor) (out wire.OpenSessions, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		out.Sessions = []wire.OpenSession{}
		open, err := tx.SessionsOf(a.Account)
		now := s.o.Clock()
		for _, o := range open {
			life := s.lifetime(o.Kind)
			if now.Sub(time.UnixMicro(o.Created)) > life.Most || now.Sub(time.UnixMicro(o.Seen)) > life.Idle {
				continue
			}
			out.Sessions = append(out.Sessions, wire.OpenSession{ID: o.ID, Device: o.Name, Kind: o.Kind, Since: o.Created, Seen: o.Seen, This: o.ID == a.Session})
		}
		return err
	})
	return out, err
}

// EndSession ends the session of another device of the account. What the
// device holds then opens by the password only: it may be in other hands.
func (s *Service) EndSession(ctx context.Context, a Actor, in wire.EndSession) error {
	if in.Session == a.Session {
		return portal.E(portal.Conflict, "session")
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		open, err := tx.SessionsOf(a.Account)
		if err != nil {
			return err
		}
		for _, o := range open {
			if o.ID != in.Session {
				continue
			}
			if _, err := tx.EndSession(o.ID, tx.Now().UnixMicro()); err != nil {
				return err
			}
			if o.Device != a.Device {
				if err := tx.DropDevice(a.Account, o.Device); err != nil {
					return err
				}
			}
			return tx.Audit(a.Account, "session.end", string(a.Account))
		}
		return portal.E(portal.NotFound, "session")
	})
}
