package service_test

import (
	"context"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// A group costs few journeys to the database, however many days and however much
// there is to know of them: with the database on another machine they are most of
// how long an opening takes.
func TestAGroupCostsFewJourneys(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		if strings.HasPrefix(dsn, "sqlite:") {
			t.Skip("there is no journey to a file")
		}
		var line storetest.Line
		w := newWorld(t, hosttest.New(t, line.Through(t, dsn)))
		desk := w.desks[family]
		send := func(groups ...[]portal.Date) int64 {
			t.Helper()
			var all []wire.Envelope
			for _, days := range groups {
				_, e := desk.Envelope(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{lot(familyChild, demo.Canteen, days...)}})
				all = append(all, e)
			}
			before := line.Journeys.Load()
			out, err := desk.SendCommands(context.Background(), desk.Outbox, all)
			if err != nil || len(out.Verdicts) != len(groups) {
				t.Fatalf("%+v %v", out, err)
			}
			for _, v := range out.Verdicts {
				if !v.Accepted {
					t.Fatalf("%+v", v.Error)
				}
			}
			return line.Journeys.Load() - before
		}
		d := schoolDays
		send(d[0:2]) // statements are prepared in journeys of their own
		send(d[2:4], d[4:6], d[6:8])
		one := send(d[8:10])
		three := send(d[10:12], d[12:14], d[14:16])
		if one > 16 || three-one > 2*2 { // with all that a batch costs, and beside others
			t.Errorf("one group costs %d journeys, two more in its batch %d", one, three-one)
		}
	})
}
