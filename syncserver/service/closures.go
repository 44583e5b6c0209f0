package service

import (
	"context"
	"errors"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// closedAtOnce is how many bookings one transaction cancels or makes again for
// closures.
const closedAtOnce = 200

// closure is what an agent declares, checked, with all that needs what it
// closes.
func (s *Service) closure(tx *store.Tx, a Actor, args wire.DeclareClosure) (bookings.Closure, error) {
	f, err := s.facts(tx)
	if err != nil {
		return bookings.Closure{}, err
	}
	c := args.Fact()
	if wrong := bookings.CheckClosure(c, portal.DateOf(tx.Now())); wrong != nil {
		return c, wrong
	}
	for _, site := range c.Sites {
		if known, err := tx.Fact(wire.Sites, site, &bookings.Site{}); err != nil || !known {
			return c, orElse(err, portal.E(portal.NotFound, "sites"))
		}
	}
	for _, id := range c.Activities {
		if _, known := f.activities[id]; !known {
			return c, portal.E(portal.NotFound, "activities")
		}
	}
	c.Activities = bookings.Needing(c.Activities, f.activities)
	closed := c.Activities
	if len(closed) == 0 {
		closed = f.ordered
	}
	for _, id := range closed {
		if err := a.mustReach(f.activities[id].Desk); err != nil {
			return c, err
		}
	}
	return c, nil
}

// declareClosure closes activities on some days: a fact, which the rules obey at
// once. The first bookings on them are cancelled with it; a job does the
// others.
func (s *Service) declareClosure(tx *store.Tx, a Actor, args *wire.DeclareClosure) error {
	if !args.Closure.Valid() {
		return portal.E(portal.Invalid, "closure")
	}
	reason, wrong := requests.CheckNote("reason", args.Reason, true)
	if wrong != nil {
		return wrong
	}
	c, err := s.closure(tx, a, *args)
	if err != nil {
		return err
	}
	if found, err := tx.Fact(wire.Closures, c.ID, &bookings.Closure{}); err != nil || found {
		return orElse(err, portal.E(portal.Conflict, "closure"))
	}
	c.Reason, c.Declared = reason, tx.Now().UnixMicro()
	if err := tx.PutFact(wire.Closures, c.ID, c); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "closure.declare", string(c.ID)); err != nil {
		return err
	}
	_, err = s.cancelClosed(tx, c, s.closedAtOnce)
	return err
}

// undoClosure takes a closure back. Its days open once all that it had cancelled
// is booked again, so that nobody else takes the places.
func (s *Service) undoClosure(tx *store.Tx, a Actor, args *wire.UndoClosure) error {
	var c bookings.Closure
	found, err := tx.Fact(wire.Closures, args.Closure, &c)
	if err != nil || !found {
		return orElse(err, portal.E(portal.NotFound, "closure"))
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	closed := c.Activities
	if len(closed) == 0 {
		closed = f.ordered
	}
	for _, id := range closed {
		if err := a.mustReach(f.activities[id].Desk); err != nil {
			return err
		}
	}
	if c.Undone != 0 {
		return nil
	}
	c.Undone = tx.Now().UnixMicro()
	if err := tx.PutFact(wire.Closures, c.ID, c); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "closure.undo", string(c.ID)); err != nil {
		return err
	}
	_, err = s.restoreClosed(tx, c, s.closedAtOnce)
	return err
}

// PreviewClosure counts what a closure would cancel, for an agent who may
// declare it.
func (s *Service) PreviewClosure(ctx context.Context, a Actor, in wire.DeclareClosure) (out wire.ClosurePreview, err error) {
	if !a.Role.Agent() {
		return out, portal.E(portal.Forbidden, "closure")
	}
	out.Lines = []wire.ClosureLine{}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		c, err := s.closure(tx, a, in)
		if err != nil {
			return err
		}
		lines, children, payers, err := tx.CountClosed(c)
		out.Children, out.Families = children, payers
		for _, l := range lines {
			out.Bookings += l.Bookings
			out.Credit += l.Price
			out.Lines = append(out.Lines, wire.ClosureLine{Activity: l.Activity, Site: l.Site, Bookings: l.Bookings})
		}
		return err
	})
	return out, err
}

