package view

import (
	"fmt"
	"slices"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// full opens on a town whose canteen keeps a list, with two days that are full.
func full(t *testing.T) *desk {
	d := open(t)
	a := d.Activities()[0]
	a.Waiting = &bookings.Waiting{Hours: 24}
	d.get(d.row(town, wire.Activities, canteen, a))
	for _, day := range []portal.Date{thursdayNov, fridayNov} {
		d.get(d.row(town, wire.Levels, wire.LevelKey(canteen, school, day), wire.DayLevel{Activity: canteen, Site: school, Day: day, Level: bookings.Full}))
	}
	return d
}

func waiting(id portal.ID, day portal.Date, state bookings.WaitState, place int) wire.Wait {
	return wire.Wait{ID: id, Child: lea, Activity: canteen, Site: school, Day: day, State: state, Place: place, Mine: true, ByName: "Anne Roy"}
}

// waits is what the view says of all waiting, a word each.
func (d *desk) waits() (out []string) {
	for _, w := range d.Waitings() {
		s := fmt.Sprint(w.Day, " ", w.State)
		if w.Pending != "" {
			s += " " + string(w.Pending)
		}
		out = append(out, s)
	}
	return out
}

func (d *desk) wantWaits(want ...string) {
	d.t.Helper()
	if got := d.waits(); !slices.Equal(got, want) {
		d.t.Errorf("waiting is %q, not %q", got, want)
	}
}

func TestWaitingForAFullDay(t *testing.T) {
	d := full(t)
	if v := d.Day(lea, canteen, thursdayNov); !v.Look.CanWait || v.Look.CanBook || v.Wait != nil {
		t.Fatalf("a full day is %+v", v)
	}
	id := portal.NewID()
	d.do(wire.WaitingJoin, wire.JoinWaiting{Wait: id, Child: lea, Activity: canteen, Day: thursdayNov})
	d.wantWaits("2026-11-26 waiting joining")
	if v := d.Day(lea, canteen, thursdayNov); v.Pending != PendingWait || v.Wait == nil || v.Look.CanWait {
		t.Errorf("while it waits to be sent: %+v", v)
	}
	// Waiting twice is doubtful.
	d.do(wire.WaitingJoin, wire.JoinWaiting{Wait: portal.NewID(), Child: lea, Activity: canteen, Day: thursdayNov})
	d.want(thursdayNov, "not no_place pending-joining doubt-already_waiting 3.20 20.00")
	d.decided(d.row(mine, wire.Waits, id, waiting(id, thursdayNov, bookings.WaitQueued, 3)))
	d.wantWaits("2026-11-26 waiting")
	if w := d.Day(lea, canteen, thursdayNov).Wait; w == nil || w.Place != 3 {
		t.Errorf("it stands as %+v", w)
	}

	// A place that is kept is booked like any other day, until its time is over.
	kept := waiting(id, thursdayNov, bookings.WaitOffered, 0)
	kept.Until = monday.At(18, 0).UnixMicro()
	d.get(d.row(mine, wire.Waits, id, kept))
	d.want(thursdayNov, "bookable can-book 3.20 16.80")
	booking := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: booking, Child: lea, Activity: canteen, Day: thursdayNov})
	d.want(thursdayNov, "booked booked can-cancel pending-booking 3.20 20.00")
	d.wantWaits("2026-11-26 offered booking")
	d.decided() // refused, say
	d.wantWaits("2026-11-26 offered")
	d.now = monday.At(18, 0)
	d.want(thursdayNov, "not no_place 3.20 20.00")

	// Given up it is gone at once, and comes back where that is taken back.
	d.now = monday.At(9, 0)
	d.do(wire.WaitingLeave, wire.LeaveWaiting{Wait: id})
	d.wantWaits("2026-11-26 offered leaving")
	d.want(thursdayNov, "not no_place pending-leaving 3.20 20.00")
	d.decided()
	d.wantWaits("2026-11-26 offered")
	d.get(d.gone(mine, wire.Waits, id))
	d.wantWaits()
}

func TestOfTwoWaitingsTheLiveOneStands(t *testing.T) {
	d := full(t)
	d.get(d.row(mine, wire.Waits, "new", waiting("new", thursdayNov, bookings.WaitQueued, 1)), d.row(mine, wire.Waits, "old", waiting("old", thursdayNov, bookings.WaitLapsed, 0)))
	d.wantWaits("2026-11-26 waiting")
	d.get(d.gone(mine, wire.Waits, "new"))
	d.wantWaits("2026-11-26 lapsed")
	if v := d.Day(lea, canteen, thursdayNov); !v.Look.CanWait {
		t.Errorf("who has missed a place cannot wait again: %+v", v)
	}
}

func TestAPlanPutsFullDaysOnTheList(t *testing.T) {
	d := full(t)
	p := d.Plan(wire.GroupBookings{Group: portal.NewID(), Book: lot(thursdayNov, fridayNov, "2026-12-01")})
	if p.Possible() != 1 || p.Full() != 2 {
		t.Errorf("without the list: %d possible, %d full", p.Possible(), p.Full())
	}
	id := portal.NewID()
	g := wire.GroupBookings{Group: id, Wait: true, Book: lot(thursdayNov, fridayNov, "2026-12-01")}
	p = d.Plan(g)
	if p.Possible() != 1 || p.Full() != 2 || p.Charged != 320 {
		t.Errorf("with it: %d possible, %d full, %d", p.Possible(), p.Full(), p.Charged)
	}
	d.wantWaits()
	d.do(wire.BookingGroup, g)
	d.wantWaits("2026-11-26 waiting joining", "2026-11-27 waiting joining")
	wait := bookings.WaitedID(id, lea, canteen, thursdayNov)
	d.decided(
		d.row(mine, wire.Groups, id, wire.GroupResult{ID: id, Waiting: lot(thursdayNov)}),
		d.row(mine, wire.Waits, wait, waiting(wait, thursdayNov, bookings.WaitQueued, 1)),
	)
	back, some := d.Opposite(id, portal.NewID())
	if !some || !slices.Equal(back.Leave, []portal.ID{wait}) {
		t.Errorf("taken back it is %+v", back)
	}
	d.do(wire.BookingGroup, back)
	d.wantWaits("2026-11-26 waiting leaving")
}
