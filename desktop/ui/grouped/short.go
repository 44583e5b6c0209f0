package grouped

import (
	"slices"

	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// choices is under what kind is kept what is gone on with later, short what lacked
// money, and what of the last group was not even sent.
const (
	choices = "grouped"
	short   = "short"
	unsent  = "unsent"
)

// shortChoice is what was chosen and could not all be paid: whoever tops up the
// account comes back to it, as it was; once some of it is sent, to the rest.
type shortChoice struct {
	ID                   portal.ID
	On                   portal.Date // that it was chosen
	Intent               view.Intent
	Children, Activities []portal.ID
	How, Weekdays, Every string
	Alternate            portal.Date
	Period               string
	Span                 portal.Period // that the period stood for on that day
	Picked               []portal.Date
	All, Unlist          bool
	Only                 []bookings.Lot // the rest; none while nothing is sent
}

// remember keeps what was chosen where some of it lacks only money, and reports
// whether it is kept. What is prepared is judged at its hour, what was refused stands
// on its card, a public computer keeps nothing, and what waits here already is not
// put aside for it.
func (p *page) remember(refused []view.PlannedDay, only []bookings.Lot) bool {
	var was shortChoice
	here := p.s.Kept(choices, short, &was) && was.On != ""
	if p.is.opening != "" || p.is.again != "" || !lacksMoney(refused) || p.c.Session != nil && p.c.Session.Kiosk() || here && was.ID != p.shortID() {
		return false
	}
	is := p.is
	now := shortChoice{p.shortID(), p.c.View.Today(), is.intent, is.children, is.activities, is.how, is.weekdays, is.every, is.alternate, is.period, p.span(is.period), is.picked, is.all, is.unlist, only}
	if len(only) > 0 {
		now.Intent = view.ToBook
	}
	return p.s.Keep(choices, short, now) == nil // without room it is chosen anew, and nothing else lost
}

func (p *page) shortID() portal.ID {
	if p.is.short != "" {
		return p.is.short
	}
	return p.is.id
}

// lacksMoney reports whether money is all that some days need.
func lacksMoney(refused []view.PlannedDay) bool {
	return slices.ContainsFunc(refused, func(d view.PlannedDay) bool { return !d.Cancel && d.Refused.Code == bookings.BalanceFloor })
}

// lacking is the days that need only money.
func lacking(v *view.View, refused []view.PlannedDay) []bookings.Lot {
	var orders []bookings.Order
	for _, d := range refused {
		if !d.Cancel && d.Refused.Code == bookings.BalanceFloor {
			orders = append(orders, bookings.Order{Lot: bookings.Lot{Child: d.Child, Activity: d.Activity}, Day: d.Day})
		}
	}
	return v.Lots(orders)
}

// within is what of some lots is among others.
func within(lots, others []bookings.Lot) (out []bookings.Lot) {
	among := map[[3]string]bool{}
	for _, o := range bookings.InOrder(others) {
		among[[3]string{string(o.Child), string(o.Activity), string(o.Day)}] = true
	}
	for _, l := range lots {
		l.Days = slices.DeleteFunc(slices.Clone(l.Days), func(d portal.Date) bool { return !among[[3]string{string(l.Child), string(l.Activity), string(d)}] })
		if len(l.Days) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// forget forgets what is kept, if it is what is chosen here.
func (p *page) forget() {
	var is shortChoice
	if p.s.Kept(choices, short, &is) && is.On != "" && is.ID == p.shortID() {
		_ = p.s.Keep(choices, short, nil)
	}
}

// resume goes on with what could not be paid, where nothing else is asked for and
// some of it is still to be booked.
func (p *page) resume() {
	var was shortChoice
	if p.is.opening != "" || p.is.again != "" || !p.s.Kept(choices, short, &was) || was.On == "" {
		return
	}
	before := p.is
	p.is.intent, p.is.children, p.is.activities, p.is.how, p.is.weekdays, p.is.every, p.is.alternate = was.Intent, was.Children, was.Activities, was.How, was.Weekdays, was.Every, was.Alternate
	p.is.period, p.is.from, p.is.to, p.is.picked, p.is.all, p.is.unlist = was.Period, was.Span.From, was.Span.To, was.Picked, was.All, was.Unlist
	if was.On != p.c.View.Today() {
		p.is.period = otherDates
	}
	p.is.short, p.is.only = was.ID, was.Only
	if bookings.Count(p.draw().Group.Book) == 0 {
		p.forget()
		p.is = before
		return
	}
	p.is.step, p.is.resumed = stepCheck, true
}
