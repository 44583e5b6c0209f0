package service

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// undoLife is how long the old address can take a change of address back.
const undoLife = 72 * time.Hour

// ChangeMail notes the wish for another mail address, which the mail that is
// sent there confirms. That another account has the address already, only its
// owner is told.
func (s *Service) ChangeMail(ctx context.Context, a Actor, in wire.ChangeMail, address string) (wire.MailChange, error) {
	key, ok := accounts.NormaliseMail(in.Mail)
	switch {
	case a.Role.Agent():
		return wire.MailChange{}, portal.E(portal.Forbidden, "mail")
	case key == "":
		return wire.MailChange{}, portal.E(portal.Missing, "mail")
	case !ok:
		return wire.MailChange{}, portal.E(accounts.BadMail, "mail")
	}
	account, err := s.confirmed(ctx, a, "password", in.Password, address)
	if err != nil {
		return wire.MailChange{}, err
	}
	if key == account.MailKey {
		return wire.MailChange{}, portal.E(wire.SameMail, "mail")
	}
	handle := newSecret()
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := stillSigned(tx, a); err != nil {
			return err
		}
		if wait, err := tooMany(tx, "change:"+string(a.Account)); err != nil || wait > 0 {
			return orElse(err, throttledFor(wait, "mail"))
		}
		if err := tx.DropMailChanges(a.Account, false); err != nil {
			return err
		}
		_, taken, err := tx.AccountByMail(wire.Family, key)
		if err != nil {
			return err
		}
		link, code, now := newSecret(), newDigits(codeDigits), tx.Now()
		c := store.MailChange{
			ID: s.o.IDs(), Account: a.Account, Old: account.MailKey, New: key, Taken: taken, Handle: hashed(handle),
			Link: hashed(link), LinkUntil: now.Add(linkLife).UnixMicro(), CodeUntil: now.Add(codeLife).UnixMicro(),
			State: store.MailAsked, Created: now.UnixMicro(),
		}
		c.Code = hashedCode(c.ID, code)
		if err := tx.SaveMailChange(c); err != nil {
			return err
		}
		if err := tx.Audit(a.Account, "account.mail.ask", string(a.Account)); err != nil {
			return err
		}
		sent, err := mailsToday(tx, key)
		if err != nil || sent > mailsADay {
			return err
		}
		if taken {
			return s.post(tx, key, mail.MailInUse, account.Language, mail.Data{Link: s.o.PublicURL()})
		}
		return s.post(tx, key, mail.MailConfirm, account.Language, mail.Data{Code: code, Link: s.o.PublicURL() + wire.PageMailConfirm + "?c=" + link})
	})
	return wire.MailChange{Handle: handle}, err
}

// tooMany counts one more of what may be done three times a day, and says how
// long to wait where it was done so often.
func tooMany(tx *store.Tx, subject string) (wait time.Duration, err error) {
	t, err := tx.ThrottleOf(subject)
	if err != nil {
		return 0, err
	}
	now := tx.Now()
	if day := time.UnixMicro(t.Seen).Add(24 * time.Hour); t.Failures >= mailsADay && day.After(now) {
		return day.Sub(now), nil
	} else if !day.After(now) {
		t.Seen, t.Failures = now.UnixMicro(), 0
	}
	t.Failures++
	return 0, tx.SaveThrottle(t)
}

func throttledFor(wait time.Duration, field string) *portal.Error {
	return portal.E(portal.Throttled, field, "seconds", strconv.FormatInt(int64(wait/time.Second)+1, 10))
}

// StopMailChange gives a change that waits up.
func (s *Service) StopMailChange(ctx context.Context, a Actor) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		_, waits, err := tx.MailChangeOf(a.Account)
		if err != nil || !waits {
			return err
		}
		if err := tx.DropMailChanges(a.Account, false); err != nil {
			return err
		}
		return tx.Audit(a.Account, "account.mail.stop", string(a.Account))
	})
}

// ConfirmMail makes the change by the code that was mailed to the new address.
func (s *Service) ConfirmMail(ctx context.Context, a Actor, in wire.MailCode) error {
	wrong := (*portal.Error)(nil)
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		wrong = nil
		c, found, err := tx.MailChangeBy(store.ByHandle, hashed(in.Handle))
		if err != nil {
			return err
		}
		if !found || c.Account != a.Account || c.State != store.MailAsked || c.Code == "" || c.CodeUntil <= tx.Now().UnixMicro() || c.CodeTries >= codeTries {
			wrong = portal.E(wire.CodeExpired, "code")
			return nil
		}
		if c.Taken || !same(c.Code, hashedCode(c.ID, in.Code)) {
			c.CodeTries++
			wrong = portal.E(wire.CodeWrong, "code", "left", strconv.Itoa(codeTries-c.CodeTries))
			return tx.SaveMailChange(c)
		}
		return s.makeMailChange(tx, c)
	})
	return failing(err, wrong)
}