// cancelClosed cancels what is booked within a closure, credits it on the same
// legs whatever the hour, and tells whom it concerns.
// Who waits for a place waits no longer, before any becomes free.
func (s *Service) cancelClosed(tx *store.Tx, c bookings.Closure, limit int) (int64, error) {
	waits, err := tx.WaitsClosed(c, limit)
	if err != nil {
		return 0, err
	}
	for _, w := range waits {
		if err := s.overFor(tx, w, bookings.WaitVanished); err != nil {
			return 0, err
		}
	}
	if err := s.tellWaits(tx, waits, notices.PlaceClosed, ""); err != nil {
		return 0, err
	}
	limit -= len(waits)
	met, err := tx.BookingsClosed(c, limit)
	if err != nil || len(met) == 0 {
		return int64(len(waits)), err
	}
	debits := make([]portal.ID, len(met))
	for i, b := range met {
		debits[i] = b.Debit
	}
	paid, err := tx.EntriesOf(debits)
	if err != nil {
		return 0, err
	}
	var postings []store.Posting
	for i := range met {
		b := &met[i]
		if b.Debit == "" {
			continue // provisional: nothing was paid
		}
		b.Credit = s.o.IDs()
		postings = append(postings, store.Posting{ID: b.Credit, Kind: store.LedgerCredit, About: b.ID, Reason: c.Reason, Entries: ledger.Reverse(paid[b.Debit])})
	}
	if err := tx.CancelBookings(met); err != nil {
		return 0, err
	}
	if err := tx.NoteClosed(c.ID, met); err != nil {
		return 0, err
	}
	if err := s.enterAll(tx, postings); err != nil {
		return 0, err
	}
	t := teller{s, tx, c.ID, map[[2]portal.ID]bool{}}
	for _, b := range met {
		if err := t.tell(b, news{what: notices.ClosureDeclared}); err != nil {
			return 0, err
		}
	}
	return int64(len(waits) + len(met)), nil
}

// restoreClosed books again what a closure that was taken back has cancelled, at
// its former price, and opens the days when nothing is left of it.
func (s *Service) restoreClosed(tx *store.Tx, c bookings.Closure, limit int) (int64, error) {
	met, err := tx.ClosedToRestore(c.ID, limit+1)
	if err != nil {
		return 0, err
	}
	last := len(met) <= limit
	if !last {
		met = met[:limit]
	}
	if len(met) > 0 {
		if err := s.restore(tx, c, met); err != nil {
			return 0, err
		}
	}
	if last {
		c.Reopened = tx.Now().UnixMicro()
		if err := tx.PutFact(wire.Closures, c.ID, c); err != nil {
			return 0, err
		}
	}
	return int64(len(met)) + 1, nil
}

