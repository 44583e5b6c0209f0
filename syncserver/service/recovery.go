package service

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

const (
	resetLinkLife = time.Hour
	codesADay     = 3
	// spareMail is how long a mail keeps the next away once the day's codes are
	// used up: as long as its link lives, so that whoever is asked for too often
	// by a stranger always has one that works.
	spareMail = resetLinkLife
)

// RecoverLogin sends a family its login. Whether an address is anybody's is
// told by nothing but the mail: not by the answer, nor by the time it takes.
// Agents ask the administrator.
func (s *Service) RecoverLogin(ctx context.Context, in wire.RecoverLogin, address string) error {
	key, ok := accounts.NormaliseMail(in.Mail)
	switch {
	case key == "":
		return portal.E(portal.Missing, "mail")
	case !ok:
		return portal.E(accounts.BadMail, "mail")
	}
	return s.evenly(ctx, func() error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			if err := s.mayRecover(tx, address); err != nil {
				return err
			}
			account, found, err := tx.AccountByMail(wire.Family, key)
			if err != nil {
				return err
			}
			_, send, err := recoveryMail(tx, "reminder:", account.ID, key)
			if err != nil || !found || !send {
				return err
			}
			return s.post(tx, account.MailKey, mail.LoginReminder, account.Language, mail.Data{Name: account.FirstName, Login: account.Login, Link: s.o.PublicURL()})
		})
	})
}

// RecoverPassword notes a wish for a new password and sends a family the link
// and the code for it; in answer, time and body all are alike, as in
// RecoverLogin. It works while wrong passwords keep sign-in blocked.
func (s *Service) RecoverPassword(ctx context.Context, in wire.RecoverPassword, address string) (out wire.Recovery, err error) {
	who := strings.TrimSpace(in.Who)
	switch {
	case who == "":
		return out, portal.E(portal.Missing, "who")
	case len(who) > accounts.MailMax:
		return out, portal.E(portal.TooLong, "who", "max", strconv.Itoa(accounts.MailMax))
	case !accounts.Readable(who):
		return out, portal.E(portal.Invalid, "who")
	}
	handle := newSecret()
	err = s.evenly(ctx, func() error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			if err := s.mayRecover(tx, address); err != nil {
				return err
			}
			account, found, err := familyNamed(tx, who)
			if err != nil {
				return err
			}
			link, code, now := newSecret(), newDigits(codeDigits), tx.Now()
			r := store.Recovery{
				ID: s.o.IDs(), Account: account.ID, Handle: hashed(handle), Link: hashed(link), LinkUntil: now.Add(resetLinkLife).UnixMicro(),
				CodeUntil: now.Add(codeLife).UnixMicro(), Created: now.UnixMicro(),
			}
			r.Code = hashedCode(r.ID, code)
			withCode, send, err := recoveryMail(tx, "recovery:", account.ID, strings.ToLower(who))
			if err != nil {
				return err
			}
			if !withCode {
				// No code opens it, whoever guesses: they would have five tries each.
				code, r.Code = "", hashed(newSecret())
			}
			if err := tx.SaveRecovery(r); err != nil || !found || !send {
				return err
			}
			return s.post(tx, account.MailKey, mail.PasswordReset, account.Language, mail.Data{Code: code, Link: s.o.PublicURL() + wire.PageReset + "?r=" + link})
		})
	})
	if err != nil {
		return out, err
	}
	return wire.Recovery{Handle: handle}, nil
}

// mayRecover is Throttled while an address must wait. Its count is apart from
// that of failed sign-ins: who has run out of those comes here.
func (s *Service) mayRecover(tx *store.Tx, address string) error {
	if s.o.Exempt(address) {
		return nil
	}
	apart := "recovery:" + address
	if err := s.mayTry(tx, "recoveries", apart); err != nil {
		return err
	}
	return spend(tx, apart)
}

// familyNamed finds a family's account by its mail address or its login; an
// agent's is none.
func familyNamed(tx *store.Tx, who string) (store.Account, bool, error) {
	if key, ok := accounts.NormaliseMail(who); ok {
		return tx.AccountByMail(wire.Family, key)
	}
	a, found, err := tx.AccountByLogin(accounts.NormaliseLogin(who))
	if err != nil || !found || a.Kind != wire.Family {
		return store.Account{}, false, err
	}
	return a, true, nil
}