// PeekMailChange is what the page of a new address shows before anything is
// done.
func (s *Service) PeekMailChange(ctx context.Context, link string) (address string, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		c, err := s.mailChangeByLink(tx, link)
		address = c.New
		return err
	})
	return address, err
}

// ConfirmMailByLink makes the change from the web page of the new address.
func (s *Service) ConfirmMailByLink(ctx context.Context, link string) (address string, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		c, err := s.mailChangeByLink(tx, link)
		if err != nil {
			return err
		}
		address = c.New
		return s.makeMailChange(tx, c)
	})
	return address, err
}

func (s *Service) mailChangeByLink(tx *store.Tx, link string) (store.MailChange, error) {
	c, found, err := tx.MailChangeBy(store.ByLink, hashed(link))
	if err == nil && (!found || c.Taken || c.State != store.MailAsked || c.LinkUntil <= s.o.Clock().UnixMicro()) {
		err = portal.E(wire.CodeExpired, "link")
	}
	return c, err
}

// makeMailChange gives the account its new address, and tells the old one,
// which can take it back for three days.
func (s *Service) makeMailChange(tx *store.Tx, c store.MailChange) error {
	if _, taken, err := tx.AccountByMail(wire.Family, c.New); err != nil || taken {
		return orElse(err, portal.E(wire.CodeExpired, "link")) // somebody was faster
	}
	account, found, err := tx.Account(c.Account)
	if err != nil || !found || account.Closed > 0 {
		return orElse(err, portal.E(wire.CodeExpired, "link"))
	}
	undo := newSecret()
	c.Old, c.Code, c.State = account.MailKey, "", store.MailMade
	c.Undo, c.UndoUntil = hashed(undo), tx.Now().Add(undoLife).UnixMicro()
	if err := tx.SaveMailChange(c); err != nil {
		return err
	}
	if err := s.setMail(tx, account, c.New, "account.mail"); err != nil {
		return err
	}
	return s.post(tx, c.Old, mail.MailChanged, account.Language,
		mail.Data{Name: account.FirstName, When: tx.Now(), Link: s.o.PublicURL() + wire.PageMailUndo + "?u=" + undo})
}

func (s *Service) setMail(tx *store.Tx, account store.Account, address, why string) error {
	var p accounts.Profile
	if err := json.Unmarshal([]byte(account.Profile), &p); err != nil {
		return err
	}
	if err := touchInvitations(tx, account.MailKey); err != nil {
		return err
	}
	p.Mail, account.MailKey = address, address
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	account.Profile = string(raw)
	if err := tx.SaveAccount(account); err != nil {
		return err
	}
	if err := s.welcomeInvitations(tx, account); err != nil {
		return err
	}
	return tx.Audit(account.ID, why, string(account.ID))
}

// PeekMailUndo is what the page of the old address shows before anything is
// done.
func (s *Service) PeekMailUndo(ctx context.Context, link string) (address string, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		c, err := s.mailUndo(tx, link)
		address = c.Old
		return err
	})
	return address, err
}

func (s *Service) mailUndo(tx *store.Tx, link string) (store.MailChange, error) {
	c, found, err := tx.MailChangeBy(store.ByUndo, hashed(link))
	if err == nil && (!found || c.State != store.MailMade || c.UndoUntil <= s.o.Clock().UnixMicro()) {
		err = portal.E(wire.CodeExpired, "link")
	}
	return c, err
}

// UndoMailChange gives the old address back to the account, whatever has been
// changed since. Whoever changed it knew the password: all sessions end, no
// other change waits or can be undone any more, and the link that it returns
// leads to a new password.
func (s *Service) UndoMailChange(ctx context.Context, link string) (account portal.ID, reset string, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		c, err := s.mailUndo(tx, link)
		if err != nil {
			return err
		}
		a, found, err := tx.Account(c.Account)
		if err != nil || !found || a.Closed > 0 {
			return orElse(err, portal.E(wire.CodeExpired, "link"))
		}
		if other, taken, err := tx.AccountByMail(wire.Family, c.Old); err != nil || taken && other.ID != a.ID {
			return orElse(err, portal.E(wire.CodeExpired, "link"))
		}
		now := tx.Now()
		if err := tx.DropMailChanges(a.ID, true); err != nil {
			return err
		}
		if err := tx.EndRecoveries(a.ID); err != nil {
			return err
		}
		if err := tx.EndSessions(a.ID, now.UnixMicro()); err != nil {
			return err
		}
		if err := s.setMail(tx, a, c.Old, "account.mail.undo"); err != nil {
			return err
		}
		account, reset = a.ID, newSecret()
		return tx.SaveRecovery(store.Recovery{
			ID: s.o.IDs(), Account: a.ID, Handle: hashed(newSecret()), Link: hashed(reset), LinkUntil: now.Add(resetLinkLife).UnixMicro(), Created: now.UnixMicro(),
		})
	})
	return account, reset, err
}
