package session

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// signedIn is a client with the session of who is signed in, and what is open
// for them; Unauthorized where there is none, as when it was opened off line.
func (s *Session) signedIn() (*client.Client, *running, error) {
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil || p.access.Token == "" {
		return nil, nil, portal.E(portal.Unauthorized, "")
	}
	c, err := s.client(p.access.Token)
	return c, p, err
}

// ChangePassword sets another password and ends all other sessions. This
// computer then opens off line by the new one.
func (s *Session) ChangePassword(ctx context.Context, old, fresh string) error {
	c, p, err := s.signedIn()
	if err != nil {
		return err
	}
	defer c.Close()
	out, err := c.ChangePassword(ctx, wire.ChangePassword{Old: old, New: fresh})
	if err != nil || s.o.Kiosk {
		return err
	}
	share, err := base64.StdEncoding.DecodeString(out.Share)
	if err == nil {
		who, _ := s.Person()
		err = s.vault.Rewrap(p.town, who.Account, fresh, share)
	}
	if err != nil {
		// It is changed all the same; the next sign-in wraps the key anew.
		s.o.Log.Warn("the cache still opens off line by the old password", "error", err)
	}
	return nil
}

// AskMail asks for another mail address; its mailed code then works in this
// window.
func (s *Session) AskMail(ctx context.Context, mail, password string) error {
	c, _, err := s.signedIn()
	if err != nil {
		return err
	}
	defer c.Close()
	out, err := c.ChangeMail(ctx, wire.ChangeMail{Mail: mail, Password: password})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.newMail = out.Handle
	s.mu.Unlock()
	return nil
}

// AskedMail reports whether this window has asked for another address, so that
// the mailed code works in it.
func (s *Session) AskedMail() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newMail != ""
}

// ConfirmMail confirms the new address by the mailed code.
func (s *Session) ConfirmMail(ctx context.Context, code string) error {
	c, _, err := s.signedIn()
	if err != nil {
		return err
	}
	defer c.Close()
	s.mu.Lock()
	handle := s.newMail
	s.mu.Unlock()
	if err := c.ConfirmMail(ctx, wire.MailCode{Handle: handle, Code: code}); err != nil {
		return err
	}
	s.mu.Lock()
	s.newMail = ""
	s.mu.Unlock()
	return nil
}

// StopMail gives the new address up.
func (s *Session) StopMail(ctx context.Context) error {
	c, _, err := s.signedIn()
	if err != nil {
		return err
	}
	defer c.Close()
	return c.StopMailChange(ctx)
}

// Devices lists where the account is signed in.
func (s *Session) Devices(ctx context.Context) ([]wire.OpenSession, error) {
	c, _, err := s.signedIn()
	if err != nil {
		return nil, err
	}
	defer c.Close()
	out, err := c.OpenSessions(ctx)
	return out.Sessions, err
}

// EndElsewhere ends the session of another device.
func (s *Session) EndElsewhere(ctx context.Context, session portal.ID) error {
	c, _, err := s.signedIn()
	if err != nil {
		return err
	}
	defer c.Close()
	return c.EndSession(ctx, session)
}

// SaveData writes all that the town hall keeps of the account into a folder,
// under a name that nothing there has, and says where. Nothing of anybody is
// left on a public computer.
func (s *Session) SaveData(ctx context.Context, folder, name string) (path string, err error) {
	if s.o.Kiosk {
		return "", portal.E(portal.Forbidden, "folder")
	}
	c, _, err := s.signedIn()
	if err != nil {
		return "", err
	}
	defer c.Close()
	// Half a file under its name would pass for the whole one.
	f, err := os.CreateTemp(folder, "."+name+"-*")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(f.Name()) }() // no longer there once it has its name
	if err := errors.Join(c.OwnData(ctx, f), f.Close()); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		path = filepath.Join(folder, name+".zip")
		if n > 1 {
			path = filepath.Join(folder, name+"-"+strconv.Itoa(n)+".zip")
		}
		taken, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		if err := errors.Join(taken.Close(), os.Rename(f.Name(), path)); err != nil {
			return "", errors.Join(err, os.Remove(path))
		}
		return path, nil
	}
}

// CloseAccount closes the account after some days, and says when. The portal
// has then ended the session; the window is left by LeaveForGood.
func (s *Session) CloseAccount(ctx context.Context, password string) (time.Time, error) {
	c, _, err := s.signedIn()
	if err != nil {
		return time.Time{}, err
	}
	defer c.Close()
	out, err := c.CloseAccount(ctx, password)
	return time.UnixMicro(out.At), err
}

// LeaveForGood is SignOut of an account that is being closed: what this
// computer keeps of it goes too, but for work that was never sent, which is
// still there for somebody who changes their mind.
func (s *Session) LeaveForGood(ctx context.Context) error {
	s.mu.Lock()
	p, who := s.person, s.who
	s.mu.Unlock()
	if p == nil {
		return nil
	}
	unsent := len(cache.Work(p.cache.Outbox())) > 0
	err := s.SignOut(ctx)
	if unsent || s.o.Kiosk {
		return err
	}
	return errors.Join(err, s.vault.Forget(p.town, who.Account))
}

// Addresses suggests how a postal address goes on. off says that this town has
// no such service.
func (s *Session) Addresses(ctx context.Context, text string) (found []wire.ChangeAddress, off bool, err error) {
	c, _, err := s.signedIn()
	if err != nil {
		return nil, false, err
	}
	defer c.Close()
	out, err := c.Addresses(ctx, text)
	return out.Found, out.Off, err
}

// SearchTown looks for families among all requests of an agent's desks. It needs
// a line.
func (s *Session) SearchTown(ctx context.Context, text string) (wire.TownFound, error) {
	c, _, err := s.signedIn()
	if err != nil {
		return wire.TownFound{}, err
	}
	defer c.Close()
	return c.SearchTown(ctx, text)
}

// PreviewClosure asks what a closure would cancel: no computer of an agent holds
// what families have booked. It needs a line.
func (s *Session) PreviewClosure(ctx context.Context, d wire.DeclareClosure) (wire.ClosurePreview, error) {
	c, _, err := s.signedIn()
	if err != nil {
		return wire.ClosurePreview{}, err
	}
	defer c.Close()
	return c.PreviewClosure(ctx, d)
}

// SearchPayers looks, for a cashier, for who pays at a cash desk. It needs a line.
func (s *Session) SearchPayers(ctx context.Context, cashDesk, text string) (wire.TownFound, error) {
	c, _, err := s.signedIn()
	if err != nil {
		return wire.TownFound{}, err
	}
	defer c.Close()
	return c.SearchPayers(ctx, cashDesk, text)
}

// TakeReopened reports, once, that signing in has undone the closing of the
// account.
func (s *Session) TakeReopened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.reopened
	s.reopened = false
	return was
}
