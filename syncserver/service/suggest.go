package service

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	shortestQuery = 3
	longestQuery  = 200
	mostFound     = 5
	// A person who types asks a few times a second at most, and not for long.
	askBurst  = 20
	askRefill = 500 * time.Millisecond
	// askers remembered at a time; then those who have not asked of late are forgotten.
	mostAskers = 10_000
)

// asking counts who asks an outside service through this process. It is held
// in memory: what it protects is another's service from one eager client.
type asking struct {
	mu    sync.Mutex
	until map[portal.ID]time.Time // when all tries will have grown back
}

// may takes one try, or says how long to wait.
func (k *asking) may(who portal.ID, now time.Time) (wait time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.until == nil || len(k.until) >= mostAskers {
		fresh := map[portal.ID]time.Time{}
		for id, at := range k.until {
			if at.After(now) && len(fresh) < mostAskers/2 {
				fresh[id] = at
			}
		}
		k.until = fresh
	}
	full := k.until[who]
	if full.Before(now) {
		full = now
	}
	if spent := full.Sub(now); spent > (askBurst-1)*askRefill {
		return spent - (askBurst-1)*askRefill
	}
	k.until[who] = full.Add(askRefill)
	return 0
}

// SuggestAddresses asks the address service, where the town has one, how an
// address goes on. One that does not answer suggests nothing: the form is
// filled in by hand all the same.
func (s *Service) SuggestAddresses(ctx context.Context, a Actor, in wire.AddressQuery) (wire.AddressesFound, error) {
	out := wire.AddressesFound{Off: s.o.Addresses == nil, Found: []wire.ChangeAddress{}}
	text := strings.TrimSpace(in.Text)
	switch {
	case !accounts.Readable(text):
		return out, portal.E(portal.Invalid, "text")
	case utf8.RuneCountInString(text) > longestQuery:
		return out, portal.E(portal.TooLong, "text", "max", strconv.Itoa(longestQuery))
	case text == "":
		return out, portal.E(portal.Missing, "text")
	case out.Off || utf8.RuneCountInString(text) < shortestQuery:
		return out, nil
	}
	if wait := s.asking.may(a.Account, s.o.Clock()); wait > 0 {
		return out, throttledFor(wait, "text")
	}
	found, err := s.o.Addresses(ctx, text, mostFound)
	if err != nil {
		s.o.Warn("the address service does not answer", err)
		return out, nil
	}
	for _, address := range found {
		if len(out.Found) < mostFound && len(address.Normalise().Check("")) == 0 {
			out.Found = append(out.Found, wire.ChangeAddress(address.Normalise()))
		}
	}
	return out, nil
}
