package view

import (
	"maps"
	"slices"
	"strconv"

	"parvis/desktop/cache"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// PlannedDay is what would become of one day of a group.
type PlannedDay struct {
	Child    portal.ID
	Activity portal.ID
	Day      portal.Date
	Cancel   bool
	Booking  portal.ID     // made, or cancelled
	Refused  *portal.Error // why it is not possible; nil where it is
	Price    portal.Money  // on one's own account: charged, or given back
	PaidBy   string        // the child's other parent, where that one pays
	// Delegated says that another's account is charged, and not what.
	Delegated bool
	// Waits says that the day is full and the child is put on its list or, with
	// Cancel, taken off it; Booking is the waiting's id then.
	Waits bool
	// CanWait says of one that is refused because it is full that the child could
	// be put on its list.
	CanWait bool
	// Provisional says that the price is paid once the child's enrolment is accepted.
	Provisional bool
}

// Plan is what would become of a group if it were sent now.
type Plan struct {
	Days    []PlannedDay // what is cancelled first, then by day
	Charged portal.Money // on one's own account
	Back    portal.Money
	// Balances is those it touches as they would be, by cash desk, in order.
	Balances []Balance
}

// Possible is how many of its days can be booked, or cancelled.
func (p Plan) Possible() (n int) {
	for _, d := range p.Days {
		if d.Refused == nil && !d.Waits {
			n++
		}
	}
	return n
}

// Full is how many of its days are full, and can be waited for or are.
func (p Plan) Full() (n int) {
	for _, d := range p.Days {
		if d.Waits && !d.Cancel || d.CanWait {
			n++
		}
	}
	return n
}

// Plan judges a group by the rules that the town hall will judge it by, after
// all that waits.
func (v *View) Plan(g wire.GroupBookings) Plan {
	v.mu.RLock()
	defer v.mu.RUnlock()
	p := pass{v: v, over: v.over.fork(), days: map[[2]portal.ID]*dayRules{}}
	return p.plan(&command{Pending: cache.Pending{ID: g.Group, At: v.now()}}, g, v.over.money)
}

// plan is what a group would do, given what the balances change by before it.
func (p *pass) plan(c *command, g wire.GroupBookings, before map[string]portal.Money) Plan {
	out := Plan{Days: p.orders(c, &g)}
	for _, d := range out.Days {
		switch {
		case d.Refused != nil, d.Waits, d.Provisional:
		case d.Cancel:
			out.Back += d.Price
		default:
			out.Charged += d.Price
		}
	}
	for _, desk := range slices.Sorted(maps.Keys(p.over.money)) {
		if p.over.money[desk] == before[desk] {
			continue
		}
		if b, known := p.v.balance(desk, p.over); known {
			out.Balances = append(out.Balances, b)
		}
	}
	return out
}

// fork is an overlay on which days may be tried without changing it.
func (o *overlay) fork() *overlay {
	f := *o
	f.booked, f.bookedBy, f.cancelled = maps.Clone(o.booked), maps.Clone(o.bookedBy), maps.Clone(o.cancelled)
	f.queued, f.left = maps.Clone(o.queued), maps.Clone(o.left)
	f.freed, f.money, f.committed = maps.Clone(o.freed), maps.Clone(o.money), maps.Clone(o.committed)
	f.doubtDays, f.looks = maps.Clone(o.doubtDays), maps.Clone(o.looks)
	return &f
}

// orders does the days of a group as far as each is possible, what is cancelled
// first, and says of each what became of it.
func (p *pass) orders(c *command, g *wire.GroupBookings) []PlannedDay {
	out := make([]PlannedDay, 0, len(g.Cancel)+bookings.Count(g.Book))
	of := func(b *wire.Booking, refused *portal.Error) {
		d := PlannedDay{Child: b.Child, Activity: b.Activity, Day: b.Day, Booking: b.ID, Refused: refused, PaidBy: b.PaidBy, Provisional: b.Provisional, Delegated: p.rules(b.Child, b.Activity).delegated()}
		if b.Payer == p.v.account {
			d.Price = b.Price
		}
		out = append(out, d)
	}
	// Nothing here can fail but by the rules.
	_ = bookings.InTurn(g.Cancel, bookings.NeededBy, func(id portal.ID) (*portal.Error, error) {
		b, refused := p.cancelDay(c, id)
		if b != nil && refused == nil {
			of(b, nil)
			out[len(out)-1].Cancel = true
		}
		return refused, nil
	}, func(id portal.ID, why *portal.Error) {
		b, _ := p.cancelDay(c, id)
		of(b, why)
		out[len(out)-1].Cancel = true
	})
	for _, id := range g.Leave {
		if w, left := p.leave(c, id); left {
			of(&wire.Booking{ID: id, Child: w.Child, Activity: w.Activity, Day: w.Day}, nil)
			out[len(out)-1].Waits, out[len(out)-1].Cancel = true, true
		}
	}
	for _, day := range bookings.ByDay(bookings.InOrder(g.Book)) {
		_ = bookings.InTurn(day, bookings.NeedsOther, func(o bookings.Order) (*portal.Error, error) {
			b, refused := p.bookDay(c, bookings.GroupedID(g.Group, o.Child, o.Activity, o.Day), o.Child, o.Activity, o.Day, o.Other)
			k := dayKey{o.Child, o.Activity, o.Day}
			settled := func() {
				if p.over.doubtDays[k].command == c.ID {
					delete(p.over.doubtDays, k) // it only waited for its turn
				}
			}
			if refused == nil {
				settled()
				of(&b, nil)
				return nil, nil
			}
			if wait := bookings.WaitedID(g.Group, o.Child, o.Activity, o.Day); g.Wait && !g.All && refused.Code == bookings.NoPlace && p.joinDay(c, wait, o.Child, o.Activity, o.Day) == nil {
				settled()
				of(&wire.Booking{ID: wait, Child: o.Child, Activity: o.Activity, Day: o.Day}, nil)
				out[len(out)-1].Waits = true
				return nil, nil
			}
			return refused, nil
		}, func(o bookings.Order, why *portal.Error) {
			of(&wire.Booking{Child: o.Child, Activity: o.Activity, Day: o.Day}, why)
			s, _, _ := p.rules(o.Child, o.Activity).at(o.Day, p.at(c))
			out[len(out)-1].CanWait = why.Code == bookings.NoPlace && s.CheckWait() == nil
		})
	}
	return out
}

// group shows what a group will do: nothing where all or nothing was asked for
// and a day is not possible.
func (p *pass) group(c *command, g *wire.GroupBookings) *portal.Error {
	if _, landed := p.v.own.groups[g.Group]; landed {
		return nil
	}
	p.over.sending[g.Group] = c.ID
	p.over.look(wire.Prepared, g.Group, "sent", string(c.ID))
	tried := pass{v: p.v, over: p.over.fork(), days: map[[2]portal.ID]*dayRules{}}
	var first *portal.Error
	impossible, all := 0, tried.orders(c, g)
	for _, d := range all {
		if d.Refused != nil {
			if impossible++; first == nil {
				first = d.Refused
			}
		}
	}
	switch {
	case impossible == 0:
	case len(all) == 1:
		p.over.doubtDays = tried.over.doubtDays
		return first
	case impossible == len(all):
		return portal.E(bookings.GroupNone, "days", "why", string(first.Code))
	case g.All:
		return portal.E(bookings.GroupNotAll, "days", "days", strconv.Itoa(impossible), "why", string(first.Code))
	}
	*p.over = *tried.over
	return nil
}

// isGroup reports whether a command that waits is about many days.
func (v *View) isGroup(id portal.ID) bool {
	for _, c := range v.outbox {
		if c.ID == id {
			_, group := c.args.(*wire.GroupBookings)
			_, absence := c.args.(*wire.TellAbsence)
			_, back := c.args.(*wire.WithdrawAbsence)
			return group || absence || back
		}
	}
	return false
}

// Group is what became of a group, once it is known.
func (v *View) Group(id portal.ID) (wire.GroupResult, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	g, known := v.own.groups[id]
	return g, known
}

// Groups is what became of all of them, the newest first.
func (v *View) Groups() []wire.GroupResult {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := slices.Collect(maps.Values(v.own.groups))
	slices.SortFunc(out, func(a, b wire.GroupResult) int { return firstOf(compare(b.At, a.At), compare(a.ID, b.ID)) })
	return out
}

// Lots puts days to be booked into lots, which say where the screen tells that
// the child's other parent pays.
func (v *View) Lots(of []bookings.Order) (lots []bookings.Lot) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, o := range of {
		child, known := v.child(o.Child, v.over)
		other := known && v.tie(o.Child, v.over).Parent() && child.PaidByOther(o.Day) != ""
		lots = bookings.Add(lots, o.Child, o.Activity, o.Day, other)
	}
	return lots
}

