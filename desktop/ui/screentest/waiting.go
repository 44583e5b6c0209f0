package screentest

import (
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Listed is a family whose canteen keeps a list of those who wait for a full day.
func Listed() *Desk {
	d := Family()
	for _, a := range d.Activities() {
		if a.ID == Canteen {
			a.Waiting = &bookings.Waiting{Hours: 24}
			d.Get(Row(wire.TownFeed, wire.Activities, Canteen, a))
		}
	}
	d.Get(Level(Thursday, bookings.Full))
	return d
}

// Waits is Léa's waiting for a full day of the canteen, put on the list by Claire.
func Waits(id portal.ID, day portal.Date, state bookings.WaitState, place int, until time.Time) wire.Change {
	w := wire.Wait{ID: id, Child: Lea, Activity: Canteen, Site: Ferry, Day: day, State: state, Place: place, Since: Monday.At(8, 0).UnixMicro(), Mine: true, ByName: "Claire Martel"}
	if !until.IsZero() {
		w.Until = until.UnixMicro()
	}
	return Row(Mine, wire.Waits, id, w)
}
