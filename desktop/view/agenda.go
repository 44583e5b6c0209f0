package view

import (
	"slices"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Pending says what is under way about a day.
type Pending string

// The kinds of pending.
const (
	PendingNone   Pending = ""
	PendingBook   Pending = "booking"
	PendingCancel Pending = "cancelling"
	PendingWait   Pending = "joining" // a waiting list
	PendingLeave  Pending = "leaving" // one, or a place that was kept
)

// Booking is a booking as it will be: confirmed, or waiting.
type Booking struct {
	wire.Booking
	Pending Pending   // PendingBook or none
	Command portal.ID // what waits
}

// DayView is one child's day at one activity, all that a cell of the agenda
// and the line under it say.
type DayView struct {
	Day     portal.Date
	Look    bookings.Look
	Level   bookings.Level // of the places left where the child would be
	Booking *wire.Booking  // as it will be; nil when there is none
	Wait    *Waiting       // what stands of waiting for the day, where it is not booked
	Pending Pending
	Command portal.ID // what waits about this day, for undoing it
	// Together says that what waits is about other days too: undoing it would undo
	// those.
	Together bool
	// Doubt is why what waits about this day is likely to be refused.
	Doubt *portal.Error
	Price ledger.Price // of the booking, or what one would cost
	// BalanceAfter is the balance, with all that waits, after a click.
	BalanceAfter portal.Money
	// Delegated says that another parent pays: there is no price to tell.
	Delegated bool
	// Provisional says that the child's enrolment is under review: what is booked, or
	// would be, is paid once it is accepted.
	Provisional bool
	// Asked says that the day is asked for where places are drawn.
	Asked bool
	// Shared is who pays where others do too, nil where nobody does; Own is then
	// the part of the price that is one's own, and what the balance changes by.
	Shared *wire.ChildPayers
	Own    portal.Money
	// PaidBy is the child's other parent where that one pays for what is booked
	// here, or would be: no price to tell either.
	PaidBy string
}

// dayRules is what decides about the days of one child at one activity.
type dayRules struct {
	v          *View
	over       *overlay
	child      portal.ID
	activity   bookings.Activity
	known      bool
	calendar   bookings.Calendar
	enrolments []bookings.Enrolment
	payer      ledger.Payer
	tie        accounts.Tie
	mine       wire.Child
}

// otherParent stands for the account of the child's other parent, which one is
// not told.
const otherParent portal.ID = "other parent"

// delegated reports whether the child is another parent's, who pays, and whose
// prices are not told.
func (r *dayRules) delegated() bool { return !r.tie.Parent() }

// rulesFor gathers them under an overlay, which may still grow.
func (v *View) rulesFor(child, activity portal.ID, over *overlay) *dayRules {
	r := &dayRules{v: v, over: over, child: child, payer: v.payer(over), tie: v.tie(child, over)}
	r.mine, _ = v.child(child, over)
	r.activity, r.known = v.town.activities[activity]
	r.activity.ID = activity
	if v.town.calendar != nil {
		r.calendar = *v.town.calendar
	}
	for _, e := range v.own.enrolments {
		if e.Child == child && e.Activity == activity {
			r.enrolments = append(r.enrolments, e)
		}
	}
	slices.SortFunc(r.enrolments, func(a, b bookings.Enrolment) int { return compare(a.Period.From, b.Period.From) })
	return r
}

// situation is that of a day at an instant, without who pays and what is booked.
func (r *dayRules) situation(day portal.Date, now time.Time) bookings.Situation {
	s := bookings.Situation{
		Now: now, Day: day, Activity: r.activity, Calendar: r.calendar, Closures: r.v.town.closureList, Openings: r.v.openings(r.over), Actor: r.v.account,
		Town: r.v.town.activities, Beside: r.beside(day),
	}
	for i := range r.enrolments {
		if e := &r.enrolments[i]; s.Enrolment == nil || e.Period.Has(day) || !s.Enrolment.Period.Has(day) {
			s.Enrolment = e
		}
	}
	if s.Enrolment != nil && s.Enrolment.Site == r.mine.Site {
		s.Class = r.mine.Class
	}
	return s
}

// at is the situation of a day at an instant, and what a booking would cost.
func (r *dayRules) at(day portal.Date, now time.Time) (bookings.Situation, ledger.Price, *portal.Error) {
	s := r.situation(day, now)
	if s.Enrolment != nil {
		s.Level = r.v.town.level(r.activity.ID, s.Enrolment.Site, day)
	}
	if b, live := r.live(day); live {
		s.Booking = &bookings.Booking{ID: b.ID, Child: b.Child, Activity: b.Activity, Site: b.Site, Day: b.Day, Payer: b.Payer, Price: b.Price, By: b.By}
	}
	if w, waits := r.v.waitOn(r.over, dayKey{r.child, r.activity.ID, day}); waits && w.Pending != PendingLeave && s.Enrolment != nil && w.Site == s.Enrolment.Site {
		s.Wait = w.rule()
	}
	if r.delegated() {
		r.asDelegate(&s)
		return s, ledger.Price{}, nil
	}
	s.Parent = true
	if s.Booking != nil && s.Booking.Payer == "" && s.Booking.By == r.v.account {
		s.Booking.Payer = otherParent
	}
	if r.mine.PaidByOther(day) != "" {
		s.Payer = otherParent
		_, priceless := r.price(day)
		return s, ledger.Price{}, priceless
	}
	price, priceless := r.price(day)
	s.Price = r.own(day, price.Amount)
	balance, _ := r.v.balance(r.activity.CashDesk, r.over)
	s.Balance = balance.Expected - r.v.committed(r.activity.CashDesk, r.over)
	return s, price, priceless
}

// own is one's own part of what a day costs whoever is here.
func (r *dayRules) own(day portal.Date, price portal.Money) portal.Money {
	if p := r.mine.PayersOn(day); p != nil {
		price, _ = p.Own(price)
	}
	return price
}

// price is what the day costs whoever is here.
func (r *dayRules) price(day portal.Date) (ledger.Price, *portal.Error) {
	t := ledger.TariffOn(r.v.town.tariffList, r.activity.ID, day)
	if t == nil || t.Siblings == nil {
		return ledger.PriceOf(t, day, r.payer, r.child, nil)
	}
	var children []ledger.Sibling
	for id, c := range r.v.children(r.over) {
		if c.Delegated {
			continue
		}
		_, booked := r.v.liveOn(r.over, dayKey{id, r.activity.ID, day})
		children = append(children, ledger.Sibling{Child: id, Born: c.BirthDate, Booked: booked, Enrolled: r.v.enrolled(id, r.activity.ID, day)})
	}
	return ledger.PriceOf(t, day, r.payer, r.child, children)
}

// enrolled reports whether a child may come to an activity on a day.
func (v *View) enrolled(child, activity portal.ID, day portal.Date) bool {
	for _, e := range v.own.enrolments {
		if e.Child == child && e.Activity == activity && e.Period.Has(day) {
			return true
		}
	}
	return false
}

// asDelegate judges for somebody whom a parent lets see, or see and book: what
// it costs and whether the parent's balance allows it is between others.
func (r *dayRules) asDelegate(s *bookings.Situation) {
	s.Payer = r.tie.Payer(r.activity.ID)
	if !r.tie.RightsAt(r.activity.ID).Book {
		s.Barred = portal.E(accounts.OnlySees, "child")
	}
	if s.Booking != nil && s.Booking.By == r.v.account {
		s.Booking.Payer = s.Payer
	}
}

// beside is the other activities at which the child will come that day, as far
// as they are told.
func (r *dayRules) beside(day portal.Date) (out []portal.ID) {
	for id := range r.v.town.activities {
		if id == r.activity.ID {
			continue
		}
		if _, booked := r.v.liveOn(r.over, dayKey{r.child, id, day}); booked {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// live is the day's booking as it will be.
func (r *dayRules) live(day portal.Date) (Booking, bool) {
	return r.v.liveOn(r.over, dayKey{r.child, r.activity.ID, day})
}

func (v *View) liveOn(over *overlay, k dayKey) (Booking, bool) {
	if b, ok := over.booked[k]; ok {
		return b, true
	}
	id, ok := v.own.days[k]
	if _, going := over.cancelled[id]; !ok || going {
		return Booking{}, false
	}
	return Booking{Booking: v.own.bookings[id]}, true
}

func (r *dayRules) view(day portal.Date, now time.Time) DayView {
	s, price, priceless := r.at(day, now)
	d := DayView{Day: day, Look: s.Look(), Level: s.Level, Price: price, Delegated: r.delegated(), Provisional: s.Enrolment != nil && s.Enrolment.Provisional != "", Asked: r.askedFor(day)}
	if !d.Delegated && s.Payer != otherParent {
		balance, _ := r.v.balance(r.activity.CashDesk, r.over)
		d.BalanceAfter = balance.Expected
	}
	if d.Own = s.Price; !d.Delegated {
		d.PaidBy, d.Shared = r.mine.PaidByOther(day), r.mine.PayersOn(day)
	}
	if d.Look.CanBook && priceless != nil {
		d.Look.CanBook, d.Look.Colour, d.Look.Reason = false, bookings.Grey, priceless
	}
	k := dayKey{r.child, r.activity.ID, day}
	if b, live := r.live(day); live {
		d.Booking, d.Pending, d.Command, d.Provisional = &b.Booking, b.Pending, b.Command, b.Provisional
		d.Price, d.PaidBy = ledger.Price{Amount: b.Price}, b.PaidBy // as it was when it was booked
		if d.Own = b.Price; b.Whole == 0 && (b.Payer != "" || b.Price == 0) {
			d.Shared = nil
		}
		if b.Why != nil {
			d.Price = *b.Why
		}
	} else if c, freed := r.over.freed[k]; freed {
		d.Pending, d.Command = PendingCancel, c
	}
	if w, waits := r.v.waitOn(r.over, k); waits && d.Booking == nil {
		if d.Wait = &w; w.Pending != PendingNone && d.Pending == PendingNone {
			d.Pending, d.Command = w.Pending, w.Command
		}
	}
	if doubt, doubtful := r.over.doubtDays[k]; doubtful {
		d.Doubt, d.Command = doubt.why, doubt.command
	}
	d.Together = d.Pending != PendingNone && r.v.isGroup(d.Command)
	switch {
	case d.Provisional: // nothing is paid
	case d.Look.CanBook:
		d.BalanceAfter -= s.Price
	case d.Look.CanCancel:
		d.BalanceAfter += d.Booking.Price
	}
	return d
}

// Day is one child's day at one activity.
func (v *View) Day(child, activity portal.ID, day portal.Date) DayView {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.rulesFor(child, activity, v.over).view(day, v.now())
}

// Menu is what a site's canteen serves on a day, false where it is not told.
func (v *View) Menu(site portal.ID, day portal.Date) (meals.Menu, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	m, told := v.menu(meals.Key(site, day), v.over)
	if !told {
		m, told = v.menu(meals.Key("", day), v.over)
	}
	return m, told
}

// MenuDays is the days, from one on, of which a site's canteen tells what it
// serves.
func (v *View) MenuDays(site portal.ID, from portal.Date) (out []portal.Date) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for key := range v.menuKeys(v.over) {
		m, told := v.menu(key, v.over)
		if told && m.Day >= from && (m.Site == "" || m.Site == site) && !slices.Contains(out, m.Day) {
			out = append(out, m.Day)
		}
	}
	slices.Sort(out)
	return out
}

// MonthStart is the Monday with which six weeks around a month begin.
func MonthStart(first portal.Date) portal.Date {
	return Monday(first.FirstOfMonth())
}

// Month is the six weeks around the month of a day, from a Monday on.
func (v *View) Month(child, activity portal.ID, first portal.Date) [42]DayView {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.rulesFor(child, activity, v.over)
	now := v.now()
	var out [42]DayView
	for i, day := 0, MonthStart(first); i < len(out); i, day = i+1, day.Add(1) {
		out[i] = r.view(day, now)
	}
	return out
}

// Week is the seven days from a Monday on.
func (v *View) Week(child, activity portal.ID, monday portal.Date) [7]DayView {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.rulesFor(child, activity, v.over)
	now := v.now()
	var out [7]DayView
	for i := range out {
		out[i] = r.view(monday.Add(i), now)
	}
	return out
}

// Monday is that of a day's week.
func Monday(day portal.Date) portal.Date { return day.Add(-((int(day.Weekday()) + 6) % 7)) }

// Bookings is a child's bookings in the month of a day as they will be, in
// the order of days; of all children when child is empty.
func (v *View) Bookings(child portal.ID, month portal.Date) []Booking {
	v.mu.RLock()
	defer v.mu.RUnlock()
	first := month.FirstOfMonth()
	in := func(b wire.Booking) bool {
		return (child == "" || b.Child == child) && b.Day.FirstOfMonth() == first
	}
	var out []Booking
	for id, b := range v.own.bookings {
		if _, going := v.over.cancelled[id]; !going && in(b) {
			out = append(out, Booking{Booking: b})
		}
	}
	for _, b := range v.over.booked {
		if in(b.Booking) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Booking) int {
		return firstOf(compare(a.Day, b.Day), compare(a.Child, b.Child), compare(a.ID, b.ID))
	})
	return out
}