func (s *Service) restore(tx *store.Tx, c bookings.Closure, met []store.Booking) error {
	d, err := s.days(tx, townHall, portal.Period{From: met[0].Day, To: met[len(met)-1].Day})
	if err != nil {
		return err
	}
	debits := make([]portal.ID, len(met))
	for i, b := range met {
		debits[i] = b.Debit
	}
	paid, err := tx.EntriesOf(debits)
	if err != nil {
		return err
	}
	t := teller{s, tx, c.ID, map[[2]portal.ID]bool{}}
	kept := func(b store.Booking, why *portal.Error) error {
		return tx.SaveClosed(store.ClosureBooking{Closure: c.ID, Kept: string(why.Code)}, b)
	}
	for i := 0; i < len(met); {
		n := i + 1
		for n < len(met) && met[n].Day == met[i].Day {
			n++
		}
		// What needs another activity comes after it, whichever is first here.
		var failed error
		err := bookings.InTurn(met[i:n], bookings.NeedsOther, func(b store.Booking) (*portal.Error, error) {
			if !c.Restores(b.Day, tx.Now()) {
				return nil, kept(b, portal.E(bookings.DayPast, "day"))
			}
			if other, is := d.closedToo(c, b); is {
				// It stays cancelled, by the other one.
				if err := tx.SaveClosed(store.ClosureBooking{Closure: other.ID}, b); err != nil || other.Undone != 0 {
					return nil, err
				}
				too := teller{s, tx, other.ID, map[[2]portal.ID]bool{}}
				return nil, too.tell(b, news{what: notices.ClosureDeclared})
			}
			if told, found, err := tx.AbsenceOf(b.ID); err != nil || found && told.Credited {
				return nil, errors.Join(err, kept(b, portal.E(bookings.AbsenceJudged, "day"))) // it stays given back, for it is proved
			}
			refused, err := d.mayRestore(c, b)
			if refused != nil || err != nil {
				return refused, err
			}
			if err := d.remake(c, b, paid[b.Debit]); err != nil {
				return nil, err
			}
			return nil, t.tell(b, news{what: notices.ClosureUndone})
		}, func(b store.Booking, why *portal.Error) {
			if failed == nil {
				failed = kept(b, why)
			}
			if failed == nil && why.Code != bookings.AlreadyBooked {
				failed = t.tellLost(b)
			}
		})
		if err = errors.Join(err, failed); err != nil {
			return err
		}
		i = n
	}
	return d.save()
}

// closedToo is another closure that stands and is about a booking.
func (d *days) closedToo(c bookings.Closure, b store.Booking) (bookings.Closure, bool) {
	class, err := d.classAt(b.Child, b.Site)
	if err != nil {
		return c, false // the next query says it again
	}
	for _, other := range d.f.closures {
		if other.ID != c.ID && other.Stands() && other.Hits(b.Activity, b.Site, class, b.Day) {
			return other, true
		}
	}
	return c, false
}

// mayRestore is nil when a booking that a closure has cancelled can be made
// again, or why not: by the rule, and as long as its payer is there and the
// child theirs to see.
func (d *days) mayRestore(c bookings.Closure, b store.Booking) (*portal.Error, error) {
	if chargeable, err := stillCharged(d.tx, b); err != nil || !chargeable {
		return portal.E(bookings.NotEnrolled, "payer"), err
	}
	q := priced{Situation: bookings.Situation{Now: d.tx.Now(), Day: b.Day, Activity: d.f.activities[b.Activity], Calendar: d.f.calendar, Town: d.f.activities}}
	if err := d.place(&q, b.Child); err != nil {
		return nil, err
	}
	by, err := d.standsBy(b)
	if err != nil {
		return nil, err
	}
	// Where its request is decided only the enrolment that was made is left for it
	// to stand by.
	if q.Enrolment == nil || q.Enrolment.Site != b.Site || by == "" && q.Enrolment.Provisional != "" {
		return portal.E(bookings.NotEnrolled, "child"), nil
	}
	if err := d.beside(&q, b.Child); err != nil {
		return nil, err
	}
	return q.CheckRestore(), nil
}

// standsBy is the request under review by which a booking stands, "" where it
// stands for good or its request is decided.
func (d *days) standsBy(b store.Booking) (portal.ID, error) {
	if b.Provisional == "" {
		return "", nil
	}
	r, found, err := d.tx.Request(b.Provisional)
	if err != nil || !found || requests.State(r.State).Decided() {
		return "", err
	}
	return b.Provisional, nil
}

// remake books a day again as it was, under an id that follows from the closure
// and the former booking. What was provisional is paid now where its request was
// decided meanwhile.
func (d *days) remake(c bookings.Closure, was store.Booking, paid []ledger.Entry) error {
	b := was
	b.ID, b.State = bookings.RestoredID(c.ID, was.ID), store.BookingLive
	b.Made, b.Cancelled, b.Credit = d.tx.Now().UnixMicro(), 0, ""
	var err error
	if b.Provisional, err = d.standsBy(was); err != nil {
		return err
	}
	if b.Provisional == "" {
		if was.Provisional != "" {
			paid = debitOf(b, d.f.activities[b.Activity].CashDesk)
		}
		b.Debit = d.s.o.IDs()
		d.postings = append(d.postings, store.Posting{ID: b.Debit, Kind: store.LedgerDebit, About: b.ID, Reason: c.Reason, Entries: paid})
	}
	if err := d.add(b); err != nil {
		return err
	}
	// That the child does not come is true of the day, whichever booking it is.
	if err := d.tx.FollowAbsence(was.ID, b.ID); err != nil {
		return err
	}
	return d.tx.SaveClosed(store.ClosureBooking{Closure: c.ID, Restored: b.ID}, was)
}

