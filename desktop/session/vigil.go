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

// AtWindow reports whether somebody was at the window within a time.
func (s *Session) AtWindow(within time.Duration) bool {
	return s.o.Clock().Sub(time.UnixMicro(s.touched.Load())) <= within
}

// Left is how long the window may stay as it is with nobody at it.
type Left struct {
	For time.Duration
	// ByAge says that the session itself is too old then, which nobody's
	// presence changes.
	ByAge bool
}

// Left is false where nothing ends by itself. A family at home is not
// watched: the server ends what was forgotten for a month.
func (s *Session) Left() (Left, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Clock()
	touched := time.UnixMicro(s.touched.Load())
	if touched.After(now) {
		touched = now // the clock was set back
	}
	if s.person == nil {
		return Left{For: touched.Add(visitorIdle).Sub(now)}, s.o.Kiosk
	}
	if !s.o.Kiosk && !s.who.Agent {
		return Left{}, false
	}
	a := s.person.access
	idle := a.idle()
	if idle == 0 {
		idle = visitorIdle
	}
	left := Left{For: touched.Add(idle).Sub(now)}
	if age := time.UnixMicro(a.Until).Sub(now); a.Until > 0 && age < left.For {
		left = Left{For: age, ByAge: true}
	}
	return left, true
}
