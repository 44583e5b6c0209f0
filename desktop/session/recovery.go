package session

import (
	"context"

	"parvis/shared/wire"
)

// lost is the recovery of a password that this window has asked for. It is
// held in memory only: the link in the mail works without it.
type lost struct {
	who    string
	handle string
	open   wire.Reset // opened by the mailed code; zero when none is
}

// RecoverLogin has the login of a mail address sent there.
func (s *Session) RecoverLogin(ctx context.Context, mail string) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	return c.RecoverLogin(ctx, wire.RecoverLogin{Mail: mail})
}

// RecoverPassword asks for a new password for whoever has a mail address or
// login; the mailed code then works in this window.
func (s *Session) RecoverPassword(ctx context.Context, who string) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	out, err := c.RecoverPassword(ctx, wire.RecoverPassword{Who: who})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.lost = lost{who: who, handle: out.Handle}
	s.mu.Unlock()
	return nil
}

// Recovering is the mail address or login that this window asked a new
// password for, "" when it has not.
func (s *Session) Recovering() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost.who
}

// OpenRecovery opens the reset by the mailed code.
func (s *Session) OpenRecovery(ctx context.Context, code string) (wire.Reset, error) {
	c, err := s.anonymous()
	if err != nil {
		return wire.Reset{}, err
	}
	defer c.Close()
	s.mu.Lock()
	handle := s.lost.handle
	s.mu.Unlock()
	open, err := c.OpenRecovery(ctx, wire.RecoveryCode{Handle: handle, Code: code})
	if err == nil {
		s.mu.Lock()
		s.lost.open = open
		s.mu.Unlock()
	}
	return open, err
}

// Reset is what the mailed code opened; false when none is open.
func (s *Session) Reset() (wire.Reset, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost.open, s.lost.open.Reset != ""
}

// ForgetRecovery forgets it: it is done, or too old.
func (s *Session) ForgetRecovery() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = lost{}
}

// ResetPassword sets the password of the open reset and signs in. The sealed
// cache of before opens by the portal's share of its key.
func (s *Session) ResetPassword(ctx context.Context, password string, endPending bool) error {
	c, err := s.anonymous()
	if err != nil {
		return err
	}
	defer c.Close()
	open, _ := s.Reset()
	opened, err := c.ResetPassword(ctx, wire.ResetPassword{Reset: open.Reset, Password: password, EndPending: endPending, Device: s.device()})
	if err != nil {
		return err
	}
	s.ForgetRecovery()
	return s.enter(opened, password, false)
}