// DayClosuresDue reports whether a closure has something left to be carried
// out.
func (s *Service) DayClosuresDue(tx *store.Tx) (bool, error) {
	f, err := s.facts(tx)
	if err != nil {
		return false, err
	}
	for _, c := range f.closures {
		switch {
		case !c.Stands() || longOver(c, tx):
			continue
		case c.Undone != 0:
			return true, nil
		}
		if met, err := tx.BookingsClosed(c, 1); err != nil || len(met) > 0 {
			return true, err
		}
		if waits, err := tx.WaitsClosed(c, 1); err != nil || len(waits) > 0 {
			return true, err
		}
	}
	return false, nil
}

// longOver reports whether a closure is so long ago that nothing of it is left.
func longOver(c bookings.Closure, tx *store.Tx) bool {
	return c.Undone == 0 && c.Period.To < portal.DateOf(tx.Now()).Add(-2*bookings.ClosureBack)
}

// CarryOutDayClosures cancels what is booked within closures that stand, and
// books again what those have cancelled that were taken back, some at a time,
// each booking once. A job calls it.
func (s *Service) CarryOutDayClosures(tx *store.Tx) (did int64, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return 0, err
	}
	for _, c := range f.closures {
		if !c.Stands() || longOver(c, tx) || int(did) >= s.closedAtOnce {
			continue
		}
		carry := s.cancelClosed
		if c.Undone != 0 {
			carry = s.restoreClosed
		}
		n, err := carry(tx, c, s.closedAtOnce-int(did))
		if err != nil {
			return 0, err
		}
		did += n
	}
	return did, nil
}

// closureOf is the closure that a movement of a booking is for, "" where it is
// for none.
func closureOf(tx *store.Tx, kind string, booking portal.ID) (portal.ID, error) {
	find := tx.ClosedBy
	if kind == store.LedgerDebit {
		find = tx.RestoredFrom
	}
	k, _, err := find(booking)
	return k.Closure, err
}

// projectClosureDay tells the desk that runs an activity, and the site, how many
// fewer come.
func (s *Service) projectClosureDay(tx *store.Tx, key portal.ID) ([]store.FeedRow, error) {
	parts := strings.SplitN(string(key), "/", 4)
	if len(parts) != 4 {
		return nil, nil
	}
	body := wire.ClosureDay{Closure: portal.ID(parts[0]), Activity: portal.ID(parts[1]), Site: portal.ID(parts[2]), Day: portal.Date(parts[3])}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	if body.Fewer, err = tx.Fewer(body.Closure, body.Activity, body.Site, body.Day); err != nil || body.Fewer == 0 {
		return nil, err
	}
	rows := []store.FeedRow{{Feed: wire.SiteFeed(body.Site), Collection: wire.ClosureDays, Entity: key, Body: body}}
	if desk := f.activities[body.Activity].Desk; desk != "" {
		rows = append(rows, store.FeedRow{Feed: wire.DeskFeed(desk), Collection: wire.ClosureDays, Entity: key, Body: body})
	}
	return rows, nil
}

// foreignClosureDay is foreign for how many fewer come: of the desk's activities
// or the site's alone.
func foreignClosureDay(key [3]string, theirs func(activity, site string) bool) string {
	parts := strings.SplitN(key[2], "/", 4)
	if len(parts) != 4 || !theirs(parts[1], parts[2]) {
		return "how many come elsewhere"
	}
	return ""
}
