package demo

import (
	"errors"
	"fmt"

	"parvis/assets/calendars"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// openings announces the next holidays that are some weeks away, for a Monday
// morning, and has one ask for the Wednesdays of the spring already.
func openings(tx *store.Tx, svc *service.Service) error {
	agent, found, err := tx.AccountByLogin("sylvie.roy")
	if err != nil || !found {
		return errors.Join(err, fmt.Errorf("no account sylvie.roy"))
	}
	calendar, err := calendars.Of("B")
	if err != nil {
		return err
	}
	today := portal.DateOf(tx.Now())
	monday := today.Add(3)
	for monday.Weekday() != 1 {
		monday = monday.Add(1)
	}
	for _, h := range calendar.School {
		if h.Period.From < monday.Add(21) || h.Period.From.DaysUntil(h.Period.To) > 20 {
			continue
		}
		if err := svc.Do(tx, agent, wire.OpeningAnnounce, &wire.AnnounceOpening{Opening: bookings.Opening{
			ID: portal.NewID(), Activity: Holidays, Period: h.Period, Opens: monday.At(9, 0).UnixMicro(),
		}}); err != nil {
			return err
		}
		break
	}
	ends := today.Add(9)
	spring := portal.Period{From: today.Add(90), To: today.Add(150)}
	return svc.Do(tx, agent, wire.OpeningAnnounce, &wire.AnnounceOpening{Opening: bookings.Opening{
		ID: portal.NewID(), Activity: Wednesday, Period: spring, Opens: tx.Now().UnixMicro() + 1, Mode: bookings.Pooled, Until: ends.At(18, 0).UnixMicro(),
		Criteria: []bookings.Criterion{{Key: bookings.ByPriority, Points: 40}, {Key: bookings.BySibling, Points: 10}, {Key: bookings.ByResident, Points: 5}},
	}})
}
