package session

import (
	"context"
	"errors"
	"slices"
	"time"

	"parvis/desktop/report"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Ending is why a session ended without the person having asked for it.
type Ending string

// The endings; "" is none, or the person's own wish.
const (
	EndedByIdleness Ending = "idle"   // nobody was at the window
	EndedByServer   Ending = "server" // it was too old, or somebody ended it elsewhere
)

// revokePrefix names the secrets that end sessions left open off line; they
// can do nothing else, and lie outside the sealed cache. The town's id follows,
// for no other town is told them.
const revokePrefix = "revoke:"

// closing is how long a program that ends may wait for the server to hear it.
const closing = time.Second

// ended is told by the engine that the server knows the session no more. What
// was open stays so, without a session, until the person signs in again or
// out; but an agent's, and whatever is open on a public computer, only where
// the one reason is that nobody could be told of who is at the window.
func (s *Session) ended(of *running) {
	left, _ := s.Left()
	there := left.For > 0 && whyEnded(of) == wire.WhyIdle
	s.mu.Lock()
	if s.person != of {
		s.mu.Unlock()
		return // somebody else is signed in by now
	}
	brief := (s.o.Kiosk || s.who.Agent) && !there
	of.access.Token, of.access.Revoke, of.stays = "", "", false
	s.who.OffLine = true
	s.mu.Unlock()
	if err := s.leave(of.town); err != nil {
		s.o.Log.Warn("who stayed signed in could not be forgotten", "error", err)
	}
	if !brief {
		s.tellChanged()
		s.tellStatus()
		return
	}
	// Not on the window's goroutine, which closing may keep waiting.
	go func() {
		defer report.Guard()
		if err := s.end(context.Background(), of, EndedByServer); err != nil {
			s.o.Log.Warn("the end of a session was not clean", "error", err)
		}
	}()
}

// whyEnded is what the server said of the end.
func whyEnded(of *running) string {
	if e := of.engine.Status().Error; e != nil {
		return e.Args["why"]
	}
	return ""
}

// SignOut closes the person's cache, whose outbox is kept for their next
// sign-in, and ends the session on the server: now, or by its revocation
// secret as soon as there is a line.
func (s *Session) SignOut(ctx context.Context) error { return s.end(ctx, nil, "") }

// EndIdle is SignOut when nobody has been at the window for too long. On a
// public computer it ends also what a visitor began without signing in.
func (s *Session) EndIdle(ctx context.Context) error { return s.end(ctx, nil, EndedByIdleness) }

// end ends the session of who is signed in, or only the one named.
func (s *Session) end(ctx context.Context, of *running, why Ending) error {
	s.mu.Lock()
	person := s.person
	if of != nil && person != of {
		s.mu.Unlock()
		return nil
	}
	s.person, s.who, s.handle = nil, Person{}, ""
	s.typed, s.live, s.lost, s.newMail = nil, wire.Activation{}, lost{}, ""
	s.visit, s.ending = nil, why
	s.mu.Unlock()
	var err error
	if person != nil {
		// The secret is kept first: whatever happens next, the session ends.
		s.revoke(person.town, person.access.Revoke)
		err = errors.Join(person.close(), s.leave(person.town))
	}
	s.tellChanged()
	s.tellStatus()
	return errors.Join(err, s.Revocations(ctx))
}

// TakeEnding gives why the last session ended, once.
func (s *Session) TakeEnding() Ending {
	s.mu.Lock()
	defer s.mu.Unlock()
	why := s.ending
	s.ending = ""
	return why
}

// revoke keeps a secret that ends a session of a town's, for Revocations; on a
// public computer in memory only, where the session ends by itself within
// minutes.
func (s *Session) revoke(town portal.ID, secret string) {
	if secret == "" {
		return
	}
	if s.o.Kiosk {
		s.mu.Lock()
		s.toEnd = append(s.toEnd, secret)
		s.mu.Unlock()
		return
	}
	if err := s.vault.PutSecret(revokePrefix+string(town)+":"+string(portal.NewID()), []byte(secret)); err != nil {
		s.o.Log.Warn("a revocation could not be kept", "error", err)
	}
}

// Revocations ends the sessions of this town that were left open. It is called
// at each sign-out and whenever the line comes back; no line is no error.
func (s *Session) Revocations(ctx context.Context) error {
	s.revoking.Lock()
	defer s.revoking.Unlock()
	town, _ := s.Portal()
	names := s.vault.Secrets(revokePrefix + string(town.Town) + ":")
	s.mu.Lock()
	brief := slices.Clone(s.toEnd)
	s.mu.Unlock()
	if len(names)+len(brief) == 0 {
		return nil
	}
	c, err := s.anonymous()
	if err != nil {
		return nil //nolint:nilerr // no portal, nothing to end
	}
	defer c.Close()
	heard := func(secret string) bool {
		code := portal.CodeOf(c.Revoke(ctx, secret))
		return code != portal.NotReachable && code != portal.Unavailable && code != portal.Conflict
	}
	for _, secret := range brief {
		if !heard(secret) {
			return nil
		}
		s.mu.Lock()
		s.toEnd = slices.DeleteFunc(s.toEnd, func(waits string) bool { return waits == secret })
		s.mu.Unlock()
	}
	for _, name := range names {
		secret, err := s.vault.GetSecret(name)
		if err == nil && secret != nil && !heard(string(secret)) {
			return nil
		}
		if err := s.vault.DeleteSecret(name); err != nil {
			return err
		}
	}
	return nil
}

// Close ends everything in order; what waits stays in the outbox. A session
// that does not stay is ended on the server, now or at the next start.
func (s *Session) Close() error {
	s.mu.Lock()
	person, public := s.person, s.public
	s.person, s.public = nil, nil
	s.mu.Unlock()
	ends := person != nil && !person.stays
	if ends {
		s.revoke(person.town, person.access.Revoke)
	}
	err := errors.Join(person.close(), public.close())
	if ends {
		ctx, cancel := context.WithTimeout(context.Background(), closing)
		defer cancel()
		err = errors.Join(err, s.Revocations(ctx))
	}
	return err
}

func (r *running) close() error {
	if r == nil {
		return nil
	}
	if r.stop != nil {
		r.stop()
	}
	return r.cache.Close()
}