// Opposite is the group that takes another one back, as far as what it did
// still stands: false where nothing of it does, or where it has not been
// decided.
func (v *View) Opposite(of, id portal.ID) (wire.GroupBookings, bool) {
	g, known := v.Group(of)
	if !known {
		return wire.GroupBookings{}, false
	}
	back := wire.GroupBookings{Group: id, Undoes: of}
	v.mu.RLock()
	for _, o := range bookings.InOrder(g.Booked) {
		booking := bookings.GroupedID(of, o.Child, o.Activity, o.Day)
		_, stands := v.own.bookings[booking]
		if _, going := v.over.cancelled[booking]; stands && !going {
			back.Cancel = append(back.Cancel, booking)
		}
	}
	for _, o := range bookings.InOrder(g.Waiting) {
		wait := bookings.WaitedID(of, o.Child, o.Activity, o.Day)
		if _, going := v.over.left[wait]; v.own.waits[wait].State.Live() && !going {
			back.Leave = append(back.Leave, wait)
		}
	}
	var again []bookings.Order
	for _, o := range bookings.InOrder(g.Cancelled) {
		if _, booked := v.rulesFor(o.Child, o.Activity, v.over).live(o.Day); !booked {
			again = append(again, o)
		}
	}
	v.mu.RUnlock()
	back.Book = v.Lots(again)
	return back, len(back.Cancel)+len(back.Book)+len(back.Leave) > 0
}

