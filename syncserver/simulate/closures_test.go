package simulate

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// In histories with closures an agent shuts days and takes that back, and
// families tell of children who do not come: what is booked may go and come
// without a command of its own.

// shuts declares a closure, or takes one back.
func (d *desktop) shuts() {
	all := d.view.TownClosures()
	if c, ok := pick(d.r, all); ok && d.r.IntN(2) == 0 {
		var needs []portal.ID
		if c.Pending {
			needs = append(needs, c.Command)
		}
		d.submit(wire.ClosureUndo, wire.UndoClosure{Closure: c.ID}, needs...)
		return
	}
	from := d.day()
	// Mostly where something is booked.
	if day, ok := pick(d.r, d.h.bookedDays()); ok && d.r.IntN(4) > 0 && day >= d.view.Today() {
		from = day
	}
	args := wire.DeclareClosure{Closure: d.ids(), Kind: bookings.Strike, Period: portal.Period{From: from, To: from.Add(d.r.IntN(3))}, Reason: "Grève"}
	switch d.r.IntN(4) {
	case 0:
		args.Activities = []portal.ID{demo.Canteen}
	case 1:
		args.Activities = []portal.ID{demo.Evening}
	case 2: // all of them
	default:
		args.Kind, args.Class, args.Sites = bookings.Outing, "ce2", []portal.ID{demo.JulesFerry}
	}
	d.submit(wire.ClosureDeclare, args)
}

// bookedDays is the days on which anything is booked.
func (h *history) bookedDays() []portal.Date {
	days := map[portal.Date]bool{}
	for feed, all := range h.feeds() {
		for k, body := range all {
			var b wire.Booking
			if wire.FeedKind(feed) == "account" && strings.HasPrefix(k, wire.Bookings+"/") && json.Unmarshal([]byte(body), &b) == nil {
				days[b.Day] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(days))
}

// judges decides on an absence.
func (d *desktop) judges() {
	if a, ok := pick(d.r, d.view.AbsenceQueue()); ok {
		d.submit(wire.AbsenceJudge, wire.JudgeAbsence{Absence: a.ID, Accept: d.r.IntN(3) > 0, Whole: d.r.IntN(2) == 0, Reason: "Vu"})
	}
}

// comesAfterAll takes back what was told of some days of an absence.
func (d *desktop) comesAfterAll(a view.Absence) {
	args := wire.WithdrawAbsence{Absence: a.ID}
	for _, day := range a.Days {
		if d.r.IntN(3) > 0 {
			args.Bookings = append(args.Bookings, day.Booking)
		}
	}
	if len(args.Bookings) > 0 {
		d.submit(wire.AbsenceWithdraw, args)
	}
}

// stays tells that a child will not come on some days, or takes that back.
func (d *desktop) stays() {
	if a, ok := pick(d.r, d.view.Absences()); ok && !a.Pending && d.r.IntN(2) == 0 {
		d.comesAfterAll(a)
		return
	}
	today := portal.DateOf(d.h.town.now())
	args := wire.TellAbsence{Absence: d.ids(), Illness: d.r.IntN(2) == 0}
	for _, b := range d.view.Bookings("", today) {
		if b.Pending == view.PendingNone && b.Payer == d.account && (args.Child == "" || b.Child == args.Child) && b.Day >= today && d.r.IntN(2) == 0 {
			args.Child = b.Child
			args.Bookings = append(args.Bookings, b.ID)
		}
	}
	if len(args.Bookings) > 0 {
		d.submit(wire.AbsenceTell, args)
	}
}

// byTown reports whether a closure or an absence has cancelled a booking.
func byTown(tx *store.Tx, id portal.ID) (bool, error) {
	_, closed, err := tx.ClosedBy(id)
	if err != nil || closed {
		return closed, err
	}
	a, _, err := tx.AbsenceOf(id)
	if err != nil || a.Credited {
		return a.Credited, err
	}
	_, back, err := tx.CancelledBack(id)
	return back, err
}

// again adds the bookings that were made anew when closures or absences were taken
// back, of those that were made; one that was may be cancelled and made anew again.
func again(tx *store.Tx, made map[portal.ID]bool) error {
	var left []portal.ID
	for id := range made {
		left = append(left, id)
	}
	for len(left) > 0 {
		id := left[len(left)-1]
		left = left[:len(left)-1]
		k, _, err := tx.ClosedBy(id)
		if err != nil {
			return err
		}
		b, _, err := tx.CancelledBack(id)
		if err != nil {
			return err
		}
		for _, anew := range []portal.ID{k.Restored, b.Again} {
			if anew != "" && !made[anew] {
				made[anew] = true
				left = append(left, anew)
			}
		}
	}
	return nil
}
