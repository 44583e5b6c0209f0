package service

import (
	"parvis/shared/appointments"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// visitFollows has the appointment follow what became of its request: nobody
// comes for one that was refused, closed or taken back, it takes as long as the
// people who come now need, and the list of the day tells whom it is about.
func (s *Service) visitFollows(tx *store.Tx, a Actor, r store.Request) error {
	all, err := tx.AppointmentsOf(r.ID)
	if err != nil {
		return err
	}
	for _, ap := range all {
		tx.Touch("appointment", ap.ID)
		switch {
		case !ap.Awaited(tx.Now()) || ap.Start <= tx.Now().UnixMicro():
		case over(r):
			ap.State, ap.RemindAt, ap.Sequence = string(appointments.Cancelled), 0, ap.Sequence+1
			ap.Changed, ap.Actor, ap.Staff, ap.Reason = tx.Now().UnixMicro(), a.Account, a.Role.Agent(), ""
			if _, err := tx.SaveAppointment(ap); err != nil {
				return err
			}
		default:
			if err := s.refit(tx, a, r, ap); err != nil {
				return err
			}
		}
	}
	return nil
}

// refit gives an appointment the length that a request's answers ask for now,
// where that can be had, and tells the family what became of it: their answers
// may have left their computer long before they arrived.
func (s *Service) refit(tx *store.Tx, a Actor, r store.Request, ap store.Appointment) error {
	v, needed, err := s.visitOf(tx, a, r)
	if err != nil || !needed {
		return err
	}
	busy, err := tx.Busy(ap.Service, ap.Slot().Day())
	if err != nil {
		return err
	}
	slot, counter, fit := v.Refit(ap.Slot(), ap.Counter, ap.People, busy.Without(ap.Counter, ap.Slot()))
	switch fit {
	case appointments.Fits:
		return nil
	case appointments.Longer, appointments.Shorter:
		ap.End, ap.Counter, ap.People = slot.End, counter, v.N
		ap.Changed, ap.Sequence = tx.Now().UnixMicro(), ap.Sequence+1
		if taken, err := tx.SaveAppointment(ap); err != nil || taken {
			return orElse(err, portal.E(appointments.SlotTaken, "answers")) // a fault of the rule, as in hold
		}
	}
	if err := tx.Audit(a.Account, "appointment.fit."+string(fit), string(ap.ID)); err != nil {
		return err
	}
	if err := noticesRead(tx, r.Account, notices.AppointmentLength, r.ID); err != nil {
		return err
	}
	return s.tellOfVisit(tx, ap, notices.AppointmentLength, mail.AppointmentLength)
}