// Intent is what is wanted of days.
type Intent string

// The intents.
const (
	ToBook   Intent = "book"
	ToCancel Intent = "cancel"
	// ToReplace books the days and cancels what else is booked in the period.
	ToReplace Intent = "replace"
)

// Wish is days that somebody wants booked or cancelled for some children at
// some activities.
type Wish struct {
	Intent               Intent
	Children, Activities []portal.ID
	// Days says on which days, of one child at one activity.
	Days   func(child, activity portal.ID) []portal.Date
	Period portal.Period // of what is replaced
}

// Drawn is a wish as a group, with what of it needs nothing done.
type Drawn struct {
	Group   wire.GroupBookings
	Already int // days that are booked as it is
	// Off is days on which the activity does not run for the child, by why.
	Off map[portal.Code]int
}

// Draw makes a group out of a wish.
func (v *View) Draw(w Wish, id portal.ID) Drawn {
	out := Drawn{Group: wire.GroupBookings{Group: id}, Off: map[portal.Code]int{}}
	days := map[[2]portal.ID][]portal.Date{} // asked for before the view is held: it may be read for them
	for _, child := range w.Children {
		for _, activity := range w.Activities {
			days[[2]portal.ID{child, activity}] = w.Days(child, activity)
		}
	}
	var wanted []bookings.Order
	v.mu.RLock()
	for _, child := range w.Children {
		for _, activity := range w.Activities {
			r := v.rulesFor(child, activity, v.over)
			if len(r.enrolments) == 0 {
				continue // a brother's activity
			}
			days := days[[2]portal.ID{child, activity}]
			if w.Intent == ToReplace {
				out.Group.Cancel = append(out.Group.Cancel, r.bookedBut(days, w.Period, portal.DateOf(v.now()))...)
			}
			for _, day := range days {
				b, booked := r.live(day)
				switch s, _, _ := r.at(day, v.now()); {
				case w.Intent == ToCancel && booked:
					out.Group.Cancel = append(out.Group.Cancel, b.ID)
				case w.Intent == ToCancel:
				case booked:
					out.Already++
				case s.Open() != nil && s.Open().Code != bookings.Closed:
					out.Off[s.Open().Code]++
				default:
					wanted = append(wanted, bookings.Order{Lot: bookings.Lot{Child: child, Activity: activity}, Day: day})
				}
			}
		}
	}
	v.mu.RUnlock()
	out.Group.Book = v.Lots(wanted)
	return out
}

// bookedBut is the bookings of a period from a day on that are on none of some
// days, by day.
func (r *dayRules) bookedBut(days []portal.Date, period portal.Period, from portal.Date) (ids []portal.ID) {
	for day := max(period.From, from.Add(1)); day <= period.To; day = day.Add(1) {
		if b, booked := r.live(day); booked && !slices.Contains(days, day) {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// AsBefore is the days of a period on which a child is to be at an activity as
// it was before: see bookings.AsBefore.
func (v *View) AsBefore(child, activity portal.ID, period portal.Period) []portal.Date {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.rulesFor(child, activity, v.over)
	return bookings.AsBefore(period,
		func(day portal.Date) bool { s, _, _ := r.at(day, v.now()); return s.Open() == nil },
		func(day portal.Date) bool { _, booked := r.live(day); return booked })
}
