package view

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func (p *pass) book(c *command, a *wire.Book) *portal.Error {
	if _, landed := p.v.own.bookings[a.Booking]; landed {
		return nil
	}
	_, e := p.bookDay(c, a.Booking, a.Child, a.Activity, a.Day, a.Other)
	return e
}

// bookDay books one day, for a command of that day alone or for a group. A day
// that is refused is marked as doubtful.
func (p *pass) bookDay(c *command, booking, child, activity portal.ID, day portal.Date, other bool) (wire.Booking, *portal.Error) {
	k := dayKey{child, activity, day}
	r := p.rules(child, activity)
	s, price, priceless := r.at(day, p.at(c))
	if o := bookings.OpeningOf(s.Openings, activity, day); p.asks && o != nil {
		s.Drawing = o.ID
		if o.Mode == bookings.Pooled {
			s.Level = "" // that is for the draw to see
		}
	}
	if c.Number != 0 {
		// The last place may well be the one this command has just taken.
		s.Level = ""
	}
	e := s.CheckBook()
	if e == nil {
		e = priceless
	}
	by := ""
	if !r.delegated() {
		by = r.mine.PaidByOther(day)
	}
	if e == nil && other && by == "" && !r.delegated() {
		e = portal.E(bookings.PayerChanged, "payer")
	}
	if e != nil {
		p.doubtDay(c, k, e)
		return wire.Booking{}, e
	}
	b := wire.Booking{ID: booking, Child: child, Activity: activity, Site: s.Enrolment.Site, Day: day, Price: price.Amount, ByName: p.v.myName(), At: c.At.UnixMicro(),
		Provisional: s.Enrolment.Provisional != ""}
	if r.delegated() || by != "" {
		b.By, b.PaidBy = p.v.account, by // the parent pays, or the other one
	} else {
		b.Payer, b.Why = p.v.account, &price
		if b.Price = s.Price; r.mine.PayersOn(day) != nil {
			b.Whole = price.Amount
		}
	}
	p.over.booked[k] = Booking{Pending: PendingBook, Command: c.ID, Booking: b}
	p.over.bookedBy[booking] = k
	if b.Provisional {
		p.over.committed[s.Activity.CashDesk] += b.Price
	} else {
		p.over.money[s.Activity.CashDesk] -= b.Price
	}
	p.over.look(wire.Bookings, child, string(booking), b.Price.Decimal())
	return b, nil
}

func (p *pass) doubtDay(c *command, k dayKey, e *portal.Error) {
	p.over.doubtDays[k] = dayDoubt{c.ID, e}
	p.over.look(wire.Bookings, k.child, string(c.ID), string(k.day), e.Error())
}

func (p *pass) cancel(c *command, a *wire.CancelBooking) *portal.Error {
	_, e := p.cancelDay(c, a.Booking)
	return e
}

// cancelDay cancels one booking, for a command of its own or for a group; the
// booking is nil where it is gone already.
func (p *pass) cancelDay(c *command, booking portal.ID) (*wire.Booking, *portal.Error) {
	k, ours := p.over.bookedBy[booking]
	if !ours {
		b, there := p.v.own.bookings[booking]
		if _, twice := p.over.cancelled[booking]; !there || twice {
			return nil, nil
		}
		k = dayKey{b.Child, b.Activity, b.Day}
	}
	r := p.rules(k.child, k.activity)
	s, _, _ := r.at(k.day, p.at(c))
	going, _ := r.live(k.day)
	if e := s.CheckCancel(); e != nil {
		p.doubtDay(c, k, e)
		return &going.Booking, e
	}
	if ours {
		delete(p.over.booked, k)
		delete(p.over.bookedBy, booking)
	} else {
		p.over.cancelled[booking] = c.ID
	}
	p.over.freed[k] = c.ID
	switch {
	case !going.Provisional:
		p.over.money[s.Activity.CashDesk] += s.Booking.Price
	case ours:
		p.over.committed[s.Activity.CashDesk] -= s.Booking.Price
	}
	p.over.look(wire.Bookings, k.child, "-"+string(booking))
	return &going.Booking, nil
}
