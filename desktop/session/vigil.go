package session

import "time"

// visitorIdle is after how long without anybody a public computer forgets what
// a visitor began without signing in.
const visitorIdle = 2 * time.Minute

// Touch notes that somebody is at the window. It is called at every key and
// every move of the mouse.
func (s *Session) Touch() {
	s.touched.Store(s.o.Clock().UnixMicro())
	s.mu.Lock()
	person := s.person
	s.mu.Unlock()
	if person != nil && person.engine != nil {
		person.engine.Here()
	}
}

// Left is how long the window may stay as it is with nobody at it, or until
// its session is too old; false where nothing ends by itself. A family at home
// is not watched: the server ends what was forgotten for a month.
func (s *Session) Left() (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	idle := visitorIdle
	now := s.o.Clock()
	touched := time.UnixMicro(s.touched.Load())
	if touched.After(now) {
		touched = now // the clock was set back
	}
	switch {
	case s.person == nil:
		if !s.o.Kiosk {
			return 0, false
		}
		return touched.Add(idle).Sub(now), true
	case !s.o.Kiosk && !s.who.Agent:
		return 0, false
	}
	a := s.person.access
	if a.idle() > 0 {
		idle = a.idle()
	}
	left := touched.Add(idle).Sub(now)
	if a.Expires > 0 {
		left = min(left, time.UnixMicro(a.Expires).Sub(now))
	}
	return left, true
}
