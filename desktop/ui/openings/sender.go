package openings

import (
	"math/rand/v2"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Submitter is what sending asks of the session.
type Submitter interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	MarkRead(id portal.ID) error
}

// spread is over how long the windows that send by themselves do so: at the hour
// not all of a town in the same instant.
const spread = 5 * time.Second

// again is after how long something is tried again that was too early by the town
// hall's clock.
const again = 2 * time.Second

// Sender sends what was prepared at its hour, for a window that is open then. It
// has no clock of its own: Round is called when something has changed, and when
// the time that it gave has passed.
type Sender struct {
	View *view.View
	Desk Submitter
	Line func() bool // the town hall answers: its time is known, and nothing waits in an outbox
	// Told is told what became of what this window has sent by itself.
	Told func(wire.GroupResult)
	// Rand draws within a bound; nil for the real one.
	Rand func(d time.Duration) time.Duration

	due  map[portal.ID]time.Time // when each is sent, its share of the spread with it
	sent map[portal.ID]bool      // by this window: a refusal for another reason is for people to see
}

// Round sends what is due and says when to be called again, 0 for never. What has
// been refused for its time is not told: it is sent again.
func (s *Sender) Round() (next time.Duration) {
	if s.due == nil {
		s.due, s.sent = map[portal.ID]time.Time{}, map[portal.ID]bool{}
	}
	now := s.View.Now()
	at := func(t time.Time) {
		if d := max(t.Sub(now), time.Millisecond); next == 0 || d < next {
			next = d
		}
	}
	for _, o := range s.View.MyOpenings() {
		for _, t := range []time.Time{o.At(), o.Ends()} {
			if t.After(now) {
				at(t) // its days look different then
			}
		}
	}
	s.tooEarly(now)
	s.tell()
	for _, p := range s.View.Prepared() {
		due, waits := s.due[p.ID]
		switch {
		case p.Sent != "" || s.sent[p.ID]:
			continue // its answer is under way, or it was refused for another reason
		case !p.Auto && !waits, p.Late:
			continue
		case !p.Opens.IsZero() && !(waits && due.After(p.Opens)):
			due = p.Opens.Add(s.rand(spread))
			s.due[p.ID] = due
		case !waits:
			due = now
		}
		if due.After(now) {
			at(due)
			continue
		}
		if !s.Line() {
			continue // whoever tells of the line calls again
		}
		if err := Send(s.View, s.Desk, p); err != nil {
			at(now.Add(again))
			continue
		}
		s.sent[p.ID] = true
		delete(s.due, p.ID)
	}
	return next
}

func (s *Sender) rand(d time.Duration) time.Duration {
	if s.Rand != nil {
		return s.Rand(d)
	}
	return rand.N(d) //nolint:gosec // nobody gains by guessing it
}

// tell tells what became of what was sent from here.
func (s *Sender) tell() {
	for id := range s.sent {
		if g, known := s.View.Group(id); known {
			delete(s.sent, id)
			if s.Told != nil {
				s.Told(g)
			}
		}
	}
}

// tooEarly takes up what was refused because its hour had not come by the town
// hall's clock, or because another computer of the same person was faster.
func (s *Sender) tooEarly(now time.Time) {
	for _, r := range s.View.Refusals() {
		_, args, err := wire.ReadCommand(r.Body)
		g, group := args.(*wire.GroupBookings)
		if err != nil || !group || r.Verdict.Error == nil {
			continue
		}
		_, stands := s.View.Group(g.Group)
		_, waits := s.View.PreparedGroup(g.Group)
		switch {
		case r.Verdict.Error.Code == portal.Conflict && stands:
			_ = s.Desk.MarkRead(r.ID) // it is only told once more
		case r.Verdict.Error.Code == bookings.OpensLater && waits:
			if s.Desk.MarkRead(r.ID) == nil {
				delete(s.sent, g.Group)
				s.due[g.Group] = now.Add(again)
			}
		}
	}
}

// Send sends what was prepared: days to be booked, or to be asked for where their
// places are drawn.
func Send(v *view.View, desk Submitter, p view.Prepared) error {
	note := cache.Note{Key: "openings.note.send", Args: map[string]string{"what": Count(bookings.Count(p.Book))}}
	if p.Mode != bookings.Pooled {
		_, err := desk.Submit(wire.BookingGroup, wire.GroupBookings{Group: p.ID, Book: p.Book, All: p.All, Wait: !p.All}, note)
		return err
	}
	note.Key = "openings.note.ask"
	lots := v.Askable(p.Book)
	if len(lots) == 0 {
		return portal.E(bookings.NotAskedFor, "day")
	}
	_, err := desk.Submit(wire.OpeningAsk, wire.AskPlaces{Book: lots, Prepared: p.ID}, note)
	return err
}
