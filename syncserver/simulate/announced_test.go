package simulate

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// In histories with openings an agent announces more of them while families book,
// and takes some back before their hour.

// announces announces an opening of some later days, or takes back one of these.
func (d *desktop) announces() {
	var mine []bookings.Opening
	for _, o := range d.view.Openings() {
		if o.ID != atTheHour && o.ID != drawnLots {
			mine = append(mine, o)
		}
	}
	if o, ok := pick(d.r, mine); ok && d.r.IntN(4) == 0 {
		d.submit(wire.OpeningCancel, wire.CancelOpening{Opening: o.ID})
		return
	}
	// Days on which families book without an opening, too: what stands stays.
	from := portal.DateOf(d.h.town.now()).Add(1 + d.r.IntN(4))
	d.submit(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: bookings.Opening{
		ID: d.ids(), Activity: []portal.ID{demo.Canteen, demo.Canteen, demo.Evening}[d.r.IntN(3)],
		Period: portal.Period{From: from, To: from.Add(1 + d.r.IntN(3))}, Opens: d.h.town.now().Add(between(d.r, time.Minute, 10*time.Minute)).UnixMicro(),
	}})
}

// announced checks that the town's openings are those that were announced and not
// taken back, and that nothing of their days was given between their announcement
// and their hour.
func (h *history) announced(tx *store.Tx) error {
	if !h.opens {
		return nil
	}
	there := map[portal.ID]bookings.Opening{}
	for k, body := range h.feeds()[wire.TownFeed] {
		var o bookings.Opening
		if !strings.HasPrefix(k, wire.Openings+"/") {
			continue
		}
		if err := json.Unmarshal([]byte(body), &o); err != nil {
			return err
		}
		if o.ID != atTheHour && o.ID != drawnLots {
			there[o.ID] = o
		}
	}
	deeds := h.deeds()
	back := map[portal.ID]*deed{}
	for id, x := range deeds {
		if a, is := x.args.(wire.CancelOpening); is && h.town.judged[id].Accepted {
			back[a.Opening] = x
		}
	}
	for id, x := range deeds {
		a, is := x.args.(wire.AnnounceOpening)
		if !is || !h.town.judged[id].Accepted {
			continue
		}
		o := a.Opening
		if now, stands := there[o.ID]; stands == (back[o.ID] != nil) || stands && (now.Activity != o.Activity || now.Period != o.Period || now.Opens != o.Opens) {
			h.fail("opening %s was announced as %+v, taken back=%v, and is %+v", o.ID, o, back[o.ID] != nil, now)
		}
		delete(there, o.ID)
		if err := h.early(tx, o, x, back[o.ID]); err != nil {
			return err
		}
	}
	for id := range there {
		h.fail("nobody announced opening %s", id)
	}
	return nil
}

// everWaited reports whether anybody asked to wait for a child's day: a place that
// is kept for them may be taken before any hour.
func (h *history) everWaited(of bookings.Order) bool {
	for _, x := range h.deeds() {
		switch a := x.args.(type) {
		case wire.JoinWaiting:
			if a.Child == of.Child && a.Activity == of.Activity && a.Day == of.Day {
				return true
			}
		case wire.GroupBookings:
			if a.Wait && slices.ContainsFunc(bookings.InOrder(a.Book), func(l bookings.Order) bool {
				return l.Child == of.Child && l.Activity == of.Activity && l.Day == of.Day
			}) {
				return true
			}
		}
	}
	return false
}

// early looks for days of an opening that were given before its hour to who asked
// after it was announced: by the clock of the server, as each was received. A
// restored town has answered in two histories, of which only one was announced in.
func (h *history) early(tx *store.Tx, o bookings.Opening, announced, back *deed) error {
	if h.town.copied != nil || announced.settled == 0 {
		return nil
	}
	for id, x := range h.deeds() {
		v := h.town.judged[id]
		if x.called <= announced.settled || back != nil && x.settled >= back.called || v.Received == 0 || v.Received >= o.Opens {
			continue
		}
		asked := map[portal.ID]bookings.Order{} // by the booking that it would be
		switch a := x.args.(type) {
		case wire.Book:
			asked[a.Booking] = bookings.Order{Lot: bookings.Lot{Child: a.Child, Activity: a.Activity}, Day: a.Day}
		case wire.GroupBookings:
			for _, l := range bookings.InOrder(a.Book) {
				asked[bookings.GroupedID(a.Group, l.Child, l.Activity, l.Day)] = l
			}
		}
		for booking, l := range asked {
			if l.Activity != o.Activity || !o.Period.Has(l.Day) {
				continue
			}
			h.comes("too early for an opening of an agent's")
			_, found, err := tx.Booking(booking)
			if err != nil {
				return err
			}
			if found && v.Accepted && !h.everWaited(l) {
				h.fail("%s was booked as %s before the hour of opening %s", l.Day, booking, o.ID)
			}
		}
	}
	return nil
}
