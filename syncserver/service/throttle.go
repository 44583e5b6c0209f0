package service

import (
	"context"
	"strconv"
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

const (
	freeFailures  = 5
	firstWait     = time.Minute
	longestWait   = 15 * time.Minute
	addressBurst  = 10
	addressRefill = time.Minute
)

// guess is a password offered, counted as a failure before it is judged: of
// many made at the same instant no more are answered than one after the other
// would be.
type guess struct {
	subject, address string
	// The subject's wait before it and because of it.
	was, until int64
}

// guess counts one, in one write, or is Throttled.
func (s *Service) guess(ctx context.Context, subject, address string) (g guess, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := s.mayTry(tx, subject, address); err != nil {
			return err
		}
		g = guess{subject: subject, address: address}
		if g.was, g.until, err = failOnce(tx, subject); err != nil || s.o.Exempt(address) {
			return err
		}
		return spend(tx, address)
	})
	return g, err
}

// unspent gives a guess back that was not judged, or that costs nothing, and
// returns why. Where that fails it stays counted, which only costs a try.
func (s *Service) unspent(ctx context.Context, g guess, why error) error {
	_ = s.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		t, err := tx.ThrottleOf(g.subject)
		if err != nil {
			return err
		}
		t.Failures = max(0, t.Failures-1)
		switch {
		case t.Failures <= freeFailures:
			t.Until = 0
		case t.Until == g.until: // nobody has failed since
			t.Until = g.was
		}
		if err := tx.SaveThrottle(t); err != nil {
			return err
		}
		return s.giveBack(tx, g.address)
	})
	return why
}

// succeeded forgives all of a subject's failures. The address gets back what
// this guess took and no more: it may have failed at others.
func (s *Service) succeeded(tx *store.Tx, g guess) error {
	if err := tx.ClearThrottle(g.subject); err != nil {
		return err
	}
	return s.giveBack(tx, g.address)
}

// mayTry is Throttled while a subject or an address must wait.
func (s *Service) mayTry(tx *store.Tx, subject, address string) error {
	now := tx.Now().UnixMicro()
	for _, of := range []string{subject, "address:" + address} {
		t, err := tx.ThrottleOf(of)
		if err != nil {
			return err
		}
		if t.Until > now {
			return portal.E(portal.Throttled, "", "seconds", strconv.FormatInt((t.Until-now)/1e6+1, 10))
		}
	}
	return nil
}

// failOnce counts a failure: some are free, then the wait doubles. A day
// without one forgives all.
func failOnce(tx *store.Tx, subject string) (was, until int64, err error) {
	t, err := tx.ThrottleOf(subject)
	if err != nil {
		return 0, 0, err
	}
	now := tx.Now()
	if t.Seen < now.Add(-24*time.Hour).UnixMicro() {
		t.Failures = 0
	}
	was = t.Until
	t.Failures++
	t.Seen = now.UnixMicro()
	if over := t.Failures - freeFailures; over > 0 {
		t.Until = now.Add(min(longestWait, firstWait<<min(over-1, 10))).UnixMicro()
	}
	return was, t.Until, tx.SaveThrottle(t)
}

// spend takes one of an address's tries: a burst of ten, which grows back by
// one a minute. Failures holds those spent, Seen when one was last given back.
func spend(tx *store.Tx, address string) error {
	t, err := tx.ThrottleOf("address:" + address)
	if err != nil {
		return err
	}
	now := tx.Now().UnixMicro()
	refill := addressRefill.Microseconds()
	if back := (now - t.Seen) / refill; t.Seen == 0 || back >= int64(t.Failures) {
		t.Failures, t.Seen = 0, now
	} else {
		t.Failures -= int(back)
		t.Seen += back * refill
	}
	if t.Failures++; t.Failures >= addressBurst {
		t.Until = t.Seen + refill
	}
	return tx.SaveThrottle(t)
}

// giveBack undoes a spend.
func (s *Service) giveBack(tx *store.Tx, address string) error {
	if s.o.Exempt(address) {
		return nil
	}
	t, err := tx.ThrottleOf("address:" + address)
	if err != nil || t.Failures == 0 {
		return err
	}
	if t.Failures--; t.Failures < addressBurst {
		t.Until = 0
	}
	return tx.SaveThrottle(t)
}
