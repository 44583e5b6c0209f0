package view

import (
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// BackDay is a day of an absence, and what taking it back now would make of it.
type BackDay struct {
	bookings.AbsentDay
	Activity bookings.Activity
	Until    time.Time     // until when it can be taken back
	Not      *portal.Error // why it cannot be
}

// Absence is one that this account has told, or pays for.
func (v *View) Absence(id portal.ID) (Absence, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	a, known := v.absences(v.over)[id]
	return a, known
}

// Backs is what taking back all that is left of an absence now would make of its
// days, in their order; where the money or the places end, the first are kept.
func (v *View) Backs(absence portal.ID) (out []BackDay) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	a, known := v.absences(v.over)[absence]
	if !known {
		return nil
	}
	p := pass{v: v, over: v.over.fork(), days: map[[2]portal.ID]*dayRules{}}
	why := p.takeBack(&command{}, v.now(), a.Absence, a.Days)
	for _, d := range a.Days {
		act := v.town.activities[d.Activity]
		b := BackDay{AbsentDay: d, Activity: act, Until: v.absenceRule().BackUntil(d.Day), Not: why[d.Booking]}
		if d.Cost == bookings.InTime {
			b.Until = act.Book.Until(d.Day, v.rulesFor(a.Child, d.Activity, v.over).calendar)
		}
		if a.State.Judged() {
			b.Not = portal.E(bookings.AbsenceJudged, "absence")
		}
		out = append(out, b)
	}
	return out
}

// takeBack has days of an absence as they were before it, as far as each can be,
// and says of the others why not.
func (p *pass) takeBack(c *command, at time.Time, a wire.Absence, days []bookings.AbsentDay) map[portal.ID]*portal.Error {
	why := map[portal.ID]*portal.Error{}
	days = slices.Clone(days)
	slices.SortStableFunc(days, func(x, y bookings.AbsentDay) int { return compare(x.Day, y.Day) })
	// Nothing here can fail but by the rules.
	_ = bookings.InTurn(days, bookings.NeedsOther, func(d bookings.AbsentDay) (*portal.Error, error) {
		return p.dayBack(c, at, a, d), nil
	}, func(d bookings.AbsentDay, e *portal.Error) { why[d.Booking] = e })
	return why
}

func (p *pass) dayBack(c *command, at time.Time, a wire.Absence, d bookings.AbsentDay) *portal.Error {
	r := p.rules(a.Child, d.Activity)
	s, _, _ := r.at(d.Day, at)
	if s.Payer != "" && d.Price > 0 {
		return portal.E(bookings.PayerChanged, "payer") // it was this account's to pay
	}
	if s.Price = d.Price; c.Number != 0 {
		s.Level = "" // the last place may well be the one it has just taken
	}
	if e := s.CheckBack(p.v.absenceRule(), d); e != nil || d.Cost == bookings.Due {
		return e
	}
	b := wire.Booking{ID: bookings.RestoredID(a.ID, d.Booking), Child: a.Child, Activity: d.Activity, Site: d.Site, Day: d.Day, Price: d.Price, ByName: p.v.myName(), At: at.UnixMicro(),
		Provisional: s.Enrolment.Provisional != ""}
	if r.delegated() || s.Payer != "" {
		b.By, b.PaidBy = p.v.account, r.mine.PaidByOther(d.Day)
	} else {
		b.Payer = p.v.account
	}
	k := dayKey{a.Child, d.Activity, d.Day}
	p.over.booked[k] = Booking{Pending: PendingBook, Command: c.ID, Booking: b}
	p.over.bookedBy[b.ID] = k
	if b.Provisional {
		p.over.committed[s.Activity.CashDesk] += b.Price
	} else {
		p.over.money[s.Activity.CashDesk] -= b.Price
	}
	p.over.look(wire.Bookings, a.Child, string(b.ID), b.Price.Decimal())
	return nil
}

// withdrawAbsence shows what was taken back of an absence: nothing where one of
// its days cannot be.
func (p *pass) withdrawAbsence(c *command, args *wire.WithdrawAbsence) *portal.Error {
	a, known := p.v.absences(p.over)[args.Absence]
	if !known {
		return nil // the town hall judges it
	}
	chosen, left := split(a.Days, args.Bookings)
	if len(chosen) == 0 {
		return nil // it has landed
	}
	if a.State.Judged() {
		return portal.E(bookings.AbsenceJudged, "absence")
	}
	tried := pass{v: p.v, over: p.over.fork(), days: map[[2]portal.ID]*dayRules{}}
	why := tried.takeBack(c, p.at(c), a.Absence, chosen)
	for _, d := range chosen {
		if e := why[d.Booking]; e != nil {
			p.over.look(wire.Absences, a.ID, string(c.ID), e.Error())
			return e
		}
	}
	*p.over = *tried.over
	a.Pending, a.Command, a.Days, a.State = true, c.ID, left, bookings.Without(left)
	a.Back = append(slices.Clone(a.Back), chosen...)
	p.over.absences[a.ID] = a
	p.over.look(wire.Absences, a.ID, string(c.ID))
	p.over.look(wire.Bookings, a.Child, string(c.ID))
	return nil
}

// split parts days into those of some bookings and the others.
func split(days []bookings.AbsentDay, ids []portal.ID) (chosen, left []bookings.AbsentDay) {
	for _, d := range days {
		if slices.Contains(ids, d.Booking) {
			chosen = append(chosen, d)
		} else {
			left = append(left, d)
		}
	}
	return chosen, left
}
