package simulate

import (
	"encoding/json"
	"slices"

	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// together does many days at once: books and cancels some of the days that are
// fought for, or takes back what a group did before.
func (d *desktop) together() {
	if done, ok := pick(d.r, d.view.Groups()); ok && d.r.IntN(3) == 0 {
		if back, any := d.view.Opposite(done.ID, d.ids()); any {
			back.All = d.r.IntN(2) == 0
			d.submit(wire.BookingGroup, back)
		}
		return
	}
	g := wire.GroupBookings{Group: d.ids(), All: d.r.IntN(3) == 0, Wait: d.r.IntN(2) == 0}
	var needs []portal.ID
	today := portal.DateOf(d.h.town.now())
	for _, b := range d.view.Bookings("", today) {
		if b.Payer == d.account && b.Day > today && d.r.IntN(4) == 0 && len(g.Cancel) < 3 {
			g.Cancel = append(g.Cancel, b.ID)
			if b.Pending != view.PendingNone && !slices.Contains(needs, b.Command) {
				needs = append(needs, b.Command)
			}
		}
	}
	wanted := map[[3]string]bool{}
	var orders []bookings.Order
	for range 1 + d.r.IntN(6) {
		child, ok := pick(d.r, d.view.Seen())
		if !ok {
			return
		}
		o := bookings.Order{Lot: bookings.Lot{Child: child.ID, Activity: []portal.ID{demo.Canteen, demo.Evening}[d.r.IntN(2)]}, Day: d.day()}
		if k := [3]string{string(o.Child), string(o.Activity), string(o.Day)}; !wanted[k] {
			wanted[k] = true
			orders = append(orders, o)
		}
	}
	g.Book = d.view.Lots(orders)
	d.submit(wire.BookingGroup, g, needs...)
}

// mayGo reports whether an accepted group was to cancel a booking, if it could.
func (h *history) mayGo(id portal.ID) bool {
	if h.closes {
		return true
	}
	h.town.mu.Lock()
	defer h.town.mu.Unlock()
	return h.town.mayGo[id]
}

// groups is what became of the groups that were accepted: what each has made,
// and what it has cancelled.
type groups struct {
	made      map[portal.ID]bool
	waits     map[portal.ID]bool      // put on a list
	cancelled map[portal.ID]portal.ID // the booking → the group
	results   map[portal.ID]wire.GroupResult
}

// groupsDone reads them, and checks that each day is as its result says.
func (h *history) groupsDone(tx *store.Tx, deeds map[portal.ID]*deed) (g groups, err error) {
	g = groups{map[portal.ID]bool{}, map[portal.ID]bool{}, map[portal.ID]portal.ID{}, map[portal.ID]wire.GroupResult{}}
	// What was prepared goes from each desktop, and again after it was too early,
	// under the same name, and is done once.
	done := map[portal.ID]int{}
	for id, v := range h.town.judged {
		if x := deeds[id]; x != nil && v.Accepted {
			if a, is := x.args.(wire.GroupBookings); is {
				if done[a.Group]++; done[a.Group] > 1 {
					h.fail("group %s was accepted twice", a.Group)
				}
			}
		}
	}
	for id, v := range h.town.judged {
		x := deeds[id]
		if x == nil {
			continue
		}
		a, is := x.args.(wire.GroupBookings)
		if !is {
			continue
		}
		kept, found, err := tx.BookingGroup(a.Group)
		if err != nil {
			return g, err
		}
		if found != (done[a.Group] > 0) {
			h.fail("group %s: accepted=%v, there=%v", a.Group, v.Accepted, found)
		}
		if !v.Accepted {
			continue
		}
		var r wire.GroupResult
		if err := json.Unmarshal([]byte(kept.Body), &r); err != nil {
			return g, err
		}
		g.results[a.Group] = r
		told := bookings.Count(r.Booked) + bookings.Count(r.Cancelled) + bookings.Count(r.Waiting)
		for _, f := range r.Refused {
			told += len(f.Days)
		}
		if asked := bookings.Count(a.Book) + len(a.Cancel); asked != told || a.All && len(r.Refused) > 0 {
			h.fail("group %s asked for %d days and is told of %d, all=%v: %s", a.Group, asked, told, a.All, kept.Body)
		}
		for _, o := range bookings.InOrder(r.Booked) {
			g.made[bookings.GroupedID(a.Group, o.Child, o.Activity, o.Day)] = true
		}
		for _, o := range bookings.InOrder(r.Waiting) {
			g.waits[bookings.WaitedID(a.Group, o.Child, o.Activity, o.Day)] = true
		}
		for _, id := range a.Cancel {
			b, found, err := tx.Booking(id)
			if err != nil {
				return g, err
			}
			if found && slices.ContainsFunc(r.Cancelled, func(l bookings.Lot) bool {
				return l.Child == b.Child && l.Activity == b.Activity && slices.Contains(l.Days, b.Day)
			}) {
				if before, twice := g.cancelled[id]; twice {
					h.fail("booking %s was cancelled by group %s and by %s", id, before, a.Group)
				}
				g.cancelled[id] = a.Group
			}
		}
	}
	return g, nil
}

// grouped is a group as what was asked of each of its days and how that ended:
// each may have been decided at any instant of the group's. A group that was
// refused as a whole tells nothing of its days.
func (o *operations) grouped(d *desktop, x *deed) {
	a := x.args.(wire.GroupBookings)
	r, known := o.groups.results[a.Group]
	if !known || !x.yes {
		return
	}
	op := took(d, x)
	op.Output = answer{yes: true}
	for _, id := range a.Cancel {
		if p, played := o.booked[id]; played && o.groups.cancelled[id] == a.Group {
			p.what = cancels
			o.place(p, op)
		}
	}
	for _, l := range bookings.InOrder(r.Booked) {
		o.place(o.booked[bookings.GroupedID(a.Group, l.Child, l.Activity, l.Day)], op)
	}
	for _, l := range bookings.InOrder(r.Waiting) {
		o.place(o.want(waits, "", l.Child, l.Activity, l.Day), op)
	}
	for _, f := range r.Refused {
		for _, day := range f.Days {
			if f.Cancel || day == "" {
				continue
			}
			op.Output = answer{code: f.Error.Code}
			o.place(o.booked[bookings.GroupedID(a.Group, f.Child, f.Activity, day)], op)
			o.refused(account{o.h.payer(d).account, o.h.cashDeskOf(f.Activity)}, -o.h.price(o.h.payer(d), f.Child, f.Activity, day), op)
		}
	}
}