// recoveryMail counts a mail of a kind to an account and says whether it may
// be sent, and with a code: three a day are, and then one an hour without. A
// name that nobody has is counted like an account.
func recoveryMail(tx *store.Tx, kind string, account portal.ID, typed string) (code, send bool, err error) {
	subject := kind + hashed(typed)
	if account != "" {
		subject = kind + string(account)
	}
	t, err := tx.ThrottleOf(subject)
	if err != nil {
		return false, false, err
	}
	now := tx.Now()
	if t.Seen <= now.Add(-24*time.Hour).UnixMicro() {
		t.Seen, t.Failures = now.UnixMicro(), 0
	}
	t.Failures++
	code = t.Failures <= codesADay
	if send = code || t.Until <= now.UnixMicro(); send {
		t.Until = now.Add(spareMail).UnixMicro()
	}
	return code, send, tx.SaveThrottle(t)
}

// OpenRecovery opens a reset by the mailed code, in the window whose handle
// this is.
func (s *Service) OpenRecovery(ctx context.Context, in wire.RecoveryCode) (out wire.Reset, err error) {
	wrong := (*portal.Error)(nil)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		wrong = nil
		r, found, err := tx.RecoveryBy(store.ByHandle, hashed(in.Handle))
		if err != nil {
			return err
		}
		now := tx.Now()
		if !found || r.Code == "" || r.CodeUntil <= now.UnixMicro() || r.CodeTries >= codeTries {
			wrong = portal.E(wire.CodeExpired, "code")
			return nil
		}
		if r.Account == "" || !same(r.Code, hashedCode(r.ID, in.Code)) {
			r.CodeTries++
			wrong = portal.E(wire.CodeWrong, "code", "left", strconv.Itoa(codeTries-r.CodeTries))
			return tx.SaveRecovery(r)
		}
		secret := newSecret()
		r.Opened, r.OpenedUntil, r.Code = hashed(secret), now.Add(activationLife).UnixMicro(), ""
		if err := tx.SaveRecovery(r); err != nil {
			return err
		}
		out, err = resetOf(tx, r)
		out.Reset = secret
		return err
	})
	return out, failing(err, wrong)
}

// PeekReset is what the web page of a link shows before anything is done; it
// changes nothing, for link scanners look too.
func (s *Service) PeekReset(ctx context.Context, link string) (out wire.Reset, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		r, err := s.resetByLink(tx, link)
		if err != nil {
			return err
		}
		out, err = resetOf(tx, r)
		return err
	})
	return out, err
}

func resetOf(tx *store.Tx, r store.Recovery) (wire.Reset, error) {
	a, found, err := tx.Account(r.Account)
	if err != nil || !found {
		return wire.Reset{}, orElse(err, portal.E(wire.CodeExpired, "code"))
	}
	waits, found, err := tx.MailChangeOf(a.ID)
	return wire.Reset{
		Login: a.Login, FirstName: a.FirstName, LastName: a.LastName, Mail: a.MailKey, Pending: found && waits.LinkUntil > tx.Now().UnixMicro(),
	}, err
}

func (s *Service) resetByLink(tx *store.Tx, link string) (store.Recovery, error) {
	r, found, err := tx.RecoveryBy(store.ByLink, hashed(link))
	if err == nil && (!found || r.Account == "" || r.LinkUntil <= s.o.Clock().UnixMicro()) {
		err = portal.E(wire.CodeExpired, "link")
	}
	return r, err
}

func (s *Service) openedReset(tx *store.Tx, secret string) (store.Recovery, error) {
	r, found, err := tx.RecoveryBy(store.ByActivation, hashed(secret))
	if err == nil && (!found || r.OpenedUntil <= s.o.Clock().UnixMicro()) {
		err = portal.E(wire.CodeExpired, "reset")
	}
	return r, err
}

