package session

import (
	"encoding/json"
	"errors"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// access is what a session is: what lets in, what ends it, and its limits.
type access struct {
	Token  string `json:"token"`
	Revoke string `json:"revoke"` // can only end the session
	Until  int64  `json:"until"`  // by this computer's clock, right or wrong; microseconds, 0 where nothing was told
	Idle   int64  `json:"idle"`   // seconds
}

func (s *Session) accessOf(w wire.Session) access {
	a := access{Token: w.Token, Revoke: w.Revoke, Idle: w.Idle}
	if w.Lasts > 0 {
		a.Until = s.o.Clock().Add(time.Duration(w.Lasts) * time.Second).UnixMicro()
	}
	return a
}

func (a access) idle() time.Duration { return time.Duration(a.Idle) * time.Second }

// MayStay reports whether somebody can be kept signed in on this computer.
func (s *Session) MayStay() bool { return !s.o.Kiosk && s.vault.MayStay() }

// stay has the session of who is signed in go on at the next start. Where that
// cannot be, they sign in again: no reason to refuse them now.
func (s *Session) stay() {
	s.mu.Lock()
	r, who, town := s.person, s.who, s.town
	s.mu.Unlock()
	if r == nil || who.Agent || !s.MayStay() {
		return
	}
	raw, err := json.Marshal(r.access)
	if err == nil {
		err = s.vault.Stay(town.Town, who.Account, raw)
	}
	if err != nil {
		s.o.Log.Warn("the session cannot be kept for the next start", "error", err)
		return
	}
	s.mu.Lock()
	r.stays = true
	s.mu.Unlock()
}

// goOn opens what the last run left to stay; portal.NotFound where there is
// nothing.
func (s *Session) goOn() error {
	if !s.MayStay() {
		return portal.E(portal.NotFound, "")
	}
	town, _ := s.Portal()
	sealed, known, raw, err := s.vault.Stayed(town.Town)
	if err != nil {
		return err
	}
	var a access
	if err := json.Unmarshal(raw, &a); err != nil || a.Until > 0 && s.o.Clock().UnixMicro() > a.Until {
		return errors.Join(err, sealed.Close(), s.leave(town.Town))
	}
	if err := s.begin(sealed, Person{Account: known.Account, Name: known.Name, Login: known.Login}, a); err != nil {
		return err
	}
	s.mu.Lock()
	s.person.stays = true
	s.mu.Unlock()
	return nil
}

// leave has nobody stay signed in at a town's.
func (s *Session) leave(town portal.ID) error {
	if town == "" || s.o.Kiosk {
		return nil
	}
	return s.vault.Leave(town)
}
