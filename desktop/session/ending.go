package session

import (
	"context"
	"errors"
	"time"

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

// ended is told by the engine that the server knows the session no more. A
// family's cache stays open for reading until the person signs in again or
// out; an agent's, and whatever is open on a public computer, does not outlive
// its session.
func (s *Session) ended(of *running) {
	s.mu.Lock()
	if s.person != of {
		s.mu.Unlock()
		return // somebody else is signed in by now
	}
	of.access, of.stays = access{}, false
	brief := s.o.Kiosk || s.who.Agent
	s.who.OffLine = true
	s.mu.Unlock()
	if err := s.leave(); err != nil {
		s.o.Log.Warn("who stayed signed in could not be forgotten", "error", err)
	}
	if brief {
		// Not on the engine's own goroutine, which closing waits for.
		go func() {
			if err := s.end(context.Background(), EndedByServer); err != nil {
				s.o.Log.Warn("the end of a session was not clean", "error", err)
			}
		}()
		return
	}
	s.tellChanged()
	s.tellStatus()
}

// SignOut closes the person's cache, whose outbox is kept for their next
// sign-in, and ends the session on the server: now, or by its revocation
// secret as soon as there is a line.
func (s *Session) SignOut(ctx context.Context) error { return s.end(ctx, "") }

// EndIdle is SignOut when nobody has been at the window for too long. On a
// public computer it ends also what a visitor began without signing in.
func (s *Session) EndIdle(ctx context.Context) error { return s.end(ctx, EndedByIdleness) }

func (s *Session) end(ctx context.Context, why Ending) error {
	s.mu.Lock()
	person, secret := s.person, ""
	if person != nil {
		secret = person.access.Revoke
	}
	s.person, s.who, s.handle = nil, Person{}, ""
	s.typed, s.live = nil, wire.Activation{}
	s.visit, s.ending = nil, why
	s.mu.Unlock()
	err := errors.Join(person.close(), s.leave())
	s.tellChanged()
	s.tellStatus()
	if secret == "" {
		return err
	}
	s.toRevoke(secret)
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

// toRevoke keeps a secret that ends a session; on a public computer in memory
// only, where the session ends by itself within minutes.
func (s *Session) toRevoke(secret string) {
	if s.o.Kiosk {
		s.mu.Lock()
		s.toEnd = append(s.toEnd, secret)
		s.mu.Unlock()
		return
	}
	town, _ := s.Portal()
	if err := s.vault.PutSecret(revokePrefix+string(town.Town)+":"+string(portal.NewID()), []byte(secret)); err != nil {
		s.o.Log.Warn("a revocation could not be kept", "error", err)
	}
}

// Revocations ends the sessions of this town that were left open off line. It
// is called at each sign-out and whenever the line comes back; no line is no
// error.
func (s *Session) Revocations(ctx context.Context) error {
	town, _ := s.Portal()
	names := s.vault.Secrets(revokePrefix + string(town.Town) + ":")
	s.mu.Lock()
	brief := s.toEnd
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
		s.toEnd = s.toEnd[1:]
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
	err := errors.Join(person.close(), public.close())
	if person != nil && !person.stays && person.access.Revoke != "" {
		s.toRevoke(person.access.Revoke)
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