// ResetPassword sets the password of an open reset and signs the window in.
func (s *Service) ResetPassword(ctx context.Context, in wire.ResetPassword) (out wire.Session, err error) {
	if err := checkDevice(in.Device); err != nil {
		return out, err
	}
	find := func(tx *store.Tx) (store.Recovery, error) { return s.openedReset(tx, in.Reset) }
	err = s.reset(ctx, find, in.Password, in.EndPending, func(tx *store.Tx, a store.Account) error {
		out, err = s.openSession(tx, a, in.Device)
		return err
	})
	return out, err
}

// ResetByLink sets the password from the web page of a link, and returns whose
// it is. It signs nobody in.
func (s *Service) ResetByLink(ctx context.Context, link, password string, endPending bool) (account portal.ID, login string, err error) {
	find := func(tx *store.Tx) (store.Recovery, error) { return s.resetByLink(tx, link) }
	err = s.reset(ctx, find, password, endPending, func(_ *store.Tx, a store.Account) error {
		account, login = a.ID, a.Login
		return nil
	})
	return account, login, err
}

func (s *Service) reset(ctx context.Context, find func(*store.Tx) (store.Recovery, error), password string, endPending bool,
	then func(*store.Tx, store.Account) error) error {
	var account store.Account
	if err := s.store.Read(ctx, func(tx *store.Tx) error {
		r, err := find(tx)
		if err != nil {
			return err
		}
		var found bool
		account, found, err = tx.Account(r.Account)
		if err == nil && !found {
			err = portal.E(wire.CodeExpired, "reset")
		}
		return err
	}); err != nil {
		return err
	}
	if wrong := s.judge(account, password); wrong != nil {
		return wrong
	}
	phc, err := s.o.Hasher.Hash(ctx, accounts.Kind(account.Kind), password)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		// Once more: of two that come with one link, one is too late.
		r, err := find(tx)
		if err != nil {
			return err
		}
		account, found, err := tx.Account(r.Account)
		if err != nil || !found {
			return orElse(err, portal.E(wire.CodeExpired, "reset"))
		}
		now := tx.Now().UnixMicro()
		if err := tx.EndRecoveries(account.ID); err != nil {
			return err
		}
		if err := tx.EndSessions(account.ID, now); err != nil {
			return err
		}
		// Whoever had the old password may have read the address, too.
		if err := tx.DropCalendarAddress(account.ID); err != nil {
			return err
		}
		// Who forgot it has failed often; the mailbox has shown who it is.
		if err := tx.ClearThrottles(loginSubject(account.Login)); err != nil {
			return err
		}
		if endPending {
			if err := tx.DropMailChanges(account.ID, false); err != nil {
				return err
			}
		}
		if err := s.setPassword(tx, account, phc, "account.reset"); err != nil {
			return err
		}
		return then(tx, account)
	})
}

// judge is what is wrong with a new password of an account.
func (s *Service) judge(a store.Account, password string) error {
	var p accounts.Profile
	_ = json.Unmarshal([]byte(a.Profile), &p) // a text of ours
	if _, wrong := accounts.CheckPassword(password, accounts.PasswordContext{
		Login: a.Login, FirstName: a.FirstName, LastName: a.LastName, Mail: a.MailKey, BirthDate: p.BirthDate, Town: s.town.Name,
	}); wrong != nil {
		return wrong
	}
	return nil
}

// setPassword writes an account's new password, and tells its person by mail
// and the audit trail why it was.
func (s *Service) setPassword(tx *store.Tx, a store.Account, phc, why string) error {
	if err := tx.SetPassword(a.ID, phc); err != nil {
		return err
	}
	if err := tx.Audit(a.ID, why, string(a.ID)); err != nil {
		return err
	}
	return s.post(tx, a.MailKey, mail.PasswordChanged, a.Language, mail.Data{Name: a.FirstName, When: tx.Now(), Link: s.o.PublicURL()})
}

// loginSubject is what the failures at a login are counted under.
func loginSubject(login string) string { return "login:" + hashed(login) }

// evenly has an answer wait until the time at which all of its kind are given:
// what it took tells as good as nothing.
func (s *Service) evenly(ctx context.Context, f func() error) error {
	started := time.Now()
	err := f()
	s.waitOut(ctx, started)
	return err
}
